//! `ij,jk->ik`: the text of a literal -> [`Subscripts`].

use std::ops::Range;

use proc_macro2::Span;
use syn::LitStr;

use crate::{
    ast::{Group, Label, Mark, Subscript, Subscripts},
    error::Errors,
    ir::ELLIPSIS,
};

/// Parses the subscripts, as numpy does: white space has no meaning, any letter is a label. With
/// mistakes, the subscripts are what could be read all the same.
pub(super) fn parse(literal: &LitStr) -> (Subscripts, Errors) {
    let text = literal.value();
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser { text: &text, span: literal.span(), characters: &characters, errors: Errors::default() };
    let arrows = parser.arrows();
    let end = arrows.first().map_or(characters.len(), |arrow| arrow.start);
    let (inputs, order) = parser.inputs(0..end);
    let output = arrows.first().map(|arrow| parser.output(arrow.end..characters.len()));
    let errors = parser.errors;
    (Subscripts { text, span: (literal.span(), literal.span()), inputs, order, output }, errors)
}

struct Parser<'a> {
    text: &'a str,
    span: Span,
    characters: &'a [char],
    errors: Errors,
}

impl Parser<'_> {
    /// Where the arrow is. What was meant for one is an error, but taken for one all the same, and
    /// so is a second arrow.
    fn arrows(&mut self) -> Vec<Range<usize>> {
        let mut arrows = Vec::new();
        let mut position = 0;
        while position < self.characters.len() {
            let length = match self.characters[position..] {
                ['-' | '=', '>', ..] => 2,
                ['-' | '>', ..] => 1,
                _ => 0,
            };
            if length > 0 {
                arrows.push(position..position + length);
            }
            position += length.max(1);
        }
        for (number, arrow) in arrows.iter().enumerate() {
            self.check_arrow(number, arrow.clone());
        }
        arrows
    }

    fn check_arrow(&mut self, number: usize, arrow: Range<usize>) {
        let text: String = self.characters[arrow.clone()].iter().collect();
        if number > 0 {
            self.mark(arrow, "a second arrow", Some("one `->` stands before the output"));
        } else if text != "->" {
            let what = format!("`{text}` is not an arrow");
            self.mark(arrow, &what, Some("write `->` between the operands and the output"));
        }
    }

    /// The subscripts of the operands, separated by commas, and the parentheses around them.
    fn inputs(&mut self, range: Range<usize>) -> (Vec<Subscript>, Vec<Group>) {
        let mut inputs = Vec::new();
        let mut open: Vec<(usize, Vec<Group>)> = Vec::new();
        let mut groups = Vec::new();
        let mut start = range.start;
        let mut closed = false;
        for position in range.clone() {
            match self.characters[position] {
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

    /// What is between two separators: an operand, or nothing after a parenthesis.
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
            let input = self.term(range);
            inputs.push(input);
        }
    }

    /// A comma is missing if there are labels right beside parentheses.
    fn check_between(&mut self, range: Range<usize>, what: &str, place: &str) {
        let is_blank = |&position: &usize| self.characters[position].is_whitespace();
        if let Some(position) = range.clone().find(|position| !is_blank(position)) {
            self.mark(
                position..range.end,
                &format!("{what} {place}"),
                Some("parentheses enclose operands, between commas"),
            );
        }
    }

    fn output(&mut self, range: Range<usize>) -> Subscript {
        for position in range.clone() {
            match self.characters[position] {
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
        self.term(range)
    }

    /// One subscript: its letters.
    fn term(&mut self, range: Range<usize>) -> Subscript {
        let mut labels = Vec::new();
        let mut position = range.start;
        while position < range.end {
            let character = self.characters[position];
            let marked = position..self.end_of_mark(position);
            if character == '.' {
                self.ellipsis(marked.clone(), &mut labels);
            } else if character.is_alphabetic() {
                labels.push(Label { name: character.to_string(), mark: Mark::Text(marked.clone()) });
            } else if !character.is_whitespace() && !self.is_marked(position) {
                self.unexpected(character, marked.clone());
            }
            position = marked.end;
        }
        let is_blank = |position: &usize| self.characters[*position].is_whitespace();
        let start = range.clone().find(|position| !is_blank(position)).unwrap_or(range.start);
        let end = range.clone().rev().find(|position| !is_blank(position)).map_or(range.end, |last| last + 1);
        Subscript { labels, mark: Mark::Text(start..end) }
    }

    /// Whether the character separates, or has been complained about.
    fn is_marked(&self, position: usize) -> bool {
        match self.characters[position] {
            ',' | '(' | ')' | '-' | '>' => true,
            '=' => self.characters.get(position + 1) == Some(&'>'),
            _ => false,
        }
    }

    /// Dots are marked together, everything else alone.
    fn end_of_mark(&self, position: usize) -> usize {
        let dots = self.characters[position..].iter().take_while(|&&c| c == '.').count();
        position + dots.max(1)
    }

    fn ellipsis(&mut self, dots: Range<usize>, labels: &mut Vec<Label>) {
        if dots.len() != 3 {
            self.mark(dots.clone(), "an ellipsis has three dots", Some("write `...` for axes without labels"));
        } else if labels.iter().any(|label| label.name == ELLIPSIS) {
            self.mark(dots.clone(), "a second ellipsis in one subscript", Some("one `...` stands for all other axes"));
        } else {
            labels.push(Label { name: ELLIPSIS.to_owned(), mark: Mark::Text(dots) });
        }
    }

    fn unexpected(&mut self, character: char, position: Range<usize>) {
        let what = format!("unexpected character `{}`", character.escape_debug());
        self.mark(position, &what, Some("labels are letters"));
    }

    fn mark(&mut self, position: Range<usize>, what: &str, help: Option<&str>) {
        self.errors.mark_text((self.text, self.span), &position, what, help);
    }
}
