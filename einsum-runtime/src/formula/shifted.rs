//! Terms that are added to a tensor at shifted indices: the elements that all of them lead to, and the parts of each term for the others.

use core::marker::PhantomData;

use einsum_engine::extents;

use super::{
    body::Body,
    copy::Outside,
    form::{Form, form, windows},
    kernel::Of,
    map::{Erased, Onto, map_by, offset},
    reach::{Reach, ReachMut},
};
use crate::{
    checked::Checked,
    element::Element,
    site::Site,
    storage::Storage,
    tensor::{
        memory::{Heap, Memory},
        owned::Tensor,
        view::row_major_strides,
    },
    tuning::SHIFTED_MIN_ELEMENTS,
};

/// How a term moves along an axis of its target: by one with each index of a label.
#[derive(Clone, Copy, Debug)]
pub struct Shift<const L: usize> {
    form: Form<L>,
    label: usize,
    outside: Outside,
}

/// A term along an axis of its target, at a form, with the number of the label whose factor there is 1 and which is on no other axis.
#[inline]
#[must_use]
pub const fn shift<const L: usize>(form: Form<L>, label: usize, outside: Outside) -> Shift<L> {
    Shift { form, label, outside }
}

impl<const L: usize> Shift<L> {
    /// The form at index 0 of the label: how far the element is from the index.
    fn rest(&self) -> Form<L> {
        self.form.fixed(self.label, 0)
    }
}

/// The elements of a tensor to which each of some terms leads from all indices of its windows, and once: along each axis some of it.
#[derive(Clone, Copy, Debug)]
pub struct Inner<const N: usize> {
    shape: [usize; N],
    /// Where they begin, and where they end: not before, and within the shape.
    starts: [usize; N],
    ends: [usize; N],
}

impl<const N: usize> Inner<N> {
    /// All elements of a tensor of this shape: those of no terms.
    #[must_use]
    pub fn all(shape: [usize; N]) -> Self {
        Self { shape, starts: [0; N], ends: shape }
    }

    /// No elements of a tensor of this shape.
    #[must_use]
    pub fn none(shape: [usize; N]) -> Self {
        Self { shape, starts: [0; N], ends: [0; N] }
    }

    /// Those of them to which another term leads as well.
    #[must_use]
    pub fn and<const L: usize>(mut self, extents: [usize; L], along: [Shift<L>; N]) -> Self {
        if extents.contains(&0) {
            return Self::none(self.shape);
        }
        for (axis, shift) in along.iter().enumerate() {
            let (least, largest) = shift.rest().range(&extents);
            let (len, extent) = (wide(self.shape[axis]), wide(extents[shift.label]));
            let (mut start, mut end) = (largest, extent.saturating_add(least));
            match shift.outside {
                // What wraps leads to elements before the first ones and after the last, if it wraps once.
                Outside::Wrap if extent > len => return Self::none(self.shape),
                Outside::Error | Outside::Zero | Outside::Wrap => {}
                // What is outside leads to the first element, or to the last.
                Outside::Clamp => {
                    start = start.max(i128::from(least < 0));
                    end = end.min(len - i128::from(largest.saturating_add(extent) > len));
                }
            }
            self.starts[axis] = self.starts[axis].max(narrow(start, self.shape[axis]));
            self.ends[axis] = self.ends[axis].min(narrow(end, self.shape[axis]));
            if self.starts[axis] >= self.ends[axis] {
                return Self::none(self.shape);
            }
        }
        self
    }

    /// The same, or none if they are few: then it takes less time to add each term by itself.
    #[must_use]
    pub fn unless_few(self) -> Self {
        let count = extents::count(self.extents());
        if count < SHIFTED_MIN_ELEMENTS { Self::none(self.shape) } else { self }
    }

    /// Where they begin along an axis.
    #[inline]
    #[must_use]
    pub fn start(&self, axis: usize) -> usize {
        self.starts[axis]
    }

    /// How many they are along an axis.
    #[inline]
    #[must_use]
    pub fn extent(&self, axis: usize) -> usize {
        self.ends[axis] - self.starts[axis]
    }

    fn extents(&self) -> [usize; N] {
        core::array::from_fn(|axis| self.extent(axis))
    }

