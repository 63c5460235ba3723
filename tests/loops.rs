//! Nests that the macros emit, where they run: elements without kernels, at every length of what lies side by side, against plain
//! loops. Optimised builds have other vectors than those that are not: `.ci/run` runs this test in both.
#![allow(missing_docs, reason = "a test crate")]

use std::fmt::Debug;

use einsum::{Element, einsum};
use ndarray::{Array2, Array3, ArrayView2, Axis, ShapeBuilder as _, s};

/// Numbers by their sum and the larger one: no addition of theirs is an instruction of a compiler's loops.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Most<T>(T);

macro_rules! most {
    ($($T:ty: $least:expr),*) => { $(
        impl Element for Most<$T> {
            const ZERO: Self = Most($least);
            const ONE: Self = Most(0.0);
            fn plus(self, other: Self) -> Self {
                if other.0 > self.0 { other } else { self }
            }
            fn times(self, other: Self) -> Self {
                Most(self.0 + other.0)
            }
            fn conjugate(self) -> Self {
                self
            }
        }
    )* };
}
most!(f32: f32::NEG_INFINITY, f64: f64::NEG_INFINITY);

/// A number of 16 bytes and its derivative.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Dual(f64, f64);

impl Element for Dual {
    const ZERO: Self = Dual(0.0, 0.0);
    const ONE: Self = Dual(1.0, 0.0);
    fn plus(self, other: Self) -> Self {
        Dual(self.0 + other.0, self.1 + other.1)
    }
    fn times(self, other: Self) -> Self {
        Dual(self.0 * other.0, self.0 * other.1 + self.1 * other.0)
    }
    fn conjugate(self) -> Self {
        self
    }
}

/// `ij,jk->ik` by hand.
fn product<T: Element>(x: &ArrayView2<'_, T>, w: &ArrayView2<'_, T>) -> Array2<T> {
    Array2::from_shape_fn((x.nrows(), w.ncols()), |(i, k)| {
        (0..x.ncols()).fold(T::ZERO, |sum, j| sum.plus(x[[i, j]].times(w[[j, k]])))
    })
}

/// Rows, contracted indices and columns.
const SMALL: &[[usize; 3]] =
    &[[3, 5, 1], [2, 7, 11], [1, 0, 5], [0, 3, 4], [5, 3, 0], [3, 2, 31], [2, 3, 33], [7, 5, 67], [67, 19, 130]];
/// Those of products of integers that the engine has kernels for, of any width.
const LARGE: &[[usize; 3]] = &[[67, 129, 131]];

fn agrees<T: Element + Debug>(name: &str, make: impl Fn(usize) -> T) {
    agree(name, make, SMALL);
}

fn agree<T: Element + Debug>(name: &str, make: impl Fn(usize) -> T, sizes: &[[usize; 3]]) {
    for &[rows, summed, columns] in sizes {
        let x = Array2::from_shape_fn((rows, summed), |(i, j)| make(i * 7 + j * 3));
        let w = Array2::from_shape_fn((summed, columns), |(j, k)| make(j * 5 + k * 11));
        let column_major = {
            let mut copy = Array2::from_elem((summed, columns).f(), T::ZERO);
            copy.assign(&w);
            copy
        };
        let wide = Array2::from_shape_fn((summed, 2 * columns), |(j, k)| make(j * 5 + k / 2 * 11));
        let every_other = wide.slice(s![.., ..;2]);
        let reversed = w.slice(s![.., ..;-1]);
        let expected = product(&x.view(), &w.view());
        assert_eq!(einsum!("ij,jk->ik", x, w), expected, "{name}, {rows} x {summed} x {columns}");
        assert_eq!(einsum!("ij,jk->ik", x, column_major), expected, "{name}, column-major");
        assert_eq!(einsum!("ij,jk->ik", x, every_other), expected, "{name}, every other");
        assert_eq!(einsum!("ij,jk->ik", x, reversed), product(&x.view(), &reversed), "{name}, reversed");
        assert_eq!(einsum!("ij,jk->ki", x, w), expected.t(), "{name}, transposed");
        let transposed = w.t();
        assert_eq!(einsum!("ij,kj->ik", x, transposed), expected, "{name}, contracted last");
        let mut sum = expected.clone();
        einsum!("ij,jk->ik", x, w, out = &mut sum, alpha = make(2), beta = make(3));
        let scaled =
            Array2::from_shape_fn(expected.dim(), |at| make(2).times(expected[at]).plus(make(3).times(expected[at])));
        assert_eq!(sum, scaled, "{name}, added");
        let rows = einsum!("ij->i", w);
        assert!(
            (0..w.nrows()).all(|j| rows[j] == w.row(j).iter().fold(T::ZERO, |sum, x| sum.plus(*x))),
            "{name}, rows"
        );
        let columns = einsum!("ij->j", w);
        assert!(
            (0..w.ncols()).all(|k| columns[k] == w.column(k).iter().fold(T::ZERO, |sum, x| sum.plus(*x))),
            "{name}, columns"
        );
        assert_eq!(einsum!("ij,ij->ij", w, w), w.mapv(|x| x.times(x)), "{name}, squares");
    }
}

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small numbers, or wrapping ones")]
fn integers_agree_with_plain_loops() {
    agrees("i8", |n| (n % 13) as i8 - 6);
    agrees("u16", |n| n as u16);
    agrees("i32", |n| n as i32 - 50);
    agrees("u64", |n| n as u64);
    agrees("i128", |n| n as i128 - 7);
    agrees("bool", |n| n % 3 == 0);
}

