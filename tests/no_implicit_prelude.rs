//! A crate that has no prelude, and names of its own where the macros might look for theirs.
#![no_implicit_prelude]
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![allow(clippy::float_cmp, reason = "the numbers are small integers")]

extern crate std;

use ::ndarray::{Array2, array};
use ::std::{assert, assert_eq, clone::Clone, convert::From, prelude::v1::test, vec};

::einsum::einsum_fn! {
    fn matmul(x, w) = "ij,jk->ik";
    fn mean(x, a) -> [..] { -a * x[.., i] }
    fn fixed(x: [[f64; 2]; 3], w: [f64; 2]) = "ij,j->i";
    fn generic<T, const N: usize>(x: [T; N], a) = "i,->i";
    fn layer(x, w) -> [i, k] { relu(sum[j](x[i, j] * w[j, k])) }
}

fn x() -> Array2<f64> {
    array![[1.0, 2.0], [3.0, 4.0]]
}

#[test]
fn every_macro() {
    let (x, y) = (x(), x().dot(&x()));
    assert_eq!(::einsum::einsum!("ij,jk->ik", x, x), y);
    assert_eq!(::einsum::einsum!([i, k] = x[i, j] * x[j, k]), y);
    assert_eq!(::einsum::try_einsum!("ij,jk->ik", x, x).unwrap(), y);
    let (value, pullback) = ::einsum::einsum_vjp!("ij,jk->ik", x, x);
    assert_eq!(value, y);
    assert_eq!(pullback(&x), matmul::backward(&x, &x, &x));
    let (mut dx, mut dw) = (Array2::zeros((2, 2)), Array2::zeros((2, 2)));
    let (_, pullback) = ::einsum::einsum_vjp_add!("ij,jk->ik", x, x);
    pullback(&x, (&mut dx, &mut dw));
    assert_eq!((dx, dw), matmul::backward(&x, &x, &x));
    assert_eq!(::einsum::einsum_jvp!("ij->ij", (x, x)), (x.clone(), x.clone()));
    let mut out = Array2::zeros((2, 2));
    ::einsum::einsum!("ij,jk->ik", x, x, out = &mut out, alpha = 2.0);
    assert_eq!(out, y * 2.0);
    assert_eq!(mean(&x, 1.0), array![-3.0, -7.0]);
    let (value, pullback) = ::einsum::einsum_vjp!([i, k] = relu(sum[j](x[i, j] * x[j, k])));
    assert_eq!(value, layer(&x, &x));
    assert_eq!(pullback(&x), (layer::backward_x(&x, &x, &x) + layer::backward_w(&x, &x, &x),));
    assert_eq!(fixed::backward_w(&[[1.0, 2.0]; 3], &[1.0, 1.0], &[1.0, 0.0, 2.0]), [3.0, 6.0]);
    assert_eq!(generic(&[1.0, 2.0], 3.0), [3.0, 6.0]);
    assert!(::einsum::explain!("ij->").as_str().contains("flops"));
}

mod a_module_of_that_name {
    use ::std::{assert_eq, prelude::v1::test};

    #[allow(dead_code, reason = "only there to be in the way")]
    mod diagnostic {}

    #[test]
    fn is_not_taken() {
        assert_eq!(::einsum::einsum!("ij->", super::x()), 10.0);
    }
}

mod an_import_of_that_name {
    #[allow(unused_imports, reason = "only there to be in the way")]
    use ::std::{assert_eq, fmt as diagnostic, prelude::v1::test};

    #[test]
    fn is_not_taken() {
        assert_eq!(::einsum::einsum!("ij->", super::x()), 10.0);
    }
}