    /// The forms of a tensor at these elements, of which the first labels are the indices.
    ///
    /// # Panics
    /// If there are fewer labels than axes.
    #[must_use]
    pub fn forms<const L: usize>(&self) -> [Form<L>; N] {
        core::array::from_fn(|axis| {
            let mut factors = [0; L];
            factors[axis] = 1;
            form(factors, self.starts[axis].cast_signed())
        })
    }

    /// Calls back for boxes of all other elements, each in one of them: where they begin, and where they end.
    fn around(&self, call: &mut dyn FnMut([usize; N], [usize; N])) {
        let (mut starts, mut ends) = ([0; N], self.shape);
        if extents::count(self.extents()) == 0 {
            return call(starts, ends);
        }
        for axis in 0..N {
            let (start, end) = (self.starts[axis], self.ends[axis]);
            for (first, last) in [(0, start), (end, self.shape[axis])] {
                if first < last {
                    (starts[axis], ends[axis]) = (first, last);
                    call(starts, ends);
                }
            }
            (starts[axis], ends[axis]) = (start, end);
        }
    }
}

/// Some indices of a term, and the elements that they lead to.
#[derive(Clone, Copy, Debug)]
pub struct Piece<const L: usize, const N: usize> {
    /// Where the indices of each label begin.
    pub starts: [usize; L],
    /// How many indices of each label there are.
    pub extents: [usize; L],
    /// The forms of the target at these indices.
    pub forms: [Form<L>; N],
}

/// Calls back for pieces of a term that together lead to all elements but the inner ones, in an order of their own, which is always the same.
pub fn pieces<const L: usize, const N: usize>(
    inner: &Inner<N>,
    extents: [usize; L],
    along: [Shift<L>; N],
    mut call: impl FnMut(Piece<L, N>),
) {
    pieces_by(inner, extents, &along, &mut call);
}

fn pieces_by<const L: usize, const N: usize>(
    inner: &Inner<N>,
    extents: [usize; L],
    along: &[Shift<L>; N],
    call: &mut dyn FnMut(Piece<L, N>),
) {
    if extents.contains(&0) || inner.shape.contains(&0) {
        return;
    }
    let is_whole = extents::count(inner.extents()) == 0;
    if is_whole && along.iter().all(|shift| shift.outside == Outside::Error) {
        return call(Piece { starts: [0; L], extents, forms: along.map(|shift| shift.form) });
    }
    let is_window = |label: usize| along.iter().any(|shift| shift.rest().factors()[label] != 0);
    let of_window: [usize; L] = core::array::from_fn(|label| if is_window(label) { extents[label] } else { 1 });
    inner.around(&mut |starts, ends| {
        for window in windows(of_window) {
            let lengths = core::array::from_fn(|label| if is_window(label) { 1 } else { extents[label] });
            let piece = Piece { starts: window, extents: lengths, forms: along.map(|shift| shift.form) };
            piece.into_box(0, along, &(inner.shape, starts, ends), call);
        }
    });
}

/// Some indices of a label, from one on up to another, and the elements along an axis that they lead to.
struct Segment {
    from: i128,
    to: i128,
    /// How far an element is from the index; none if all of them lead to one element.
    by: Option<i128>,
    element: i128,
}

impl<const L: usize> Shift<L> {
    /// Calls back for the indices below `extent` of the label that lead to elements from `start` up to `end` along an axis of extent `len`, if at
    /// index 0 that is `rest`.
    fn segments(
        &self,
        (rest, extent, len): (i128, i128, i128),
        (start, end): (i128, i128),
        call: &mut dyn FnMut(Segment),
    ) {
        let mut moved = |by: i128| {
            let (from, to) = ((start - by).max(0), (end - by).min(extent));
            call(Segment { from, to, by: Some(by), element: 0 });
        };
        match self.outside {
            Outside::Error | Outside::Zero => moved(rest),
            Outside::Wrap => {
                let turns = rest.div_euclid(len)..=(rest + extent - 1).div_euclid(len);
                turns.for_each(|turn| moved(rest - turn * len));
            }
            Outside::Clamp => {
                moved(rest);
                if start == 0 {
                    call(Segment { from: 0, to: (-rest).min(extent), by: None, element: 0 });
                }
                if end == len {
                    call(Segment { from: (len - rest).max(0), to: extent, by: None, element: len - 1 });
                }
            }
        }
    }
}

