use einsum::einsum;
use ndarray::{Array1, Array2};

fn read_as<T: Copy>(x: &Array1<f32>, w: &Array2<T>) -> Array1<T> {
    einsum!("i,ij->j", x as T, w)
}

fn read<T: Copy>(x: &Array1<T>, w: &Array2<f64>) -> Array1<f64> {
    einsum!("i,ij->j", x as f64, w)
}

fn main() {}
