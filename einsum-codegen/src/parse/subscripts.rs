//! `ij,jk->ik`: the text of a literal -> [`Subscripts`].

use std::ops::Range;

use proc_macro2::Span;
use syn::LitStr;

use crate::{
    ast::{Label, Subscript, Subscripts},
    error::Errors,
};

/// Parses the subscripts, as numpy does: white space has no meaning, any letter is a label. With
/// mistakes, the subscripts are what could be read all the same.
pub(super) fn parse(literal: &LitStr) -> (Subscripts, Errors) {
    let text = literal.value();
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser { text: &text, span: literal.span(), characters: &characters, errors: Errors::default() };
    let arrows = parser.arrows();
    let (inputs, output) = match arrows.first() {
        None => (parser.terms(0..characters.len()), None),
        Some(arrow) => (parser.terms(0..arrow.start), Some(parser.output(arrow.end..characters.len()))),
    };
    let errors = parser.errors;
    (Subscripts { text, span: literal.span(), inputs, output }, errors)
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

    /// The subscripts of the operands, separated by commas.
    fn terms(&mut self, range: Range<usize>) -> Vec<Subscript> {
        let commas: Vec<usize> = range.clone().filter(|&n| self.characters[n] == ',').collect();
        let starts = [range.start].into_iter().chain(commas.iter().map(|comma| comma + 1));
        let ends = commas.iter().copied().chain([range.end]);
        starts.zip(ends).map(|(start, end)| self.term(start..end)).collect()
    }

    fn output(&mut self, range: Range<usize>) -> Subscript {
        for comma in range.clone().filter(|&n| self.characters[n] == ',').collect::<Vec<_>>() {
            self.mark(comma..comma + 1, "an einsum has one output", Some("commas separate operands, left of `->`"));
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
            if character.is_alphabetic() {
                labels.push(Label { name: character.to_string(), position: marked.clone() });
            } else if !character.is_whitespace() && !self.is_marked(position) {
                self.unexpected(character, marked.clone());
            }
            position = marked.end;
        }
        let position = match (labels.first(), labels.last()) {
            (Some(first), Some(last)) => first.position.start..last.position.end,
            _ => range,
        };
        Subscript { labels, position }
    }

    /// Whether the character separates, or has been complained about.
    fn is_marked(&self, position: usize) -> bool {
        match self.characters[position] {
            ',' | '-' | '>' => true,
            '=' => self.characters.get(position + 1) == Some(&'>'),
            bracket => is_bracket(bracket) && self.characters[..position].iter().copied().any(is_bracket),
        }
    }

    /// Dots are marked together, everything else alone.
    fn end_of_mark(&self, position: usize) -> usize {
        let dots = self.characters[position..].iter().take_while(|&&c| c == '.').count();
        position + dots.max(1)
    }

    fn unexpected(&mut self, character: char, position: Range<usize>) {
        match character {
            '.' => self.mark(position, "an ellipsis is not supported yet", Some("write a label for every axis")),
            bracket if is_bracket(bracket) => self.mark(
                position,
                "parentheses are not supported yet",
                Some("nest one einsum in an operand of another"),
            ),
            _ => {
                let what = format!("unexpected character `{}`", character.escape_debug());
                self.mark(position, &what, Some("labels are letters"));
            }
        }
    }

    fn mark(&mut self, position: Range<usize>, what: &str, help: Option<&str>) {
        self.errors.mark_text((self.text, self.span), position, what, help);
    }
}

fn is_bracket(character: char) -> bool {
    matches!(character, '(' | ')')
}
