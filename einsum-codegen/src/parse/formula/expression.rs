//! `relu(x[i] + b[i]) * a`: expressions, from the operator that binds the least to the factors.
//!
//! ```text
//! expression = conjunction {"||" conjunction}
//! conjunction = comparison {"&&" comparison}
//! comparison = sum [("<" | "<=" | "==" | "!=" | ">=" | ">") sum]
//! sum        = product {("+" | "-") product}
//! product    = factor {("*" | "/") factor}
//! factor     = {"-" | "!"} primary
//! ```

use proc_macro2::{Span, TokenTree};

use super::{form, primary, reader::Reader};
use crate::{
    ast::formula::{Expression, ExpressionKind, Operator},
    ir::formula::Comparison,
    parse::index::{
        beyond,
        labels::flat,
        pieces::{self, Piece, PieceKind, is_punct, parenthesized},
        tokens::{span_of, text_of, tokens_of},
    },
};

const COMPARISONS: [(&str, Comparison); 6] = [
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    ("==", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    (">=", Comparison::GreaterOrEqual),
    (">", Comparison::Greater),
];

impl Reader {
    /// An expression of all tokens; `before` is blamed if there are none.
    pub(super) fn expression(&mut self, tokens: &[TokenTree], before: (Span, Span)) -> Option<Expression> {
        let (pieces, comma) = pieces::read(tokens);
        if let Some(comma) = comma.and_then(|rest| rest.first()) {
            self.errors.push((comma.span(), comma.span()), "unexpected `,` in an expression");
            return None;
        }
        self.pieces(&pieces, before)
    }

    /// An expression of pieces.
    pub(super) fn pieces(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        if let Some((span, message)) = beyond::word(pieces) {
            self.errors.push(span, message);
            return None;
        }
        let wrong = pieces.iter().find(|piece| !is_known(piece));
        if let Some(wrong) = wrong {
            self.unknown_operator(wrong);
            return None;
        }
        self.disjunction(pieces, before)
    }

    /// Where a condition must be: one in parentheses is of formulas, be there labels in it or not. All others are for `read`.
    pub(super) fn condition(
        &mut self,
        pieces: &[Piece<'_>],
        before: (Span, Span),
        read: impl Fn(&mut Self, &[Piece<'_>], (Span, Span)) -> Option<Expression>,
    ) -> Option<Expression> {
        if let [only] = pieces
            && let Some(group) = parenthesized(only)
        {
            let tokens = flat(group.stream());
            let (within, comma) = pieces::read(&tokens);
            if comma.is_none() && is_condition(&within) {
                return self.condition(&within, (group.span(), group.span()), Self::pieces);
            }
        }
        read(self, pieces, before)
    }

    fn disjoined(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        self.condition(pieces, before, Self::disjunction)
    }

    fn conjoined(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        self.condition(pieces, before, Self::conjunction)
    }

    fn compared(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        self.condition(pieces, before, Self::comparison)
    }

    fn disjunction(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        match last(pieces, |text| text == "||") {
            None => self.conjunction(pieces, before),
            Some(cut) => self.both(pieces, &cut, before, Self::disjoined, Self::conjoined, ExpressionKind::Or),
        }
    }

    fn conjunction(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        match last(pieces, |text| text == "&&") {
            None => self.comparison(pieces, before),
            Some(cut) => self.both(pieces, &cut, before, Self::conjoined, Self::compared, ExpressionKind::And),
        }
    }

    fn comparison(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        let is_comparison = |text: &str| COMPARISONS.iter().any(|(symbol, _)| *symbol == text);
        let Some(cut) = last(pieces, is_comparison) else { return self.sum_of(pieces, before) };
        let comparison = COMPARISONS.iter().find(|(symbol, _)| *symbol == cut.text)?.1;
        if last(&pieces[..cut.position], is_comparison).is_some() {
            let help = "join comparisons by `&&`, as in `i <= j && j < k`";
            self.errors.push(cut.span, format!("a comparison of a comparison\nhelp: {help}"));
            return None;
        }
        let kind = |both| ExpressionKind::Compare(comparison, both);
        if self.compares_labels(&pieces[..cut.position], &pieces[cut.position + 1..]) {
            return self.both(pieces, &cut, before, Self::label_form, Self::label_form, kind);
        }
        self.both(pieces, &cut, before, Self::sum_of, Self::sum_of, kind)
    }

    fn sum_of(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        let Some(cut) = last(pieces, |text| matches!(text, "+" | "-")) else { return self.product_of(pieces, before) };
        let operator = if cut.text == "+" { Operator::Add } else { Operator::Subtract };
        let kind = |both| ExpressionKind::Binary(operator, both);
        self.both(pieces, &cut, before, Self::sum_of, Self::product_of, kind)
    }

    fn product_of(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        let Some(cut) = last(pieces, |text| matches!(text, "*" | "/")) else { return self.factor_of(pieces, before) };
        let operator = if cut.text == "*" { Operator::Multiply } else { Operator::Divide };
        let kind = |both| ExpressionKind::Binary(operator, both);
        self.both(pieces, &cut, before, Self::product_of, Self::factor_of, kind)
    }

    fn factor_of(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        let Some(first) = pieces.first() else {
            self.errors.push(before, "an operand is missing beside this");
            return None;
        };
        if first.kind != PieceKind::Prefix {
            return self.primary(pieces);
        }
        let kind = match text_of(first.tokens).as_str() {
            "-" => ExpressionKind::Negate,
            "!" => ExpressionKind::Not,
            text => {
                let prefix = std::slice::from_ref(first);
                self.errors.push(span_of(first.tokens)?, beyond::before_factor(text, prefix, &pieces[1..]));
                return None;
            }
        };
        // The least integer has no counterpart of the other sign: it is an operand with its sign.
        if let [_, only] = pieces
            && let [TokenTree::Literal(number)] = only.tokens
            && form::integer(number).is_some_and(|number| number.suffix().is_empty())
            && text_of(first.tokens) == "-"
            && primary::literal(only.tokens).is_none()
        {
            return self.number(pieces);
        }
        let (rest, before) = (&pieces[1..], span_of(first.tokens)?);
        let value = match text_of(first.tokens).as_str() {
            "!" => self.condition(rest, before, Self::factor_of),
            _ => self.factor_of(rest, before),
        };
        self.made(pieces, kind(Box::new(value?)))
    }

    /// Both sides of an operator, so that the mistakes of both are told.
    fn both(
        &mut self,
        pieces: &[Piece<'_>],
        cut: &Cut,
        before: (Span, Span),
        left: impl Fn(&mut Self, &[Piece<'_>], (Span, Span)) -> Option<Expression>,
        right: impl Fn(&mut Self, &[Piece<'_>], (Span, Span)) -> Option<Expression>,
        kind: impl FnOnce(Box<[Expression; 2]>) -> ExpressionKind,
    ) -> Option<Expression> {
        let before = if cut.position == 0 { cut.span } else { before };
        let (left, right) =
            (left(self, &pieces[..cut.position], before), right(self, &pieces[cut.position + 1..], cut.span));
        self.made(pieces, kind(Box::new([left?, right?])))
    }

    /// An expression that these pieces make.
    #[expect(clippy::unused_self, reason = "it reads as the others do")]
    pub(super) fn made(&self, pieces: &[Piece<'_>], kind: ExpressionKind) -> Option<Expression> {
        let tokens = tokens_of(pieces);
        Some(Expression { kind, span: span_of(&tokens)?, text: text_of(&tokens) })
    }

    /// Whether both sides of a comparison are forms of labels.
    fn compares_labels(&self, left: &[Piece<'_>], right: &[Piece<'_>]) -> bool {
        let sides = [tokens_of(left), tokens_of(right)];
        sides.iter().all(|side| self.is_form(side)) && sides.iter().any(|side| self.mentions_label(side))
    }

    fn label_form(&mut self, pieces: &[Piece<'_>], before: (Span, Span)) -> Option<Expression> {
        let tokens = tokens_of(pieces);
        if tokens.is_empty() {
            self.errors.push(before, "an operand is missing beside this");
            return None;
        }
        let names_are_given = std::mem::replace(&mut self.names_are_given, true);
        let form = self.form(&tokens);
        self.names_are_given = names_are_given;
        self.made(pieces, ExpressionKind::Label(form?, None))
    }

    fn unknown_operator(&mut self, piece: &Piece<'_>) {
        let Some(span) = span_of(piece.tokens) else { return };
        let text = text_of(&piece.tokens[..1]);
        let operator = text_of(piece.tokens);
        let (span, what) = match piece.kind {
            PieceKind::Assign => {
                let help = match (operator.as_str(), self.parameters) {
                    ("=", Some(_)) => {
                        "\nhelp: the labels of the result stand before the body: its last expression is the value"
                    }
                    ("=", None) => "\nhelp: write `==` to compare",
                    _ => "",
                };
                (span, format!("unexpected `{operator}` in an expression{help}"))
            }
            PieceKind::Rest if matches!(piece.tokens[0], TokenTree::Ident(_)) => {
                let help = match text.as_str() {
                    "if" | "match" => "\nhelp: write `select(condition, a, b)`",
                    "return" => "\nhelp: the last expression is the value: leave out `return`",
                    "let" => "\nhelp: each `let` ends with `;`, and after the last one stands the result",
                    _ => "",
                };
                ((span.0, span.0), format!("`{text}` in a formula{help}"))
            }
            PieceKind::Rest => ((span.0, span.0), format!("unexpected `{text}`{}", beyond::bars(piece.tokens))),
            _ => (span, format!("`{operator}` is no operator of formulas\nhelp: {}", instead_of(&operator))),
        };
        self.errors.push(span, what);
    }
}

/// The help for an operator that there is not: another way to write it.
fn instead_of(operator: &str) -> &'static str {
    match operator {
        "^" => "write `powi(x, 2)`, or `powf(x, y)`",
        "&" => "write `&&`",
        "|" => "write `||`",
        _ => "there are `+ - * /`, comparisons, `&&`, `||` and `!`; all else is computed in Rust, within parentheses",
    }
}

/// An operator, and where it is.
struct Cut {
    position: usize,
    span: (Span, Span),
    text: String,
}

/// The last of some operators.
fn last(pieces: &[Piece<'_>], is_one: impl Fn(&str) -> bool) -> Option<Cut> {
    let is_operator = |piece: &Piece<'_>| matches!(piece.kind, PieceKind::Operator | PieceKind::Times);
    let position = pieces.iter().rposition(|piece| is_operator(piece) && is_one(&text_of(piece.tokens)))?;
    let tokens = pieces[position].tokens;
    Some(Cut { position, span: span_of(tokens)?, text: text_of(tokens) })
}

/// Whether this compares, joins or negates conditions, perhaps in parentheses.
fn is_condition(pieces: &[Piece<'_>]) -> bool {
    if let [only] = pieces
        && let Some(group) = parenthesized(only)
    {
        let tokens = flat(group.stream());
        return is_condition(&pieces::read(&tokens).0);
    }
    let is_joint = |text: &str| matches!(text, "&&" | "||") || COMPARISONS.iter().any(|(symbol, _)| *symbol == text);
    let is_negated = |first: &Piece<'_>| first.kind == PieceKind::Prefix && text_of(first.tokens) == "!";
    last(pieces, is_joint).is_some() || pieces.first().is_some_and(is_negated)
}

/// Whether a piece is of the language, or an error of its own later.
fn is_known(piece: &Piece<'_>) -> bool {
    match piece.kind {
        PieceKind::Operator => {
            let text = text_of(piece.tokens);
            matches!(text.as_str(), "+" | "-" | "/" | "&&" | "||")
                || COMPARISONS.iter().any(|(symbol, _)| *symbol == text)
        }
        PieceKind::Assign | PieceKind::Rest => false,
        PieceKind::Prefix => !piece.tokens.iter().any(|token| is_punct(token, '|')),
        _ => true,
    }
}
