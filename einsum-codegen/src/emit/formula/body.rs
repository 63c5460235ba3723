//! The type that holds the value of a map at each index:
//!
//! ```text
//! #[derive(..)]
//! struct Body_;
//! impl<T: runtime::Ordered> runtime::Body<T, 2, 2> for Body_ {
//!     type Reduction = runtime::Sum;
//!     const FREE: runtime::usize = 2;
//!     const READS: [&'static [runtime::usize]; 2] = [&[0, 1], &[1]];
//!     const IS_INDEXED: runtime::bool = false;
//!     fn value<V: runtime::Arithmetic<T>>(self, [t0_, b_]: [V::Value; 2], _: runtime::At<2>) -> V::Value {
//!         V::relu(V::plus(t0_, b_))
//!     }
//! }
//! ```
//!
//! A sum of products has, in the place of `value`, what adds a product to others in one instruction, and `value` by it:
//!
//! ```text
//!     fn value<V: ..>(self, reads_: [V::Value; 2], at_: runtime::At<3>) -> V::Value {
//!         <Self as runtime::Body<T, 3, 2>>::onto::<V>(self, V::zero(), reads_, at_)
//!     }
//!     fn onto<V: ..>(self, joined_: V::Value, [x_, z_]: [V::Value; 2], _at: runtime::At<3>) -> V::Value {
//!         let factor_ = V::minus(x_, z_);
//!         V::mul_add(factor_, factor_, joined_)
//!     }
//! ```
//!
//! Numbers that are known at run time alone, in forms of labels and extents, are forms that the body holds.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::{
    bounds::{bound_of, map_bound, map_users},
    forms::FormLabels,
    runs,
    shapes::FormulaSteps,
    words::{compared, float, method, reduction},
};
use crate::{
    emit::names,
    few::List,
    ir::{
        Label,
        formula::{Access, Affine, Amount, Condition, Expression, Function, Literal as Number, Reduction},
    },
    lower::formula::{LoweredFormula, Map, Run, labels_of},
};

/// The body of a map, and its value.
pub(super) struct Body {
    /// The type, and what it computes.
    pub(super) item: TokenStream,
    /// The body, with what it holds.
    pub(super) value: TokenStream,
}

impl Body {
    /// The body of a map.
    pub(super) fn new(steps: FormulaSteps<'_>, map: &Map) -> Self {
        let FormulaSteps { lowered, functions, run, .. } = steps;
        let names = read_names(lowered, map);
        let mut writer =
            Writer { map, functions, run, names, held: Vec::new(), shared: Vec::new(), is_by_inverses: false };
        writer.share(&map.value);
        let divided = writer.divided();
        let lets = writer.lets();
        let value = match added_product(map) {
            Some(product) => Value::Added(writer.added(&product)),
            None => Value::Any(writer.expression(&map.value)),
        };
        writer.body(&lets, &value, divided.as_ref())
    }
}

/// The value of a body, alone or added to others.
enum Value {
    /// The value at an index.
    Any(TokenStream),
    /// The value added to others.
    Added(TokenStream),
}

/// A product that is added up, which takes one instruction.
struct Product<'m> {
    /// Two, or one that is squared.
    factors: &'m [Expression],
    /// Whether it is subtracted.
    is_negative: bool,
}

/// The product that a map adds up, if it is one.
fn added_product(map: &Map) -> Option<Product<'_>> {
    let is_sum = map.reduction == Reduction::Sum && map.free < map.labels.len();
    if is_sum { product(&map.value) } else { None }
}

fn product(value: &Expression) -> Option<Product<'_>> {
    let Expression::Call(function, arguments) = value else { return None };
    match (function, arguments.as_slice()) {
        (Function::Multiply | Function::Powi(2), factors) => Some(Product { factors, is_negative: false }),
        (Function::Negate, [value]) => {
            product(value).map(|product| Product { is_negative: !product.is_negative, ..product })
        }
        _ => None,
    }
}

