//! Copies of tensors at indices that may be outside of them, and at indices of other tensors; and the way back, which adds.

use alloc::boxed::Box;
use core::{marker::PhantomData, ops::Range};

use einsum_engine::{
    extents,
    machine::threads::{for_each_chunk, shared::Shared},
};

use super::{form::Form, integer::Integer, reach::Reach, room::with_filled};
use crate::{
    checked::Checked,
    element::Element,
    error::EinsumError,
    site::Site,
    storage::Storage,
    tensor::{
        memory::Memory,
        owned::Tensor,
        view::{View, ViewMut},
    },
    tuning::MAP_STACK_ELEMENTS,
};

/// The element at an index that is not within a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// Nothing: that is an error, found before anything is computed.
    Error,
    /// 0. What is written there is dropped.
    Zero,
    /// The tensor, repeated.
    Wrap,
    /// The nearest element.
    Clamp,
}

/// The index along an axis of a tensor, for each index of `L` labels.
#[derive(Clone, Copy, Debug)]
pub enum Along<'a, const L: usize> {
    /// A form, with what is where that is not within the tensor.
    Form(Form<L>, Outside),
    /// An index that [`Site::positions`] has found.
    Gather(Reach<'a, usize, L>),
}

impl<const L: usize> Along<'_, L> {
    /// Whether indices of the last label may lead anywhere.
    fn has_table(&self) -> bool {
        match self {
            Self::Form(form, outside) => {
                matches!(outside, Outside::Wrap | Outside::Clamp) && form.factors().last() != Some(&0)
            }
            Self::Gather(reach) => reach.place.strides.last() != Some(&0),
        }
    }
}

/// A position outside of a tensor, where 0 is read, and nothing written.
const NOWHERE: usize = usize::MAX;

/// The position along an axis that an index leads to; none if it leads outside of the tensor.
fn position(index: i128, extent: usize, outside: Outside) -> Option<usize> {
    let wide = i128::try_from(extent).unwrap_or(i128::MAX);
    let within = match outside {
        _ if extent == 0 => return None,
        Outside::Error | Outside::Zero => index,
        Outside::Wrap => index.rem_euclid(wide),
        Outside::Clamp => index.clamp(0, wide - 1),
    };
    usize::try_from(within).ok().filter(|index| *index < extent)
}

