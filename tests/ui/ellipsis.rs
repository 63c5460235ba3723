use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x: Array2<f64> = Array2::zeros((2, 2));
    let _ = einsum!("i..", x);
    let _ = try_einsum!("....i", x);
    let _ = einsum!("...i...->...i", x);
}
