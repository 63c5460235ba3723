//! Loop nests -> loops:
//!
//! ```text
//! enum Nest0_ {}
//! impl runtime::Nest<4> for Nest0_ {
//!     const KEPT: usize = 3;
//!     const TENSORS: [&'static [usize]; 3] = [&[0, 1, 2], &[0, 1, 3], &[2, 3]];
//!     const EXTENTS: Option<[usize; 4]> = None;
//!     fn run<..>(nest_: Loops<..>, out_: Out<..>, [x_, w_]: [Factor<..>; 2]) {
//!         for b_ in nest_.over(0) {
//!             for i_ in nest_.over(1) {
//!                 for j_ in nest_.over(2) {
//!                     let mut sum_ = V::zero();
//!                     for k_ in nest_.over(3) {
//!                         sum_ = V::mul_add(x_.at([b_, i_, k_]), w_.at([j_, k_]), sum_);
//!                     }
//!                     out_.put([b_, i_, j_], sum_);
//!                 }
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! Steps that do the same share a nest. What runs, the nest or the engine, is decided by constants in the runtime (`loops/way.rs`,
//! `tensor/literal.rs`); of what does not run nothing is compiled but the check of its types.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::{names, types};
use crate::{
    few::List,
    ir::{ContractionTree, Einsum, Kind},
    lower::{Access, LoopNest},
    tuning::{LITERAL_MAX_BOX, LITERAL_MAX_STEPS, LITERAL_MAX_TERMS},
};

/// The nests of the steps of a tree, and the name of that of every step.
pub(super) struct Nests {
    /// Each once.
    pub(super) items: TokenStream,
    names: Vec<Ident>,
}

impl Nests {
    /// The nests of these steps.
    pub(super) fn new(einsum: &Einsum, tree: &ContractionTree, nests: &[LoopNest]) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut items = TokenStream::new();
        let names = nests.mapped(|nest| {
            let (constants, body) = (constants(einsum, tree, nest), body(nest));
            let text = format!("{constants} {body}");
            let number = texts.iter().position(|other| *other == text).unwrap_or(texts.len());
            let (name, labels) = (names::variable(&format!("Nest{number}")), names::number(nest.loops.len()));
            if number == texts.len() {
                texts.push(text);
                items.extend(quote_spanned! { Span::mixed_site()=>
                    enum #name {}
                    impl runtime::Nest<#labels> for #name {
                        #constants
                        #body
                    }
                });
            }
            name
        });
        Self { items, names }
    }

    /// The nest of the step of this number.
    pub(super) fn name(&self, step: usize) -> &Ident {
        &self.names[step]
    }
}

