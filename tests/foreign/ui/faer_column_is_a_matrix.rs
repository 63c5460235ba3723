use einsum::einsum;
use faer::{Col, Mat};

fn main() {
    let (a, v) = (Mat::<f64>::zeros(2, 3), Col::<f64>::zeros(3));
    einsum!("ij,jk->ik", a, v);
}
