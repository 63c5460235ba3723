//! Formulas -> [`ast::formula`](crate::ast::formula): what is more than a product of operands with labels.
//!
//! ```text
//! invocation = statement {"," name "=" expression} [";" extents]
//!            | "{" {"let" name "[" indices "]" "=" expression ";"} statement [";"] "}" {..} [..]
//! statement  = [postfix expression] "[" indices "]" ("=" | "+=" | "-=") expression
//! primary    = access | literal | number | function "(" expressions ")" | reduction "[" labels "]" "(" expression ")"
//! access     = (postfix expression | ("zero" | "wrap" | "clamp" | "conj") "(" operand ")") "[" {index ","} "]"
//! index      = affine form of labels | access
//! ```
//!
//! Parentheses hold a formula if a label, a result of `let` or a function of formulas is named in them; other
//! parentheses are Rust, and the operand of rank 0 that they are.

mod call;
mod constants;
mod expression;
mod form;
pub(super) mod function;
mod mentions;
pub(super) mod names;
mod primary;
mod reader;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;

pub(super) use self::mentions::asks_for_more;
pub(crate) use self::primary::number;
use self::reader::Reader;
use super::index::{
    labels::flat,
    pieces::{self, PieceKind, is_punct},
    product::ReadFactors,
    statement::Statement as Written,
    tokens::{is_bracket, span_of, text_of, tokens_of},
};
use crate::{
    ast::{
        ALPHA, Arguments, Beta, Extent, Operand,
        formula::{Formula, Statement},
    },
    error::Errors,
    few::List,
};

/// The tokens of a macro, in parts.
pub(super) struct Parts<'a> {
    pub(super) runtime: TokenStream,
    /// Statements and named arguments.
    pub(super) notation: &'a [TokenTree],
    pub(super) extents: Vec<Extent>,
}

/// Whether the first token is a block of statements.
pub(super) fn is_block(tokens: &[TokenTree]) -> bool {
    block(tokens).is_some_and(|group| group.stream().into_iter().any(|token| is_punct(&token, '=')))
}

fn block(tokens: &[TokenTree]) -> Option<&Group> {
    match tokens.first() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

/// Parses statements, and what is named after them.
///
/// # Errors
/// All mistakes.
pub(super) fn invocation(parts: Parts<'_>) -> Result<Formula, Errors> {
    let Parts { runtime, notation, extents } = parts;
    let mut reader = Reader::default();
    let (content, mut named) = match block(notation) {
        Some(group) => (group.stream().into_iter().collect(), Some(&notation[1..])),
        None => (notation.to_vec(), None),
    };
    let written = split(&content, true, &mut reader);
    reader.given_alone = given_alone(&extents, &written);
    let mut statements = lets(&written, &mut reader);
    let last = written.last().map_or(&[][..], |last| *last);
    let (pieces, rest) = pieces::read(last);
    if let_name(last).is_some() {
        let comma = last.iter().find(|token| is_punct(token, ','));
        reader.without_result(comma, block(notation));
        return Err(reader.errors);
    }
    if named.is_none() {
        named = rest;
    } else if let Some(comma) = rest.and_then(|rest| rest.first()) {
        let help = "what is named stands after the braces";
        reader.errors.push((comma.span(), comma.span()), format!("unexpected `,` in a statement\nhelp: {help}"));
    }
    let statement = Written::split(&pieces)?;
    let mut target = ReadFactors::default();
    let (bracket, out) = statement.sides(&mut target);
    reader.errors.0.extend(std::mem::take(&mut target.errors).0);
    statements.extend(reader.result(&statement, bracket));
    let mut arguments = Arguments { out, ..Arguments::default() };
    let is_label = |name: &str| reader.labels.iter().any(|label| label == name);
    let mut errors = Errors::default();
    statement.arguments(named.unwrap_or_default(), &is_label, &mut arguments, &mut errors);
    reader.errors.0.extend(errors.0);
    arguments.negated = statement.operator() == "-=";
    if arguments.beta.is_none() && statement.operator() != "=" && arguments.out.is_some() {
        arguments.beta = Some(Beta::One);
    }
    let has_alpha = reader.take_alpha(&mut arguments);
    let all = &notation[..notation.len() - named.map_or(0, <[_]>::len)];
    let span = span_of(all).unwrap_or_else(|| (Span::call_site(), Span::call_site()));
    let text = text_of(all);
    let Reader { operands, given, functions, types, errors, .. } = reader;
    let formula =
        Formula { runtime, text, span, operands, given, functions, types, extents, arguments, has_alpha, statements };
    errors.propagate(formula)
}

/// The statements of a block, cut at semicolons.
fn split<'t>(tokens: &'t [TokenTree], may_end: bool, reader: &mut Reader) -> Vec<&'t [TokenTree]> {
    let mut statements: Vec<&[TokenTree]> = tokens.split(|token| is_punct(token, ';')).collect();
    if may_end && statements.len() > 1 && statements.last().is_some_and(|last| last.is_empty()) {
        statements.pop();
    }
    let names = statements.iter().filter_map(|statement| let_name(statement));
    reader.lets = names.map(|name| name.unraw().to_string()).collect();
    statements
}

