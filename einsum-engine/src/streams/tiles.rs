//! The order in which a transposed copy goes through its tiles.
//!
//! | what | why |
//! | --- | --- |
//! | tiles of the axes `p`, `q` along which operand and result lie side by side, through a buffer | whole lines of the cache are read and written, wherever they are: rows a power of two apart would throw each other out |
//! | blocks of 512 rows of tiles | each row is in a page of its own; all of a block are known to the processor (2048 of them), so that a page is looked up once for many tiles |
//! | the other axes nearest to `p` and to `q` inside of a block | the same, where `p` and `q` are short: `ijkl->lkji` |
//! | the first tile ends where a line of the result does | lines are written once |
//! | long runs of the result where its rows begin anywhere in a line | few lines are written twice |
//! | stores past the caches, the next tile fetched ahead | a third less traffic |
//!
//! f32, 4096 x 4096, one core of a machine that others used at the time (a copy: 9 to 12 ms): 74 ms tile
//! after tile, 40 ms in blocks, 20 ms with stores past the caches, 12 ms with tiles that begin with
//! lines of both tensors. Of a prototype on aligned buffers: 22 ms, 7.5 ms with stores past the caches.

use crate::{
    axes::terms,
    extents,
    machine::{caches, workspace::LINE},
    number::Number,
    plan::tuning::{
        FETCHED_MAX_LINES_OF_SET, TRANSPOSE_BLOCK_PAGES, TRANSPOSE_NEAR_ELEMENTS, TRANSPOSE_TILE_ROW_BYTES, l1_ways,
        l2_same_set_stride_bytes, transpose_buffered_min_bytes,
    },
    problem::Axis,
    streams::{
        buffer::Buffer,
        step::{Cursor, StreamStep, nest},
        transpose::{self, Tile},
        vectors,
    },
};

/// The axes along which the operand and the result lie side by side, if these are not the same.
pub(super) fn transposed(axes: &[Axis]) -> Option<(usize, usize)> {
    let p = axes.iter().position(|axis| axis.lhs == 1)?;
    let q = axes.iter().position(|axis| axis.out == 1)?;
    (p != q).then_some((p, q))
}

/// Copies tile by tile, along the axes of [`transposed`].
pub(super) fn transpose_by_tiles<T: Number>(step: &StreamStep<T>, axes: &mut [Axis], (p, q): (usize, usize)) {
    let is_plain = step.finish.is_plain();
    let elements = terms(axes);
    if is_plain && elements <= TRANSPOSE_NEAR_ELEMENTS && axes.len() <= 4 {
        return run_small(step, axes, (p, q));
    }
    let (p_axis, q_axis) = (axes[p], axes[q]);
    let bytes = extents::bytes::<T>(elements);
    let axes = without(without(axes, p.max(q)), p.min(q));
    let (near_p, near_q, axes) = nearest(axes);
    if is_plain
        && extents::count([&p_axis, &q_axis, &near_p, &near_q].map(|axis| axis.extent)) <= TRANSPOSE_NEAR_ELEMENTS
    {
        return nest(axes, step.cursor, &mut |cursor| {
            let tile = Tile { step, cursor, outer: [&near_p, &near_q], p: &p_axis, q: &q_axis, next: None };
            // SAFETY: places are at indices below the extents, so that the tensors are valid by the contract of
            // `Problem::new`; the strides are those by which the axes are chosen; there is nothing to finish.
            unsafe { vectors::call(transpose::TransposedTile(tile)) }
        });
    }
    let is_near = bytes < transpose_buffered_min_bytes(caches::current());
    let plain = is_plain && is_near && !conflicts::<T>(&p_axis);
    let tile = |cursor, outer: [&Axis; 2], p: &Axis, q: &Axis, next| {
        let tile = Tile { step, cursor, outer, p, q, next };
        // SAFETY: places are at indices below the extents, so that the tensors are valid by the contract of `Problem::new`; the
        // strides are those by which the axes are chosen. Where it is `plain`, there is nothing to finish. Only for
        // elements with kernels, which have no padding, is there a `V` that streams past the caches.
        unsafe {
            if plain {
                vectors::call(transpose::TransposedTile(tile));
            } else {
                vectors::call(transpose::BufferedTile(tile));
            }
        }
    };
    let tiles = if plain { Tiles::square::<T>() } else { Tiles::of::<T>(&p_axis, &q_axis, &near_q) };
    let next = if is_near || !tiles.fetched_ahead {
        None
    } else if tiles.q < q_axis.extent {
        Some(extents::offset(tiles.q, q_axis.lhs))
    } else if tiles.p < p_axis.extent {
        Some(tiles.p.cast_signed())
    } else {
        Some(0)
    };
    nest(axes, step.cursor, &mut |cursor: Cursor<T>| {
        let [p_block, q_block] = [&p_axis, &q_axis].map(|axis| axis.extent.min(TRANSPOSE_BLOCK_PAGES));
        let p_lead = if tiles.p_aligned { lead(cursor.lhs) } else { 0 };
        let q_lead = if tiles.q_aligned { lead(cursor.out) } else { 0 };
        for (cursor, near_p) in chunks(cursor, near_p, TRANSPOSE_BLOCK_PAGES / p_block) {
            for (cursor, near_q) in chunks(cursor, near_q, TRANSPOSE_BLOCK_PAGES / q_block) {
                for (cursor, p) in chunks_after(p_lead, cursor, p_axis, p_block) {
                    for (cursor, q) in chunks_after(q_lead, cursor, q_axis, q_block) {
                        for (cursor, near_q) in chunks(cursor, near_q, tiles.near_q) {
                            for (cursor, p) in chunks(cursor, p, tiles.p) {
                                for (cursor, q) in chunks(cursor, q, tiles.q) {
                                    tile(cursor, [&near_p, &near_q], &p, &q, next);
                                }
                            }
                        }
                    }
                }
            }
        }
    });
}

