//! Which axis is the lane, and the order of the others.

use crate::{element::Element, engine::Axis};

use super::{
    accumulate::{InBuffer, InRegisters, Shape},
    buffer::Buffer,
    fold::Fold,
    map, pack,
    step::{Cursor, Step, nest},
    terms::Kind,
    transpose::{self, Tile},
    vectors::Vectors,
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
pub(super) fn run<T: Element, V: Vectors>(vectors: V, step: &Step<T>, axes: &mut [Axis]) {
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    if axes[..kept].iter().any(|axis| axis.extent == 0) {
        return;
    }
    if axes[kept..].iter().any(|axis| axis.extent == 0) {
        return fill_zero(step, &axes[..kept]);
    }
    let lane = best_lane(axes);
    if step.two && step.packed < 2 && (2..=MOST).contains(&axes.len()) {
        if let Some((factor, across)) = pack::disagreeing(axes, lane) {
            return pack::run(vectors, step, axes, (factor, lane, across));
        }
    }
    if kept == axes.len() {
        if !step.two && let Some((p, q)) = transposed(axes) {
            return transpose(vectors, step, axes, (p, q));
        }
    }
    let Some((lane, others)) = take_lane(axes, lane) else { return map(vectors, step, &[], &Axis::NONE) };
    if step.two && lane.lhs == 0 && lane.rhs != 0 {
        // Only the second factor is ever repeated along the lane.
        let swap = |axis: &mut Axis| std::mem::swap(&mut axis.lhs, &mut axis.rhs);
        swap(lane);
        others.iter_mut().for_each(swap);
        return run_along(vectors, &step.swapped(), others, lane);
    }
    run_along(vectors, step, others, lane);
}

/// A sum over no index.
fn fill_zero<T: Element>(step: &Step<T>, kept: &[Axis]) {
    nest(kept, step.cursor, &mut |cursor| {
        // SAFETY: `nest` gives places at indices below the extents, so that `out` is valid by the
        // contract of `Problem::new`.
        unsafe { step.finish.one(T::ZERO, cursor.out) }
    });
}

/// A step whose lane is chosen.
#[inline(always)]
fn run_along<T: Element, V: Vectors>(vectors: V, step: &Step<T>, others: &[Axis], lane: &Axis) {
    let kept = others.iter().take_while(|axis| !axis.contracted).count();
    let (kept, contracted) = others.split_at(kept);
    match (lane.contracted, contracted) {
        (false, []) => map(vectors, step, kept, lane),
        (false, _) => accumulate(vectors, step, (kept, contracted), lane),
        (true, _) => fold(vectors, step, (kept, contracted), lane),
    }
}

/// A step without a sum.
fn map<T: Element, V: Vectors>(vectors: V, step: &Step<T>, axes: &[Axis], lane: &Axis) {
    let (rows, outer) = axes.split_last().unwrap_or((&Axis::NONE, &[]));
    let plain = lane.out == 1 && step.finish.is_plain();
    nest(outer, step.cursor, &mut |cursor| {
        let step = &Step { cursor, ..*step };
        // SAFETY: `nest` gives places at indices below the extents, so that the tensors are valid by
        // the contract of `Problem::new`.
        unsafe {
            if plain {
                vectors.call(map::Plain { step, rows, lane });
            } else {
                vectors.call(map::Buffered { step, rows, lane });
            }
        }
    });
}

/// A sum along lanes that are contracted.
fn fold<T: Element, V: Vectors>(vectors: V, step: &Step<T>, (kept, contracted): (&[Axis], &[Axis]), lane: &Axis) {
    let (inner, kept) = kept.split_last().unwrap_or((&Axis::NONE, &[]));
    let (rows, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    in_parts(step, (kept, contracted), &mut |step| {
        // SAFETY: places are at indices below the extents, so that the tensors are valid by the
        // contract of `Problem::new`.
        unsafe { vectors.call(Fold { step, kept: inner, rows, lane }) }
    });
}

/// A sum along lanes that the result has.
fn accumulate<T: Element, V: Vectors>(vectors: V, step: &Step<T>, (kept, contracted): (&[Axis], &[Axis]), lane: &Axis) {
    let (rows, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    let (outer, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    let shape = Shape { lane, outer, rows };
    let small = lane.extent * rows.extent * outer.extent <= SMALL || lane.extent <= NARROW;
    let in_registers = small || !Kind::of(step, lane).is_side_by_side();
    in_parts(step, (kept, contracted), &mut |step| {
        // SAFETY: places are at indices below the extents, so that the tensors are valid by the
        // contract of `Problem::new`.
        unsafe {
            if in_registers {
                let plain = lane.out == 1 && step.finish.is_plain();
                vectors.call(InRegisters { step, shape, plain });
            } else {
                vectors.call(InBuffer { step, shape });
            }
        }
    });
}

/// Terms of a sum that come from the first-level cache, and a lane that is too short to be read on its
/// own.
const SMALL: usize = 4096;
const NARROW: usize = 16;

/// Calls back with the steps at every index of the axes; at one of the result again and again with
/// further parts of its sum.
#[inline(always)]
fn in_parts<T: Element>(step: &Step<T>, (kept, contracted): (&[Axis], &[Axis]), part: &mut impl FnMut(&Step<T>)) {
    if kept.is_empty() && contracted.is_empty() {
        return part(step);
    }
    nest(kept, step.cursor, &mut |cursor| {
        let mut finish = step.finish;
        nest(contracted, cursor, &mut |cursor| {
            part(&Step { cursor, finish, ..*step });
            finish = finish.added();
        });
    });
}

/// The axes along which the operand and the result lie side by side, if these are not the same.
fn transposed(axes: &[Axis]) -> Option<(usize, usize)> {
    let p = axes.iter().position(|axis| axis.lhs == 1)?;
    let q = axes.iter().position(|axis| axis.out == 1)?;
    (p != q).then_some((p, q))
}

fn transpose<T: Element, V: Vectors>(vectors: V, step: &Step<T>, axes: &mut [Axis], (p, q): (usize, usize)) {
    let (p_axis, q_axis) = (axes[p], axes[q]);
    let axes = without(without(axes, p.max(q)), p.min(q));
    let plain = step.finish.is_plain();
    let tile = |cursor, outer, p, q| {
        // SAFETY: places are at indices below the extents, so that the tensors are valid by the
        // contract of `Problem::new`; the strides are those by which the axes are chosen, and the
        // extents are at most a tile.
        let tile = Tile { step, cursor, outer, p, q };
        unsafe {
            if plain { vectors.call(transpose::Plain(tile)) } else { vectors.call(transpose::Buffered(tile)) }
        }
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
    let Some(n) = (0..axes.len()).min_by_key(|&n| axes[n].lhs.unsigned_abs()) else { return (Axis::NONE, Axis::NONE, axes) };
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
    let piece = move |start, len: usize| (cursor.at(&axis, start), Axis { extent: len.min(axis.extent - start), ..axis });
    let first = first.min(axis.extent);
    let begin = (first > 0).then(|| piece(0, first));
    begin.into_iter().chain((first..axis.extent).step_by(len).map(move |start| piece(start, len)))
}

/// How many elements there are before the next line of the cache.
pub(super) fn lead<T>(out: *const T) -> usize {
    const LINE: usize = 64;
    (LINE - out.addr() % LINE) % LINE / size_of::<T>().max(1)
}

/// Takes out the lane.
fn take_lane(axes: &mut [Axis], lane: usize) -> Option<(&mut Axis, &mut [Axis])> {
    for n in lane + 1..axes.len() {
        axes.swap(n - 1, n);
    }
    axes.split_last_mut()
}

/// The axis along which most tensors lie side by side, or stay where they are.
fn best_lane(axes: &[Axis]) -> usize {
    if axes.len() < 2 {
        return 0;
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
        let strided: f32 = strides.iter().zip(sizes).map(|(&stride, size)| if (0..=1).contains(&stride) { 0.0 } else { size }).sum();
        strided + 8.0 * sizes[3] / axis.extent as f32
    };
    (0..axes.len()).min_by(|&m, &n| cost(&axes[m]).total_cmp(&cost(&axes[n]))).unwrap_or(0)
}

/// The others, in their order.
fn without(axes: &mut [Axis], n: usize) -> &mut [Axis] {
    axes[n..].rotate_left(1);
    let len = axes.len() - 1;
    &mut axes[..len]
}
