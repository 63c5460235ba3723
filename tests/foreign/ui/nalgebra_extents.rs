use einsum::einsum;
use nalgebra::{SMatrix};

fn main() {
    let (a, b) = (SMatrix::<f64, 2, 3>::zeros(), SMatrix::<f64, 5, 2>::zeros());
    einsum!("ij,jk->ik", a, b);
}
