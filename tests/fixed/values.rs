//! Values, and the types that they have.

use einsum::{Float, einsum, einsum_vjp};

#[test]
fn a_product() {
    let (x, w) = ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0], [10.0], [100.0]]);
    let y: [[f64; 1]; 2] = einsum!("ij,jk->ik", x, w);
    assert_eq!(y, [[321.0], [654.0]]);
}

#[test]
fn gradients_of_a_product() {
    let (x, w) = ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0], [10.0], [100.0]]);
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    let y: [[f64; 1]; 2] = y;
    assert_eq!(y, [[321.0], [654.0]]);
    let (dx, dw): ([[f64; 3]; 2], [[f64; 1]; 3]) = pullback(&[[1.0], [2.0]]);
    assert_eq!(dx, [[1.0, 10.0, 100.0], [2.0, 20.0, 200.0]]);
    assert_eq!(dw, [[9.0], [12.0], [15.0]]);
}

fn square<T: Float, const N: usize>(x: &[[T; N]; N]) -> [[T; N]; N] {
    einsum!("ij,jk->ik", x, x)
}

#[test]
fn in_generic_functions() {
    assert_eq!(square(&[[1.0_f32, 2.0], [3.0, 4.0]]), [[7.0, 10.0], [15.0, 22.0]]);
}
