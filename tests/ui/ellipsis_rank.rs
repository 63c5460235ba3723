use einsum::{einsum, einsum_vjp};
use ndarray::{Array1, s};

fn main() {
    let v: Array1<f64> = Array1::zeros(2);
    let _ = einsum!("...ij->...i", v);
    let _ = einsum_vjp!("i,...ij->...i", v, v.slice(s![..2]));
    let _ = einsum!("...i->...i", 2.0);
}
