//! Steps of known extents and few terms: loops of constant bounds, compiled at the call site.
//!
//! A product of 4 x 4 takes half of what the engine needs to see what it is. The loops are types, so that what they are made of
//! is constant whatever the compiler inlines and unrolls. Tensors that are not row-major go to the engine.

use std::marker::PhantomData;

use einsum_engine::extents;

use crate::{
    element::{Element, is_real},
    tensor::access::{Labelled, Read},
};

/// Loops of a step whose bounds and strides the compiler knows: [`Loops`], or none, [`Unknown`]. (Of none nothing is compiled:
/// code that is inlined into a large network, without optimisation, takes room on the stack whether or not it is reached.)
///
/// # Safety
/// - If `fits` returns true, `compute` writes the element of the result at every index, reads those of the factors, and reaches
///   no others.
pub unsafe trait Known {
    /// Whether the tensors of a step with `labels` labels have these loops: whether their extents are those, and they are
    /// row-major, with those strides; and whether the labels of the result are the first ones.
    #[doc(hidden)]
    #[inline(always)]
    #[must_use]
    fn fits<T: Element>(_out: &Labelled<'_>, _factors: &[Read<'_, T>], _labels: usize) -> bool {
        false
    }

    /// Computes the sum of the products of the factors, for every index of the result.
    ///
    /// # Safety
    /// - [`Known::fits`] has returned true for these factors and the axes of the result.
    /// - At every index below the extents of these axes, `out` moved by the sum of `index * stride` is valid for writes;
    ///   elements of distinct indices are distinct, and none is an element of a factor.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn compute<T: Element>(_factors: &[Read<'_, T>], _out: *mut T) {}
}

/// How many indices a loop has, and how far one step is in the result and in two factors.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    extent: usize,
    strides: [isize; 3],
}

/// The loops of a step of which nothing is known: none.
#[derive(Clone, Copy, Debug)]
pub enum Unknown {}

// SAFETY: nothing fits.
unsafe impl Known for Unknown {}

/// A loop: how many indices it has, and how far one step is in row-major tensors, the result and two factors.
#[derive(Clone, Copy, Debug)]
pub enum Loop<const EXTENT: usize, const OUT: isize, const LHS: isize, const RHS: isize> {}

/// A type that is a loop.
pub trait Constant {
    #[doc(hidden)]
    const WALK: Walk;
}

impl<const EXTENT: usize, const OUT: isize, const LHS: isize, const RHS: isize> Constant
    for Loop<EXTENT, OUT, LHS, RHS>
{
    const WALK: Walk = Walk { extent: EXTENT, strides: [OUT, LHS, RHS] };
}

/// Loops over three labels of the result, the innermost last, and two contracted ones. Those that are not there are the first
/// of the ones and the last of the others, and have one index.
#[derive(Clone, Copy, Debug)]
pub struct Loops<X, Y, Z, P, Q>(PhantomData<(X, Y, Z, P, Q)>);

/// The loops as numbers.
trait Numbers {
    const LOOPS: [Walk; 5];
}

impl<X: Constant, Y: Constant, Z: Constant, P: Constant, Q: Constant> Numbers for Loops<X, Y, Z, P, Q> {
    const LOOPS: [Walk; 5] = [X::WALK, Y::WALK, Z::WALK, P::WALK, Q::WALK];
}

// SAFETY: the loops go over all labels of the result and all others, as `fits` has compared their extents and strides with
// those of the tensors; labels of the result are the first ones. (A repeated one is the caller's to refuse.)
unsafe impl<X: Constant, Y: Constant, Z: Constant, P: Constant, Q: Constant> Known for Loops<X, Y, Z, P, Q> {
    #[inline(always)]
    fn fits<T: Element>(out: &Labelled<'_>, factors: &[Read<'_, T>], labels: usize) -> bool {
        fits::<T, Self>(out, factors, labels)
    }

    #[inline(always)]
    unsafe fn compute<T: Element>(factors: &[Read<'_, T>], out: *mut T) {
        // SAFETY: by this function's contract, which has the same clauses: `Self::fits` is `fits::<T, Self>`.
        unsafe { compute::<T, Self>(factors, out) }
    }
}

/// How many of the loops are over labels of the result: the first ones.
const KEPT: usize = 3;

/// Whether the tensors of a step with `labels` labels have the loops `K`: see [`Known::fits`].
#[inline(always)]
fn fits<T: Element, K: Numbers>(out: &Labelled<'_>, factors: &[Read<'_, T>], labels: usize) -> bool {
    let loops = K::LOOPS;
    let kept = out.rank();
    let is_counted = kept <= KEPT && labels <= kept + loops.len() - KEPT && (1..=2).contains(&factors.len());
    if !is_counted || !is_real::<T>() && factors.iter().any(Read::is_conjugated) {
        return false;
    }
    // Of loops that are not there: one that ran never, and one that ran for a label that no tensor has, are none of the step.
    let mut fits = is_row_major::<K, 0>(kept, out);
    for (place, walk) in loops.iter().enumerate() {
        let is_absent = place < KEPT - kept || place >= KEPT - kept + labels;
        fits &= !is_absent || walk.extent == 1;
    }
    if let Some(lhs) = factors.first() {
        fits &= is_row_major::<K, 1>(kept, lhs.axes());
    }
    if let Some(rhs) = factors.get(1) {
        fits &= is_row_major::<K, 2>(kept, rhs.axes());
    }
    fits
}

