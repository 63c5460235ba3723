//! Random subscripts, of all that the language has.

use std::collections::{BTreeMap, BTreeSet};

/// What a given extent is.
pub(crate) const GIVEN: usize = 3;
pub(crate) const LABELS: [char; 5] = ['a', 'b', 'c', 'd', 'e'];
/// Names for two axes that an ellipsis may stand for, the last one last.
pub(crate) const ELLIPSIS: [char; 2] = ['1', '0'];

#[derive(Debug)]
pub(crate) struct Subscripts {
    pub(crate) operands: Vec<Operand>,
    output: Option<Vec<Token>>,
    /// The labels whose extents are given.
    given: BTreeSet<char>,
    /// The operands before the first and after the last of which parentheses stand.
    groups: Vec<(usize, usize)>,
    is_index_notation: bool,
}

#[derive(Debug)]
pub(crate) struct Operand {
    subscript: Vec<Token>,
    /// How many axes its ellipsis stands for; if `None`, any number, known at run time.
    ellipsis: Option<usize>,
    is_static: bool,
    is_conj: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Label(char),
    Ellipsis,
}

impl Subscripts {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let count = [1, 2, 2, 2, 3, 4][rng.below(6)];
        let operands: Vec<Operand> = (0..count).map(|_| Operand::new(if count == 1 { 4 } else { 3 }, rng)).collect();
        let output = if rng.one_in(5) { None } else { Some(output(&operands, rng)) };
        let given = given(&operands, output.as_deref(), rng);
        let groups = if rng.one_in(2) { groups(count, rng) } else { Vec::new() };
        let is_fit = output.is_some() && groups.iter().all(|group| holds_product(&operands[group.0..=group.1]));
        let is_index_notation = is_fit && rng.one_in(3);
        Self { operands, output, given, groups, is_index_notation }
    }

    /// The subscripts as a string.
    pub(crate) fn text(&self) -> String {
        let inputs = self.grouped(",", |_, operand| text(&operand.subscript));
        inputs + &self.output.as_ref().map_or(String::new(), |output| format!("->{}", text(output)))
    }

    /// The arguments of the macro.
    pub(crate) fn invocation(&self) -> String {
        let notation = if self.is_index_notation { self.index_notation() } else { self.string_notation() };
        let label = |label| if self.is_index_notation { word(label) } else { label.to_string() };
        let given: Vec<String> = self.given.iter().map(|&given| format!("{} = {GIVEN}", label(given))).collect();
        notation + if given.is_empty() { "" } else { "; " } + &given.join(", ")
    }

    fn string_notation(&self) -> String {
        let operands = self.operands.iter().enumerate();
        let operands: Vec<String> = operands.map(|(number, operand)| operand.called(format!("x{number}"))).collect();
        format!("\"{}\", {}", self.text(), operands.join(", "))
    }

    fn index_notation(&self) -> String {
        let output = brackets(self.output.as_deref().expect("index notation has an output"));
        let factor = |number, operand: &Operand| operand.called(format!("x{number}{}", brackets(&operand.subscript)));
        format!("{output} = {}", self.grouped(" * ", factor))
    }

    /// The operands, with the parentheses around some of them.
    fn grouped(&self, separator: &str, show: impl Fn(usize, &Operand) -> String) -> String {
        let operands = self.operands.iter().enumerate().map(|(number, operand)| {
            let opens = self.groups.iter().filter(|group| group.0 == number).count();
            let closes = self.groups.iter().filter(|group| group.1 == number).count();
            "(".repeat(opens) + &show(number, operand) + &")".repeat(closes)
        });
        operands.collect::<Vec<_>>().join(separator)
    }

    /// The ranks of the operands of which they are static.
    pub(crate) fn ranks(&self) -> Vec<Option<usize>> {
        let rank = |operand: &Operand| operand.is_static.then(|| operand.rank());
        self.operands.iter().map(rank).collect()
    }

    /// The rank of the value, if it is static: if that of every ellipsis is.
    pub(crate) fn out_rank(&self) -> Option<usize> {
        let axes: Option<Vec<usize>> = self.operands.iter().map(|operand| operand.ellipsis).collect();
        let axes = axes?.into_iter().max().unwrap_or(0);
        let implicit = || {
            let all: Vec<Token> = self.operands.iter().flat_map(|operand| operand.subscript.clone()).collect();
            let is_on_it =
                |token: &Token| *token != Token::Ellipsis && all.iter().filter(|other| *other == token).count() == 1;
            let mut output: Vec<Token> = all.iter().copied().filter(is_on_it).collect();
            output.extend(all.contains(&Token::Ellipsis).then_some(Token::Ellipsis));
            output
        };
        let output = self.output.clone().unwrap_or_else(implicit);
        Some(output.iter().map(|token| if *token == Token::Ellipsis { axes } else { 1 }).sum())
    }

    pub(crate) fn is_conj(&self) -> Vec<bool> {
        self.operands.iter().map(|operand| operand.is_conj).collect()
    }

    pub(crate) fn given(&self) -> Vec<(char, usize)> {
        self.given.iter().map(|label| (*label, GIVEN)).collect()
    }
}

