//! Functions of `einsum_fn!` that are formulas: what differs from those that are einsums is in the bodies.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, ExprPath};

use super::{bounds, fits, literals, operands, pullback, shapes, signature::Signature, site::Site, steps, written};
use crate::{
    ast::{self, ParameterExtent},
    emit::{derivative::Derivative, names},
    few::List,
    ir::formula::{Elements, ExtentFrom, Formula, TensorKind},
    lower::formula::{LoweredFunction, Planned},
};

/// A function that is a formula.
pub(crate) struct FormulaBodies<'a> {
    given: &'a ast::formula::Formula,
    /// The forward, as it was written.
    checked: &'a Formula,
    programs: &'a LoweredFunction,
    signature: &'a Signature,
    texts: Vec<String>,
    numbers: Vec<String>,
}

impl<'a> FormulaBodies<'a> {
    /// The bodies of a function; `checked` is the forward, as it was written.
    pub(crate) fn new(
        given: &'a ast::formula::Formula,
        (checked, signature): (&'a Formula, &'a Signature),
        programs: &'a LoweredFunction,
    ) -> Self {
        let texts = given.operands.mapped(|operand| operand.source.clone());
        let numbers = given.given.mapped(written);
        Self { given, checked, programs, signature, texts, numbers }
    }

    pub(crate) fn runtime(&self) -> &TokenStream {
        &self.given.runtime
    }

