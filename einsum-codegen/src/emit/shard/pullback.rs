//! The steps in reverse.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{
    emitted::Emitted,
    steps::{self, EmittedSteps},
};
use crate::{
    ast::Form,
    emit::names,
    ir::{
        Label,
        shard::{Pull, ShardedBackward, ShardedId, ShardedStep},
    },
};

impl Emitted<'_> {
    /// The value, and the closure that takes its cotangent to those of the operands.
    pub(super) fn pullback(&self) -> TokenStream {
        let private = self.private();
        let steps = EmittedSteps { emitted: *self, form: Form::Pullback }.all();
        let result = self.result();
        let pulled = self.pulled(&|step, cotangent| {
            let pull = steps::pull(step);
            quote_spanned!(Span::mixed_site()=> #pull(#cotangent))
        });
        quote_spanned! { Span::mixed_site()=> {
            #steps
            let result_ = #result;
            #private::with_pullback(result_, move |cotangent_| #private::expected(&SITE_, || { #pulled }))
        } }
    }

    /// Statements that check `cotangent_`, and a `Result` with the cotangents of the operands. `pull` calls what takes the cotangent
    /// of a local step, by its number, to a tuple of those of its operands.
    pub(super) fn pulled(&self, pull: &dyn Fn(usize, TokenStream) -> TokenStream) -> TokenStream {
        let private = self.private();
        let backward = self.backward.expect("gradients are asked for");
        let first = &backward.values[0];
        let placed = self.placed(first);
        let distinct = first.subscript.distinct();
        let position = |label: &Label| names::number(distinct.iter().position(|other| other == label).unwrap_or(0));
        let labels = first.subscript.0.iter().map(position);
        let extents = distinct.iter().map(|label| {
            let (position, number) = (position(label), names::label(label));
            quote_spanned!(Span::mixed_site()=> (#position, extents_[#number]))
        });
        let label_names = distinct.iter().map(Label::name);
        let site = self.cotangent_site();
        let statements: TokenStream = backward.steps.iter().map(|step| self.pull(backward, step, pull)).collect();
        let gradients = backward.gradients.iter().map(|(_, id)| self.whole(&variable(*id), &backward.values[id.0]));
        quote_spanned! { Span::mixed_site()=>
            #site
            let cotangent_mesh_ = COTANGENT_.operand(1, cotangent_, #placed)?;
            COTANGENT_.mesh(&[&mesh_, cotangent_mesh_])?;
            COTANGENT_.labels(
                &mesh_,
                &[#(#label_names),*],
                &[(&[], &[]), (cotangent_.extents(), &[#(#labels),*])],
                &[#(#extents),*],
                &[],
            )?;
            let c0_ = #private::part(cotangent_);
            #statements
            #private::Ok::<_, #private::Error>((#(#gradients,)*))
        }
    }

    /// The site of errors of the cotangent, which is compared with the first operand.
    fn cotangent_site(&self) -> TokenStream {
        let (private, text) = (self.private(), self.text);
        let (first, cotangent) = (&self.einsum.operands[0].name, self.einsum.cotangent_name());
        quote_spanned! { Span::mixed_site()=>
            const COTANGENT_: #private::Site = #private::Site::new(#text, &[#first, #cotangent]);
        }
    }

    fn pull(
        &self,
        backward: &ShardedBackward,
        step: &Pull,
        pull: &dyn Fn(usize, TokenStream) -> TokenStream,
    ) -> TokenStream {
        let private = self.private();
        match step {
            Pull::Move(moved) => self.moved(&backward.values, moved, &variable),
            Pull::Halo(halo) => self.halo((&backward.values, true), halo, &variable),
            Pull::Local { step, cotangent, operands } => {
                let ShardedStep::Local(local) = &self.program.steps[*step] else {
                    unreachable!("an einsum is pulled back")
                };
                let is_number = self.program.value(local.result).subscript.0.is_empty();
                let cotangent = variable(*cotangent);
                let cotangent = if is_number {
                    quote_spanned!(Span::mixed_site()=> &#private::number(&#cotangent))
                } else {
                    quote_spanned!(Span::mixed_site()=> &#cotangent)
                };
                let pulled = pull(*step, cotangent);
                let results = operands.iter().map(|(_, id)| variable(*id));
                quote_spanned!(Span::mixed_site()=> let (#(#results,)*) = #pulled;)
            }
        }
    }
}

/// `c0_`: a cotangent.
fn variable(id: ShardedId) -> Ident {
    names::local(&format!("c{}_", id.0))
}
