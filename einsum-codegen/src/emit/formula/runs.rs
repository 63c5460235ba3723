//! Steps that run together, block by block:
//!
//! ```text
//! let mut result_ = SITE_.zeros(element_, runtime::Heap, [extent_i_, extent_d_])?;
//! for block_ in &runtime::in_cache(element_, kind_, [extent_i_], &[runtime::used(&[extent_j_], 1), runtime::used(&[extent_j_, extent_e_], 0)]) {
//!     let extent_i_ = block_.extent(0);
//!     ..                                                              // `block_.read(&operand_0_, &[0, 1])` where it reads
//!     block_.write(runtime::Tensor::view_mut(&mut result_), &[0, 1])  // and where it writes what is there as a whole
//! }
//! ```
//!
//! `runtime::in_cache_cut(.., [extent_i_, extent_j_], .., (0, 1, 0))` has blocks of the labels but the last, of which each block has the indices
//! up to the last one of label 0, times 1, plus 0, and some more. Within a block, the extents of its labels are those of the block. A tensor of which each block has elements of its own is not zeros before:
//!
//! ```text
//! let mut result_ = SITE_.growing(element_, runtime::Heap, [extent_i_, extent_d_])?;
//! for block_ in .. {
//!     runtime::Growing::map(&mut result_, (&block_, &[0, 1]), [extent_i_, extent_d_], Body_, [..], [..]);
//!     ..                                                              // or `Growing::write`, and `Growing::read`
//! }
//! let result_ = runtime::Growing::finish(result_);
//! ```

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;

use super::{
    forms::{self, FormLabels},
    shapes::FormulaSteps,
    targets,
    used::used,
};
use crate::{
    emit::{names, tokens::concatenated},
    ir::{
        Label,
        formula::{Access, Affine, TensorId},
    },
    lower::formula::{LoweredFormula, Run, labels_of},
};

