use einsum::einsum;
use nalgebra::DMatrix;

fn main() {
    let a = DMatrix::from_element(2, 2, 1.0);
    let _: DMatrix<f64> = einsum!("ij,jk->ik", a, a);
}
