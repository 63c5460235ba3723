//! `y[b, i, j] += x[b, i, k] * w[j, k, l], alpha = a`: both sides, and what is named after them.

use proc_macro2::{Delimiter, Group as TokenGroup, Ident, Span, TokenTree};
use syn::{Token, parse::ParseStream};

use super::{
    beyond,
    labels::{self, LABELS, known},
    pieces::{Piece, PieceKind, is_punct},
    product::ReadFactors,
    tokens::{bracket_text, is_bracket, parse_all, span_of, text_of, tokens_of},
};
use crate::{
    ast::{Arguments, Group, Out, Subscript},
    error::Errors,
    parse::{
        arguments::parse_argument,
        operand::{Stripped, strip},
        tokens::is_named,
    },
};

/// `y[b, i, j] += x[b, i, k] * w[j, k, l]`
pub(in crate::parse) struct Statement<'p, 'a> {
    target: &'p [Piece<'a>],
    operator: &'p Piece<'a>,
    product: &'p [Piece<'a>],
}

impl<'p, 'a> Statement<'p, 'a> {
    /// Cuts at the `=`.
    pub(in crate::parse) fn split(pieces: &'p [Piece<'a>]) -> Result<Self, Errors> {
        let position = pieces.iter().position(|piece| piece.kind == PieceKind::Assign);
        if let Some(position) = position {
            let (target, rest) = pieces.split_at(position);
            return Ok(Self { target, operator: &rest[0], product: &rest[1..] });
        }
        // What is wrong with the product comes first: it may hide the `=`.
        let mut product = ReadFactors { known: known(pieces, None), ..ReadFactors::default() };
        let is_target = matches!(pieces, [only] if is_bracket(only).is_some());
        if !is_target && pieces.iter().any(|piece| matches!(piece.kind, PieceKind::Rest | PieceKind::Cast)) {
            product.groups(pieces, (Span::call_site(), Span::call_site()), false);
        }
        if product.errors.0.is_empty() {
            let span = span_of(&tokens_of(pieces)).unwrap_or_else(|| (Span::call_site(), Span::call_site()));
            let help = "write `[i, k] = x[i, j] * w[j, k]`, or `y[i, k] = ..` to write into `y`";
            product.errors.push(span, format!("the labels of the result and `=` are missing\nhelp: {help}"));
        }
        Err(product.errors)
    }

    pub(in crate::parse) fn operator(&self) -> String {
        text_of(self.operator.tokens)
    }

    pub(in crate::parse) fn operator_span(&self) -> (Span, Span) {
        span_of(self.operator.tokens).unwrap_or_else(|| (Span::call_site(), Span::call_site()))
    }

    /// The labels of the target and the array before them; `product` is told what is wrong with these.
    pub(in crate::parse) fn sides(&self, product: &mut ReadFactors) -> (Option<&'a TokenGroup>, Option<Out>) {
        let (bracket, out) = self.target(product);
        if !["=", "+=", "-="].contains(&self.operator().as_str()) {
            let what = format!("`{}` writes no result\nhelp: write `=`, `+=` or `-=`", self.operator());
            product.errors.push(self.operator_span(), what);
        } else if self.operator() != "=" && self.target.len() == 1 && bracket.is_some() {
            let what = format!("there is nothing that `{}` could add to", self.operator());
            let help = "write the array before the labels, as in `y[i, j] += ..`";
            product.errors.push(self.operator_span(), format!("{what}\nhelp: {help}"));
        }
        (bracket, out)
    }

    /// The pieces of the right side.
    pub(in crate::parse) fn value(&self) -> &'p [Piece<'a>] {
        self.product
    }

    /// Reads both sides, where some labels are given extents.
    pub(super) fn read(&self, given: &[String]) -> (Subscript, ReadFactors, Vec<Group>, Option<Out>) {
        let mut product = ReadFactors::default();
        let (bracket, out) = self.sides(&mut product);
        let element = match &out {
            Some(out) => format!("write `({}{})[]` for a single element", out.source, bracket_text(bracket)),
            None => LABELS.to_owned(),
        };
        let output = match bracket {
            Some(bracket) => labels::parse(bracket, &element, &mut product.errors),
            None => Subscript { labels: Vec::new(), mark: labels::mark(self.operator_span()) },
        };
        product.known = known(self.product, bracket);
        product.known.extend(given.iter().cloned());
        let order = product.groups(self.product, self.operator_span(), false);
        (output, product, order, out)
    }

    /// The labels of the result, and what it is written to.
    fn target(&self, product: &mut ReadFactors) -> (Option<&'a TokenGroup>, Option<Out>) {
        let Some((last, before)) = self.target.split_last() else {
            product.errors.push(self.operator_span(), "the labels of the result are missing before this");
            return (None, None);
        };
        if let Some((span, message)) = beyond::one_bracket(self.target, &known(self.product, is_bracket(last))) {
            product.errors.push(span, message);
            return (None, None);
        }
        let Some(bracket) = is_bracket(last).filter(|_| last.kind == PieceKind::Bracket || before.is_empty()) else {
            let tokens = tokens_of(self.target);
            if let Some(span) = span_of(&tokens) {
                let what = "the result has no labels";
                let text = text_of(&tokens);
                if let [TokenTree::Group(group)] = tokens.as_slice() {
                    let labels: Vec<TokenTree> = group.stream().into_iter().collect();
                    let what = "the labels of the result stand in brackets";
                    product.errors.push(span, format!("{what}\nhelp: write `[{}]`", text_of(&labels)));
                    return (None, None);
                }
                product.errors.push(span, format!("{what}\nhelp: write `{text}[i, j]`, or `{text}[]` without axes"));
            }
            return (None, None);
        };
        (Some(bracket), Self::place(before, bracket, product))
    }

    /// The target of the result.
    fn place(pieces: &[Piece<'_>], bracket: &TokenGroup, product: &mut ReadFactors) -> Option<Out> {
        let tokens = tokens_of(pieces);
        let span = span_of(&tokens)?;
        let source = text_of(&tokens);
        let is_wrong = |(position, piece): &(usize, &Piece<'_>)| match piece.kind {
            PieceKind::Beginning => *position > 0,
            PieceKind::Value | PieceKind::Bracket => false,
            _ => true,
        };
        if let Some((position, wrong)) = pieces.iter().enumerate().find(is_wrong) {
            let what = format!("`{}` needs parentheses in what the result is written to", text_of(&wrong.tokens[..1]));
            let bracket = bracket_text(Some(bracket));
            let help = match source.trim_start_matches("&mut").trim_start_matches('&').trim() {
                place if position == 0 && place != source => {
                    format!("write `{place}{bracket}`: it is borrowed as it is")
                }
                _ => format!("write `({source}){bracket}`"),
            };
            product.errors.push(span_of(wrong.tokens)?, format!("{what}\nhelp: {help}"));
            return None;
        }
        let expression = product.expression(&tokens)?;
        let stripped = strip(expression).map_err(|error| product.errors.0.extend(Errors::from(error).0));
        let Stripped { expression, cast, .. } = stripped.ok()?;
        Some(Out { expression, cast, source, span })
    }

    /// `, alpha = a, beta = b`
    pub(in crate::parse) fn arguments(
        &self,
        tokens: &[TokenTree],
        is_label: &dyn Fn(&str) -> bool,
        arguments: &mut Arguments,
        errors: &mut Errors,
    ) {
        let Some(end) = tokens.last().map(TokenTree::span) else { return };
        let mut mistakes = Errors::default();
        let result = parse_all(tokens, end, |input| {
            while !input.is_empty() {
                input.parse::<Token![,]>()?;
                if !input.is_empty() {
                    self.check_argument(input)?;
                    parse_argument(input, is_label, arguments, &mut mistakes)?;
                }
            }
            Ok(())
        });
        errors.0.extend(mistakes.0);
        errors.0.extend(result.err().into_iter().flat_map(|error| Errors::from(error).0));
    }

    /// Reports what else than an argument, or which one, has no place after the product.
    fn check_argument(&self, input: ParseStream<'_>) -> syn::Result<()> {
        if !is_named(input) {
            let help = "expected `alpha = ..` or `beta = ..` after the comma: factors are joined by `*`";
            return Err(input.error(help));
        }
        let name: Ident = input.fork().parse()?;
        let message = match name.to_string().as_str() {
            "out" => "the result is written to what is left of `=`, as in `y[i, j] = ..`".to_owned(),
            "beta" if self.target.len() == 1 => "`beta` multiplies the old content of `y` in `y[i, j] = ..`".to_owned(),
            "beta" if self.operator() != "=" => {
                format!("`{}` adds to the old content as it is: write `=` with `beta`", self.operator())
            }
            _ => return Ok(()),
        };
        Err(syn::Error::new(name.span(), message))
    }
}

