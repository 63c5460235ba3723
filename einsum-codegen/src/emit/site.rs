//! The items and checks of one call site:
//!
//! ```text
//! const SITE: Site = Site { subscripts: "bik,jkl->bij", operands: &[("x", "bik"), ..], labels: &["b", ..] };
//!
//! #[diagnostic::on_unimplemented(message = "operand `x` must have 3 axes, ..")]
//! trait Axes0 {}
//! impl Axes0 for Ix3 {}
//! fn view_0(element, operand) -> Checked<View<_, 3>> where operand: Operand<Dim: Axes0>
//!
//! let operand_0 = view_0(element, source_0)?;
//! let extent_k = SITE.extent(2, [(0, operand_0.extent(2)), (1, operand_1.extent(1))])?;
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
        const SITE: runtime::Site = runtime::Site {
            subscripts: #text,
            operands: &[#(#operands),*],
            labels: &[#(#labels),*],
        };
    }
}

/// The function that views an operand, and the trait by which a wrong rank is refused in words
/// that name it.
pub(super) fn view(number: usize, operand: &Operand, source: &str) -> TokenStream {
    let (axes, view, rank) = (names::axes(number), names::view(number), operand.subscript.rank());
    let message = wrong_rank(operand, source);
    let fixed = (rank <= STATIC_AXES).then(|| dimension(&operand.subscript));
    let dimensions = fixed.into_iter().chain([names::local("IxDyn")]);
    quote_spanned! { Span::mixed_site()=>
        #[diagnostic::on_unimplemented(message = #message, label = "its dimension type is `{Self}`")]
        trait #axes {}
        #(impl #axes for runtime::#dimensions {})*
        fn #view<'a, T, M, O>(
            element: runtime::PhantomData<T>,
            operand: &'a O,
        ) -> runtime::Checked<runtime::View<'a, T, #rank>>
        where
            T: runtime::Element,
            O: runtime::Operand<M, Dim: #axes, Elem: runtime::SameElement<T>> + ?runtime::Sized,
        {
            SITE.operand(element, #number, operand)
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
    let axes: Vec<(usize, usize)> = axes(einsum, label);
    let extent = names::extent(label);
    let extents: Vec<TokenStream> = axes
        .iter()
        .map(|(operand, axis)| {
            let operand = names::operand(*operand);
            quote_spanned! { Span::mixed_site()=> #operand.extent(#axis) }
        })
        .collect();
    if let [only] = extents.as_slice() {
        return quote_spanned! { Span::mixed_site()=> let #extent = #only; };
    }
    let operands = axes.iter().map(|(operand, _)| operand);
    quote_spanned! { Span::mixed_site()=>
        let #extent = SITE.extent(#number, [#((#operands, #extents)),*])?;
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
