//! Labels of several characters, which index notation has, and a literal has not.

use std::ops::Range;

use super::text::Text;
use crate::notation::STATIC_AXES;

/// The meaning of letters that white space separates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// Labels, whatever they look like: operands have any number of axes, which is compared with that of the labels.
    Labels,
    /// Labels, or words where an operand would have more axes than arrays of static rank.
    LabelsOrWords,
}

/// The kind of labels that a literal has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Letters.
    Letters,
    /// Letters with numbers after them, `i1`; here they are.
    Numbered(Vec<Range<usize>>),
    /// Words, `d_in`; here they are.
    Words(Vec<Range<usize>>),
}

/// Whether a character can be in a label, of whatever kind.
pub(super) fn is_part(character: char) -> bool {
    character.is_alphabetic() || character.is_ascii_digit() || character == '_'
}

impl Reading {
    /// Words have underscores, or numbers and white space around them. Others are legal, as letters, with white space as one likes:
    /// they may be taken for words if one of them is in two subscripts, and a subscript of more labels than arrays of static rank have
    /// axes has a letter in two of them, which would be a diagonal.
    pub(super) fn of(text: &Text, letters: Letters, inputs: Range<usize>, output: Option<Range<usize>>) -> Self {
        let subscripts = words(text, inputs, output);
        let all: Vec<&Range<usize>> = subscripts.iter().flatten().collect();
        let long = || all.iter().filter(|word| word.len() > 1).map(|&word| word.clone()).collect::<Vec<_>>();
        let has =
            |kind: fn(char) -> bool| all.iter().any(|&word| text.characters[word.clone()].iter().any(|&c| kind(c)));
        let is_apart = subscripts.iter().any(|subscript| subscript.len() > 1);
        if has(|character| character == '_') || is_apart && has(|character| character.is_ascii_digit()) {
            return Self::Words(long());
        }
        if has(|character| character.is_ascii_digit()) {
            let mut numbered = long();
            numbered.retain(|word| text.characters[word.clone()].iter().any(char::is_ascii_digit));
            return Self::Numbered(numbered);
        }
        let may_be_words = letters == Letters::LabelsOrWords;
        if may_be_words && has_shared(text, &subscripts) && subscripts.iter().any(|words| is_no_array(text, words)) {
            return Self::Words(long());
        }
        Self::Letters
    }

    /// How many characters the first label of these has.
    pub(super) fn length(&self, characters: &[char]) -> usize {
        let rest = &characters[1..];
        1 + match self {
            Self::Letters => 0,
            Self::Numbered(_) => rest.iter().take_while(|character| character.is_ascii_digit()).count(),
            Self::Words(_) => rest.iter().take_while(|character| is_part(**character)).count(),
        }
    }

    /// Notes that the labels are words.
    pub(super) fn refuse(self, text: &mut Text, help: impl FnOnce() -> String) {
        let (Self::Numbered(words) | Self::Words(words)) = self else { return };
        let is_letters = |word: &Range<usize>| text.characters[word.clone()].iter().all(|c| c.is_alphabetic());
        let name = |word: &Range<usize>| text.characters[word.clone()].iter().collect::<String>();
        let what = match (words.iter().find(|word| !is_letters(word)), words.first()) {
            (Some(word), _) => format!("a label of a literal is one letter, which `{}` is not", name(word)),
            (_, Some(word)) => {
                format!(
                    "each letter of a literal is a label of its own, so that `{}` is {} of them",
                    name(word),
                    word.len()
                )
            }
            _ => return,
        };
        text.mark(&words, &what, Some(&help()));
    }
}

/// The words of every subscript.
fn words(text: &Text, inputs: Range<usize>, output: Option<Range<usize>>) -> Vec<Vec<Range<usize>>> {
    let mut subscripts = Vec::new();
    for range in [Some(inputs), output].into_iter().flatten() {
        let mut subscript: Vec<Range<usize>> = Vec::new();
        for position in range {
            let character = text.characters[position];
            match subscript.last_mut() {
                _ if matches!(character, ',' | '(' | ')') => subscripts.push(std::mem::take(&mut subscript)),
                Some(last) if is_part(character) && last.end == position => last.end += 1,
                _ if is_part(character) => subscript.push(position..position + 1),
                _ => {}
            }
        }
        subscripts.push(subscript);
    }
    subscripts
}

/// Whether a word of three letters or more is in two subscripts.
fn has_shared(text: &Text, subscripts: &[Vec<Range<usize>>]) -> bool {
    let word = |range: &Range<usize>| &text.characters[range.clone()];
    let is_shared = |number: usize, range: &Range<usize>| {
        range.len() > 2 && subscripts[number + 1..].iter().flatten().any(|other| word(other) == word(range))
    };
    subscripts.iter().enumerate().any(|(number, subscript)| subscript.iter().any(|range| is_shared(number, range)))
}

/// Whether as letters these have more axes than arrays of static rank, and a diagonal from one word to another.
fn is_no_array(text: &Text, words: &[Range<usize>]) -> bool {
    let letters = |word: &Range<usize>| &text.characters[word.clone()];
    let is_in_other =
        |number: usize, letter: &char| words[..number].iter().any(|other| letters(other).contains(letter));
    let is_diagonal =
        |(number, word): (usize, &Range<usize>)| letters(word).iter().any(|letter| is_in_other(number, letter));
    words.iter().map(ExactSizeIterator::len).sum::<usize>() > STATIC_AXES && words.iter().enumerate().any(is_diagonal)
}
