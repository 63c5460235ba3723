//! The operands of an expression: how they enter its expansion, and are viewed in it:
//!
//! ```text
//! match (&x, &w) {                                                          // given
//!     (source_0_, source_1_) => {                                           // source
//!         let known_ = runtime::elements_of(&*source_0_).known();           // element
//!         ..
//!         let operand_0_ = ..;                                              // view
//! ```

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Type, spanned::Spanned as _};

use super::{ellipsis, names, site, types::Source};
use crate::{
    ast::{self, Form, Invocation},
    ir::Einsum,
};

/// Views the operands and finds the extents.
pub(super) fn checks(operands: &[ast::Operand], einsum: &Einsum, form: Form) -> TokenStream {
    let views = in_order(operands).into_iter().map(|number| view(einsum, number, operands, form));
    let extents = site::extents(einsum);
    let shapes = einsum.wrt.iter().copied().filter(|&number| keeps_shape(einsum, number, form));
    let shapes = shapes.map(|number| site::shape(einsum, number));
    let tangents = operands
        .iter()
        .enumerate()
        .filter_map(|(number, operand)| operand.tangent.as_ref().map(|tangent| self::tangent(einsum, number, tangent)));
    let fused = ellipsis::spread_operands(einsum).map(ellipsis::fuse);
    quote_spanned! { Span::mixed_site()=> #(#views)* #extents #(#shapes)* #(#tangents)* #(#fused)* }
}

pub(super) fn view(einsum: &Einsum, number: usize, operands: &[ast::Operand], form: Form) -> TokenStream {
    let (variable, operand) = (names::operand(number), &operands[number]);
    let source = source(number, operand, form);
    let (first, last) = located(operand);
    let is_first = in_order(operands).first() == Some(&number);
    let subscript = &einsum.operands[number].subscript;
    let has_gradient = form.is_pullback() && einsum.wrt.contains(&number);
    let array = if !is_first && !has_gradient && is_number(operand) && subscript.0.is_empty() {
        site::written(number, &source, first)
    } else {
        site::array(number, is_first, (&source, read_as(number, operands)), first)
    };
    if let Some(place) = subscript.ellipsis() {
        let spread = ellipsis::spread(number, subscript, place, (first, last));
        return quote_spanned! { Span::mixed_site()=> #array let #variable = #spread; };
    }
    let view = site::operand(einsum, number, names::array(number), (first, last));
    quote_spanned! { Span::mixed_site()=> #array let #variable = #view; }
}

/// A reference to the operand.
pub(super) fn source(number: usize, operand: &ast::Operand, form: Form) -> TokenStream {
    let (first, last) = located(operand);
    let mut source = names::source(number);
    source.set_span(last);
    if form.is_pullback() && !operand.is_place() {
        return quote_spanned! { first=> &#source };
    }
    quote_spanned! { first=> &*#source }
}

/// References to all operands, whose types have extents.
pub(super) fn sources(operands: &[ast::Operand], form: Form) -> Vec<Source> {
    let source = |(number, operand)| Source { reference: source(number, operand, form), span: located(operand) };
    operands.iter().enumerate().map(source).collect()
}

/// The operand as it enters the expansion: borrowed, or for a pullback to own, by value.
pub(super) fn given(operand: &ast::Operand, form: Form) -> TokenStream {
    let expression = &operand.expression;
    if form.is_pullback() && !operand.is_place() {
        return expression.to_token_stream();
    }
    if form.is_pullback() {
        return quote_spanned! { located(operand).0=> (#expression).einsum_place() };
    }
    if binds_tightly(expression) {
        return quote_spanned! { located(operand).0=> &#expression };
    }
    quote_spanned! { located(operand).0=> &(#expression) }
}

/// The traits whose methods borrow places, needed around the expressions of the user's: in a block of
/// its own, an expression would drop what it borrows from.
pub(super) fn borrowing_traits(invocation: &Invocation, form: Form) -> Vec<Ident> {
    let place = form.is_pullback().then(|| names::local("Place"));
    let out = invocation.arguments.out.as_ref().filter(|out| ast::is_place(&out.expression));
    place.into_iter().chain(out.map(|_| names::local("Target"))).collect()
}

/// The type of the elements: that of the first operand, or what it is read as. What is no number, or has no gradient where one
/// is asked for, is refused here and nowhere else.
pub(super) fn element(operands: &[ast::Operand], form: Form) -> Option<TokenStream> {
    let number = *in_order(operands).first()?;
    Some(element_of(number, &operands[number], form))
}

/// The type of the elements of an operand, or what it is read as.
pub(super) fn element_of(number: usize, operand: &ast::Operand, form: Form) -> TokenStream {
    let is_differentiated = form.is_pullback() || form == Form::Tangent;
    let mut known = names::local(if is_differentiated { "differentiable" } else { "known" });
    let known = if let Some(ty) = &operand.cast {
        let (mut read_as, span) = (names::read_as(number), Span::mixed_site().located_at(ty.span()));
        read_as.set_span(span);
        known.set_span(span);
        quote_spanned! { span=> runtime::named(#read_as).#known() }
    } else {
        let ((first, last), source) = (located(operand), source(number, operand, form));
        known.set_span(first);
        let mut source = Group::new(Delimiter::Parenthesis, source);
        source.set_span(last);
        quote_spanned! { first=> runtime::elements_of #source.#known() }
    };
    quote_spanned! { Span::mixed_site()=>
        let known_ = #known;
        let element_ = known_.0;
    }
}

/// The type that an operand is read as, if that was written: compared with that of the elements, unless it is where that is from.
pub(super) fn read_as(number: usize, operands: &[ast::Operand]) -> Option<TokenStream> {
    let is_first = in_order(operands).first() == Some(&number);
    read_as_same(number, &operands[number], is_first)
}

/// The type that an operand is read as, if that was written.
pub(super) fn read_as_same(number: usize, operand: &ast::Operand, is_first: bool) -> Option<TokenStream> {
    let ty = operand.cast.as_ref()?;
    Some(if is_first { names::variable("element").to_token_stream() } else { same(&names::read_as(number), ty) })
}

/// The type that a tangent is read as, if that was written.
pub(super) fn tangent_read_as(number: usize, tangent: &ast::Tangent) -> Option<TokenStream> {
    tangent.cast.as_ref().map(|ty| same(&names::tangent_read_as(number), ty))
}

/// A type that is written, compared with that of the elements. Another one is refused where it is written.
fn same(named: &Ident, ty: &Type) -> TokenStream {
    let mut same = names::local("same");
    same.set_span(Span::mixed_site().located_at(ty.span()));
    quote_spanned! { Span::mixed_site()=> runtime::as_named(#named).#same(element_) }
}

/// The operands in the order in which they are viewed: literals last, so that the first, which says what the type of the
/// elements is, is none if there is another, and `2` is refused among floats, not the floats beside it.
fn in_order(operands: &[ast::Operand]) -> Vec<usize> {
    let (literals, others): (Vec<usize>, Vec<usize>) =
        (0..operands.len()).partition(|&number| is_literal(&operands[number].expression));
    others.into_iter().chain(literals).collect()
}

/// Whether an operand is a number with a point and without a suffix, which is an element of whatever type these are.
fn is_number(operand: &ast::Operand) -> bool {
    fn is_unsuffixed(expression: &Expr) -> bool {
        match expression {
            Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Float(number) if number.suffix().is_empty()),
            Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_unsuffixed(&unary.expr),
            Expr::Paren(inner) => is_unsuffixed(&inner.expr),
            Expr::Group(inner) => is_unsuffixed(&inner.expr),
            _ => false,
        }
    }
    operand.cast.is_none() && operand.tangent.is_none() && is_unsuffixed(&operand.expression)
}

pub(super) fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && is_literal(&unary.expr),
        Expr::Paren(inner) => is_literal(&inner.expr),
        Expr::Group(inner) => is_literal(&inner.expr),
        _ => false,
    }
}

/// Whether the extents of an operand are asked for later: by its cotangent, by what that is added to,
/// or by a tangent.
pub(super) fn keeps_shape(einsum: &Einsum, operand: usize, form: Form) -> bool {
    match form {
        Form::Value | Form::Result => false,
        Form::Pullback => site::has_shape(einsum, operand),
        Form::AddingPullback | Form::Tangent => true,
    }
}

/// Views a tangent, which must be like its operand.
fn tangent(einsum: &Einsum, number: usize, tangent: &ast::Tangent) -> TokenStream {
    let (first, last) = ast::spanned(&tangent.expression);
    let (first, last) = (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last));
    let mut source = names::tangent_source(number);
    source.set_span(last);
    let source = quote_spanned! { first=> &*#source };
    site::tangent(einsum, number, ((&source, tangent_read_as(number, tangent)), None), (first, last))
}

/// Whether `&` before the expression applies to all of it.
fn binds_tightly(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Path(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Reference(_)
            | Expr::Unary(_)
            | Expr::Macro(_)
    )
}

/// The span that a wrong type of an operand is blamed on: from its first token to its last.
pub(super) fn located(operand: &ast::Operand) -> (Span, Span) {
    let (first, last) = operand.span;
    (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last))
}
