//! The functions in the module that `einsum_fn!` writes beside a function.

/// A function in the module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derivative {
    /// All cotangents that are asked for, as a tuple.
    Backward,
    /// The cotangent of one operand, alone.
    BackwardOne(usize),
    /// The cotangent of one operand that `wrt` leaves out: a function that cannot be called.
    LeftOut(usize),
    /// All cotangents that are asked for, added to what the user has.
    BackwardAdd,
    /// The cotangents of operands and cotangent, from those of the gradients.
    DoubleBackward,
    /// The value and its tangent.
    Jvp,
}
