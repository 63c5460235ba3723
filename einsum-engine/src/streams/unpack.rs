//! Results that lie side by side along another axis than the lane, of steps without a sum.
//!
//! The step is computed tile by tile, as if its result lay as the factors do, into a buffer in the first-level cache,
//! from which the tile is transposed to where it belongs: the reverse of [`pack`](crate::streams::pack). (`ij,ij->ji` of 4096 x
//! 4096, f32: 12 ms, 128 element by element.)

use crate::{
    axes::simplify,
    extents,
    number::Number,
    plan::tuning::TILE_MIN_EXTENT,
    problem::Axis,
    streams::{
        buffer::Buffer,
        finish::Finish,
        pack::{Grid, Side},
        step::{Compute, Cursor, StreamStep, nest},
        tiles::{self, without},
    },
};

/// The axis along which the result lies side by side, if that is not the lane, and if both are long enough for a
/// transposition to pay.
pub(super) fn disagreeing(axes: &[Axis], lane: usize) -> Option<usize> {
    let is_strided = !(0..=1).contains(&axes[lane].out);
    let across = axes.iter().position(|axis| axis.out == 1)?;
    (is_strided && axes[lane].extent.min(axes[across].extent) >= TILE_MIN_EXTENT).then_some(across)
}

/// Computes the step by tiles of the lane and the axis `across` along which the result lies side by side, each of which
/// is left to `inner`.
pub(super) fn unpack_tiles<T: Number>(
    step: &StreamStep<T>,
    axes: &mut [Axis],
    (l, a): (usize, usize),
    inner: Compute<T>,
) {
    let (lane, across) = (axes[l], axes[a]);
    let outside = without(without(axes, l.max(a)), l.min(a));
    let grid = Grid::of::<T>(&lane, &across);
    nest(outside, step.cursor, &mut |cursor| {
        let lead = if step.finish.stream { tiles::lead(cursor.out) } else { 0 };
        grid.walk([0, lead], |[lane_piece, across_piece], next| {
            let at = |[l, a]: [usize; 2]| cursor.at(&lane, l).at(&across, a);
            if let Some(next) = next {
                let lens = [lane_piece.len(), across_piece.len()];
                for factor in [Side::Lhs, Side::Rhs] {
                    factor.prefetch(at(next), [&lane, &across], lens);
                }
            }
            let lane = Axis { extent: lane_piece.len(), ..lane };
            let across = Axis { extent: across_piece.len(), ..across };
            let cursor = at([lane_piece.start, across_piece.start]);
            compute(&StreamStep { cursor, packed: step.packed + 1, ..*step }, (lane, across), inner);
        });
    });
}

/// Computes a tile.
fn compute<T: Number>(step: &StreamStep<T>, (lane, across): (Axis, Axis), inner: Compute<T>) {
    let mut buffer = Buffer::new();
    let values = buffer.elements::<T>(extents::count([lane.extent, across.extent]));
    let stride = lane.extent.cast_signed();
    let mut axes = [Axis { out: stride, ..across }, Axis { out: 1, ..lane }];
    let finish = Finish::new(false, None, None);
    let cursor = Cursor { out: values, ..step.cursor };
    inner(&StreamStep { cursor, finish, ..*step }, simplify(&mut axes));
    let mut axes = [Axis { lhs: 1, rhs: 0, ..lane }, Axis { lhs: stride, rhs: 0, ..across }];
    let cursor = Cursor { out: step.cursor.out, lhs: values.cast_const(), rhs: values.cast_const() };
    tiles::transpose_by_tiles(&StreamStep { cursor, two: false, conj: false, ..*step }, &mut axes, (0, 1));
}
