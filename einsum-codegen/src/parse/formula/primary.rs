//! `x[i, j]`, `exp(..)`, `sum[k](..)`, `0.5`: what operators stand between.

use proc_macro2::{Delimiter, Group, Ident, TokenTree};
use syn::{Expr, Lit, ext::IdentExt};

use super::{constants, names, reader::Reader};
use crate::{
    ast::{
        Label, Mark,
        formula::{Access, Expression, ExpressionKind, Tensor},
    },
    ir::formula::{Literal, Outside},
    notation::FUSED,
    parse::index::{
        beyond,
        labels::{flat, is_ellipsis},
        pieces::{Piece, PieceKind, is_punct, parenthesized},
        tokens::{is_bracket, span_of, text_of, tokens_of},
    },
};

impl Reader {
    /// A value without operators around it.
    pub(super) fn primary(&mut self, pieces: &[Piece<'_>]) -> Option<Expression> {
        if let Some(second) = pieces[1..].iter().find(|piece| piece.kind == PieceKind::Beginning) {
            let span = span_of(second.tokens)?;
            let help = beyond::without_parentheses(pieces);
            self.errors.push((span.0, span.0), format!("expected an operator before this{help}"));
            return None;
        }
        if let [value @ .., cast] = pieces
            && cast.kind == PieceKind::Cast
        {
            return self.cast(pieces, value, cast);
        }
        match pieces {
            [only] => self.single(pieces, only),
            [name, arguments] if parenthesized(arguments).is_some() => self.called(pieces, name, arguments),
            [name, bracket, arguments] if is_bracket(bracket).is_some() && parenthesized(arguments).is_some() => {
                self.reduction(pieces, name, bracket, arguments)
            }
            _ if pieces.last().is_some_and(|last| last.kind == PieceKind::Bracket) => {
                let access = self.access(pieces, false)?;
                self.made(pieces, ExpressionKind::Access(access))
            }
            _ => self.path_call(pieces),
        }
    }

    /// A name, a literal, parentheses.
    fn single(&mut self, pieces: &[Piece<'_>], only: &Piece<'_>) -> Option<Expression> {
        if let Some(group) = parenthesized(only) {
            let tokens = flat(group.stream());
            if self.is_formula(&tokens) {
                return self.expression(&tokens, (group.span(), group.span()));
            }
        }
        match only.tokens {
            [TokenTree::Ident(name)] if self.is_label(&name.unraw().to_string()) => {
                let (label, span) = (name.unraw().to_string(), name.span());
                let label = Label { name: label, mark: Mark::Tokens(span, span) };
                self.made(pieces, ExpressionKind::BareLabel(label))
            }
            [TokenTree::Group(group)] if is_bracket(only).is_some() => {
                let help = "write the operand before its labels, such as `x[i, j]`";
                self.errors.push((group.span(), group.span()), format!("a bracket without an operand\nhelp: {help}"));
                None
            }
            tokens => match literal(tokens) {
                Some(literal) => self.made(pieces, ExpressionKind::Literal(literal)),
                None => self.number(pieces),
            },
        }
    }

    /// An operand without brackets.
    pub(super) fn number(&mut self, pieces: &[Piece<'_>]) -> Option<Expression> {
        // (Functions have no operands but their parameters; elsewhere a constant has its type.)
        if let Some(constant) = self.parameters.and_then(|_| constants::float(&tokens_of(pieces))) {
            return self.made(pieces, ExpressionKind::Literal(Literal::Float(constant)));
        }
        let access = self.access_of(&tokens_of(pieces), None, false)?;
        self.made(pieces, ExpressionKind::Access(access))
    }

    /// `(i as f32)`
    fn cast(&mut self, pieces: &[Piece<'_>], value: &[Piece<'_>], cast: &Piece<'_>) -> Option<Expression> {
        let tokens = tokens_of(value);
        let ty = cast.tokens.get(1..).filter(|ty| !ty.is_empty());
        let is_label = self.is_form(&tokens) && self.mentions_label(&tokens);
        let (true, Some(ty)) = (is_label, ty) else {
            if let Some(message) = beyond::condition_as_number(value) {
                self.errors.push(span_of(&tokens_of(pieces))?, message);
                return None;
            }
            let help = "write `(x as f64)[i, j]` for an operand, or `(a as f64)` for a number";
            let span = cast.tokens[0].span();
            self.errors.push((span, span), format!("`as` needs parentheses\nhelp: {help}"));
            return None;
        };
        let form = self.form(&tokens);
        let parsed = syn::parse2(ty.iter().cloned().collect());
        let ty = parsed.map_err(|error| self.errors.0.extend(crate::error::Errors::from(error).0)).ok()?;
        self.types.push(ty);
        self.made(pieces, ExpressionKind::Label(form?, Some(self.types.len() - 1)))
    }

    /// An operand, and the indices in the bracket after it. As an index of another tensor it is `index`.
    pub(super) fn access(&mut self, pieces: &[Piece<'_>], is_index: bool) -> Option<Access> {
        let known = self.labels.clone();
        let mistake = beyond::one_bracket(pieces, &known)
            .or_else(|| beyond::early_labels(pieces))
            .or_else(|| names::outside_in_index(pieces));
        if let Some((span, message)) = mistake {
            self.errors.push(span, message);
            return None;
        }
        let (last, operand) = pieces.split_last()?;
        let bracket = is_bracket(last)?;
        self.access_of(&tokens_of(operand), Some(bracket), is_index)
    }

    fn access_of(&mut self, operand: &[TokenTree], bracket: Option<&Group>, is_index: bool) -> Option<Access> {
        let (inner, outside, conj) = match bracket {
            Some(_) => self.peeled(operand.to_vec())?,
            None => (operand.to_vec(), Outside::Error, false),
        };
        let axes = bracket.map(|bracket| self.axes(bracket));
        let span = span_of(operand)?;
        let (tensor, is_conj) = self.tensor(&inner, conj)?;
        if is_index && (outside != Outside::Error || is_conj) {
            let what = format!("`{}` reads indices, which are what they are", text_of(operand));
            self.errors
                .push(span, format!("{what}\nhelp: write `zero(x)[t[l]]`, around the tensor that is read by them"));
            return None;
        }
        let bracket = bracket.map(|bracket| (bracket.span(), bracket.span()));
        let axes = axes.unwrap_or_default();
        if let Tensor::Operand(number) = tensor {
            self.ranks.push((number, axes.len()));
        }
        Some(Access { tensor, axes, outside, conj: is_conj, source: text_of(&inner), span, bracket })
    }

    /// The result of a `let`, or an operand.
    fn tensor(&mut self, tokens: &[TokenTree], conj: bool) -> Option<(Tensor, bool)> {
        let local = match tokens {
            [TokenTree::Ident(name)] => self.lets.iter().position(|local| name.unraw() == *local),
            _ => None,
        };
        let Some(number) = local else {
            return self.operand(tokens, conj).map(|(number, conj)| (Tensor::Operand(number), conj));
        };
        if number >= self.computed {
            let (name, span) = (&self.lets[number], span_of(tokens)?);
            let what = if number == self.computed { "its own statement reads it" } else { "its statement comes later" };
            self.errors.push(span, format!("`{name}` is read before it is computed: {what}"));
            return None;
        }
        Some((Tensor::Local(number), conj))
    }

    /// `sum[k](..)`
    fn reduction(
        &mut self,
        pieces: &[Piece<'_>],
        name: &Piece<'_>,
        bracket: &Piece<'_>,
        arguments: &Piece<'_>,
    ) -> Option<Expression> {
        let (labels, content) = (is_bracket(bracket)?, parenthesized(arguments)?);
        let [TokenTree::Ident(ident)] = name.tokens else { return self.path_call(pieces) };
        let Some(over) = names::reduction(&ident.to_string()) else {
            let tokens = flat(content.stream());
            if !self.is_formula(&tokens) {
                return self.path_call(pieces);
            }
            let (over, value) = (text_of(&flat(labels.stream())), text_of(&tokens));
            let read = self.expression(&tokens, (content.span(), content.span()));
            let is_condition = read.is_some_and(|value| value.kind.is_condition());
            let message = names::unknown_reduction(&ident.to_string(), &over, (&value, is_condition));
            self.errors.push((ident.span(), ident.span()), message);
            return None;
        };
        let value = self.expression(&flat(content.stream()), (content.span(), content.span()));
        let bound = self.bound(labels);
        let kind = ExpressionKind::Reduction(over, bound?, Box::new(value?));
        self.made(pieces, kind)
    }

    /// The labels that a reduction names.
    fn bound(&mut self, bracket: &Group) -> Option<Vec<Label>> {
        let tokens = flat(bracket.stream());
        let mut labels: Vec<Label> = Vec::new();
        let before = self.errors.0.len();
        for item in tokens.split(|token| is_punct(token, ',')).filter(|item| !item.is_empty()) {
            let span = span_of(item)?;
            let name = match item {
                [TokenTree::Ident(name)] if name != "_" => Some(name.unraw().to_string()),
                item if is_ellipsis(item) => Some(FUSED.to_owned()),
                _ => None,
            };
            match name {
                Some(name) => {
                    if labels.iter().any(|label| label.name == name) {
                        self.errors.push(span, format!("label `{name}` is named twice"));
                    }
                    labels.push(Label { name, mark: Mark::Tokens(span.0, span.1) });
                }
                None => self.errors.push(span, "expected the labels to reduce over, as in `sum[k](..)`"),
            }
        }
        if labels.is_empty() && self.errors.0.len() == before {
            let span = (bracket.span(), bracket.span());
            self.errors.push(span, "expected the labels to reduce over, as in `sum[k](..)`");
        }
        (self.errors.0.len() == before).then_some(labels)
    }

    /// Reads tokens that have no other form: Rust, if they name no labels; a function of the user's at a path; or a mistake.
    pub(super) fn path_call(&mut self, pieces: &[Piece<'_>]) -> Option<Expression> {
        let tokens = tokens_of(pieces);
        if !self.is_formula(&tokens) {
            return self.number(pieces);
        }
        let (last, before) = pieces.split_last()?;
        if let Some(content) =
            parenthesized(last).filter(|_| !before.is_empty() && !self.is_formula(&tokens_of(before)))
        {
            return self.user(pieces, before, content);
        }
        let after = pieces.iter().rev().take_while(|piece| piece.kind != PieceKind::Bracket).count();
        let is_method = after == pieces.len() && pieces.first().is_some_and(|first| parenthesized(first).is_some());
        let (before, after) = pieces.split_at(if is_method { 1 } else { pieces.len() - after });
        let span = span_of(&tokens_of(if after.is_empty() { before } else { after }))?;
        let message = match labels_in_parentheses(pieces) {
            Some(message) => message,
            None if before.is_empty() => {
                "labels belong to the operands of a formula: this is neither Rust nor a formula".to_owned()
            }
            None => beyond::after_labels(before, after),
        };
        self.errors.push(span, message);
        None
    }

    /// The operand within `zero(..)`, `wrap(..)`, `clamp(..)` and `conj(..)`.
    fn peeled(&mut self, mut tokens: Vec<TokenTree>) -> Option<(Vec<TokenTree>, Outside, bool)> {
        let (mut around, mut conj): (Option<(Ident, Outside)>, _) = (None, false);
        while let [TokenTree::Ident(name), TokenTree::Group(group)] = tokens.as_slice() {
            if group.delimiter() != Delimiter::Parenthesis || group.stream().is_empty() {
                break;
            }
            match (names::outside(&name.to_string()), &around) {
                (Some(_), Some((first, _))) => {
                    let what = format!("`{name}` within `{first}`: one of them says what is around a tensor");
                    let inner = text_of(&flat(group.stream()));
                    let other = if *name == *first { String::new() } else { format!(" or `{name}({inner})[..]`") };
                    let help = format!("write `{first}({inner})[..]`{other}");
                    self.errors.push((first.span(), name.span()), format!("{what}\nhelp: {help}"));
                    return None;
                }
                (Some(said), None) => around = Some((name.clone(), said)),
                (None, _) if name == "conj" => conj = !conj,
                (None, _) => break,
            }
            tokens = flat(group.stream());
        }
        Some((tokens, around.map_or(Outside::Error, |(_, said)| said), conj))
    }
}

/// The message about `sum(k)(x[i, k])`.
fn labels_in_parentheses(pieces: &[Piece<'_>]) -> Option<String> {
    let [called, labels, value] = pieces else { return None };
    let name = text_of(called.tokens);
    names::reduction(&name)?;
    let [labels, value] = [parenthesized(labels)?, parenthesized(value)?].map(|group| text_of(&flat(group.stream())));
    Some(format!("the labels of `{name}` stand in a bracket\nhelp: write `{name}[{labels}]({value})`"))
}

/// A number that is written, without a type. (One that is too large is an operand: Rust says so, or knows a type that has it.)
pub(super) fn literal(tokens: &[TokenTree]) -> Option<Literal> {
    number(&syn::parse2::<Expr>(tokens.iter().cloned().collect()).ok()?)
}

/// A number without a suffix, within whatever parentheses.
pub(crate) fn number(expression: &Expr) -> Option<Literal> {
    let mut inner = expression;
    while let Expr::Group(syn::ExprGroup { expr, .. }) | Expr::Paren(syn::ExprParen { expr, .. }) = inner {
        inner = expr;
    }
    match inner {
        Expr::Lit(syn::ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            number.base10_parse().ok().map(Literal::Integer)
        }
        Expr::Lit(syn::ExprLit { lit: Lit::Float(number), .. }) if number.suffix().is_empty() => {
            number.base10_parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Float)
        }
        _ => None,
    }
}
