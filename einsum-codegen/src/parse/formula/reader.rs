//! The parts of a formula that are read so far: operands, each once, and the names that mean something.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::{Expr, Type, parse::Parse};

use crate::{
    ast::{Operand, Tangent},
    error::Errors,
    parse::{
        index::tokens::{parse_all, span_of, text_of},
        operand::{Stripped, pair, strip},
        parameter::no_parameter,
        source,
    },
};

/// Reads the right sides of one formula.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) operands: Vec<Operand>,
    pub(super) given: Vec<Expr>,
    pub(super) functions: Vec<Expr>,
    pub(super) types: Vec<Type>,
    /// The names of all `let`, in order, of which the first so many are computed before what is read now.
    pub(super) lets: Vec<String>,
    pub(super) computed: usize,
    /// The labels of the statement that is read.
    pub(super) labels: Vec<String>,
    /// The labels of the target of that statement.
    pub(super) target: Vec<String>,
    /// The labels of any statement that are given extents, and that brackets in parentheses alone name.
    pub(super) given_alone: Vec<String>,
    /// Whether names that are no labels are numbers of the user's, in forms that are compared.
    pub(super) names_are_given: bool,
    /// The number of parameters, in a function, which are the first operands. There are no others.
    pub(super) parameters: Option<usize>,
    /// How many axes operands are read with.
    pub(super) ranks: Vec<(usize, usize)>,
    /// The operands that are read.
    pub(super) read: Vec<usize>,
    pub(super) errors: Errors,
}

impl Reader {
    pub(super) fn is_label(&self, name: &str) -> bool {
        self.labels.iter().any(|label| label == name)
    }

    /// The operand that is written, by its number: the one that there is, if it is a place.
    pub(super) fn operand(&mut self, tokens: &[TokenTree], conj: bool) -> Option<(usize, bool)> {
        let span = span_of(tokens)?;
        let expression = self.expression_of(tokens)?;
        if let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_) | syn::Lit::Char(_) | syn::Lit::Bool(_), .. }) =
            &expression
        {
            self.errors.push(span, format!("`{}` is no number", text_of(tokens)));
            return None;
        }
        let operand = self.stripped(expression, text_of(tokens), span)?;
        let is_conj = operand.conj != conj;
        if let Some(number) = self.known(&operand) {
            self.add_tangent(number, operand);
            self.read.push(number);
            return Some((number, is_conj));
        }
        if self.parameters.is_some() {
            self.errors.push(span, no_parameter(&operand));
            return None;
        }
        self.operands.push(Operand { conj: false, ..operand });
        Some((self.operands.len() - 1, is_conj))
    }

    /// The place that is read already.
    fn known(&self, operand: &Operand) -> Option<usize> {
        let key = |operand: &Operand| {
            let place = source::Place::new(&operand.expression);
            let cast = operand.cast.as_ref().map(|ty| source::text(ty.to_token_stream()));
            operand.is_place().then_some((place, cast))
        };
        let written = key(operand)?;
        self.operands.iter().position(|other| {
            let other = key(other);
            // The type that a parameter is read as is written once.
            other.as_ref() == Some(&written)
                || self.parameters.is_some()
                    && other.is_some_and(|(place, _)| place.text == written.0.text && written.1.is_none())
        })
    }

    /// An operand is given its tangent where it is a pair, and is the same without it elsewhere.
    fn add_tangent(&mut self, number: usize, operand: Operand) {
        let text = |tangent: &Tangent| source::text(tangent.expression.to_token_stream());
        match (&self.operands[number].tangent, operand.tangent) {
            (Some(first), Some(second)) if text(first) != text(&second) => {
                let message =
                    format!("`{}` has two tangents: `{}` and `{}`", operand.source, text(first), text(&second));
                self.errors.push(operand.span, message);
            }
            (None, tangent @ Some(_)) => self.operands[number].tangent = tangent,
            _ => {}
        }
    }

    /// An expression without `conj(..)`, the type that it is read as, and its tangent.
    fn stripped(&mut self, expression: Expr, text: String, span: (Span, Span)) -> Option<Operand> {
        let read = strip(expression).and_then(|Stripped { expression, conj, cast }| {
            let mut operand = Operand { expression, cast, tangent: None, conj, source: text, span };
            pair(&mut operand)?;
            Ok(operand)
        });
        read.map_err(|error| self.errors.0.extend(Errors::from(error).0)).ok()
    }

    /// The number of an expression within a form of labels: the same as before, if it is a name.
    pub(super) fn given(&mut self, expression: Expr) -> usize {
        let is_name = |expression: &Expr| matches!(expression, Expr::Path(_) | Expr::Field(_));
        let place = source::Place::new(&expression);
        let same = self.given.iter().position(|other| is_name(other) && source::Place::new(other) == place);
        same.unwrap_or_else(|| {
            self.given.push(expression);
            self.given.len() - 1
        })
    }

    /// Reads Rust; what is wrong with it is noted.
    pub(super) fn expression_of(&mut self, tokens: &[TokenTree]) -> Option<Expr> {
        let end = tokens.last()?.span();
        parse_all(tokens, end, Expr::parse).map_err(|error| self.errors.0.extend(Errors::from(error).0)).ok()
    }
}
