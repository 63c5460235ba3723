//! The choice of blocks, and of an order for them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::{
    emit::{choices, names},
    few::List,
    ir::{ContractionTree, Einsum, Label, Limit},
};

/// Chooses blocks, and the order for each.
pub(in crate::emit) fn choices(einsum: &Einsum, tree: &ContractionTree) -> TokenStream {
    let labels = einsum.labels();
    let extents: Vec<Ident> = labels.mapped(names::extent);
    let extents = quote_spanned! { Span::mixed_site()=> [#(#extents),*] };
    let Some(limit) = &tree.limit else {
        let lengths = labels.iter().map(|label| length(tree, label));
        return quote_spanned! { Span::mixed_site()=> let blocks_ = runtime::Blocks::new(#extents, [#(#lengths),*]); };
    };
    let choices = 0..tree.choices.len();
    let orders = orders(&labels, tree, limit);
    let smallest = choices.clone().map(names::smallest);
    let whole = choices.clone().map(|choice| {
        let table = table(tree, limit, choice);
        let (chosen, smallest) = (names::choice(choice), names::smallest(choice));
        let (alternatives, sizes) = (names::alternatives(choice), names::sizes(choice));
        quote_spanned! { Span::mixed_site()=>
            #table
            let (#chosen, #smallest) = runtime::choose_within(#alternatives, #sizes, &#extents, limit_);
        }
    });
    let again = choices.map(|choice| {
        let (chosen, group) = (names::choice(choice), names::group(choice));
        quote_spanned! { Span::mixed_site()=>
            let #chosen = runtime::choose_in_blocks(#chosen, &#group, &blocks_, limit_);
        }
    });
    quote_spanned! { Span::mixed_site()=>
        #(#whole)*
        #orders
        let blocks_ = SITE_.blocks(limit_, &orders_, #extents, &[#(#smallest),*])?;
        #(#again)*
    }
}

/// The length of the blocks of a label, where that is known: a number, or the extent.
fn length(tree: &ContractionTree, label: &Label) -> TokenStream {
    match tree.slices.iter().find(|(sliced, _)| sliced == label) {
        Some((_, length)) => Literal::u64_unsuffixed(*length).into_token_stream(),
        None => names::extent(label).into_token_stream(),
    }
}

/// The table of the alternatives of a choice, and that of its intermediates.
fn table(tree: &ContractionTree, limit: &Limit, choice: usize) -> TokenStream {
    let subsets = &tree.choices[choice];
    let count = names::number(subsets.subsets.len());
    let (alternatives, sizes) = (names::alternatives(choice), names::sizes(choice));
    let table = choices::alternatives(subsets);
    let intermediates = limit.chosen[choice].iter().map(|(subset, size)| {
        let (subset, labels) = (names::number(*subset), choices::numbers(&size.0));
        quote_spanned! { Span::mixed_site()=> runtime::Size { subset: #subset, labels: #labels } }
    });
    quote_spanned! { Span::mixed_site()=>
        let #alternatives: &[&[runtime::Alternative]; #count] = #table;
        let #sizes: &[runtime::Size<'_>] = &[#(#intermediates),*];
    }
}

/// The table of all orders, by which blocks are chosen.
fn orders(labels: &[Label], tree: &ContractionTree, limit: &Limit) -> TokenStream {
    let costs = limit.costs.iter().map(|cost| {
        let tensors = cost.tensors.iter().map(|tensor| choices::numbers(tensor));
        let (coefficient, labels) = (Literal::f64_unsuffixed(cost.coefficient), choices::numbers(&cost.labels));
        quote_spanned! { Span::mixed_site()=>
            runtime::Cost { coefficient: #coefficient, labels: #labels, tensors: &[#(#tensors),*] }
        }
    });
    let always = limit.always.iter().map(|size| choices::numbers(&size.0));
    let groups = (0..tree.choices.len()).map(|choice| {
        let (alternatives, sizes) = (names::alternatives(choice), names::sizes(choice));
        let tensors = limit.tensors[choice].iter().map(|tensor| choices::numbers(tensor));
        let group = names::group(choice);
        quote_spanned! { Span::mixed_site()=>
            let #group = runtime::Group { subsets: #alternatives, tensors: &[#(#tensors),*], sizes: #sizes };
        }
    });
    let numbers = (0..tree.choices.len()).map(names::group);
    let whole: Vec<Label> = labels.iter().filter(|label| label.is_ellipsis()).cloned().collect();
    let whole = choices::numbers(&whole);
    quote_spanned! { Span::mixed_site()=>
        #(#groups)*
        let orders_ = runtime::Orders {
            costs: &[#(#costs),*],
            always: &[#(#always),*],
            groups: &[#(#numbers),*],
            whole: #whole,
        };
    }
}
