//! Random formulas: their derivatives against differences, and the invariants of all that is derived.

use super::gradients::{Case, Of};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// How many are checked. `EINSUM_CASES` asks for more.
const CASES: u64 = 60;

#[test]
fn derivatives_of_random_formulas_are_differences() {
    let cases = std::env::var("EINSUM_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    for seed in 0..cases {
        let of = if seed % 3 == 0 { Of::Complex } else { Of::Reals };
        let repeats = seed % 5 < 2;
        let mut writer = Writer { rng: ChaCha8Rng::seed_from_u64(seed), of, repeats, locals: Vec::new() };
        let text = writer.formula();
        let shapes = [&[3, 3][..], &[3, 3], &[3]].map(|shape| writer.shape(shape));
        let result = std::panic::catch_unwind(|| {
            let mut case = Case::new(&text, &[&shapes[0], &shapes[1], &shapes[2], &[3]], of, seed);
            case.formula.broadcasts = repeats;
            if case.is_tame() {
                case.check();
            }
        });
        assert!(result.is_ok(), "seed {seed}:\n{text}");
    }
}

struct Writer {
    rng: ChaCha8Rng,
    of: Of,
    /// Whether operands of extent 1 repeat: then all their indices are labels.
    repeats: bool,
    /// The intermediates, with their numbers of axes.
    locals: Vec<(String, usize)>,
}

impl Writer {
    /// Operands `x`, `w` with two axes and `b` with one; indices `t`; labels `i`, `j`, `k`, all of extent 3.
    fn formula(&mut self) -> String {
        // All labels have the extent of `t`, which does not repeat.
        let mut text = "x: 2, w: 2, b: 1, t: 1 indices\ni: i in t[0]\nj: j in t[0]\nk: k in t[0]\n".to_owned();
        for number in 0..self.rng.random_range(0..3) {
            let line = self.statement(&format!("t{number}"));
            text += &line;
        }
        if self.rng.random_bool(0.5) {
            text += &self.statement("y");
            return text;
        }
        text + &self.sum()
    }

    /// The extents of an operand, some of them 1 if these repeat.
    fn shape(&mut self, shape: &[usize]) -> Vec<usize> {
        shape.iter().map(|&extent| if self.repeats && self.rng.random_bool(0.5) { 1 } else { extent }).collect()
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.rng.random_range(0..all.len())]
    }

    fn statement(&mut self, name: &str) -> String {
        let free = self.one_of(if self.repeats { &["i", "j", "i, j", "j, i"] } else { &["", "i", "j", "i, j"] });
        let free: Vec<&str> = free.split(", ").filter(|label| !label.is_empty()).collect();
        let reductions: &[&str] = if self.of == Of::Complex { &["sum"] } else { &["sum", "sum", "max", "min", "prod"] };
        let reduction = self.one_of(reductions);
        let reduced = self.one_of(&["", "k", "k"]);
        let labels: Vec<&str> = free.iter().copied().chain([reduced]).filter(|label| !label.is_empty()).collect();
        let value = self.expression(&labels, 3);
        let value = if reduced.is_empty() { value } else { format!("{reduction}[{reduced}]({value})") };
        let mut text = format!("{name}[{}] = {value}\n", free.join(", "));
        if self.rng.random_bool(0.3) {
            let added = self.expression(&free, 2);
            text = format!("{text}{name}[{}] += {added}\n", free.join(", "));
        }
        self.locals.push((name.to_owned(), free.len()));
        text
    }

    /// A sum of operands and intermediates: their cotangents are equal.
    fn sum(&mut self) -> String {
        let free = self.one_of(&["i", "i, j"]);
        let rank = free.split(", ").count();
        let mut tensors = vec![("b".to_owned(), 1), ("x".to_owned(), 2)];
        tensors.extend(self.locals.iter().cloned());
        let fits = tensors.iter().filter(|(_, of)| *of == rank);
        let addends: Vec<String> = fits.map(|(name, _)| format!("{name}[{free}]")).collect();
        format!("y[{free}] = {}\n", addends.join(" + "))
    }

    fn expression(&mut self, labels: &[&str], depth: usize) -> String {
        if depth == 0 || self.rng.random_bool(0.15) {
            return self.read(labels);
        }
        let inner = |writer: &mut Self| writer.expression(labels, depth - 1);
        let (a, b) = (inner(self), inner(self));
        let real = ["tanh", "sigmoid", "sin", "gelu", "silu", "softplus", "relu", "abs", "erf", "max", "select"];
        let common = ["+", "-", "*", "*", "/", "exp", "conj", "choice"];
        let all: Vec<&str> = if self.of == Of::Complex { common.to_vec() } else { [&common[..], &real[..]].concat() };
        match self.one_of(&all) {
            "/" => format!("({a}) / (3 + ({b}) * conj({b}))"),
            "exp" => format!("exp(0.1 * ({a}))"),
            "max" => format!("max({a}, {b})"),
            "select" => format!("select(1 * ({a}) < 1 * ({b}), {b}, 2 * ({a}))"),
            "choice" => match labels.first() {
                Some(label) => format!("select({label} <= 1, {a}, {b} * index(2*{label} - 1))"),
                None => a,
            },
            operator @ ("+" | "-" | "*") => format!("({a}) {operator} ({b})"),
            function => format!("{function}({a})"),
        }
    }

    fn read(&mut self, labels: &[&str]) -> String {
        let locals: Vec<(String, usize)> = self.locals.clone();
        let mut tensors = vec![("x".to_owned(), 2), ("w".to_owned(), 2), ("b".to_owned(), 1)];
        tensors.extend(locals);
        let at = self.rng.random_range(0..tensors.len());
        let (name, rank) = tensors.swap_remove(at);
        let around = if self.repeats { "" } else { self.one_of(&["", "", "", "", "zero", "wrap", "clamp"]) };
        let axes: Vec<String> = (0..rank).map(|_| self.axis(labels, !around.is_empty())).collect();
        let name = if around.is_empty() { name } else { format!("{around}({name})") };
        let name = if self.of == Of::Complex && self.rng.random_bool(0.3) { format!("conj({name})") } else { name };
        format!("{name}[{}]", axes.join(", "))
    }

    fn axis(&mut self, labels: &[&str], goes_outside: bool) -> String {
        if labels.is_empty() {
            return self.one_of(&["0", "1", "2"]).to_owned();
        }
        let (label, other) = (self.one_of(labels), self.one_of(labels));
        if self.repeats {
            return label.to_owned();
        }
        let choice = if goes_outside { self.rng.random_range(0..6) } else { self.rng.random_range(2..6) };
        match choice {
            0 if label != other => format!("2*{label} - {other} - 1"),
            0 | 1 => format!("3 - {label}"),
            2 => format!("t[{label}]"),
            _ => label.to_owned(),
        }
    }
}
