//! What an expression gives.

/// Which macro is expanded, of those that are expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `einsum!`
    Value,
    /// `try_einsum!`
    Result,
    /// `einsum_vjp!`
    Pullback,
    /// `einsum_vjp_add!`
    AddingPullback,
    /// `einsum_jvp!`
    Tangent,
}

impl Form {
    /// The name of the macro.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "einsum!",
            Self::Result => "try_einsum!",
            Self::Pullback => "einsum_vjp!",
            Self::AddingPullback => "einsum_vjp_add!",
            Self::Tangent => "einsum_jvp!",
        }
    }

    /// Whether it gives a closure that outlives the call.
    #[must_use]
    pub fn is_pullback(self) -> bool {
        matches!(self, Self::Pullback | Self::AddingPullback)
    }

    /// Whether something is differentiated.
    #[must_use]
    pub fn differentiates(self) -> bool {
        self.is_pullback() || self == Self::Tangent
    }
}
