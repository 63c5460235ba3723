//! Arrays of fixed size whose extents differ along a label, of one operand or of several.
use einsum::{einsum, einsum_vjp};

fn square<const N: usize, const M: usize>(x: &[[f32; M]; N], w: &[f32; N]) -> [f32; N] {
    einsum!("ij,j->i", x, w)
}

fn main() {
    let (x, w) = ([[1.0; 3]; 2], [[1.0; 5]; 4]);
    let _ = einsum!("ij,jk->ik", x, w);
    let _ = einsum_vjp!("ij,ji->i", x, [[1.0; 2]; 1]);
    let _ = einsum!("ii->i", x);
    let _ = einsum!([i, k] = x[i, inner] * w[inner, k]);
    let _ = einsum!("i->ij", x[0]; i = 7, j = 2);
    let _ = square(&x, &[1.0; 2]);
}
