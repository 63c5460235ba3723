// The links of README, and of the documents below, lead to files, for whoever reads them in a repository. The first definition of
// a link is the one that counts: here it leads to documentation.
//! [`einsum!`]: macro@einsum
//! [`try_einsum!`]: macro@try_einsum
//! [`einsum_vjp!`]: macro@einsum_vjp
//! [`einsum_vjp_add!`]: macro@einsum_vjp_add
//! [`einsum_jvp!`]: macro@einsum_jvp
//! [`einsum_fn!`]: macro@einsum_fn
//! [`explain!`]: macro@explain
//! [`Element`]: Element
//! [`Storage`]: Storage
//! [`coming_from_numpy`]: mod@coming_from_numpy
//! [`formulas`]: mod@formulas
//! [`generics`]: mod@generics
//! [`gradients`]: mod@gradients
//! [`how_it_works`]: mod@how_it_works
//! [`recipes`]: mod@recipes
//! [`speed`]: mod@speed
//! [`syntax`]: mod@syntax
//! [benchmarks]: https://docs.rs/crate/einsum-compiler/latest/source/benches/README.md
//! [ARCHITECTURE.md]: https://docs.rs/crate/einsum-compiler/latest/source/ARCHITECTURE.md
//! [CHANGELOG.md]: https://docs.rs/crate/einsum-compiler/latest/source/CHANGELOG.md
//! [CONTRIBUTING.md]: https://docs.rs/crate/einsum-compiler/latest/source/CONTRIBUTING.md
//! [safety.md]: https://docs.rs/crate/einsum-compiler/latest/source/docs/safety.md
//! [einsum-candle]: https://docs.rs/crate/einsum-compiler-candle/latest/source/README.md
//! [shards.md]: https://docs.rs/crate/einsum-compiler/latest/source/docs/shards.md
#![doc = concat!("[network]: data:image/svg+xml;base64,", include_str!("../docs/network.base64"), "\n")]
#![doc = concat!("[times]: data:image/svg+xml;base64,", include_str!("../docs/speed.base64"), "\n")]
#![doc = include_str!("../README.md")]
#![doc = include_str!("../docs/print.html")]
#![no_std]

#[cfg(feature = "dynamic")]
extern crate std;

#[cfg(feature = "dynamic")]
pub mod dynamic;
mod explanation;
mod macros;

pub use self::explanation::Explanation;
pub use einsum_runtime::{
    Cast, CastBack, Copied, Differentiable, EinsumError, Element, Float, Function, HasAxes, Operand, OperandMut,
    SecondDerivative, Storage,
};

/// [`Differentiable`]: crate::Differentiable
/// [`Element`]: crate::Element
/// [`Float`]: crate::Float
/// [`HasAxes`]: crate::HasAxes
/// [`Storage`]: crate::Storage
#[doc = include_str!("../docs/generics.md")]
#[doc = include_str!("../docs/print.html")]
pub mod generics {}

/// [`Cast`]: crate::Cast
/// [`CastBack`]: crate::CastBack
/// [`Differentiable`]: crate::Differentiable
/// [`EinsumError`]: crate::EinsumError
/// [`Element`]: crate::Element
/// [`Storage`]: crate::Storage
/// [`explain!`]: macro@crate::explain
#[doc = include_str!("../docs/syntax.md")]
#[doc = include_str!("../docs/print.html")]
pub mod syntax {}

/// [`explain!`]: macro@crate::explain
/// [`Function`]: crate::Function
/// [`SecondDerivative`]: crate::SecondDerivative
/// [`syntax`]: mod@crate::syntax
#[doc = include_str!("../docs/formulas.md")]
#[doc = include_str!("../docs/print.html")]
pub mod formulas {}

/// [`formulas`]: mod@crate::formulas
/// [`gradients`]: mod@crate::gradients
/// [`speed`]: mod@crate::speed
/// [`syntax`]: mod@crate::syntax
#[doc = include_str!("../docs/coming_from_numpy.md")]
#[doc = include_str!("../docs/print.html")]
pub mod coming_from_numpy {}

/// [`coming_from_numpy`]: mod@crate::coming_from_numpy
/// [`einsum_fn!`]: macro@crate::einsum_fn
/// [`einsum_vjp!`]: macro@crate::einsum_vjp
/// [`explain!`]: macro@crate::explain
/// [`formulas`]: mod@crate::formulas
/// [`generics`]: mod@crate::generics
#[doc = include_str!("../docs/recipes.md")]
#[doc = include_str!("../docs/print.html")]
pub mod recipes {}

/// [`formulas`]: mod@crate::formulas
/// [`recipes`]: mod@crate::recipes
#[doc = include_str!("../docs/gradients.md")]
#[doc = include_str!("../docs/print.html")]
pub mod gradients {}

#[doc = concat!("[times]: data:image/svg+xml;base64,", include_str!("../docs/speed.base64"), "\n")]
#[doc = include_str!("../docs/speed.md")]
#[doc = include_str!("../docs/print.html")]
pub mod speed {}

/// [`formulas`]: mod@crate::formulas
/// [`gradients`]: mod@crate::gradients
/// [`speed`]: mod@crate::speed
/// [ARCHITECTURE.md]: https://docs.rs/crate/einsum-compiler/latest/source/ARCHITECTURE.md
/// [walk.md]: https://docs.rs/crate/einsum-compiler/latest/source/docs/walk.md
#[doc = concat!("[layer]: data:image/svg+xml;base64,", include_str!("../docs/layer.base64"), "\n")]
#[doc = include_str!("../docs/how_it_works.md")]
#[doc = include_str!("../docs/print.html")]
pub mod how_it_works {}

/// [`Operand::array`]: crate::Operand::array
/// [`OperandMut::array_mut`]: crate::OperandMut::array_mut
#[doc = include_str!("../docs/matrices.md")]
#[doc = include_str!("../docs/print.html")]
#[cfg(all(feature = "faer", feature = "nalgebra"))]
pub mod matrices {}

/// Functions and types that expansions call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use core::{
        clone::Clone,
        f64::consts,
        marker::{Copy, PhantomData, Sized},
        ops::Neg,
        option::Option::{self, None, Some},
        primitive::{bool, f64, usize},
        result::Result::{self, Ok},
    };

    pub use super::explanation::explanation;
    pub use einsum_macros::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum};
    pub use einsum_runtime::{
        __private::*, Cast, CastBack, Differentiable, EinsumError, Element, HasAxes, Operand, Storage,
    };
}