impl<const L: usize, const N: usize> Piece<L, N> {
    /// Calls back for the parts of this piece that lead into a box of a tensor of this shape; along the axes before one it does.
    fn into_box(
        self,
        axis: usize,
        along: &[Shift<L>; N],
        part: &([usize; N], [usize; N], [usize; N]),
        call: &mut dyn FnMut(Self),
    ) {
        let Some(shift) = along.get(axis) else { return call(self) };
        let (shape, starts, ends) = part;
        let rest = shift.rest().wide(&self.starts.map(usize::cast_signed));
        let sizes = (rest, wide(self.extents[shift.label]), wide(shape[axis]));
        shift.segments(sizes, (wide(starts[axis]), wide(ends[axis])), &mut |segment| {
            if segment.from < segment.to {
                self.at(axis, shift.label, &segment).into_box(axis + 1, along, part, call);
            }
        });
    }

    /// The part of this piece at some indices of the label along an axis.
    fn at(mut self, axis: usize, label: usize, segment: &Segment) -> Self {
        let mut factors = [0; L];
        let element = match segment.by {
            Some(by) => {
                factors[label] = 1;
                segment.from + by
            }
            None => segment.element,
        };
        // (What is an index, or how many there are, is below what a label has, and an element is one of the tensor.)
        let [from, count, element] = [segment.from, segment.to - segment.from, element].map(|n| narrow(n, usize::MAX));
        (self.starts[label], self.extents[label]) = (from, count);
        self.forms[axis] = form(factors, element.cast_signed());
        self
    }
}

impl Site {
    /// A new tensor that has the values of a map at its inner elements, of which the first labels are the indices, and zeros elsewhere.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    ///
    /// # Panics
    /// If a read was looked at for other extents, or these are not those of the inner elements; if one is of the tensor itself.
    pub fn shifted<S: Storage, M: Memory, B: Body<S::Compute, L, R>, const L: usize, const R: usize, const N: usize>(
        self,
        element: PhantomData<S>,
        memory: M,
        inner: &Inner<N>,
        extents: [usize; L],
        body: B,
        reads: [Reach<'_, S::Compute, L>; R],
    ) -> Checked<Tensor<S::Compute, N, M>> {
        let body = Of::<B, L, R>(body);
        let body = Erased::new(&body);
        if const { M::IS_FIXED } {
            let mut tensor = self.zeros(element, memory, inner.shape)?;
            let target = ReachMut::new(extents, tensor.view_mut(), inner.forms());
            map_by(extents, &body, reads, target, Onto::Replace);
            return Ok(tensor);
        }
        Ok(shifted_into(self, element, inner, extents, &body, reads)?.lying())
    }
}

/// Computes a map into the inner elements of a new tensor: compiled once for all bodies of so many labels and reads.
#[inline(never)]
fn shifted_into<S: Storage, const L: usize, const R: usize, const N: usize>(
    site: Site,
    element: PhantomData<S>,
    inner: &Inner<N>,
    extents: [usize; L],
    body: &Erased<'_, S::Compute, L, R>,
    reads: [Reach<'_, S::Compute, L>; R],
) -> Checked<Tensor<S::Compute, N>> {
    if extents::count(inner.extents()) == 0 {
        return site.zeros(element, Heap, inner.shape);
    }
    let is_inner = body.free == N && extents[..N] == inner.extents();
    assert!(is_inner && !reads.iter().any(Reach::is_own), "the labels of a map are the indices of what it writes");
    // SAFETY: each element is in one of the boxes around the inner ones, and becomes 0, or is an inner one. Each index of the first labels leads
    // to another of these, and to all, and there are no other labels that the target has: what replaces them is written without a look at what
    // is there, as no read is of the target.
    let tensor = unsafe {
        Tensor::written(inner.shape, |pointer| {
            inner.around(&mut |starts, ends| clear(pointer, inner.shape, (starts, ends)));
            let target = ReachMut::filled(extents, (pointer, inner.shape), inner.forms());
            map_by(extents, body, reads, target, Onto::Replace);
        })
    };
    tensor.ok_or_else(|| site.too_large(&inner.shape))
}

/// Writes zeros to a box of a tensor.
///
/// # Safety
/// - `pointer` is valid for writes of as many elements, row-major, as the extents of `shape` multiply to, and nothing else reaches them.
/// - The box ends within the shape.
unsafe fn clear<T: Element, const N: usize>(
    pointer: *mut T,
    shape: [usize; N],
    (starts, ends): ([usize; N], [usize; N]),
) {
    let strides = row_major_strides(shape);
    let mut rows: [usize; N] = core::array::from_fn(|axis| ends[axis] - starts[axis]);
    let len = rows.last_mut().map_or(1, |last| core::mem::replace(last, 1));
    for row in windows(rows) {
        let index = core::array::from_fn(|axis| (starts[axis] + row[axis]).cast_signed());
        let first = pointer.wrapping_offset(offset(&strides, &index));
        // SAFETY: the elements of a row of the box are side by side, within the tensor.
        (0..len).for_each(|n| unsafe { first.add(n).write(T::ZERO) });
    }
}

fn wide(number: usize) -> i128 {
    i128::try_from(number).unwrap_or(i128::MAX)
}

/// A number, or the least or largest up to a limit.
fn narrow(number: i128, limit: usize) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX).min(limit)
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    /// Elements along an axis of a shape, or nothing.
    fn element(index: i128, len: usize, outside: Outside) -> Option<usize> {
        let len = wide(len);
        let found = match outside {
            Outside::Wrap => index.rem_euclid(len),
            Outside::Clamp => index.clamp(0, len - 1),
            Outside::Error | Outside::Zero => index,
        };
        (0..len).contains(&found).then(|| narrow(found, usize::MAX))
    }