impl Operand {
    fn new(most: usize, rng: &mut Rng) -> Self {
        let label = |_| Token::Label(LABELS[rng.below(LABELS.len())]);
        let mut subscript: Vec<Token> = (0..most).map(label).collect();
        subscript.truncate(rng.below(most + 1));
        let is_static = rng.one_in(2);
        let mut ellipsis = Some(0);
        if rng.one_in(3) {
            subscript.insert(rng.below(subscript.len() + 1), Token::Ellipsis);
            ellipsis = is_static.then(|| rng.below(ELLIPSIS.len() + 1));
        }
        Self { subscript, ellipsis, is_static, is_conj: rng.one_in(6) }
    }

    fn called(&self, name: String) -> String {
        if self.is_conj { format!("conj({name})") } else { name }
    }

    fn rank(&self) -> usize {
        let axes = |token: &Token| if *token == Token::Ellipsis { self.ellipsis.unwrap_or(0) } else { 1 };
        self.subscript.iter().map(axes).sum()
    }

    /// A shape that fits, with some labels broadcast in this operand.
    pub(crate) fn shape(&self, extents: &BTreeMap<char, usize>, given: &[(char, usize)], rng: &mut Rng) -> Vec<usize> {
        let is_given = |label| given.iter().any(|given| given.0 == label);
        let is_broadcast: BTreeSet<char> = extents.keys().copied().filter(|_| rng.one_in(6)).collect();
        let extent = |label: &char| match label {
            label if is_given(*label) => GIVEN,
            label if is_broadcast.contains(label) => 1,
            label => extents[label],
        };
        let axes = self.ellipsis.unwrap_or_else(|| rng.below(ELLIPSIS.len() + 1));
        let shape = self.subscript.iter().flat_map(|token| match token {
            Token::Label(label) => vec![extent(label)],
            Token::Ellipsis => ELLIPSIS[ELLIPSIS.len() - axes..].iter().map(extent).collect(),
        });
        shape.collect()
    }
}

fn text(tokens: &[Token]) -> String {
    let texts = tokens.iter().map(|token| match token {
        Token::Label(label) => label.to_string(),
        Token::Ellipsis => "...".to_owned(),
    });
    texts.collect()
}

fn word(label: char) -> String {
    format!("{label}_{label}")
}

/// Whether index notation takes parentheses around these for those of a product: if a bracket cannot be Rust.
fn holds_product(operands: &[Operand]) -> bool {
    operands.iter().any(|operand| operand.subscript.len() != 1)
}

/// With words for labels: `[a_a, ..]`.
fn brackets(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| match token {
        Token::Label(label) => word(*label),
        Token::Ellipsis => "..".to_owned(),
    });
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}

/// Half of the labels, in any order; the ellipsis, if there is one; labels repeated and new.
fn output(operands: &[Operand], rng: &mut Rng) -> Vec<Token> {
    let mut output: Vec<Token> = labels(operands).into_iter().filter(|_| rng.one_in(2)).map(Token::Label).collect();
    if rng.one_in(5) && !output.is_empty() {
        output.push(output[rng.below(output.len())]);
    }
    if rng.one_in(6) {
        output.push(Token::Label('q'));
    }
    for position in (1..output.len()).rev() {
        output.swap(position, rng.below(position + 1));
    }
    if operands.iter().any(|operand| operand.subscript.contains(&Token::Ellipsis)) {
        output.insert(rng.below(output.len() + 1), Token::Ellipsis);
    }
    output
}

/// The new label, and sometimes one that operands have.
fn given(operands: &[Operand], output: Option<&[Token]>, rng: &mut Rng) -> BTreeSet<char> {
    let is_new = output.is_some_and(|output| output.contains(&Token::Label('q')));
    let old = labels(operands).into_iter().filter(|_| rng.one_in(20));
    old.chain(is_new.then_some('q')).collect()
}

/// Parentheses around some neighbours, and, if there are many, around some of these.
fn groups(count: usize, rng: &mut Rng) -> Vec<(usize, usize)> {
    let mut groups = Vec::new();
    let (mut first, mut len) = (0, count);
    while len > 2 {
        let inner = 2 + rng.below(len - 2);
        first += rng.below(len - inner + 1);
        len = inner;
        groups.push((first, first + len - 1));
    }
    groups
}

fn labels(operands: &[Operand]) -> BTreeSet<char> {
    let tokens = operands.iter().flat_map(|operand| &operand.subscript);
    let label = |token: &Token| if let Token::Label(label) = token { Some(*label) } else { None };
    tokens.filter_map(label).collect()
}

/// Always the same numbers, whatever version of a crate is locked: splitmix64.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }
}