/// The labels that are given extents, and are named by brackets in parentheses alone, which without that would be Rust.
fn given_alone(extents: &[Extent], statements: &[&[TokenTree]]) -> Vec<String> {
    let mut alone: Vec<String> = extents.mapped(|extent| extent.label.unraw().to_string());
    for statement in statements {
        let named = mentions::labels(statement, &[]);
        alone.retain(|label| !named.contains(label));
    }
    alone
}

fn let_name(tokens: &[TokenTree]) -> Option<Ident> {
    match tokens {
        [TokenTree::Ident(word), TokenTree::Ident(name), ..] if word == "let" => Some(name.clone()),
        _ => None,
    }
}

/// All statements but the last.
fn lets(written: &[&[TokenTree]], reader: &mut Reader) -> Vec<Statement> {
    let Some((_, before)) = written.split_last() else { return Vec::new() };
    let mut statements = Vec::new();
    for tokens in before {
        match let_name(tokens) {
            Some(name) => {
                statements.extend(reader.local(&name, &tokens[2..]));
                reader.computed += 1;
            }
            None => reader.not_a_let(tokens),
        }
    }
    statements
}

impl Reader {
    /// `let s[i, j] = ..`, from the bracket on.
    fn local(&mut self, name: &Ident, tokens: &[TokenTree]) -> Option<Statement> {
        let span = (name.span(), name.span());
        if name == "mut" {
            self.errors.push(span, "`mut` of a `let`\nhelp: leave it out: a `let` is written once");
            return None;
        }
        if let [_, sign, equal, ..] = tokens
            && is_punct(equal, '=')
            && ['+', '-'].iter().any(|operator| is_punct(sign, *operator))
        {
            let help = format!("write `=`: `{name}` is new");
            self.errors.push((sign.span(), equal.span()), format!("`{sign}=` in a `let`\nhelp: {help}"));
            return None;
        }
        let count = self.lets[..self.computed].iter().filter(|other| *name == **other).count();
        if count > 0 {
            self.errors.push(span, format!("`{name}` is computed twice\nhelp: give each `let` a name of its own"));
        }
        let [TokenTree::Group(bracket), equal, value @ ..] = tokens else {
            self.not_a_statement(name);
            return None;
        };
        let is_assigned =
            is_punct(equal, '=') && !value.first().is_some_and(|next| is_punct(next, '=') && is_joint(equal));
        if bracket.delimiter() != Delimiter::Bracket || !is_assigned {
            self.not_a_statement(name);
            return None;
        }
        self.statement(Some(name.clone()), bracket, value, (equal.span(), equal.span()))
    }

    fn not_a_statement(&mut self, name: &Ident) {
        let help = format!("write `let {name}[i, j] = ..;`, or `let {name}[] = ..;` without axes");
        self.errors
            .push((name.span(), name.span()), format!("the labels of `{name}`, and `=`, are missing\nhelp: {help}"));
    }

    /// Statements of which the last is a `let`, with a comma after it or at its end.
    fn without_result(&mut self, comma: Option<&TokenTree>, block: Option<&Group>) {
        if let Some(comma) = comma {
            self.errors.push((comma.span(), comma.span()), "a statement ends with `;`, and not with `,`");
        } else if let Some(end) = block.map(Group::span_close) {
            let help = "write `[i, j] = ..` after the statements of `let`";
            self.errors.push((end, end), format!("the result is missing\nhelp: {help}"));
        }
    }