/// The steps of a run, of which the body is given.
pub(super) fn run(steps: FormulaSteps<'_>, run: &Run, body: &TokenStream) -> TokenStream {
    let begun = run.begun.iter().map(|&tensor| {
        if run.grown.contains(&tensor) {
            return targets::growing(steps, tensor);
        }
        let access = Access { tensor, axes: Vec::new(), conj: false };
        let (declared, cleared) =
            (targets::declared(steps, tensor, true), targets::cleared(steps, (&access, false), true));
        quote_spanned! { Span::mixed_site()=> #declared #cleared }
    });
    let narrowed: Vec<Label> = run.labels.iter().chain(run.cut.as_ref().map(|cut| &cut.label)).cloned().collect();
    let (blocks, names) = (blocks(steps, run, &narrowed), used([body]));
    let of_block = narrowed.iter().enumerate().filter_map(|(number, label)| {
        let (extent, number) = (names::extent(label), names::number(number));
        let is_named = names.contains(&extent.to_string());
        is_named.then(|| quote_spanned! { Span::mixed_site()=> let #extent = block_.extent(#number); })
    });
    let dropped = dropped(steps.lowered, &run.releases);
    let grown = run.grown.iter().map(|&tensor| {
        let variable = forms::variable(&steps.lowered.formula, tensor);
        let later = &steps.lowered.steps[run.steps.end..];
        let is_written = later.iter().any(|step| steps.lowered.written(&step.work) == tensor);
        let mutable = is_written.then(|| quote_spanned! { Span::mixed_site()=> mut });
        quote_spanned! { Span::mixed_site()=> let #mutable #variable = runtime::Growing::finish(#variable); }
    });
    quote_spanned! { Span::mixed_site()=>
        #(#begun)*
        for block_ in &#blocks {
            #(#of_block)*
            #body
        }
        #(#grown)*
        #dropped
    }
}

/// The blocks of a run.
fn blocks(steps: FormulaSteps<'_>, run: &Run, narrowed: &[Label]) -> TokenStream {
    let (extents, tensors) = (forms::extents(narrowed), tensors(steps, run));
    let by = run.cut.as_ref().and_then(|cut| Some((cut, names::number(run.position(&cut.by)?))));
    match by {
        Some((cut, by)) => {
            let (factor, plus) = (forms::integer(cut.factor), forms::integer(cut.plus));
            quote_spanned! { Span::mixed_site()=>
                runtime::in_cache_cut(element_, kind_, #extents, &[#(#tensors),*], (#by, #factor, #plus))
            }
        }
        None => quote_spanned! { Span::mixed_site()=> runtime::in_cache(element_, kind_, #extents, &[#(#tensors),*]) },
    }
}

/// `runtime::used(&[extent_j_], 1)`: what the steps use more than once for a block, or for all blocks. How large that is without the labels
/// of blocks, and which of these it has, as bits of a number.
fn tensors(steps: FormulaSteps<'_>, run: &Run) -> Vec<TokenStream> {
    let mut accesses: Vec<(&Access, usize)> = Vec::new();
    for access in steps.lowered.used(&run.steps) {
        let is_same = |other: &Access| other.tensor == access.tensor && other.axes == access.axes;
        match accesses.iter_mut().find(|(other, _)| is_same(other)) {
            Some((_, count)) => *count += 1,
            None => accesses.push((access, 1)),
        }
    }
    let all = (1u64 << run.labels.len()) - 1;
    let tensors = accesses.into_iter().filter_map(|(access, count)| {
        let (divided, others): (Vec<_>, Vec<_>) =
            labels_of(access).into_iter().partition(|label| run.position(label).is_some());
        let bits = divided.iter().filter_map(|label| run.position(label)).fold(0, |bits, number| bits | 1 << number);
        let (extents, bits) = (forms::extents(&others), (bits != all || count > 1).then_some(bits)?);
        let bits = Literal::u64_unsuffixed(bits);
        Some(quote_spanned! { Span::mixed_site()=> runtime::used(&#extents, #bits) })
    });
    tensors.collect()
}

/// A view of what is read: in a run, of the part that is in the block.
pub(super) fn view(steps: FormulaSteps<'_>, access: &Access) -> TokenStream {
    if let Some((variable, labels)) = grown(steps, access) {
        return quote_spanned! { Span::mixed_site()=> runtime::Growing::read(&#variable, &block_, &#labels) };
    }
    let view = forms::view(&steps.lowered.formula, access.tensor);
    match labels(steps, access) {
        Some(labels) => quote_spanned! { Span::mixed_site()=> block_.read(&#view, &#labels) },
        None => view,
    }
}

/// A mutable view of what is written: in a run, of the part that is in the block.
pub(super) fn target(steps: FormulaSteps<'_>, access: &Access) -> TokenStream {
    if let Some((variable, labels)) = grown(steps, access) {
        return quote_spanned! { Span::mixed_site()=> runtime::Growing::write(&mut #variable, &block_, &#labels) };
    }
    let view = targets::view(steps, access.tensor);
    match labels(steps, access) {
        Some(labels) => quote_spanned! { Span::mixed_site()=> block_.write(#view, &#labels) },
        None => view,
    }
}

/// The variable of a tensor that grows by each block, and the labels of its axes.
pub(super) fn grown(steps: FormulaSteps<'_>, access: &Access) -> Option<(TokenStream, TokenStream)> {
    steps.run.filter(|run| run.grown.contains(&access.tensor))?;
    Some((forms::variable(&steps.lowered.formula, access.tensor), labels(steps, access)?))
}

/// For every axis of a tensor of which a step uses a block the number of the label that is divided, or one that no label has.
fn labels(steps: FormulaSteps<'_>, access: &Access) -> Option<TokenStream> {
    let run = steps.run.filter(|run| run.divides(access) && !run.locals.contains(&access.tensor))?;
    let numbers = access.axes.iter().map(|axis| {
        let narrowed = axis.bare().and_then(|label| run.narrowed(label));
        names::number(narrowed.unwrap_or(run.labels.len() + usize::from(run.cut.is_some())))
    });
    Some(quote_spanned! { Span::mixed_site()=> [#(#numbers),*] })
}

/// Lets locals go.
pub(super) fn dropped(lowered: &LoweredFormula, locals: &[TensorId]) -> TokenStream {
    let drops = locals.iter().map(|local| {
        let variable = forms::variable(&lowered.formula, *local);
        quote_spanned! { Span::mixed_site()=> runtime::drop(#variable); }
    });
    concatenated(drops)
}

/// `.moved([block_.start(0), 0])`: what makes a form of labels in a block one of all their indices.
pub(super) fn moved(run: Option<&Run>, over: FormLabels<'_>, form: &Affine) -> Option<TokenStream> {
    let run = run?;
    let is_divided = form.terms.iter().any(|(_, label)| run.position(label).is_some());
    let starts = over.labels.iter().map(|label| match run.position(label).map(names::number) {
        Some(number) => quote_spanned! { Span::mixed_site()=> block_.start(#number) },
        None => quote_spanned! { Span::mixed_site()=> 0 },
    });
    is_divided.then(|| quote_spanned! { Span::mixed_site()=> .moved([#(#starts),*]) })
}
