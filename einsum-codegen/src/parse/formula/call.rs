//! `exp(..)`, `select(..)`, `Mish(..)`: functions of elements.

use proc_macro2::{Group, TokenTree};

use super::{mentions, names, reader::Reader};
use crate::{
    ast::formula::{Expression, ExpressionKind},
    few::List,
    ir::formula::Function,
    parse::index::{
        beyond,
        labels::flat,
        pieces::{self, Piece, parenthesized},
        tokens::{span_of, text_of, tokens_of},
    },
};

impl Reader {
    /// A call of a name.
    pub(super) fn called(
        &mut self,
        pieces: &[Piece<'_>],
        name: &Piece<'_>,
        arguments: &Piece<'_>,
    ) -> Option<Expression> {
        let content = parenthesized(arguments)?;
        let [TokenTree::Ident(ident)] = name.tokens else { return self.path_call(pieces) };
        let name = ident.to_string();
        let span = (ident.span(), ident.span());
        if name == "select" {
            let [condition, first, second] = self.selected(span, content)?.try_into().ok()?;
            return self.made(pieces, ExpressionKind::Select(Box::new([condition, first, second])));
        }
        if name == "powi" {
            return self.powi(pieces, ident, content);
        }
        if let Some((count, function)) = names::function(&name) {
            if count == 2 && names::reduction(&name).is_some() && self.items(content).len() == 1 {
                self.without_labels(&name, content, span);
                return None;
            }
            let arguments = self.counted(&name, span, content, count)?;
            return self.made(pieces, ExpressionKind::Call(function, arguments));
        }
        let tokens = flat(content.stream());
        if !self.is_formula(&tokens) {
            return self.number(pieces);
        }
        if let Some((span, message)) = beyond::one_bracket(pieces, &self.labels) {
            self.errors.push(span, message);
            return None;
        }
        if name == "conj" {
            let [value] = self.counted(&name, span, content, 1)?.try_into().ok()?;
            return self.made(pieces, ExpressionKind::Conj(Box::new(value)));
        }
        if names::reduction(&name).is_some() {
            self.without_labels(&name, content, span);
            return None;
        }
        if let Some(message) = names::indices_within(&name, &tokens) {
            self.errors.push(span, message);
            return None;
        }
        if names::outside(&name).is_some() {
            let help = match self.items(content).as_slice() {
                [value, low, high] if name == "clamp" => {
                    format!("write `min(max({}, {}), {})`", text_of(value), text_of(low), text_of(high))
                }
                _ => format!("write `{name}(x)[i + 1]`: it says what is around the tensor that is read"),
            };
            self.errors
                .push(span, format!("`{name}` stands around a tensor, and its indices after that\nhelp: {help}"));
            return None;
        }
        if name.starts_with(char::is_uppercase) {
            return self.user(pieces, &pieces[..1], content);
        }
        self.errors.push(span, names::unknown_function(&name, &text_of(&tokens)));
        None
    }

    /// `sum(x[i, j])`, without what it is over.
    fn without_labels(&mut self, name: &str, content: &Group, span: (proc_macro2::Span, proc_macro2::Span)) {
        let tokens = flat(content.stream());
        let value = self.items(content).into_iter().next().unwrap_or(tokens);
        let mut labels = mentions::labels(&value, &[]);
        labels.retain(|label| !self.target.contains(label));
        let labels = if labels.is_empty() { "k".to_owned() } else { distinct(labels).join(", ") };
        let help = format!("name them in a bracket, as in `{name}[{labels}]({})`", text_of(&value));
        self.errors.push(span, format!("`{name}` over which labels?\nhelp: {help}"));
    }

    /// `powi(x, 2)`
    fn powi(&mut self, pieces: &[Piece<'_>], name: &syn::Ident, content: &Group) -> Option<Expression> {
        let items = self.items(content);
        let [value, exponent] = items.as_slice() else {
            let message = names::counts("powi", 2, items.len());
            self.errors.push((name.span(), name.span()), message);
            return None;
        };
        let written = syn::parse_str::<syn::Expr>(&text_of(exponent)).ok().and_then(|expression| integer(&expression));
        let power = written.and_then(|power| i32::try_from(power).ok());
        let value = self.expression(value, (content.span(), content.span()));
        let Some(power) = power else {
            let exponent_text = text_of(exponent);
            let help = format!("write `powf({}, {exponent_text})`", value.map_or_else(String::new, |value| value.text));
            let what = match written {
                Some(_) => format!("`{exponent_text}` is no `i32`, as the power of `powi` is"),
                None => "the power of `powi` is an integer that is written".to_owned(),
            };
            self.errors.push(span_of(exponent)?, format!("{what}\nhelp: {help}"));
            return None;
        };
        self.made(pieces, ExpressionKind::Call(Function::Powi(power), vec![value?]))
    }

    /// A function of the user's.
    pub(super) fn user(&mut self, pieces: &[Piece<'_>], function: &[Piece<'_>], content: &Group) -> Option<Expression> {
        let name = text_of(&tokens_of(function));
        if let Some(of_numbers) = ["f32::", "f64::"].iter().find_map(|ty| name.strip_prefix(ty)) {
            let text = text_of(&flat(content.stream()));
            let message = match names::function(of_numbers) {
                Some(_) => format!("`{name}` in a formula\nhelp: write `{of_numbers}({text})`"),
                None => names::unknown_function(of_numbers, &text),
            };
            self.errors.push(span_of(&tokens_of(function))?, message);
            return None;
        }
        let expression = self.expression_of(&tokens_of(function)).filter(is_path);
        if expression.is_none() {
            let help = "implement it for a type, and call that by its path: `Mish(x[i])`, `act::Mish(x[i])`";
            let what = format!("`{name}` is no type that implements `einsum::Function`");
            self.errors.push(span_of(&tokens_of(function))?, format!("{what}\nhelp: {help}"));
        }
        let items = self.items(content);
        let arguments: Vec<_> = items.mapped(|item| self.expression(item, (content.span(), content.span())));
        let arguments: Option<Vec<Expression>> = arguments.into_iter().collect();
        self.functions.push(expression?);
        let number = self.functions.len() - 1;
        self.made(pieces, ExpressionKind::User(number, arguments?))
    }

    /// The arguments of a function, if there are as many as it takes.
    fn counted(
        &mut self,
        name: &str,
        span: (proc_macro2::Span, proc_macro2::Span),
        content: &Group,
        expected: usize,
    ) -> Option<Vec<Expression>> {
        let items = self.items(content);
        let arguments: Vec<_> = items.mapped(|item| self.expression(item, (content.span(), content.span())));
        if items.len() != expected {
            self.errors.push(span, names::counts(name, expected, items.len()));
            return None;
        }
        arguments.into_iter().collect()
    }

    /// The arguments of `select`, of which the first is a condition.
    fn selected(&mut self, span: (proc_macro2::Span, proc_macro2::Span), content: &Group) -> Option<Vec<Expression>> {
        let (items, before) = (self.items(content), (content.span(), content.span()));
        let argument = |(number, item): (usize, &Vec<TokenTree>)| match number {
            0 => self.condition(&pieces::read(item).0, before, Self::pieces),
            _ => self.expression(item, before),
        };
        let arguments: Vec<_> = items.iter().enumerate().map(argument).collect();
        if items.len() != 3 {
            self.errors.push(span, names::counts("select", 3, items.len()));
            return None;
        }
        arguments.into_iter().collect()
    }

    /// The arguments, between commas that are not within generics.
    #[expect(clippy::unused_self, reason = "it reads as the others do")]
    fn items(&self, content: &Group) -> Vec<Vec<TokenTree>> {
        let tokens = flat(content.stream());
        let mut items = Vec::new();
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let (pieces, after) = pieces::read(rest);
            items.push(tokens_of(&pieces));
            rest = after.map_or(&[], |after| &after[1..]);
        }
        items
    }
}

/// Whether an expression is the path of a type.
fn is_path(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Path(_) => true,
        syn::Expr::Group(inner) => is_path(&inner.expr),
        _ => false,
    }
}

/// Each once.
fn distinct(all: Vec<String>) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for one in all {
        if !distinct.contains(&one) {
            distinct.push(one);
        }
    }
    distinct
}

/// An integer that is written; the largest there is, if it is larger.
fn integer(expression: &syn::Expr) -> Option<i128> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => {
            Some(number.base10_parse().unwrap_or(i128::MAX))
        }
        syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) => integer(expr).map(|value| -value),
        syn::Expr::Paren(inner) => integer(&inner.expr),
        _ => None,
    }
}
