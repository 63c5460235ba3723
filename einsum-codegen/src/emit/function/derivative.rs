//! The functions in the module: gradients, tangents, and the gradients of gradients.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Type, ext::IdentExt};

use super::context::{Computation, Content, Context};
use crate::{
    emit::{derivative::Derivative, docs, formula::ellipsis, names, pullback, rank, site, tokens::concatenated},
    grad::FunctionPrograms,
    lower::Lowered,
};

/// The lints of a user's crate refuse functions of more; tangents are one tuple then.
const MOST_PARAMETERS: usize = 7;

impl Derivative {
    /// The steps of the function.
    fn steps(self, programs: &FunctionPrograms<Lowered>) -> &Lowered {
        match self {
            Self::Backward => &programs.backward,
            Self::BackwardOne(number) => &programs.backward_one[&number],
            Self::LeftOut(_) => unreachable!("a function that cannot be called has no steps"),
            Self::BackwardAdd => &programs.backward_add,
            Self::DoubleBackward => &programs.double_backward,
            Self::Jvp => &programs.jvp,
        }
    }
}

impl Context<'_> {
    pub(super) fn derivative(&self, derivative: Derivative) -> TokenStream {
        let (name, documentation) = self.heading(derivative);
        let (generics, bounds) = (self.generics(), self.bounds());
        let users = self.users_generics();
        let gradients = match derivative {
            Derivative::Jvp => Vec::new(),
            Derivative::DoubleBackward => self.numbers(),
            _ => self.wrt(derivative),
        };
        let (elements, element_bounds) =
            (self.element_generics(), self.element_bounds(Some(&gradients), Some(derivative)));
        let (d, dy) = (self.own_generic("D"), self.cotangent_name());
        let has_cotangent = derivative != Derivative::Jvp;
        let (generic, bound, kind) =
            if has_cotangent { self.cotangent_type(&d) } else { (None, None, TokenStream::new()) };
        let dy = self.binding(&dy);
        let cotangent = has_cotangent.then(|| quote_spanned! { Span::mixed_site()=> #dy: #kind, });
        let (operands, extents) = (self.derivative_operands(derivative), self.extent_parameters());
        let others = self.other_parameters(derivative);
        let (returned, must_use) = self.returned(derivative);
        let body = match self.content {
            Content::Formula(formula) => self.formula_body(formula, Some(derivative)),
            _ => self.body(|programs| self.computation(derivative, programs)),
        };
        let is_left_out = matches!(derivative, Derivative::LeftOut(_));
        let hidden = is_left_out.then(|| quote_spanned! { Span::mixed_site()=> #[doc(hidden)] });
        let asked = is_left_out.then(|| {
            let runtime = self.runtime;
            match elements.first() {
                Some(element) => quote_spanned! { Span::mixed_site()=> #element: #runtime::__private::Asked, },
                None => self.asked_of_callers(&self.element(), &quote_spanned! { Span::mixed_site()=> Asked }),
            }
        });
        quote_spanned! { Span::mixed_site()=>
            #hidden
            #[doc = #documentation]
            #must_use
            #[track_caller]
            pub fn #name<#(#users,)* #(#elements,)* #(#generics,)* #generic>(
                #(#operands,)* #(#extents,)* #cotangent #(#others,)*
            ) #returned
            where #(#element_bounds)* #asked #(#bounds,)* #bound
            { #body }
        }
    }

    /// Name and documentation.
    fn heading(&self, derivative: Derivative) -> (Ident, String) {
        let (name, documentation) = self.einsum_heading(derivative);
        match self.content {
            Content::Formula(formula) => {
                let documentation = formula.docs(&self.function.name.unraw().to_string(), derivative);
                (name, documentation)
            }
            _ => (name, documentation),
        }
    }

    fn einsum_heading(&self, derivative: Derivative) -> (Ident, String) {
        let title = self.function.name.unraw().to_string();
        let (einsum, cotangents) = (self.einsum, self.cotangents);
        match derivative {
            Derivative::Backward => (names::local("backward"), docs::backward(&title, einsum, cotangents)),
            Derivative::BackwardOne(number) | Derivative::LeftOut(number) => {
                let parameter = &self.function.parameters[number].name;
                let name = format_ident!("backward_{}", parameter, span = Span::mixed_site());
                (name, docs::backward_one(&title, einsum, &cotangents[number], number))
            }
            Derivative::BackwardAdd => (names::local("backward_add"), docs::backward_add(&title, einsum, cotangents)),
            Derivative::DoubleBackward => (names::local("double_backward"), docs::double_backward(&title, einsum)),
            Derivative::Jvp => (names::local("jvp"), docs::jvp(&title, einsum)),
        }
    }

    /// The cotangents that are asked for.
    fn wrt(&self, derivative: Derivative) -> Vec<usize> {
        match derivative {
            Derivative::BackwardOne(number) | Derivative::LeftOut(number) => vec![number],
            _ => self.einsum.wrt.clone(),
        }
    }

    /// `x: &ArrayRef<T, D0>`, or with its tangent `(x, dx): (&ArrayRef<T, D0>, &ArrayRef<T, D0>)`.
    fn derivative_operands(&self, derivative: Derivative) -> Vec<TokenStream> {
        if self.returns_errors() {
            return self.parameters();
        }
        let operands = 0..self.function.parameters.len();
        let operand = |number: usize| {
            if derivative != Derivative::Jvp || !self.einsum.wrt.contains(&number) {
                return self.parameter(number);
            }
            let (name, kind) = (&self.function.parameters[number].name, self.operand_type(number));
            let (primal, tangent) = (self.binding(name), self.binding(&self.prefixed("d", number)));
            quote_spanned! { Span::mixed_site()=> (#primal, #tangent): (#kind, #kind) }
        };
        operands.map(operand).collect()
    }

    /// The parameters after the cotangent.
    fn other_parameters(&self, derivative: Derivative) -> Vec<TokenStream> {
        let wrt = self.wrt(derivative);
        match derivative {
            Derivative::DoubleBackward => {
                let names = wrt.iter().map(|&number| self.binding(&self.prefixed("dd", number)));
                let types = wrt.iter().map(|&number| self.operand_type(number));
                let parameters = self.einsum.operands.len() + self.extent_parameters().len() + 1 + wrt.len();
                if !self.returns_errors() && parameters <= MOST_PARAMETERS {
                    return names.zip(types).map(|(n, t)| quote_spanned! { Span::mixed_site()=> #n: #t }).collect();
                }
                vec![quote_spanned! { Span::mixed_site()=> (#(#names,)*): (#(#types,)*) }]
            }
            Derivative::BackwardAdd => {
                let targets = wrt.iter().map(|&number| self.binding(&self.prefixed("d", number)));
                let types = wrt.iter().map(|&number| self.target_type(number));
                vec![quote_spanned! { Span::mixed_site()=> (#(#targets,)*): (#(#types,)*) }]
            }
            _ => Vec::new(),
        }
    }

    /// The type that is returned.
    fn returned(&self, derivative: Derivative) -> (TokenStream, TokenStream) {
        let result = self.result_type();
        let all = self.numbers().into_iter().map(|number| self.gradient_type(number));
        let asked = self.wrt(derivative).into_iter().map(|number| self.gradient_type(number));
        let kind = match derivative {
            Derivative::Backward => quote_spanned! { Span::mixed_site()=> (#(#asked,)*) },
            Derivative::BackwardOne(_) | Derivative::LeftOut(_) => concatenated(asked),
            Derivative::DoubleBackward => quote_spanned! { Span::mixed_site()=> (#(#all,)* #result) },
            Derivative::Jvp => quote_spanned! { Span::mixed_site()=> (#result, #result) },
            Derivative::BackwardAdd => return (TokenStream::new(), TokenStream::new()),
        };
        let kind = self.outcome(&kind);
        (quote_spanned! { Span::mixed_site()=> -> #kind }, self.must_use())
    }

    fn computation<'p>(&self, derivative: Derivative, programs: &'p FunctionPrograms<Lowered>) -> Computation<'p> {
        let (views, result) = self.ends(derivative);
        Computation { views, has_shapes: true, lowered: derivative.steps(programs), result }
    }

    /// Views of cotangent, tangents and targets, and what is returned.
    pub(super) fn ends(&self, derivative: Derivative) -> (TokenStream, TokenStream) {
        let wrt = self.wrt(derivative);
        let result = self.computed(&names::variable("result"));
        let tangent = self.computed(&names::variable("result_tangent"));
        let mut views = if derivative == Derivative::Jvp { TokenStream::new() } else { self.bind_cotangent() };
        let result = match derivative {
            Derivative::Jvp => {
                views.extend(concatenated(wrt.iter().map(|&number| self.tangent(number, &self.prefixed("d", number)))));
                quote_spanned! { Span::mixed_site()=> (#result, #tangent) }
            }
            Derivative::DoubleBackward => {
                views
                    .extend(concatenated(wrt.iter().map(|&number| self.tangent(number, &self.prefixed("dd", number)))));
                let gradients = self.numbers().into_iter().map(|number| self.gradient(number));
                quote_spanned! { Span::mixed_site()=> (#(#gradients,)* #tangent) }
            }
            Derivative::BackwardAdd => {
                let targets = wrt.iter().map(|&number| {
                    let target = self.prefixed("d", number);
                    let source = match self.cast(number) {
                        None => quote_spanned! { Span::mixed_site()=> known_.array_mut(#target).same(element_) },
                        Some(_) => quote_spanned! { Span::mixed_site()=> runtime::gradient_as(#target, element_) },
                    };
                    let of_formula = self.is_formula().then(|| ellipsis::gradient_target(self.einsum, number, &source));
                    of_formula.flatten().unwrap_or_else(|| site::gradient_target(self.einsum, number, &source))
                });
                views.extend(concatenated(targets));
                let finished = wrt.iter().filter(|_| self.is_formula());
                let finished = finished.map(|&number| ellipsis::finish_gradient(self.einsum, number));
                let stores = wrt.iter().map(|&number| site::store_gradient(number));
                quote_spanned! { Span::mixed_site()=> { #(#finished)* #(#stores)* } }
            }
            Derivative::Backward => {
                let gradients = wrt.iter().map(|&number| self.gradient(number));
                quote_spanned! { Span::mixed_site()=> (#(#gradients,)*) }
            }
            Derivative::BackwardOne(number) | Derivative::LeftOut(number) => self.gradient(number),
        };
        (views, result)
    }

    /// The name of a parameter; none, where it is not used.
    fn binding(&self, name: &Ident) -> TokenStream {
        match self.content {
            Content::Computation(_) | Content::Formula(_) => name.to_token_stream(),
            Content::Nothing => quote_spanned! { Span::mixed_site()=> _ },
        }
    }

    /// `dy`, unless that goes with an operand.
    fn cotangent_name(&self) -> Ident {
        names::local(&self.einsum.cotangent_name())
    }

    /// `dx`
    fn prefixed(&self, prefix: &str, number: usize) -> Ident {
        let name = self.function.parameters[number].name.unraw();
        format_ident!("{prefix}{name}", span = Span::mixed_site())
    }

    fn tangent(&self, number: usize, parameter: &Ident) -> TokenStream {
        let (bound, source) = (self.bind_number(number, parameter), self.source(number, parameter));
        let read_as = self.cast(number).map(|_| names::variable("element").to_token_stream());
        let mixed = (Span::mixed_site(), Span::mixed_site());
        let of_formula = self.is_formula().then(|| ellipsis::tangent(self.einsum, number)).flatten();
        let of_formula = of_formula.map(|view| {
            let (array, given) = (names::tangent_array(number), site::given((&source, read_as.clone()), mixed.0));
            let copied = self.copied(number, &array);
            quote_spanned! { Span::mixed_site()=> let #array = #given; #copied #view }
        });
        let tangent = of_formula.unwrap_or_else(|| {
            let copied = self.copied(number, &names::tangent_array(number));
            site::tangent(self.einsum, number, ((&source, read_as), copied), mixed)
        });
        let direct = self.direct(number, &names::tangent(number), &names::tangent_direct(number));
        quote_spanned! { Span::mixed_site()=> #bound #tangent #direct }
    }

    fn bind_cotangent(&self) -> TokenStream {
        let dy = self.cotangent_name();
        let reference = if self.einsum.output.rank() == 0 {
            quote_spanned! { Span::mixed_site()=> &runtime::number(element_, #dy) }
        } else {
            dy.to_token_stream()
        };
        let view = match self.content {
            Content::Formula(formula) if self.fixed_result().is_some() => {
                formula.cotangent(&rank::of(&self.einsum.output))
            }
            Content::Formula(formula) => formula.cotangent(&quote_spanned! { Span::mixed_site()=> _ }),
            _ if self.fixed_result().is_some() => pullback::cotangent(self.einsum, &rank::of(&self.einsum.output)),
            _ => pullback::cotangent(self.einsum, &quote_spanned! { Span::mixed_site()=> _ }),
        };
        quote_spanned! { Span::mixed_site()=> let cotangent_ = #reference; #view }
    }

    fn gradient(&self, number: usize) -> TokenStream {
        let gradient = self.computed_gradient(number);
        if self.cast(number).is_some() {
            return self.cast_gradient(number);
        }
        if self.subscript(number).rank() == 0 {
            return quote_spanned! { Span::mixed_site()=> #gradient.store(element_).into_scalar() };
        }
        if self.array(number).is_some() {
            let name = &self.function.parameters[number].name;
            let lying = self.lying(number);
            return quote_spanned! { Span::mixed_site()=> known_.like(#name).cotangent(#gradient.store(element_)#lying) };
        }
        let dimension = self.dimension(number);
        if self.subscript(number).ellipsis().is_some() {
            return quote_spanned! { Span::mixed_site()=> runtime::shaped::<_, #dimension>(runtime::stored(element_, #gradient)) };
        }
        quote_spanned! { Span::mixed_site()=> #gradient.store(element_).into_array::<#dimension>() }
    }

    /// A gradient as it was computed; of a formula, in the shape of its operand.
    fn computed_gradient(&self, number: usize) -> TokenStream {
        let of_formula = self.is_formula().then(|| ellipsis::gradient(self.einsum, number)).flatten();
        of_formula.unwrap_or_else(|| names::gradient(number).to_token_stream())
    }

    fn is_formula(&self) -> bool {
        matches!(self.content, Content::Formula(_))
    }

    /// The gradient of an operand that is read as another type.
    fn cast_gradient(&self, number: usize) -> TokenStream {
        let gradient = self.computed_gradient(number);
        let method = names::cotangent(self.subscript(number));
        let source = self.source(number, &self.function.parameters[number].name);
        let lying = self.lying(number);
        quote_spanned! { Span::mixed_site()=> runtime::like_cast(#source, element_).#method(#gradient #lying) }
    }

    /// Puts a gradient of a formula where its operand lies: among other operands it is on the heap.
    fn lying(&self, number: usize) -> Option<TokenStream> {
        let is_moved = self.array(number).is_some() && matches!(self.content, Content::Formula(_));
        is_moved.then(|| quote_spanned! { Span::mixed_site()=> .lying() })
    }

    /// The type that a parameter is read as, if it is written with `as`.
    fn cast(&self, number: usize) -> Option<&Type> {
        self.function.parameters[number].cast.as_ref()
    }
}
