//! The loops of an expansion: what a nest that the macro emits is given, and how it is run.
//!
//! ```text
//! enum Nest0_ {}
//! impl Nest<4> for Nest0_ {
//!     const KEPT: usize = 3;
//!     const TENSORS: [&'static [usize]; 3] = [&[0, 1, 2], &[0, 1, 3], &[2, 3]];
//!     fn run<'n, T: Element, V: Vectors<T>>(nest_: Loops<'n, V, 4>, out_: Out<'n, T, V, 4>, [x_, w_]: [Factor<'n, T, V, 4>; 2]) {
//!         for b_ in nest_.over(0) {
//!             for i_ in nest_.over(1) {
//!                 for j_ in nest_.over(2) {
//!                     let mut sum_ = V::zero();
//!                     for k_ in nest_.over(3) {
//!                         sum_ = V::mul_add(x_.at([b_, i_, k_]), w_.at([j_, k_]), sum_);
//!                     }
//!                     out_.put([b_, i_, j_], sum_);
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! A nest is written as if for numbers. What it computes with are vectors `V` of them, of elements that follow each other along
//! the last label of the result: so that there are as many sums at a time as hide the latency of an addition, and instructions
//! for several numbers do what they can. Of one element at a time it is the same nest.
//!
//! No index is compared with an extent within a loop. An [`Index`] comes out of [`Loops::over`] and nowhere else, so that it is
//! below the extent of its label; whatever indices a tensor is given, one for each label or fewer, there is an element.
//!
//! | module | holds |
//! | --- | --- |
//! | `vectors` | numbers side by side, and their arithmetic |
//! | `tensors` | factors and results as a nest reaches them |
//! | `level` | the same code compiled for each instruction set |
//! | `run` | a step's loops around its nest |
//! | `way` | whether the engine computes a step, or its nest |

mod level;
mod run;
mod tensors;
mod vectors;
mod way;

use std::marker::PhantomData;

pub(crate) use self::{
    run::constant,
    vectors::Lanes,
    way::{Unknown, compute, way},
};
pub use self::{
    tensors::{Factor, Out},
    vectors::Vectors,
};
use einsum_engine::Problem;

use crate::element::Element;

/// The loops of a step with `L` labels, as an expansion has them.
pub trait Nest<const L: usize>: Sized {
    /// How many labels the result has: the first ones.
    const KEPT: usize;
    /// The number of the label of every axis, of the result and of the factors; of a factor that there is not, none.
    const TENSORS: [&'static [usize]; 3];
    /// The extents of the labels, if they are literals and the terms few.
    const EXTENTS: Option<[usize; L]>;

    /// Computes a step.
    #[doc(hidden)]
    fn compute<T: Element>(problem: Problem<'_, T>) {
        run::run::<T, Self, L>(problem);
    }

    /// Computes the step for all indices of the loops.
    fn run<'n, T: Element, V: Vectors<T>>(
        loops: Loops<'n, V, L>,
        out: Out<'n, T, V, L>,
        factors: [Factor<'n, T, V, L>; 2],
    );
}

/// The loops of one run of a nest, a range of indices for each label.
#[derive(Debug)]
pub struct Loops<'n, V, const L: usize> {
    extents: [usize; L],
    /// The label along which vectors lie, and its indices.
    lane: Lane,
    vectors: PhantomData<V>,
    nest: Nested<'n>,
}

impl<V, const L: usize> Clone for Loops<'_, V, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V, const L: usize> Copy for Loops<'_, V, L> {}

/// The label along which vectors lie, and those of its indices that are computed: as many as several vectors have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// The number of the label, or one beyond all if there are no vectors.
    pub(crate) label: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// How many elements a vector has.
    pub(crate) step: usize,
}

/// An index of a label of the run `'n`: below the extent of the label, and where vectors lie along it, by as many as they are long.
#[derive(Clone, Copy, Debug)]
pub struct Index<'n> {
    label: usize,
    index: usize,
    nest: Nested<'n>,
}

/// The indices of a label, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Indices<'n> {
    next: Index<'n>,
    end: usize,
    step: usize,
}

/// Which run of a nest something is of: nothing of another run is taken for it.
type Nested<'n> = PhantomData<fn(&'n ()) -> &'n ()>;

impl<'n, V, const L: usize> Loops<'n, V, L> {
    /// The loops below these extents.
    ///
    /// # Safety
    /// - The strides of all tensors of the run `'n` lead, for all indices below the extents, to elements of them.
    /// - Vectors `V` have `lane.step` elements, of which `lane.start` to `lane.end`, not beyond the extent of the label, is a
    ///   multiple; they have one element if there is no such label.
    #[inline(always)]
    pub(crate) unsafe fn new(extents: [usize; L], lane: Lane) -> Self {
        Self { extents, lane, vectors: PhantomData, nest: PhantomData }
    }

    /// The indices of a label; where vectors lie along it, those of their first elements.
    ///
    /// # Panics
    /// If there is no such label.
    #[inline(always)]
    #[must_use]
    pub fn over(self, label: usize) -> Indices<'n> {
        let Lane { label: lane, start, end, step } = self.lane;
        let (start, end, step) = if label == lane { (start, end, step) } else { (0, self.extents[label], 1) };
        Indices { next: Index { label, index: start, nest: PhantomData }, end, step }
    }
}

impl<'n> Iterator for Indices<'n> {
    type Item = Index<'n>;

    #[inline(always)]
    fn next(&mut self) -> Option<Index<'n>> {
        let next = self.next;
        self.next.index = next.index.wrapping_add(self.step);
        if next.index < self.end { Some(next) } else { None }
    }
}

impl Index<'_> {
    #[inline(always)]
    pub(crate) fn label(self) -> usize {
        self.label
    }

    #[inline(always)]
    pub(crate) fn index(self) -> usize {
        self.index
    }
}
