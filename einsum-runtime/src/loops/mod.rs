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
//! No index is compared with an extent within a loop. An index comes out of [`Loops::over`] and nowhere else, so that it is
//! below the extent of its label; whatever indices a tensor is given, one for each label or fewer, there is an element.
//!
//! | module | holds |
//! | --- | --- |
//! | `index` | loops, and the indices that come out of them |
//! | `vectors` | numbers side by side, and their arithmetic |
//! | `held` | the numbers of a vector as functions give them to each other |
//! | `rows` | numbers side by side, and rows of them |
//! | `sums` | numbers that are added up where they are written |
//! | `tensors` | factors and results as a nest reaches them |
//! | `nest` | the trait of nests |
//! | `level` | the same code compiled for each instruction set |
//! | `wide` | sums and products in registers |
//! | `trees` | sums of what lies side by side |
//! | `constant` | steps of constant extents, at the call site |
//! | `run` | a step's loops around its nest |
//! | `way` | whether the engine computes a step, or its nest |

mod constant;
mod held;
mod index;
pub(crate) mod level;
mod nest;
mod rows;
mod run;
mod sums;
mod tensors;
mod trees;
mod vectors;
mod way;
mod wide;

pub(crate) use self::{
    constant::{
        InPlace, InRoom, Local, Place, constant, is_here, is_out_of_line, is_scaled_here, is_small, returned, scaling,
    },
    nest::loops_of,
    vectors::Lanes,
    way::{NoNest, Way},
};
pub use self::{
    index::Loops,
    nest::{Nest, Scaled},
    tensors::{Factor, Out},
    vectors::Vectors,
};
