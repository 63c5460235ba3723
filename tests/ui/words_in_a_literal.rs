use einsum::einsum;
use ndarray::{Array2, Array3};

fn main() {
    let (x, w) = (Array3::<f64>::zeros((2, 3, 4)), Array2::zeros((4, 5)));
    let _ = einsum!("batch seq hidden, hidden out -> batch seq out", x.view(), w, alpha = 0.5);
}