impl Site {
    /// The positions along an axis of this extent that a tensor of indices leads to, which is called `text`; the axis is `axis` of
    /// operand number `operand`.
    ///
    /// # Errors
    /// If an index is not within the axis, and there is nothing outside.
    pub fn positions<I: Integer, M: Memory, const N: usize>(
        self,
        memory: M,
        (operand, axis, text): (usize, usize, &'static str),
        (extent, outside): (usize, Outside),
        indices: View<'_, I, N>,
    ) -> Checked<Tensor<usize, N, M>> {
        let mut positions = self.zeros(PhantomData::<usize>, memory, indices.extents())?;
        let mut to = positions.elements_mut().iter_mut();
        let found = |position: Option<usize>| {
            if let Some(to) = to.next() {
                *to = position.unwrap_or(NOWHERE);
            }
        };
        self.found((operand, axis, text), (extent, outside), indices, found)?;
        Ok(positions)
    }

    /// Checks that what a tensor of indices leads to is there, as [`positions`](Self::positions) does.
    ///
    /// # Errors
    /// If an index is not within the axis, and there is nothing outside.
    pub fn indices_fit<I: Integer, const N: usize>(
        self,
        called: (usize, usize, &'static str),
        (extent, outside): (usize, Outside),
        indices: View<'_, I, N>,
    ) -> Checked<()> {
        if outside == Outside::Zero { Ok(()) } else { self.found(called, (extent, outside), indices, |_| ()) }
    }

    /// Gives the positions that a tensor of indices leads to, one after the other; none where there is 0.
    fn found<I: Integer, const N: usize>(
        self,
        (operand, axis, text): (usize, usize, &'static str),
        (extent, outside): (usize, Outside),
        indices: View<'_, I, N>,
        mut found: impl FnMut(Option<usize>),
    ) -> Checked<()> {
        let (pointer, _, strides) = indices.plain();
        let mut refused = None;
        walk(&indices.extents(), &mut |at| {
            // SAFETY: the index is below the extents of the view.
            let index = unsafe { pointer.offset(offset(at, &strides)).read() };
            let wide = match outside {
                Outside::Wrap if extent > 0 => index.wrapped(i128::try_from(extent).unwrap_or(i128::MAX)),
                _ => index.wide(),
            };
            let position = position(wide, extent, outside);
            if position.is_none() && outside != Outside::Zero {
                refused = refused.or(Some(wide));
            }
            found(position);
        });
        match refused {
            None => Ok(()),
            Some(index) => {
                let (subscripts, operand) = (self.subscripts, self.operands[operand].0);
                Err(Box::new(EinsumError::Gather { subscripts, operand, axis, indices: text, index, extent }))
            }
        }
    }

    /// A tensor that has, at each index of `L` labels, the element of another at indices that may be outside of it, or 0.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    ///
    /// # Panics
    /// If an index is not within the tensor, and there is nothing outside; if a tensor of positions was looked at for other extents.
    pub fn copy<S: Storage, M: Memory, const L: usize, const N: usize>(
        self,
        element: PhantomData<S>,
        memory: M,
        extents: [usize; L],
        source: View<'_, S::Compute, N>,
        along: [Along<'_, L>; N],
    ) -> Checked<Tensor<S::Compute, L, M>> {
        let mut tensor = self.zeros(element, memory, extents)?;
        let (pointer, shape, strides) = source.plain();
        let places = Places { extents, shape, strides, along };
        let len = places.len();
        // SAFETY: rows of a new tensor are written, each by one thread; what is read nobody writes. Elements may be used from any thread.
        let shared = unsafe { Shared::new((pointer, tensor.elements_mut().as_mut_ptr(), &places)) };
        for_each_chunk(places.outermost(), extents::count(extents), |range| {
            let (from, to, places) = *shared.get();
            places.lines(range, &mut |row, line, tables| {
                let to = to.wrapping_add(row * len);
                // SAFETY: there is a row of `len` elements for each index of the other labels, of which `lines` counts the rows; by
                // `Line` there are elements to read.
                unsafe {
                    let is_plain = tables.used == 0 && line.stride == 1;
                    if is_plain {
                        let from = from.wrapping_offset(line.at(line.start));
                        return to.add(line.start).copy_from_nonoverlapping(from, line.end - line.start);
                    }
                    for index in line.start..line.end {
                        if let Some(offset) = line.with(tables, index) {
                            to.add(index).write(from.wrapping_offset(offset).read());
                        }
                    }
                }
            });
        });
        Ok(tensor)
    }
}

/// Adds each element of a tensor, whose axes are labels, to the element of a target that [`Site::copy`] would copy it from; to each
/// element in the order of the indices, whatever the number of threads.
///
/// # Panics
/// If an index is not within the target, and there is nothing outside; if a tensor of positions was looked at for other extents.
#[allow(clippy::needless_pass_by_value, reason = "two threads cannot write one tensor at a time")]
pub fn scatter<T: Element, const L: usize, const N: usize>(
    values: View<'_, T, L>,
    target: ViewMut<'_, T, N>,
    along: [Along<'_, L>; N],
) {
    let (from, extents, from_strides) = values.plain();
    let (pointer, shape, strides) = target.plain();
    let places = Places { extents, shape, strides, along };
    let of_lane = from_strides.last().copied().unwrap_or(0);
    // SAFETY: if there are several threads, each writes at other positions along an axis of the target, as `is_apart` says; what is
    // read nobody writes. Elements may be used from any thread.
    let shared = unsafe { Shared::new((from, pointer, &places)) };
    let nanoseconds = if places.is_apart() { extents::count(extents) } else { 0 };
    for_each_chunk(places.outermost(), nanoseconds, |range| {
        let (from, to, places) = *shared.get();
        places.lines_at(range, &mut |_, at, line, tables| {
            let from = from.wrapping_offset(offset(at, &from_strides));
            for index in line.start..line.end {
                if let Some(offset) = line.with(tables, index) {
                    // SAFETY: the index is below the extents of `values`; by `Line` there is an element of the target.
                    unsafe {
                        let own = to.wrapping_offset(offset);
                        let value = from.wrapping_offset(extents::offset(index, of_lane)).read();
                        own.write(own.read().plus(value));
                    }
                }
            }
        });
    });
}

/// The elements of a tensor that indices of labels lead to: line by line along the last label.
struct Places<'a, const L: usize, const N: usize> {
    extents: [usize; L],
    /// The extents and strides of the tensor.
    shape: [usize; N],
    strides: [isize; N],
    along: [Along<'a, L>; N],
}

/// Indices of the last label, of which the others are fixed, that lead to elements of the tensor: to the one at `offset` moved by
/// the index times `stride`, and by what tables have at the index.
struct Line {
    offset: isize,
    stride: isize,
    start: usize,
    end: usize,
}

/// Tables of how far each index of the last label leads along an axis, or [`OUTSIDE`].
struct Tables<'t, const N: usize> {
    /// The tables, one after the other, each of `len` offsets.
    offsets: &'t mut [isize],
    len: usize,
    /// For which first position, or from which positions, each table is, if it is filled in.
    of: [Option<(i128, *const usize)>; N],
    /// How many a line has.
    used: usize,
}

/// The callback for each line: its number, its first index, the line and its tables.
type Call<'c, const L: usize, const N: usize> = dyn FnMut(usize, &[isize; L], &Line, &Tables<'_, N>) + 'c;

/// Outside of the tensor: no offset, as an extent is at least 1 less than `isize::MAX`.
const OUTSIDE: isize = isize::MIN;

impl Line {
    #[inline]
    fn at(&self, index: usize) -> isize {
        self.offset.wrapping_add(extents::offset(index, self.stride))
    }

    /// How far an index leads, if it leads to an element.
    #[inline]
    fn with<const N: usize>(&self, tables: &Tables<'_, N>, index: usize) -> Option<isize> {
        let mut offset = self.at(index);
        for table in 0..tables.used {
            match tables.offsets[table * tables.len + index] {
                OUTSIDE => return None,
                moved => offset = offset.wrapping_add(moved),
            }
        }
        Some(offset)
    }
}

impl<const N: usize> Tables<'_, N> {
    /// Fills in the next table, if it is not the same that it was for the line before.
    fn next(&mut self, of: (i128, *const usize), offset: impl Fn(usize) -> isize) {
        if self.of[self.used] != Some(of) {
            let offsets = self.offsets[self.used * self.len..].iter_mut().take(self.len);
            offsets.enumerate().for_each(|(index, to)| *to = offset(index));
            self.of[self.used] = Some(of);
        }
        self.used += 1;
    }
}

impl<const L: usize, const N: usize> Places<'_, L, N> {
    /// How many indices the last label has.
    fn len(&self) -> usize {
        self.extents.last().copied().unwrap_or(1)
    }

    /// How many indices the label has along which threads share the work: the first one, if it is not the last.
    fn outermost(&self) -> usize {
        if L > 1 { self.extents[0] } else { 1 }
    }

    /// Whether indices of the first label lead to positions of their own along some axis.
    fn is_apart(&self) -> bool {
        let is_alone = |along: &Along<'_, L>| {
            let Along::Form(form, Outside::Error | Outside::Zero) = along else { return false };
            form.factors().iter().enumerate().all(|(label, &factor)| (factor != 0) == (label == 0))
        };
        L > 1 && self.along.iter().any(is_alone)
    }

