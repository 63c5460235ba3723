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
//! Numbers that are known at run time alone, in forms of labels and extents, are forms that the body holds.

use std::{
    f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI},
    num::FpCategory,
};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::{forms::FormLabels, runs, shapes::FormulaSteps};
use crate::{
    emit::names,
    ir::{
        Label,
        formula::{
            Access, Affine, Amount, Comparison, Condition, Expression, Function, Literal as Number, Numbers, Reduction,
        },
    },
    lower::formula::{Contraction, LoweredFormula, Map, Run, Work, labels_of},
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
        let mut writer = Writer { map, functions, run, names, held: Vec::new(), shared: Vec::new() };
        writer.share(&map.value);
        let lets = writer.lets();
        let value = match factors(map) {
            Some(Factors::Two(factors)) => {
                let [one, other] = factors.each_ref().map(|factor| writer.expression(factor));
                Value::Added(quote_spanned! { Span::mixed_site()=> V::mul_add(#one, #other, joined_) })
            }
            Some(Factors::Twice(factor)) => {
                let factor = writer.expression(factor);
                Value::Added(quote_spanned! { Span::mixed_site()=>
                    let factor_ = #factor;
                    V::mul_add(factor_, factor_, joined_)
                })
            }
            None => Value::Any(writer.expression(&map.value)),
        };
        writer.body(&lets, &value)
    }
}

/// The trait that elements must implement for all steps.
pub(super) fn bound(lowered: &LoweredFormula) -> Ident {
    let of = |work: &Work| match work {
        Work::Map(map) => map_bound(map),
        Work::Shifted(shifted) => shifted.maps().map(map_bound).fold(Numbers::Any, Numbers::and),
        Work::Contraction(Contraction { scale: Some(Number::Float(_)), .. }) => Numbers::Field,
        Work::Contraction(Contraction { scale: Some(Number::Integer(_)), .. }) => Numbers::Ring,
        _ => Numbers::Any,
    };
    bound_of(lowered.steps.iter().map(|step| of(&step.work)).fold(Numbers::Any, Numbers::and))
}

/// The functions of the user's, how many numbers each takes, and the trait that it must have.
pub(super) fn users(lowered: &LoweredFormula) -> Vec<(usize, usize, Ident)> {
    let mut users = Vec::new();
    for step in &lowered.steps {
        match &step.work {
            Work::Map(map) => map_users(map, &mut users),
            Work::Shifted(shifted) => shifted.maps().for_each(|map| map_users(map, &mut users)),
            _ => {}
        }
    }
    users.into_iter().map(|user| (user.number, user.arguments, user.bound())).collect()
}

/// A function of the user's in a map.
struct User {
    number: usize,
    arguments: usize,
    /// Whether its second derivative is among what is computed.
    is_second: bool,
}

impl User {
    fn bound(&self) -> Ident {
        names::local(if self.is_second { "SecondDerivative" } else { "Function" })
    }
}

/// The trait of such elements.
fn bound_of(numbers: Numbers) -> Ident {
    names::local(match numbers {
        Numbers::Any => "Element",
        Numbers::Ring => "Ring",
        Numbers::Field => "Field",
        Numbers::Ordered => "Ordered",
        Numbers::Real => "Real",
    })
}

/// What a body computes.
enum Value {
    /// The value at an index.
    Any(TokenStream),
    /// The value added to others.
    Added(TokenStream),
}

/// The factors of products that are added up, which takes one instruction: two, or one that is squared.
enum Factors<'m> {
    Two(&'m [Expression; 2]),
    Twice(&'m Expression),
}

/// The factors of a map that adds up products.
fn factors(map: &Map) -> Option<Factors<'_>> {
    if map.reduction != Reduction::Sum || map.free == map.labels.len() {
        return None;
    }
    match &map.value {
        Expression::Call(Function::Multiply, factors) => factors.as_slice().try_into().ok().map(Factors::Two),
        Expression::Call(Function::Powi(2), factor) => factor.first().map(Factors::Twice),
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
}

impl Writer<'_> {
    fn body(&self, lets: &TokenStream, value: &Value) -> Body {
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
            }
        };
        Body { item, value: value_of }
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
            let (value, name) = (self.expression(&expression), shared_name(number));
            lets.extend(quote_spanned! { Span::mixed_site()=> let #name = #value; });
            self.shared.push((expression, number));
        }
        lets
    }

    fn expression(&mut self, expression: &Expression) -> TokenStream {
        if let Some((_, number)) = self.shared.iter().find(|(shared, _)| shared == expression) {
            let name = shared_name(*number);
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
                let arguments: Vec<_> = arguments.iter().map(|argument| self.expression(argument)).collect();
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
        let values: Vec<TokenStream> = arguments.iter().map(|argument| self.expression(argument)).collect();
        if function == Function::Stop {
            return values.into_iter().collect();
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

    /// A form that is compared with another: numbers of the user's in it may be beyond all indices, as `usize::MAX` is where there is no bound.
    fn side(&mut self, form: &Affine) -> TokenStream {
        let tokens = FormLabels::labels(&self.map.labels).form(form);
        let is_known = form.constant.given.is_empty();
        let tokens = if is_known {
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

/// `V::literal(0.5)`
fn float(number: f64) -> TokenStream {
    let positive = positive(number);
    let literal = quote_spanned! { Span::mixed_site()=> V::literal(#positive) };
    if number.is_sign_negative() {
        quote_spanned! { Span::mixed_site()=> V::negated(#literal) }
    } else {
        literal
    }
}

/// A number without its sign.
pub(super) fn positive(number: f64) -> TokenStream {
    let constant = |name| {
        let name = names::local(name);
        quote_spanned! { Span::mixed_site()=> runtime::f64::#name }
    };
    // (Lints of the user's crate refuse the digits of those that have a name.)
    let named = NAMED.iter().find(|(value, _)| value.to_bits() == number.abs().to_bits());
    match number.classify() {
        FpCategory::Nan => constant("NAN"),
        FpCategory::Infinite => constant("INFINITY"),
        _ => named.map_or_else(
            || Literal::f64_unsuffixed(number.abs()).into_token_stream(),
            |(_, name)| {
                let name = names::local(name);
                quote_spanned! { Span::mixed_site()=> runtime::consts::#name }
            },
        ),
    }
}

/// The constants of derivatives that have a name.
const NAMED: [(f64, &str); 2] = [(FRAC_1_SQRT_2, "FRAC_1_SQRT_2"), (FRAC_2_SQRT_PI, "FRAC_2_SQRT_PI")];

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

/// `of_0_`: the variable of a part of the value that is computed once.
fn shared_name(number: usize) -> Ident {
    names::variable(&format!("of_{number}"))
}

/// The least that the elements must be able to do for a map: its reduction and its value.
fn map_bound(map: &Map) -> Numbers {
    let mut bound = match map.reduction {
        Reduction::Sum | Reduction::Product => Numbers::Any,
        Reduction::Max | Reduction::Min | Reduction::ArgMax | Reduction::ArgMin => Numbers::Ordered,
    };
    map.value.visit(&mut |expression| {
        let needed = match expression {
            Expression::Literal(Number::Float(_)) => Numbers::Field,
            Expression::Literal(Number::Integer(_)) | Expression::Index(_) | Expression::Extent(_) => Numbers::Ring,
            Expression::Call(function, _) => function.numbers(),
            Expression::Select(condition, _) if condition.compares_numbers() => Numbers::Ordered,
            Expression::Read(_) | Expression::User(..) | Expression::Select(..) => Numbers::Any,
        };
        bound = bound.and(needed);
    });
    bound
}

/// Adds the functions of the user's that a map calls.
fn map_users(map: &Map, users: &mut Vec<User>) {
    map.value.visit(&mut |expression| {
        let Expression::User(number, by, arguments) = expression else { return };
        let is_second = by.len() > 1;
        let is_same = |user: &&mut User| (user.number, user.arguments) == (*number, arguments.len());
        match users.iter_mut().find(is_same) {
            Some(user) => user.is_second |= is_second,
            None => users.push(User { number: *number, arguments: arguments.len(), is_second }),
        }
    });
}

fn method(function: Function) -> &'static str {
    match function {
        Function::Add => "plus",
        Function::Subtract => "minus",
        Function::Multiply => "times",
        Function::Divide => "divided",
        Function::Negate => "negated",
        Function::Conj => "conj",
        Function::Max => "max",
        Function::Min => "min",
        Function::Exp => "exp",
        Function::ExpM1 => "exp_m1",
        Function::Ln => "ln",
        Function::Ln1p => "ln_1p",
        Function::Sqrt => "sqrt",
        Function::Recip => "recip",
        Function::Tanh => "tanh",
        Function::Sigmoid => "sigmoid",
        Function::Sin => "sin",
        Function::Cos => "cos",
        Function::Erf => "erf",
        Function::Abs => "abs",
        Function::Powi(_) => "powi",
        Function::Powf => "powf",
        Function::Relu => "relu",
        Function::Gelu => "gelu",
        Function::GeluDerivative => "gelu_derivative",
        Function::Silu => "silu",
        Function::Softplus => "softplus",
        Function::Stop => "stop",
    }
}

/// The type by which values along the other labels are put together, or searched.
fn reduction(reduction: Reduction) -> &'static str {
    match reduction {
        Reduction::Sum => "Sum",
        Reduction::Product => "Product",
        Reduction::Max | Reduction::ArgMax => "Max",
        Reduction::Min | Reduction::ArgMin => "Min",
    }
}

fn compared(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "Less",
        Comparison::LessOrEqual => "LessOrEqual",
        Comparison::Equal => "Equal",
        Comparison::NotEqual => "NotEqual",
        Comparison::GreaterOrEqual => "GreaterOrEqual",
        Comparison::Greater => "Greater",
    }
}
