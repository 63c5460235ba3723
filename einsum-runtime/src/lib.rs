//! The run time of the `einsum` macros: tensor views, element types, checks, errors, and the steps that an expansion
//! hands to the engine.
//!
//! Programs depend on the facade crate `einsum`, which re-exports the public items of this one.
//! Call sites check extents and say which tensors are multiplied; everything unchecked, and all arithmetic, is
//! here, behind safe functions whose checks are real.
//!
//! | module | holds |
//! | --- | --- |
//! | [`element`], [`differentiable`], [`float`], [`storage`] | elements: numbers that can be contracted and differentiated, and how they are kept |
//! | [`formula`] | what the formulas of an expansion call |
//! | [`functions`] | the elementwise functions of formulas |
//! | [`tensor`] | steps, and views of tensors as loops see them |
//! | [`loops`] | what the nests of an expansion are given, and how they run |
//! | [`loaded`] | arrays of whatever elements, on their way in and out |
//! | [`cast`] | operands that are read as another type |
//! | [`checked`] | how the bodies of expansions are called |
//! | [`operand`] | operands: arrays of any storage, references, numbers |
//! | `foreign` | operands: matrices of other libraries |
//! | [`elements`] | the type of the elements, refused once if they are no numbers |
//! | [`fixed`] | arrays of fixed size, whose extents are in their types |
//! | [`given`] | operands, targets and numbers of the user's, brought to one element type |
//! | [`order`] | the order in which operands meet, and blocks that keep a limit on intermediates |
//! | [`blocks`] | operands and results narrowed to a block of indices |
//! | [`error`] | the errors of an einsum at run time |
//! | [`site`] | the checks of one call site |

#![cfg_attr(not(any(test, feature = "std")), no_std)]

extern crate alloc;

pub mod blocks;
pub mod cast;
pub mod checked;
pub mod differentiable;
pub mod element;
pub mod elements;
pub mod error;
pub mod fixed;
pub mod float;
#[cfg(any(feature = "faer", feature = "nalgebra"))]
mod foreign;
pub mod formula;
#[doc(hidden)]
pub mod functions;
pub mod given;
pub mod loaded;
pub mod loops;
pub mod operand;
pub mod order;
pub mod site;
pub mod storage;
pub mod tensor;
mod tuning;

pub use cast::{Cast, CastBack};
pub use differentiable::Differentiable;
pub use element::Element;
pub use error::EinsumError;
pub use float::Float;
pub use formula::{Function, SecondDerivative};
pub use operand::{HasAxes, Operand, OperandMut};
pub use storage::{Copied, Storage};

/// All names that expansions use, in one place. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use ndarray::{
        Array, ArrayRef, ArrayView, ArrayViewMut, DimMax, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn,
    };

    pub use crate::tensor::counted;
    pub use crate::{
        blocks::{Block, Blocks, Output},
        cast::converted::Converted,
        cast::given::{LikeCast, TargetAs, cast, gradient_as, later, like_cast, target_as},
        cast::written::{Digits, Written, written},
        checked::Checked,
        elements::{Elements, Known, Named, Unknown, UnknownNamed, elements_of, named},
        fixed::{
            extent::{Extent, From as FromAxis, Label, Numbered, Open},
            kind::{
                OfArrays, OfFixed, agree, called, checked, computed, decided, expected, memory, numbers, relabelled,
            },
        },
        formula::{
            Along, Arithmetic, At, Body, Comparison, Direct, Form, Function, Growing, Inner, Integer, Max, Min, Onto,
            Outside, Piece, Product, Reach, ReachMut, SecondDerivative, Shift, Sum, amount, are_windows_left, at,
            constant, elements_of_view, float_fits, form, held, in_cache, in_cache_cut, integer, integer_fits, largest,
            least, less, literal, map, needed, negative, negative_exponent, pieces, scatter, search, shift, spanned,
            used, windows,
        },
        functions::{Field, Ordered, Real, Ring},
        given::{Asked, Like, NumberOf, as_named, elements, extent, negated, number, rescale},
        loaded::{Loaded, LoadedTarget, load, load_number, load_spread},
        loops::{Factor, Loops, Nest, Out, Vectors},
        operand::{OperandMut, Place, SameElement, Target, shaped},
        order::{
            choice::{
                Chosen, Limit, choose_in, choose_in_blocks, choose_within, drop, either, present, release, required,
            },
            orders::{Alternative, Cost, Group, Orders, Size},
        },
        site::{Axes, Site},
        tensor::{
            access::Read,
            ellipsis::{Common, Fused, FusedMut, Spread, SpreadMut, compute_onto, fuse, stored, unfuse},
            memory::{Heap, Memory, Single},
            owned::{Number, Tensor},
            rank::{Ellipsis, Extend, Rest, ResultDim},
            step::Step,
            straight::{Straight, StraightMut},
            view::{View, ViewMut},
        },
    };
}
