//! Functions of arrays of fixed size: their generics, the types of their results, and the kind of their einsums.
//!
//! ```text
//! pub fn mul<T, const N: usize>(x: &[[T; N]; 2], w: &[[T; 3]; N]) -> [[T; 3]; 2]
//! where T: Storage {
//!     ..
//!     let kind_ = OfFixed::<((Extent<2>, (Extent<{ N }>, ())), ..), (Extent<2>, (Extent<{ N }>, (Extent<3>, ())))>::new();
//! ```

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, GenericParam};

use super::context::Context;
use crate::{
    ast::{FixedArray, fixed, spanned},
    emit::{names, types},
    few::List,
    ir::Label,
};

impl Context<'_> {
    /// The type of a parameter, if it is an array of fixed size. (An ellipsis on it is a mistake.)
    pub(super) fn array(&self, number: usize) -> Option<&FixedArray> {
        let is_spread = self.subscript(number).ellipsis().is_some();
        self.function.parameters[number].fixed.as_ref().filter(|_| !is_spread)
    }

    /// The type of the result, if it is an array of fixed size.
    pub(super) fn fixed_result(&self) -> Option<TokenStream> {
        let output = &self.einsum.output;
        if !self.einsum.typed || output.rank() == 0 {
            return None;
        }
        let extents: Vec<TokenStream> = output.0.iter().map(|label| self.extent(label)).collect::<Option<_>>()?;
        let element = self.result_element();
        Some(extents.iter().rev().fold(element, |inner, extent| {
            quote_spanned! { Span::mixed_site()=> [#inner; #extent] }
        }))
    }

    /// The kind of the einsum, in whose type is all that types of parameters say. Extents that may not be equal are refused where they are written.
    pub(super) fn kind(&self) -> TokenStream {
        if !self.einsum.typed {
            return quote_spanned! { Span::mixed_site()=> let kind_ = runtime::OfArrays; };
        }
        let axes = (0..self.einsum.operands.len()).map(|number| {
            let extents = self.array(number).map_or(&[][..], |array| &array.extents);
            types::list(extents.iter().map(|extent| known(&amount(extent))))
        });
        let (axes, labels) = (types::list(axes), self.einsum.labels.all());
        let extents =
            types::list(labels.iter().map(|label| self.extent(label).map_or_else(open, |known| self::known(&known))));
        let agree = labels.iter().map(|label| self.agree(label));
        let words = types::words(labels.iter().filter(|label| types::axes(self.einsum, label).count() > 1));
        quote_spanned! { Span::mixed_site()=>
            let kind_ = runtime::OfFixed::<#axes, #extents>::new();
            #words
            #(#agree)*
        }
    }

    /// Compares the extents along a label that are not written alike.
    fn agree(&self, label: &Label) -> TokenStream {
        let Some(extent) = self.extent(label).map(|extent| extent.to_string()) else { return TokenStream::new() };
        let others = types::axes(self.einsum, label).filter_map(|(operand, axis)| {
            let other = &self.array(operand)?.extents.get(axis)?;
            let span = Span::mixed_site().located_at(spanned(other).0);
            (amount(other).to_string() != extent).then(|| types::agree((label, label), (operand, axis), (span, span)))
        });
        others.collect()
    }

    /// The extent of a label, if it is known while compiling: one that is given, or that of the first axis.
    fn extent(&self, label: &Label) -> Option<TokenStream> {
        if let Some(known) = self.einsum.known_extent(label) {
            return Some(Literal::u64_unsuffixed(known).to_token_stream());
        }
        if let Some(position) = self.einsum.given.iter().position(|given| given == label) {
            return self.function.extents.get(position)?.value.as_ref().map(amount);
        }
        let (operand, axis) = types::axes(self.einsum, label).next()?;
        self.array(operand)?.extents.get(axis).map(amount)
    }

    /// The generics of the user's, without bounds.
    pub(super) fn users_generics(&self) -> Vec<TokenStream> {
        self.function.generics.mapped(|generic| match generic {
            GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
            other => other.to_token_stream(),
        })
    }

    /// The bounds that the user has written.
    pub(super) fn users_bounds(&self) -> Vec<TokenStream> {
        let bounds = self.function.generics.iter().filter_map(|generic| match generic {
            GenericParam::Type(parameter) if !parameter.bounds.is_empty() => {
                let (name, bounds) = (&parameter.ident, &parameter.bounds);
                Some(quote_spanned! { Span::mixed_site()=> #name: #bounds, })
            }
            _ => None,
        });
        bounds.collect()
    }

    /// The bounds of the elements of arrays of fixed size.
    pub(super) fn fixed_bounds(&self, is_differentiated: bool) -> Option<TokenStream> {
        self.function.fixed().next()?;
        let (runtime, element) = (self.runtime, self.element());
        if self.is_generic(&element) {
            let bound = names::local(if is_differentiated { "Differentiable" } else { "Storage" });
            return Some(quote_spanned! { Span::mixed_site()=> #element: #runtime::__private::#bound, });
        }
        Some(if is_differentiated {
            self.asked_of_callers(&element, &quote_spanned! { Span::mixed_site()=> Differentiable })
        } else {
            self.is_number(&element)
        })
    }

    /// A bound of elements that are known. Those that are no numbers are refused where they are written.
    fn is_number(&self, element: &TokenStream) -> TokenStream {
        let span = self.function.element().map_or_else(Span::mixed_site, |element| spanned(element).0);
        let located = |mut token: TokenTree| {
            token.set_span(token.span().located_at(span));
            token
        };
        let runtime: TokenStream = self.runtime.clone().into_iter().map(located).collect();
        let bound = quote_spanned! { Span::mixed_site().located_at(span)=> #runtime::__private::Storage };
        quote_spanned! { Span::mixed_site()=> #element: #bound, }
    }

    /// A bound of a type that is known: with a lifetime, it is looked at by callers alone, so that a function may be there that cannot
    /// be called.
    pub(super) fn asked_of_callers(&self, ty: &TokenStream, bound: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        quote_spanned! { Span::mixed_site()=> for<'any> #ty: #runtime::__private::#bound, }
    }

    /// Whether the elements are of any type.
    pub(super) fn is_element_generic(&self) -> bool {
        self.function.element().is_none() || self.is_generic(&self.element())
    }

    /// Whether a type has a generic of the user's in it.
    pub(super) fn is_generic(&self, ty: &TokenStream) -> bool {
        self.function.generics.iter().any(|generic| fixed::mentions(ty, fixed::name(generic)))
    }

    /// A generic of the expansion's own, of another name than those of the user's.
    pub(super) fn own_generic(&self, name: &str) -> Ident {
        let mut name = name.to_owned();
        while self.function.generics.iter().any(|generic| *fixed::name(generic) == name) {
            name.push('_');
        }
        names::local(&name)
    }
}

/// An extent in a type: a literal without its type, or an expression.
fn amount(extent: &Expr) -> TokenStream {
    match extent {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => match number.base10_parse::<u64>() {
            Ok(number) => Literal::u64_unsuffixed(number).to_token_stream(),
            Err(_) => number.to_token_stream(),
        },
        Expr::Group(group) => amount(&group.expr),
        _ => extent.to_token_stream(),
    }
}

/// An extent as a type.
fn known(extent: &TokenStream) -> TokenStream {
    quote_spanned! { Span::mixed_site()=> runtime::Extent<{ #extent }> }
}

/// An extent that is known at run time.
fn open() -> TokenStream {
    quote_spanned! { Span::mixed_site()=> runtime::Open }
}
