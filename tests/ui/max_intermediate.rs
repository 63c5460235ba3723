use einsum::{einsum, einsum_fn, einsum_vjp, explain};
use ndarray::Array2;

einsum_fn! {
    fn product(x, y, z; j = 9, k = 3) = "ij,(jk,kl)->il", max_intermediate = 10, max_intermediate = 20;
}

einsum_fn! {
    fn given(x, y, z; i = 2, j = 9, k = 3, l = 8) -> [i, l] { x[i, j] * y[j, k] * z[k, l], max_intermediate = 0 }
}

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let _ = einsum!("ij,jk,kl->il", x, x, x, max_intermediate = 0; i = 2, j = 9, k = 3, l = 8);
    let _ = einsum!("(ij,jk),kl->il", x, x, x, max_intermediate = 0; i = 2, k = 3, j = 9, l = 8);
    let _ = einsum_vjp!([i, l] = x[i, j] * x[j, k] * x[k, l], max_intermediate = 0; i = 2, j = 9, k = 3, l = 8);
    let _ = einsum!("ij,jk->ik", x, x; max_intermediate = 5);
    let _ = einsum!("ij,jk,kl->il", x, x, x, max_intermediate = 1e6);
    let _ = explain!("ij,jk,kl->il", max_intermediate = x.len());
    let _ = explain!("ij,jk,kl->il", i = 2, j = 9, k = 3, l = 8, max_intermediate = 0);
}
