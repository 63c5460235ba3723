use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("ij,jk->ik", x, x, optimize = true, dtype = f32, alhpa = 2.0);
}
