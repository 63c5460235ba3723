//! The operands of a formula, on their way in: evaluated once, viewed, and checked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;

use super::{ellipsis, literals, shapes, signature::Signature, site::Site};
use crate::{
    ast::{self, Beta, Form},
    emit::{names, operands, output, site, tokens::concatenated, types},
    few::{Set, sort_by_key},
    ir::{
        Einsum,
        formula::{Elements, ExtentFrom, Formula, TensorKind},
    },
};

/// The operands of a call site.
pub(super) struct Operands<'a> {
    pub(super) given: &'a ast::formula::Formula,
    pub(super) checked: &'a Formula,
    pub(super) signature: &'a Signature,
    pub(super) site: Site<'a>,
    pub(super) form: Form,
}

impl Operands<'_> {
    /// All that is evaluated where the macro is, and the patterns that bind it.
    pub(super) fn matched(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let (mut values, mut patterns) = (Vec::new(), Vec::new());
        let mut bind = |value: TokenStream, name: Ident| {
            values.push(value);
            patterns.push(quote_spanned! { Span::mixed_site()=> #name });
        };
        let runtime = &self.given.runtime;
        for (number, operand) in self.given.operands.iter().enumerate() {
            bind(operands::given(operand, self.form), names::source(number));
            if let Some(tangent) = &operand.tangent {
                let expression = &tangent.expression;
                bind(quote_spanned! { Span::mixed_site()=> &#expression }, names::tangent_source(number));
            }
            let [read_as, tangent_read_as] = operand.casts();
            let types = [(read_as, names::read_as(number)), (tangent_read_as, names::tangent_read_as(number))];
            for (ty, name) in types {
                if let Some(ty) = ty {
                    bind(quote_spanned! { Span::mixed_site()=> #runtime::__private::PhantomData::<#ty> }, name);
                }
            }
        }
        for extent in &self.checked.extents {
            if let ExtentFrom::Given(number) = extent.from {
                let value = &self.given.extents[number].value;
                bind(
                    quote_spanned! { Span::mixed_site()=> #runtime::__private::extent(#value) },
                    names::given(&extent.label),
                );
            }
        }
        for (number, value) in self.given.given.iter().enumerate() {
            bind(
                quote_spanned! { Span::mixed_site()=> #runtime::__private::extent(#value) },
                names::given_number(number),
            );
        }
        if let Some(Beta::Given(beta)) = &self.given.arguments.beta {
            bind(quote_spanned! { Span::mixed_site()=> #beta }, names::variable("beta"));
        }
        for (value, pattern) in self.given.arguments.out.iter().flat_map(|out| output::bound(runtime, out)) {
            values.push(value);
            patterns.push(pattern);
        }
        (values, patterns)
    }

    /// The traits whose methods borrow places.
    pub(super) fn borrowing_traits(&self) -> Vec<Ident> {
        let place = self.form.is_pullback().then(|| names::local("Place"));
        let out = self.given.arguments.out.as_ref().filter(|out| ast::is_place(&out.expression));
        place.into_iter().chain(out.map(|_| names::local("Target"))).collect()
    }

    /// Whether an operand is a tensor of indices.
    fn is_indices(&self, number: usize) -> bool {
        let tensor = self.checked.find(TensorKind::Operand(number));
        tensor.is_some_and(|tensor| self.checked.tensor(tensor).elements == Elements::Indices)
    }

    /// The operands in the order in which they are viewed: the first says what the elements are, and is no literal and no tensor of
    /// indices if there is another.
    fn in_order(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.given.operands.len()).collect();
        let is_literal = |number: usize| operands::is_literal(&self.given.operands[number].expression);
        sort_by_key(&mut numbers, |&number| (self.is_indices(number), is_literal(number)));
        numbers
    }

    fn first(&self) -> Option<usize> {
        self.in_order().first().copied().filter(|number| !self.is_indices(*number))
    }

    /// The type of the elements.
    pub(super) fn element(&self) -> TokenStream {
        match self.first() {
            Some(number) => operands::element_of(number, &self.given.operands[number], self.form),
            None => TokenStream::new(),
        }
    }

    /// The kind of the formula, of which its operands decide.
    pub(super) fn kind(&self) -> TokenStream {
        let sources = operands::sources(&self.given.operands, self.form);
        types::kind(&self.signature.einsum, &sources, |axis, label| self.signature.called(axis).unwrap_or(label))
    }

    /// Checks that labels are read as numbers of the type of the elements.
    pub(super) fn types(&self) -> TokenStream {
        let types = self.given.types.iter().map(|ty| {
            let mut same = names::local("same");
            same.set_span(Span::mixed_site().located_at(ty.span()));
            quote_spanned! { Span::mixed_site()=>
                let _ = runtime::as_named(runtime::PhantomData::<#ty>).#same(element_);
            }
        });
        concatenated(types.chain([literals::checks(self.given)]))
    }

    /// Views all operands.
    pub(super) fn views(&self) -> TokenStream {
        let einsum = &self.signature.einsum;
        let spread = self.in_order().into_iter().map(|number| self.spread(number));
        let common = ellipsis::common(einsum, self.checked.broadcasts);
        let straight = self.in_order().into_iter().map(|number| self.straight(number));
        let target = self.given.arguments.out.as_ref();
        let target = target.and_then(|_| ellipsis::straight_target(einsum, self.given.operands.len()));
        quote_spanned! { Span::mixed_site()=> #(#spread)* #common #(#straight)* #target }
    }

    /// Views an operand, of which it is known what its ellipsis stands for, if it has one.
    pub(super) fn view(&self, number: usize) -> TokenStream {
        let (spread, straight) = (self.spread(number), self.straight(number));
        quote_spanned! { Span::mixed_site()=> #spread #straight }
    }

    /// Views an operand; before its ellipsis is one axis, if it has one.
    fn spread(&self, number: usize) -> TokenStream {
        let operand = &self.given.operands[number];
        let source = operands::source(number, operand, self.form);
        let (first, last) = operands::located(operand);
        let is_first = self.first() == Some(number);
        let rank = self.checked.find(TensorKind::Operand(number)).map_or(0, |tensor| self.checked.rank(tensor));
        let spread = ellipsis::spread(&self.signature.einsum, number, self.is_indices(number), (first, last));
        if self.is_indices(number) {
            return indices_at(number, (rank, spread), &source, first);
        }
        let read_as = operands::read_as_same(number, operand, is_first);
        let array = site::array(number, is_first, (&source, read_as), first);
        let copied = operand.cast.is_none().then(|| site::copied(&names::array(number)));
        let view = || self.axes(number, (&names::array(number), &names::operand(number)), (first, last));
        let view = spread.unwrap_or_else(view);
        quote_spanned! { Span::mixed_site()=> #array #copied #view }
    }

    /// Makes one axis of the ellipsis of an operand, if it has one, and converts it, if it is of another type.
    fn straight(&self, number: usize) -> TokenStream {
        let straight = ellipsis::straight(&self.signature.einsum, number);
        let is_cast = self.given.operands[number].cast.is_some() && !self.is_indices(number);
        let direct = is_cast.then(|| self.direct(number, &names::operand(number), &names::direct(number)));
        quote_spanned! { Span::mixed_site()=> #straight #direct }
    }

    fn direct(&self, number: usize, view: &Ident, variable: &Ident) -> TokenStream {
        let tensor = self.checked.find(TensorKind::Operand(number));
        let memory = tensor.map(|tensor| shapes::memory(self.signature, self.checked, tensor));
        direct(memory.as_ref(), view, variable)
    }

    fn rank(&self, number: usize) -> proc_macro2::Literal {
        let tensor = self.checked.find(TensorKind::Operand(number));
        names::number(tensor.map_or(0, |tensor| self.checked.rank(tensor)))
    }

    /// Views an array of the rank of an operand.
    fn axes(&self, number: usize, (array, view): (&Ident, &Ident), (first, last): (Span, Span)) -> TokenStream {
        let mut array = array.clone();
        array.set_span(last);
        let array = quote_spanned! { first=> &#array };
        let (rank, number) = (self.rank(number), names::number(number));
        let viewed = quote_spanned! { first=> runtime::Axes::<#rank>::operand(SITE_, element_, #number, #array)? };
        quote_spanned! { Span::mixed_site()=> let #view = #viewed; }
    }

    /// Remembers the extents of operands, where something has that name, or their numbers are among these.
    pub(super) fn shapes(&self, names: &Set<String>, always: &[usize]) -> TokenStream {
        let is_asked = |number: &usize| {
            let shapes = [names::shape(*number), names::array_shape(*number)];
            always.contains(number) || shapes.iter().any(|shape| names.contains(&shape.to_string()))
        };
        let tangents = |number: &usize| self.given.operands[*number].tangent.is_some();
        let numbers = (0..self.given.operands.len()).filter(|number| is_asked(number) || tangents(number));
        let shapes = numbers.map(|number| {
            let (shape, view) = (names::shape(number), names::operand(number));
            let of_array = ellipsis::shape(&self.signature.einsum, number);
            quote_spanned! { Span::mixed_site()=> let #shape = #view.extents(); #of_array }
        });
        concatenated(shapes)
    }

    /// Views the tangents, which must have the extents of their operands.
    pub(super) fn tangents(&self) -> TokenStream {
        let operands = self.given.operands.iter().enumerate();
        let tangents = operands.filter_map(|(number, operand)| {
            let tangent = operand.tangent.as_ref()?;
            let (first, last) = ast::spanned(&tangent.expression);
            let (first, last) = (Span::mixed_site().located_at(first), Span::mixed_site().located_at(last));
            let mut source = names::tangent_source(number);
            source.set_span(last);
            let source = quote_spanned! { first=> &*#source };
            let read_as = operands::tangent_read_as(number, tangent);
            let is_cast = read_as.is_some();
            let given = site::given((&source, read_as), first);
            let (array, view) = (names::tangent_array(number), names::tangent(number));
            let (shape, position) = (names::shape(number), names::number(number));
            let axes = || {
                let axes = self.axes(number, (&array, &view), (first, last));
                quote_spanned! { Span::mixed_site()=>
                    #axes
                    SITE_.tangent_fits(#position, &#view.extents(), &#shape)?;
                }
            };
            let axes = ellipsis::tangent(&self.signature.einsum, number).unwrap_or_else(axes);
            let direct = is_cast.then(|| self.direct(number, &view, &names::tangent_direct(number)));
            let copied = (!is_cast).then(|| site::copied(&array));
            Some(quote_spanned! { Span::mixed_site()=> let #array = #given; #copied #axes #direct })
        });
        concatenated(tangents)
    }

    /// Views the target.
    pub(super) fn target(&self) -> Option<TokenStream> {
        let out = self.given.arguments.out.as_ref()?;
        let result = self.checked.find(TensorKind::Result);
        let rank = result.map_or(0, |result| self.checked.rank(result));
        let elements = result.map(|result| self.checked.tensor(result).elements);
        let loaded = match elements {
            Some(Elements::Indices) if out.cast.is_none() => output::indices(out),
            _ => output::loaded(out),
        };
        let (number, is_indices) = (self.given.operands.len(), elements == Some(Elements::Indices));
        let element = if is_indices {
            quote_spanned! { Span::mixed_site()=> runtime::PhantomData }
        } else {
            names::variable("element").to_token_stream()
        };
        if let Some(target) = ellipsis::target(&self.signature.einsum, number, &element) {
            return Some(quote_spanned! { Span::mixed_site()=> let mut loaded_target_ = #loaded; #target });
        }
        let target = site::target(rank, (number, is_indices), out);
        Some(quote_spanned! { Span::mixed_site()=>
            let mut loaded_target_ = #loaded;
            let target_ = #target;
        })
    }

    /// Checks that the target has the extents of the result.
    pub(super) fn target_fits(&self) -> Option<TokenStream> {
        self.given.arguments.out.as_ref()?;
        let expected = self.site.expected(self.checked.find(TensorKind::Result)?);
        let number = names::number(self.given.operands.len());
        Some(
            quote_spanned! { Span::mixed_site()=> SITE_.target_fits(#number, &runtime::ViewMut::extents(target_), &#expected)?; },
        )
    }

    /// Multiplies the old content of the target, to which the steps add; of a target of another type, where it is stored.
    pub(super) fn rescaled(&self) -> Option<TokenStream> {
        let out = self.given.arguments.out.as_ref()?;
        let beta = match &self.given.arguments.beta {
            None => return None,
            Some(Beta::One) => quote_spanned! { Span::mixed_site()=> let beta_ = runtime::Element::ONE; },
            Some(Beta::Given(beta)) => output::factor("beta", beta),
        };
        match (&out.cast, &self.given.arguments.beta) {
            (None, Some(Beta::Given(_))) => {
                Some(quote_spanned! { Span::mixed_site()=> #beta runtime::rescale(target_, beta_); })
            }
            (None, _) => None,
            (Some(_), _) => {
                Some(quote_spanned! { Span::mixed_site()=> #beta let (_, later_) = runtime::later(beta_); })
            }
        }
    }

    /// Stores what was written to the target.
    pub(super) fn store(&self) -> Option<TokenStream> {
        let arguments = &self.given.arguments;
        let finish = ellipsis::finish_target(&self.signature.einsum);
        arguments.out.as_ref().map(|out| match (&out.cast, &arguments.beta) {
            (None, _) => quote_spanned! { Span::mixed_site()=> #finish loaded_target_.store(); },
            (Some(_), None) => quote_spanned! { Span::mixed_site()=> #finish loaded_target_.store(runtime::None); },
            (Some(_), Some(_)) => quote_spanned! { Span::mixed_site()=> #finish loaded_target_.store(later_); },
        })
    }
}

/// Views a tensor of indices.
pub(in crate::emit) fn indices(einsum: &Einsum, number: usize, source: &TokenStream) -> TokenStream {
    let spread = ellipsis::spread(einsum, number, true, (Span::mixed_site(), Span::mixed_site()));
    indices_at(number, (einsum.operands[number].subscript.rank(), spread), source, Span::mixed_site())
}

/// Views a tensor of indices, as it is viewed with an ellipsis or by its rank. It is complained about where it is.
fn indices_at(
    number: usize,
    (rank, spread): (usize, Option<TokenStream>),
    source: &TokenStream,
    span: Span,
) -> TokenStream {
    let (array, variable, position) = (names::array(number), names::operand(number), names::number(number));
    let (mut indices, rank) = (names::local("indices"), names::number(rank));
    indices.set_span(span);
    let view = spread.unwrap_or_else(|| {
        quote_spanned! { Span::mixed_site()=>
            let #variable = runtime::Axes::<#rank>::operand(SITE_, runtime::PhantomData, #position, &#array)?;
        }
    });
    quote_spanned! { Span::mixed_site()=>
        let #array = known_.array(#source).#indices();
        #view
    }
}

/// Converts an operand of another type, if it is not read as such by the engine alone.
pub(super) fn direct(memory: Option<&TokenStream>, view: &Ident, direct: &Ident) -> TokenStream {
    let heap = memory.is_none().then(|| quote_spanned! { Span::mixed_site()=> runtime::Heap });
    quote_spanned! { Span::mixed_site()=>
        let #direct = SITE_.direct(element_, #memory #heap, #view)?;
        let #view = runtime::Direct::view(&#direct);
    }
}
