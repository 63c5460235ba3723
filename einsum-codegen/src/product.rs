//! Products of operands, read and checked: the first passes of drivers.

use crate::{
    ast::{self, Form},
    check,
    error::Errors,
    ir::Einsum,
    parse,
};

/// A product, checked, of which a factor is an operand if it is differentiated.
pub(crate) fn checked(mut invocation: ast::Invocation, form: Form) -> Result<(ast::Invocation, Einsum), Errors> {
    check::arguments(&invocation.arguments, form)?;
    if form.differentiates() {
        invocation.take_alpha();
    }
    if form == Form::Tangent {
        parse::tangents(&mut invocation)?;
    }
    let einsum = check::invocation(&invocation, form)?;
    Ok((invocation, einsum))
}
