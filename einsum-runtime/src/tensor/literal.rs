//! Steps whose extents are literals, and terms few: their nests are compiled at the call site.
//!
//! A product of 4 x 4 takes half of what the engine needs to see what it is. Extents and strides are constants of the nest, whatever
//! the compiler inlines and unrolls. Tensors that are not row-major go to the engine.

use einsum_engine::extents;

use crate::{
    element::Element,
    loops::{self, Nest, Place},
    tensor::access::{Labelled, Read},
};

/// Whether the tensors of a step have the extents of its nest, which are literals and none of which is 0, and are row-major.
#[inline(always)]
pub(super) fn fits<T: Element, N: Nest<L>, const L: usize>(out: &Labelled<'_>, factors: &[Read<'_, T>]) -> bool {
    let Some(extents) = N::EXTENTS else { return false };
    if const { !loops::is_here::<T, N, L>() } {
        return false;
    }
    let [of_out, of_lhs, of_rhs] = N::TENSORS;
    let mut fits = !extents.contains(&0) && factors.len() <= 2 && is_row_major(out, of_out, extents);
    if let Some(lhs) = factors.first() {
        fits &= is_row_major(lhs.axes(), of_lhs, extents);
    }
    if let Some(rhs) = factors.get(1) {
        fits &= is_row_major(rhs.axes(), of_rhs, extents);
    }
    fits && (of_lhs.is_empty() || !factors.is_empty()) && (of_rhs.is_empty() || factors.len() > 1)
}

/// Whether a tensor has the extents of these labels, and is row-major.
#[inline(always)]
fn is_row_major<const L: usize>(tensor: &Labelled<'_>, labels: &[usize], extents: [usize; L]) -> bool {
    let mut stride = 1;
    let mut differ = !tensor.is_plain() || tensor.rank() != labels.len();
    for axis in (0..labels.len().min(tensor.rank())).rev() {
        let (_, extent, found) = tensor.axis(axis);
        let expected = extents[labels[axis]];
        differ |= extent != expected || found != stride;
        stride = extents::offset(expected, stride);
    }
    !differ
}

/// The pointers of both factors; of one that there is not, that of a zero.
#[inline(always)]
fn pointers<T: Element>(factors: &[Read<'_, T>], zero: &T) -> [*const T; 2] {
    let pointer = |number: usize| factors.get(number).map_or(core::ptr::from_ref(zero), Read::pointer);
    [pointer(0), pointer(1)]
}

/// Computes the step, into a result that lies in the place `P`.
///
/// # Safety
/// - [`fits`] has returned true for the nest, these factors and the axes of the result.
/// - There is room for the elements of the result at `out`, and nothing else reaches them, no factor either.
#[inline(always)]
pub(super) unsafe fn compute<T: Element, N: Nest<L>, P: Place, const L: usize>(factors: &[Read<'_, T>], out: *mut T) {
    let zero = T::ZERO;
    // SAFETY: by the contract the tensors are row-major, of the extents of the nest, none of which is 0; of a factor that there is
    // not the nest has no axes, so that it is one number, in every vector as well. By the contract of `Read::new` elements of
    // factors are valid for reads.
    unsafe { loops::constant::<T, N, P, L>(out, pointers(factors, &zero)) }
}

/// Computes the step, and returns the elements of the result, nested arrays `B`.
///
/// # Safety
/// - [`fits`] has returned true for the nest, these factors and the axes of the result, whose elements `B` are.
#[inline(always)]
pub(super) unsafe fn returned<T: Element, N: Nest<L>, B, const L: usize>(factors: &[Read<'_, T>]) -> B {
    let zero = T::ZERO;
    // SAFETY: as in `compute`.
    unsafe { loops::returned::<T, N, B, L>(pointers(factors, &zero)) }
}

/// Computes the step, multiplied by `alpha`, and adds to the old content, multiplied by `beta`, if there are these.
///
/// # Safety
/// - [`fits`] has returned true for the nest, these factors and the axes of the result, and `loops::is_scaled_here` for the nest.
/// - There are elements of the result at `out`, initialised if there is a `beta`, and nothing else reaches them, no factor either.
#[inline(always)]
pub(super) unsafe fn scaled<T: Element, N: Nest<L>, const L: usize>(
    factors: &[Read<'_, T>],
    out: *mut T,
    scale: (Option<T>, Option<T>),
) {
    let zero = T::ZERO;
    // SAFETY: as in `compute`; of the result by the contract.
    unsafe { (const { loops::scaling::<T, N, L>() })(out, pointers(factors, &zero), scale) }
}
