//! An array of fixed size whose rank is not that of its subscript, and a cotangent that is not as the result.
use einsum::{einsum, einsum_vjp};

fn main() {
    let x = [[1.0; 3]; 2];
    let _ = einsum!("i->i", x);
    let _ = einsum!("ijk->i", x);
    let (_, pullback) = einsum_vjp!("ij->i", x);
    let _ = pullback(&[1.0; 3]);
}
