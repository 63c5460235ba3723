use einsum::einsum_fn;

einsum_fn! {
    fn matmul(x, x) = "ij,jk->ik";
}

fn main() {}
