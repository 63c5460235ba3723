//! Factors that lie side by side along another axis than the lane.
//!
//! They are transposed, tile by tile, into a buffer in the first-level cache; the rest of the step
//! is then one of tensors that agree. A tile serves all indices of the axes that the factor does not
//! have.

use std::ops::Range;

use crate::{
    axes::simplify,
    extents,
    machine::prefetch,
    number::Number,
    plan::tuning::{TILE_MIN_EXTENT, TRANSPOSE_BLOCK_PAGES},
    problem::Axis,
    streams::{
        blocks,
        buffer::Buffer,
        step::{Compute, Cursor, MOST, StreamStep, nest},
        tiles::{lead, whole_lines},
        transpose::transpose,
        vectors::{self, Instructions, Vectorized},
    },
};

/// A factor to pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Lhs,
    Rhs,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Lhs => Side::Rhs,
            Side::Rhs => Side::Lhs,
        }
    }

    pub(super) fn stride(self, axis: &Axis) -> isize {
        match self {
            Side::Lhs => axis.lhs,
            Side::Rhs => axis.rhs,
        }
    }

    /// The axis with its stride in this factor replaced.
    fn with_stride(self, axis: Axis, stride: isize) -> Axis {
        match self {
            Side::Lhs => Axis { lhs: stride, ..axis },
            Side::Rhs => Axis { rhs: stride, ..axis },
        }
    }

    /// Fetches a tile of the factor, if it lies side by side along the lane.
    pub(super) fn prefetch<T: Copy>(
        self,
        mut cursor: Cursor<T>,
        [lane, across]: [&Axis; 2],
        [lane_len, across_len]: [usize; 2],
    ) {
        if self.stride(lane) == 1 {
            prefetch::rows(*self.pointer(&mut cursor), self.stride(across), [across_len, lane_len]);
        }
    }

    fn pointer<T: Copy>(self, cursor: &mut Cursor<T>) -> &mut *const T {
        match self {
            Side::Lhs => &mut cursor.lhs,
            Side::Rhs => &mut cursor.rhs,
        }
    }
}

/// A factor that is strided along the lane, and the axis along which it lies side by side.
pub(super) fn disagreeing(axes: &[Axis], lane: usize) -> Option<(Side, usize)> {
    [Side::Lhs, Side::Rhs].into_iter().find_map(|factor| {
        let strided = !(0..=1).contains(&factor.stride(&axes[lane]));
        let side_by_side = axes.iter().position(|axis| factor.stride(axis) == 1)?;
        let long = axes[lane].extent.min(axes[side_by_side].extent) >= TILE_MIN_EXTENT;
        (strided && long).then_some((factor, side_by_side))
    })
}

/// Packs a factor by tiles of the lane and the axis `across` along which it lies side by side, each of which is
/// left to `compute`.
pub(super) fn pack_tiles<T: Number>(
    step: &StreamStep<T>,
    axes: &[Axis],
    (factor, lane, across): (Side, usize, usize),
    compute: Compute<T>,
) {
    let mut tile = PackTile::of(axes, (factor, lane, across));
    let (mut outside, mut len, mut kept_len) = ([Axis::NONE; MOST], 0, 0);
    for (n, axis) in axes.iter().enumerate() {
        if n != lane && n != across && factor.stride(axis) != 0 {
            tile.axes[n].extent = 1;
            outside[len] = *axis;
            len += 1;
            kept_len += usize::from(!axis.contracted);
        }
    }
    let (kept, contracted) = outside[..len].split_at(kept_len);
    let grid = Grid::of::<T>(&tile.lane, &tile.across);
    let is_whole = contracted.is_empty() && !tile.lane.contracted && !tile.across.contracted;
    let of_first = if is_whole { step.finish } else { step.finish.first_part() };
    nest(kept, step.cursor, &mut |cursor| {
        let lead = if of_first.stream && tile.lane.out == 1 { lead(cursor.out) } else { 0 };
        grid.walk([lead, 0], |[lane_piece, across_piece], next| {
            let at = |[l, a]: [usize; 2]| cursor.at(&tile.lane, l).at(&tile.across, a);
            if contracted.is_empty()
                && let Some(next) = next
            {
                tile.prefetch(at(next), [lane_piece.len(), across_piece.len()]);
            }
            let begins = |axis: &Axis, piece: &Range<usize>| !axis.contracted || piece.start == 0;
            let mut first = begins(&tile.lane, &lane_piece) && begins(&tile.across, &across_piece);
            nest(contracted, at([lane_piece.start, across_piece.start]), &mut |cursor| {
                let finish = if first { of_first } else { of_first.added() };
                first = false;
                let step = StreamStep { cursor, finish, packed: step.packed + 1, ..*step };
                tile.compute(step, [lane_piece.len(), across_piece.len()], compute);
            });
        });
    });
}

/// Tiles of a lane and of an axis across it.
pub(super) struct Grid {
    extents: [usize; 2],
    lengths: [usize; 2],
}

