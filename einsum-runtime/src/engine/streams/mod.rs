//! Steps that are no generalised matrix product, and all steps of elements without kernels of their own.
//!
//! Whatever the einsum, what is left after axes are fused is loops over a *lane*: the axis along
//! which most tensors lie side by side, where the vector instructions are. Three regimes:
//!
//! | module | step |
//! | --- | --- |
//! | [`map`] | no sum |
//! | [`transpose`] | no sum, one factor, and the result lies side by side along another axis than it |
//! | [`fold`] | a sum, along lanes that are contracted |
//! | [`accumulate`] | a sum, along lanes that the result has |
//!
//! | module | holds |
//! | --- | --- |
//! | [`tiles`] | the order of the tiles of a transposed copy |
//! | [`pack`] | factors that lie side by side along another axis than the lane |
//! | [`split`] | work for several threads, and sums in parts |
//! | [`plan`] | which axis is the lane, and the order of the others |
//! | [`step`] | the tensors of a problem, and the loops over outer axes |
//! | [`terms`] | what is summed or written |
//! | [`finish`] | what becomes of it before it is written |
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
mod map;
mod pack;
mod plan;
mod real;
mod split;
mod step;
mod terms;
mod tiles;
mod transpose;
mod vectors;

use crate::element::Element;

use step::Step;
use vectors::Best;
pub(crate) use vectors::{Portable, Vectors};

use super::{Problem, axes::simplify, isa, kernel::Kernels};

/// Computes a step with the best instructions that there are.
pub(crate) fn run<T: Kernels>(problem: Problem<'_, T>) {
    run_with(Best::new(isa::current()), problem);
}

/// Computes a step with certain instructions.
pub(crate) fn run_with<T: Element, V: Vectors>(vectors: V, problem: Problem<'_, T>) {
    let mut step = Step::of(&problem);
    let Problem { axes, .. } = problem;
    let axes = simplify(axes);
    if plan::run_tiny(vectors, &step, axes) {
        return;
    }
    let terms = axes.iter().fold(1usize, |terms, axis| terms.saturating_mul(axis.extent));
    if terms < split::SMALL {
        return plan::run(vectors, &step, axes);
    }
    let result = axes.iter().filter(|axis| !axis.contracted).map(|axis| axis.extent);
    step.finish.stream = result.product::<usize>().saturating_mul(size_of::<T>()) >= LARGE;
    split::run(vectors, &step, axes, terms);
    if step.finish.stream {
        vectors.fence();
    }
}

/// Bytes of a result that is not expected to be found in a cache.
const LARGE: usize = 4 << 20;
