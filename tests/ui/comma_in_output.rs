use einsum::try_einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = try_einsum!("ij->i,j", x);
}