/// Whether one tensor, 0 the result, 1 and 2 the factors, has the extents of the loops `K`, is row-major, and has the strides
/// of these loops.
#[inline(always)]
fn is_row_major<K: Numbers, const TENSOR: usize>(kept: usize, tensor: &Labelled<'_>) -> bool {
    let loops = K::LOOPS;
    let mut strides = [0; 5];
    let mut stride = 1;
    let mut differ = !tensor.is_plain();
    for axis in (0..tensor.rank()).rev() {
        let (label, extent, found) = tensor.axis(axis);
        let place = KEPT - kept + label;
        differ |= extent != loops[place].extent || found != stride || TENSOR == 0 && label >= kept;
        strides[place] += stride;
        stride = extents::offset(loops[place].extent, stride);
    }
    for place in 0..loops.len() {
        differ |= strides[place] != loops[place].strides[TENSOR];
    }
    !differ
}

/// Computes the sum of the products of the factors for every index of the result, four indices of its last loop at a time.
///
/// # Safety
/// - [`fits`] has returned true for `K`, these factors and the axes of the result.
/// - At every index below the extents of these axes, `out` moved by the sum of `index * stride` is valid for writes; elements
///   of distinct indices are distinct, and none is an element of a factor.
#[inline(always)]
unsafe fn compute<T: Element, K: Numbers>(factors: &[Read<'_, T>], out: *mut T) {
    let [_, _, z, _, _] = K::LOOPS;
    let mut start = 0;
    // SAFETY: by this function's contract, which has the same clauses; the third loop has so many indices from `start` on.
    unsafe {
        while start + 4 <= z.extent {
            compute_some::<T, K, 4>(factors, out, start);
            start += 4;
        }
        match z.extent - start {
            3 => compute_some::<T, K, 3>(factors, out, start),
            2 => compute_some::<T, K, 2>(factors, out, start),
            1 => compute_some::<T, K, 1>(factors, out, start),
            _ => {}
        }
    }
}

/// Computes the sum of the products of the factors for `N` indices of the third loop, from `start` on, and all of the others.
///
/// # Safety
/// - [`fits`] has returned true for `K`, these factors and the axes of the result.
/// - At every index below the extents of these axes, `out` moved by the sum of `index * stride` is valid for writes; elements
///   of distinct indices are distinct, and none is an element of a factor.
/// - The third loop has `N` indices from `start` on.
#[inline(always)]
unsafe fn compute_some<T: Element, K: Numbers, const N: usize>(factors: &[Read<'_, T>], out: *mut T, start: usize) {
    let [x, y, z, p, q] = K::LOOPS;
    let is_sum = p.extent != 1 || q.extent != 1;
    let lhs = factors[0].pointer();
    let rhs = factors.get(1).map(Read::pointer);
    let offset = |tensor: usize, index: [usize; 5]| {
        let at = |n: usize, walk: Walk| extents::offset(index[n], walk.strides[tensor]);
        at(0, x) + at(1, y) + at(2, z) + at(3, p) + at(4, q)
    };
    for i in 0..x.extent {
        for j in 0..y.extent {
            let mut sums = [T::ZERO; N];
            for k in 0..p.extent {
                for l in 0..q.extent {
                    for (n, sum) in sums.iter_mut().enumerate() {
                        let index = [i, j, start + n, k, l];
                        // SAFETY: by the contract the loops have the extents and strides of the factor: an index below them
                        // is one of its elements, which by the contract of `Read::new` are valid for reads.
                        let mut term = unsafe { lhs.offset(offset(1, index)).read() };
                        if let Some(rhs) = rhs {
                            // SAFETY: as for the first factor.
                            term = term.times(unsafe { rhs.offset(offset(2, index)).read() });
                        }
                        *sum = if is_sum { sum.plus(term) } else { term };
                    }
                }
            }
            for (n, sum) in sums.into_iter().enumerate() {
                // SAFETY: by the contract the loops have the extents and strides of the result, at whose indices `out` is valid
                // for writes.
                unsafe { out.offset(offset(0, [i, j, start + n, 0, 0])).write(sum) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tensor::view::View;

    type Product = Loops<Loop<1, 0, 0, 0>, Loop<2, 5, 3, 0>, Loop<5, 1, 0, 1>, Loop<3, 0, 1, 5>, Loop<1, 0, 0, 0>>;

    /// Of `ij,jk->ik` with these numbers of labels, extents and strides of the result.
    fn of_result<K: Known>(labels: [usize; 2], extents: [usize; 2], strides: [isize; 2]) -> bool {
        let (lhs, rhs) = (View::row_major(&[0.0; 6], [2, 3]), View::row_major(&[0.0; 15], [3, 5]));
        K::fits::<f64>(&Labelled::new(&extents, &strides, &labels), &[lhs.read(&[0, 2]), rhs.read(&[2, 1])], 3)
    }

    #[test]
    fn only_the_tensors_that_the_loops_are_of_fit() {
        assert!(of_result::<Product>([0, 1], [2, 5], [5, 1]));
        assert!(!of_result::<Unknown>([0, 1], [2, 5], [5, 1]));
        // Column-major, of a larger array, of other extents, and of labels that are not those of the result.
        assert!(!of_result::<Product>([0, 1], [2, 5], [1, 2]));
        assert!(!of_result::<Product>([0, 1], [2, 5], [6, 1]));
        assert!(!of_result::<Product>([0, 1], [2, 4], [5, 1]));
        assert!(!of_result::<Product>([1, 0], [5, 2], [2, 1]));
        assert!(!of_result::<Product>([0, 2], [2, 3], [3, 1]));
    }
}
