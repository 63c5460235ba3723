use std::ops::Deref;

use einsum::{einsum, try_einsum};
use ndarray::Array2;

struct Weights(Array2<f64>);

impl Deref for Weights {
    type Target = Array2<f64>;

    fn deref(&self) -> &Array2<f64> {
        &self.0
    }
}

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let w = Weights(x.clone());
    let _ = einsum!("ij,jk->ik", w, w);
    let maybe = Some(x.clone());
    let _ = einsum!("ij,jk->ik", x, maybe);
    let product = try_einsum!("ij,jk->ik", x, x);
    let _ = einsum!("ij,jk->ik", product, x);
}
