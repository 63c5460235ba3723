//! Steps that are taken for one block of indices after the other, where intermediates are limited. There is one block
//! if an order is within the limit as it is.
//!
//! ```text
//! let alternatives_0_: &[&[Alternative]; 6] = &[&[], &[], &[], &[Alternative { .. }], ..];
//! let sizes_0_: &[Size<'_>] = &[Size { subset: 3, labels: &[0, 2] }, ..];
//! let (choice_0_, smallest_0_) = choose_within(alternatives_0_, sizes_0_, &[extent_i_, ..], limit_);
//! let group_0_ = Group { subsets: alternatives_0_, tensors: &[..], sizes: sizes_0_ };
//! let orders_ = Orders { costs: &[..], always: &[..], groups: &[group_0_], whole: &[] };
//! let blocks_ = SITE_.blocks(limit_, &orders_, [extent_i_, ..], &[smallest_0_])?;
//! let choice_0_ = choose_in_blocks(choice_0_, &group_0_, &blocks_, limit_);
//! let mut result_ = SITE_.zeros(element_, [extent_i_, extent_l_])?;
//! let view_result_ = &mut Tensor::view_mut(&mut result_);
//! let mut output_result_ = Output::new(view_result_, &[0, 3], Element::ZERO);
//! for block_ in &blocks_ {
//!     let extent_i_ = Block::extent(&block_, 0);
//!     let operand_0_ = Block::read(&block_, &operand_0_, &[0, 1]);
//!     ..                                                                  // intermediates as without blocks
//!     Output::write(&mut output_result_, &block_, &[0, 1], Step::new(..));
//! }
//! ```
//!
//! Intermediates that a pullback keeps are `Option`s: of several blocks none is kept, and the backward, which has the
//! forward's steps as well, takes these for each block.

mod blocks;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

pub(super) use self::blocks::choices;
use super::{choices, loops::Nests, names, nest, types};
use crate::{
    few::List,
    ir::{ContractionTree, Einsum, Kind, Value, ValueId},
    lower::{LoopNest, Lowered},
};

/// The values of its forward that a pullback may have.
#[derive(Clone, Copy, Default)]
pub(super) struct Forward<'a> {
    /// The intermediates that are kept if there is one block.
    pub(super) kept: &'a [ValueId],
    /// The values that are computed again if there are several.
    pub(super) again: &'a [ValueId],
}

/// The steps of a tree, for each block.
pub(super) fn steps(einsum: &Einsum, Lowered { tree, nests }: &Lowered, forward: Forward<'_>) -> TokenStream {
    let mut tree = tree.clone();
    let is_saved = |tree: &ContractionTree, value: &ValueId| tree.value(*value).kind == Kind::Intermediate;
    let (saved, computed): (Vec<ValueId>, Vec<ValueId>) = tree.results.iter().partition(|value| is_saved(&tree, value));
    for value in &computed {
        tree.values[value.0].optional = false;
    }
    for value in saved.iter().chain(forward.again) {
        tree.values[value.0].optional = true;
    }
    SlicedSteps { einsum, tree: &tree, nests, forward, saved, computed }.tokens()
}

struct SlicedSteps<'a> {
    einsum: &'a Einsum,
    tree: &'a ContractionTree,
    nests: &'a [LoopNest],
    forward: Forward<'a>,
    /// The results that are kept for a backward.
    saved: Vec<ValueId>,
    /// The others.
    computed: Vec<ValueId>,
}

