use einsum::{einsum_jvp, einsum_vjp, einsum_vjp_add};
use ndarray::{Array2, NdFloat};

fn gradients<T: NdFloat>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    let (y, pullback) = einsum_vjp!("ij,jk->ik", *x, *w);
    let (dx, _) = pullback(&y);
    dx
}

fn tangent<T: NdFloat>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    einsum_jvp!("ij,jk->ik", (x, x), w).1
}

fn adding<T: NdFloat>(x: &Array2<T>, w: &Array2<T>, mut dx: Array2<T>, mut dw: Array2<T>) -> Array2<T> {
    let (y, pullback) = einsum_vjp_add!("ij,jk->ik", *x, *w);
    pullback(&y, (&mut dx, &mut dw));
    y
}

fn main() {}
