//! The text of a literal while it is read.

use std::ops::Range;

use proc_macro2::Span;

use crate::error::Errors;

/// The characters of a literal; those that something was said about are blank.
pub(super) struct Text<'a> {
    pub(super) written: &'a str,
    pub(super) span: Span,
    pub(super) characters: Vec<char>,
    pub(super) errors: Errors,
}

impl Text<'_> {
    /// Notes one mistake, at these places.
    pub(super) fn mark(&mut self, positions: &[Range<usize>], what: &str, help: Option<&str>) {
        self.errors.mark_text((self.written, self.span), positions, what, help);
    }

    pub(super) fn blank(&mut self, positions: &[Range<usize>]) {
        for position in positions {
            self.characters[position.clone()].fill(' ');
        }
    }

    pub(super) fn is_blank(&self, position: usize) -> bool {
        self.characters[position].is_whitespace()
    }

    /// The range without blanks around it.
    pub(super) fn trimmed(&self, range: &Range<usize>) -> Range<usize> {
        let start = range.clone().find(|position| !self.is_blank(*position)).unwrap_or(range.start);
        let end = range.clone().rev().find(|position| !self.is_blank(*position)).map_or(range.end, |last| last + 1);
        start..end
    }
}
