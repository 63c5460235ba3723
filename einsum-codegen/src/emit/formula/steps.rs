//! The steps of a lowered formula, each a tensor in a local variable:
//!
//! ```text
//! let local_t_ = {
//!     let (operand_0_, operand_1_) = (operand_0_, operand_1_);
//!     let kind_ = runtime::relabelled(kind_, ..);
//!     SITE_.tensor(element_, kind_, [extent_i_, extent_j_], &[0, 1], runtime::Step::<_, 3>::new(..))?
//! };
//! let result_ = {
//!     struct Body_;
//!     ..
//!     SITE_.map(element_, runtime::memory(kind_, ..), [extent_i_, extent_j_], Body_, [runtime::Reach::new(..), ..], ([extent_i_, extent_j_], [..]))?
//! };
//! ```

use std::ops::Range;

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::{
    body::Body,
    forms::{self, FormLabels},
    parts, runs,
    shapes::{self, FormulaSteps},
    shifted,
    signature::Signature,
    targets, words,
};
use crate::{
    emit::{names, steps, tokens::concatenated},
    ir::{
        Epilogue,
        formula::{Access, Literal as Number, Reduction, TensorId},
    },
    lower,
    lower::formula::{Contraction, Map, Planned, Work, labels_of},
};

/// All steps, in order; with what is to be done before the first of them that writes to what the user has.
pub(super) fn steps(
    planned: &Planned,
    functions: &[Expr],
    (operands, signature): (usize, &Signature),
    before_writing: Option<TokenStream>,
) -> TokenStream {
    let lowered = &planned.lowered;
    let steps = FormulaSteps { lowered, functions, operands, signature, run: None };
    let mut contractions = planned.contractions.iter();
    let mut tokens = TokenStream::new();
    let mut next = 0;
    let first_written = lowered.first_written();
    let mut before_writing = before_writing;
    let mut before =
        |steps: Range<usize>| before_writing.take_if(|_| first_written.is_some_and(|first| steps.contains(&first)));
    for run in lowered.runs.iter().map(Some).chain([None]) {
        let end = run.map_or(lowered.steps.len(), |run| run.steps.start);
        for number in next..end {
            tokens.extend(before(number..number + 1));
            tokens.extend(steps.step(number, &mut contractions));
        }
        let Some(run) = run else { break };
        let within = FormulaSteps { run: Some(run), ..steps };
        let body = concatenated(run.steps.clone().map(|number| within.step(number, &mut contractions)));
        tokens.extend(before(run.steps.clone()));
        tokens.extend(runs::run(steps, run, &body));
        next = run.steps.end;
    }
    tokens.extend(before_writing);
    tokens
}

