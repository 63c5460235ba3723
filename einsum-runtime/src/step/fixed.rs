//! Steps whose extents are literals: loops with constant bounds, which the compiler unrolls at the
//! call site.
//!
//! All is inlined, so that extents and the strides of row-major tensors are constants there. With
//! other strides the engine takes the step, as it does all others.

use super::{Labelled, Step, Write};
use crate::element::Element;

/// A loop for every label: its extent, and the stride in the result and both factors.
#[derive(Clone, Copy)]
struct Loop {
    extent: usize,
    strides: [usize; 3],
    is_kept: bool,
}

/// Loops of extent 1 stand for labels that are not there.
const LOOPS: usize = 4;

/// So many elements of the result are computed at a time.
const LANE: usize = 16;

impl<T: Element> Step<'_, T> {
    /// Computes the step, where label `n` has the extent `extents[n]` in all tensors, and the labels
    /// of the result come first.
    ///
    /// # Panics
    /// As [`Step::write`].
    #[inline(always)]
    pub fn write_fixed<const L: usize>(self, out: Write<'_, T>, extents: [usize; L]) {
        let lies_so = out.axes.is_row_major(extents) && self.factors.iter().all(|f| f.axes.is_row_major(extents));
        if !lies_so || L > LOOPS || self.beta.is_some() {
            return self.write(out);
        }
        let mut loops = [Loop { extent: 1, strides: [0; 3], is_kept: true }; LOOPS];
        for label in 0..L {
            let stride = |axes: &Labelled<'_>| axes.row_major_stride(label, extents);
            let of_factor = |number: usize| self.factors.get(number).map_or(0, |factor| stride(&factor.axes));
            loops[label].extent = extents[label];
            loops[label].strides = [stride(&out.axes), of_factor(0), of_factor(1)];
            loops[label].is_kept = out.axes.labels.contains(&label);
        }
        // SAFETY: all tensors are row-major with the extents of their labels, as was checked, so that
        // the sum of `index * stride` is the offset of an element of each.
        unsafe { self.unrolled(&out, loops) };
    }

    /// # Safety
    /// - For every index below the extents of `loops`, the sum of `index * stride` is the offset of an
    ///   element of the result and of each factor, valid as [`Write`] and [`Read`](super::Read) say.
    #[inline(always)]
    unsafe fn unrolled(self, out: &Write<'_, T>, loops: [Loop; LOOPS]) {
        // The innermost label of the result is the lane, unless it is too long to unroll.
        let lane = (0..LOOPS).rev().find(|&n| loops[n].is_kept && loops[n].extent != 1 && loops[n].extent <= LANE);
        let inner = lane.map_or(1, |lane| loops[lane].extent);
        let inner_strides = lane.map_or([0; 3], |lane| loops[lane].strides);
        let outer = |n: usize| if Some(n) == lane { 1 } else { loops[n].extent };
        let extents = [outer(0), outer(1), outer(2), outer(3)];
        let bounds = |is_kept: bool| -> [usize; LOOPS] {
            std::array::from_fn(|n| if loops[n].is_kept == is_kept { extents[n] } else { 1 })
        };
        let offset = |index: [usize; LOOPS], tensor: usize| -> usize {
            (0..LOOPS).map(|n| index[n] * loops[n].strides[tensor]).sum()
        };
        let has_sum = loops.iter().any(|l| !l.is_kept);
        each(bounds(true), |at| {
            let mut sums = [T::ZERO; LANE];
            let mut is_first = true;
            each(bounds(false), |within| {
                let index: [usize; LOOPS] = std::array::from_fn(|n| at[n] + within[n]);
                for (n, sum) in sums.iter_mut().enumerate().take(inner) {
                    // SAFETY: by the contract, `n` being below the extent of the lane.
                    let term = unsafe { self.term([1, 2].map(|t| offset(index, t) + n * inner_strides[t])) };
                    *sum = if is_first && !has_sum { term } else { sum.plus(term) };
                }
                is_first = false;
            });
            for (n, sum) in sums.into_iter().enumerate().take(inner) {
                let value = self.alpha.map_or(sum, |alpha| alpha.times(sum));
                // SAFETY: by the contract, `n` being below the extent of the lane.
                unsafe { out.pointer.add(offset(at, 0) + n * inner_strides[0]).write(value) };
            }
        });
    }

    /// # Safety
    /// - The offsets are those of elements of the factors, valid for reads.
    #[inline(always)]
    unsafe fn term(&self, offsets: [usize; 2]) -> T {
        let read = |number: usize| {
            let factor = &self.factors[number];
            // SAFETY: by the contract.
            let element = unsafe { *factor.pointer.add(offsets[number]) };
            if factor.conj { element.conjugate() } else { element }
        };
        match self.factors.len() {
            0 => T::ZERO,
            1 => read(0),
            _ => read(0).times(read(1)),
        }
    }
}

/// Calls back with every index below these extents.
#[inline(always)]
fn each(extents: [usize; LOOPS], mut call: impl FnMut([usize; LOOPS])) {
    for a in 0..extents[0] {
        for b in 0..extents[1] {
            for c in 0..extents[2] {
                for d in 0..extents[3] {
                    call([a, b, c, d]);
                }
            }
        }
    }
}

impl Labelled<'_> {
    /// Whether the tensor has these extents, lies row-major, and repeats no label.
    #[inline(always)]
    fn is_row_major<const L: usize>(&self, extents: [usize; L]) -> bool {
        let mut stride = 1;
        let mut lies_so = self.spread.is_none();
        for axis in (0..self.labels.len()).rev() {
            let label = self.labels[axis];
            lies_so &= label < L && self.extents[axis] == extents[label] && !self.labels[..axis].contains(&label);
            lies_so &= extents[label] == 1 || self.strides[axis].cast_unsigned() == stride;
            stride *= extents[label];
        }
        lies_so
    }

    /// How far an index along a label is, in a row-major tensor.
    #[inline(always)]
    fn row_major_stride<const L: usize>(&self, label: usize, extents: [usize; L]) -> usize {
        match self.labels.iter().position(|other| *other == label) {
            Some(axis) => self.labels[axis + 1..].iter().map(|&inner| extents[inner]).product(),
            None => 0,
        }
    }
}
