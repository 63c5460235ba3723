//! Matrices of nalgebra and faer as operands, as `out` and as what gradients are of, against products by loops.
#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may panic; sums of small integers are exact"
)]

use ndarray::{Array1, Array2, ArrayBase, Data, Ix1, Ix2};

#[cfg(feature = "dynamic")]
mod at_run_time;
mod faer_matrices;
mod nalgebra_matrices;
mod nalgebra_of_fixed_size;

/// What rustc says about a mistake: `ui/RULE.stderr` is all that is shown.
#[test]
fn mistakes() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("tests/foreign/ui/*.rs");
    // (Here, as with these features all is built for it already.)
    #[cfg(feature = "dynamic")]
    tests.compile_fail("tests/dynamic/ui/*.rs");
}

/// The product of two matrices.
fn product<S: Data<Elem = f64>, R: Data<Elem = f64>>(lhs: &ArrayBase<S, Ix2>, rhs: &ArrayBase<R, Ix2>) -> Array2<f64> {
    assert_eq!(lhs.ncols(), rhs.nrows());
    Array2::from_shape_fn((lhs.nrows(), rhs.ncols()), |(i, k)| {
        (0..lhs.ncols()).map(|j| lhs[[i, j]] * rhs[[j, k]]).sum()
    })
}

/// The product of a matrix and a vector.
fn applied<S: Data<Elem = f64>, R: Data<Elem = f64>>(lhs: &ArrayBase<S, Ix2>, rhs: &ArrayBase<R, Ix1>) -> Array1<f64> {
    assert_eq!(lhs.ncols(), rhs.len());
    Array1::from_shape_fn(lhs.nrows(), |i| (0..lhs.ncols()).map(|j| lhs[[i, j]] * rhs[j]).sum())
}

/// Small whole numbers, whose sums of products are exact in any order.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn number(row: usize, column: usize) -> f64 {
    ((row * 31 + column * 17 + 5) % 13) as f64 - 6.0
}

/// The matrix of such numbers.
fn numbers(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(row, column)| number(row, column))
}