impl FormulaSteps<'_> {
    /// A step, and the locals that are let go after it.
    fn step<'p>(self, number: usize, contractions: &mut impl Iterator<Item = &'p lower::Lowered>) -> TokenStream {
        let step = &self.lowered.steps[number];
        let target = self.lowered.written(&step.work);
        let is_there = self.lowered.steps[..number].iter().any(|step| self.lowered.written(&step.work) == target);
        let is_first = !is_there && self.run.is_none_or(|run| run.locals.contains(&target));
        let work = match &step.work {
            Work::Contraction(contraction) => {
                contractions.next().map(|lowered| self.contraction(contraction, lowered, is_first)).unwrap_or_default()
            }
            Work::Map(map) => self.map(map, (is_first, is_there)),
            Work::Shifted(shifted) => shifted::shifted(self, shifted, is_first),
            Work::FillPart(part) => parts::fill(self, *part),
            Work::StorePart { part, adds } => parts::store(self, *part, *adds, is_first),
            Work::Gather { target, access } => parts::gather(self, target, access),
            Work::Scatter { access, source, adds } => parts::scatter(self, (access, source), *adds, is_first),
        };
        let written = self.lowered.written(&step.work);
        let checked = parts::checked(self, &|indices| indices == written);
        let dropped = runs::dropped(self.lowered, &step.releases);
        quote_spanned! { Span::mixed_site()=> #work #checked #dropped }
    }

    /// `mut`, if some step after the first writes a tensor.
    pub(super) fn mutable(self, tensor: TensorId) -> Option<TokenStream> {
        let writes = self.lowered.steps.iter().filter(|step| self.lowered.written(&step.work) == tensor).count();
        (writes > 1).then(|| quote_spanned! { Span::mixed_site()=> mut })
    }

    fn contraction(self, contraction: &Contraction, lowered: &lower::Lowered, is_first: bool) -> TokenStream {
        let Contraction { einsum, factors, target, window, scale, .. } = contraction;
        let (kind, einsum) = shapes::kind(self, einsum);
        let einsum = &einsum;
        let operands = (0..factors.len()).map(names::operand);
        let plain = self.lowered.plain_factors(contraction);
        let views = factors.iter().zip(plain).map(|(factor, is_plain)| self.factor(factor, is_plain, contraction));
        let alpha = scale.map(|scale| {
            let scale = number(scale);
            quote_spanned! { Span::mixed_site()=> let alpha_ = #scale; }
        });
        let steps = [steps::choices(einsum, &lowered.tree), steps::steps(einsum, lowered)];
        let work = quote_spanned! { Span::mixed_site()=>
            let (#(#operands,)*) = (#(#views,)*);
            #kind
            #alpha
            #(#steps)*
        };
        let Epilogue { out, onto, .. } = einsum.epilogue;
        if !out {
            let (variable, mutable) =
                (forms::variable(&self.lowered.formula, target.tensor), self.mutable(target.tensor));
            return quote_spanned! { Span::mixed_site()=>
                let #mutable #variable = { #work result_.into_tensor() };
            };
        }
        let declared = targets::declared(self, target.tensor, is_first);
        let cleared = targets::cleared(self, (target, contraction.adds), is_first && onto);
        let beta = onto.then(|| quote_spanned! { Span::mixed_site()=> let beta_ = runtime::Element::ONE; });
        let view = self.target(contraction);
        let work = quote_spanned! { Span::mixed_site()=> let target_ = &mut #view; #beta #work };
        if window.is_empty() {
            return quote_spanned! { Span::mixed_site()=> #declared #cleared { #work } };
        }
        let extents = forms::extents(window);
        let all = quote_spanned! { Span::mixed_site()=> for window_ in runtime::windows(#extents) { #work } };
        let left = match self.are_left(contraction) {
            Some(are_left) => quote_spanned! { Span::mixed_site()=> if #are_left { #all } },
            None => all,
        };
        quote_spanned! { Span::mixed_site()=> #declared #cleared #left }
    }

    /// Adds all windows of a product at once, or says that they are left to be added one by one.
    fn are_left(self, contraction: &Contraction) -> Option<TokenStream> {
        let Contraction { factors, target, scale, .. } = contraction;
        let [lhs, rhs] = factors.as_slice() else { return None };
        let mut labels = labels_of(target);
        for factor in factors {
            factor.labels(&mut labels);
        }
        let over = FormLabels::labels(&labels);
        let (extents, lowered) = (over.extents(), self.lowered);
        let factor = |factor: &Access| {
            let (view, forms) = (runs::view(self, factor), over.forms(lowered, factor));
            quote_spanned! { Span::mixed_site()=> (#view, #forms) }
        };
        let (lhs, rhs) = (factor(lhs), factor(rhs));
        let (view, forms) = (runs::target(self, target), over.forms(lowered, target));
        let scale = match scale.map(number) {
            Some(scale) => quote_spanned! { Span::mixed_site()=> runtime::Some(#scale) },
            None => quote_spanned! { Span::mixed_site()=> runtime::None },
        };
        Some(quote_spanned! { Span::mixed_site()=>
            runtime::are_windows_left(#extents, #lhs, #rhs, (#view, #forms), #scale)
        })
    }

    /// A factor of a contraction: a view with an axis for each of its labels.
    fn factor(self, factor: &Access, is_plain: bool, contraction: &Contraction) -> TokenStream {
        let view = runs::view(self, factor);
        if is_plain {
            return view;
        }
        let labels: Vec<_> =
            labels_of(factor).into_iter().filter(|label| !contraction.window.contains(label)).collect();
        let over = FormLabels { labels: &labels, window: &contraction.window };
        let (extents, forms) = (over.extents(), over.forms(self.lowered, factor));
        quote_spanned! { Span::mixed_site()=> runtime::View::forms(#view, #extents, #forms) }
    }

    /// The target of a contraction: a view with an axis for each of its labels, in the order of the output.
    fn target(self, contraction: &Contraction) -> TokenStream {
        let Contraction { einsum, target, window, .. } = contraction;
        let view = runs::target(self, target);
        if window.is_empty() && self.lowered.is_along(target) {
            return view;
        }
        let by_name = |name: &str| labels_of(target).into_iter().find(|label| label.name() == name);
        let labels: Vec<_> = einsum.output.0.iter().filter_map(|label| by_name(label.name())).collect();
        let over = FormLabels { labels: &labels, window };
        let (extents, forms) = (over.extents(), over.forms(self.lowered, target));
        quote_spanned! { Span::mixed_site()=> runtime::ViewMut::forms(#view, #extents, #forms) }
    }

    fn map(self, map: &Map, (is_first, is_there): (bool, bool)) -> TokenStream {
        let formula = &self.lowered.formula;
        let Body { item, value } = Body::new(self, map);
        let over = FormLabels::labels(&map.labels);
        let extents = over.extents();
        let reads = map.reads.iter().map(|read| {
            if read.tensor == map.target.tensor {
                return quote_spanned! { Span::mixed_site()=> runtime::Reach::own(#extents) };
            }
            let (view, forms) = (runs::view(self, read), over.forms(self.lowered, read));
            quote_spanned! { Span::mixed_site()=> runtime::Reach::new(#extents, #view, #forms) }
        });
        let reads = quote_spanned! { Span::mixed_site()=> [#(#reads),*] };
        let forms = over.forms(self.lowered, &map.target);
        let tensor = map.target.tensor;
        if is_first && !self.lowered.targets.contains(&tensor) {
            let (variable, mutable) = (forms::variable(formula, tensor), self.mutable(tensor));
            let (lengths, memory) = (shapes::lengths(self, tensor), shapes::memory_in(self, tensor));
            let call = match map.reduction {
                Reduction::ArgMax | Reduction::ArgMin => quote_spanned! { Span::mixed_site()=>
                    SITE_.search(runtime::PhantomData::<runtime::usize>, #memory, #extents, #value, #reads, (#lengths, #forms))?
                },
                _ => quote_spanned! { Span::mixed_site()=>
                    SITE_.map(element_, #memory, #extents, #value, #reads, (#lengths, #forms))?
                },
            };
            return quote_spanned! { Span::mixed_site()=> let #mutable #variable = { #item #call }; };
        }
        if let Some((variable, labels)) = runs::grown(self, &map.target).filter(|_| !is_there && !map.adds) {
            let labels = quote_spanned! { Span::mixed_site()=> (&block_, &#labels) };
            return quote_spanned! { Span::mixed_site()=>
                { #item runtime::Growing::map(&mut #variable, #labels, #extents, #value, #reads, #forms); }
            };
        }
        let cleared = targets::cleared(self, (&map.target, map.adds), map.target.bare().is_none());
        let view = runs::target(self, &map.target);
        let target = quote_spanned! { Span::mixed_site()=> runtime::ReachMut::new(#extents, #view, #forms) };
        if matches!(map.reduction, Reduction::ArgMax | Reduction::ArgMin) {
            return quote_spanned! { Span::mixed_site()=> #cleared { #item runtime::search(#extents, #value, #reads, #target); } };
        }
        let is_cleared = cleared.is_some();
        let onto = names::local(if map.adds || is_cleared { "Add" } else { "Replace" });
        quote_spanned! { Span::mixed_site()=>
            #cleared
            { #item runtime::map(#extents, #value, #reads, #target, runtime::Onto::#onto); }
        }
    }
}

/// A number that is written, as an element.
fn number(number: Number) -> TokenStream {
    match number {
        Number::Integer(number) => {
            let positive = Literal::u64_unsuffixed(number.unsigned_abs());
            signed(number < 0, quote_spanned! { Span::mixed_site()=> runtime::integer(element_, #positive) })
        }
        Number::Float(number) => {
            let positive = words::positive(number);
            let literal = quote_spanned! { Span::mixed_site()=> runtime::literal(element_, #positive) };
            signed(number.is_sign_negative(), literal)
        }
    }
}

/// A number, negated or not.
fn signed(is_negative: bool, positive: TokenStream) -> TokenStream {
    if is_negative {
        quote_spanned! { Span::mixed_site()=> runtime::less(element_, #positive) }
    } else {
        positive
    }
}
