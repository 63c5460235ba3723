use einsum::einsum_fn;

einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik"
    fn transpose(x) = "ij->ji";
}

einsum_fn! {
    fn trace(x) = "ii->"
}

fn main() {}
