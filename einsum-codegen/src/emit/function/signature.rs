//! The signatures of functions: generics, parameters, bounds, and the types of tensors.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Type, ext::IdentExt};

use super::context::{Content, Context};
use crate::{
    ast::FixedArray,
    emit::{derivative::Derivative, ellipsis, names, rank},
    few::numbered,
    ir::{Operand, Subscript},
};

impl Context<'_> {
    pub(super) fn subscript(&self, number: usize) -> &Subscript {
        &self.einsum.operands[number].subscript
    }

    /// The type of the elements: what a parameter is read as, or any type `T`.
    pub(super) fn element(&self) -> TokenStream {
        match self.function.element() {
            Some(ty) => ty.to_token_stream(),
            None => names::local("T").to_token_stream(),
        }
    }

    /// The type of the elements of the result.
    pub(super) fn result_element(&self) -> TokenStream {
        let runtime = self.runtime;
        match self.content {
            Content::Formula(formula) if formula.gives_indices() => {
                quote_spanned! { Span::mixed_site()=> #runtime::__private::usize }
            }
            _ => self.element(),
        }
    }

    /// The type of the elements of a parameter: that of all, or if it is read as that, any type `S0`.
    fn kept(&self, number: usize) -> TokenStream {
        if self.is_indices(number) {
            return match self.array(number) {
                Some(array) => array.element.to_token_stream(),
                None => self.indices(number).to_token_stream(),
            };
        }
        match (&self.function.parameters[number].cast, self.array(number)) {
            (Some(_), Some(array)) => array.element.to_token_stream(),
            (Some(_), None) => self.kept_generic(number).to_token_stream(),
            (None, _) => self.element(),
        }
    }

    /// The parameters that are read as another type.
    fn cast_parameters(&self) -> impl Iterator<Item = usize> {
        let parameters = self.function.parameters.iter().enumerate();
        parameters.filter(|(_, parameter)| parameter.cast.is_some()).map(|(number, _)| number)
    }

    /// The parameters that are read as another type than they have, which is any.
    fn kept_generics(&self) -> impl Iterator<Item = Ident> {
        self.cast_parameters().filter(|number| self.array(*number).is_none()).map(|number| self.kept_generic(number))
    }

    /// `T`, or `S0` and so on.
    pub(super) fn element_generics(&self) -> Vec<Ident> {
        let indices = (0..self.einsum.operands.len())
            .filter(|number| self.is_indices(*number) && self.array(*number).is_none())
            .map(|number| self.indices(number));
        match self.function.element() {
            Some(_) => self.kept_generics().chain(indices).collect(),
            None => [names::local("T")].into_iter().chain(indices).collect(),
        }
    }

    /// The bounds of the element types, where gradients of these operands are computed, if any.
    pub(super) fn element_bounds(
        &self,
        gradients: Option<&[usize]>,
        derivative: Option<Derivative>,
    ) -> Vec<TokenStream> {
        let mut bounds = self.number_bounds(gradients);
        if let Content::Formula(formula) = self.content {
            let of_formula = formula.bounds(&self.element(), self.is_element_generic(), derivative);
            bounds.extend(of_formula.into_iter().map(|bound| quote_spanned! { Span::mixed_site()=> #bound, }));
            let runtime = self.runtime;
            let of_indices = (0..self.einsum.operands.len())
                .filter(|number| self.is_indices(*number) && self.array(*number).is_none())
                .map(|number| self.indices(number));
            bounds.extend(
                of_indices
                    .map(|indices| quote_spanned! { Span::mixed_site()=> #indices: #runtime::__private::Integer, }),
            );
        }
        bounds
    }

    fn number_bounds(&self, gradients: Option<&[usize]>) -> Vec<TokenStream> {
        let runtime = self.runtime;
        let Some(element) = self.function.element() else {
            let element = names::local(if gradients.is_some() { "Differentiable" } else { "Storage" });
            return vec![quote_spanned! { Span::mixed_site()=> T: #runtime::__private::#element, }];
        };
        let bound = |number: usize| {
            let kept = self.kept(number);
            let is_gradient = gradients.is_some_and(|gradients| gradients.contains(&number));
            let cast = names::local(if is_gradient { "CastBack" } else { "Cast" });
            if self.array(number).is_some() && !self.is_generic(&kept) {
                let cast = quote_spanned! { Span::mixed_site()=> #cast<#element> };
                return is_gradient.then(|| self.asked_of_callers(&kept, &cast));
            }
            Some(
                quote_spanned! { Span::mixed_site()=> #kept: #runtime::__private::Storage + #runtime::__private::#cast<#element>, },
            )
        };
        let casts = self.cast_parameters().filter_map(bound);
        self.users_bounds().into_iter().chain(self.fixed_bounds(gradients.is_some())).chain(casts).collect()
    }

    /// The type of the elements, where it is a name of the user's, for the module of the gradients.
    pub(super) fn imported_element(&self) -> Option<TokenStream> {
        if self.function.fixed().next().is_some() {
            // Elements, extents and bounds of whatever name.
            return Some(quote_spanned! { Span::mixed_site()=> use super::*; });
        }
        let Type::Path(path) = self.function.element()? else { return None };
        let name = path.path.get_ident().filter(|name| !PRIMITIVES.iter().any(|primitive| name == primitive))?;
        Some(quote_spanned! { Span::mixed_site()=> use super::#name; })
    }

    /// A reference to what is passed for an operand, or for a tangent of it.
    pub(super) fn source(&self, number: usize, parameter: &Ident) -> TokenStream {
        match self.subscript(number).rank() {
            0 => {
                let number = passed_number(parameter);
                quote_spanned! { Span::mixed_site()=> &#number }
            }
            _ => parameter.to_token_stream(),
        }
    }

    /// Binds the number that is passed, or a reference to it.
    pub(super) fn bind_number(&self, number: usize, parameter: &Ident) -> Option<TokenStream> {
        let (kept, variable) = (self.kept(number), passed_number(parameter));
        (self.subscript(number).rank() == 0).then(|| {
            quote_spanned! { Span::mixed_site()=>
                let #variable = runtime::number(runtime::PhantomData::<#kept>, #parameter);
            }
        })
    }

    /// The dimension types of operands, and the types of those that are numbers, or references to numbers.
    pub(super) fn generics(&self) -> Vec<Ident> {
        let operands = self.einsum.operands.iter().enumerate().filter(|(number, _)| self.array(*number).is_none());
        let generic = |(number, operand): (usize, &Operand)| match operand.subscript.rank() {
            0 => self.number_type(number),
            _ => self.dimension(number),
        };
        operands.map(generic).collect()
    }

    pub(super) fn bounds(&self) -> Vec<TokenStream> {
        let runtime = self.runtime;
        let operands = self.einsum.operands.iter().enumerate().filter(|(number, _)| self.array(*number).is_none());
        let bounds = operands.map(|(number, operand)| {
            self.bound(&operand.subscript, &self.dimension(number)).unwrap_or_else(|| {
                let (passed, kept) = (self.number_type(number), self.kept(number));
                quote_spanned! { Span::mixed_site()=> #passed: #runtime::__private::NumberOf<#kept> }
            })
        });
        let ranks = self
            .einsum
            .output
            .ellipsis()
            .map(|_| ellipsis::rank(self.runtime, self.einsum, |number| self.dimension(number)).1);
        let (is_negated, element) = (self.einsum.epilogue.scaled, self.element());
        let compute = quote_spanned! { Span::mixed_site()=> <#element as #runtime::__private::Storage>::Compute };
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
        if self.returns_errors() {
            return vec![self.joined_parameters()];
        }
        numbered(self.function.parameters.len(), |number| self.parameter(number))
    }

    /// `(x, w, l): (&ArrayRef<T, D0>, &ArrayRef<T, D1>, usize)`: one parameter, however many operands a call site has.
    fn joined_parameters(&self) -> TokenStream {
        let names = self.function.parameters.iter().map(|parameter| &parameter.name);
        let types = (0..self.function.parameters.len()).map(|number| self.operand_type(number));
        let numbers: Vec<&Ident> = self.function.sizes().collect();
        let runtime = self.runtime;
        let sizes = numbers.iter().map(|_| quote_spanned! { Span::mixed_site()=> #runtime::__private::usize });
        quote_spanned! { Span::mixed_site()=> (#(#names,)* #(#numbers,)*): (#(#types,)* #(#sizes,)*) }
    }

    pub(super) fn parameter(&self, number: usize) -> TokenStream {
        let name = &self.function.parameters[number].name;
        let kind = self.operand_type(number);
        match self.content {
            Content::Computation(_) | Content::Formula(_) => quote_spanned! { Span::mixed_site()=> #name: #kind },
            Content::Nothing => quote_spanned! { Span::mixed_site()=> _: #kind },
        }
    }

    /// `l: usize`
    pub(super) fn extent_parameters(&self) -> Vec<TokenStream> {
        if self.returns_errors() {
            return Vec::new();
        }
        let runtime = self.runtime;
        let parameter = |name: &Ident| match self.content {
            Content::Computation(_) | Content::Formula(_) => {
                quote_spanned! { Span::mixed_site()=> #name: #runtime::__private::usize }
            }
            Content::Nothing => quote_spanned! { Span::mixed_site()=> _: #runtime::__private::usize },
        };
        self.function.sizes().map(parameter).collect()
    }

    /// How an operand is passed, and a tangent of it.
    pub(super) fn operand_type(&self, number: usize) -> TokenStream {
        if let Some(FixedArray { ty, .. }) = self.array(number) {
            return quote_spanned! { Span::mixed_site()=> &#ty };
        }
        if self.subscript(number).rank() == 0 {
            return self.number_type(number).to_token_stream();
        }
        self.reference_type(self.subscript(number), (&self.kept(number), &self.dimension(number)))
    }

    /// How a tensor is passed: `&ArrayRef<T, D0>`, or `T`.
    fn reference_type(&self, subscript: &Subscript, (element, dimension): (&TokenStream, &Ident)) -> TokenStream {
        let runtime = self.runtime;
        match subscript.rank() {
            0 => element.clone(),
            _ => quote_spanned! { Span::mixed_site()=> &#runtime::__private::ArrayRef<#element, #dimension> },
        }
    }

    /// How what a gradient is added to is passed: `&mut ArrayRef<T, D0>`, or `&mut T`.
    pub(super) fn target_type(&self, number: usize) -> TokenStream {
        if let Some(FixedArray { ty, .. }) = self.array(number) {
            return quote_spanned! { Span::mixed_site()=> &mut #ty };
        }
        let (runtime, element, dimension) = (self.runtime, self.kept(number), self.dimension(number));
        match self.subscript(number).rank() {
            0 => quote_spanned! { Span::mixed_site()=> &mut #element },
            _ => quote_spanned! { Span::mixed_site()=> &mut #runtime::__private::ArrayRef<#element, #dimension> },
        }
    }

    pub(super) fn result_type(&self) -> TokenStream {
        if let Some(fixed) = self.fixed_result() {
            return fixed;
        }
        let (runtime, output, element) = (self.runtime, &self.einsum.output, self.result_element());
        if output.ellipsis().is_some() {
            let (rank, _) = ellipsis::rank(runtime, self.einsum, |number| self.dimension(number));
            return quote_spanned! { Span::mixed_site()=> <#rank as #runtime::__private::ResultDim>::Tensor<#element> };
        }
        let dimension = rank::dimension(output);
        let dimension = quote_spanned! { Span::mixed_site()=> #runtime::__private::#dimension };
        self.tensor_type(output, (&element, &dimension))
    }

    pub(super) fn gradient_type(&self, number: usize) -> TokenStream {
        if let Some(FixedArray { ty, .. }) = self.array(number) {
            return ty.to_token_stream();
        }
        self.tensor_type(self.subscript(number), (&self.kept(number), &self.dimension(number).to_token_stream()))
    }

    /// How a tensor is returned: `Array<T, Ix3>`, or `T`.
    fn tensor_type(&self, subscript: &Subscript, (element, dimension): (&TokenStream, &TokenStream)) -> TokenStream {
        let runtime = self.runtime;
        if subscript.rank() == 0 {
            return element.clone();
        }
        quote_spanned! { Span::mixed_site()=> #runtime::__private::Array<#element, #dimension> }
    }

    /// Generic, bound and type of the cotangent of the result.
    pub(super) fn cotangent_type(&self, dimension: &Ident) -> (Option<Ident>, Option<TokenStream>, TokenStream) {
        if let Some(fixed) = self.fixed_result() {
            return (None, None, quote_spanned! { Span::mixed_site()=> &#fixed });
        }
        let (runtime, output, element) = (self.runtime, &self.einsum.output, self.element());
        if output.ellipsis().is_some() {
            let (rank, _) = ellipsis::rank(runtime, self.einsum, |number| self.dimension(number));
            let borrowed =
                quote_spanned! { Span::mixed_site()=> &<#rank as #runtime::__private::ResultDim>::Borrowed<#element> };
            return (None, None, borrowed);
        }
        if output.rank() == 0 {
            // `1.0` or `&1.0`, which pullbacks take.
            let bound = quote_spanned! { Span::mixed_site()=> #dimension: #runtime::__private::NumberOf<#element> };
            return (Some(dimension.clone()), Some(bound), dimension.to_token_stream());
        }
        (generic(output, dimension), self.bound(output, dimension), self.reference_type(output, (&element, dimension)))
    }

    /// `D0`: the dimension type of a parameter.
    pub(super) fn dimension(&self, number: usize) -> Ident {
        self.own_generic(&format!("D{number}"))
    }

    /// `S0`: the type of the elements of a parameter that is read as another type.
    fn kept_generic(&self, number: usize) -> Ident {
        self.own_generic(&format!("S{number}"))
    }

    /// `I0`: the type of the elements of a parameter of indices.
    fn indices(&self, number: usize) -> Ident {
        self.own_generic(&format!("I{number}"))
    }

    /// `N0`: the type of a parameter that is a number, or a reference to one.
    fn number_type(&self, number: usize) -> Ident {
        self.own_generic(&format!("N{number}"))
    }
}

/// The types that need no import.
const PRIMITIVES: [&str; 15] =
    ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64", "bool"];

/// `number_a_`: the number that is passed as a parameter, or as a reference.
fn passed_number(parameter: &Ident) -> Ident {
    names::variable(&format!("number_{}", parameter.unraw()))
}

/// The generic dimension type of a parameter that has axes.
fn generic(subscript: &Subscript, dimension: &Ident) -> Option<Ident> {
    (subscript.rank() > 0).then(|| dimension.clone())
}
