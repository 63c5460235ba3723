#![doc = include_str!("../README.md")]

mod macros;

pub use einsum_runtime::{Copied, Differentiable, EinsumError, Element, HasAxes, Operand, OperandMut, Storage};

#[doc = include_str!("../docs/syntax.md")]
pub mod syntax {}

/// What expansions call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use core::{
        marker::{PhantomData, Sized},
        ops::Neg,
        option::Option::{None, Some},
        result::Result::Ok,
    };

    pub use einsum_macros::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
    pub use einsum_runtime::{__private::*, Differentiable, EinsumError, Element, HasAxes, Operand, Storage};
}
