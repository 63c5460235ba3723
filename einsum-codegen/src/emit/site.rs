//! The items and checks of one call site:
//!
//! ```text
//! const SITE_: Site = Site { subscripts: "bik,jkl->bij", operands: &[("x", "bik"), ..], labels: &["b", ..] };
//!
//! mod operand_0 {
//!     #[diagnostic::on_unimplemented(message = "operand `x` must have 3 axes, ..")]
//!     pub trait Has3Axes {}
//!     impl Has3Axes for Ix3 {}
//!     pub fn view(site, element, operand) -> Checked<View<_, 3>> where operand: Operand<Dim: Has3Axes>
//! }
//!
//! let operand_0_ = operand_0::view(SITE_, element_, source_0_)?;
//! let extent_k_ = SITE_.extent(2, [(0, operand_0_.extent(2)), (1, operand_1_.extent(1))])?;
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::names;
use crate::ir::{Einsum, Label, Operand, Subscript};

/// The most axes that an `ndarray` array of static rank can have.
const STATIC_AXES: usize = 6;

/// What messages at run time are made of.
pub(super) fn constant(text: &str, einsum: &Einsum, sources: &[String]) -> TokenStream {
    let operands = einsum.operands.iter().zip(sources).map(|(operand, source)| {
        let subscript = operand.subscript.to_string();
        quote! { (#source, #subscript) }
    });
    let labels = einsum.labels();
    let labels = labels.iter().map(Label::name);
    quote_spanned! { Span::mixed_site()=>
        const SITE_: runtime::Site = runtime::Site {
            subscripts: #text,
            operands: &[#(#operands),*],
            labels: &[#(#labels),*],
        };
    }
}

/// The module of the function that views an operand, and of the trait by which a wrong rank is
/// refused in words that name it. In a module, so that `diagnostic` is none of the user's names.
pub(super) fn operand(runtime: &TokenStream, number: usize, operand: &Operand, source: &str) -> TokenStream {
    let (module, rank) = (names::operand_module(number), operand.subscript.rank());
    let (has_axes, message) = (names::local(&format!("Has{rank}Axes")), wrong_rank(operand, source));
    let fixed = (rank <= STATIC_AXES).then(|| dimension(&operand.subscript));
    let dimensions = fixed.into_iter().chain([names::local("IxDyn")]);
    let (number, rank) = (names::number(number), names::number(rank));
    quote_spanned! { Span::mixed_site()=>
        mod #module {
            use #runtime::__private as runtime;
            #[diagnostic::on_unimplemented(message = #message, label = "its dimension type is `{Self}`")]
            pub trait #has_axes {}
            #(impl #has_axes for runtime::#dimensions {})*
            pub fn view<T, M, O>(
                site: runtime::Site,
                element: runtime::PhantomData<T>,
                operand: &O,
            ) -> runtime::Checked<runtime::View<'_, T, #rank>>
            where
                T: runtime::Element,
                O: runtime::Operand<M, Dim: #has_axes, Elem: runtime::SameElement<T>> + ?runtime::Sized,
            {
                site.operand(element, #number, operand)
            }
        }
    }
}

fn wrong_rank(operand: &Operand, source: &str) -> String {
    let (rank, subscript) = (operand.subscript.rank(), &operand.subscript);
    // Braces would be taken for parameters of the message.
    let source = source.replace('{', "{{").replace('}', "}}");
    match rank {
        0 => format!("operand `{source}` must be a number or have 0 axes, because its subscript is empty"),
        1 => format!("operand `{source}` must have 1 axis, for the label of its subscript `{subscript}`"),
        _ => format!("operand `{source}` must have {rank} axes, one for each label of its subscript `{subscript}`"),
    }
}

/// Finds the extent of every label, and checks that all operands agree on it.
pub(super) fn extents(einsum: &Einsum) -> TokenStream {
    einsum.labels().iter().enumerate().map(|(number, label)| extent(einsum, number, label)).collect()
}

fn extent(einsum: &Einsum, number: usize, label: &Label) -> TokenStream {
    let places: Vec<(usize, usize)> = axes(einsum, label);
    let extent = names::extent(label);
    let extents: Vec<TokenStream> = places
        .iter()
        .map(|(operand, axis)| {
            let (operand, axis) = (names::operand(*operand), names::number(*axis));
            quote_spanned! { Span::mixed_site()=> #operand.extent(#axis) }
        })
        .collect();
    if let [only] = extents.as_slice() {
        return quote_spanned! { Span::mixed_site()=> let #extent = #only; };
    }
    let operands = places.iter().map(|(operand, _)| names::number(*operand));
    let number = names::number(number);
    quote_spanned! { Span::mixed_site()=>
        let #extent = SITE_.extent(#number, [#((#operands, #extents)),*])?;
    }
}

/// Every operand and axis that has the label.
fn axes(einsum: &Einsum, label: &Label) -> Vec<(usize, usize)> {
    let of_operand = |(operand, subscript): (usize, &Subscript)| -> Vec<(usize, usize)> {
        let on_axis = |(axis, other): (usize, &Label)| (other == label).then_some((operand, axis));
        subscript.0.iter().enumerate().filter_map(on_axis).collect()
    };
    einsum.operands.iter().map(|operand| &operand.subscript).enumerate().flat_map(of_operand).collect()
}

/// The dimension type of a freshly computed tensor, in the runtime's private module.
pub(super) fn dimension(subscript: &Subscript) -> Ident {
    match subscript.rank() {
        rank if rank <= STATIC_AXES => names::local(&format!("Ix{rank}")),
        _ => names::local("IxDyn"),
    }
}
