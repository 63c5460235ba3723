//! `"b/dp i k //tp, k j -> b/dp i j"`, `[b/dp, i] = x[b/dp, i, k, /tp] * w[k]`: takes what is said of the mesh out of an invocation.
//!
//! The rest of the invocation is read as that of any other macro. In a literal there is white space instead of annotations, so that messages
//! mark the characters that the user has written. Instead of a form of labels, `x[2*i/sp + p]`, there are its labels, `x[i, p]`: for each of
//! their indices there is an element, so that the rest is a product (`form.rs`).

mod form;

use proc_macro2::{Delimiter, Group, Ident, LineColumn, Span, TokenStream, TokenTree};
use syn::{Lit, LitStr};

use self::form::Form;
use super::{
    formula::names,
    index::{labels::flat, pieces::is_punct},
    source,
};
use crate::{
    ast::shard::{Annotation, Place, ShardLiteral, Sharded, Subject, WrittenWindow},
    error::{Errors, Mark},
    few::List,
    ir::formula::Outside,
};

/// Takes apart what comes after the path of the runtime and a semicolon.
///
/// # Errors
/// If there is a `/` without an axis, or a label.
pub fn sharded(input: TokenStream) -> Result<Sharded, Errors> {
    read(input, |position, _| position == 0)
}

/// Whether something is sharded, also if there are mistakes in that.
#[must_use]
pub fn is_sharded(input: TokenStream) -> bool {
    !annotated(input, |position, _| position == 0).0.annotations.is_empty()
}

/// Takes a function apart, whose literal stands somewhere after its parameters.
///
/// # Errors
/// If there is a `/` without an axis, or a label.
pub fn sharded_function(input: TokenStream) -> Result<Sharded, Errors> {
    read(input, |_, before| before.is_some_and(|before| is_punct(before, '=')))
}

/// Reads the literal at the position after the path of the runtime, and after the token, that it has; and all brackets.
fn read(input: TokenStream, is_there: impl Fn(usize, Option<&TokenTree>) -> bool) -> Result<Sharded, Errors> {
    let (sharded, errors) = annotated(input, is_there);
    errors.propagate(sharded)
}

/// What can be read, and the mistakes.
fn annotated(input: TokenStream, is_there: impl Fn(usize, Option<&TokenTree>) -> bool) -> (Sharded, Errors) {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let runtime = tokens.iter().position(|token| is_punct(token, ';')).map_or(0, |semicolon| semicolon + 1);
    let mut reader = ShardReader::default();
    let mut plain = tokens[..runtime].to_vec();
    let is_literal = |position: &usize| {
        let at = runtime + position;
        is_there(*position, tokens[..at].last()) && literal_of(&tokens[at]).is_some()
    };
    match (0..tokens.len() - runtime).find(is_literal).map(|position| runtime + position) {
        // Brackets beside a literal are the user's.
        Some(literal) => {
            plain.extend_from_slice(&tokens[runtime..literal]);
            plain.push(reader.literal(&tokens[literal]));
            plain.extend_from_slice(&tokens[literal + 1..]);
        }
        None => {
            // Forms after a comma are those of the user's, as in `out = &mut y[n - 1]`.
            let ends = |token: &TokenTree| is_punct(token, ',') || is_punct(token, ';');
            let end = tokens[runtime..].iter().position(ends).map_or(tokens.len(), |end| runtime + end);
            reader.reads_forms = true;
            plain.extend(reader.all(&tokens[runtime..end]));
            reader.reads_forms = false;
            plain.extend(reader.all(&tokens[end..]));
        }
    }
    let ShardReader { literal, annotations, windows, errors, .. } = reader;
    (Sharded { plain: plain.into_iter().collect(), literal, annotations, windows }, errors)
}

#[derive(Default)]
struct ShardReader {
    literal: Option<ShardLiteral>,
    annotations: Vec<Annotation>,
    windows: Vec<WrittenWindow>,
    /// Where the labels in brackets that were read are from.
    labels: Vec<LineColumn>,
    /// Whether indices may be forms of labels here.
    reads_forms: bool,
    errors: Errors,
}

impl ShardReader {
    /// The literal with white space for what it says of the mesh.
    fn literal(&mut self, token: &TokenTree) -> TokenTree {
        let literal = literal_of(token).expect("it was one");
        let written = literal.value();
        let mut text = ShardText { characters: written.chars().collect(), position: 0, operand: Some(0) };
        while text.position < text.characters.len() {
            match text.characters[text.position] {
                '/' => self.in_text(&mut text, (&written, literal.span())),
                ',' => text.operand = text.operand.map(|number| number + 1),
                '>' => text.operand = None,
                _ => {}
            }
            text.position += 1;
        }
        let plain: String = text.characters.into_iter().collect();
        let mut token = proc_macro2::Literal::string(&plain);
        token.set_span(literal.span());
        self.literal = Some(ShardLiteral { written, plain, span: literal.span() });
        token.into()
    }

