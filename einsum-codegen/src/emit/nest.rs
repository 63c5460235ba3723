//! Loop nests -> loops:
//!
//! ```text
//! let mut result_ = SITE_.zeros(element_, [extent_b_, extent_i_, extent_j_])?;
//! {
//!     let out_ = &mut Tensor::view_mut(&mut result_);
//!     let lhs_ = operand_0_;
//!     let rhs_ = Tensor::view(&t0_);
//!     for index_b_ in 0..extent_b_ {
//!         for index_i_ in 0..extent_i_ {
//!             for index_j_ in 0..extent_j_ {
//!                 out_.set([index_b_, index_i_, index_j_], dot(lhs_.lane(2, [index_b_, index_i_, 0]), ..));
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! A method that the user's traits may give to every type is found before one that takes `&self`,
//! but not before one that takes what is at hand by value or by the same reference. So views are
//! `Copy`, `out_` is a reference, and functions of tensors are called by their path.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::names;
use crate::{
    ir::{ContractionTree, Kind, Label, Subscript, Value},
    lower::{Access, Kernel, LoopNest, Update, lower},
};

/// The steps of a tree, each a tensor in a local variable. If there are several, nothing is
/// computed before it is known that there is room for all results.
pub(super) fn steps(tree: &ContractionTree) -> TokenStream {
    let nests = lower(tree);
    let results = tree
        .results
        .iter()
        .filter(|_| nests.len() > 1 && !nests.iter().any(|nest| nest.epilogue.out))
        .map(|&result| fits(tree.subscript(result)));
    results.chain(nests.iter().map(|nest| step(tree, nest))).collect()
}

