//! A sharded einsum that is emitted, and the tokens that all macros need of it: checks, variables, and tensors of their parts.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use crate::{
    emit::names,
    ir::{
        Einsum, Label,
        shard::{Layout, Placement, ShardedBackward, ShardedProgram, ShardedValue},
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

    /// Checks the operands, and brings them and the extents of all labels into variables.
    pub(super) fn before(&self, given: &[Expr]) -> TokenStream {
        let private = self.private();
        let values = &self.program.values[..self.program.operands];
        let sources: Vec<Ident> = (0..values.len()).map(names::source).collect();
        let tensors: Vec<TokenStream> =
            sources.iter().map(|source| quote_spanned!(Span::mixed_site()=> #private::tensor(&#source))).collect();
        let numbers = (0..values.len()).map(names::number);
        let placed = values.iter().map(|value| self.placed(value));
        let labels = values.iter().map(numbered);
        let given = self.einsum.given.iter().zip(given).map(|(label, extent)| {
            let label = names::label(label);
            quote_spanned!(Span::mixed_site()=> (#label, #extent))
        });
        let names = self.einsum.labels.all().iter().map(Label::name);
        let parts = (0..values.len()).map(names::operand);
        quote_spanned! { Span::mixed_site()=>
            let mesh_ = SITE_.mesh(&[#(SITE_.operand(#numbers, #tensors, #placed)?),*])?.clone();
            let extents_ = SITE_.labels(&mesh_, &[#(#names),*], &[#((#tensors.extents(), #labels)),*], &[#(#given),*])?;
            #(let #parts = #private::part(#sources);)*
        }
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
        let labels = numbered(value);
        quote_spanned! { Span::mixed_site()=>
            #private::sharded(&mesh_, #part, #placed, #private::of(&extents_, #labels))
        }
    }

    /// `&[Some("dp"), None], &["tp"]`: the axis of the mesh of each axis of a tensor, and those that it is partial over.
    pub(super) fn placed(&self, value: &ShardedValue) -> TokenStream {
        let private = self.private();
        let axes = &self.program.axes;
        let placements = value.subscript.0.iter().map(|label| match value.layout.axis_of(label) {
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

/// `&[0, 2]`: the numbers of the labels of a tensor.
pub(super) fn numbered(value: &ShardedValue) -> TokenStream {
    let labels = value.subscript.0.iter().map(names::label);
    quote_spanned!(Span::mixed_site()=> &[#(#labels),*])
}

/// The names of the axes that a tensor is partial over.
fn partial<'a>(layout: &Layout, axes: &'a [String]) -> Vec<&'a String> {
    layout.axes(&Placement::Partial).map(|axis| &axes[axis.0]).collect()
}
