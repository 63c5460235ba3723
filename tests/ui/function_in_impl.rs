use einsum::einsum_fn;

struct Layer;

impl Layer {
    einsum_fn! {
        fn linear(x, w) = "ij,jk->ik";
    }
}

fn main() {}
