//! Inputs of every layout, and loops over indices.

use ndarray::{Array, Axis, Dimension, IntoDimension, Slice};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How many ways there are to lay out an array.
pub(crate) const LAYOUTS: usize = 4;

/// Random numbers of an extent in the way of this number: row-major, column-major, reversed, or every other element.
pub(crate) fn random<I: IntoDimension>(shape: I, seed: u64, layout: usize) -> Array<f64, I::Dim> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || random.random_range(-1.0..1.0);
    let mut dimension = shape.into_dimension();
    match layout % LAYOUTS {
        0 => Array::from_shape_simple_fn(dimension, draw),
        1 => {
            dimension.slice_mut().reverse();
            Array::from_shape_simple_fn(dimension, draw).reversed_axes()
        }
        2 => {
            let mut array = Array::from_shape_simple_fn(dimension, draw);
            for axis in 0..array.ndim() {
                array.invert_axis(Axis(axis));
            }
            array
        }
        _ => {
            dimension.slice_mut().iter_mut().for_each(|extent| *extent *= 2);
            let mut array = Array::from_shape_simple_fn(dimension, &mut draw);
            for axis in 0..array.ndim() {
                array.slice_axis_inplace(Axis(axis), Slice::new(0, None, 2));
            }
            array
        }
    }
}

/// The sum over all indices.
pub(crate) fn sum<const N: usize>(extents: [usize; N], term: impl Fn([usize; N]) -> f64) -> f64 {
    let count: usize = extents.iter().product();
    let index = |mut number: usize| {
        let mut index = [0; N];
        for axis in (0..N).rev() {
            index[axis] = number % extents[axis];
            number /= extents[axis];
        }
        index
    };
    (0..count).map(|number| term(index(number))).sum()
}

/// The element at an index, or 0 if that is outside.
pub(crate) fn at<D: Dimension, const N: usize>(array: &Array<f64, D>, index: [isize; N]) -> f64 {
    let dynamic = array.view().into_dyn();
    let index: Option<Vec<usize>> = index.iter().map(|&index| usize::try_from(index).ok()).collect();
    index.and_then(|index| dynamic.get(&*index).copied()).unwrap_or(0.0)
}

/// Checks that all elements are nearly equal.
#[track_caller]
pub(crate) fn assert_close<D: Dimension>(found: &Array<f64, D>, expected: &Array<f64, D>) {
    assert_eq!(found.shape(), expected.shape());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(is_close(*found, *expected), "element {index} is {found}, not {expected}");
    }
}

/// Whether two arrays have the same shape, and all elements are nearly equal.
pub(crate) fn near<D: Dimension>(found: &Array<f64, D>, expected: &Array<f64, D>) -> bool {
    found.shape() == expected.shape() && found.iter().zip(expected).all(|(found, expected)| is_close(*found, *expected))
}

fn is_close(found: f64, expected: f64) -> bool {
    let is_close = (found - expected).abs() <= 1e-11 * (1.0 + expected.abs());
    is_close || (found.is_nan() && expected.is_nan()) || found == expected
}

/// The gradient of a function by each element of an array, by differences.
pub(crate) fn differences<D: Dimension>(array: &Array<f64, D>, loss: impl Fn(&Array<f64, D>) -> f64) -> Array<f64, D> {
    const STEP: f64 = 1e-5;
    let mut moved = array.clone();
    let mut gradient = array.clone();
    for (index, _) in array.indexed_iter() {
        let index = index.into_dimension();
        let at = moved[index.clone()];
        moved[index.clone()] = at + STEP;
        let after = loss(&moved);
        moved[index.clone()] = at - STEP;
        let before = loss(&moved);
        moved[index.clone()] = at;
        gradient[index] = (after - before) / (2.0 * STEP);
    }
    gradient
}

/// Whether a gradient is that by differences.
#[track_caller]
pub(crate) fn assert_gradient<D: Dimension>(found: &Array<f64, D>, expected: &Array<f64, D>) {
    assert_eq!(found.shape(), expected.shape());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let is_close = (found - expected).abs() <= 1e-6 * (1.0 + expected.abs());
        assert!(is_close, "element {index} of the gradient is {found}, not {expected}");
    }
}
