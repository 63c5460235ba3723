use einsum::einsum;
use nalgebra::DMatrix;

fn main() {
    let (a, b) = (DMatrix::from_element(2, 3, 1.0f64), DMatrix::from_element(3, 2, 1.0f32));
    einsum!("ij,jk->ik", a, b);
}
