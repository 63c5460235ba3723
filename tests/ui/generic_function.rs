use einsum::einsum_fn;

einsum_fn! {
    fn matmul<T>(x, w) = "ij,jk->ik";
}

fn main() {}
