//! The text of an expression, as the user wrote it, for messages at run time.

use proc_macro2::{Delimiter, LineColumn, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

/// The tokens as text, with a space where there was white space between them.
pub(crate) fn text(tokens: impl IntoIterator<Item = TokenTree>) -> String {
    let mut printer = Printer { text: String::new(), end: None };
    printer.tokens(tokens);
    printer.text
}

/// A place by its text, and by where each name in it is from. Two variables of one name are two, if a macro of the user's has the one, and was
/// given the other.
#[derive(PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) text: String,
    /// Whether it is a fragment of a macro, such as `$x:expr`.
    is_fragment: bool,
    origins: Vec<String>,
}

impl Place {
    pub(crate) fn new(expression: &Expr) -> Self {
        let mut origins = Vec::new();
        push_origins(expression.to_token_stream(), &mut origins);
        let is_fragment = matches!(expression, Expr::Group(_));
        Self { text: text(expression.to_token_stream()), is_fragment, origins }
    }

    /// The place, named by a fragment.
    pub(crate) fn by_fragment(self) -> Self {
        Self { is_fragment: true, ..self }
    }
}

/// For each name the expansion that it is from: `#3`, as a span is printed, which is all that can be known of it.
fn push_origins(tokens: TokenStream, origins: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                let span = format!("{:?}", name.span());
                let origin = span.split_whitespace().next().filter(|origin| origin.starts_with('#'));
                origins.push(origin.unwrap_or_default().to_owned());
            }
            TokenTree::Group(group) => push_origins(group.stream(), origins),
            _ => {}
        }
    }
}

struct Printer {
    text: String,
    /// The end of the token that was printed last.
    end: Option<LineColumn>,
}

impl Printer {
    fn tokens(&mut self, tokens: impl IntoIterator<Item = TokenTree>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::None => ("", ""),
                    };
                    self.token(open, group.span_open());
                    // A group that `syn` has printed has one place, from where it opens to where it closes.
                    let is_printed = group.span_open().end() == group.span_close().end();
                    self.end = self.end.filter(|_| !is_printed);
                    self.tokens(group.stream());
                    self.end = self.end.filter(|_| !is_printed);
                    self.token(close, group.span_close());
                }
                token => self.token(&token.to_string(), token.span()),
            }
        }
    }

    fn token(&mut self, text: &str, span: Span) {
        if text.is_empty() {
            return;
        }
        let apart = self.end.is_some_and(|end| end != span.start());
        if apart && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.end = Some(span.end());
    }
}
