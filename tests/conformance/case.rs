//! The cases of `cases.json`, and what becomes of each: it runs, or it must fail.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use crate::json::Json;

/// numpy rejects these, we do not: a repeated output label is a diagonal.
const ACCEPTED: &str = "output index repeated (valid in OMEinsum/TF gradient op)";

#[derive(Debug)]
pub(crate) struct Case {
    /// Its position in `cases.json`.
    pub(crate) number: usize,
    pub(crate) spec: String,
    pub(crate) shapes: Vec<Vec<usize>>,
    pub(crate) fate: Fate,
    /// The shape of the output, of a case that runs.
    pub(crate) out_shape: Vec<usize>,
    tags: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    /// Has a value and gradients.
    Runs,
    /// Must not compile.
    Refused,
    /// Compiles with operands of dynamic rank, and must be an error when it runs.
    Fails(Failure),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Failure {
    Rank,
    Extents,
    Diagonal,
}

/// A file in the directory of this test.
pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(name)
}

pub(crate) fn all() -> Vec<Case> {
    let json = Json::parse(&fs::read_to_string(path("cases.json")).unwrap());
    json.items().iter().enumerate().map(|(number, case)| Case::new(number, case)).collect()
}

impl Case {
    fn new(number: usize, json: &Json) -> Self {
        let (spec, note) = (json.get("spec").text().to_owned(), json.get("note").text());
        let shapes: Vec<Vec<usize>> = json.get("shapes").items().iter().map(shape).collect();
        let accepted = note == ACCEPTED;
        let tags = json.get("tags").items().iter().map(|tag| tag.text().to_owned()).collect();
        let out_shape = match json.get("out_shape") {
            Json::Null if accepted => vec![2, 2, 2],
            Json::Null => Vec::new(),
            out_shape => shape(out_shape),
        };
        let fate = match json.get("valid") {
            Json::Bool(false) if !accepted => failure(note).map_or(Fate::Refused, Fate::Fails),
            _ => Fate::Runs,
        };
        Self { number, spec, shapes, fate, out_shape, tags }
    }

    /// Whether it is in einops' syntax, which we know as index notation.
    pub(crate) fn is_in_words(&self) -> bool {
        self.tags.iter().any(|tag| tag == "einops_syntax")
    }

    /// The arguments of the macro, for operands `x0`, `x1`, ..
    pub(crate) fn invocation(&self) -> String {
        if self.is_in_words() {
            return index_notation(&self.spec);
        }
        let mut text = format!("{:?}", self.spec);
        (0..self.shapes.len()).for_each(|number| write!(text, ", x{number}").unwrap());
        for (position, (label, extent)) in self.given().into_iter().enumerate() {
            write!(text, "{} {label} = {extent}", if position == 0 { ';' } else { ',' }).unwrap();
        }
        text
    }

    /// The output labels that are on no operand, with their extents.
    pub(crate) fn given(&self) -> Vec<(char, usize)> {
        let Some((inputs, output)) = self.spec.split_once("->") else { return Vec::new() };
        if !self.tags.iter().any(|tag| tag == "new_output_index") {
            return Vec::new();
        }
        let extents: BTreeMap<char, usize> = output.chars().zip(self.out_shape.iter().copied()).collect();
        extents.into_iter().filter(|(label, _)| !inputs.contains(*label)).collect()
    }

    /// The subscripts with letters for labels.
    pub(crate) fn subscripts(&self) -> String {
        if self.is_in_words() { letters(&self.spec) } else { self.spec.clone() }
    }
}

/// The extents; where these would make debug builds run for minutes, smaller ones.
fn shape(json: &Json) -> Vec<usize> {
    let shrunk = |extent| match extent {
        160 => 16,
        120 => 12,
        _ => extent,
    };
    json.items().iter().map(|extent| shrunk(extent.number())).collect()
}

/// How an invalid case fails that is well-formed, as the note says.
fn failure(note: &str) -> Option<Failure> {
    let is = |words: &[&str]| words.iter().any(|&words| note.starts_with(words));
    if is(&["too many subscripts", "operand has more dims", "rank mismatch"]) {
        Some(Failure::Rank)
    } else if is(&["repeated index"]) {
        Some(Failure::Diagonal)
    } else if is(&["dimension mismatch"]) {
        Some(Failure::Extents)
    } else {
        None
    }
}

/// `b c, c ... -> b ...` as `[b, ..] = x0[b, c] * x1[c, ..]`.
fn index_notation(spec: &str) -> String {
    let brackets = |term: &str| format!("[{}]", indices(term).join(", "));
    let (inputs, output) = match spec.split_once("->") {
        Some((inputs, output)) => (inputs, brackets(output) + " = "),
        None => (spec, String::new()),
    };
    let factors = inputs.split(',').enumerate().map(|(number, term)| format!("x{number}{}", brackets(term)));
    output + &factors.collect::<Vec<_>>().join(" * ")
}

/// The words of a term; what is in parentheses counts as one.
fn indices(term: &str) -> Vec<String> {
    let mut indices: Vec<String> = Vec::new();
    for word in term.replace("...", "..").split_whitespace() {
        match indices.last_mut() {
            Some(open) if open.contains('(') && !open.contains(')') => *open = format!("{open} {word}"),
            _ => indices.push(word.to_owned()),
        }
    }
    indices
}

fn letters(spec: &str) -> String {
    let words = spec.replace("->", " -> ").replace(',', " , ");
    let mut names: Vec<&str> = Vec::new();
    let letter = |word| {
        if ["...", "->", ","].contains(&word) {
            return word.to_owned();
        }
        let number = names.iter().position(|name| *name == word).unwrap_or(names.len());
        if number == names.len() {
            names.push(word);
        }
        ('a'..='z').nth(number).expect("there are enough letters").to_string()
    };
    words.split_whitespace().map(letter).collect()
}