    fn site(&self) -> Site<'_> {
        let extents = &self.checked.extents;
        let (text, operands, given) = (&self.given.text, &self.texts, &self.numbers);
        Site { formula: self.checked, extents, text, operands, out: None, given }
    }

    /// Whether the result is a tensor of indices.
    pub(crate) fn gives_indices(&self) -> bool {
        self.checked.tensor(self.checked.results[0]).elements == Elements::Indices
    }

    /// Whether an operand is a tensor of indices.
    pub(crate) fn is_indices(&self, number: usize) -> bool {
        let tensor = self.checked.find(TensorKind::Operand(number));
        tensor.is_some_and(|tensor| self.checked.tensor(tensor).elements == Elements::Indices)
    }

    fn planned(&self, derivative: Option<Derivative>) -> Option<&Planned> {
        let programs = self.programs;
        match derivative {
            None => Some(&programs.value),
            Some(Derivative::Backward) => Some(&programs.backward),
            Some(Derivative::BackwardOne(number)) => programs.backward_one.get(&number),
            Some(Derivative::LeftOut(_)) => None,
            Some(Derivative::BackwardAdd) => Some(&programs.backward_add),
            Some(Derivative::DoubleBackward) => Some(&programs.double_backward),
            Some(Derivative::Jvp) => Some(&programs.jvp),
        }
    }

    /// Checks that literals are elements. (Derivatives need not have them, and then no bound that elements have literals.)
    pub(crate) fn literals(&self, derivative: Option<Derivative>) -> TokenStream {
        if derivative.is_none() { literals::checks(self.given) } else { TokenStream::new() }
    }

    pub(crate) fn constant(&self) -> TokenStream {
        self.site().constant()
    }

    /// Finds the extents and checks all accesses.
    pub(crate) fn checks(&self, derivative: Option<Derivative>) -> TokenStream {
        let extents =
            self.planned(derivative).map_or(&self.checked.extents, |planned| &planned.lowered.formula.extents);
        Site { extents, ..self.site() }.checks()
    }

    /// The steps, after a check that there is room for their results.
    pub(crate) fn work(&self, derivative: Option<Derivative>) -> Option<TokenStream> {
        let planned = self.planned(derivative)?;
        let steps = steps::steps(planned, &self.given.functions, (self.given.operands.len(), self.signature), None);
        let fits = fits(planned, (self.given.operands.len(), self.signature));
        Some(quote_spanned! { Span::mixed_site()=> #fits #steps })
    }

    /// Binds the extents and numbers that are given.
    pub(crate) fn given(&self, extents: &[ParameterExtent]) -> TokenStream {
        let labels = self.checked.extents.iter().filter_map(|extent| match extent.from {
            ExtentFrom::Given(number) => Some((&extent.label, &extents[number])),
            _ => None,
        });
        let extents = labels.map(|(label, ParameterExtent { label: name, value })| {
            let variable = names::given(label);
            match value {
                Some(value) => quote_spanned! { Span::mixed_site()=> let #variable = runtime::extent(#value); },
                None => quote_spanned! { Span::mixed_site()=> let #variable = #name; },
            }
        });
        let numbers = self.given.given.iter().enumerate().map(|(number, value)| {
            let variable = names::given_number(number);
            quote_spanned! { Span::mixed_site()=> let #variable = runtime::extent(#value); }
        });
        quote_spanned! { Span::mixed_site()=> #(#extents)* #(#numbers)* }
    }

    /// Views the cotangent, which is of this dimension type.
    pub(crate) fn cotangent(&self, dimension: &TokenStream) -> TokenStream {
        let result = self.checked.results[0];
        let memory = shapes::memory(self.signature, self.checked, result);
        pullback::cotangent(self.signature, (self.checked, result), (&memory, dimension))
    }

    /// Whether operands of extent 1 repeat.
    pub(crate) fn broadcasts(&self) -> bool {
        self.checked.broadcasts
    }

    /// Converts an operand of another type, or a tangent of one, so that maps can read it.
    pub(crate) fn direct(&self, number: usize, view: &Ident, direct: &Ident) -> TokenStream {
        let tensor = self.checked.find(TensorKind::Operand(number));
        let memory = tensor.map(|tensor| shapes::memory(self.signature, self.checked, tensor));
        operands::direct(memory.as_ref(), view, direct)
    }

    /// The bounds of elements, beside that they are numbers which are kept somehow, and of functions of the user's of them. Of one that has no second
    /// derivative, `double_backward` is there and cannot be called: a bound with a lifetime is looked at by callers alone.
    pub(crate) fn bounds(
        &self,
        element: &TokenStream,
        is_generic: bool,
        derivative: Option<Derivative>,
    ) -> Vec<TokenStream> {
        let Some(planned) = self.planned(derivative) else { return Vec::new() };
        let runtime = &self.given.runtime;
        let is_second = derivative == Some(Derivative::DoubleBackward);
        let compute = quote_spanned! { Span::mixed_site()=> <#element as #runtime::__private::Storage>::Compute };
        let least = bounds::bound(&planned.lowered);
        let least = quote_spanned! { Span::mixed_site()=> #compute: #runtime::__private::#least };
        let users = bounds::users(&planned.lowered).into_iter().map(|(number, arguments, bound)| {
            let (function, arguments) = (&self.given.functions[number], Literal::usize_unsuffixed(arguments));
            let any = is_second.then(|| quote_spanned! { Span::mixed_site()=> for<'any> });
            quote_spanned! { Span::mixed_site()=> #any #function: #runtime::__private::#bound<#compute, #arguments> }
        });
        [least].into_iter().filter(|_| is_generic).chain(users.filter(|_| is_generic || is_second)).collect()
    }

    /// The functions of the user's that are called by a name alone, for the module of the gradients.
    pub(crate) fn imported_functions(&self) -> TokenStream {
        let mut names: Vec<&Ident> = Vec::new();
        for function in &self.given.functions {
            let Expr::Path(ExprPath { path, .. }) = function else { continue };
            if let (Some(segment), 1) = (path.segments.first(), path.segments.len())
                && !names.contains(&&segment.ident)
            {
                names.push(&segment.ident);
            }
        }
        quote_spanned! { Span::mixed_site()=> #(use super::#names;)* }
    }

    pub(crate) fn value_docs(&self) -> String {
        format!(
            "The formula\n\n```text\n{}\n```\n\n# Panics\n- If the extents, or dynamic ranks, of the operands do not fit the formula.",
            self.given.text
        )
    }

    pub(crate) fn module_docs(&self, name: &str) -> String {
        format!("Gradients of `{name}`, the formula\n\n```text\n{}\n```", self.given.text)
    }

    /// The documentation of a function in the module.
    pub(crate) fn docs(&self, name: &str, derivative: Derivative) -> String {
        let operand = |number: usize| &self.texts[number];
        let what = match derivative {
            Derivative::Backward => format!("The cotangents of the operands of `{name}`, from that of its result."),
            Derivative::BackwardOne(number) | Derivative::LeftOut(number) => {
                format!("The cotangent of `{}`, an operand of `{name}`, from that of its result.", operand(number))
            }
            Derivative::BackwardAdd => {
                format!("Adds the cotangents of the operands of `{name}` to what is given, from that of its result.")
            }
            Derivative::DoubleBackward => format!(
                "The cotangents of the operands of `{name}`, and of the cotangent of its result, from those of its gradients."
            ),
            Derivative::Jvp => {
                format!("The result of `{name}`, and its tangent, from the operands and their tangents.")
            }
        };
        format!("{what}\n\n# Panics\n- If extents, or dynamic ranks, do not fit the formula.")
    }
}
