//! Which axis is the lane, and the order of the others.

use std::mem::MaybeUninit;

use crate::{element::Element, engine::Axis};

use super::{
    map::Map,
    step::{Cursor, Step, nest},
    sum::{Shape, Sum},
    transpose::{TILE, Tile},
    vectors::{Kernel, Vectors},
};

/// An axis that is not there.
const NONE: Axis = Axis { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };

/// Computes a step over axes in their simplest form.
///
/// The tensors of the step are those of a [`Problem`](crate::engine::Problem) with these axes.
pub(super) fn run<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis]) {
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    if axes[..kept].iter().any(|axis| axis.extent == 0) {
        return;
    }
    if axes.len() == kept { map(vectors, step, axes) } else { sum(vectors, step, axes, kept) }
}

/// A step without a sum.
fn map<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis]) {
    if !step.two && let Some((p, q)) = transposed(axes) {
        return transpose(vectors, step, axes, (p, q));
    }
    let (step, lane, axes) = take_lane(step, axes);
    let (rows, outer) = axes.split_last().unwrap_or((&NONE, &[]));
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
        // extents are at most `TILE`.
        unsafe { vectors.call(Tile { step: &step, cursor, outer, p, q }) }
    };
    if p_axis.extent <= TILE && q_axis.extent <= TILE {
        let (outer, inner) = axes.split_at(axes.len().saturating_sub(2));
        let inner = match *inner {
            [slow, fast] => [slow, fast],
            [fast] => [NONE, fast],
            _ => [NONE; 2],
        };
        nest(outer, step.cursor, &mut |cursor| tile(cursor, inner, p_axis, q_axis));
        return;
    }
    nest(axes, step.cursor, &mut |cursor: Cursor<T>| {
        for p_start in (0..p_axis.extent).step_by(TILE) {
            let cursor = cursor.at(&p_axis, p_start);
            let p = Axis { extent: TILE.min(p_axis.extent - p_start), ..p_axis };
            for q_start in (0..q_axis.extent).step_by(TILE) {
                let q = Axis { extent: TILE.min(q_axis.extent - q_start), ..q_axis };
                tile(cursor.at(&q_axis, q_start), [NONE; 2], p, q);
            }
        }
    });
}

/// Sums that are computed before they are finished.
const BUFFER: usize = 1024;

/// A step with a sum.
fn sum<T: Element, V: Vectors>(vectors: V, step: Step<T>, axes: &mut [Axis], kept: usize) {
    let empty = axes[kept..].iter().any(|axis| axis.extent == 0);
    let (step, lane, axes) = take_lane(step, axes);
    let kept = if lane.contracted { kept } else { kept - 1 };
    let (kept, contracted) = axes.split_at(kept);
    let (kept_axis, kept) = if lane.contracted { kept.split_last().unwrap_or((&NONE, &[])) } else { (&lane, kept) };
    let (inner, contracted) = if lane.contracted { (&lane, contracted) } else { contracted.split_last().unwrap_or((&NONE, &[])) };
    let (middle, contracted) = contracted.split_last().unwrap_or((&NONE, &[]));
    let mut sums = [const { MaybeUninit::<T>::uninit() }; BUFFER];
    let sums: *mut T = sums.as_mut_ptr().cast();
    nest(kept, step.cursor, &mut |cursor: Cursor<T>| {
        for start in (0..kept_axis.extent).step_by(BUFFER) {
            let len = BUFFER.min(kept_axis.extent - start);
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
fn take_lane<T: Element>(step: Step<T>, axes: &mut [Axis]) -> (Step<T>, Axis, &mut [Axis]) {
    let Some(n) = best_lane(axes, step.two) else { return (step, NONE, axes) };
    let mut lane = axes[n];
    let axes = without(axes, n);
    if step.two && (lane.lhs == 0 && lane.rhs != 0) {
        std::mem::swap(&mut lane.lhs, &mut lane.rhs);
        axes.iter_mut().for_each(|axis| std::mem::swap(&mut axis.lhs, &mut axis.rhs));
        return (step.swapped(), lane, axes);
    }
    (step, lane, axes)
}

fn best_lane(axes: &[Axis], two: bool) -> Option<usize> {
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
        let strided: f32 = strides.iter().zip(sizes).map(|(&stride, size)| if (0..=1).contains(&stride) { 0.0 } else { size }).sum();
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
