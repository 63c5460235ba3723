//! `alpha * x[b, i, k] * conj(w[j, k])`: the right side, and what it is made of.

use proc_macro2::{Delimiter, Group as TokenGroup, Span, TokenStream, TokenTree};
use syn::{Expr, parse::Parse};

use super::{
    beyond, labels,
    pieces::{self, Piece, PieceKind, is_punct},
    tokens::{is_bracket, parse_all, span_of, text_of, tokens_of},
};
use crate::{
    ast::{Group, Operand, Subscript},
    error::Errors,
    parse::{
        formula::names,
        operand::{Stripped, strip},
    },
};

/// The factors of a product, as far as they have been read.
#[derive(Default)]
pub(in crate::parse) struct ReadFactors {
    /// The labels of the result and of the factors outside of parentheses.
    pub(super) known: Vec<String>,
    /// One for every operand.
    pub(super) inputs: Vec<Subscript>,
    pub(super) operands: Vec<Operand>,
    /// Whether this is the body of a function.
    pub(super) is_function: bool,
    /// The minus signs: the first and the last token of each.
    pub(super) signs: Vec<(Span, Span)>,
    pub(in crate::parse) errors: Errors,
}

/// A factor, before it is looked into.
struct FactorPieces<'p, 'a> {
    pieces: &'p [Piece<'a>],
    /// The tokens that are blamed if there are none.
    before: Option<(Span, Span)>,
}

impl ReadFactors {
    /// Reads factors that are joined by `*`; `before` is what they should come after.
    pub(super) fn groups(&mut self, pieces: &[Piece<'_>], before: (Span, Span), conj: bool) -> Vec<Group> {
        let factors = self.split(pieces, before);
        factors.into_iter().filter_map(|factor| self.factor(&factor, conj)).collect()
    }

    /// Cuts at every `*`; and, with a word on it, at every other operator and where there is none.
    fn split<'p, 'a>(&mut self, pieces: &'p [Piece<'a>], before: (Span, Span)) -> Vec<FactorPieces<'p, 'a>> {
        let mut factors = Vec::new();
        let mut before = Some(before);
        let mut start = 0;
        for (position, piece) in pieces.iter().enumerate() {
            let factor = FactorPieces { pieces: &pieces[start..position], before };
            let is_separate = factor.pieces.iter().any(|piece| piece.kind == PieceKind::Beginning);
            let Some(span) = span_of(piece.tokens) else { continue };
            match piece.kind {
                PieceKind::Times => before = Some(span),
                PieceKind::Operator | PieceKind::Assign => {
                    let message = beyond::operator(&text_of(piece.tokens), self.is_function);
                    self.errors.push(span, message);
                    before = None;
                }
                PieceKind::Beginning if is_separate => {
                    let help = beyond::without_parentheses(&pieces[start..]);
                    self.errors.push((span.0, span.0), format!("expected `*` between two factors{help}"));
                    before = None;
                }
                _ => continue,
            }
            start = if piece.kind == PieceKind::Beginning { position } else { position + 1 };
            // One word on a wrong operator is enough.
            if before.is_some() || !factor.pieces.is_empty() {
                factors.push(factor);
            }
        }
        factors.push(FactorPieces { pieces: &pieces[start..], before });
        factors
    }

