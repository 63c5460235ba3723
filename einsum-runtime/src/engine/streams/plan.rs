//! Which axis is the lane, and the order of the others.

use crate::{element::Element, engine::Axis};

use super::{
    buffer::Buffer,
    map::Map,
    pack,
    step::{Cursor, Step, nest},
    sum::{Shape, Sum},
    transpose::Tile,
    vectors::{Kernel, Vectors},
};

impl Axis {
    /// An axis that is not there.
    pub(super) const NONE: Self = Self { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };
}

/// The most axes of steps that are split or packed; nobody has more.
pub(super) const MOST: usize = 16;

/// Computes a step over axes in their simplest form.
///
/// The tensors of the step are those of a [`Problem`](crate::engine::Problem) with these axes.
pub(super) fn run<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis]) {
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    if axes[..kept].iter().any(|axis| axis.extent == 0) {
        return;
    }
    let Some(lane) = best_lane(axes) else {
        // SAFETY: every tensor has its one element, by the contract of `Problem::new`.
        return unsafe { vectors.call(Map { step, rows: Axis::NONE, lane: Axis::NONE }) };
    };
    if step.two
        && step.packed < 2
        && axes.len() <= MOST
        && let Some((factor, across)) = pack::disagreeing(axes, lane)
    {
        return pack::run(vectors, step, axes, (factor, lane, across));
    }
    if axes.len() == kept { map(vectors, step, axes, lane) } else { sum(vectors, step, axes, kept, lane) }
}

/// A step without a sum.
fn map<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis], lane: usize) {
    if !step.two
        && let Some((p, q)) = transposed(axes)
    {
        return transpose(vectors, step, axes, (p, q));
    }
    let (step, lane, axes) = take_lane(step, axes, lane);
    let (rows, outer) = axes.split_last().unwrap_or((&Axis::NONE, &[]));
    nest(outer, step.cursor, &mut |cursor| {
        // SAFETY: `nest` gives places at indices below the extents, so that the tensors are valid by
        // the contract of `Problem::new`.
        unsafe { vectors.call(Map { step: Step { cursor, ..step }, rows: *rows, lane }) }
    });
}

/// The axes along which the operand and the result lie side by side, if these are not the same.
fn transposed(axes: &[Axis]) -> Option<(usize, usize)> {
    let p = axes.iter().position(|axis| axis.lhs == 1)?;
    let q = axes.iter().position(|axis| axis.out == 1)?;
    (p != q).then_some((p, q))
}

fn transpose<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis], (p, q): (usize, usize)) {
    let (p_axis, q_axis) = (axes[p], axes[q]);
    let axes = without(without(axes, p.max(q)), p.min(q));
    let tile = |cursor, outer, p, q| {
        // SAFETY: places are at indices below the extents, so that the tensors are valid by the
        // contract of `Problem::new`; the strides are those by which the axes are chosen, and the
        // extents are at most a tile.
        unsafe { vectors.call(Tile { step: &step, cursor, outer, p, q }) }
    };
    let (near_p, near_q, axes) = nearest(axes);
    let tiles = Tiles::of::<T>(&p_axis, &q_axis, &near_q);
    nest(axes, step.cursor, &mut |cursor: Cursor<T>| {
        let [p_block, q_block] = [&p_axis, &q_axis].map(|axis| axis.extent.min(BLOCK));
        let lead = if tiles.aligned { lead(cursor.out) } else { 0 };
        for (cursor, near_p) in chunks(cursor, near_p, BLOCK / p_block) {
            for (cursor, near_q) in chunks(cursor, near_q, BLOCK / q_block) {
                for (cursor, p) in chunks(cursor, p_axis, p_block) {
                    for (cursor, q) in chunks_after(lead, cursor, q_axis, q_block) {
                        for (cursor, near_q) in chunks(cursor, near_q, tiles.near_q) {
                            for (cursor, p) in chunks(cursor, p, tiles.p) {
                                for (cursor, q) in chunks(cursor, q, tiles.q) {
                                    tile(cursor, [near_p, near_q], p, q);
                                }
                            }
                        }
                    }
                }
            }
        }
    });
}

/// How long tiles are.
struct Tiles {
    p: usize,
    q: usize,
    near_q: usize,
    /// Whether all rows of a tile begin with a line of the cache if one does.
    aligned: bool,
}

impl Tiles {
    /// Squares, if that makes whole lines of the cache; else long runs of the result, so that few of its
    /// lines are touched twice.
    fn of<T>(p: &Axis, q: &Axis, near_q: &Axis) -> Self {
        let size = size_of::<T>().max(1);
        let room = Buffer::room::<T>();
        let square = room.isqrt();
        let aligned = (p.out * size.cast_signed()) % 64 == 0 && q.extent >= 4 * square;
        if aligned {
            return Self { p: square, q: square, near_q: 1, aligned };
        }
        let long = room / (64 / size).clamp(1, room);
        let q_tile = if q.extent <= long + long / 4 { q.extent } else { long };
        let near = if near_q.out == q.extent.cast_signed() { (long / q_tile).max(1) } else { 1 };
        Self { p: (room / (q_tile * near)).max(1), q: q_tile, near_q: near, aligned }
    }
}

