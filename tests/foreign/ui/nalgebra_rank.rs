use einsum::einsum;
use nalgebra::DMatrix;

fn main() {
    let a = DMatrix::from_element(2, 3, 1.0);
    einsum!("ijk->i", a);
}