    fn not_a_let(&mut self, tokens: &[TokenTree]) {
        if let [TokenTree::Ident(word), ..] = tokens
            && word == "let"
        {
            let help = "write `let s[i, j] = ..;`";
            self.errors.push((word.span(), word.span()), format!("the name of a `let` is missing\nhelp: {help}"));
        } else if let Some(span) = span_of(tokens) {
            let help = "write `let s[i, j] = ..;` before the last statement, which is the result";
            self.errors.push(span, format!("a statement without `let`\nhelp: {help}"));
        }
    }

    /// The statement of the result.
    fn result(&mut self, statement: &Written<'_, '_>, bracket: Option<&Group>) -> Option<Statement> {
        let tokens: Vec<TokenTree> = statement.value().iter().flat_map(|piece| piece.tokens).cloned().collect();
        let before = statement.operator_span();
        match bracket {
            Some(bracket) => self.statement(None, bracket, &tokens, before),
            None => {
                self.labels = mentions::labels(&tokens, &[]);
                self.expression(&tokens, before).and(None)
            }
        }
    }

    fn statement(
        &mut self,
        name: Option<Ident>,
        bracket: &Group,
        value: &[TokenTree],
        before: (Span, Span),
    ) -> Option<Statement> {
        self.target = mentions::in_bracket(&flat(bracket.stream()));
        let known: Vec<String> = self.target.iter().chain(&self.given_alone).cloned().collect();
        self.labels = mentions::labels(value, &known);
        let target = self.axes(bracket);
        let value = self.expression(value, before)?;
        Some(Statement { name, target, bracket: (bracket.span(), bracket.span()), value })
    }

    /// Makes `alpha` the last operand.
    fn take_alpha(&mut self, arguments: &mut Arguments) -> bool {
        let Some(expression) = arguments.alpha.take() else { return false };
        let (span, source) = (crate::ast::spanned(&expression), ALPHA.to_owned());
        self.operands.push(Operand { expression, cast: None, tangent: None, conj: false, source, span });
        true
    }
}

fn is_joint(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.spacing() == proc_macro2::Spacing::Joint)
}

/// Whether a macro is surely meant for a formula, though it could be read as a product: `zero(x)[i]`, `(i as f32)`, `f(sum[i](x[i]))`.
/// `given` are the labels that are given extents.
pub(super) fn is_certain(notation: &[TokenTree], given: &[String]) -> bool {
    let (pieces, _) = pieces::read(notation);
    let bracket = pieces.iter().take_while(|piece| piece.kind != PieceKind::Assign).last();
    let target = bracket.and_then(is_bracket).map(|bracket| mentions::in_bracket(&flat(bracket.stream())));
    let target = target.unwrap_or_default();
    let known: Vec<String> = target.iter().chain(given).cloned().collect();
    is_certain_with(notation, &mentions::labels(notation, &known), &target)
}

fn is_certain_with(tokens: &[TokenTree], labels: &[String], target: &[String]) -> bool {
    let (pieces, _) = pieces::read(tokens);
    let reader = Reader { labels: labels.to_vec(), ..Reader::default() };
    let is_label = |value: &[pieces::Piece<'_>]| {
        let tokens = tokens_of(value);
        reader.is_form(&tokens) && reader.mentions_label(&tokens)
    };
    let is_outside = |pair: &[pieces::Piece<'_>]| {
        let [name, arguments, bracket] = pair else { return false };
        let is_named = matches!((name.kind, name.tokens), (PieceKind::Beginning, [TokenTree::Ident(name)])
            if names::outside(&name.to_string()).is_some());
        is_named && pieces::parenthesized(arguments).is_some() && is_bracket(bracket).is_some()
    };
    let is_within = |piece: &pieces::Piece<'_>| {
        pieces::parenthesized(piece).is_some_and(|group| is_certain_with(&flat(group.stream()), labels, target))
    };
    // `Scaled(2.0)(x[i])`, with a label of the target.
    let is_call = |pair: &[pieces::Piece<'_>]| {
        let groups = [&pair[0], &pair[1]].map(pieces::parenthesized);
        let [Some(_), Some(arguments)] = groups else { return false };
        pair[1].kind == PieceKind::Value
            && mentions::labels(&flat(arguments.stream()), &[]).iter().any(|label| target.contains(label))
    };
    pieces.windows(2).any(is_call)
        || pieces.windows(3).any(is_outside)
        || mentions::reduces(tokens)
        || matches!(pieces.as_slice(), [value @ .., cast] if cast.kind == PieceKind::Cast && is_label(value))
        || pieces.iter().any(is_within)
}
