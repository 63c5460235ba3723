//! The text of subscripts while it is read.

use std::ops::Range;

use super::mistake::Mistake;

/// The characters; those that something was said about are blank.
pub(super) struct Text {
    pub(super) characters: Vec<char>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Text {
    /// Notes one mistake, at these places.
    pub(super) fn mark(&mut self, positions: &[Range<usize>], what: &str, help: Option<&str>) {
        let (places, what, help) = (positions.to_vec(), what.to_owned(), help.map(str::to_owned));
        self.mistakes.push(Mistake { places, what, help });
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
