use einsum::einsum_fn;

einsum_fn! {
    fn too_few(x) = "ij,jk->ik";
    fn too_many(x, w, b) = "ij,jk->ik";
}

fn main() {}
