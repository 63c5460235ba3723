//! Steps of tensors whose axes are counted at run time, for einsums whose subscripts are read there.

use alloc::{vec, vec::Vec};
use core::ptr;

use einsum_engine::{Axis, Problem, Source};
use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD};

use crate::{
    element::Element,
    loops::{NoNest, Way},
    tensor::{
        owned,
        room::{dynamic, len, zeros},
        view::fill_row_major,
    },
};

/// A factor of a step: its elements, the number of a label for every axis, and whether elements are conjugated.
#[derive(Clone, Debug)]
pub struct Factor<'a, T> {
    /// The elements.
    pub array: ArrayViewD<'a, T>,
    /// The number of a label for every axis.
    pub labels: &'a [usize],
    /// Whether elements are conjugated as they are read.
    pub conj: bool,
}

/// The result of a step, a new array of these extents with the number of a label for every axis: the product of one factor or two, summed
/// over the labels that the result has not; or nothing if it has more bytes than can be addressed or allocated. A repeated label of the result
/// stands for its diagonal, off which there are zeros. A factor of extent 1 along a label repeats, and a result is the sum. Of no factor
/// it is zeros.
///
/// # Panics
/// If there are more than two factors; if a tensor has another number of axes than of labels; if a label has a number that
/// is not below `labels`; or if two extents of a label differ and neither is 1.
#[must_use]
pub fn compute<T: Element>(
    labels: usize,
    (extents, of_axes): (&[usize], &[usize]),
    factors: &[Factor<'_, T>],
) -> Option<ArrayD<T>> {
    let len = len::<T>(extents)?;
    if factors.is_empty() {
        return Some(dynamic(extents, zeros(len)));
    }
    let mut strides = vec![1; extents.len()];
    fill_row_major(extents, &mut strides);
    let mut axes = axes(labels, (extents, &strides, of_axes), factors);
    // SAFETY: `axes` were made of the axes of the factors, and of those of a row-major tensor of `len` elements, of which `owned::compute`
    // puts a pointer to the first into the place of the null pointer before anything is computed. There is no `beta`.
    let problem = unsafe { problem(&mut axes, ptr::null_mut(), factors, None) };
    let is_diagonal = owned::repeats(of_axes);
    // SAFETY: an index below the extents of a row-major tensor of `len` elements is one of these, another for every other index; nothing
    // else reaches new elements; factors keep the contract of `Problem::new`, as `problem` says. There is no `beta`. If no label repeats,
    // every element has an index.
    let elements = unsafe { owned::compute(problem, const { Way::of::<NoNest, 0>() }, len, is_diagonal) };
    Some(dynamic(extents, elements))
}

/// Writes the result of a step, as [`compute`] has it, to `out`, or adds it to what is there. Of a repeated label the diagonal alone is
/// written.
///
/// # Panics
/// As [`compute`], and if there is no factor.
pub fn write<T: Element>(
    labels: usize,
    (mut out, of_axes): (ArrayViewMutD<'_, T>, &[usize]),
    factors: &[Factor<'_, T>],
    is_added: bool,
) {
    let mut axes = axes(labels, (out.shape(), out.strides(), of_axes), factors);
    // SAFETY: `axes` were made of the axes of the factors and of `out`, with the pointer to its element at index 0, which is borrowed mutably:
    // its elements are initialised, distinct, and reached by nothing else while the problem is there.
    let problem = unsafe { problem(&mut axes, out.as_mut_ptr(), factors, is_added.then_some(T::ONE)) };
    const { Way::of::<NoNest, 0>() }.function()(problem);
}

/// An axis for each of so many labels, on which the result and the factors walk.
fn axes<T>(
    labels: usize,
    (extents, strides, of_axes): (&[usize], &[isize], &[usize]),
    factors: &[Factor<'_, T>],
) -> Vec<Axis> {
    let mut axes = vec![Axis::POINT; labels];
    let mut walk = |tensor: usize, extents: &[usize], strides: &[isize], of_axes: &[usize]| {
        assert_eq!(extents.len(), of_axes.len(), "a tensor has a label for every axis");
        for ((&extent, &stride), &label) in extents.iter().zip(strides).zip(of_axes) {
            axes[label].add(tensor, extent, stride);
        }
    };
    walk(0, extents, strides, of_axes);
    for (number, factor) in factors.iter().enumerate() {
        walk(1 + number, factor.array.shape(), factor.array.strides(), factor.labels);
    }
    axes
}

/// The step as data for the engine.
///
/// # Safety
/// - `axes` have been made of the axes of these factors and of a result, by [`axes`].
/// - For every index below the extents of that result, `out`, or the pointer that is put into its place before the problem is computed,
///   moved by the sum of `index * stride` is valid for writes, and, if there is a `beta`, for reads of an initialised element.
/// - Elements of distinct indices of the result are distinct, and nothing else reaches them.
unsafe fn problem<'p, T: Element>(
    axes: &'p mut [Axis],
    out: *mut T,
    factors: &'p [Factor<'_, T>],
    beta: Option<T>,
) -> Problem<'p, T> {
    let source = |factor: &Factor<'_, T>| Source { pointer: factor.array.as_ptr(), conj: factor.conj };
    let sources = match factors {
        [lhs] => (source(lhs), None),
        [lhs, rhs] => (source(lhs), Some(source(rhs))),
        _ => panic!("a step has one factor or two"),
    };
    // SAFETY: an index below the extents of `axes` is, along every axis of every tensor, an index below its extent there, or that axis has
    // extent 1 and is not moved along: so elements of factors, which are borrowed for `'p`, are valid for reads, and those of the result
    // are as the contract says. Along every axis of the result that has more than one index it is moved, so that its elements are
    // distinct; a contracted axis does not move it.
    unsafe { Problem::new(axes, out, sources, (None, beta), T::FAMILY) }
}