fn fits(subscript: &Subscript) -> TokenStream {
    let extents = subscript.0.iter().map(names::extent);
    quote_spanned! { Span::mixed_site()=> SITE_.fits(element_, [#(#extents),*])?; }
}

fn step(tree: &ContractionTree, nest: &LoopNest) -> TokenStream {
    let result = tree.value(nest.out.value);
    let diagonal = diagonal(&result.subscript);
    let roles = [names::variable("lhs"), names::variable("rhs")];
    let factors = nest.factors.iter().zip(&roles).map(|(factor, role)| bind(tree.value(factor.value), role));
    let loops = loops(nest, leaf(nest, &roles));
    let (before, out) = if nest.epilogue.out { target(nest, result) } else { fresh(result) };
    quote_spanned! { Span::mixed_site()=>
        #before
        {
            let out_ = &mut #out #diagonal;
            #(#factors)*
            #loops
        }
    }
}

/// A tensor of zeros as the result, and a view of it.
fn fresh(result: &Value) -> (TokenStream, TokenStream) {
    let variable = names::value(result);
    let extents = result.subscript.0.iter().map(names::extent);
    let zeros = quote_spanned! { Span::mixed_site()=> let mut #variable = SITE_.zeros(element_, [#(#extents),*])?; };
    (zeros, quote_spanned! { Span::mixed_site()=> runtime::Tensor::view_mut(&mut #variable) })
}

/// What the user has as the result: zeroed, unless every element is assigned or added to what is
/// there, multiplied by `beta`.
fn target(nest: &LoopNest, result: &Value) -> (TokenStream, TokenStream) {
    let before = if nest.epilogue.onto {
        quote_spanned! { Span::mixed_site()=> runtime::rescale(target_, beta_); }
    } else if nest.update == Update::Accumulate || result.subscript.is_diagonal() {
        quote_spanned! { Span::mixed_site()=> runtime::rescale(target_, runtime::Element::ZERO); }
    } else {
        TokenStream::new()
    };
    (before, quote_spanned! { Span::mixed_site()=> runtime::ViewMut::reborrow(target_) })
}

/// Binds a factor to the name of its role in the step.
fn bind(value: &Value, role: &Ident) -> TokenStream {
    let variable = names::value(value);
    let diagonal = diagonal(&value.subscript);
    let view = match value.kind {
        Kind::Operand(_) | Kind::Cotangent => quote_spanned! { Span::mixed_site()=> #variable },
        _ => quote_spanned! { Span::mixed_site()=> runtime::Tensor::view(&#variable) },
    };
    quote_spanned! { Span::mixed_site()=> let #role = #view #diagonal; }
}

/// Merges the axes of repeated labels.
fn diagonal(subscript: &Subscript) -> Option<TokenStream> {
    let distinct = subscript.distinct();
    let place = |label: &Label| distinct.iter().position(|other| other == label).map(names::number);
    let places = subscript.0.iter().filter_map(place);
    subscript.is_diagonal().then(|| quote_spanned! { Span::mixed_site()=> .diagonal([#(#places),*]) })
}

fn loops(nest: &LoopNest, leaf: TokenStream) -> TokenStream {
    nest.loops.iter().rev().fold(leaf, |body, l| {
        let (index, extent) = (names::index(&l.label), names::extent(&l.label));
        quote_spanned! { Span::mixed_site()=> for #index in 0..#extent { #body } }
    })
}

/// The call of the leaf kernel, and what becomes of its number if it gives one.
fn leaf(nest: &LoopNest, roles: &[Ident; 2]) -> TokenStream {
    let along = nest.leaf.as_ref().map(|leaf| &leaf.label);
    let factors: Vec<TokenStream> =
        nest.factors.iter().zip(roles).map(|(factor, role)| read(factor, role, along)).collect();
    if !nest.kernel.gives_number() {
        let out = reach(&nest.out, &names::variable("out"), along);
        let (kernel, factors) = lane_kernel(nest, factors);
        let kernel = names::local(kernel);
        return quote_spanned! { Span::mixed_site()=> runtime::#kernel(#out, #(#factors),*); };
    }
    let number = match nest.kernel {
        Kernel::Element => quote_spanned! { Span::mixed_site()=> #(#factors)* },
        kernel => {
            let kernel = names::local(&kernel.to_string());
            quote_spanned! { Span::mixed_site()=> runtime::#kernel(#(#factors),*) }
        }
    };
    let number = if nest.epilogue.scaled { scaled(&number) } else { number };
    let index = indices(&nest.out.labels, None);
    let store = names::local(if nest.update == Update::Assign { "set" } else { "add" });
    quote_spanned! { Span::mixed_site()=> out_.#store(#index, #number); }
}

fn scaled(number: &TokenStream) -> TokenStream {
    quote_spanned! { Span::mixed_site()=> runtime::product(#number, alpha_) }
}

/// The function that writes a lane, and its arguments: if the result is scaled, a number is, and
/// where there is none, one is added.
fn lane_kernel(nest: &LoopNest, mut factors: Vec<TokenStream>) -> (&'static str, Vec<TokenStream>) {
    let mut kernel = nest.kernel;
    let mut has_scale = false;
    if nest.epilogue.scaled {
        match (kernel, factors.last_mut()) {
            (Kernel::Scale | Kernel::Fill, Some(number)) => *number = scaled(number),
            _ => {
                factors.push(quote_spanned! { Span::mixed_site()=> alpha_ });
                has_scale = kernel == Kernel::Multiply;
                kernel = if kernel == Kernel::Copy { Kernel::Scale } else { kernel };
            }
        }
    }
    let name = match (kernel, nest.update) {
        (Kernel::Copy, Update::Accumulate) => "add",
        (Kernel::Scale, Update::Assign) => "scale",
        (Kernel::Scale, Update::Accumulate) => "axpy",
        (Kernel::Multiply, Update::Assign) if has_scale => "multiply_scale",
        (Kernel::Multiply, Update::Accumulate) if has_scale => "multiply_axpy",
        (Kernel::Multiply, Update::Assign) => "multiply",
        (Kernel::Multiply, Update::Accumulate) => "multiply_add",
        (Kernel::Fill, Update::Assign) => "fill",
        (Kernel::Fill, Update::Accumulate) => "shift",
        _ => "copy",
    };
    (name, factors)
}

/// A factor as the kernel takes it, a lane or a number.
fn read(access: &Access, view: &Ident, along: Option<&Label>) -> TokenStream {
    let reached = reach(access, view, along);
    let is_lane = along.is_some_and(|label| access.labels.contains(label));
    match (access.conj, is_lane) {
        (false, _) => reached,
        (true, true) => quote_spanned! { Span::mixed_site()=> #reached.conj() },
        (true, false) => quote_spanned! { Span::mixed_site()=> runtime::conj(#reached) },
    }
}

/// `lhs.lane(2, [index_b, index_i, 0])`, or `lhs.at([index_b])` where the leaf's label is not.
fn reach(access: &Access, view: &Ident, along: Option<&Label>) -> TokenStream {
    let index = indices(&access.labels, along);
    match along.and_then(|label| access.labels.iter().position(|other| other == label)) {
        Some(axis) => {
            let axis = names::number(axis);
            quote_spanned! { Span::mixed_site()=> #view.lane(#axis, #index) }
        }
        None => quote_spanned! { Span::mixed_site()=> #view.at(#index) },
    }
}

fn indices(labels: &[Label], along: Option<&Label>) -> TokenStream {
    let indices = labels.iter().map(|label| match along {
        Some(leaf) if leaf == label => quote_spanned! { Span::mixed_site()=> 0 },
        _ => {
            let index = names::index(label);
            quote_spanned! { Span::mixed_site()=> #index }
        }
    });
    quote_spanned! { Span::mixed_site()=> [#(#indices),*] }
}
