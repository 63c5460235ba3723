//! A library of users for targets without `std`: every macro, formulas, arrays of fixed size, operands of any rank. `numbers` is what
//! all of it computes, for whoever can run it.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::{vec, vec::Vec};

use einsum::{
    EinsumError, Explanation, Float, einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum,
};
use ndarray::{Array1, Array2, ArrayD, Dimension, array};

einsum_fn! {
    /// The first of three axes is of a batch.
    pub fn linear(x, w) = "bik,kl->bil";
}

einsum_fn! {
    /// Attention of one head.
    pub fn attention(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }
}

/// Any number of axes in front.
pub fn rows<T: Float>(x: &ArrayD<T>, w: &Array2<T>) -> ArrayD<T> {
    einsum!("...j,jk->...k", *x, *w)
}

/// A chain of products, whose order the extents choose.
pub fn chain(a: &Array2<f64>, b: &Array2<f64>, c: &Array2<f64>) -> Array2<f64> {
    einsum!("ij,jk,kl->il", *a, *b, *c, max_intermediate = 100)
}

/// Extents that do not fit are told.
pub fn mistake(x: &Array2<f64>) -> Result<f64, EinsumError> {
    try_einsum!("ij,ij->", *x, Array2::<f64>::zeros((7, 5)))
}

/// The explanation of an einsum, made while compiling.
pub const EXPLAINED: Explanation = explain!("ij,jk->ik", i = 2, j = 3, k = 2);

/// All that is computed, one number after the other.
pub fn numbers() -> Vec<f64> {
    let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let w = array![[7.0, 8.0], [9.0, 10.0], [11.0, 12.0]];

    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    assert_eq!(y, array![[58.0, 64.0], [139.0, 154.0]]);
    let (dx, dw) = pullback(&Array2::ones((2, 2)));
    assert_eq!(dx, array![[15.0, 19.0, 23.0], [15.0, 19.0, 23.0]]);
    assert_eq!(dw, array![[5.0, 5.0], [7.0, 7.0], [9.0, 9.0]]);
    let mut sum = Array2::ones((2, 3));
    let (_, pullback) = einsum_vjp_add!("ij,jk->ik", x, w, wrt = [x]);
    pullback(&Array2::ones((2, 2)), (&mut sum,));
    assert_eq!(sum, dx + 1.0);
    let (_, dy) = einsum_jvp!("ij,jk->ik", (x, x), w);
    assert_eq!(dy, y);

    let fixed: [[f32; 2]; 2] = einsum!("ij,jk->ik", [[1.0_f32, 2.0], [3.0, 4.0]], [[5.0_f32, 6.0], [7.0, 8.0]]);
    assert_eq!(fixed, [[19.0, 22.0], [43.0, 50.0]]);
    let counts: Array1<i32> = einsum!("ij->i", array![[1, 2], [3, 4]]);
    assert_eq!(counts, array![3, 7]);
    let strided: Array1<f64> = einsum!([i] = x[1, 2 * i + j] * w[j, 0]; i = 1, j = 1);
    assert_eq!(strided, array![28.0]);
    assert_eq!(
        linear(&x.view().insert_axis(ndarray::Axis(0)), &w).into_raw_vec_and_offset().0,
        [58.0, 64.0, 139.0, 154.0]
    );
    assert_eq!(rows(&x.clone().into_dyn(), &w), y.clone().into_dyn());
    assert_eq!(chain(&x, &w, &y), y.dot(&y));
    assert!(mistake(&x).is_err());
    assert!(!EXPLAINED.as_str().is_empty());

    let functions: Array2<f64> =
        einsum!([i, j] = sin(1e9 * x[i, j]) + sqrt(x[i, j]) + tanh(x[i, j]) + ln(x[i, j]) + powf(x[i, j], 0.3));
    let (scores, (dq, dk, dv)) = (attention(&x, &x, &x), attention::backward(&x, &x, &x, &x));
    let mut all = vec![y.sum(), 1.0];
    all.extend(functions.iter().chain(&scores).chain(&dq).chain(&dk).chain(&dv));
    all
}

/// Code that is generic over dimensions, too.
pub fn axes<D: Dimension>(x: &ndarray::Array<f64, D>) -> usize {
    x.ndim()
}
