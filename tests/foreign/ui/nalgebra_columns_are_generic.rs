use einsum::einsum;
use nalgebra::SMatrix;

fn total<const C: usize>(x: &SMatrix<f64, 2, C>) -> f64 {
    einsum!("ij->", x)
}

fn main() {
    total(&SMatrix::<f64, 2, 3>::zeros());
}