    /// Calls back with the number of each line, and with where it leads.
    fn lines(&self, range: Range<usize>, call: &mut dyn FnMut(usize, &Line, &Tables<'_, N>)) {
        self.lines_at(range, &mut |row, _, line, tables| call(row, line, tables));
    }

    /// Calls back with the number of each line, with its first index, and with where it leads, for a range of the first label. Lines
    /// that are outside of the tensor are left out.
    fn lines_at(&self, range: Range<usize>, call: &mut Call<'_, L, N>) {
        if self.extents.contains(&0) || range.is_empty() {
            return;
        }
        let len = self.len();
        let count = self.along.iter().filter(|along| len > 1 && along.has_table()).count();
        with_filled::<isize, _, MAP_STACK_ELEMENTS>(OUTSIDE, count * len, |offsets| {
            self.lines_by(range, Tables { offsets, len, of: [None; N], used: 0 }, call);
        });
    }

    fn lines_by(&self, range: Range<usize>, mut tables: Tables<'_, N>, call: &mut Call<'_, L, N>) {
        let outer = &self.extents[..L.saturating_sub(1)];
        let mut at = [0; L];
        let mut row = 0;
        let mut end = 1;
        if let Some((_, inner)) = outer.split_first() {
            // (Of a new tensor they are no more than its elements; of values that are repeated more than anyone waits for.)
            let rows = extents::count(inner);
            (row, end) = (range.start.saturating_mul(rows), range.end.saturating_mul(rows));
            at[0] = range.start.cast_signed();
        }
        while row < end {
            if let Some(line) = self.line(&at, &mut tables) {
                call(row, &at, &line, &tables);
            }
            row += 1;
            for label in (0..outer.len()).rev() {
                at[label] += 1;
                if at[label].cast_unsigned() < outer[label] {
                    break;
                }
                at[label] = 0;
            }
        }
    }

    /// The line of the last label's indices, the others at these; none if all are outside.
    ///
    /// For each index from `start` to `end` all axes are at a position below their extents, or a table says that it is outside.
    #[inline]
    fn line(&self, at: &[isize; L], tables: &mut Tables<'_, N>) -> Option<Line> {
        let len = self.len();
        let mut line = Line { offset: 0, stride: 0, start: 0, end: len };
        tables.used = 0;
        for (axis, along) in self.along.iter().enumerate() {
            let (extent, stride) = (self.shape[axis], self.strides[axis]);
            match along {
                Along::Form(form, outside) => {
                    let first = form.wide(at);
                    let factor = if len > 1 { form.factors().last().copied().unwrap_or(0) } else { 0 };
                    match outside {
                        _ if factor == 0 => {
                            let found = position(first, extent, *outside);
                            assert!(found.is_some() || *outside != Outside::Error, "a form is within the tensor");
                            line.offset = line.offset.wrapping_add(extents::offset(found?, stride));
                        }
                        Outside::Error | Outside::Zero => {
                            let (start, end) = within(first, factor, extent, len);
                            let is_whole = (start, end) == (0, len);
                            assert!(is_whole || *outside == Outside::Zero, "a form is within the tensor");
                            (line.start, line.end) = (line.start.max(start), line.end.min(end));
                            // (It wraps where there is no element.)
                            #[allow(clippy::cast_possible_truncation, reason = "so do offsets")]
                            let first = first as isize;
                            line.offset = line.offset.wrapping_add(first.wrapping_mul(stride));
                            line.stride = line.stride.wrapping_add(factor.wrapping_mul(stride));
                        }
                        Outside::Wrap | Outside::Clamp => {
                            tables.next((first, core::ptr::null()), |index| {
                                let moved = (factor as i128).saturating_mul(index as i128);
                                let found = position(first.saturating_add(moved), extent, *outside);
                                found.map_or(OUTSIDE, |found| extents::offset(found, stride))
                            });
                        }
                    }
                }
                Along::Gather(reach) => {
                    let of_lane = if len > 1 { reach.place.strides.last().copied().unwrap_or(0) } else { 0 };
                    assert!(reach.place.extents == self.extents, "tensors are looked at for the extents of the copy");
                    let pointer = reach.pointer.expect("positions are in a tensor");
                    let pointer = pointer.wrapping_offset(offset(at, &reach.place.strides));
                    let position = |index: usize| {
                        // SAFETY: the tensor of positions was looked at for extents that the index is below.
                        let found = unsafe { pointer.wrapping_offset(extents::offset(index, of_lane)).read() };
                        assert!(found < extent || found == NOWHERE, "positions are those of the tensor");
                        Some(found).filter(|found| *found != NOWHERE)
                    };
                    if of_lane == 0 {
                        line.offset = line.offset.wrapping_add(extents::offset(position(0)?, stride));
                    } else {
                        tables.next((0, pointer), |index| {
                            position(index).map_or(OUTSIDE, |found| extents::offset(found, stride))
                        });
                    }
                }
            }
        }
        (line.start < line.end).then_some(line)
    }
}

/// The indices below `len` at which `first + factor * index` is an index below an extent: from where, and up to where.
fn within(first: i128, factor: isize, extent: usize, len: usize) -> (usize, usize) {
    let last = i128::try_from(extent).unwrap_or(i128::MAX) - 1;
    // How far it may move until it is within, and until it is no more.
    let (to, past) = if factor > 0 {
        (0i128.saturating_sub(first), last.saturating_sub(first))
    } else {
        (first.saturating_sub(last), first)
    };
    let step = factor.unsigned_abs();
    // (A division of 64 bits takes a tenth of the time of one of 128, which hardly any number needs.)
    let steps = |to: u128| match u64::try_from(to) {
        Ok(to) => u128::from(to / step as u64),
        Err(_) => to / step as u128,
    };
    let after =
        |to: i128| u128::try_from(to).map_or(0, |to| usize::try_from(steps(to) + 1).unwrap_or(usize::MAX).min(len));
    let (start, end) = (after(to.saturating_sub(1)), after(past));
    (start.min(end), end)
}

/// How far the element at an index is from the first.
fn offset<const N: usize>(at: &[isize; N], strides: &[isize; N]) -> isize {
    at.iter().zip(strides).map(|(index, stride)| index.wrapping_mul(*stride)).fold(0, isize::wrapping_add)
}

/// Calls back for each index, in their order.
fn walk<const N: usize>(extents: &[usize; N], call: &mut dyn FnMut(&[isize; N])) {
    fn inner<const N: usize>(
        extents: &[usize; N],
        axis: usize,
        at: &mut [isize; N],
        call: &mut dyn FnMut(&[isize; N]),
    ) {
        if axis == N {
            return call(at);
        }
        for index in 0..extents[axis] {
            at[axis] = index.cast_signed();
            inner(extents, axis + 1, at, call);
        }
    }
    inner(extents, 0, &mut [0; N], call);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_the_tensor_does() {
        let wide = 1 << 100;
        let firsts = (-9..10).chain([-wide, wide, i128::MIN, i128::MAX, (isize::MIN as i128) * 3, 1 << 64]);
        for first in firsts {
            for factor in [1, 2, 3, 7, -1, -2, -3, isize::MAX, isize::MIN] {
                for (extent, len) in [(0, 3), (1, 1), (5, 4), (5, 11), (7, 8)] {
                    let is_within = |index: usize| {
                        let at = first.saturating_add(factor as i128 * index as i128);
                        usize::try_from(at).is_ok_and(|at| at < extent)
                    };
                    let (start, end) = within(first, factor, extent, len);
                    assert!(start <= end && end <= len);
                    for index in 0..len {
                        let is_in_line = (start..end).contains(&index);
                        assert_eq!(is_in_line, is_within(index), "{first} + {factor} * {index} below {extent}");
                    }
                }
            }
        }
    }
}