/// The message about what stands in the place of `=`, as in `x[i, j] * w[j, k] -> [i, k]`.
pub(super) fn misplaced_target(tokens: &[TokenTree]) -> Option<((Span, Span), String)> {
    const ARROWS: [&str; 5] = ["->", "=>", "<-", "==", ":="];
    let is_joint =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == proc_macro2::Spacing::Joint);
    let position = tokens.windows(2).position(|pair| is_joint(&pair[0]) && ARROWS.contains(&symbol(pair).as_str()))?;
    let (arrow, span) = (symbol(&tokens[position..]), span_of(&tokens[position..position + 2])?);
    let (left, right) = (&tokens[..position], &tokens[position + 2..]);
    let is_group =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    let ends = |tokens: &[TokenTree]| tokens.last().is_some_and(is_group);
    if !ends(left) || right.is_empty() {
        return None;
    }
    let is_target = matches!(left, [bracket] if is_group(bracket));
    if is_target || !matches!(arrow.as_str(), "->" | "=>") {
        let written = format!("{} = {}", text_of(left), text_of(right));
        return Some((span, format!("`{arrow}` in the place of `=`\nhelp: write `{written}`")));
    }
    let factors: Vec<String> = left.split(|token| is_punct(token, ',')).map(text_of).collect();
    let written = format!("{} = {}", text_of(right), factors.join(" * "));
    ends(right).then(|| (span, format!("the result comes first\nhelp: write `{written}`")))
}

fn symbol(tokens: &[TokenTree]) -> String {
    tokens.iter().take(2).map(ToString::to_string).collect()
}
