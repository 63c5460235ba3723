//! Functions and types that the formulas of an expansion call.
//!
//! `einsum!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]) * (b + 1))`: the sum is a step as of any einsum, and what is around it
//! a *map*. Labels have numbers of their own in each map: those of the target first, then those that are reduced.
//!
//! ```text
//! #[derive(Clone, Copy)]
//! struct Body0_([Form<2>; 1]);                          // `struct Body0_;` if there are no forms in it
//! impl<T: Ring + Ordered> Body<T, 2, 2> for Body0_ {    // labels b, j; reads t0, bias. The weakest bounds that the functions need:
//!     type Reduction = Sum;                             //   Element < Ring < Ordered, Field < Real
//!     const FREE: usize = 2;                            // all labels are on the target
//!     const READS: [&'static [usize]; 2] = [&[0, 1], &[1]];
//!     const IS_INDEXED: bool = true;                    // it has labels as numbers, or compares them
//!     #[inline(always)]
//!     fn value<V: Arithmetic<T>>(self, [t0_, bias_]: [V::Value; 2], at_: At<2>) -> V::Value {
//!         V::times(V::relu(V::plus(t0_, bias_)), V::index(at_, self.0[0]))
//!     }
//! }
//!
//! // Operands are viewed by `Axes::<2>::operand(..)`, as those of any einsum; one that is read as another type (`x as f64`) by
//! let bias_ = SITE_.direct(element_, bias_)?;  let bias_ = bias_.view();
//!
//! // Extents and checks, all before anything is computed.
//! let b_ = SITE_.extent(0, [(0, x_.extent(0))])?;                         // of bare labels
//! let i_ = largest(2, [b_, n_, 0], [(x_.extent(1), form([0, 2, 1], amount(-1, [(1, pad_)])))]);      // by rule 3: `x[2*n + i - 1 + pad]`
//! SITE_.form((0, 1, "2*n + i - 1 + pad"), x_.extent(1), [b_, n_, i_], form(..))?;      // operand, axis and text; extent of the axis
//! SITE_.not_empty("argmax", 1, j_)?;
//! let shape_ = [needed([b_, j_], form([1, 0], 0)), needed([b_, j_], form([0, 2], 1))];     // of a target with forms
//! SITE_.fits(element_, shape_)?;
//!
//! // A map into a new tensor; `[(b_, j_), ..]` is what it is for.
//! let reads_ = [Reach::new([b_, j_], t0_.view(), [form([1, 0], 0), form([0, 1], 0)]), Reach::new([b_, j_], bias_, [form([0, 1], 0)])];
//! let y_ = SITE_.map(element_, [b_, j_], Body0_([form([1, 0], 1)]), reads_, (shape_, [form([1, 0], 0), form([0, 1], 0)]))?;
//! // Or onto a tensor that is there: the user's, or one that other statements have written. `Reach::own([b_, j_])` reads its own element.
//! map([b_, j_], Body0_(..), reads_, ReachMut::new([b_, j_], out_.reborrow(), [form([1, 0], 0), form([0, 1], 0)]), Onto::Add);
//! // argmax and argmin have the `Reduction`s `Max` and `Min`, a single label beyond `FREE`, and numbers of any integer type.
//! let y_ = SITE_.search(PhantomData::<usize>, [b_, j_], Body1_, reads_, ([b_], [form([1, 0], 0)]))?;
//!
//! // Factors and result of a contraction: views with an axis for each label.
//! let x_ = View::forms(x_, [b_, n_, i_], [form([1, 0, 0], 0), form([0, 2, 1], 0)]);      // then `x_.read(&[0, 1, 2])`
//! // That is done at once, if it is large; `are_windows_left([b_, n_, i_, p_], (x_, [..]), (w_, [..]), (y_, [..]), None)` says whether it is not.
//! for p_ in 0..window_ {
//!     let form_ = form([0, 2, 1], 0).fixed(2, p_);                                         // `y[b, 2*n + p]` at one p
//!     step.onto(one).write(ViewMut::forms(y_.reborrow(), [b_, n_, 1], [form([1, 0, 0], 0), form_]).write(&[0, 1, 2]));
//! }
//!
//! // `zero(x)[b, 2*n + i - 1]` as a tensor over b, u in which `x` lies with a border; forms of its own labels.
//! let p_ = SITE_.copy(element_, [b_, u_], x_, [Along::Form(form([1, 0], 0), Outside::Error), Along::Form(form([0, 1], -1), Outside::Zero)])?;
//! // `x[t[b, n], d]`: positions first, which checks them; then as above, over b, n, d.
//! let t_ = SITE_.positions((0, 0, "t[b, n]"), (x_.extent(0), Outside::Error), t_)?;
//! let along_ = [Along::Gather(Reach::new([b_, n_, d_], t_.view(), [form([1, 0, 0], 0), form([0, 1, 0], 0)])), Along::Form(form([0, 0, 1], 0), Outside::Error)];
//! let p_ = SITE_.copy(element_, [b_, n_, d_], x_, along_)?;
//! scatter(dp_.view(), dx_.view_mut(), along_);                                            // and back: adds
//! ```
//!
//! # Time
//! Microseconds for `f32`, on one core of an AMD EPYC with AVX-512 that others used, too; numpy 2 with one thread.
//!
//! | map | here | numpy |
//! | --- | --- | --- |
//! | `x + y`, 8 elements; 1000 x 1000 | 0.13; 105 | 0.43; 95 |
//! | `x[i,j] + y[j,i]`, 64 x 64; 1000 x 1000 | 2.8; 2300 | 2.7; 960 |
//! | `relu(x + b[j])`, 8 x 8; 64 x 64; 1000 x 1000 | 0.30; 1.2; 115 | 1.6; 4.1; 580 |
//! | `silu(x + b[j])`, 8 x 8; 64 x 64; 1000 x 1000 | 0.55; 3.3; 760 | 2.6; 6.7; 1160 |
//! | `exp(x - m[i])`, 64 x 64; 1000 x 1000 | 2.6; 310 | 4.1; 680 |
//! | sums of rows, 8 x 8; 64 x 64; 1000 x 1000; 100000 x 10 | 0.31; 2.8; 122; 720 | 1.1; 2.7; 164; 1940 |
//! | the largest of rows, 64 x 64; 1000 x 1000; 1 x 1000000 | 3.0; 177; 136 | 4.8; 107; 45 |
//! | sums of columns, 64 x 64; 1000 x 1000; 2000 x 4000 | 0.96; 115; 2600 | 2.3; 97; 1660 |
//! | `sum[k]((a[i,k] - b[j,k])^2)`, 500 x 500 x 64 | 920 | 37800 |
//! | `min[k](a[i,k] + b[k,j])`, 500 x 500 x 64 | 1130 | 50600 |
//!
//! | module | holds |
//! | --- | --- |
//! | `form` | affine forms of labels, extents by them |
//! | `body`, `at`, `arithmetic`, `reduction`, `user` | what a map computes at each index |
//! | `reach` | tensors at forms: a stride for each label |
//! | `map`, `job`, `drive`, `pack` | maps: strides, plan, loops around blocks, and blocks of tensors that do not lie side by side |
//! | `block` | blocks as whole vectors |
//! | `kernel`, `join` | what is compiled for each body, and for each reduction |
//! | `compiled`, `room` | what is compiled once for `f32` and `f64`; room on the stack |
//! | `small` | maps of few indices, without a plan |
//! | `tiled` | maps whose reads are shared by two labels of the target |
//! | `shifted` | terms that are added to a tensor at shifted indices: where they all lead, and the pieces of each elsewhere |
//! | `search` | the index of the largest value, or of the smallest |
//! | `overlap` | products that are added to windows of a tensor which overlap |
//! | `integer`, `copy` | indices outside of a tensor, and from tensors of indices |
//! | `cached`, `growing` | blocks of indices for which several steps are computed together, and tensors that these write |
//! | `check` | checks of the call site |

mod arithmetic;
mod at;
mod block;
mod body;
mod cached;
mod check;
mod compiled;
mod copy;
mod drive;
mod form;
mod growing;
mod integer;
mod job;
mod join;
mod kernel;
mod map;
mod number;
mod overlap;
mod pack;
mod reach;
mod reduction;
mod room;
mod search;
mod shifted;
mod small;
mod tiled;
mod user;

pub use self::{
    arithmetic::{Arithmetic, Comparison},
    at::At,
    body::Body,
    cached::{Used, in_cache, in_cache_cut, used},
    check::Direct,
    copy::{Along, Outside, scatter},
    form::{
        Form, amount, at, constant, form, held, largest, least, needed, negative, negative_exponent, spanned, windows,
    },
    growing::Growing,
    integer::Integer,
    map::{Onto, map},
    number::{elements_of_view, float_fits, integer, integer_fits, less, literal},
    overlap::are_windows_left,
    reach::{Reach, ReachMut},
    reduction::{Extremum, Max, Min, Product, Reduction, Sum},
    search::search,
    shifted::{Inner, Piece, Shift, pieces, shift},
    user::{Function, SecondDerivative},
};
