//! Named arguments that a macro has no use for.

use crate::{
    ast::{Arguments, Form},
    error::Errors,
};

/// Checks that a macro is given no named argument that it has no use for.
///
/// # Errors
/// All mistakes.
pub fn arguments(arguments: &Arguments, form: Form) -> Result<(), Errors> {
    let mut errors = Errors::default();
    let name = form.name();
    if let Some(out) = arguments.out.as_ref().filter(|_| form.differentiates()) {
        errors.push(out.span, format!("`{name}` returns the value: it does not take `out`"));
    }
    if let Some(span) = arguments.wrt_name.filter(|_| !form.is_pullback()) {
        let help = match form {
            Form::Tangent => "write a pair, such as `(x, dx)`, for each operand that has a tangent",
            _ => "gradients are asked of `einsum_vjp!`, `einsum_vjp_add!` and functions of `einsum_fn!`",
        };
        errors.push((span, span), format!("`{name}` does not take `wrt`\nhelp: {help}"));
    }
    errors.propagate(())
}
