//! An expression as the call of a function: what front ends make that compute later, or more than once.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::{Expr, Visibility};

use super::{
    Extent, Form, Function, Invocation, Label, Mark, Operand, Parameter, ParameterExtent, Subscript, Subscripts,
    formula::{Formula, FormulaFunction},
    integer,
};
use crate::{error::Errors, few::List};

/// The call of a function that was written as an expression.
pub(crate) struct Call<F> {
    /// The function, which returns errors.
    pub(crate) function: F,
    /// Its operands.
    pub(crate) operands: Vec<Operand>,
    /// The values of its parameters of type `usize`.
    pub(crate) numbers: Vec<Expr>,
}

impl Call<Function> {
    /// The call that an einsum is.
    pub(crate) fn of_einsum(mut invocation: Invocation) -> Self {
        invocation.take_alpha();
        let Invocation { subscripts, operands, mut arguments, extents, .. } = invocation;
        let mut numbers = Numbers::default();
        let extents = numbers.extents(extents);
        let max_intermediate = arguments.max_intermediate.take().map(|limit| numbers.outside(limit));
        let function = Function {
            negated: arguments.negated,
            max_intermediate,
            broadcast: arguments.broadcast,
            numbers: numbers.names,
            ..function(&operands, extents, subscripts)
        };
        Self { function, operands, numbers: numbers.values }
    }
}

impl Call<FormulaFunction> {
    /// The call that a formula is.
    pub(crate) fn of_formula(mut formula: Formula) -> Self {
        let mut numbers = Numbers::default();
        let extents = numbers.extents(std::mem::take(&mut formula.extents));
        formula.given = formula.given.into_iter().map(|given| numbers.outside(given)).collect();
        let input =
            |_: &Operand| Subscript { labels: Vec::<Label>::new(), mark: Mark::Tokens(formula.span.0, formula.span.1) };
        let subscripts = Subscripts {
            text: formula.text.clone(),
            span: formula.span,
            inputs: formula.operands.mapped(input),
            order: Vec::new(),
            output: None,
        };
        let operands = std::mem::take(&mut formula.operands);
        let function = Function {
            broadcast: formula.arguments.broadcast,
            numbers: numbers.names,
            ..function(&operands, extents, subscripts)
        };
        formula.operands = operands.iter().zip(&function.parameters).map(read).collect();
        Self { function: FormulaFunction { function, formula }, operands, numbers: numbers.values }
    }
}

/// The name of a function that nobody calls but the expansion.
pub(crate) const NAME: &str = "einsum_";

/// A function of operands.
fn function(operands: &[Operand], extents: Vec<ParameterExtent>, subscripts: Subscripts) -> Function {
    let parameter = |(number, operand): (usize, &Operand)| Parameter {
        name: format_ident!("x{number}_", span = Span::mixed_site()),
        source: operand.source.clone(),
        cast: None,
        fixed: None,
        conj: operand.conj,
        is_index: false,
    };
    Function {
        attributes: Vec::new(),
        visibility: Visibility::Inherited,
        name: Ident::new(NAME, Span::mixed_site()),
        generics: Vec::new(),
        parameters: operands.iter().enumerate().map(parameter).collect(),
        extents,
        numbers: Vec::new(),
        form: Form::Result,
        negated: false,
        wrt: None,
        max_intermediate: None,
        broadcast: None,
        subscripts,
        mistakes: Errors::default(),
    }
}

/// An operand as the function reads it: a parameter.
fn read((operand, parameter): (&Operand, &Parameter)) -> Operand {
    let expression = path(&parameter.name);
    Operand {
        expression,
        cast: None,
        tangent: None,
        conj: operand.conj,
        source: operand.source.clone(),
        span: operand.span,
    }
}

/// The values of parameters of type `usize`: first those of extents, then others.
#[derive(Default)]
struct Numbers {
    names: Vec<Ident>,
    values: Vec<Expr>,
}

impl Numbers {
    /// The extents of a function: literals are known to it.
    fn extents(&mut self, extents: Vec<Extent>) -> Vec<ParameterExtent> {
        let extent = |Extent { label, value }: Extent| {
            if integer(&value).is_some() {
                return ParameterExtent { label, value: Some(value) };
            }
            self.values.push(value);
            ParameterExtent { label, value: None }
        };
        extents.into_iter().map(extent).collect()
    }

    /// A number as a function reads it, which knows nothing of the variables around a call.
    fn outside(&mut self, value: Expr) -> Expr {
        if integer(&value).is_some() {
            return value;
        }
        let name = format_ident!("number_{}_", self.names.len(), span = Span::mixed_site());
        let read = path(&name);
        self.names.push(name);
        self.values.push(value);
        read
    }
}

fn path(name: &Ident) -> Expr {
    Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: name.clone().into() })
}
