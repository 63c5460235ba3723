//! Einsums of the parts, and moves, in order. (Those with forms of labels are in `forms.rs`.)

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::emitted::Emitted;
use crate::{
    ast::Form,
    emit::names,
    few::List,
    ir::{
        Label,
        shard::{Local, Move, MoveKind, ShardedId, ShardedStep, ShardedValue},
    },
    notation::{Group, ordered},
};

pub(super) struct EmittedSteps<'a> {
    pub(super) emitted: Emitted<'a>,
    /// The value, or that with what pulls each einsum back.
    pub(super) form: Form,
}

impl EmittedSteps<'_> {
    /// A statement for each step.
    pub(super) fn all(&self) -> TokenStream {
        self.first(self.emitted.program.steps.len())
    }

    /// Statements for the first steps.
    pub(super) fn first(&self, count: usize) -> TokenStream {
        let steps = self.emitted.program.steps[..count].iter().enumerate();
        let step = |(number, step): (usize, &ShardedStep)| match step {
            ShardedStep::Local(local) => self.local(number, local),
            ShardedStep::Move(moved) => {
                let variable = |id: ShardedId| self.emitted.variable(id.0);
                self.emitted.moved(&self.emitted.program.values, moved, &variable)
            }
            ShardedStep::Halo(halo) => {
                let variable = |id: ShardedId| self.emitted.variable(id.0);
                self.emitted.halo((&self.emitted.program.values, false), halo, &variable)
            }
        };
        steps.map(step).collect()
    }

    fn local(&self, number: usize, local: &Local) -> TokenStream {
        let private = self.emitted.private();
        let einsum = self.emitted.einsum_of_parts(local, &|number| self.operand(local.operands[number]));
        let given = self.emitted.given(local);
        let result = self.emitted.variable(local.result.0);
        let is_number = self.emitted.program.value(local.result).subscript.0.is_empty();
        let as_array = is_number.then(|| quote_spanned!(Span::mixed_site()=> let #result = #private::scalar(#result);));
        if self.form.is_pullback() {
            let pull = pull(number);
            let wanted = self.emitted.wanted(number);
            let wrt = (wanted.len() < local.operands.len()).then(|| {
                let wanted = wanted.iter().map(|number| names::number(*number));
                quote_spanned!(Span::mixed_site()=> , wrt = [#(#wanted),*])
            });
            quote_spanned! { Span::mixed_site()=>
                let (#result, #pull) = #private::einsum::einsum_vjp!(#einsum #wrt; #given);
                #as_array
            }
        } else {
            quote_spanned! { Span::mixed_site()=>
                let #result = #private::einsum::einsum!(#einsum; #given);
                #as_array
            }
        }
    }

    /// An operand of an einsum: moved into what pulls that back.
    fn operand(&self, id: ShardedId) -> TokenStream {
        let private = self.emitted.private();
        let mut variable = self.emitted.variable(id.0);
        // (Elements of another type than those of the other operands are marked there.)
        if let Some(operand) = self.emitted.operands.get(id.0) {
            variable.set_span(Span::mixed_site().located_at(operand.span.0));
        }
        let operand = if self.form.is_pullback() {
            quote_spanned!(Span::mixed_site()=> #private::moved(#variable))
        } else {
            quote_spanned!(Span::mixed_site()=> #variable)
        };
        let is_at_forms = !self.emitted.program.value(id).windows.is_empty();
        if self.emitted.is_conjugated(id) && !is_at_forms {
            quote_spanned!(Span::mixed_site()=> conj(#operand))
        } else {
            operand
        }
    }
}

/// `pull_0_`: what takes the cotangent of the result of an einsum to those of its operands.
pub(super) fn pull(step: usize) -> Ident {
    names::local(&format!("pull_{step}_"))
}

impl Emitted<'_> {
    /// `"ik,kj->ij"`, in letters: those of the user's, unless these are words.
    pub(super) fn subscripts(&self, local: &Local) -> String {
        let text = |id: ShardedId| -> String {
            self.program.value(id).subscript.0.iter().map(|label| self.letter(label)).collect()
        };
        let operands: Vec<String> = local.operands.mapped(|id| text(*id));
        format!("{}->{}", ordered(Group::outermost(&local.order), &operands), text(local.result))
    }

    pub(super) fn letter(&self, label: &Label) -> char {
        let is_letter = |label: &Label| label.name().chars().nth(1).is_none();
        match label.name().chars().next() {
            Some(letter) if self.einsum.labels.all().iter().all(is_letter) => letter,
            _ => ('a'..='z').chain('A'..='Z').chain('\u{4e00}'..).nth(label.id().0).expect("there are letters enough"),
        }
    }

    /// `l = extent, ..`: the extents, of the parts, of labels that only the result has.
    fn given(&self, local: &Local) -> TokenStream {
        let given = |(letter, extent)| quote_spanned!(Span::mixed_site()=> #letter = #extent,);
        self.extents(local).into_iter().map(given).collect()
    }

    /// The labels that only the result has, and their extents of the parts.
    pub(super) fn extents(&self, local: &Local) -> Vec<(Ident, TokenStream)> {
        let private = self.private();
        let result = self.program.value(local.result);
        let values = || local.operands.iter().map(|id| self.program.value(*id));
        let has = |label: &Label| values().any(|value| value.subscript.has(label) && !value.is_in_window(label));
        let of_operands = values().flat_map(|value| value.subscript.distinct());
        let mut labels: Vec<Label> = result.subscript.distinct().into_iter().filter(|label| !has(label)).collect();
        // (Forms of labels do not say how long these are.)
        for label in of_operands.filter(|label| values().any(|value| value.is_in_window(label)) && !has(label)) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let axis_of = |label: &Label| values().chain([result]).find_map(|value| value.layout.axis_of(label));
        let extents = labels.into_iter().map(|label| {
            let (letter, number) = (names::local(&self.letter(&label).to_string()), names::label(&label));
            let extent = match axis_of(&label) {
                Some(axis) => {
                    let axis = &self.program.axes[axis.0];
                    quote_spanned!(Span::mixed_site()=> #private::own(&mesh_, #axis, extents_[#number]))
                }
                None => quote_spanned!(Span::mixed_site()=> extents_[#number]),
            };
            (letter, extent)
        });
        extents.collect()
    }

    /// A move, between variables.
    pub(super) fn moved(
        &self,
        values: &[ShardedValue],
        moved: &Move,
        variable: &dyn Fn(ShardedId) -> Ident,
    ) -> TokenStream {
        let private = self.private();
        let [from, to] = [moved.from, moved.to].map(variable);
        let axis = &self.program.axes[moved.axis.0];
        let subscript = &values[moved.from.0].subscript;
        let number = |label: &Label| {
            let position = subscript.0.iter().position(|other| other == label).expect("a moved label is on the tensor");
            names::number(values[moved.from.0].axis_at(position))
        };
        let extent = |label: &Label| {
            let label = names::label(label);
            quote_spanned!(Span::mixed_site()=> extents_[#label])
        };
        let view = quote_spanned!(Span::mixed_site()=> #private::view(&#from));
        let moved = match MoveKind::of_move(values, moved) {
            MoveKind::Split(label) => {
                let (number, extent) = (number(&label), extent(&label));
                quote_spanned!(Span::mixed_site()=> split(#from, &mesh_, #axis, #number, #extent))
            }
            MoveKind::AllGather(label) => {
                let (number, extent) = (number(&label), extent(&label));
                quote_spanned!(Span::mixed_site()=> all_gather(#view, &mesh_, #axis, #number, #extent))
            }
            MoveKind::AllToAll(one, other) => {
                let [from, to] = [&one, &other].map(number);
                let [gathered, split] = [&one, &other].map(extent);
                quote_spanned!(Span::mixed_site()=> all_to_all(#view, &mesh_, #axis, #from, #to, (#gathered, #split)))
            }
            MoveKind::AllReduce => quote_spanned!(Span::mixed_site()=> all_reduce(#from, &mesh_, #axis)),
            MoveKind::ReduceScatter(label) => {
                let (number, extent) = (number(&label), extent(&label));
                quote_spanned!(Span::mixed_site()=> reduce_scatter(#view, &mesh_, #axis, #number, #extent))
            }
        };
        quote_spanned!(Span::mixed_site()=> let #to = #private::moves::#moved;)
    }

    /// Whether a value is an operand as it is, or moved, that is to be conjugated.
    pub(super) fn is_conjugated(&self, id: ShardedId) -> bool {
        if let Some(operand) = self.einsum.operands.get(id.0) {
            return operand.conj;
        }
        self.program.steps.iter().any(|step| match step {
            ShardedStep::Move(moved) => moved.to == id && self.is_conjugated(moved.from),
            ShardedStep::Halo(halo) => halo.to == id && self.is_conjugated(halo.from),
            ShardedStep::Local(_) => false,
        })
    }

    /// The operands of a local step that have cotangents.
    pub(super) fn wanted(&self, number: usize) -> Vec<usize> {
        let steps = self.backward.iter().flat_map(|backward| &backward.steps);
        let operands = steps.filter_map(|pull| match pull {
            crate::ir::shard::Pull::Local { step, operands, .. } if *step == number => Some(operands),
            _ => None,
        });
        operands.flatten().map(|(operand, _)| *operand).collect()
    }
}