    fn factor(&mut self, factor: &FactorPieces<'_, '_>, conj: bool) -> Option<Group> {
        let (pieces, before) = self.signs(factor);
        let prefixes = pieces.iter().take_while(|piece| piece.kind == PieceKind::Prefix).count();
        let (prefix, pieces) = pieces.split_at(prefixes);
        let unreadable = pieces.iter().position(|piece| matches!(piece.kind, PieceKind::Rest | PieceKind::Cast));
        if let Some(position) = unreadable {
            self.unreadable(&pieces[position], &pieces[..position]);
            return None;
        }
        let Some(first) = pieces.first() else {
            let missing = prefix.last().and_then(|piece| span_of(piece.tokens)).or(before);
            if let Some(span) = missing {
                self.errors.push(span, "a factor is missing after this");
            }
            return None;
        };
        if let Some(span) = span_of(&tokens_of(prefix)) {
            self.errors.push(span, beyond::before_factor(&text_of(&tokens_of(prefix)), prefix, pieces));
        }
        match pieces {
            [_] => match pieces::parenthesized(first) {
                Some(group) if self.is_product(&group.stream()) => Some(self.nested(group, conj, Group::Parentheses)),
                _ => self.operand(pieces, conj),
            },
            [_, arguments] => match pieces::conjugated(first, arguments) {
                Some(group) => Some(self.nested(group, !conj, product_or_factor)),
                None => self.operand(pieces, conj),
            },
            [_, after @ ..] if self.is_method_of_product(first, after) => {
                if let Some(span) = span_of(&tokens_of(after)) {
                    self.errors.push(span, beyond::after_labels(&pieces[..1], after));
                }
                None
            }
            _ => self.operand(pieces, conj),
        }
        .filter(|group| *group != Group::Parentheses(Vec::new()))
    }

