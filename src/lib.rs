#![doc = include_str!("../README.md")]

mod explanation;
mod macros;

pub use self::explanation::Explanation;
pub use einsum_runtime::{Copied, Differentiable, EinsumError, Element, HasAxes, Operand, OperandMut, Storage};

#[doc = include_str!("../docs/syntax.md")]
pub mod syntax {}

/// What expansions call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use core::{
        marker::{PhantomData, Sized},
        mem::drop,
        ops::Neg,
        option::Option::{None, Some},
        result::Result::Ok,
    };

    pub use super::explanation::explanation;
    pub use einsum_macros::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum};
    pub use einsum_runtime::{__private::*, Differentiable, EinsumError, Element, HasAxes, Operand, Storage};
}
