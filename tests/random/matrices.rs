//! Products of two matrices, which call sites give to the engine by their labels: of all extents around the vectors of each instruction
//! set, of any strides, against loops.

use std::ops::{Add, Mul};

use einsum::{Differentiable, Element, einsum};
use einsum_engine::machine::isa;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, s};
use num_complex::Complex;

/// Numbers whose products and sums are exact.
trait Exact: Element + Differentiable + PartialEq + std::fmt::Debug + Add<Output = Self> + Mul<Output = Self> {
    fn small(seed: &mut u32) -> Self;
}

fn small(seed: &mut u32) -> f32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    f32::from(u8::try_from(*seed >> 29).expect("three bits")) - 3.0
}

impl Exact for f32 {
    fn small(seed: &mut u32) -> Self {
        small(seed)
    }
}

impl Exact for f64 {
    fn small(seed: &mut u32) -> Self {
        small(seed).into()
    }
}

impl Exact for Complex<f32> {
    fn small(seed: &mut u32) -> Self {
        Self::new(small(seed), small(seed))
    }
}

/// A matrix between other elements, and how it lies there.
struct Around<T> {
    all: Array2<T>,
    layout: usize,
}

impl<T: Exact> Around<T> {
    fn new(seed: &mut u32, [rows, columns]: [usize; 2], layout: usize) -> Self {
        let shape = match layout {
            0 | 3 => [rows + 2, columns],
            1 => [columns + 2, rows],
            _ => [rows + 2, 2 * columns],
        };
        Self { all: Array2::from_shape_simple_fn(shape, || T::small(seed)), layout }
    }

    /// All but the first and the last row of what there is.
    fn inner(&self) -> ArrayView2<'_, T> {
        self.all.slice(s![1..self.all.nrows() - 1, ..])
    }

    fn view(&self) -> ArrayView2<'_, T> {
        match self.layout {
            0 => self.inner(),
            1 => self.inner().reversed_axes(),
            2 => self.inner().slice_move(s![.., ..;2]),
            _ => self.inner().slice_move(s![..;-1, ..;-1]),
        }
    }

    fn view_mut(&mut self) -> ArrayViewMut2<'_, T> {
        let end = self.all.nrows() - 1;
        let inner = self.all.slice_mut(s![1..end, ..]);
        match self.layout {
            0 => inner,
            1 => inner.reversed_axes(),
            2 => inner.slice_move(s![.., ..;2]),
            _ => inner.slice_move(s![..;-1, ..;-1]),
        }
    }
}

fn product<T: Exact>(a: &ArrayView2<'_, T>, b: &ArrayView2<'_, T>) -> Array2<T> {
    let sum = |(i, k)| (0..a.ncols()).fold(T::ZERO, |sum, j| sum + a[[i, j]] * b[[j, k]]);
    Array2::from_shape_fn([a.nrows(), b.ncols()], sum)
}

fn check<T: Exact>(seed: &mut u32, [m, k, n]: [usize; 3], layouts: [usize; 3]) {
    let (a, b) = (Around::<T>::new(seed, [m, k], layouts[0]), Around::<T>::new(seed, [k, n], layouts[1]));
    let (a, b) = (a.view(), b.view());
    let expected = product(&a, &b);
    let what = format!("{m} x {k} x {n}, {layouts:?}, {:?}", isa::current());
    assert_eq!(einsum!("ij,jk->ik", a, b), expected, "{what}");
    assert_eq!(einsum!("ij,jk->ki", a, b), expected.t(), "{what}, transposed");
    assert_eq!(einsum!("jk,ij->ik", b, a), expected, "{what}, the other way around");
    let (alpha, beta) = (T::small(seed), T::small(seed));
    let mut out = Around::<T>::new(seed, [m, n], layouts[2]);
    let mut whole = Around { all: out.all.clone(), layout: out.layout };
    for is_scaled in [false, true] {
        let old = whole.view().to_owned();
        whole.view_mut().zip_mut_with(&expected, |y, &sum| *y = if is_scaled { alpha * sum + beta * *y } else { sum });
        let mut target = out.view_mut();
        if is_scaled {
            einsum!("ij,jk->ik", a, b, out = target, alpha = alpha, beta = beta);
        } else {
            einsum!("ij,jk->ik", a, b, out = target);
        }
        assert_eq!(out.all, whole.all, "{what}, scaled: {is_scaled}, onto {old:?}");
    }
}

/// Every number of rows and columns up to more than two vectors, with each layout now and then.
fn extents<T: Exact>(seed: &mut u32, most: usize) {
    let depths = [1, 2, 3, 7, 16, 65];
    for m in 1..=most {
        for n in 1..=most {
            let at = m * 7 + n * 3;
            let layouts = [at % 5, at / 2 % 6, at / 3 % 7].map(|layout| if layout > 3 { 0 } else { layout });
            check::<T>(seed, [m, depths[(m + n) % depths.len()], n], layouts);
        }
    }
    for extents in [[0, 3, 4], [3, 0, 4], [3, 4, 0], [4, 4, 70], [70, 4, 4], [64, 64, 64], [3, 800, 5]] {
        check::<T>(seed, extents, [0; 3]);
    }
}

#[test]
fn products_of_matrices_are_those_of_loops() {
    let mut seed = 7;
    for isa in isa::available() {
        isa::force(Some(isa));
        extents::<f32>(&mut seed, 34);
        extents::<f64>(&mut seed, 18);
        extents::<Complex<f32>>(&mut seed, 9);
    }
    isa::force(None);
}

#[test]
fn a_matrix_that_is_repeated_is_summed() {
    let (a, b) = (Array2::from_elem([3, 5], 2.0_f32), Array2::from_elem([5, 4], 3.0_f32));
    let (row, column) = (Array2::from_elem([1, 4], 3.0_f32), Array2::from_elem([3, 1], 2.0_f32));
    assert_eq!(einsum!("ij,jk->ik", a, row), Array2::from_elem([3, 4], 30.0));
    assert_eq!(einsum!("ij,jk->ik", column, b), Array2::from_elem([3, 4], 30.0));
    let stretched = row.broadcast([5, 4]).expect("one row is repeated");
    assert_eq!(einsum!("ij,jk->ik", a, stretched), Array2::from_elem([3, 4], 30.0));
}