struct Writer<'a> {
    map: &'a Map,
    functions: &'a [Expr],
    run: Option<&'a Run>,
    names: Vec<Ident>,
    /// Forms that are known at run time alone.
    held: Vec<TokenStream>,
    /// Expressions that are there more than once, inner ones first.
    shared: Vec<(Expression, usize)>,
    /// Whether quotients by what has fewer labels are written by one over it.
    is_by_inverses: bool,
}

impl Writer<'_> {
    fn body(&self, lets: &TokenStream, value: &Value, divided: Option<&TokenStream>) -> Body {
        let map = self.map;
        let (labels, reads) = (names::number(map.labels.len()), names::number(map.reads.len()));
        let free = names::number(map.free);
        let (bound, reduction) = (bound_of(map_bound(map)), names::local(reduction(map.reduction)));
        let on = map.reads.iter().map(|read| {
            let position = |label: &Label| map.labels.iter().position(|other| other == label).map(names::number);
            let numbers = labels_of(read).iter().filter_map(position).collect::<Vec<_>>();
            quote_spanned! { Span::mixed_site()=> &[#(#numbers),*] }
        });
        let (is_indexed, at) = if map.value.is_indexed() {
            (names::local("true"), names::variable("at"))
        } else {
            (names::local("false"), names::local("_at"))
        };
        let names = &self.names;
        let users = self.users();
        let count = names::number(self.held.len());
        let (held, value_of) = if self.held.is_empty() {
            (quote_spanned! { Span::mixed_site()=> ; }, quote_spanned! { Span::mixed_site()=> Body_ })
        } else {
            let forms = &self.held;
            let held = quote_spanned! { Span::mixed_site()=> ([runtime::Form<#labels>; #count]); };
            (held, quote_spanned! { Span::mixed_site()=> Body_([#(#forms),*]) })
        };
        let values = match value {
            Value::Any(value) => quote_spanned! { Span::mixed_site()=>
                #[inline(always)]
                fn value<V: runtime::Arithmetic<T>>(
                    self,
                    [#(#names),*]: [V::Value; #reads],
                    #at: runtime::At<#labels>,
                ) -> V::Value {
                    #lets
                    #value
                }
            },
            Value::Added(added) => quote_spanned! { Span::mixed_site()=>
                #[inline(always)]
                fn value<V: runtime::Arithmetic<T>>(
                    self,
                    reads_: [V::Value; #reads],
                    at_: runtime::At<#labels>,
                ) -> V::Value {
                    <Self as runtime::Body<T, #labels, #reads>>::onto::<V>(self, V::zero(), reads_, at_)
                }
                #[inline(always)]
                fn onto<V: runtime::Arithmetic<T>>(
                    self,
                    joined_: V::Value,
                    [#(#names),*]: [V::Value; #reads],
                    #at: runtime::At<#labels>,
                ) -> V::Value {
                    #lets
                    #added
                }
            },
        };
        let item = quote_spanned! { Span::mixed_site()=>
            #[derive(runtime::Clone, runtime::Copy)]
            struct Body_ #held
            impl<T: runtime::#bound> runtime::Body<T, #labels, #reads> for Body_ #users {
                type Reduction = runtime::#reduction;
                const FREE: runtime::usize = #free;
                const READS: [&'static [runtime::usize]; #reads] = [#(#on),*];
                const IS_INDEXED: runtime::bool = #is_indexed;
                #values
                #divided
            }
        };
        Body { item, value: value_of }
    }

    /// The value by one over each divisor that has fewer labels than the map, if there are any, and nothing is reduced. Not of quotients that are
    /// compared: those of small numbers have other bits than where a maximum of them was taken.
    fn divided(&mut self) -> Option<TokenStream> {
        let map = self.map;
        let is_divisor: Vec<bool> = map.reads.mapped(|read| self.divides(read));
        if map.free < map.labels.len() || !is_divisor.contains(&true) || self.compares_quotients() {
            return None;
        }
        self.is_by_inverses = true;
        let shared = self.shared.clone();
        let (lets, value) = (self.lets(), self.expression(&map.value));
        (self.shared, self.is_by_inverses) = (shared, false);
        let (labels, reads) = (names::number(map.labels.len()), names::number(map.reads.len()));
        let at = names::local(if map.value.is_indexed() { "at_" } else { "_at" });
        let inverses = is_divisor.iter().enumerate().map(|(number, is)| {
            if *is {
                names::inverse(number).into_token_stream()
            } else {
                quote_spanned! { Span::mixed_site()=> _ }
            }
        });
        let names = &self.names;
        Some(quote_spanned! { Span::mixed_site()=>
            const DIVISORS: [runtime::bool; #reads] = [#(#is_divisor),*];
            #[inline(always)]
            fn inverse(divisor_: T) -> runtime::Option<T> {
                <T as runtime::Field>::inverse(divisor_)
            }
            #[inline(always)]
            fn by_inverses<V: runtime::Arithmetic<T>>(
                self,
                [#(#names),*]: [V::Value; #reads],
                [#(#inverses),*]: [V::Value; #reads],
                #at: runtime::At<#labels>,
            ) -> V::Value {
                #lets
                #value
            }
        })
    }

    /// Whether a quotient is in a condition.
    fn compares_quotients(&self) -> bool {
        let mut compares = false;
        self.map.value.visit(&mut |part| {
            if let Expression::Select(condition, _) = part {
                condition.visit(&mut |part| compares |= matches!(part, Expression::Call(Function::Divide, _)));
            }
        });
        compares
    }

    /// Whether something is divided by a read as it is, which has fewer labels than the map.
    fn divides(&self, read: &Access) -> bool {
        let mut divides = false;
        self.map.value.visit(&mut |part| {
            if let Expression::Call(Function::Divide, sides) = part {
                divides |= sides[1] == Expression::Read(read.clone());
            }
        });
        divides && labels_of(read).len() < self.map.labels.len()
    }

    /// A product, added to what is there.
    fn added(&mut self, Product { factors, is_negative }: &Product<'_>) -> TokenStream {
        let mut values: Vec<TokenStream> = factors.mapped(|factor| self.expression(factor));
        let mut square = None;
        if let [factor] = values.as_slice() {
            square = Some(quote_spanned! { Span::mixed_site()=> let factor_ = #factor; });
            values = vec![names::variable("factor").into_token_stream(); 2];
        }
        if *is_negative && let Some(factor) = values.first_mut() {
            *factor = quote_spanned! { Span::mixed_site()=> V::negated(#factor) };
        }
        quote_spanned! { Span::mixed_site()=> #square V::mul_add(#(#values),*, joined_) }
    }

    /// Functions of the user's are bounds: each is one of the elements.
    fn users(&self) -> Option<TokenStream> {
        let mut users = Vec::new();
        map_users(self.map, &mut users);
        let bounds = users.iter().map(|user| {
            let (function, bound) = (&self.functions[user.number], user.bound());
            let arguments = names::number(user.arguments);
            quote_spanned! { Span::mixed_site()=> #function: runtime::#bound<T, #arguments> }
        });
        (!users.is_empty()).then(|| quote_spanned! { Span::mixed_site()=> where #(#bounds),* })
    }

    /// Notes the expressions that are there more than once.
    fn share(&mut self, value: &Expression) {
        let mut found: Vec<(Expression, usize)> = Vec::new();
        value.visit(&mut |expression| {
            if matches!(expression, Expression::Call(..) | Expression::Select(..) | Expression::User(..)) {
                match found.iter_mut().find(|(other, _)| other == expression) {
                    Some((_, count)) => *count += 1,
                    None => found.push((expression.clone(), 1)),
                }
            }
        });
        let shared = found.into_iter().filter(|(_, count)| *count > 1);
        self.shared = shared.enumerate().map(|(number, (expression, _))| (expression, number)).collect();
    }

    /// Computes what is there more than once.
    fn lets(&mut self) -> TokenStream {
        let shared = std::mem::take(&mut self.shared);
        let mut lets = TokenStream::new();
        for (expression, number) in shared {
            let (value, name) = (self.expression(&expression), names::shared(number));
            lets.extend(quote_spanned! { Span::mixed_site()=> let #name = #value; });
            self.shared.push((expression, number));
        }
        lets
    }

    fn expression(&mut self, expression: &Expression) -> TokenStream {
        if let Some((_, number)) = self.shared.iter().find(|(shared, _)| shared == expression) {
            let name = names::shared(*number);
            return quote_spanned! { Span::mixed_site()=> #name };
        }
        match expression {
            Expression::Read(access) => self.read(access),
            Expression::Literal(Number::Integer(number)) => {
                let positive = Literal::u64_unsuffixed(number.unsigned_abs());
                let positive = quote_spanned! { Span::mixed_site()=> V::integer(#positive) };
                match *number {
                    ..0 => quote_spanned! { Span::mixed_site()=> V::negated(#positive) },
                    _ => positive,
                }
            }
            Expression::Literal(Number::Float(number)) => float(*number),
            Expression::Index(form) => {
                let form = self.form(form);
                quote_spanned! { Span::mixed_site()=> V::index(at_, #form) }
            }
            Expression::Extent(label) => {
                let extent = names::extent(label);
                let constant = quote_spanned! { Span::mixed_site()=> runtime::amount(0, [(1, #extent)]) };
                let zeros = self.map.labels.iter().map(|_| Literal::i64_unsuffixed(0));
                let form = self.hold(quote_spanned! { Span::mixed_site()=> runtime::form([#(#zeros),*], #constant) });
                quote_spanned! { Span::mixed_site()=> V::integer(runtime::constant(#form)) }
            }
            Expression::Call(function, arguments) => self.call(*function, arguments),
            Expression::Select(condition, values) => {
                let condition = self.condition(condition);
                let [one, other] = values.each_ref().map(|value| self.expression(value));
                quote_spanned! { Span::mixed_site()=> V::select(#condition, #one, #other) }
            }
            Expression::User(number, by, arguments) => {
                let (function, count) = (&self.functions[*number], names::number(arguments.len()));
                let arguments: Vec<_> = arguments.mapped(|argument| self.expression(argument));
                let by: Vec<Literal> = by.iter().copied().map(names::number).collect();
                match by.as_slice() {
                    [] => quote_spanned! { Span::mixed_site()=> V::user::<#function, #count>([#(#arguments),*]) },
                    [by] => quote_spanned! { Span::mixed_site()=>
                        V::user_derivative::<#function, #count>([#(#arguments),*], #by)
                    },
                    by => quote_spanned! { Span::mixed_site()=>
                        V::user_second_derivative::<#function, #count>([#(#arguments),*], [#(#by),*])
                    },
                }
            }
        }
    }

    fn read(&self, access: &Access) -> TokenStream {
        let plain = Access { conj: false, ..access.clone() };
        let read = self.map.reads.iter().position(|read| *read == plain);
        let name = read.map(|number| &self.names[number]);
        if access.conj {
            quote_spanned! { Span::mixed_site()=> V::conj(#name) }
        } else {
            quote_spanned! { Span::mixed_site()=> #name }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Expression]) -> TokenStream {
        let values: Vec<TokenStream> = arguments.mapped(|argument| self.expression(argument));
        if function == Function::Stop {
            return values.into_iter().collect();
        }
        if let (true, Function::Divide, [_, Expression::Read(divisor)]) = (self.is_by_inverses, function, arguments)
            && self.divides(divisor)
            && let Some(number) = self.map.reads.iter().position(|read| read == divisor)
        {
            let inverse = names::inverse(number);
            return quote_spanned! { Span::mixed_site()=> V::divided_by(#(#values),*, #inverse) };
        }
        let name = names::local(method(function));
        let exponent = match function {
            Function::Powi(exponent) => {
                let positive = Literal::u32_unsuffixed(exponent.unsigned_abs());
                Some(match exponent {
                    ..0 => quote_spanned! { Span::mixed_site()=> , runtime::negative_exponent(#positive) },
                    _ => quote_spanned! { Span::mixed_site()=> , #positive },
                })
            }
            _ => None,
        };
        quote_spanned! { Span::mixed_site()=> V::#name(#(#values),* #exponent) }
    }

    fn condition(&mut self, condition: &Condition) -> TokenStream {
        match condition {
            Condition::Numbers(comparison, numbers) => {
                let [one, other] = numbers.each_ref().map(|number| self.expression(number));
                let comparison = names::local(compared(*comparison));
                quote_spanned! { Span::mixed_site()=> V::compare(runtime::Comparison::#comparison, #one, #other) }
            }
            Condition::Indices(comparison, one, other) => {
                let (one, other) = (self.side(one), self.side(other));
                let comparison = names::local(compared(*comparison));
                quote_spanned! { Span::mixed_site()=>
                    V::compare_indices(runtime::Comparison::#comparison, at_, #one, #other)
                }
            }
            Condition::And(both) => {
                let [one, other] = both.each_ref().map(|one| self.condition(one));
                quote_spanned! { Span::mixed_site()=> V::and(#one, #other) }
            }
            Condition::Or(both) => {
                let [one, other] = both.each_ref().map(|one| self.condition(one));
                quote_spanned! { Span::mixed_site()=> V::or(#one, #other) }
            }
            Condition::Not(one) => {
                let one = self.condition(one);
                quote_spanned! { Span::mixed_site()=> V::not(#one) }
            }
        }
    }

    /// A form of labels: as it is, or if that is known at run time alone, of the body.
    fn form(&mut self, form: &Affine) -> TokenStream {
        self.form_of(form, FormLabels::labels(&self.map.labels).form(form))
    }

    /// A form that is compared with another: a number in it may be beyond all indices, as `usize::MAX` is where there is no bound.
    fn side(&mut self, form: &Affine) -> TokenStream {
        let tokens = FormLabels::labels(&self.map.labels).form(form);
        let is_near = form.constant.given.is_empty() && i32::try_from(form.constant.known).is_ok();
        let tokens = if is_near {
            tokens
        } else {
            quote_spanned! { Span::mixed_site()=> #tokens.compared() }
        };
        self.form_of(form, tokens)
    }

    fn form_of(&mut self, form: &Affine, tokens: TokenStream) -> TokenStream {
        let is_known = |amount: &Amount| amount.given.is_empty();
        if let Some(moved) = runs::moved(self.run, FormLabels::labels(&self.map.labels), form) {
            return self.hold(quote_spanned! { Span::mixed_site()=> #tokens #moved });
        }
        if is_known(&form.constant) && form.terms.iter().all(|(factor, _)| is_known(factor)) {
            return tokens;
        }
        self.hold(tokens)
    }

    fn hold(&mut self, form: TokenStream) -> TokenStream {
        let text = form.to_string();
        let number = self.held.iter().position(|held| held.to_string() == text).unwrap_or(self.held.len());
        if number == self.held.len() {
            self.held.push(form);
        }
        let number = names::number(number);
        quote_spanned! { Span::mixed_site()=> runtime::held(self.0, #number) }
    }
}

/// The variables of what is read: the names of the tensors, and where these are the same, numbers.
fn read_names(lowered: &LoweredFormula, map: &Map) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    for read in &map.reads {
        let name = lowered.name(read.tensor);
        let count = map.reads[..names.len()].iter().filter(|other| other.tensor == read.tensor).count();
        let name = if count == 0 { name.to_owned() } else { format!("{name}_{count}") };
        let mut variable = names::body(&name);
        while names.contains(&variable) {
            variable = names::body(&format!("{variable}again"));
        }
        names.push(variable);
    }
    names
}