    /// Reads `/dp` or `//tp`.
    fn in_text(&mut self, text: &mut ShardText, literal: (&str, Span)) {
        let start = text.position;
        let is_partial = text.characters.get(start + 1) == Some(&'/');
        let name = start + if is_partial { 2 } else { 1 };
        let length = text.characters[name..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
        let axis: String = text.characters[name..name + length].iter().collect();
        let label = text.characters[..start].iter().rposition(|c| !c.is_whitespace());
        let label = label.filter(|label| text.characters[*label].is_alphabetic());
        let mark = Mark::Text(start..name + length);
        let subject = if is_partial {
            Some(text.operand.map_or(Subject::Output, Subject::Operand))
        } else {
            label.map(|label| Subject::Label(Place::Text(label)))
        };
        match subject {
            _ if axis.is_empty() || !axis.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                self.errors.mark(literal, &mark, NO_AXIS, Some(HELP));
            }
            None => self.errors.mark(literal, &mark, NO_LABEL, Some(HELP)),
            Some(subject) => self.annotations.push(Annotation { axis, subject, mark }),
        }
        text.characters[start..name + length].fill(' ');
        text.position = (name + length).max(start + 1) - 1;
    }

    /// Tokens of index notation without what they say of the mesh: the labels of a tensor are in its last brackets, as in
    /// `xs[n - 1].w[b/dp, i]`.
    fn all(&mut self, tokens: &[TokenTree]) -> TokenStream {
        let mut plain = Vec::new();
        for (position, token) in tokens.iter().enumerate() {
            let is_followed = tokens.get(position + 1).is_some_and(goes_on);
            let is_last = is_bracket(token) && !is_followed;
            let outside = outside_before(&tokens[..position]).filter(|_| is_last && self.reads_forms);
            if outside.is_some() {
                unwrap_outside(&mut plain);
            }
            match token {
                // Brackets and parentheses of an operand before its last brackets are the user's.
                TokenTree::Group(_) if is_followed => plain.push(token.clone()),
                _ => plain.push(self.token(token, outside.unwrap_or(Outside::Error))),
            }
        }
        plain.into_iter().collect()
    }

    fn token(&mut self, token: &TokenTree, outside: Outside) -> TokenTree {
        let TokenTree::Group(group) = token else { return token.clone() };
        let inner = if group.delimiter() == Delimiter::Bracket {
            self.bracket(group.stream(), outside)
        } else {
            self.all(&group.stream().into_iter().collect::<Vec<_>>())
        };
        let mut plain = Group::new(group.delimiter(), inner);
        plain.set_span(group.span());
        plain.into()
    }

    /// `[b/dp, i, /tp]`: the labels of a tensor.
    fn bracket(&mut self, tokens: TokenStream, outside: Outside) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_comma = |token: &TokenTree| is_punct(token, ',');
        let items: Vec<&[TokenTree]> = tokens.split(is_comma).collect();
        let label = items.iter().find_map(|item| first_label(item)).map(|span| self.next_place(span));
        let mut plain: Vec<Vec<TokenTree>> = Vec::new();
        for item in items {
            match item {
                [TokenTree::Ident(name), slash, TokenTree::Ident(axis)] if is_punct(slash, '/') => {
                    let place = self.label(name.span());
                    self.shards(place, slash, axis);
                    plain.push(vec![item[0].clone()]);
                }
                [slash, TokenTree::Ident(axis)] if is_punct(slash, '/') => self.partial(label, slash, axis),
                [.., slash] | [slash, ..] if is_punct(slash, '/') => {
                    let span = (slash.span(), item.last().map_or(slash.span(), TokenTree::span));
                    self.errors.push(span, format!("{NO_AXIS}\nhelp: `b/dp` shards the label `b` over the axis `dp`"));
                }
                _ if self.reads_forms && form::is_form(item) => plain.extend(self.form(item, outside)),
                _ => {
                    if let [TokenTree::Ident(name)] = flat(item.iter().cloned().collect()).as_slice() {
                        self.label(name.span());
                    }
                    plain.push(self.all(item).into_iter().collect());
                }
            }
        }
        let comma = TokenTree::from(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone));
        plain.join(&comma).into_iter().collect()
    }

    /// The labels of a form, which are read instead; none if it has mistakes.
    fn form(&mut self, item: &[TokenTree], outside: Outside) -> Vec<Vec<TokenTree>> {
        let Form { labels, factors, constant, sharded, text, errors } = form::read(item);
        self.errors.0.extend(errors.0);
        let places: Vec<Place> = labels.mapped(|label| self.label(label.span()));
        for (label, slash, axis) in sharded {
            self.shards(places[label], slash, axis);
        }
        if let Some(first) = places.first() {
            self.windows.push(WrittenWindow {
                first: *first,
                // (Less than 1 is a mistake.)
                factors: factors.mapped(|factor| usize::try_from(*factor).unwrap_or(1)),
                constant,
                outside,
                text,
                mark: Mark::Tokens(item[0].span(), item[item.len() - 1].span()),
            });
        }
        labels.into_iter().map(|label| vec![label.into()]).collect()
    }

    /// The place of the next label.
    fn label(&mut self, span: Span) -> Place {
        let place = self.next_place(span);
        self.labels.push(span.start());
        place
    }

    /// The place of a label that is the next with its span: those of a `macro_rules!` have that of one argument.
    fn next_place(&self, span: Span) -> Place {
        let start = span.start();
        Place::Token(start, self.labels.iter().filter(|other| **other == start).count())
    }

    /// `b/dp`
    fn shards(&mut self, label: Place, slash: &TokenTree, axis: &Ident) {
        let mark = Mark::Tokens(slash.span(), axis.span());
        let subject = Subject::Label(label);
        self.annotations.push(Annotation { axis: axis.to_string(), subject, mark });
    }

    fn partial(&mut self, label: Option<Place>, slash: &TokenTree, axis: &Ident) {
        let mark = Mark::Tokens(slash.span(), axis.span());
        match label {
            Some(label) => {
                let subject = Subject::Tensor(label);
                self.annotations.push(Annotation { axis: axis.to_string(), subject, mark });
            }
            None => {
                let text = source::text([slash.clone(), axis.clone().into()]);
                let help = format!("help: write a literal, in which `/{text}` stands instead of labels");
                self.errors.push(
                    (slash.span(), axis.span()),
                    format!("a tensor without labels cannot be partial here\n{help}"),
                );
            }
        }
    }
}

