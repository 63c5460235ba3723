//! Operands that are read at forms of labels: the formulas of the parts, and what fetches halos.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote_spanned;

use super::emitted::Emitted;
use crate::{
    emit::names,
    ir::{
        Label,
        formula::Outside,
        shard::{Halo, Local, Placement, ShardedAxis, ShardedId, ShardedValue, Window},
    },
    notation::Group,
};

impl Emitted<'_> {
    /// `"ik,kj->ij", x, w, broadcast = false`, or `[i, j] = x[2*i + p, k] * w[p, k, j]`.
    pub(super) fn einsum_of_parts(&self, local: &Local, operand: &dyn Fn(usize) -> TokenStream) -> TokenStream {
        if self.has_forms(local) {
            let (output, value) = self.formula(local, operand);
            return quote_spanned!(Span::mixed_site()=> #output = #value);
        }
        let subscripts = self.subscripts(local);
        let operands = (0..local.operands.len()).map(operand);
        quote_spanned!(Span::mixed_site()=> #subscripts, #(#operands,)* broadcast = false)
    }

    /// Whether a part is read at forms of labels.
    pub(super) fn has_forms(&self, local: &Local) -> bool {
        local.operands.iter().any(|id| !self.program.value(*id).windows.is_empty())
    }

    /// `[i, j]`, and `x[2*i + p, k] * w[p, k, j]`.
    pub(super) fn formula(&self, local: &Local, operand: &dyn Fn(usize) -> TokenStream) -> (TokenStream, TokenStream) {
        let output = self.program.value(local.result).subscript.0.iter().map(|label| self.index(label));
        let output = quote_spanned!(Span::mixed_site()=> [#(#output),*]);
        let factors = Group::outermost(&local.order).iter().map(|group| self.factors(group, local, operand));
        (output, product(factors))
    }

    fn factors(&self, group: &Group, local: &Local, operand: &dyn Fn(usize) -> TokenStream) -> TokenStream {
        match group {
            Group::Operand(number) => self.read(local.operands[*number], operand(*number)),
            Group::Parentheses(groups) => {
                let factors = product(groups.iter().map(|group| self.factors(group, local, operand)));
                quote_spanned!(Span::mixed_site()=> (#factors))
            }
        }
    }

    /// `conj(zero(x)[b, 2*i + p - 1])`: an element of an operand.
    fn read(&self, id: ShardedId, operand: TokenStream) -> TokenStream {
        let value = self.program.value(id);
        if value.subscript.0.is_empty() {
            return quote_spanned!(Span::mixed_site()=> #operand[]);
        }
        let axes = value.axes();
        let indices = axes.iter().map(|axis| match axis {
            ShardedAxis::Label(label) => {
                let index = self.index(label);
                quote_spanned!(Span::mixed_site()=> #index)
            }
            ShardedAxis::Window(window, labels) => self.form(window, labels),
        });
        let outside = value.windows.iter().filter(|window| !window.is_own).find_map(|window| match window.outside {
            Outside::Error => None,
            Outside::Zero => Some("zero"),
            Outside::Wrap => Some("wrap"),
            Outside::Clamp => Some("clamp"),
        });
        let operand = match outside.map(names::local) {
            Some(outside) => quote_spanned!(Span::mixed_site()=> #outside(#operand)),
            None => operand,
        };
        let element = quote_spanned!(Span::mixed_site()=> #operand[#(#indices),*]);
        if self.is_conjugated(id) && !value.windows.is_empty() {
            quote_spanned!(Span::mixed_site()=> conj(#element))
        } else {
            element
        }
    }

    /// `2*i + p - 1`
    fn form(&self, window: &Window, labels: &[Label]) -> TokenStream {
        let terms = window.factors.iter().zip(labels).map(|(factor, label)| {
            let index = self.index(label);
            if *factor == 1 {
                quote_spanned!(Span::mixed_site()=> #index)
            } else {
                let factor = Literal::usize_unsuffixed(*factor);
                quote_spanned!(Span::mixed_site()=> #factor * #index)
            }
        });
        let constant = Literal::u64_unsuffixed(window.constant.unsigned_abs());
        let constant = match window.constant {
            0 => TokenStream::new(),
            _ if window.is_own => TokenStream::new(),
            ..0 => quote_spanned!(Span::mixed_site()=> - #constant),
            1.. => quote_spanned!(Span::mixed_site()=> + #constant),
        };
        quote_spanned!(Span::mixed_site()=> #(#terms)+* #constant)
    }

    fn index(&self, label: &Label) -> Ident {
        names::local(&self.letter(label).to_string())
    }

    /// A halo, or its adjoint, between variables.
    pub(super) fn halo(
        &self,
        (values, is_adjoint): (&[ShardedValue], bool),
        halo: &Halo,
        variable: &dyn Fn(ShardedId) -> Ident,
    ) -> TokenStream {
        let private = self.private();
        let (with, without) = if is_adjoint { (halo.from, halo.to) } else { (halo.to, halo.from) };
        let (with, without) = (&values[with.0], &values[without.0]);
        let window = &with.windows[halo.window];
        let is_in_blocks = matches!(without.layout.on(halo.axis), Placement::Varying(_));
        let function = names::local(match (is_in_blocks, is_adjoint) {
            (true, false) => "gathered",
            (true, true) => "added",
            (false, false) => "cut",
            (false, true) => "pasted",
        });
        let [from, to] = [halo.from, halo.to].map(variable);
        // What is read stays where it is, if it can; what is added up is not kept.
        let from = if is_adjoint {
            quote_spanned!(Span::mixed_site()=> #private::view(&#from))
        } else {
            quote_spanned!(Span::mixed_site()=> #from)
        };
        let axis = &self.program.axes[halo.axis.0];
        let dim = names::number(with.axis_at(window.position));
        let reach = self.reach(with, window, halo);
        quote_spanned! { Span::mixed_site()=>
            let #to = #private::halo::#function(#from, &mesh_, #axis, #dim, &#reach);
        }
    }

    /// How far the form of a window reaches.
    fn reach(&self, value: &ShardedValue, window: &Window, halo: &Halo) -> TokenStream {
        let private = self.private();
        let labels = &value.subscript.0[window.positions()];
        let term = |(factor, label): (&usize, &Label)| {
            let (factor, label) = (names::number(*factor), names::label(label));
            quote_spanned!(Span::mixed_site()=> (#factor, extents_[#label]))
        };
        let is_sharded = |(_, label): &(&usize, &Label)| value.layout.axis_of(label) == Some(halo.axis);
        let terms = || window.factors.iter().zip(labels);
        let sharded = terms().filter(is_sharded).map(term);
        let others = terms().filter(|factor| !is_sharded(factor)).map(term);
        let extent = self.number_of(&ShardedAxis::Window(window, labels));
        let constant = Literal::i64_unsuffixed(window.constant);
        let outside = self.outside(window.outside);
        quote_spanned! { Span::mixed_site()=>
            #private::Reach {
                extent: extents_[#extent], constant: #constant, sharded: #(#sharded)*, others: &[#(#others),*], outside: #outside,
            }
        }
    }
}

/// `a * b`
fn product(factors: impl Iterator<Item = TokenStream>) -> TokenStream {
    let joined = factors.reduce(|product, factor| quote_spanned!(Span::mixed_site()=> #product * #factor));
    joined.unwrap_or_default()
}
