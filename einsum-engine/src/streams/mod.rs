//! Steps that are no GEMM.
//!
//! Whatever the einsum, after axes are fused it is loops over a *lane*: the axis along
//! which most tensors lie side by side, where the vector instructions are. Three regimes:
//!
//! | module | step |
//! | --- | --- |
//! | [`map`] | no sum |
//! | [`transpose`] | no sum, one factor, and the result lies side by side along another axis than it |
//! | [`fold`] | a sum, along lanes that are contracted |
//! | [`accumulate`] | a sum, along lanes that the result has |
//! | [`short`] | few terms: a fold, or one by one, without a plan |
//!
//! | module | holds |
//! | --- | --- |
//! | [`tiles`] | the order of the tiles of a transposed copy |
//! | [`pack`] | factors that lie side by side along another axis than the lane |
//! | [`unpack`] | results that do, of steps without a sum |
//! | [`split`] | work for several threads, and sums in parts |
//! | [`long`] | long sums, by blocks and spans |
//! | [`plan`] | the axis that is the lane, and the order of the others |
//! | [`step`] | the tensors of a problem, and the loops over outer axes |
//! | [`terms`](mod@terms) | terms of a sum, or of a result without one |
//! | [`finish`] | the epilogue: conjugate, alpha and beta as values are written |
//! | [`real`] | sums of real numbers, in vectors |
//! | [`complex`] | products of complex numbers, as vectors like them |
//! | [`buffer`] | room for values on their way |
//! | [`blocks`] | transposing in registers |
//! | [`vectors`] | a kernel, compiled for every instruction set |

mod accumulate;
mod blocks;
mod buffer;
mod complex;
mod finish;
mod fold;
pub(crate) mod long;
mod map;
mod pack;
pub(crate) mod plan;
mod real;
pub(crate) mod short;
pub(crate) mod split;
pub(crate) mod step;
mod terms;
mod tiles;
mod transpose;
mod unpack;
mod vectors;

use crate::{
    axes::{elements, simplify, terms},
    extents,
    machine::{caches, threads},
    number::Number,
    plan::tuning::{
        SPLIT_MIN_TERMS, STREAMED_MIN_ROW_BYTES, STREAMED_MIN_ROW_BYTES_SHARED, STREAMED_RESULT_PER_READ,
        ahead_min_bytes, streamed_min_bytes,
    },
    problem::{Axis, Problem},
    repeated::{self, is_repeated},
    streams::{short::Short, step::StreamStep},
};

/// Computes a step.
pub(crate) fn compute<T: Number>(mut problem: Problem<'_, T>) {
    problem.axes = simplify(problem.axes);
    if let Some(short) = Short::of(&problem) {
        return short::compute_short(&problem, short);
    }
    if problem.axes.iter().any(is_repeated) {
        repeated::count(&mut problem);
        problem.axes = simplify(problem.axes);
    }
    let mut step = StreamStep::of(&problem);
    let axes = problem.axes;
    let terms = terms(axes);
    if terms < SPLIT_MIN_TERMS {
        return plan::compute(&step, axes);
    }
    (step.is_far, step.finish.stream) = is_far::<T>(step.two, axes);
    split::compute_shared(&step, axes, terms);
    if step.finish.stream {
        vectors::fence::<T>();
    }
}

/// Whether the tensors of a step are so large that what is summed is fetched ahead, and whether the result is streamed past the caches.
pub(crate) fn is_far<T>(two: bool, axes: &[Axis]) -> (bool, bool) {
    let bytes = extents::bytes::<T>(elements(axes).into_iter().fold(0, usize::saturating_add));
    (bytes >= ahead_min_bytes(caches::current()), is_streamed::<T>(two, axes, bytes))
}

/// Whether the tensors of a step are so large that the result is streamed past the caches: from [`streamed_min_bytes`] on,
/// from half of that where lines of one tensor are here and there in the other, from twice as much where hardly anything is
/// read. Short rows are not streamed, however many. (`ij->ji` of 2 x 8 MiB 0.31 and 0.33, of 2 x 16 MiB 1.52 and 0.71;
/// `bi,bj->bij` of 40 MiB in `f64` 1.17 and 1.30; `bshd->bhsd` of 2 x 24 MiB in rows of 64 bytes 2.6 and 6.6, of 256 bytes
/// 1.2 and 2.0, of 2 x 48 MiB in rows of 512 bytes 3.1 and 2.4.)
///
/// Two threads get more from the cache, but not from memory: a third more. (`ij,i->ij` of 2 x 17 MiB in `f64` 0.28 and 0.41,
/// `ij->ji` of 2 x 9 MiB 0.16 and 0.26.) And they gain by streaming shorter rows (of 256 bytes, 2 x 128 MiB 7.4 and 5.4).
fn is_streamed<T>(two: bool, axes: &[Axis], bytes: usize) -> bool {
    let least = streamed_min_bytes(caches::current());
    if bytes < least / 2 {
        return false;
    }
    let several = threads::threads_for(usize::MAX) > 1;
    let short = if several { STREAMED_MIN_ROW_BYTES_SHARED } else { STREAMED_MIN_ROW_BYTES };
    let is_short = |axis: &Axis| axis.out == 1 && axis.lhs == 1 && extents::bytes::<T>(axis.extent) < short;
    let [out, lhs, rhs] = elements(axes);
    let large = if lhs.saturating_add(rhs) < out / STREAMED_RESULT_PER_READ {
        least * 2
    } else if !two && axes.iter().any(is_short) {
        return false;
    } else if !two && tiles::transposed(axes).is_some() {
        least / 2
    } else {
        least
    };
    bytes >= if several { large / 3 * 4 } else { large }
}
