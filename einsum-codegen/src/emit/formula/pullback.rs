//! Pullbacks of formulas: a closure that owns what it reads of the forward.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{dimension, ellipsis, finished, forms, operands::Operands, shapes, signature::Signature, used, wrt};
use crate::{
    ast::Form,
    emit::{names, operands as given, site},
    few::{List, Set},
    ir::formula::{Formula, TensorId, TensorKind},
    lower::formula::Planned,
};

impl Operands<'_> {
    /// The value, and its pullback.
    pub(super) fn pullback(&self, forward: &Planned, backward: &Planned, saved: &[TensorId]) -> TokenStream {
        let wrt = wrt(&backward.lowered.formula);
        let closure = self.closure(backward, &wrt);
        let names = used([&closure]);
        let formula = &forward.lowered.formula;
        let (steps, fits) = (self.steps(forward, None), self.fits(forward));
        let shapes = self.shapes(&used([&closure, &steps, &fits]), &[]);
        let saved = self.saved(formula, saved, &names);
        let is_kept = names.contains("result_");
        let result = self.checked.results.iter().map(|result| self.value(*result, is_kept));
        let (views, checks) = (self.views(), self.site.checks());
        let likes = wrt.iter().map(|&number| names::like(number));
        let witnesses = wrt.iter().map(|&number| self.witness(number));
        quote_spanned! { Span::mixed_site()=>
            let (#(#likes,)*) = (#(#witnesses,)*);
            let (value_, #(#saved,)*) = known_.expected(kind_, || -> runtime::Checked<_> {
                #views
                #checks
                #shapes
                #fits
                #steps
                runtime::Ok(runtime::computed(kind_, (#(#result,)* #(#saved,)*)))
            });
            (value_, known_.pullback(#closure))
        }
    }

    /// The result, as the user gets it; a copy, if the backward reads it.
    fn value(&self, result: TensorId, is_kept: bool) -> TokenStream {
        let finished = finished(&self.signature.einsum, self.checked, result);
        if !is_kept {
            return finished;
        }
        let variable = forms::variable(self.checked, result);
        quote_spanned! { Span::mixed_site()=> { let #variable = runtime::Tensor::copied(&#variable); #finished } }
    }

    /// How the cotangent of an operand is returned.
    fn witness(&self, number: usize) -> TokenStream {
        let operand = &self.given.operands[number];
        let source = given::source(number, operand, Form::Pullback);
        match given::read_as_same(number, operand, false) {
            None => quote_spanned! { Span::mixed_site()=> known_.like(#source) },
            Some(read_as) => quote_spanned! { Span::mixed_site()=> runtime::like_cast(#source, #read_as) },
        }
    }

    /// The variables of the forward that the pullback keeps, of all names in the backward: locals, shapes and extents.
    fn saved(&self, formula: &Formula, saved: &[TensorId], names: &Set<String>) -> Vec<TokenStream> {
        let token = |name: Ident| quote_spanned! { Span::mixed_site()=> #name };
        let locals = saved.iter().map(|tensor| forms::variable(formula, *tensor));
        let shapes = (0..self.given.operands.len()).map(|number| token(names::shape(number)));
        let of_arrays = (0..self.given.operands.len()).map(|number| token(names::array_shape(number)));
        let extents = formula.extents.iter().map(|extent| token(names::extent(&extent.label)));
        let ellipsis = ["ellipsis", "rest"].map(|name| token(names::variable(name)));
        let all = locals.chain(shapes).chain(of_arrays).chain(extents).chain(ellipsis);
        all.filter(|name| names.contains(&name.to_string())).collect()
    }

    fn closure(&self, backward: &Planned, wrt: &[usize]) -> TokenStream {
        let steps = self.steps(backward, None);
        let is_read = |number: &usize| used([&steps]).contains(&names::operand(*number).to_string());
        let views = (0..self.given.operands.len()).filter(is_read).map(|number| self.view(number));
        let views: Vec<TokenStream> = views.collect();
        let fits = self.fits(backward);
        let (parameter, cotangent) = self.cotangent();
        if self.form == Form::AddingPullback {
            let targets: Vec<Ident> = wrt.mapped(|&number| names::gradient_target(number));
            let views_of_targets = wrt.iter().map(|&number| self.gradient_target(number));
            let types = targets.iter().map(|_| quote_spanned! { Span::mixed_site()=> &mut _ });
            let finished = wrt.iter().map(|&number| ellipsis::finish_gradient(&self.signature.einsum, number));
            let stores = wrt.iter().map(|&number| site::store_gradient(number));
            return quote_spanned! { Span::mixed_site()=>
                move |#parameter, (#(#targets,)*): (#(#types,)*)| {
                    runtime::expected(kind_, || -> runtime::Checked<_> {
                        #cotangent
                        #(#views)*
                        #(#views_of_targets)*
                        #fits
                        #steps
                        #(#finished)*
                        #(#stores)*
                        runtime::Ok(runtime::computed(kind_, ()))
                    })
                }
            };
        }
        let gradients = wrt.iter().map(|&number| self.gradient(number));
        quote_spanned! { Span::mixed_site()=>
            move |#parameter| {
                runtime::expected(kind_, || -> runtime::Checked<_> {
                    #cotangent
                    #(#views)*
                    #fits
                    #steps
                    runtime::Ok(runtime::computed(kind_, (#(#gradients,)*)))
                })
            }
        }
    }

    /// A gradient, as its operand is.
    fn gradient(&self, number: usize) -> TokenStream {
        let (like, gradient, operand) = (names::like(number), names::gradient(number), &self.given.operands[number]);
        let mut method = names::cotangent(&self.signature.einsum.operands[number].subscript);
        method.set_span(given::located(operand).0);
        if let Some(gradient) = ellipsis::gradient(&self.signature.einsum, number) {
            return match operand.cast {
                Some(_) => quote_spanned! { Span::mixed_site()=> #like.#method(#gradient) },
                None => quote_spanned! { Span::mixed_site()=> #like.#method(runtime::stored(element_, #gradient)) },
            };
        }
        match operand.cast {
            Some(_) => quote_spanned! { Span::mixed_site()=> #like.#method(#gradient.lying()) },
            None => quote_spanned! { Span::mixed_site()=> #like.#method(#gradient.store(element_).lying()) },
        }
    }

    /// Views what a gradient is added to.
    fn gradient_target(&self, number: usize) -> TokenStream {
        let (like, target) = (names::like(number), names::gradient_target(number));
        let source = match self.given.operands[number].cast {
            None => quote_spanned! { Span::mixed_site()=> runtime::Like::target(#like, element_, #target) },
            Some(_) => quote_spanned! { Span::mixed_site()=> runtime::LikeCast::target(#like, #target) },
        };
        if let Some(target) = ellipsis::gradient_target(&self.signature.einsum, number, &source) {
            return target;
        }
        let tensor = self.checked.find(TensorKind::Operand(number));
        gradient_target(number, tensor.map_or(0, |tensor| self.checked.rank(tensor)), &source)
    }

    /// The parameter of the cotangent, and its view.
    fn cotangent(&self) -> (TokenStream, TokenStream) {
        let (formula, result) = (self.checked, self.checked.results[0]);
        let span = Span::mixed_site().located_at(self.given.span.0);
        let (memory, dimension) = (shapes::memory(self.signature, formula, result), dimension(formula.rank(result)));
        let view = cotangent(
            self.signature,
            (formula, result),
            (&memory, &quote_spanned! { Span::mixed_site()=> runtime::#dimension }),
        );
        (quote_spanned! { span=> cotangent_: &_ }, view)
    }
}

/// Views what a gradient is added to, which must have the extents of its operand.
pub(super) fn gradient_target(number: usize, rank: usize, source: &TokenStream) -> TokenStream {
    let (target, loaded, shape) = (names::gradient_target(number), names::loaded_target(number), names::shape(number));
    let (rank, position) = (names::number(rank), names::number(number));
    quote_spanned! { Span::mixed_site()=>
        let mut #loaded = #source;
        let #target = &mut runtime::Axes::<#rank>::target(SITE_, element_, #position, &mut #loaded)?;
        SITE_.gradient_fits(#position, &runtime::ViewMut::extents(#target), &#shape)?;
    }
}

/// Views the cotangent of the result, with a check of its extents.
pub(super) fn cotangent(
    signature: &Signature,
    (formula, result): (&Formula, TensorId),
    (memory, dimension): (&TokenStream, &TokenStream),
) -> TokenStream {
    if formula.rank(result) == 0 {
        return quote_spanned! { Span::mixed_site()=>
            let loaded_ = runtime::load_number(element_, cotangent_);
            let cotangent_ = runtime::View::scalar(&loaded_);
        };
    }
    let lengths = forms::lengths(formula, result);
    if let Some(view) = ellipsis::cotangent(&signature.einsum, &lengths) {
        return view;
    }
    quote_spanned! { Span::mixed_site()=>
        let loaded_ = &runtime::load(element_, #memory, runtime::PhantomData::<#dimension>, cotangent_).copied();
        let cotangent_ = SITE_.cotangent(element_, loaded_, #lengths)?;
    }
}
