//! A sharded einsum that is emitted, and the tokens that all macros need of it: checks, variables, and tensors of their parts.

use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use crate::{
    ast::{Form, Operand},
    emit::{names, operands},
    few::{List, sort_by_key},
    ir::{
        Einsum,
        formula::Outside,
        shard::{Layout, Placement, ShardedAxis, ShardedBackward, ShardedProgram, ShardedValue, Window},
    },
};

/// A sharded einsum that is emitted, with all that was found out about it.
#[derive(Clone, Copy)]
pub(crate) struct Emitted<'a> {
    /// The path of the crate that has the runtime.
    pub(crate) runtime: &'a TokenStream,
    /// The subscripts as they are written.
    pub(crate) text: &'a str,
    pub(crate) einsum: &'a Einsum,
    pub(crate) program: &'a ShardedProgram,
    /// The operands as they are written; none of a function.
    pub(crate) operands: &'a [Operand],
    /// The gradients, if they are asked for.
    pub(crate) backward: Option<&'a ShardedBackward>,
}

impl Emitted<'_> {
    /// The path of what expansions call.
    pub(super) fn private(&self) -> TokenStream {
        let runtime = self.runtime;
        quote_spanned!(Span::mixed_site()=> #runtime::__private)
    }

    /// The site, of which the errors are.
    pub(super) fn site(&self) -> TokenStream {
        let (private, text) = (self.private(), self.text);
        let operands = self.einsum.operands.iter().map(|operand| &operand.name);
        quote_spanned! { Span::mixed_site()=>
            const SITE_: #private::Site = #private::Site::new(#text, &[#(#operands),*]);
        }
    }

    /// `&x`: an operand as it is given; one that a pullback keeps is moved.
    pub(super) fn given_source(&self, number: usize, form: Form) -> TokenStream {
        let operand = &self.operands[number];
        let is_owned = self.is_owned(number, form);
        if is_owned { operand.expression.to_token_stream() } else { operands::given(operand, Form::Value) }
    }

    /// `runtime::tensor::<2, _, _>(source_0_)`: the tensor that an operand is, which is marked if it is none.
    pub(super) fn tensor_of(&self, number: usize, form: Form) -> TokenStream {
        let ((first, last), rank) = (operands::located(&self.operands[number]), self.rank(number));
        let mut source = names::source(number);
        source.set_span(last);
        let mut argument = Group::new(Delimiter::Parenthesis, source.into_token_stream());
        argument.set_span(last);
        let name = names::local(if self.is_owned(number, form) { "kept" } else { "tensor" });
        quote_spanned!(first=> runtime::#name::<#rank, _, _> #argument)
    }

    /// Checks the operands, which are tensors, and brings their parts and the extents of all labels into variables.
    pub(super) fn before(&self, given: &[Expr], form: Form) -> TokenStream {
        let values = &self.program.values[..self.program.operands];
        let tensors = (0..values.len()).map(|number| {
            let source = names::source(number);
            if self.is_owned(number, form) {
                quote_spanned!(Span::mixed_site()=> &#source)
            } else {
                source.into_token_stream()
            }
        });
        let tensors: Vec<TokenStream> = tensors.collect();
        let sources = (0..values.len()).map(names::source);
        let numbers = (0..values.len()).map(names::number);
        let placed = values.iter().map(|value| self.placed(value));
        let labels = values.iter().map(|value| self.numbered(value));
        let forms = self.forms();
        let given = self.einsum.given.iter().zip(given).map(|(label, extent)| {
            let label = names::label(label);
            quote_spanned!(Span::mixed_site()=> (#label, #extent))
        });
        let texts = self.windows().into_iter().map(|(_, _, text)| text);
        let names = self.einsum.labels.all().iter().map(|label| label.name().to_owned()).chain(texts);
        let parts = (0..values.len()).map(|number| self.part_of(number));
        quote_spanned! { Span::mixed_site()=>
            let mesh_ = SITE_.mesh(&[#(SITE_.operand(#numbers, #tensors, #placed)?),*])?.clone();
            let extents_ = SITE_.labels(&mesh_, &[#(#names),*], &[#((#sources.extents(), #labels)),*], &[#(#given),*], #forms)?;
            #(#parts)*
        }
    }

    /// `let x0_ = part(source_0_);`: the part of an operand that a process has.
    fn part_of(&self, number: usize) -> TokenStream {
        let private = self.private();
        let (part, source) = (names::operand(number), names::source(number));
        quote_spanned!(Span::mixed_site()=> let #part = #private::part(#source);)
    }

    /// How many axes an operand has.
    fn rank(&self, number: usize) -> Literal {
        names::number(self.program.values[number].axes().len())
    }

    /// Whether a pullback keeps an operand itself: what names a place is borrowed.
    pub(super) fn is_owned(&self, number: usize, form: Form) -> bool {
        form.is_pullback() && self.operands.get(number).is_some_and(|operand| !operand.is_place())
    }

    /// `&[0, 2]`: the numbers of the extents of a tensor's axes.
    pub(super) fn numbered(&self, value: &ShardedValue) -> TokenStream {
        let axes = value.axes();
        let numbers = axes.iter().map(|axis| self.number_of(axis));
        quote_spanned!(Span::mixed_site()=> &[#(#numbers),*])
    }

    /// The number of the extent of an axis: that of its label, and after all labels those of axes that are read at forms.
    pub(super) fn number_of(&self, axis: &ShardedAxis<'_>) -> Literal {
        match axis {
            ShardedAxis::Label(label) => names::label(label),
            ShardedAxis::Window(window, _) => names::number(self.einsum.labels.all().len() + window.number),
        }
    }

    /// The windows of all operands, by their numbers, with those of the operands and the texts.
    fn windows(&self) -> Vec<(usize, &Window, String)> {
        let values = self.program.values[..self.program.operands].iter().enumerate();
        let mut windows: Vec<_> = values
            .flat_map(|(operand, value)| {
                value.windows.iter().map(move |window| {
                    let labels = &value.subscript.0[window.positions()];
                    (operand, window, window.terms(&labels.mapped(ToString::to_string)))
                })
            })
            .collect();
        sort_by_key(&mut windows, |(_, window, _)| window.number);
        windows
    }

    /// `&[Form { .. }]`: the forms that operands are read at.
    fn forms(&self) -> TokenStream {
        let private = self.private();
        let forms = self.windows().into_iter().map(|(operand, window, text)| {
            let labels = &self.program.values[operand].subscript.0[window.positions()];
            let axis = names::number(self.einsum.labels.all().len() + window.number);
            let (operand, outside) = (names::number(operand), self.outside(window.outside));
            let constant = Literal::i64_unsuffixed(window.constant);
            let terms = window.factors.iter().zip(labels).map(|(factor, label)| {
                let (factor, label) = (names::number(*factor), names::label(label));
                quote_spanned!(Span::mixed_site()=> (#factor, #label))
            });
            quote_spanned! { Span::mixed_site()=>
                #private::Form {
                    operand: #operand, text: #text, axis: #axis, constant: #constant, terms: &[#(#terms),*], outside: #outside,
                }
            }
        });
        quote_spanned!(Span::mixed_site()=> &[#(#forms),*])
    }

    /// The elements outside of an axis.
    pub(super) fn outside(&self, outside: Outside) -> TokenStream {
        let private = self.private();
        let name = names::local(match outside {
            Outside::Error => "Error",
            Outside::Zero => "Zero",
            Outside::Wrap => "Wrap",
            Outside::Clamp => "Clamp",
        });
        quote_spanned!(Span::mixed_site()=> #private::Outside::#name)
    }

    pub(super) fn result(&self) -> TokenStream {
        let id = self.program.result();
        self.whole(&self.variable(id.0), self.program.value(id))
    }

    /// The variable of a value of the program.
    pub(super) fn variable(&self, id: usize) -> Ident {
        if id < self.program.operands {
            names::operand(id)
        } else {
            names::local(&format!("t{}_", id - self.program.operands))
        }
    }

    /// A tensor of its parts.
    pub(super) fn whole(&self, part: &Ident, value: &ShardedValue) -> TokenStream {
        let (private, placed) = (self.private(), self.placed(value));
        let labels = self.numbered(value);
        quote_spanned! { Span::mixed_site()=>
            #private::sharded(&mesh_, #part, #placed, #private::of(&extents_, #labels))
        }
    }

    /// `&[Some("dp"), None], &["tp"]`: the axis of the mesh of each axis of a tensor, and those that it is partial over.
    pub(super) fn placed(&self, value: &ShardedValue) -> TokenStream {
        let private = self.private();
        let axes = &self.program.axes;
        let placements = value.axes().into_iter().map(|axis| match value.mesh_axis(&axis) {
            Some(axis) => {
                let name = &axes[axis.0];
                quote_spanned!(Span::mixed_site()=> #private::Some(#name))
            }
            None => quote_spanned!(Span::mixed_site()=> #private::None),
        });
        let partial = partial(&value.layout, axes);
        quote_spanned!(Span::mixed_site()=> &[#(#placements),*], &[#(#partial),*])
    }
}

/// The names of the axes that a tensor is partial over.
fn partial<'a>(layout: &Layout, axes: &'a [String]) -> Vec<&'a String> {
    layout.axes(&Placement::Partial).map(|axis| &axes[axis.0]).collect()
}
