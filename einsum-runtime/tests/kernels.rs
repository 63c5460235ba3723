//! Views and leaf kernels: every kernel against a loop, for all lengths around its unrolling and
//! all kinds of strides; nothing is reached out of bounds.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test crate")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum_runtime::{
    Element,
    leaf::{Lane, LaneMut, add, axpy, copy, dot, fill, multiply, multiply_add, scale, sum},
    view::{View, ViewMut},
};
use ndarray::{Array1, Array3, ArrayView1, Axis, s};
use num_complex::{Complex64, c64};

const LENGTHS: [usize; 9] = [0, 1, 2, 15, 16, 17, 31, 33, 50];
const STRIDES: [isize; 5] = [1, 2, -1, -3, 0];

/// Small whole numbers, so that sums are exact in any order.
fn numbers(len: usize, seed: usize) -> Array1<Complex64> {
    let number = |n: usize| f64::from(u8::try_from(n % 13).unwrap()) - 6.0;
    Array1::from_shape_fn(len, |n| c64(number(n * 7 + seed), number(n * 5 + 3 * seed)))
}

/// `len` numbers at a stride.
struct Strided {
    allocation: Array1<Complex64>,
    stride: isize,
    len: usize,
}

impl Strided {
    fn new(len: usize, stride: isize, seed: usize) -> Self {
        let allocated = if stride == 0 { 1 } else { len * stride.unsigned_abs() };
        Self { allocation: numbers(allocated, seed), stride, len }
    }

    fn array(&self) -> ArrayView1<'_, Complex64> {
        match self.stride {
            0 => self.allocation.broadcast(self.len).unwrap(),
            stride => self.allocation.slice(s![..;stride]),
        }
    }
}

fn lane<'a>(array: &ArrayView1<'a, Complex64>) -> Lane<'a, Complex64> {
    View::<_, 1>::of_array(array).unwrap().lane(0, [0])
}