/// Products, and parts of networks, whose sums and products wrap.
#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "any bits will do")]
fn large_products_of_integers_agree_with_plain_loops() {
    macro_rules! all {
        ($($T:ident)*) => { $( agree(stringify!($T), |n| n.wrapping_mul(0x9e37_79b9) as $T, LARGE); )* };
    }
    all!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    let x = Array3::from_shape_fn((3, 67, 71), |(b, i, j)| (b * 31 + i * 7 + j * 3).wrapping_mul(0x9e37_79b9) as i32);
    let w = Array3::from_shape_fn((3, 71, 131), |(b, j, k)| (b * 17 + j * 5 + k * 11).wrapping_mul(0x85eb_ca6b) as i32);
    let y = einsum!("bij,bjk->kbi", x, w);
    for b in 0..3 {
        let expected = product(&x.index_axis(Axis(0), b), &w.index_axis(Axis(0), b));
        assert_eq!(y.index_axis(Axis(1), b), expected.t(), "of a batch");
        assert_eq!(einsum!("...ij,...jk->...ik", x, w).index_axis(Axis(0), b), expected, "of an ellipsis");
    }
    let sum = (0..3).fold(Array2::zeros((67, 131)), |sum: Array2<i32>, b| {
        let part = product(&x.index_axis(Axis(0), b), &w.index_axis(Axis(0), b));
        Array2::from_shape_fn(sum.dim(), |at| sum[at].wrapping_add(part[at]))
    });
    assert_eq!(einsum!("bij,bjk->ik", x, w), sum, "of two contracted labels");
    let bytes = x.mapv(|x| x as i8);
    let expected = product(&bytes.index_axis(Axis(0), 1).mapv(i32::from).view(), &w.index_axis(Axis(0), 1));
    let (bytes, w) = (bytes.index_axis(Axis(0), 1), w.index_axis(Axis(0), 1));
    assert_eq!(einsum!("ij,jk->ik", bytes as i32, w), expected, "of a converted operand");
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn elements_of_users_agree_with_plain_loops() {
    agrees("most of f32", |n| Most((n % 13) as f32));
    agrees("most of f64", |n| Most((n % 17) as f64));
    agrees("dual", |n| Dual((n % 13) as f64, (n % 5) as f64));
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "small integers"
)]
/// Literal extents: the nest is compiled at the call site, with vectors of four and what is left.
#[test]
fn literal_extents_agree_with_plain_loops() {
    macro_rules! columns {
        ($T:ty: $($n:literal)*) => { $(
            let x = Array2::from_shape_fn((3, 5), |(i, j)| (i * 7 + j * 3) as $T);
            let w = Array2::from_shape_fn((5, $n), |(j, k)| (j * 5 + k * 11) as $T);
            let expected = product(&x.view(), &w.view());
            let transposed = w.t().as_standard_layout().into_owned();
            let y = einsum!("ij,jk->ik", x, w; i = 3, j = 5, k = $n);
            assert_eq!(y, expected, "{} columns", $n);
            let y = einsum!("ij,kj->ik", x, transposed; i = 3, j = 5, k = $n);
            assert_eq!(y, expected, "{} columns, contracted last", $n);
            let mut y = Array2::from_elem((3, $n), 1 as $T);
            einsum!("ij,jk->ik", x, w, out = &mut y; i = 3, j = 5, k = $n);
            assert_eq!(y, expected, "{} columns, written", $n);
            // A column-major target is none of a nest's.
            let mut y = Array2::from_elem((3, $n).f(), 1 as $T);
            einsum!("ij,jk->ik", x, w, out = &mut y; i = 3, j = 5, k = $n);
            assert_eq!(y, expected, "{} columns, column-major", $n);
            let y = einsum!("ij,k->kij", x, w.row(0); i = 3, j = 5, k = $n);
            assert!(y.indexed_iter().all(|((k, i, j), y)| *y == x[[i, j]].times(w[[0, k]])), "{} outer", $n);
        )* };
    }
    columns!(i32: 1 2 3 4 5 6 7 8 9 11);
    columns!(u8: 1 3 6);
    columns!(f32: 1 2 3 4 5 6 7 8 9 11 13);
    columns!(f64: 1 3 5 7 10);
}
