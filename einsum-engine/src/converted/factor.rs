//! A factor that may be kept as another type.

use crate::{
    conversion::Conversion,
    extents,
    number::Family,
    problem::{Axis, Problem, Source},
};

/// A factor, and how its elements are read if they are of another type; then `source` points to elements of that type.
#[derive(Clone, Copy, Debug)]
pub struct Factor<T> {
    /// Where its elements are.
    pub source: Source<T>,
    /// How they are read, if they are of another type.
    pub conversion: Option<Conversion<T>>,
}

/// How many elements a factor has, of which views may repeat some.
pub(super) fn len(axes: &[Axis], factor: usize) -> usize {
    extents::count(axes.iter().filter(|axis| stride_in(axis, factor) != 0).map(|axis| axis.extent))
}

/// The stride of an axis in a factor.
pub(super) fn stride_in(axis: &Axis, factor: usize) -> isize {
    if factor == 0 { axis.lhs } else { axis.rhs }
}

/// The numbers of a step: neutral elements and kernels, and how steps of theirs are computed where no factor is converted.
#[derive(Clone, Copy, Debug)]
pub struct Arithmetic<T: 'static> {
    /// The neutral element of the sum.
    pub zero: T,
    /// The neutral element of the product.
    pub one: T,
    /// Which number it is.
    pub family: Family<T>,
    /// Computes a step.
    pub run: fn(Problem<'_, T>),
}