/// Runs a kernel that writes a lane, at a stride that is the step of a matrix whose other elements
/// must stay as they are.
fn written(len: usize, step: usize, kernel: impl FnOnce(LaneMut<'_, Complex64>)) -> Vec<Complex64> {
    let mut elements = numbers(len * step, 99).to_vec();
    let before = elements.clone();
    kernel(ViewMut::row_major(&mut elements, [len, step]).lane(0, [0, 0]));
    for (n, (element, before)) in elements.iter().zip(&before).enumerate() {
        assert!(n % step == 0 || element == before, "element {n} is not of the lane");
    }
    elements.into_iter().step_by(step).collect()
}

fn for_all(mut check: impl FnMut(usize, &Strided, &Strided, usize)) {
    for len in LENGTHS {
        for a in STRIDES {
            for b in STRIDES {
                for step in [1, 3] {
                    check(len, &Strided::new(len, a, 1), &Strided::new(len, b, 2), step);
                }
            }
        }
    }
}

#[test]
fn kernels_of_one_lane() {
    for_all(|len, a, _, step| {
        let (a, number, old) = (a.array(), c64(2.0, 5.0), numbers(len * step, 99));
        let old = || old.iter().step_by(step);
        assert_eq!(written(len, step, |out| copy(out, lane(&a))), a.to_vec());
        assert_eq!(written(len, step, |out| fill(out, number)), vec![number; len]);
        assert_eq!(written(len, step, |out| scale(out, lane(&a), number)), (&a * number).to_vec());
        let sums: Vec<_> = old().zip(a).map(|(old, a)| old + a).collect();
        assert_eq!(written(len, step, |out| add(out, lane(&a))), sums);
        let sums: Vec<_> = old().zip(a).map(|(old, a)| old + a.conj() * number).collect();
        assert_eq!(written(len, step, |out| axpy(out, lane(&a).conj(), number)), sums);
        assert_eq!(sum(lane(&a)), a.sum());
        assert_eq!(sum(lane(&a).conj()), a.sum().conj());
    });
}

#[test]
fn kernels_of_two_lanes() {
    for_all(|len, a, b, step| {
        let (a, b, old) = (a.array(), b.array(), numbers(len * step, 99));
        let old = old.iter().step_by(step);
        assert_eq!(written(len, step, |out| multiply(out, lane(&a), lane(&b))), (&a * &b).to_vec());
        let expected: Vec<_> = old.zip(a.iter().zip(b)).map(|(old, (a, b))| old + a * b.conj()).collect();
        assert_eq!(written(len, step, |out| multiply_add(out, lane(&a), lane(&b).conj())), expected);
        assert_eq!(dot(lane(&a), lane(&b)), (&a * &b).sum());
        assert_eq!(dot(lane(&a).conj(), lane(&b)), (&a.mapv(|a| a.conj()) * &b).sum());
    });
}

#[test]
fn lanes_of_unequal_lengths_are_refused() {
    let (short, long) = (numbers(3, 1), numbers(4, 1));
    let (short, long) = (short.view(), long.view());
    assert!(refused(|| dot(lane(&short), lane(&long))));
    assert!(refused(|| dot(lane(&long), lane(&short))));
    assert!(refused(|| written(3, 1, |out| copy(out, lane(&long)))));
    assert!(refused(|| written(4, 1, |out| axpy(out, lane(&short), Complex64::ZERO))));
    assert!(refused(|| written(3, 1, |out| multiply(out, lane(&short), lane(&long)))));
    assert!(refused(|| written(3, 1, |out| multiply(out, lane(&long), lane(&short)))));
}

#[test]
fn views_reach_every_element_of_any_layout() {
    let allocation = Array3::from_shape_fn((4, 6, 5), |(i, j, k)| i * 100 + j * 10 + k);
    let mut reversed = allocation.view();
    reversed.invert_axis(Axis(1));
    let row = allocation.slice(s![1, 2, ..]);
    let layouts = [
        allocation.view(),
        allocation.view().permuted_axes([2, 0, 1]),
        allocation.slice(s![..;2, ..;-3, 1..]),
        reversed,
        row.broadcast((3, 2, 5)).unwrap(),
        allocation.slice(s![..0, .., ..]),
    ];
    for array in layouts {
        let view = View::<_, 3>::of_array(&array).unwrap();
        for ((i, j, k), &element) in array.indexed_iter() {
            assert_eq!(view.at([i, j, k]), element);
        }
        let (i, j, k) = array.dim();
        assert_eq!([view.extent(0), view.extent(1), view.extent(2)], [i, j, k]);
        for index in [[i, 0, 0], [0, j, 0], [0, 0, k], [usize::MAX, 0, 0], [0, usize::MAX / 2, 0]] {
            assert!(refused(|| view.at(index)), "{index:?} of {:?}", array.dim());
            let axis = index.iter().position(|&index| index > 0).unwrap_or(0);
            assert!(refused(|| sum(view.lane((axis + 1) % 3, index))), "{index:?} of {:?}", array.dim());
        }
        assert!(refused(|| sum(view.lane(3, [0, 0, 0]))));
    }
    assert!(View::<_, 2>::of_array(&allocation.view()).is_none());
}

#[test]
fn diagonals_need_equal_extents_and_every_place() {
    let square = Array3::from_shape_fn((3, 4, 3), |(i, j, k)| i * 100 + j * 10 + k);
    let view = View::<_, 3>::of_array(&square.view()).unwrap();
    let diagonal: View<'_, usize, 2> = view.diagonal([1, 0, 1]);
    assert_eq!(diagonal.at([2, 1]), 121);
    assert!(refused(|| diagonal.at([2, 3])));
    assert!(refused(|| view.diagonal::<2>([0, 0, 1]).extent(0)));
    assert!(refused(|| view.diagonal::<3>([0, 1, 0]).extent(0)));
    assert!(refused(|| view.diagonal::<1>([0, 0, 1]).extent(0)));
}

#[test]
fn slices_must_have_the_length_of_their_extents() {
    let mut elements = [0_i64; 6];
    assert!(refused(|| View::row_major(&elements, [2, 4]).extent(0)));
    assert!(refused(|| View::row_major(&elements[..0], [usize::MAX, 2]).extent(0)));
    let elements = AssertUnwindSafe(&mut elements);
    assert!(refused(move || ViewMut::row_major({ elements }.0, [7]).set([6], 1)));
    assert_eq!(i64::ZERO, 0);
}

fn refused<R>(call: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(call)).is_err()
}
