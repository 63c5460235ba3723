//! A function of `einsum_fn!`, and the bodies that it and its derivatives have.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::{
    ast::{self, Function},
    emit::{
        choices, ellipsis,
        formula::{self, function::FormulaBodies},
        names, site, steps,
        tokens::concatenated,
    },
    few::List,
    grad::FunctionPrograms,
    ir::{ContractionTree, Einsum, Kind},
    lower::Lowered,
};

/// A function, and what its body holds.
pub(super) struct Context<'a> {
    pub(super) runtime: &'a TokenStream,
    pub(super) function: &'a Function,
    pub(super) einsum: &'a Einsum,
    /// The cotangent of every operand as one einsum, for documentation.
    pub(super) cotangents: &'a [Einsum],
    pub(super) content: Content<'a>,
}

/// The content of the bodies of functions.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    /// Steps.
    Computation(&'a FunctionPrograms<Lowered>),
    /// Steps of a formula.
    Formula(&'a FormulaBodies<'a>),
    Nothing,
}

/// The parts of a body that differ from function to function.
pub(super) struct Computation<'a> {
    /// Views the cotangent, tangents and targets.
    pub(super) views: TokenStream,
    /// Whether the shapes of operands are asked for.
    pub(super) has_shapes: bool,
    /// The steps.
    pub(super) lowered: &'a Lowered,
    /// The value that is returned.
    pub(super) result: TokenStream,
}

