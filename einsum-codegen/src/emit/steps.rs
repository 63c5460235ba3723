//! The steps of a tree: in blocks, where intermediates are limited, or one after the other.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::{choices, loops::Nests, names, nest, slices};
use crate::{
    ir::{ContractionTree, Einsum, Kind, Value, ValueId},
    lower::{LoopNest, Lowered},
};

/// Chooses, by the extents, what comes before the steps: the order, and where intermediates are limited also the blocks.
pub(super) fn choices(einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    if tree.is_sliced() { slices::choices(einsum, tree) } else { choices::choices(einsum, tree) }
}

/// The steps of a tree, each a tensor in a local variable. If there are several, nothing is
/// computed before it is known that there is room for all results. (That of an ellipsis is asked for by its own axes.)
pub(super) fn steps(einsum: &Einsum, lowered: &Lowered) -> TokenStream {
    let Lowered { tree, nests } = lowered;
    if tree.is_sliced() {
        return slices::steps(einsum, lowered, slices::Forward::default());
    }
    let loops = Nests::new(einsum, tree, nests);
    Steps { einsum, tree, nests, loops: &loops }.tokens()
}

struct Steps<'a> {
    einsum: &'a Einsum,
    tree: &'a ContractionTree,
    nests: &'a [LoopNest],
    loops: &'a Nests,
}

impl Steps<'_> {
    fn tokens(&self) -> TokenStream {
        let mut declared = Vec::new();
        let steps = self.nests.iter().enumerate().map(|(number, nest)| self.step((number, nest), &mut declared));
        [self.loops.items.clone()].into_iter().chain(self.fits()).chain(steps).chain(self.required()).collect()
    }

    /// Checks that there is room for the new results.
    fn fits(&self) -> Vec<TokenStream> {
        let is_checked = |value: &&Value| self.nests.len() > 1 || value.subscript.ellipsis().is_some();
        self.new_results().filter(is_checked).map(|value| nest::fits(self.einsum, value)).collect()
    }

    fn step(&self, (number, nest): (usize, &LoopNest), declared: &mut Vec<ValueId>) -> TokenStream {
        let value = self.tree.value(nest.out.value);
        let is_first = value.optional && !nest.epilogue.out && !declared.contains(&nest.out.value);
        let declaration = is_first.then(|| {
            declared.push(nest.out.value);
            let variable = names::value(value);
            quote_spanned! { Span::mixed_site()=> let mut #variable = runtime::None; }
        });
        let step = nest::step(self.einsum, self.tree, (number, self.loops.name(number), nest), &[]);
        let (optional, always) = nest::releases(self.tree, number);
        match nest.guard {
            Some(guard) => {
                let taken = choices::taken(guard);
                quote_spanned! { Span::mixed_site()=> #declaration if #taken { #step #(#optional)* } #(#always)* }
            }
            None => quote_spanned! { Span::mixed_site()=> #declaration #step #(#optional)* #(#always)* },
        }
    }

    /// Takes results out of their `Option`s: some step has computed them.
    fn required(&self) -> impl Iterator<Item = TokenStream> {
        self.new_results().filter(|value| value.optional).map(|value| {
            let variable = names::value(value);
            quote_spanned! { Span::mixed_site()=> let #variable = runtime::required(#variable); }
        })
    }

    /// The results that the user has nothing for; not the intermediates that a backward reads.
    fn new_results(&self) -> impl Iterator<Item = &Value> {
        let is_new = |result: &&ValueId| self.nests.iter().any(|nest| nest.out.value == **result && !nest.epilogue.out);
        let values = self.tree.results.iter().filter(is_new).map(|&result| self.tree.value(result));
        values.filter(|value| value.kind != Kind::Intermediate)
    }
}
