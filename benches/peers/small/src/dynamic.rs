//! Class R: extents are known at run time, and results are written in place.

use einsum::einsum;
use ndarray::{Array2, Array3, ArrayBase, Axis, Dimension, OwnedRepr, linalg::general_mat_mul};

use crate::{
    bench::Case,
    eigen::Dynamic,
    fixed::{array, flat, zeros},
    foreign::Blas,
    kernels::{Faer, Gemm, MatrixMultiply, Planless},
    product::{Product, Shape},
    report::Report,
    value::{Real, Value},
};

const SMALL: [usize; 12] = [2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24];
const LARGE: [usize; 3] = [32, 48, 64];

pub fn all<T: Real>(report: &mut Report) {
    for n in SMALL {
        products::<T>(report, "R square", Shape::new(n, n, n));
    }
    for n in LARGE {
        products::<T>(report, "R square, large", Shape::new(n, n, n));
    }
    for n in SMALL.into_iter().chain(LARGE) {
        products::<T>(report, "R 4 x n x 4", Shape::new(4, n, 4));
        products::<T>(report, "R n x 4 x 4", Shape::new(n, 4, 4));
        products::<T>(report, "R n x 3 x 3", Shape::new(n, 3, 3));
    }
    for n in [3, 4, 8, 16] {
        batches::<T>(report, 64, Shape::new(n, n, n));
    }
}

fn products<T: Real>(report: &mut Report, group: &'static str, shape: Shape) {
    let Shape { m, k, n, .. } = shape;
    let name = format!("{m} x {k} x {n}");
    if !report.wants(group, &name) {
        return;
    }
    let extents = &[('i', m), ('j', k), ('k', n)];
    let case = Case::new(group, name, &["ij", "jk"], &[("ij,jk->ik", &[0, 1])], extents);
    let mut case = case.steady(1, move |at| f64::from(at / n < n && (at / n + 1) % n == at % n));
    let make = |x: &[Vec<T>]| -> (Array2<T>, Array2<T>, Array2<T>) {
        (array(&x[0], (m, k)), array(&x[1], (k, n)), zeros((m, n)))
    };
    let (zero, one) = (<T as Value>::ZERO, <T as Value>::ONE);
    add(&mut case, "einsum", k == n, make, |a, b, c| einsum!("ij,jk->ik", a, b, out = &mut *c));
    add(&mut case, "ndarray", k == n, make, move |a, b, c| general_mat_mul(one, a, b, zero, c));
    by_pointers(&mut case, 1, shape);
    case.run(report.rounds, report);
}

fn batches<T: Real>(report: &mut Report, count: usize, shape: Shape) {
    let Shape { m, k, n, .. } = shape;
    let (group, name) = ("R batch", format!("{count} of {n} x {n}"));
    if !report.wants(group, &name) {
        return;
    }
    let extents = &[('b', count), ('i', m), ('j', k), ('k', n)];
    let case = Case::new(group, name, &["bij", "bjk"], &[("bij,bjk->bik", &[0, 1])], extents);
    let mut case = case.steady(1, move |at| f64::from((at / n + 1) % n == at % n));
    let make = |x: &[Vec<T>]| -> (Array3<T>, Array3<T>, Array3<T>) {
        (array(&x[0], (count, m, k)), array(&x[1], (count, k, n)), zeros((count, m, n)))
    };
    let (zero, one) = (<T as Value>::ZERO, <T as Value>::ONE);
    add(&mut case, "einsum", true, make, |a, b, c| einsum!("bij,bjk->bik", a, b, out = &mut *c));
    add(&mut case, "ndarray", true, make, move |a, b, c| {
        for i in 0..count {
            general_mat_mul(
                one,
                &a.index_axis(Axis(0), i),
                &b.index_axis(Axis(0), i),
                zero,
                &mut c.index_axis_mut(Axis(0), i),
            );
        }
    });
    by_pointers(&mut case, count, shape);
    case.run(report.rounds, report);
}

/// The libraries that are told pointers, extents and strides.
fn by_pointers<T: Real>(case: &mut Case<T>, count: usize, shape: Shape) {
    one(case, "nano planless", count, shape, Planless(shape));
    one(case, "gemm", count, shape, Gemm(shape));
    one(case, "matrixmultiply", count, shape, MatrixMultiply(shape));
    one(case, "faer", count, shape, Faer(shape));
    if let Some(blas) = Blas::new(shape) {
        one(case, "OpenBLAS", count, shape, blas);
    }
    if let Some(eigen) = Dynamic::new(shape) {
        one(case, "Eigen", count, shape, eigen);
    }
}

fn one<T: Real>(case: &mut Case<T>, name: &str, count: usize, shape: Shape, product: impl Product<T>) {
    let Shape { m, k, n, .. } = shape;
    let make = |x: &[Vec<T>]| -> (Array2<T>, Array2<T>, Array2<T>) {
        (array(&x[0], (count * m, k)), array(&x[1], (count * k, n)), zeros((count * m, n)))
    };
    // SAFETY: each of the arrays holds so many matrices of these extents, one after the other.
    add(case, name, k == n, make, move |a, b, c| unsafe {
        let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
        for i in 0..count {
            product.run(a.add(i * m * k), b.add(i * k * n), c.add(i * m * n));
        }
    });
}

/// Adds a peer. Where the result cannot be the next first operand, as much of it as fits is copied there.
fn add<T: Real, D: Dimension + 'static>(
    case: &mut Case<T>,
    name: &str,
    same_extents: bool,
    make: impl Fn(&[Vec<T>]) -> (Matrix<T, D>, Matrix<T, D>, Matrix<T, D>),
    call: impl Fn(&Matrix<T, D>, &Matrix<T, D>, &mut Matrix<T, D>) + Copy + 'static,
) {
    if same_extents {
        return case.add(name, make, call, flat);
    }
    case.add_fed(name, make, call, flat, |y, x| {
        let (y, x) = (y.as_slice().unwrap(), x.as_slice_mut().unwrap());
        let length = x.len().min(y.len());
        x[..length].copy_from_slice(&y[..length]);
    });
}

type Matrix<T, D> = ArrayBase<OwnedRepr<T>, D>;
