//! The signatures of functions: generics, parameters, bounds, and the types of tensors.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use super::{Content, Context, dimension};
use crate::{
    emit::{ellipsis, names, site},
    ir::Subscript,
};

impl Context<'_> {
    pub(super) fn subscript(&self, number: usize) -> &Subscript {
        &self.einsum.operands[number].subscript
    }

    /// A reference to what is passed for an operand, or for a tangent of it.
    pub(super) fn source(&self, number: usize, parameter: &Ident) -> TokenStream {
        match self.subscript(number).rank() {
            0 => quote_spanned! { Span::mixed_site()=> &#parameter },
            _ => parameter.to_token_stream(),
        }
    }

    pub(super) fn generics(&self) -> Vec<Ident> {
        let generics = self.einsum.operands.iter().enumerate();
        generics.filter_map(|(number, operand)| generic(&operand.subscript, &dimension(number))).collect()
    }

    pub(super) fn bounds(&self) -> Vec<TokenStream> {
        let runtime = self.runtime;
        let operands = self.einsum.operands.iter().enumerate();
        let bounds = operands.filter_map(|(number, operand)| self.bound(&operand.subscript, &dimension(number)));
        let ranks = self.einsum.output.ellipsis().map(|_| ellipsis::rank(self.runtime, self.einsum, dimension).1);
        let is_negated = self.einsum.epilogue.scaled;
        let compute = quote_spanned! { Span::mixed_site()=> <T as #runtime::__private::Storage>::Compute };
        let negated = is_negated
            .then(|| quote_spanned! { Span::mixed_site()=> #compute: #runtime::__private::Neg<Output = #compute> });
        bounds.chain(ranks.into_iter().flatten()).chain(negated).collect()
    }

    /// `D0: HasAxes<3>`
    pub(super) fn bound(&self, subscript: &Subscript, dimension: &Ident) -> Option<TokenStream> {
        let (runtime, rank) = (self.runtime, names::number(subscript.rank()));
        if subscript.ellipsis().is_some() {
            let labels = names::number(subscript.rank() - 1);
            return Some(quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::Ellipsis<#labels> });
        }
        (subscript.rank() > 0)
            .then(|| quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::HasAxes<#rank> })
    }

    /// `x: &ArrayRef<T, D0>`
    pub(super) fn parameters(&self) -> Vec<TokenStream> {
        (0..self.function.parameters.len()).map(|number| self.parameter(number)).collect()
    }

    pub(super) fn parameter(&self, number: usize) -> TokenStream {
        let name = &self.function.parameters[number].name;
        let kind = self.operand_type(number);
        match self.content {
            Content::Computation => quote_spanned! { Span::mixed_site()=> #name: #kind },
            Content::Nothing => quote_spanned! { Span::mixed_site()=> _: #kind },
        }
    }

    /// `l: usize`
    pub(super) fn extent_parameters(&self) -> Vec<TokenStream> {
        let extents = self.function.extents.iter().filter(|extent| extent.value.is_none());
        let parameter = |name: &Ident| match self.content {
            Content::Computation => quote_spanned! { Span::mixed_site()=> #name: usize },
            Content::Nothing => quote_spanned! { Span::mixed_site()=> _: usize },
        };
        extents.map(|extent| parameter(&extent.label)).collect()
    }

    /// How an operand is passed.
    pub(super) fn operand_type(&self, number: usize) -> TokenStream {
        self.reference_type(self.subscript(number), &dimension(number))
    }

    /// How a tensor is passed: `&ArrayRef<T, D0>`, or `T`.
    pub(super) fn reference_type(&self, subscript: &Subscript, dimension: &Ident) -> TokenStream {
        let runtime = self.runtime;
        match subscript.rank() {
            0 => quote_spanned! { Span::mixed_site()=> T },
            _ => quote_spanned! { Span::mixed_site()=> &#runtime::__private::ArrayRef<T, #dimension> },
        }
    }

    /// How what a gradient is added to is passed: `&mut ArrayRef<T, D0>`, or `&mut T`.
    pub(super) fn target_type(&self, number: usize) -> TokenStream {
        let (runtime, dimension) = (self.runtime, dimension(number));
        match self.subscript(number).rank() {
            0 => quote_spanned! { Span::mixed_site()=> &mut T },
            _ => quote_spanned! { Span::mixed_site()=> &mut #runtime::__private::ArrayRef<T, #dimension> },
        }
    }

    pub(super) fn result_type(&self) -> TokenStream {
        let (runtime, output) = (self.runtime, &self.einsum.output);
        if output.ellipsis().is_some() {
            let (rank, _) = ellipsis::rank(runtime, self.einsum, dimension);
            return quote_spanned! { Span::mixed_site()=> <#rank as #runtime::__private::ResultDim>::Tensor<T> };
        }
        let dimension = site::dimension(output);
        self.tensor_type(output, &quote_spanned! { Span::mixed_site()=> #runtime::__private::#dimension })
    }

    pub(super) fn gradient_type(&self, number: usize) -> TokenStream {
        self.tensor_type(self.subscript(number), &dimension(number).to_token_stream())
    }

    /// How a tensor is returned: `Array<T, Ix3>`, or `T`.
    fn tensor_type(&self, subscript: &Subscript, dimension: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        if subscript.rank() == 0 {
            return quote_spanned! { Span::mixed_site()=> T };
        }
        quote_spanned! { Span::mixed_site()=> #runtime::__private::Array<T, #dimension> }
    }

    /// Generic, bound and type of the cotangent of the result.
    pub(super) fn cotangent_type(&self, dimension: &Ident) -> (Option<Ident>, Option<TokenStream>, TokenStream) {
        let (runtime, output) = (self.runtime, &self.einsum.output);
        if output.ellipsis().is_some() {
            let (rank, _) = ellipsis::rank(runtime, self.einsum, super::dimension);
            let borrowed =
                quote_spanned! { Span::mixed_site()=> &<#rank as #runtime::__private::ResultDim>::Borrowed<T> };
            return (None, None, borrowed);
        }
        if output.rank() == 0 {
            // `1.0` or `&1.0`, which pullbacks take.
            let bound = quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::NumberOf<T> };
            return (Some(dimension.clone()), Some(bound), dimension.to_token_stream());
        }
        (generic(output, dimension), self.bound(output, dimension), self.reference_type(output, dimension))
    }
}

/// The generic dimension type of a parameter that has axes.
fn generic(subscript: &Subscript, dimension: &Ident) -> Option<Ident> {
    (subscript.rank() > 0).then(|| dimension.clone())
}
