//! Sharded einsums -> tokens: checks, then a line for each step. What is computed on the parts is an einsum of its own, written by
//! `einsum!`, `einsum_vjp!` or `einsum_fn!`; what moves them is a function of the runtime.
//!
//! | file | holds |
//! | --- | --- |
//! | `emitted.rs` | what is emitted; checks, variables, tensors of their parts |
//! | `body.rs` | an expression of operands that are in variables |
//! | `steps.rs` | einsums of the parts, and moves |
//! | `forms.rs` | operands that are read at forms of labels, and their halos |
//! | `pullback.rs` | the steps in reverse |
//! | `function.rs` | functions, and the modules of their gradients |

mod body;
mod emitted;
mod forms;
mod function;
mod pullback;
mod steps;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

pub(crate) use self::{emitted::Emitted, function::emit as function};
use super::names;
use crate::ast::{Form, Invocation};

/// Emits a macro that is an expression.
pub(crate) fn expression(invocation: &Invocation, emitted: Emitted<'_>, form: Form) -> TokenStream {
    let runtime = emitted.private();
    let operands = 0..invocation.operands.len();
    let sources = operands.clone().map(|number| emitted.given_source(number, form));
    let tensors = operands.clone().map(|number| emitted.tensor_of(number, form));
    let given = invocation.extents.iter().map(|extent| &extent.value);
    let names: Vec<Ident> = operands.map(names::source).collect();
    let body = emitted.body(&given.cloned().collect::<Vec<_>>(), form);
    quote_spanned! { Span::mixed_site()=>
        match (#(#sources,)*) {
            (#(#names,)*) => {
                let (#(#names,)*) = { use #runtime as runtime; (#(#tensors,)*) };
                #body
            }
        }
    }
}
