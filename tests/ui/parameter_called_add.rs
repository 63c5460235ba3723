use einsum::einsum_fn;

einsum_fn! {
    fn total(x, add) = "i,i->";
}

fn main() {}