    /// Each index of a term leads to an inner element, or is in one piece; no inner element is one that is wrapped or clamped to.
    #[test]
    fn pieces_and_inner_elements_are_all() {
        for outside in [Outside::Zero, Outside::Wrap, Outside::Clamp] {
            for (len, extent, window, constant) in [
                (7, 7, 3, -1),
                (5, 5, 3, -3),
                (5, 2, 1, 2),
                (3, 11, 2, -4),
                (1, 1, 1, 0),
                (1, 4, 3, -2),
                (11, 5, 4, 2),
                (4, 3, 7, -3),
                (2, 3, 1, -100),
                (13, 13, 1, 1),
            ] {
                let along = [shift(form([1, 2], constant), 0, outside)];
                let extents = [extent, window];
                let inner = Inner::all([len]).and(extents, along);
                let mut counts = vec![0; len];
                for i in 0..extent {
                    for p in 0..window {
                        let index = wide(i) + 2 * wide(p) + constant as i128;
                        if let Some(found) = element(index, len, outside) {
                            counts[found] += 1;
                        }
                    }
                }
                for u in inner.start(0)..inner.start(0) + inner.extent(0) {
                    assert_eq!(counts[u], window, "{outside:?} {len} {extents:?} {constant}: {inner:?}");
                    counts[u] = 0;
                }
                pieces(&inner, extents, along, |piece| {
                    for i in 0..piece.extents[0] {
                        for p in 0..piece.extents[1] {
                            let own = wide(piece.starts[0] + i) + 2 * wide(piece.starts[1] + p) + constant as i128;
                            let at = piece.forms[0].at(&[i.cast_signed(), p.cast_signed()]).cast_unsigned();
                            assert_eq!(element(own, len, outside), Some(at));
                            counts[at] -= 1;
                        }
                    }
                });
                assert_eq!(counts, vec![0; len], "{outside:?} {extents:?} {constant}: {inner:?}");
            }
        }
    }

    /// Boxes around the inner elements have each other one once.
    #[test]
    fn what_is_around_is_the_rest() {
        for (starts, ends) in
            [([1, 2, 0], [3, 4, 5]), ([0, 0, 0], [4, 5, 6]), ([0, 0, 0], [0, 0, 0]), ([3, 0, 1], [4, 5, 2])]
        {
            let inner = Inner { shape: [4, 5, 6], starts, ends };
            let mut seen: Vec<[usize; 3]> = Vec::new();
            inner.around(&mut |from, to| {
                for at in windows::<3>(core::array::from_fn(|axis| to[axis] - from[axis])) {
                    seen.push(core::array::from_fn(|axis| from[axis] + at[axis]));
                }
            });
            for at in windows([4, 5, 6]) {
                let is_inner = (0..3).all(|axis| (starts[axis]..ends[axis]).contains(&at[axis]));
                assert_eq!(seen.iter().filter(|other| **other == at).count(), usize::from(!is_inner), "{at:?}");
            }
        }
    }
}
