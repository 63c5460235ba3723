//! Arrays of fixed size, as types of parameters.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, GenericParam, Type, TypeArray};

/// `[[T; N]; M]`: the type of a parameter.
#[derive(Clone)]
pub struct FixedArray {
    /// The type, without a reference in front.
    pub ty: TypeArray,
    /// The type of its elements: `T`.
    pub element: Type,
    /// Its extents, those of the outermost axis first: `M`, `N`.
    pub extents: Vec<Expr>,
}

impl FixedArray {
    /// The array that a type is, or refers to, if it is one.
    pub(crate) fn of(ty: Type) -> Option<Self> {
        match ty {
            Type::Array(ty) => Some(Self::nested(ty)),
            Type::Reference(reference) if reference.mutability.is_none() && reference.lifetime.is_none() => {
                Self::of(*reference.elem)
            }
            Type::Paren(inner) => Self::of(*inner.elem),
            Type::Group(inner) => Self::of(*inner.elem),
            _ => None,
        }
    }

    fn nested(ty: TypeArray) -> Self {
        let (mut extents, mut element) = (vec![ty.len.clone()], (*ty.elem).clone());
        loop {
            element = match element {
                Type::Array(array) => {
                    extents.push(array.len);
                    *array.elem
                }
                Type::Paren(inner) => *inner.elem,
                Type::Group(inner) => *inner.elem,
                element => return Self { ty, element, extents },
            };
        }
    }
}

/// The name of a generic.
pub(crate) fn name(generic: &GenericParam) -> &Ident {
    match generic {
        GenericParam::Type(parameter) => &parameter.ident,
        GenericParam::Const(parameter) => &parameter.ident,
        GenericParam::Lifetime(parameter) => &parameter.lifetime.ident,
    }
}

/// Whether a name is among tokens, at any depth.
pub(crate) fn mentions(tokens: &impl ToTokens, name: &Ident) -> bool {
    fn is_in(tokens: proc_macro2::TokenStream, name: &Ident) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => ident == *name,
            proc_macro2::TokenTree::Group(group) => is_in(group.stream(), name),
            _ => false,
        })
    }
    is_in(tokens.to_token_stream(), name)
}