const NO_AXIS: &str = "an axis of the mesh is missing after this";
const NO_LABEL: &str = "there is no label before this that could be sharded";
const HELP: &str = "`b/dp` shards the label `b` over the axis `dp`, and `//tp` says that a tensor is partial over `tp`";

/// The characters of a literal while it is read, and in which operand that is; in none after the arrow.
struct ShardText {
    characters: Vec<char>,
    position: usize,
    operand: Option<usize>,
}

/// A literal, also where a `macro_rules!` has passed it through `$s:literal`.
fn literal_of(token: &TokenTree) -> Option<LitStr> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            if let [inner] = inner.as_slice() { literal_of(inner) } else { None }
        }
        TokenTree::Literal(literal) => match Lit::new(literal.clone()) {
            Lit::Str(literal) if literal.suffix().is_empty() => Some(literal),
            _ => None,
        },
        _ => None,
    }
}

/// The first label of an index, be it a form.
fn first_label(item: &[TokenTree]) -> Option<Span> {
    match item {
        [TokenTree::Ident(name), ..] => Some(name.span()),
        _ if form::is_form(item) => item.iter().find_map(|token| match token {
            TokenTree::Ident(name) => Some(name.span()),
            _ => None,
        }),
        _ => None,
    }
}

/// The elements outside of an operand, if the last tokens are `zero(x)`.
fn outside_before(tokens: &[TokenTree]) -> Option<Outside> {
    match tokens {
        [before @ .., TokenTree::Ident(name), TokenTree::Group(group)]
            if group.delimiter() == Delimiter::Parenthesis =>
        {
            // (A method, and a function of the user's, may have the name.)
            let is_path = before.last().is_some_and(|token| is_punct(token, '.') || is_punct(token, ':'));
            names::outside(&name.to_string()).filter(|_| !is_path)
        }
        _ => None,
    }
}

/// Takes `zero` off the last tokens, `zero(x)`, and the parentheses, unless brackets after their content would be of a part of it: `zero(-x)`.
fn unwrap_outside(plain: &mut Vec<TokenTree>) {
    let Some(group) = plain.pop() else { return };
    plain.pop();
    match group {
        TokenTree::Group(group) if is_postfix(group.stream()) => plain.extend(group.stream()),
        group => plain.push(group),
    }
}

/// Whether an expression is a path, a call, or an element or a field of such.
fn is_postfix(tokens: TokenStream) -> bool {
    let is_part = |(position, token): (usize, TokenTree)| match token {
        TokenTree::Punct(punct) => [':', '.'].contains(&punct.as_char()) || punct.as_char() == '?' && position > 0,
        TokenTree::Ident(name) => position == 0 || name != "as",
        TokenTree::Group(_) => true,
        TokenTree::Literal(_) => position > 0,
    };
    tokens.into_iter().enumerate().all(is_part)
}

/// Whether an expression that ended before this goes on: `x.w`, `x?`, `x[n]`, `x(n)`.
fn goes_on(token: &TokenTree) -> bool {
    let is_call = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
    is_call || is_bracket(token) || is_punct(token, '.') || is_punct(token, '?')
}

fn is_bracket(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}