impl Grid {
    /// Tiles that a [`Buffer`] has room for: of whole lines, if they are that long, and sixteen times as long as wide,
    /// as there are more tensors that lie along the lane. (`ij,ji->ij` of 4000 x 4000, f32: 12 ms, 15 in squares.)
    pub(super) fn of<T>(lane: &Axis, across: &Axis) -> Self {
        let room = Buffer::room::<T>();
        let across_len = across.extent.min(whole_lines::<T>(room.isqrt() / 4).max(1));
        let lane_len = lane.extent.min(whole_lines::<T>(room / across_len).max(1));
        let lengths = [lane_len, across.extent.min(whole_lines::<T>(room / lane_len).max(1))];
        Self { extents: [lane.extent, across.extent], lengths }
    }

    /// Calls back with the pieces of lane and across of every tile, the latter fastest, and with where the next tile
    /// begins; the first pieces of each have lengths of their own if these are not 0.
    pub(super) fn walk(&self, leads: [usize; 2], mut tile: impl FnMut([Range<usize>; 2], Option<[usize; 2]>)) {
        let [lane, across] = self.extents;
        let [lane_len, across_len] = self.lengths;
        // (Of elements of a byte, the first line may be longer than a tile.)
        let leads = [leads[0].min(lane_len), leads[1].min(across_len)];
        for block in pieces(0..across, TRANSPOSE_BLOCK_PAGES, 0) {
            let lead = if block.start == 0 { leads[1] } else { 0 };
            for lane_piece in pieces(0..lane, lane_len, leads[0]) {
                for across_piece in pieces(block.clone(), across_len, lead) {
                    let next = if across_piece.end < block.end {
                        Some([lane_piece.start, across_piece.end])
                    } else if lane_piece.end < lane {
                        Some([lane_piece.end, block.start])
                    } else {
                        None
                    };
                    tile([lane_piece.clone(), across_piece], next);
                }
            }
        }
    }
}

/// A range in pieces, after a first one of length `lead` if that is not 0.
fn pieces(range: Range<usize>, len: usize, lead: usize) -> impl Iterator<Item = Range<usize>> {
    let first = range.start..(range.start + lead).min(range.end);
    let rest = (first.end..range.end).step_by(len).map(move |start| start..(start + len).min(range.end));
    Some(first).into_iter().filter(|first| !first.is_empty()).chain(rest)
}

/// The part of a step that is computed at a time.
struct PackTile {
    factor: Side,
    /// The axes of the step, with extent 1 for those that are walked through outside.
    axes: [Axis; MOST],
    len: usize,
    places: [usize; 2],
    lane: Axis,
    across: Axis,
}

impl PackTile {
    fn of(axes: &[Axis], (factor, lane, across): (Side, usize, usize)) -> Self {
        let mut copy = [Axis::NONE; MOST];
        copy[..axes.len()].copy_from_slice(axes);
        Self { factor, axes: copy, len: axes.len(), places: [lane, across], lane: axes[lane], across: axes[across] }
    }

    /// Fetches the factors at a tile.
    fn prefetch<T: Copy>(&self, mut cursor: Cursor<T>, [lane_len, across_len]: [usize; 2]) {
        prefetch::rows(*self.factor.pointer(&mut cursor), self.factor.stride(&self.lane), [lane_len, across_len]);
        self.factor.other().prefetch(cursor, [&self.lane, &self.across], [lane_len, across_len]);
    }

    fn compute<T: Number>(&self, mut step: StreamStep<T>, [lane_len, across_len]: [usize; 2], compute: Compute<T>) {
        let mut buffer = Buffer::new();
        let packed = buffer.elements::<T>(extents::count([lane_len, across_len]));
        let pointer = self.factor.pointer(&mut step.cursor);
        // SAFETY: the factor is valid for reads at every index of the tile, by the contract of
        // `Problem::new`, with stride 1 along `across`; the buffer has room for the tile.
        unsafe {
            vectors::call(Pack {
                source: blocks::From { pointer: *pointer, stride: self.factor.stride(&self.lane) },
                target: blocks::To { pointer: packed, stride: lane_len.cast_signed() },
                extents: [across_len, lane_len],
            });
        }
        *pointer = packed;
        let mut axes = self.axes;
        let [lane, across] = self.places;
        axes[lane] = self.factor.with_stride(Axis { extent: lane_len, ..self.lane }, 1);
        axes[across] = self.factor.with_stride(Axis { extent: across_len, ..self.across }, lane_len.cast_signed());
        compute(&step, simplify(&mut axes[..self.len]));
    }
}

/// Transposes a tile: the element at `[q, p]` goes to `[p, q]`.
///
/// # Safety
/// - For `p` and `q` below `extents`, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
struct Pack<T> {
    source: blocks::From<T>,
    target: blocks::To<T>,
    extents: [usize; 2],
}

impl<T: Number> Vectorized for Pack<T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        // SAFETY: by the contract of the type, and that of the kernel: the processor has the instructions of `V`.
        unsafe { transpose::<T, V>(self.source, self.target, self.extents) }
    }
}
