use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2};

einsum_fn! {
    fn rows(x) = "...i->i";
}

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let v: Array1<f64> = Array1::zeros(2);
    let _ = einsum!("i..", x);
    let _ = try_einsum!("....i", x);
    let _ = einsum!("...i...->...i", x);
    let _ = einsum_vjp!("...i,i->", x, v);
    let _ = rows(&x);
}
