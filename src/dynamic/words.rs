//! Words in the place of letters: legal subscripts, of more labels than operands have axes.

use core::ops::Range;
use std::{format, string::String, vec::Vec};

use einsum_middle::{notation::ELLIPSIS, subscripts::Subscript};

use super::bound::Read;

/// A word: its letters, and where it is.
type Word = (String, Range<usize>);

/// What to write instead, if every operand has an axis for each word of its subscript, and not for each letter.
pub(super) fn help(read: &Read, shapes: &[&[usize]]) -> Option<String> {
    let inputs: Vec<Vec<Word>> = read.inputs.iter().map(words).collect();
    let outputs: Vec<Word> = read.output.iter().flat_map(words).collect();
    // (A letter would be on no operand, or its extent would be given to another.)
    let is_bound = |(word, _): &Word| inputs.iter().flatten().any(|(other, _)| other == word);
    if !read.given.is_empty() || !outputs.iter().all(is_bound) {
        return None;
    }
    let all: Vec<Word> = inputs.iter().flatten().chain(&outputs).cloned().collect();
    if all.iter().any(|(word, _)| word.contains(ELLIPSIS)) {
        return None;
    }
    let long = all.iter().find(|(word, _)| word.chars().count() > 1)?;
    let is_shared = |(word, _): &Word| all.iter().filter(|(other, _)| other == word).count() > 1;
    let are_words = inputs.iter().any(|words| words.len() > 1)
        || all.iter().any(|word| word.0.chars().count() > 2 && is_shared(word));
    let fit = inputs.iter().zip(shapes).all(|(words, shape)| words.len() == shape.len());
    let instead = (are_words && fit).then(|| in_letters(&read.text, &all))??;
    let (word, count) = (&long.0, long.0.chars().count());
    Some(format!("each letter is a label of its own, so that `{word}` is {count} of them: write `{instead}`"))
}

/// The words of a subscript: its letters, with white space between some of them.
fn words(subscript: &Subscript) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for label in &subscript.labels {
        match words.last_mut().filter(|(_, place)| place.end == label.place.start) {
            Some((word, place)) => {
                word.push_str(&label.name);
                place.end = label.place.end;
            }
            None => words.push((label.name.clone(), label.place.clone())),
        }
    }
    words
}

/// The text with a letter for each word: its first that no other word has.
fn in_letters(text: &str, words: &[Word]) -> Option<String> {
    let mut names: Vec<(&str, char)> = Vec::new();
    for (word, _) in words {
        if names.iter().all(|(other, _)| other != word) {
            let is_free = |letter: &char| letter.is_alphabetic() && names.iter().all(|(_, other)| other != letter);
            names.push((word, word.chars().chain('a'..='z').find(is_free)?));
        }
    }
    let letter = |position: usize, character: char| match words.iter().find(|(_, place)| place.contains(&position)) {
        Some((word, place)) if place.start == position => {
            names.iter().find(|(other, _)| other == word).map(|(_, letter)| *letter)
        }
        Some(_) => None,
        None => Some(character),
    };
    Some(text.chars().enumerate().filter_map(|(position, character)| letter(position, character)).collect())
}
