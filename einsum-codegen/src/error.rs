//! User errors: collected, and shown all at once.

use std::{fmt::Write, ops::Range};

use einsum_middle::subscripts;
use proc_macro2::Span;

/// One mistake of the user.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The first and the last token that the compiler points at.
    pub span: (Span, Span),
    /// The mistake in words, on the first line; the marked text and help may follow.
    pub message: String,
    /// The output label that has no extent, if that is what is wrong: what to do about it depends on the front end.
    pub without_extent: Option<String>,
}

/// The place in the source of something: characters of a literal, which have no span of their own, or tokens.
#[derive(Clone, Debug)]
pub enum Mark {
    /// In a string literal: these characters of its value.
    Text(Range<usize>),
    /// From one token to another.
    Tokens(Span, Span),
}

/// All mistakes of one invocation.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<Mistake>);

impl Errors {
    /// Notes a mistake.
    pub fn push(&mut self, span: (Span, Span), message: impl Into<String>) {
        self.0.push(Mistake { span, message: message.into(), without_extent: None });
    }

    /// Notes a mistake within the subscripts: if these are a literal, which is given by its text and its place, with
    /// the characters marked below it.
    pub fn mark(&mut self, literal: (&str, Span), mark: &Mark, what: &str, help: Option<&str>) {
        match mark {
            Mark::Text(position) => {
                self.mark_text(literal, std::slice::from_ref(position), what, help);
            }
            Mark::Tokens(first, last) => self.push((*first, *last), with_help(what.to_owned(), help)),
        }
    }

    /// Notes one mistake at several places in a literal, which are marked below it, in order.
    pub fn mark_text(&mut self, literal: (&str, Span), positions: &[Range<usize>], what: &str, help: Option<&str>) {
        let (text, span) = literal;
        let (places, what, help) = (positions.to_vec(), what.to_owned(), help.map(str::to_owned));
        self.push((span, span), subscripts::Mistake { places, what, help }.message(text));
    }

    /// The value, if there were no mistakes.
    ///
    /// # Errors
    /// These mistakes, if there are any.
    pub fn propagate<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<syn::Error> for Errors {
    fn from(error: syn::Error) -> Self {
        let mut errors = Self::default();
        error.into_iter().for_each(|error| errors.push((error.span(), error.span()), error.to_string()));
        errors
    }
}

fn with_help(mut message: String, help: Option<&str>) -> String {
    if let Some(help) = help {
        let _ = write!(message, "\nhelp: {help}");
    }
    message
}