/// Copies a few elements along four axes at most, as one tile, if there is nothing to finish.
///
/// Axes are not copied: that would have to wait for words that were just written of them, 8 ns of 100 for `ijkl->lkji` of 4
/// each.
fn run_small<T: Number>(step: &StreamStep<T>, axes: &[Axis], (p, q): (usize, usize)) {
    let mut outer = [&Axis::NONE; 2];
    let others = (0..axes.len()).filter(|&n| n != p && n != q);
    outer.iter_mut().zip(others).for_each(|(outer, n)| *outer = &axes[n]);
    let tile = Tile { step, cursor: step.cursor, outer, p: &axes[p], q: &axes[q], next: None };
    // SAFETY: the tensors are valid at all indices of the axes by the contract of `Problem::new`; the strides are those by
    // which the axes are chosen; there is nothing to finish.
    unsafe { vectors::call(transpose::TransposedTile(tile)) }
}

/// Whether the rows of a tile of the result throw each other out of the first-level cache before their lines are whole:
/// if they are large powers of two apart, so that more of them share a set than it has room for. (f32, through a
/// buffer: 512 x 512 in 40 us, 133 straight to the result; 500 x 500 in 46 and 25.)
fn conflicts<T>(p: &Axis) -> bool {
    let stride = extents::bytes::<T>(p.out.unsigned_abs());
    let sets = 1 << (12 - stride.trailing_zeros().clamp(6, 12));
    p.extent.min(whole_lines::<T>(Buffer::room::<T>().isqrt())) > l1_ways(caches::current()) * sets
}

/// How long tiles are.
struct Tiles {
    p: usize,
    q: usize,
    near_q: usize,
    /// Whether all rows of a tile begin with a line of the cache if one does, in the operand.
    p_aligned: bool,
    /// Whether all rows of a tile begin with a line of the cache if one does, in the result.
    q_aligned: bool,
    /// Whether the lines of a tile can be in the second-level cache, all at once: not if its rows are large
    /// powers of two apart.
    fetched_ahead: bool,
}

impl Tiles {
    /// Squares of whole lines of the cache, which begin anywhere.
    fn square<T>() -> Self {
        let side = whole_lines::<T>(Buffer::room::<T>().isqrt());
        Self { p: side, q: side, near_q: 1, p_aligned: false, q_aligned: false, fetched_ahead: false }
    }

    /// Nearly squares, if that makes whole lines of the cache; else long runs of the result, so that few of its
    /// lines are touched twice.
    fn of<T>(p: &Axis, q: &Axis, near_q: &Axis) -> Self {
        let size = size_of::<T>().max(1);
        let room = Buffer::room::<T>();
        // Whole lines: of part of one that is streamed, the rest is read first.
        let square = whole_lines::<T>(room.isqrt());
        let apart = l2_same_set_stride_bytes(caches::current()).ilog2();
        let row = extents::bytes::<T>(q.lhs.unsigned_abs()).trailing_zeros();
        let sets = 1 << (apart - row.clamp(LINE.ilog2(), apart));
        let fetched_ahead = |rows: usize| FETCHED_MAX_LINES_OF_SET * sets >= rows;
        let aligned = |stride: isize| extents::offset(size, stride) % LINE.cast_signed() == 0;
        let is_whole = q.extent == whole_lines::<T>(q.extent) && p.extent >= square && q.extent >= square;
        let q_aligned = aligned(p.out) && (is_whole || q.extent >= 4 * square);
        if q_aligned {
            let p_aligned = aligned(q.lhs) && p.extent >= 4 * square;
            let p_tile = (TRANSPOSE_TILE_ROW_BYTES / size).max(1);
            let q_tile = whole_lines::<T>(room / p.extent.min(p_tile));
            let fetched_ahead = fetched_ahead(q_tile);
            return Self { p: p_tile, q: q_tile, near_q: 1, p_aligned, q_aligned, fetched_ahead };
        }
        let long = room / (64 / size).clamp(1, room);
        let q_tile = if q.extent <= room.min(long + long / 4) { q.extent } else { long };
        let near = if near_q.out == q.extent.cast_signed() { (long / q_tile).max(1) } else { 1 };
        // (At most `room`: one of them is `long / q_tile`, or 1.)
        let p_tile = (room / (q_tile * near)).max(1);
        let p_aligned = aligned(q.lhs) && p.extent >= 2 * p_tile;
        Self { p: p_tile, q: q_tile, near_q: near, p_aligned, q_aligned, fetched_ahead: fetched_ahead(q_tile * near) }
    }
}

/// The number of elements in the whole lines of the cache that so many elements fill, or all if they are less than a line.
pub(super) fn whole_lines<T>(elements: usize) -> usize {
    let line = (LINE / size_of::<T>().max(1)).max(1);
    if elements < line { elements } else { elements / line * line }
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

/// An axis in pieces, and the places where they begin.
fn chunks<T: Copy>(cursor: Cursor<T>, axis: Axis, len: usize) -> impl Iterator<Item = (Cursor<T>, Axis)> {
    chunks_after(0, cursor, axis, len)
}

/// An axis in pieces, after a first one of another length, and the places where they begin.
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
    (LINE - out.addr() % LINE) % LINE / size_of::<T>().max(1)
}

/// All axes but one, in their order.
pub(super) fn without(axes: &mut [Axis], n: usize) -> &mut [Axis] {
    // (`rotate_left` calls `memmove` for what are three axes at most, mostly.)
    for n in n + 1..axes.len() {
        axes[n - 1] = axes[n];
    }
    let len = axes.len() - 1;
    &mut axes[..len]
}