/// Takes out two axes: those of the smallest strides in the operand and in the result.
fn nearest(axes: &mut [Axis]) -> (Axis, Axis, &mut [Axis]) {
    let Some(n) = (0..axes.len()).min_by_key(|&n| axes[n].lhs.unsigned_abs()) else {
        return (Axis::NONE, Axis::NONE, axes);
    };
    let near_p = axes[n];
    let axes = without(axes, n);
    let Some((near_q, _)) = axes.split_last() else { return (near_p, Axis::NONE, axes) };
    let (near_q, len) = (*near_q, axes.len() - 1);
    (near_p, near_q, &mut axes[..len])
}

/// Rows and columns that a block is made of: as many pages of each tensor as the processor finds
/// the addresses of without a walk through tables (2048 on current ones).
pub(super) const BLOCK: usize = 512;

/// An axis in pieces, and the places where they begin.
fn chunks<T: Copy>(cursor: Cursor<T>, axis: Axis, len: usize) -> impl Iterator<Item = (Cursor<T>, Axis)> {
    chunks_after(0, cursor, axis, len)
}

/// The same, after a first piece of another length.
fn chunks_after<T: Copy>(
    first: usize,
    cursor: Cursor<T>,
    axis: Axis,
    len: usize,
) -> impl Iterator<Item = (Cursor<T>, Axis)> {
    let piece =
        move |start, len: usize| (cursor.at(&axis, start), Axis { extent: len.min(axis.extent - start), ..axis });
    let first = first.min(axis.extent);
    let begin = (first > 0).then(|| piece(0, first));
    begin.into_iter().chain((first..axis.extent).step_by(len).map(move |start| piece(start, len)))
}

/// How many elements there are before the next line of the cache.
pub(super) fn lead<T>(out: *const T) -> usize {
    const LINE: usize = 64;
    (LINE - out.addr() % LINE) % LINE / size_of::<T>().max(1)
}

/// A step with a sum.
fn sum<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis], kept: usize, lane: usize) {
    let empty = axes[kept..].iter().any(|axis| axis.extent == 0);
    let (step, lane, axes) = take_lane(step, axes, lane);
    let kept = if lane.contracted { kept } else { kept - 1 };
    let (kept, contracted) = axes.split_at(kept);
    let (kept_axis, kept) =
        if lane.contracted { kept.split_last().unwrap_or((&Axis::NONE, &[])) } else { (&lane, kept) };
    let (inner, contracted) =
        if lane.contracted { (&lane, contracted) } else { contracted.split_last().unwrap_or((&Axis::NONE, &[])) };
    let (middle, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    let mut sums = Buffer::new();
    let sums: *mut T = sums.elements();
    nest(kept, step.cursor, &mut |cursor: Cursor<T>| {
        for start in (0..kept_axis.extent).step_by(Buffer::room::<T>()) {
            let len = Buffer::room::<T>().min(kept_axis.extent - start);
            let cursor = cursor.at(kept_axis, start);
            let shape = Shape {
                kept: Axis { extent: len, ..*kept_axis },
                contracted: [*middle, *inner],
                folds: lane.contracted,
            };
            let mut added = false;
            let mut add = |cursor| {
                // SAFETY: places are at indices below the extents, so that the factors are valid by
                // the contract of `Problem::new`. The buffer is as long as `len`, and written by the
                // first call.
                unsafe { vectors.call(Sum { step: &step, cursor, shape, sums, added }) }
                added = true;
            };
            if empty {
                // SAFETY: the buffer has room for `len` elements.
                (0..len).for_each(|n| unsafe { sums.add(n).write(T::ZERO) });
            } else {
                nest(contracted, cursor, &mut add);
            }
            // SAFETY: as above; the buffer is initialised for `len` elements.
            unsafe { step.finish.lane(sums, len, cursor.out, kept_axis.out) }
        }
    });
}

/// Takes out the lane: the axis along which most tensors lie side by side, or stay where they are.
fn take_lane<T: Element>(step: Step<T>, axes: &mut [Axis], n: usize) -> (Step<T>, Axis, &mut [Axis]) {
    let mut lane = axes[n];
    let axes = without(axes, n);
    if step.two && (lane.lhs == 0 && lane.rhs != 0) {
        std::mem::swap(&mut lane.lhs, &mut lane.rhs);
        axes.iter_mut().for_each(|axis| std::mem::swap(&mut axis.lhs, &mut axis.rhs));
        return (step.swapped(), lane, axes);
    }
    (step, lane, axes)
}

fn best_lane(axes: &[Axis]) -> Option<usize> {
    if axes.len() < 2 {
        return axes.len().checked_sub(1);
    }
    let mut sizes = [1.0; 4];
    for axis in axes {
        let extent = axis.extent as f32;
        for (size, stride) in sizes.iter_mut().zip([axis.out, axis.lhs, axis.rhs, 1]) {
            *size *= if stride == 0 { 1.0 } else { extent };
        }
    }
    let cost = |axis: &Axis| {
        let strides = [axis.out, axis.lhs, axis.rhs];
        let strided: f32 =
            strides.iter().zip(sizes).map(|(&stride, size)| if (0..=1).contains(&stride) { 0.0 } else { size }).sum();
        strided + 8.0 * sizes[3] / axis.extent as f32
    };
    (0..axes.len()).min_by(|&m, &n| cost(&axes[m]).total_cmp(&cost(&axes[n])))
}

/// The others, in their order.
fn without(axes: &mut [Axis], n: usize) -> &mut [Axis] {
    axes[n..].rotate_left(1);
    let len = axes.len() - 1;
    &mut axes[..len]
}
