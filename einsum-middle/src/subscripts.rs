//! `ij,jk->ik`: the text of subscripts -> [`Subscripts`].
//!
//! | file | what it says something about |
//! | --- | --- |
//! | `arrow.rs` | what was meant for an arrow |
//! | `characters.rs` | what is in no subscripts: signs, brackets, functions |
//! | `words.rs` | labels of several characters |
//! | `mistake.rs` | how a mistake is shown |

mod arrow;
mod characters;
mod mistake;
mod text;
mod words;

use std::ops::Range;

pub use self::{
    mistake::{Mistake, marked},
    words::Letters,
};
use self::{text::Text, words::Reading};
use crate::notation::{ELLIPSIS, Group};

/// Subscripts as they are written; places are numbers of characters of the text.
#[derive(Clone, Debug)]
pub struct Subscripts {
    /// One per operand; at least one.
    pub inputs: Vec<Subscript>,
    /// Which of them are multiplied first.
    pub order: Vec<Group>,
    /// The subscript right of the arrow, if there is one.
    pub output: Option<Subscript>,
}

/// `ij`
#[derive(Clone, Debug)]
pub struct Subscript {
    /// One per axis.
    pub labels: Vec<Label>,
    /// Where the subscript is.
    pub place: Range<usize>,
}

/// `i`
#[derive(Clone, Debug)]
pub struct Label {
    /// The name of the label.
    pub name: String,
    /// Where the label is.
    pub place: Range<usize>,
}

/// Parses subscripts, as numpy does: white space has no meaning, any letter is a label. With
/// mistakes, the subscripts are what could be read all the same. If their labels are words, `help` says
/// what to write instead.
pub fn parse(text: &str, letters: Letters, help: impl FnOnce(&Subscripts) -> String) -> (Subscripts, Vec<Mistake>) {
    let mut text = Text { characters: text.chars().collect(), mistakes: Vec::new() };
    let arrows = text.arrows();
    characters::check(&mut text, arrows.first());
    let length = text.characters.len();
    let end = arrows.first().map_or(length, |arrow| arrow.start);
    let output = arrows.first().map(|arrow| arrow.end..length);
    let reading = Reading::of(&text, letters, 0..end, output.clone());
    let mut parser = Parser { text, reading };
    let (inputs, order) = parser.inputs(0..end);
    let output = output.map(|range| parser.output(range));
    let Parser { mut text, reading } = parser;
    let subscripts = Subscripts { inputs, order, output };
    reading.refuse(&mut text, || help(&subscripts));
    (subscripts, text.mistakes)
}

struct Parser {
    text: Text,
    reading: Reading,
}

impl Parser {
    /// The subscripts of the operands, separated by commas, and the parentheses around them.
    fn inputs(&mut self, range: Range<usize>) -> (Vec<Subscript>, Vec<Group>) {
        let mut inputs = Vec::new();
        let mut open: Vec<(usize, Vec<Group>)> = Vec::new();
        let mut groups = Vec::new();
        let mut start = range.start;
        let mut closed = false;
        for position in range.clone() {
            match self.text.characters[position] {
                '(' => {
                    self.check_between(start..position, "an operand", "before `(`");
                    open.push((position, std::mem::take(&mut groups)));
                    closed = false;
                    start = position + 1;
                }
                separator @ (',' | ')') => {
                    self.finish_input(start..position, closed, &mut inputs, &mut groups);
                    closed = separator == ')';
                    start = position + 1;
                    if closed {
                        match open.pop() {
                            Some((_, outer)) => {
                                let inner = std::mem::replace(&mut groups, outer);
                                groups.push(Group::Parentheses(inner));
                            }
                            None => self.mark(position..start, "this parenthesis was never opened", None),
                        }
                    }
                }
                _ => {}
            }
        }
        self.finish_input(start..range.end, closed, &mut inputs, &mut groups);
        for (position, outer) in open.into_iter().rev() {
            self.mark(position..position + 1, "this parenthesis is never closed", None);
            let inner = std::mem::replace(&mut groups, outer);
            groups.push(Group::Parentheses(inner));
        }
        (inputs, groups)
    }

    /// Reads the text between two separators: an operand, or nothing after a parenthesis.
    fn finish_input(
        &mut self,
        range: Range<usize>,
        closed: bool,
        inputs: &mut Vec<Subscript>,
        groups: &mut Vec<Group>,
    ) {
        if closed {
            self.check_between(range, "labels", "after `)`");
        } else {
            groups.push(Group::Operand(inputs.len()));
            let input = self.subscript(&range);
            inputs.push(input);
        }
    }

    /// A comma is missing if there are labels right beside parentheses.
    fn check_between(&mut self, range: Range<usize>, what: &str, place: &str) {
        if range.clone().any(|position| !self.text.is_blank(position)) {
            let range = self.text.trimmed(&range);
            let help = Some("parentheses enclose operands, between commas");
            self.mark(range, &format!("{what} {place}"), help);
        }
    }

    fn output(&mut self, range: Range<usize>) -> Subscript {
        for position in range.clone() {
            match self.text.characters[position] {
                ',' => {
                    let help = Some("commas separate operands, left of `->`");
                    self.mark(position..position + 1, "an einsum has one output", help);
                }
                '(' | ')' => {
                    let help = Some("parentheses enclose operands that are multiplied first, left of `->`");
                    self.mark(position..position + 1, "a parenthesis in the output", help);
                }
                _ => {}
            }
        }
        self.subscript(&range)
    }

    /// One subscript: its labels.
    fn subscript(&mut self, range: &Range<usize>) -> Subscript {
        let mut labels = Vec::new();
        let mut position = range.start;
        while position < range.end {
            let character = self.text.characters[position];
            let length = match character {
                '.' => self.text.characters[position..range.end].iter().take_while(|&&c| c == '.').count(),
                _ if words::is_part(character) => self.reading.length(&self.text.characters[position..range.end]),
                _ => 1,
            };
            let marked = position..position + length;
            if character == '.' || character == characters::DOTS {
                self.ellipsis(marked.clone(), &mut labels);
            } else if words::is_part(character) {
                let name = self.text.characters[marked.clone()].iter().collect();
                labels.push(Label { name, place: marked.clone() });
            }
            position = marked.end;
        }
        Subscript { labels, place: self.text.trimmed(range) }
    }

    fn ellipsis(&mut self, dots: Range<usize>, labels: &mut Vec<Label>) {
        let is_one = self.text.characters[dots.start] == characters::DOTS;
        if dots.len() != 3 && !is_one {
            self.mark(dots.clone(), "an ellipsis has three dots", Some("write `...` for axes without labels"));
        } else if labels.iter().any(|label| label.name == ELLIPSIS) {
            self.mark(dots.clone(), "a second ellipsis in one subscript", Some("one `...` stands for all other axes"));
        } else {
            labels.push(Label { name: ELLIPSIS.to_owned(), place: dots });
        }
    }

    fn mark(&mut self, position: Range<usize>, what: &str, help: Option<&str>) {
        self.text.mark(&[position], what, help);
    }
}