impl SlicedSteps<'_> {
    fn tokens(&self) -> TokenStream {
        let loops = Nests::new(self.einsum, self.tree, self.nests);
        let items = &loops.items;
        let value = |id: &ValueId| self.tree.value(*id);
        let fresh = self.computed.iter().filter(|id| !self.is_given(**id));
        let fits = fresh.map(|id| nest::fits(self.einsum, value(id)));
        let tensors = self.computed.iter().map(|id| self.tensor(*id));
        let outputs = self.computed.iter().map(|id| self.output(*id));
        let kept = self.forward.kept.iter().map(|id| {
            let (kept, variable) = (names::kept(value(id)), names::value(value(id)));
            quote_spanned! { Span::mixed_site()=> let #kept = &#variable; }
        });
        let saved: Vec<Ident> = self.saved.mapped(|id| names::value(value(id)));
        let extents = self.einsum.labels.all().iter().map(|label| {
            let (extent, number) = (names::extent(label), names::label(label));
            quote_spanned! { Span::mixed_site()=> let #extent = runtime::Block::extent(&block_, #number); }
        });
        let sources = self.tree.sources.iter().map(|id| source(value(id)));
        let mut declared = self.saved.clone();
        let steps: Vec<TokenStream> = self
            .nests
            .iter()
            .enumerate()
            .map(|(number, nest)| self.step((number, loops.name(number), nest), &mut declared))
            .collect();
        quote_spanned! { Span::mixed_site()=>
            #items
            #(#fits)*
            #(#tensors)*
            #(#outputs)*
            #(#kept)*
            #(let mut #saved = runtime::None;)*
            for block_ in &blocks_ {
                #(runtime::release(&mut #saved);)*
                #(#extents)*
                #(#sources)*
                #(#steps)*
            }
            #(runtime::Blocks::keep(&blocks_, &mut #saved);)*
        }
    }

    /// A result that the user has nothing for, all zeros before it is computed.
    fn tensor(&self, id: ValueId) -> Option<TokenStream> {
        if self.is_given(id) {
            return None;
        }
        let value = self.tree.value(id);
        let (variable, view) = (names::value(value), names::view(value));
        if let (Kind::Gradient(number), Some(place)) = (value.kind, value.subscript.ellipsis()) {
            let (shape, place) = (names::shape(number), names::number(place));
            return Some(quote_spanned! { Span::mixed_site()=>
                let mut #variable = SITE_.zero_gradient(element_, &#shape)?;
                let #view = &mut runtime::fuse(&mut #variable, (#place, &ellipsis_));
                let #view = &mut runtime::FusedMut::view_mut(#view);
            });
        }
        let (extents, memory) = (nest::extents(self.einsum, value), types::memory(self.einsum, self.tree, value));
        Some(quote_spanned! { Span::mixed_site()=>
            let mut #variable = SITE_.zeros(element_, #memory, #extents)?;
            let #view = &mut runtime::Tensor::view_mut(&mut #variable);
        })
    }

    /// A result, with what its old content is multiplied by. (Off a diagonal, nothing is added to a gradient.)
    fn output(&self, id: ValueId) -> TokenStream {
        let value = self.tree.value(id);
        let is_gradient = matches!(value.kind, Kind::Gradient(_));
        let is_given = self.is_given(id);
        let is_added_to = self.nests.iter().any(|nest| nest.out.value == id && nest.epilogue.out && nest.epilogue.onto);
        let zero = quote_spanned! { Span::mixed_site()=> runtime::Element::ZERO };
        let one = quote_spanned! { Span::mixed_site()=> runtime::Element::ONE };
        let beta = match is_given {
            true if is_gradient => one,
            true if is_added_to => quote_spanned! { Span::mixed_site()=> beta_ },
            false if is_gradient && value.subscript.ellipsis().is_some() => one,
            _ => zero,
        };
        let target = if is_given { names::target(value) } else { names::view(value) };
        let is_diagonal = is_given && !is_gradient && value.subscript.is_diagonal();
        let constructor = names::local(if is_diagonal { "diagonal" } else { "new" });
        let (output, labels) = (names::output(value), choices::numbers(&value.subscript.0));
        quote_spanned! { Span::mixed_site()=> let mut #output = runtime::Output::#constructor(#target, #labels, #beta); }
    }

    fn step(&self, (number, loops, nest): (usize, &Ident, &LoopNest), declared: &mut Vec<ValueId>) -> TokenStream {
        let (id, value) = (nest.out.value, self.tree.value(nest.out.value));
        let declaration = (value.optional && !declared.contains(&id)).then(|| {
            declared.push(id);
            let variable = names::value(value);
            quote_spanned! { Span::mixed_site()=> let mut #variable = runtime::None; }
        });
        let step = if self.computed.contains(&id) {
            let (output, labels) = (names::output(value), nest::labels(&nest.out));
            let step = nest::product(self.einsum, self.tree, (loops, nest), self.forward.kept);
            quote_spanned! { Span::mixed_site()=> runtime::Output::write(&mut #output, &block_, #labels, #step); }
        } else {
            nest::step(self.einsum, self.tree, (number, loops, nest), self.forward.kept)
        };
        let (optional, always) = nest::releases(self.tree, number);
        let taken = nest.guard.map(choices::taken);
        let again = self.forward.again.contains(&id);
        let again = again.then(|| quote_spanned! { Span::mixed_site()=> runtime::Block::is_part(&block_) });
        let step = quote_spanned! { Span::mixed_site()=> #step #(#optional)* };
        let wrapped = again.into_iter().chain(taken).fold(step, |step, condition| {
            quote_spanned! { Span::mixed_site()=> if #condition { #step } }
        });
        quote_spanned! { Span::mixed_site()=> #declaration #wrapped #(#always)* }
    }

    /// Whether the user has what a value is written to.
    fn is_given(&self, id: ValueId) -> bool {
        self.nests.iter().any(|nest| nest.out.value == id && nest.epilogue.out)
    }
}

/// Narrows a source to the block.
fn source(value: &Value) -> Option<TokenStream> {
    let is_view = matches!(value.kind, Kind::Operand(_) | Kind::Tangent(_) | Kind::Cotangent);
    let (variable, labels) = (names::value(value), choices::numbers(&value.subscript.0));
    is_view.then(|| {
        quote_spanned! { Span::mixed_site()=>
            let #variable = runtime::Block::read(&block_, &#variable, #labels);
        }
    })
}
