//! Work for several threads, and sums in parts.
//!
//! Threads share the indices of one axis of the result. A long sum for few elements of the result is
//! made of parts, of which there are as many as the extents say, whatever the number of threads, and
//! which are added up in order: results are the same bit for bit.

use std::ops::Range;

use crate::{
    axes::{longest, terms},
    extents,
    machine::{
        threads::{for_each_chunk, shared::Shared},
        workspace::LINE,
    },
    number::{Number, is_real},
    plan::{
        ran,
        tuning::{
            FOLD_LANES, SCATTERED_RATE, SIDE_BY_SIDE_SHARE, SPLIT_MAX_PARTS, SPLIT_PART_MIN_DEPTH,
            SPLIT_PART_MIN_TERMS, STREAM_RATE, WELL_SHARED_INDICES,
        },
    },
    problem::Axis,
    streams::{
        buffer::Buffer,
        finish::Finish,
        long::part,
        plan,
        step::{Cursor, MOST, StreamStep},
        vectors,
    },
};

/// How a long step is divided.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Split {
    /// Its sum, along this axis, into so many parts: two at least.
    Parts(usize, usize),
    /// Threads share the indices of this axis of the result.
    Shared(usize),
    /// It is not.
    Whole,
}

impl Split {
    /// How a step is divided: its sum, if that is long enough, and if threads do not share the result well.
    pub(crate) fn of<T: Number>(axes: &[Axis], terms: usize) -> Self {
        if axes.len() >= MOST {
            return Self::Whole;
        }
        let kept = axes.iter().take_while(|axis| !axis.contracted).count();
        let shared = (0..kept).max_by_key(|&n| (shares(&axes[n]), std::cmp::Reverse(n)));
        let is_enough = shared.is_some_and(|n| shares(&axes[n]) >= WELL_SHARED_INDICES);
        if !is_enough && let Some(longest) = longest(&axes[kept..], SPLIT_MAX_PARTS) {
            let longest = kept + longest;
            let elements = extents::count(axes[..kept].iter().map(|axis| axis.extent));
            let most = (Buffer::room::<T>() / elements.max(1)).min(terms / elements.max(1) / SPLIT_PART_MIN_DEPTH);
            let parts = (terms / SPLIT_PART_MIN_TERMS).min(SPLIT_MAX_PARTS).min(most).min(axes[longest].extent);
            if parts > 1 {
                let extent = axes[longest].extent;
                return Self::Parts(longest, extent.div_ceil(extent.div_ceil(parts)));
            }
        }
        shared.map_or(Self::Whole, Self::Shared)
    }
}

/// Computes a step over axes in their simplest form.
pub(super) fn compute_shared<T: Number>(step: &StreamStep<T>, axes: &mut [Axis], terms: usize) {
    let split = Split::of::<T>(axes, terms);
    ran::note_stream(step.finish.stream && !matches!(split, Split::Parts(..)));
    match split {
        Split::Parts(longest, parts) => in_parts(step, axes, longest, parts),
        Split::Shared(shared) => share(step, axes, shared, terms),
        Split::Whole => plan::compute(step, axes),
    }
}

/// How well threads share an axis: not well along one that a tensor lies side by side along, as each would have but
/// pieces of its lines.
fn shares(axis: &Axis) -> usize {
    let is_side_by_side = [axis.out, axis.lhs, axis.rhs].contains(&1);
    if is_side_by_side {
        axis.extent.min(WELL_SHARED_INDICES) / SIDE_BY_SIDE_SHARE
    } else {
        axis.extent.min(WELL_SHARED_INDICES)
    }
}

/// Shares the indices of an axis of the result between threads.
fn share<T: Number>(step: &StreamStep<T>, axes: &[Axis], axis: usize, terms: usize) {
    // SAFETY: threads write different elements of the result, those of different indices of an axis
    // that it has, and read the factors; elements are `Send` and `Sync`.
    let shared = unsafe { Shared::new(*step) };
    for_each_chunk(axes[axis].extent, nanoseconds::<T>(axes, terms), |range| {
        let mut copy = [Axis::NONE; MOST];
        let copy = &mut copy[..axes.len()];
        copy.copy_from_slice(axes);
        let cursor = shared.get().cursor.at(&axes[axis], range.start);
        copy[axis].extent = range.len();
        plan::compute(&StreamStep { cursor, ..*shared.get() }, copy);
        vectors::fence::<T>();
    });
}

