use einsum::einsum;
use nalgebra::Vector3;

fn main() {
    let points = vec![Vector3::new(1.0, 2.0, 3.0); 5];
    einsum!("nd->d", points);
}
