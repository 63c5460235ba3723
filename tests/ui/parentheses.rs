use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let _ = einsum!("(ij,jk->ik", x, x);
    let _ = einsum!("ij,jk)->ik", x, x);
    let _ = einsum!("i(j,jk)->ik", x, x);
    let _ = einsum!("(ij,jk)k->ik", x, x);
    let _ = einsum!("ij,jk->(ik)", x, x);
}
