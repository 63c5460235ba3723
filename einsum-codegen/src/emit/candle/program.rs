//! The type of a call site, which says how the functions of its arrays are called.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

use crate::{
    ast::{Function, call},
    emit::names,
};

/// How a function of arrays is called with tensors.
pub(crate) struct Program<'a> {
    /// The path of the crate that has the runtime.
    pub(crate) runtime: &'a TokenStream,
    /// The function.
    pub(crate) function: &'a Function,
    /// The subscripts as they are written.
    pub(crate) text: &'a str,
    /// How each operand is read.
    pub(crate) operands: Vec<Read>,
    /// Whether the result has no axes.
    pub(crate) gives_number: bool,
}

/// How an operand is read.
pub(crate) struct Read {
    /// Its subscript; of a formula none.
    pub(crate) subscript: String,
    /// Whether it has no axes.
    pub(crate) is_number: bool,
    /// Whether it holds indices.
    pub(crate) is_index: bool,
}

impl Program<'_> {
    /// The path of what expansions call.
    pub(super) fn private(&self) -> TokenStream {
        let runtime = self.runtime;
        quote_spanned!(Span::mixed_site()=> #runtime::__private)
    }

    /// The type, and how it computes.
    pub(super) fn items(&self) -> TokenStream {
        let private = self.private();
        let count = names::number(self.function.sizes().count());
        let site = self.site();
        let (value, backward) = (self.value(), self.backward());
        let (backward_one, double_backward) = (self.backward_one(), self.double_backward());
        let wanted = quote_spanned!(Span::mixed_site()=> operands_: &runtime_::Operands<'_, T>);
        let cotangent = quote_spanned!(Span::mixed_site()=> cotangent_: &runtime_::ArrayViewD<'_, T>);
        quote_spanned! { Span::mixed_site()=>
            #[derive(#private::Clone, #private::Copy)]
            struct Program_ {
                numbers_: [#private::usize; #count],
            }
            const _: () = {
                use #private as runtime_;
                impl runtime_::Program for Program_ {
                    const SITE: runtime_::Site = #site;
                    fn value<T: runtime_::Float>(&self, #wanted) -> runtime_::Outcome<runtime_::ArrayD<T>> {
                        #value
                    }
                    fn backward<T: runtime_::Float>(
                        &self,
                        #wanted,
                        #cotangent,
                    ) -> runtime_::Outcome<runtime_::Vec<runtime_::ArrayD<T>>> {
                        #backward
                    }
                    fn backward_one<T: runtime_::Float>(
                        &self,
                        number_: runtime_::usize,
                        #wanted,
                        #cotangent,
                    ) -> runtime_::Outcome<runtime_::ArrayD<T>> {
                        #backward_one
                    }
                    fn double_backward<T: runtime_::Float>(
                        &self,
                        #wanted,
                        #cotangent,
                        tangents_: &[runtime_::ArrayViewD<'_, T>],
                    ) -> runtime_::Outcome<runtime_::Vec<runtime_::ArrayD<T>>> {
                        #double_backward
                    }
                }
            };
        }
    }

    /// The subscripts and the operands, for errors.
    fn site(&self) -> TokenStream {
        let text = self.text;
        let operands = self.function.parameters.iter().zip(&self.operands);
        let operands = operands.map(|(parameter, Read { subscript, is_number, is_index })| {
            let source = &parameter.source;
            quote_spanned! { Span::mixed_site()=>
                runtime_::Described {
                    text: #source, subscript: #subscript, is_number: #is_number, is_index: #is_index,
                }
            }
        });
        quote_spanned! { Span::mixed_site()=>
            runtime_::Site { subscripts: #text, operands: &[#(#operands),*] }
        }
    }

    fn value(&self) -> TokenStream {
        let (name, arguments) = (&name(), self.arguments());
        let value = given_back(self.gives_number, &quote_spanned!(Span::mixed_site()=> #name((#(#arguments,)*))?));
        quote_spanned!(Span::mixed_site()=> runtime_::Ok(#value))
    }

    fn backward(&self) -> TokenStream {
        let (name, arguments, cotangent) = (name(), self.arguments(), self.cotangent());
        let gradients = self.gradients();
        let arrays = self.given_back();
        quote_spanned! { Span::mixed_site()=>
            let (#(#gradients,)*) = #name::backward((#(#arguments,)*), #cotangent)?;
            runtime_::Ok(runtime_::vec([#(#arrays),*]))
        }
    }

    fn backward_one(&self) -> TokenStream {
        let (name, arguments, cotangent) = (name(), self.arguments(), self.cotangent());
        let arms = self.numbers().map(|number| {
            let parameter = &self.function.parameters[number].name;
            let function = format_ident!("backward_{}", parameter, span = Span::mixed_site());
            let gradient = quote_spanned!(Span::mixed_site()=> #name::#function((#(#arguments,)*), #cotangent)?);
            let (array, number) = (given_back(self.operands[number].is_number, &gradient), names::number(number));
            quote_spanned!(Span::mixed_site()=> #number => runtime_::Ok(#array))
        });
        quote_spanned! { Span::mixed_site()=>
            match number_ {
                #(#arms,)*
                _ => runtime_::no_gradient(number_),
            }
        }
    }

    fn double_backward(&self) -> TokenStream {
        let (name, arguments, cotangent) = (name(), self.arguments(), self.cotangent());
        let tangents: Vec<TokenStream> = self
            .numbers()
            .enumerate()
            .map(|(position, number)| {
                let position = names::number(position);
                let tangent = quote_spanned!(Span::mixed_site()=> &tangents_[#position]);
                passed(self.operands[number].is_number, &tangent)
            })
            .collect();
        let gradients = self.gradients();
        let arrays = self.given_back();
        let last = given_back(self.gives_number, &quote_spanned!(Span::mixed_site()=> of_cotangent_));
        quote_spanned! { Span::mixed_site()=>
            let (#(#gradients,)* of_cotangent_) = #name::double_backward((#(#arguments,)*), #cotangent, (#(#tangents,)*))?;
            runtime_::Ok(runtime_::vec([#(#arrays,)* #last]))
        }
    }

    /// The operands of numbers, which have gradients.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        (0..self.operands.len()).filter(|number| !self.operands[*number].is_index)
    }

    fn gradients(&self) -> Vec<Ident> {
        self.numbers().map(names::gradient).collect()
    }

    /// The gradients as arrays.
    fn given_back(&self) -> Vec<TokenStream> {
        let gradients = self.numbers().map(|number| {
            let gradient = names::gradient(number);
            given_back(self.operands[number].is_number, &quote_spanned!(Span::mixed_site()=> #gradient))
        });
        gradients.collect()
    }

    fn cotangent(&self) -> TokenStream {
        passed(self.gives_number, &quote_spanned!(Span::mixed_site()=> cotangent_))
    }

    /// The operands as a function of arrays takes them, and the numbers after them.
    fn arguments(&self) -> Vec<TokenStream> {
        let operands = self.operands.iter().enumerate().map(|(number, Read { is_number, is_index, .. })| {
            let number = names::number(number);
            let array = if *is_index {
                quote_spanned!(Span::mixed_site()=> operands_.indices(#number))
            } else {
                quote_spanned!(Span::mixed_site()=> operands_.array(#number))
            };
            passed(*is_number, &array)
        });
        let numbers = self.function.sizes().enumerate().map(|(number, _)| {
            let number = names::number(number);
            quote_spanned!(Span::mixed_site()=> self.numbers_[#number])
        });
        operands.chain(numbers).collect()
    }
}

/// The name of the function, and of the module of its gradients.
fn name() -> Ident {
    names::local(call::NAME)
}

/// An array as it is passed: one without axes is a number.
fn passed(is_number: bool, array: &TokenStream) -> TokenStream {
    if is_number { quote_spanned!(Span::mixed_site()=> runtime_::first(#array)) } else { array.clone() }
}

/// An array of dynamic rank, of an array or a number.
fn given_back(is_number: bool, value: &TokenStream) -> TokenStream {
    if is_number {
        quote_spanned!(Span::mixed_site()=> runtime_::scalar(#value))
    } else {
        quote_spanned!(Span::mixed_site()=> runtime_::array(#value))
    }
}
