//! What an expansion of the `einsum` macros calls: tensor views, element types, errors and the
//! engine.
//!
//! Programs depend on the facade crate `einsum`, which re-exports the public items of this one.
//! Call sites check extents and say what is multiplied; everything unchecked, and all arithmetic, is
//! here, behind safe functions whose checks are real.
//!
//! | module | holds |
//! | --- | --- |
//! | [`cast`] | operands that are read as another type |
//! | [`choice`] | the order in which operands meet, chosen by their extents |
//! | [`slicing`] | blocks of indices that keep a limit on intermediates |
//! | [`blocks`] | what is computed block by block: operands and results narrowed to a block |
//! | [`element`] | what a number must do to be contracted, and to be differentiated |
//! | [`ellipsis`] | axes without labels, and the ranks that follow from them |
//! | [`engine`] | the loops of one step, for any strides |
//! | [`operand`] | what can stand for a tensor: arrays of any storage, references, numbers |
//! | [`given`] | what the user gives, brought to one element type |
//! | [`storage`] | how elements are kept in arrays, if not as they are computed with |
//! | [`float`] | one bound for code that is generic over floating-point numbers |
//! | [`error`] | what can be wrong at run time |
//! | `extents` | products of extents: none is unchecked |
//! | [`site`] | the checks of one call site |
//! | [`view`] | strided read and write access to a tensor |
//! | [`step`] | tensors and the numbers of their labels, for the engine |
//! | [`tensor`] | a freshly computed tensor, and its way into an `ndarray` array |

pub mod blocks;
pub mod cast;
pub mod choice;
pub mod element;
pub mod ellipsis;
pub mod engine;
pub mod error;
pub(crate) mod extents;
pub mod float;
pub mod given;
pub mod known;
pub mod operand;
pub mod site;
pub mod slicing;
pub mod step;
pub mod storage;
pub mod tensor;
pub mod view;

pub use cast::{Cast, CastBack};
pub use element::{Differentiable, Element};
pub use error::EinsumError;
pub use float::Float;
pub use operand::{HasAxes, Operand, OperandMut};
pub use storage::{Copied, Storage};

/// What expansions call, in one place. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use ndarray::{
        Array, ArrayRef, ArrayView, ArrayViewMut, DimMax, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
    };

    pub use crate::{
        blocks::{Block, Blocks, Output},
        cast::given::{Converted, LikeCast, TargetAs, cast, gradient_as, later, like_cast, target_as},
        choice::{
            Alternative, Chosen, Limit, Size, choose, choose_in_blocks, choose_within, either, present, release,
            required,
        },
        ellipsis::{
            Common, Ellipsis, Extend, Fused, FusedMut, Rest, ResultDim, Spread, SpreadMut, compute_onto, fuse,
            load_spread, stored, unfuse,
        },
        given::{
            Asked, Like, NumberOf, array, array_mut, differentiable, elements, extent, factor, like, negated, number,
            rescale,
        },
        known::{Loop, Loops},
        operand::{OperandMut, Place, SameElement, Target, shaped},
        site::{Axes, Checked, Site, checked, expected},
        slicing::{Cost, Group, Orders},
        step::{Read, Step},
        storage::{Loaded, LoadedTarget, load, load_number},
        tensor::{Number, Tensor},
        view::{View, ViewMut},
    };
}
