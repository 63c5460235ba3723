use einsum::try_einsum;
use ndarray::{Array2, s};

fn main() {
    let w = Array2::<f64>::zeros((2, 3));
    let _ = try_einsum!("i,ij->j", w.row(0), w.slice(s![{ 0 }, ..]));
}
