//! Characters that are in no literal: each kind of them is one mistake, wherever it is.

use std::ops::Range;

use super::{text::Text, words};
use crate::few::sort_by_key;

/// An ellipsis in one character.
pub(super) const DOTS: char = '…';

/// The functions that a newcomer applies to an operand within the literal.
const FUNCTIONS: [&str; 20] = [
    "abs", "cos", "cosh", "exp", "ln", "log", "max", "mean", "min", "norm", "relu", "sigmoid", "sin", "sinh",
    "softmax", "sqrt", "sum", "tan", "tanh", "trace",
];

/// Notes everything that cannot be read, and leaves blanks of it.
pub(super) fn check(text: &mut Text, arrow: Option<&Range<usize>>) {
    brackets(text);
    functions(text);
    groups_of_axes(text, arrow);
    let mut seen: Vec<(char, Vec<Range<usize>>)> = Vec::new();
    for position in 0..text.characters.len() {
        let character = text.characters[position];
        if !is_unexpected(&text.characters, position) {
            continue;
        }
        // A number belongs to the sign before it, as in `^2`.
        let before = seen.iter_mut().flat_map(|(_, positions)| positions).find(|before| before.end == position);
        if let (true, Some(before)) = (character.is_ascii_digit(), before) {
            before.end += 1;
            continue;
        }
        match seen.iter_mut().find(|(other, _)| *other == character) {
            Some((_, positions)) => positions.push(position..position + 1),
            None => seen.push((character, std::iter::once(position..position + 1).collect())),
        }
    }
    for (character, positions) in seen {
        let what = format!("unexpected character `{}`", character.escape_debug());
        text.mark(&positions, &what, Some(help(character)));
        if character != DOTS {
            text.blank(&positions);
        }
        let is_input = |position: &&Range<usize>| arrow.is_none_or(|arrow| position.start < arrow.start);
        if is_separator(character) {
            positions.iter().filter(is_input).for_each(|position| text.characters[position.start] = ',');
        }
    }
}

/// Digits belong to a label if they come after a letter; what is then said about them is up to [`words`].
fn is_unexpected(characters: &[char], position: usize) -> bool {
    let character = characters[position];
    if character.is_ascii_digit() || character == '_' {
        let start = characters[..position].iter().rposition(|&c| !c.is_ascii_digit() && c != '_');
        return !start.is_some_and(|before| characters[before].is_alphabetic());
    }
    !(words::is_part(character) || character.is_whitespace() || matches!(character, '.' | ',' | '(' | ')'))
}

/// Whether a character stands where a comma should.
fn is_separator(character: char) -> bool {
    matches!(character, '×' | '·' | '⋅' | '*' | '∗' | '•' | '⊗' | '&' | '|' | ';' | '，' | '、' | '@')
}

fn help(character: char) -> &'static str {
    match character {
        DOTS => "write three dots, `...`",
        ';' => "write `,` between operands; extents of labels come after the operands, outside of the quotes",
        _ if is_separator(character) => "write `,` between operands: they are multiplied",
        '+' => "an einsum is one product: add another to it with `out = &mut y, beta = 1.0`",
        '-' | '−' | '–' => "for a minus sign write `alpha = -1.0` after the operands",
        '/' | '÷' | '^' | '%' => {
            "an einsum multiplies: divide, or take a power, with `mapv` of an operand or of the result"
        }
        '0'..='9' => "labels are letters: a number is an operand whose subscript is empty, as in `\",ij->ij\", 2.0, x`",
        '_' | ':' => "labels are letters: give every axis one, or write `...` for all that have none",
        '∑' | '∫' => "labels that are not on the output are summed over without a sign",
        _ => "labels are letters",
    }
}

/// `[i,j],[j,k]`: brackets are for index notation, and are no mistake of every comma in them.
fn brackets(text: &mut Text) {
    let is_bracket = |character: char| matches!(character, '[' | ']' | '{' | '}');
    let found: Vec<usize> =
        (0..text.characters.len()).filter(|&position| is_bracket(text.characters[position])).collect();
    let Some(&first) = found.first() else { return };
    let mut depth = 0_usize;
    let mut is_named = false;
    for position in first..text.characters.len() {
        match text.characters[position] {
            '[' | '{' => {
                depth += 1;
                is_named |= position > 0 && text.characters[position - 1].is_alphanumeric();
            }
            ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth > 0 => text.characters[position] = ' ',
            _ => {}
        }
    }
    let help = if is_named {
        "index notation is for macros, and has no quotes around it: write `[i, k] = x[i, j] * w[j, k]`"
    } else {
        "write the labels of an operand side by side, as in `ij,jk->ik`"
    };
    let positions: Vec<Range<usize>> = found.into_iter().map(|position| position..position + 1).collect();
    text.mark(&positions, "a literal has no brackets", Some(help));
    text.blank(&positions);
}

/// `conj(ij)`, `exp(ij)`
fn functions(text: &mut Text) {
    let mut start = None;
    for position in 0..text.characters.len() {
        let character = text.characters[position];
        match start {
            Some(first) if character == '(' => {
                let name: String = text.characters[first..position].iter().collect();
                function(text, &name, first..position);
                start = None;
            }
            _ if !character.is_alphabetic() => start = None,
            _ => start = start.or(Some(position)),
        }
    }
}

fn function(text: &mut Text, name: &str, position: Range<usize>) {
    let help = match name {
        "conj" => "write `conj(x)` for the operand, after the subscripts",
        "sum" | "trace" => "labels that are not on the output are summed over, and a repeated one is a diagonal",
        _ if FUNCTIONS.contains(&name) => "apply it to the operand or to the result, for instance with `mapv`",
        _ => return,
    };
    text.mark(
        std::slice::from_ref(&position),
        &format!("`{name}` in a literal, which holds nothing but labels"),
        Some(help),
    );
    text.blank(&[position]);
}

/// `b (h w) c`: parentheses around axes, which einops knows, and not around operands.
fn groups_of_axes(text: &mut Text, arrow: Option<&Range<usize>>) {
    let mut found = Vec::new();
    let mut open = Vec::new();
    for position in 0..text.characters.len() {
        match text.characters[position] {
            '(' => open.push(position),
            ')' => {
                let Some(start) = open.pop() else { continue };
                let is_output = arrow.is_some_and(|arrow| start >= arrow.end);
                let has_comma = text.characters[start..position].contains(&',');
                let end = arrow.filter(|_| !is_output).map_or(text.characters.len(), |arrow| arrow.start);
                if !has_comma && (is_output || has_neighbour(text, start, position, end)) {
                    found.extend([start..start + 1, position..position + 1]);
                }
            }
            _ => {}
        }
    }
    if !found.is_empty() {
        sort_by_key(&mut found, |position| position.start);
        let help = "reshape the operand or the result, for instance with `into_shape_with_order`; here parentheses \
                    enclose operands that are multiplied first";
        text.mark(&found, "parentheses around axes", Some(help));
        text.blank(&found);
    }
}

/// Whether there are labels beside the parentheses, on the same side of commas.
fn has_neighbour(text: &Text, open: usize, close: usize, end: usize) -> bool {
    let is_label = |&&character: &&char| words::is_part(character);
    let before = text.characters[..open].iter().rev().find(|character| !character.is_whitespace());
    let after = text.characters[(close + 1).min(end)..end].iter().find(|character| !character.is_whitespace());
    before.iter().chain(&after).any(is_label)
}