/// About how long one thread takes for so many terms: memory moves some ten bytes each nanosecond, or two lines, if each
/// element of a tensor is in another.
fn nanoseconds<T>(axes: &[Axis], terms: usize) -> usize {
    let step =
        |stride: fn(&Axis) -> isize| axes.iter().map(|axis| stride(axis).unsigned_abs()).filter(|&step| step > 0).min();
    let steps = [step(|axis| axis.out), step(|axis| axis.lhs), step(|axis| axis.rhs)];
    let is_scattered = steps.into_iter().flatten().any(|step| extents::bytes::<T>(step) >= LINE);
    if is_scattered {
        SCATTERED_RATE.nanoseconds(1, terms)
    } else {
        STREAM_RATE.nanoseconds(1, extents::bytes::<T>(terms))
    }
}

/// Computes the sums over pieces of an axis, and adds these up.
fn in_parts<T: Number>(step: &StreamStep<T>, axes: &[Axis], axis: usize, parts: usize) {
    ran::note_parts(parts);
    let mut buffer = Buffer::new();
    let [mut sums, mut partial] = [[Axis::NONE; MOST]; 2];
    let partial = &*part(axes, (axis, parts), &mut partial);
    let len = partial[axis].extent;
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    for (n, axis) in axes[..kept].iter().enumerate() {
        sums[n] = Axis { lhs: partial[n].out, rhs: 0, ..*axis };
    }
    let elements = extents::count(axes[..kept].iter().map(|axis| axis.extent));
    sums[kept] = Axis { extent: parts, out: 0, lhs: elements.cast_signed(), rhs: 0, contracted: true };

    // Parts of one lane are read side by side, as the lanes of several sums are.
    let are_lanes = const { is_real::<T>() } && !step.two && matches!(partial, [lane] if lane.lhs == 1);
    let pointer: *mut T = buffer.elements(extents::count([parts, elements]));
    let finish = Finish::new(false, None, None);
    let terms = terms(axes);
    // SAFETY: threads write different elements of the buffer, those of different parts, and read the
    // factors; elements are `Send` and `Sync`.
    let shared = unsafe { Shared::new((*step, pointer)) };
    for_each_chunk(parts, nanoseconds::<T>(axes, terms), |range: Range<usize>| {
        let (step, pointer) = *shared.get();
        let mut next = range.start;
        while next < range.end {
            let part = next;
            // (An index of the axis.)
            let start = part * len;
            let left = axes[axis].extent - start;
            let is_several = are_lanes && range.end - part >= FOLD_LANES && left / len >= FOLD_LANES;
            let several = if is_several { FOLD_LANES } else { 1 };
            next += several;
            let mut copy = [Axis::NONE; MOST];
            let copy = &mut copy[..partial.len()];
            copy.copy_from_slice(partial);
            copy[axis].extent = len.min(left);
            let cursor = step.cursor.at(&partial[axis], start);
            let out = pointer.wrapping_add(extents::count([part, elements]));
            let step = StreamStep { cursor: Cursor { out, ..cursor }, finish, ..step };
            match copy {
                [lane] if is_several => {
                    let lhs = extents::offset(len, lane.lhs);
                    plan::compute(
                        &step,
                        &mut [Axis { extent: several, out: 1, lhs, rhs: 0, contracted: false }, *lane],
                    );
                }
                _ => plan::compute(&step, copy),
            }
        }
    });
    let cursor = Cursor { out: step.cursor.out, lhs: pointer.cast_const(), rhs: pointer.cast_const() };
    plan::compute(&StreamStep { cursor, two: false, conj: false, ..*step }, &mut sums[..=kept]);
}