impl<'a> Context<'a> {
    /// Checks, then steps, then what is returned.
    pub(super) fn body(
        &self,
        computation: impl FnOnce(&'a FunctionPrograms<Lowered>) -> Computation<'a>,
    ) -> TokenStream {
        let Content::Computation(programs) = self.content else {
            return quote_spanned! { Span::mixed_site()=> loop {} };
        };
        let Computation { views, has_shapes, lowered, result } = computation(programs);
        let (runtime, element) = (self.runtime, self.element());
        let (choices, steps) = (steps::choices(self.einsum, &lowered.tree), steps::steps(self.einsum, lowered));
        let sources: Vec<String> = self.einsum.operands.mapped(|operand| operand.name.clone());
        let constant = site::constant(&self.function.subscripts.text, self.einsum, &sources, None);
        let operands = (0..self.einsum.operands.len()).map(|number| self.operand(number));
        let given = self.given();
        let (kind, kinds) = (self.kind(), self.kinds(&lowered.tree));
        let extents = site::extents(self.einsum);
        let shapes = (0..self.einsum.operands.len()).filter(|_| has_shapes);
        let shapes = shapes.map(|number| site::shape(self.einsum, number));
        let fused = ellipsis::spread_operands(self.einsum).map(ellipsis::fuse);
        let limit = self.function.max_intermediate.as_ref().and_then(|limit| {
            choices::limit(&lowered.tree, &quote_spanned! { Span::mixed_site()=> runtime::elements(#limit) })
        });
        let negated = self.einsum.epilogue.scaled.then(|| {
            quote_spanned! { Span::mixed_site()=> let alpha_ = runtime::negated(element_, runtime::None); }
        });
        let called = self.called();
        quote_spanned! { Span::mixed_site()=>
            use #runtime::__private as runtime;
            #constant
            let known_ = runtime::Known(runtime::PhantomData::<#element>);
            let element_ = known_.0;
            #given
            #kind
            runtime::#called(kind_, || -> runtime::Checked<_> {
                #(#operands)*
                #kinds
                #extents
                #(#shapes)*
                #(#fused)*
                #views
                #negated
                #limit
                #choices
                #steps
                runtime::Ok(runtime::computed(kind_, #result))
            })
        }
    }

    /// Views an operand.
    pub(super) fn operand(&self, number: usize) -> TokenStream {
        let (operand, array) = (names::operand(number), names::array(number));
        let ast::Parameter { name, cast, .. } = &self.function.parameters[number];
        let (bound, source) = (self.bind_number(number, name), self.source(number, name));
        if self.is_indices(number) {
            let indices = formula::indices(self.einsum, number, &source);
            return quote_spanned! { Span::mixed_site()=> #bound #indices };
        }
        // What is read as another type is read as the elements of all.
        let read_as = cast.as_ref().map(|_| names::variable("element").to_token_stream());
        let given = site::array(number, number == 0, (&source, read_as), Span::mixed_site());
        let copied = self.copied(number, &array);
        let given = quote_spanned! { Span::mixed_site()=> #given #copied };
        if let Content::Formula(_) = self.content
            && let Some(spread) =
                formula::ellipsis::spread(self.einsum, number, false, (Span::mixed_site(), Span::mixed_site()))
        {
            return quote_spanned! { Span::mixed_site()=> #given #spread };
        }
        if let Some(place) = self.subscript(number).ellipsis() {
            let spread =
                ellipsis::spread(number, self.subscript(number), place, (Span::mixed_site(), Span::mixed_site()));
            return quote_spanned! { Span::mixed_site()=> #given let #operand = #spread; };
        }
        let view = site::operand(self.einsum, number, array, (Span::mixed_site(), Span::mixed_site()));
        let direct = self.direct(number, &operand, &names::direct(number));
        quote_spanned! { Span::mixed_site()=> #bound #given let #operand = #view; #direct }
    }

    /// The array of an operand, or of a tangent of one, as a formula reads it, if it is not read as another type.
    pub(super) fn copied(&self, number: usize, array: &Ident) -> Option<TokenStream> {
        let is_cast = self.function.parameters[number].cast.is_some();
        (matches!(self.content, Content::Formula(_)) && !is_cast).then(|| site::copied(array))
    }

    /// Converts an operand of another type, or a tangent of one, in a formula.
    pub(super) fn direct(&self, number: usize, view: &Ident, direct: &Ident) -> Option<TokenStream> {
        let is_cast = self.function.parameters[number].cast.is_some();
        match self.content {
            Content::Formula(formula) if is_cast => Some(formula.direct(number, view, direct)),
            _ => None,
        }
    }

    /// Whether an operand is a tensor of indices.
    pub(super) fn is_indices(&self, number: usize) -> bool {
        match self.content {
            Content::Formula(formula) => formula.is_indices(number),
            Content::Computation(_) => false,
            Content::Nothing => self.function.parameters[number].is_index,
        }
    }

    /// The operands of numbers.
    pub(super) fn numbers(&self) -> Vec<usize> {
        (0..self.einsum.operands.len()).filter(|number| !self.is_indices(*number)).collect()
    }

    /// The kinds that say where gradients lie.
    fn kinds(&self, tree: &ContractionTree) -> TokenStream {
        let gradients = tree.results.iter().filter_map(|&result| match tree.value(result).kind {
            Kind::Gradient(number) => Some(number),
            _ => None,
        });
        let kinds = gradients.map(|number| {
            let (kind, ast::Parameter { name, cast, .. }) = (names::kind(number), &self.function.parameters[number]);
            let source = self.source(number, name);
            match cast {
                None if self.array(number).is_some() => {
                    quote_spanned! { Span::mixed_site()=> let #kind = known_.like(#source).within(kind_); }
                }
                None => quote_spanned! { Span::mixed_site()=> let #kind = kind_; },
                Some(_) => quote_spanned! { Span::mixed_site()=>
                    let #kind = runtime::like_cast(#source, element_).within(kind_);
                },
            }
        });
        concatenated(kinds)
    }

    /// Binds the extents that are given.
    fn given(&self) -> TokenStream {
        let extents = self.function.extents.iter().zip(&self.einsum.given);
        let given = extents.map(|(extent, label)| {
            let (variable, name) = (names::given(label), &extent.label);
            match &extent.value {
                Some(value) => quote_spanned! { Span::mixed_site()=> let #variable = runtime::extent(#value); },
                None => quote_spanned! { Span::mixed_site()=> let #variable = #name; },
            }
        });
        concatenated(given)
    }
}
