//! `->`, and what is written in its place.

use std::ops::Range;

use super::text::Text;

const DASHES: [char; 7] = ['-', '=', '−', '–', '—', '‐', '~'];
const ARROWS: [char; 8] = ['→', '⟶', '⇒', '⟹', '➔', '➞', '↦', '>'];

impl Text {
    /// The positions of the arrows, of which there should be one. Characters that were meant for an arrow are an error, but taken for one all
    /// the same, and a second arrow is an error.
    pub(super) fn arrows(&mut self) -> Vec<Range<usize>> {
        let mut arrows = Vec::new();
        let mut dashes = Vec::new();
        let mut position = 0;
        while position < self.characters.len() {
            let (length, is_dash) = length(&self.characters[position..]);
            match (length, is_dash) {
                (0, _) => {}
                (_, true) => dashes.push(position..position + length),
                (_, false) => arrows.push(position..position + length),
            }
            position += length.max(1);
        }
        // A dash alone is an arrow if there is no other, and something before it.
        let is_first = |dash: &Range<usize>| (0..dash.start).all(|before| self.is_blank(before));
        if arrows.is_empty() {
            arrows.extend(dashes.iter().find(|dash| !is_first(dash)).cloned());
        }
        for (number, arrow) in arrows.iter().enumerate() {
            self.check_arrow(number, arrow);
        }
        self.blank(&arrows);
        arrows
    }

    fn check_arrow(&mut self, number: usize, arrow: &Range<usize>) {
        let text: String = self.characters[arrow.clone()].iter().collect();
        if number > 0 {
            self.mark(std::slice::from_ref(arrow), "a second arrow", Some("one `->` stands before the output"));
        } else if text != "->" {
            let what = format!("`{text}` is not an arrow");
            self.mark(std::slice::from_ref(arrow), &what, Some("write `->` between the operands and the output"));
        }
    }
}

/// How long an arrow is that begins here, and whether it has no head.
fn length(characters: &[char]) -> (usize, bool) {
    let dashes = characters.iter().take_while(|character| DASHES.contains(character)).count();
    let blanks = characters[dashes..].iter().take_while(|character| character.is_whitespace()).count();
    match characters.get(dashes + blanks) {
        Some('>') if dashes > 0 => (dashes + blanks + 1, false),
        _ if dashes > 0 => (dashes, true),
        Some(head) if blanks == 0 && ARROWS.contains(head) => (1, false),
        _ => (0, false),
    }
}
