use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add};
use ndarray::Array2;

einsum_fn! {
    fn unknown(x, w) = "ij,jk->ik", wrt = [y];
}

fn main() {
    let (x, w) = (Array2::<f64>::zeros((2, 3)), Array2::<f64>::zeros((3, 4)));
    let mut y = Array2::<f64>::zeros((2, 4));
    let _ = einsum_vjp!("ij,jk->ik", x, w, wrt = [v]);
    let _ = einsum_vjp!("ij,ij->", x, x, wrt = [x]);
    let _ = einsum_vjp!("ij,jk->ik", x, w, wrt = [0, x]);
    let _ = einsum_vjp!("ij,jk->ik", x, w, wrt = []);
    let _ = einsum!("ij,jk->ik", x, w, wrt = [x]);
    let _ = einsum_vjp_add!("ij,jk->ik", x, w, out = &mut y);
    let _ = einsum_jvp!("ij,jk->ik", x, w);
    let _ = einsum_jvp!("ij,jk->ik", (x, x), w, wrt = [x]);
}
