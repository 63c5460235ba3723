//! Long sums: what is lost to rounding grows with the logarithm of their length, and not with it.
//!
//! A kernel adds up a *block* of terms in registers, and each block after the first is added to the result. Before there are more than
//! [`SUM_MAX_ADDITIONS`] of these, the sum is cut into *spans*, as many at most: each is a sum of its own, which is added to the result when
//! it is complete, and is cut again if it must be. Blocks and spans follow from contracted extents alone, and not from threads. (20 million
//! times 0.1 in `f32`, `ji->i`: the relative error is 7e-4 in one block.)

use crate::{
    axes::{longest, simplify},
    extents,
    number::{Number, is_real},
    plan::tuning::{FOLD_TINY_LANE, FOLD_WIDENED_MIN_TERMS, SUM_MAX_ADDITIONS},
    problem::Axis,
    streams::{
        finish::Finish,
        step::{Compute, Cursor, MOST, StreamStep},
    },
};

/// How a sum is cut into spans.
#[derive(Clone, Copy)]
pub(crate) struct Spans {
    /// The number of the contracted axis that is cut.
    axis: usize,
    /// How many there are: two at least.
    pub(crate) count: usize,
}

impl Spans {
    /// The spans of a step, of which so many axes are kept, if so many additions to an element of the result would follow each other.
    #[inline(never)]
    pub(super) fn of(axes: &[Axis], kept: usize, additions: usize) -> Option<Self> {
        if additions <= SUM_MAX_ADDITIONS || axes.len() > MOST {
            return None;
        }
        let wanted = additions.div_ceil(SUM_MAX_ADDITIONS).min(SUM_MAX_ADDITIONS);
        let axis = kept + longest(&axes[kept..], wanted)?;
        let extent = axes[axis].extent;
        let count = extent.div_ceil(extent.div_ceil(wanted));
        (count > 1).then_some(Self { axis, count })
    }
}

/// Whether a sum of `f32` is added up in `f64`, and is one block, however long it is.
#[inline(always)]
pub(super) fn is_widened<T: Number>(two: bool, rows: &Axis, lane: &Axis) -> bool {
    let terms = lane.extent.saturating_mul(rows.extent);
    let is_f32 = const { is_real::<T>() && size_of::<T>() == 4 };
    is_f32 && !two && lane.lhs == 1 && lane.extent >= FOLD_TINY_LANE && terms >= FOLD_WIDENED_MIN_TERMS
}

/// Computes a step span by span, each by `compute`. Returns whether there was memory for the sums of a span.
#[inline(never)]
pub(super) fn compute_spans<T: Number>(
    step: &StreamStep<T>,
    axes: &[Axis],
    Spans { axis, count }: Spans,
    compute: Compute<T>,
) -> bool {
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    let mut room = Vec::<T>::new();
    let elements = extents::exact(axes[..kept].iter().map(|axis| axis.extent));
    if elements.is_none_or(|elements| room.try_reserve_exact(elements).is_err()) {
        return false;
    }
    let sums = room.as_mut_ptr();
    let mut of_span = [Axis::NONE; MOST];
    let of_span = &*part(axes, (axis, count), &mut of_span);
    let len = of_span[axis].extent;
    let first = step.finish.first_part();
    for (n, start) in (0..axes[axis].extent).step_by(len).enumerate() {
        let mut copy = [Axis::NONE; MOST];
        let copy = &mut copy[..axes.len()];
        copy.copy_from_slice(if n == 0 { axes } else { of_span });
        copy[axis].extent = len.min(axes[axis].extent - start);
        let cursor = step.cursor.at(&axes[axis], start);
        if n == 0 {
            compute(&StreamStep { cursor, finish: first, ..*step }, copy);
            continue;
        }
        let of_sums = Cursor { out: sums, ..cursor };
        compute(&StreamStep { cursor: of_sums, finish: Finish::new(false, None, None), ..*step }, copy);
        let mut copy = [Axis::NONE; MOST];
        let copy = &mut copy[..kept];
        for (copy, (axis, of_span)) in copy.iter_mut().zip(axes.iter().zip(of_span)) {
            *copy = Axis { lhs: of_span.out, rhs: 0, ..*axis };
        }
        let cursor = Cursor { out: step.cursor.out, lhs: sums.cast_const(), rhs: sums.cast_const() };
        let finish = first.added();
        compute(&StreamStep { cursor, finish, two: false, conj: false, packed: 0, ..*step }, simplify(copy));
    }
    true
}

/// The axes of the first of so many parts along an axis, whose sums lie side by side.
pub(crate) fn part<'p>(axes: &[Axis], (axis, parts): (usize, usize), part: &'p mut [Axis; MOST]) -> &'p mut [Axis] {
    let part = &mut part[..axes.len()];
    part.copy_from_slice(axes);
    part[axis].extent = axes[axis].extent.div_ceil(parts);
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    let mut stride = 1;
    for axis in part[..kept].iter_mut().rev() {
        axis.out = stride;
        stride = extents::offset(axis.extent, stride);
    }
    part
}

/// Calls back with a step along pieces of two contracted axes, of at most so many indices together, of which those after the first are added
/// to the result.
#[inline(never)]
pub(super) fn by_blocks<T: Number>(
    step: &StreamStep<T>,
    [outer, inner]: [&Axis; 2],
    most: usize,
    block: &mut dyn FnMut(&StreamStep<T>, [&Axis; 2]),
) {
    if extents::count([outer.extent, inner.extent]) <= most {
        return block(step, [outer, inner]);
    }
    let mut finish = step.finish.first_part();
    let further = finish.added();
    let piece = |axis: &Axis, most: usize, start: usize| Axis { extent: most.min(axis.extent - start), ..*axis };
    let together = (most / inner.extent).max(1);
    for index in (0..outer.extent).step_by(together) {
        let cursor = step.cursor.at(outer, index);
        for start in (0..inner.extent).step_by(most) {
            let step = StreamStep { cursor: cursor.at(inner, start), finish, ..*step };
            block(&step, [&piece(outer, together, index), &piece(inner, most, start)]);
            finish = further;
        }
    }
}
