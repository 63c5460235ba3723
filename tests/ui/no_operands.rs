use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};

einsum_fn! {
    fn nothing() = "i";
}

fn main() {
    let _ = einsum!();
    let _ = try_einsum!("ij->");
    let _ = einsum_vjp!("ij,jk->ik",);
}