/// How many labels the result has, the labels of every tensor, and the extents, if they are literals.
fn constants(einsum: &Einsum, tree: &ContractionTree, nest: &LoopNest) -> TokenStream {
    let labels = names::number(nest.loops.len());
    let kept = names::number(kept(nest));
    let tensors = [Some(&nest.out), nest.factors.first(), nest.factors.get(1)];
    let tensors = tensors.map(|access| {
        let axes = access.iter().flat_map(|access| &access.axes).map(|&axis| names::number(axis));
        quote_spanned! { Span::mixed_site()=> &[#(#axes),*] }
    });
    let extents = match literal_extents(einsum, tree, nest) {
        None => quote_spanned! { Span::mixed_site()=> runtime::None },
        Some(extents) => {
            let extents = extents.into_iter().map(Literal::u64_unsuffixed);
            quote_spanned! { Span::mixed_site()=> runtime::Some([#(#extents),*]) }
        }
    };
    let is_known = einsum.typed && may_be_literal(tree, nest);
    let numbers = is_known.then(|| {
        let numbers = nest.loops.iter().map(|l| names::label(&l.label));
        quote_spanned! { Span::mixed_site()=>
            const LABELS: runtime::Option<[runtime::usize; #labels]> = runtime::Some([#(#numbers),*]);
        }
    });
    let out = &tree.value(nest.out.value);
    let has_labels = !matches!(out.kind, Kind::Gradient(_));
    let out = types::numbers(einsum, if has_labels { &out.subscript.0 } else { &[] });
    quote_spanned! { Span::mixed_site()=>
        const KEPT: runtime::usize = #kept;
        const TENSORS: [&'static [runtime::usize]; 3] = [#(#tensors),*];
        const EXTENTS: runtime::Option<[runtime::usize; #labels]> = #extents;
        #numbers
        type Out = #out;
    }
}

/// The extents of a step that is compiled at the call site: if all are literals, and there are few terms.
fn literal_extents(einsum: &Einsum, tree: &ContractionTree, nest: &LoopNest) -> Option<Vec<u64>> {
    if !may_be_literal(tree, nest) {
        return None;
    }
    let extents: Vec<u64> = nest.loops.iter().map(|l| einsum.known_extent(&l.label)).collect::<Option<_>>()?;
    let terms = extents.iter().try_fold(1u64, |terms, &extent| terms.checked_mul(extent))?;
    let is_box = (1..=LITERAL_MAX_BOX).contains(&terms);
    let has_boxes = kept(nest) > 1 && (1..=LITERAL_MAX_TERMS).contains(&terms) && terms / extents[0] <= LITERAL_MAX_BOX;
    (is_box || has_boxes).then_some(extents)
}

/// Whether a step is compiled at the call site if its extents are literals or types: if there are few steps.
pub(super) fn may_be_literal(tree: &ContractionTree, nest: &LoopNest) -> bool {
    is_small(tree) && !tree.is_sliced() && !nest.factors.is_empty()
}

/// Whether there are so few steps that what is inlined of each does not matter: of a large network, that would be what there
/// is to wait for while compiling, and in a build that is not optimised it would take megabytes of the stack.
pub(super) fn is_small(tree: &ContractionTree) -> bool {
    tree.steps.len() <= LITERAL_MAX_STEPS
}

/// How many labels the result has.
fn kept(nest: &LoopNest) -> usize {
    nest.loops.iter().filter(|l| l.role.is_on_result()).count()
}

/// The function with the loops.
fn body(nest: &LoopNest) -> TokenStream {
    let labels = names::number(nest.loops.len());
    let [lhs, rhs] = factor_names(nest);
    let terms: Vec<TokenStream> =
        nest.factors.iter().zip([&lhs, &rhs]).map(|(access, name)| at(nest, access, name)).collect();
    let result = indices(nest, &nest.out);
    let (over_result, summed) = nest.loops.split_at(kept(nest));
    let innermost = if summed.is_empty() {
        let value = match terms.as_slice() {
            [] => quote_spanned! { Span::mixed_site()=> V::zero() },
            [term] => term.clone(),
            [lhs, rhs, ..] => quote_spanned! { Span::mixed_site()=> V::times(#lhs, #rhs) },
        };
        quote_spanned! { Span::mixed_site()=> out_.put(#result, #value); }
    } else {
        let sum = match terms.as_slice() {
            [lhs, rhs, ..] => quote_spanned! { Span::mixed_site()=> V::mul_add(#lhs, #rhs, sum_) },
            terms => quote_spanned! { Span::mixed_site()=> V::plus(sum_, #(#terms)*) },
        };
        let sums = quote_spanned! { Span::mixed_site()=> sum_ = #sum; };
        let sums = looped(nest, over_result.len()..nest.loops.len(), sums);
        quote_spanned! { Span::mixed_site()=> let mut sum_ = V::zero(); #sums out_.put(#result, sum_); }
    };
    let body = looped(nest, 0..over_result.len(), innermost);
    let unused = |name: Ident, is_used: bool| {
        if is_used {
            quote_spanned! { Span::mixed_site()=> #name }
        } else {
            quote_spanned! { Span::mixed_site()=> _ }
        }
    };
    let (lhs, rhs) = (unused(lhs, !terms.is_empty()), unused(rhs, terms.len() > 1));
    let loops = unused(names::variable("nest"), !nest.loops.is_empty());
    quote_spanned! { Span::mixed_site()=>
        #[inline(always)]
        fn run<'n, T: runtime::Element, V: runtime::Vectors<T>>(
            #loops: runtime::Loops<'n, V, #labels>,
            out_: runtime::Out<'n, T, V, #labels>,
            [#lhs, #rhs]: [runtime::Factor<'n, T, V, #labels>; 2],
        ) {
            #body
        }
    }
}

/// Loops of these numbers around something.
fn looped(nest: &LoopNest, numbers: std::ops::Range<usize>, inner: TokenStream) -> TokenStream {
    numbers.rev().fold(inner, |inner, number| {
        let (index, number) = (index(nest, number), names::number(number));
        quote_spanned! { Span::mixed_site()=> for #index in nest_.over(#number) { #inner } }
    })
}

/// The elements of a factor: `x_.at([b_, i_, k_])`.
fn at(nest: &LoopNest, access: &Access, name: &Ident) -> TokenStream {
    let indices = indices(nest, access);
    let element = quote_spanned! { Span::mixed_site()=> #name.at(#indices) };
    if access.conj {
        quote_spanned! { Span::mixed_site()=> V::conj(#element) }
    } else {
        element
    }
}

/// An index for every axis: `[b_, i_, k_]`.
fn indices(nest: &LoopNest, access: &Access) -> TokenStream {
    let indices = access.axes.iter().map(|&axis| index(nest, axis));
    quote_spanned! { Span::mixed_site()=> [#(#indices),*] }
}

/// The variable of a loop: `b_`.
fn index(nest: &LoopNest, number: usize) -> Ident {
    names::index(&nest.loops[number].label)
}

/// The names of the two factors in the loops, which are those of displays.
fn factor_names(nest: &LoopNest) -> [Ident; 2] {
    let is_index = |name: &str| (0..nest.loops.len()).any(|number| index(nest, number) == names::factor(name));
    let name = |number: usize| {
        let mut name = nest.factors.get(number).map_or("none", |access| &access.name).to_owned();
        while is_index(&name) {
            name.insert_str(0, "of_");
        }
        name
    };
    let (lhs, rhs) = (name(0), name(1));
    let again = if lhs == rhs { format!("{rhs}_again") } else { rhs };
    [names::factor(&lhs), names::factor(&again)]
}