    /// Whether this is `(x[i] * w[i]).exp()`, of what is no Rust, as it has labels that are known.
    fn is_method_of_product(&self, first: &Piece<'_>, after: &[Piece<'_>]) -> bool {
        let has_labels = pieces::parenthesized(first).is_some_and(|group| self.is_product(&group.stream()));
        has_labels && after.iter().all(|piece| piece.kind == PieceKind::Value && is_bracket(piece).is_none())
    }

    /// Takes the minus signs off.
    fn signs<'p, 'a>(&mut self, factor: &FactorPieces<'p, 'a>) -> (&'p [Piece<'a>], Option<(Span, Span)>) {
        let is_minus =
            |piece: &&Piece<'_>| piece.kind == PieceKind::Prefix && piece.tokens.iter().all(|t| is_punct(t, '-'));
        let minus = factor.pieces.iter().take_while(is_minus).count();
        let signs: Vec<_> = factor.pieces[..minus].iter().filter_map(|piece| span_of(piece.tokens)).collect();
        let before = signs.last().copied().or(factor.before);
        self.signs.extend(signs);
        (&factor.pieces[minus..], before)
    }

    /// The product within parentheses.
    fn nested(&mut self, group: &TokenGroup, conj: bool, finish: impl Fn(Vec<Group>) -> Group) -> Group {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        let (pieces, _) = pieces::read(&tokens);
        let groups = self.groups(&pieces, (group.span(), group.span()), conj);
        finish(groups)
    }

    /// Whether parentheses hold factors with labels, and not a Rust expression. A bracket of one
    /// name may be either: it holds a label if that is one elsewhere.
    pub(super) fn is_product(&self, content: &TokenStream) -> bool {
        let tokens: Vec<TokenTree> = content.clone().into_iter().collect();
        let (pieces, comma) = pieces::read(&tokens);
        let is_labelled = |piece: &Piece<'_>| match (piece.kind, piece.tokens) {
            (PieceKind::Bracket, [TokenTree::Group(bracket)]) => {
                labels::names_in(bracket).iter().any(|name| self.known.contains(name))
                    || syn::parse2::<Expr>(bracket.stream()).is_err()
            }
            _ => pieces::parenthesized(piece).is_some_and(|group| self.is_product(&group.stream())),
        };
        let is_call =
            |position: usize| position > 0 && pieces::conjugated(&pieces[position - 1], &pieces[position]).is_none();
        let mut candidates = pieces.iter().enumerate();
        comma.is_none()
            && candidates
                .any(|(position, piece)| (piece.kind != PieceKind::Value || !is_call(position)) && is_labelled(piece))
    }

    /// A postfix expression, and its labels, if it has any.
    fn operand(&mut self, pieces: &[Piece<'_>], conj: bool) -> Option<Group> {
        let tokens = tokens_of(pieces);
        let is_product = |item: &[TokenTree]| self.is_product(&item.iter().cloned().collect());
        let mistake = beyond::one_bracket(pieces, &self.known)
            .or_else(|| beyond::reduction(pieces))
            .or_else(|| beyond::early_labels(pieces).filter(|_| pieces[pieces.len() - 1].kind == PieceKind::Bracket))
            .or_else(|| beyond::call(pieces, &self.known, &is_product))
            .or_else(|| names::outside_in_index(pieces));
        if let Some((span, message)) = mistake {
            self.errors.push(span, message);
            return None;
        }
        let (operand, bracket) = self.bracket(pieces, &tokens)?;
        let element = format!("write `({})` for a single element", text_of(&tokens));
        let subscript = match bracket {
            Some(bracket) => labels::parse(bracket, &element, &mut self.errors),
            None => Subscript { labels: Vec::new(), mark: labels::mark(span_of(operand)?) },
        };
        let span = span_of(operand)?;
        let expression = self.expression(operand)?;
        let stripped = strip(expression).map_err(|error| self.errors.0.extend(Errors::from(error).0));
        let Stripped { expression, conj: conj_within, cast } = stripped.ok()?;
        let source = if conj { format!("conj({})", text_of(operand)) } else { text_of(operand) };
        self.inputs.push(subscript);
        self.operands.push(Operand { expression, cast, tangent: None, conj: conj != conj_within, source, span });
        Some(Group::Operand(self.operands.len() - 1))
    }

    /// Cuts off the bracket that holds the labels.
    fn bracket<'t>(
        &mut self,
        pieces: &[Piece<'_>],
        tokens: &'t [TokenTree],
    ) -> Option<(&'t [TokenTree], Option<&'t TokenGroup>)> {
        if let [TokenTree::Group(group)] = tokens
            && group.delimiter() == Delimiter::Bracket
        {
            let help = "write the operand before its labels, such as `x[i, j]`";
            self.errors.push((group.span(), group.span()), format!("a bracket without an operand\nhelp: {help}"));
            return None;
        }
        let after = pieces.iter().rev().take_while(|piece| piece.kind != PieceKind::Bracket).count();
        if after == pieces.len() {
            return Some((tokens, None));
        }
        let (before, after) = pieces.split_at(pieces.len() - after);
        if let Some(span) = span_of(&tokens_of(after)) {
            self.errors.push(span, beyond::after_labels(before, after));
            return None;
        }
        match tokens.split_last() {
            Some((TokenTree::Group(bracket), operand)) => Some((operand, Some(bracket))),
            _ => None,
        }
    }

    /// Reads an expression; what is wrong with it is noted.
    pub(super) fn expression(&mut self, tokens: &[TokenTree]) -> Option<Expr> {
        let end = tokens.last()?.span();
        let result = parse_all(tokens, end, Expr::parse);
        result.map_err(|error| self.errors.0.extend(Errors::from(error).0)).ok()
    }

    /// Notes what can only be read within parentheses.
    fn unreadable(&mut self, piece: &Piece<'_>, before: &[Piece<'_>]) {
        let Some(first) = piece.tokens.first() else { return };
        let span = (first.span(), first.span());
        let text = first.to_string();
        let message = match text.as_str() {
            "|" if !beyond::bars(piece.tokens).is_empty() => format!("unexpected `|`{}", beyond::bars(piece.tokens)),
            "|" => "a closure needs parentheses around the operand that it is in".to_owned(),
            "let" => "`let` is not an operand\nhelp: write `let y = einsum!([i] = ..)`".to_owned(),
            "@" => {
                "`@` between factors\nhelp: write `x[i, k] * w[k, j]`: labels that the result has not are summed over"
                    .to_owned()
            }
            "as" => beyond::condition_as_number(before).unwrap_or_else(|| {
                "`as` needs parentheses\nhelp: write `(x as f64)[i, j]` for an operand, or `(a as f64)` for a number"
                    .to_owned()
            }),
            "if" | "match" => {
                let help = "write `select(condition, a, b)` for a choice at each index";
                format!("`{text}` needs parentheses around its expression\nhelp: {help}")
            }
            _ if matches!(first, TokenTree::Ident(_)) => format!("`{text}` needs parentheses around its expression"),
            _ => format!("unexpected `{text}`"),
        };
        self.errors.push(span, message);
    }
}

fn product_or_factor(mut groups: Vec<Group>) -> Group {
    match groups.len() {
        1 => groups.swap_remove(0),
        _ => Group::Parentheses(groups),
    }
}
