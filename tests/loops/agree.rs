//! Sites of all kinds, compared with plain loops, at every length of what lies side by side.

use std::fmt::Debug;

use einsum::{Element, einsum};
use ndarray::{Array2, ArrayView2, ShapeBuilder as _, s};

/// Numbers by their sum and the larger one: no addition of theirs is an instruction of a compiler's loops.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Most<T>(pub(crate) T);

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
pub(crate) struct Dual(pub(crate) f64, pub(crate) f64);

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
pub(crate) fn product<T: Element>(x: &ArrayView2<'_, T>, w: &ArrayView2<'_, T>) -> Array2<T> {
    Array2::from_shape_fn((x.nrows(), w.ncols()), |(i, k)| {
        (0..x.ncols()).fold(T::ZERO, |sum, j| sum.plus(x[[i, j]].times(w[[j, k]])))
    })
}

/// Rows, contracted indices and columns.
pub(crate) const SMALL: &[[usize; 3]] =
    &[[3, 5, 1], [2, 7, 11], [1, 0, 5], [0, 3, 4], [5, 3, 0], [3, 2, 31], [2, 3, 33], [7, 5, 67], [67, 19, 130]];
pub(crate) fn agrees<T: Element + Debug>(name: &str, make: impl Fn(usize) -> T) {
    agree(name, make, SMALL);
}

pub(crate) fn agree<T: Element + Debug>(name: &str, make: impl Fn(usize) -> T, sizes: &[[usize; 3]]) {
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

/// Extents that are literals, of which one follows the type of the elements: the nest is compiled at the call site, with vectors of four and
/// what is left.
macro_rules! columns {
    ($T:ty: $($n:literal)*) => { $(
        let x = ndarray::Array2::from_shape_fn((3, 5), |(i, j)| (i * 7 + j * 3) as $T);
        let w = ndarray::Array2::from_shape_fn((5, $n), |(j, k)| (j * 5 + k * 11) as $T);
        let expected = crate::agree::product(&x.view(), &w.view());
        let transposed = w.t().as_standard_layout().into_owned();
        let y = einsum::einsum!("ij,jk->ik", x, w; i = 3, j = 5, k = $n);
        assert_eq!(y, expected, "{} columns", $n);
        let y = einsum::einsum!("ij,kj->ik", x, transposed; i = 3, j = 5, k = $n);
        assert_eq!(y, expected, "{} columns, contracted last", $n);
        let mut y = ndarray::Array2::from_elem((3, $n), 1 as $T);
        einsum::einsum!("ij,jk->ik", x, w, out = &mut y; i = 3, j = 5, k = $n);
        assert_eq!(y, expected, "{} columns, written", $n);
        // A column-major target is none of a nest's.
        let mut y = ndarray::Array2::from_elem((3, $n).f(), 1 as $T);
        einsum::einsum!("ij,jk->ik", x, w, out = &mut y; i = 3, j = 5, k = $n);
        assert_eq!(y, expected, "{} columns, column-major", $n);
        let y = einsum::einsum!("ij,k->kij", x, w.row(0); i = 3, j = 5, k = $n);
        assert!(y.indexed_iter().all(|((k, i, j), y)| *y == einsum::Element::times(x[[i, j]], w[[0, k]])), "{} outer", $n);
    )* };
}
pub(crate) use columns;
