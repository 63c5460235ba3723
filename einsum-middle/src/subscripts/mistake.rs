//! A mistake in subscripts, and how it is shown.

use std::{fmt::Write, ops::Range};

/// One mistake, at one or several places of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The characters that are marked, in order.
    pub places: Vec<Range<usize>>,
    /// The mistake in words.
    pub what: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Mistake {
    /// The mistake, the text on a line of its own with the places marked below it, and the help.
    #[must_use]
    pub fn message(&self, text: &str) -> String {
        let mut message = format!("{}\n{}", self.what, marked(text, &self.places));
        if let Some(help) = &self.help {
            let _ = write!(message, "\nhelp: {help}");
        }
        message
    }
}

/// The text on a line of its own, with these places of it, which are in order, marked below it.
#[must_use]
pub fn marked(text: &str, places: &[Range<usize>]) -> String {
    let mut lines = format!("    {}\n    ", one_line(text));
    let mut end = 0;
    for place in places {
        lines.extend(std::iter::repeat_n(' ', place.start.saturating_sub(end)));
        lines.extend(std::iter::repeat_n('^', place.len().max(1)));
        end = place.end.max(place.start + 1);
    }
    lines
}

/// The text with every character that would break the line, or the marks below it, as a space.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect()
}
