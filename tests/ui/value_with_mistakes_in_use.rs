use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let y = einsum!("ij->k", x);
    println!("{}", y.sum());
    let z: Array2<f64> = einsum!("ij->k", x);
    println!("{z}");
    let (value, pullback) = einsum_vjp!("ij->k", x);
    let (dx,) = pullback(&value);
    println!("{}", dx.sum());
    match try_einsum!("ij->k", x) {
        Ok(result) => println!("{}", result.sum()),
        Err(error) => println!("{error}"),
    }
}
