//! Operands as they are given.

use candle_core::{Tensor, Var};

/// An operand: a [`Tensor`], a [`Var`], a number, which has no axes, or a reference to one of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no operand of an einsum of candle's tensors",
    label = "expected a `candle_core::Tensor`, a `Var`, an `f64` or an `f32`",
    note = "a tensor within a `Result` is had by `?`: `x.t()?`; one of an array is made by `Tensor::new(&[1f32, 2.0], &Device::Cpu)?`",
    note = "a number has a point, `2.0`, and takes the element type of the tensors"
)]
pub trait Operand {
    #[doc(hidden)]
    fn given(&self) -> Given<'_>;
}

/// An operand as it is given.
#[derive(Clone, Copy, Debug)]
pub enum Given<'a> {
    /// A tensor, of any type.
    Tensor(&'a Tensor),
    /// A number, of the type of the tensors beside it.
    Number(f64),
}

impl Operand for Tensor {
    fn given(&self) -> Given<'_> {
        Given::Tensor(self)
    }
}

impl Operand for Var {
    fn given(&self) -> Given<'_> {
        Given::Tensor(self)
    }
}

impl Operand for f64 {
    fn given(&self) -> Given<'_> {
        Given::Number(*self)
    }
}

impl Operand for f32 {
    fn given(&self) -> Given<'_> {
        Given::Number(f64::from(*self))
    }
}

#[diagnostic::do_not_recommend]
impl<O: Operand + ?Sized> Operand for &O {
    fn given(&self) -> Given<'_> {
        O::given(self)
    }
}
