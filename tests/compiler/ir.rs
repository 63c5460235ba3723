//! The `Display` of every intermediate representation, for a dozen subscripts that `tests/values/forward.rs`
//! and `gradients.rs` compare with the oracle.
//!
//! `BLESS=1 cargo test --test compiler ir::` rewrites the snapshot.

use std::{env, fmt::Write as _, fs, path::Path};

use crate::common::cases::for_each_case;
use einsum_codegen::{
    ast::Form,
    check,
    grad::Vjp,
    ir::{ContractionTree, Einsum},
    lower::lower,
    parse,
    plan::{cost::Objective, plan},
};

/// Names of cases in `common/cases.rs`.
const SHOWN: [&str; 14] = [
    "transpose",
    "trace",
    "partial_trace",
    "dot",
    "outer",
    "scale",
    "matvec",
    "matmul",
    "batch_last",
    "linear",
    "attention_scores",
    "lone_and_repeated",
    "mttkrp",
    "chain_of_four",
];

#[test]
fn displays_are_as_in_the_snapshot() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/ir.txt");
    let found: String = SHOWN.iter().map(|name| describe(name)).collect();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert_eq!(found, expected, "run `BLESS=1 cargo test --test compiler ir::` if the change is meant");
}

fn describe(name: &str) -> String {
    let (_, subscripts, operands) = *CASES.iter().find(|case| case.0 == name).expect("a case of common/cases.rs");
    let operands: Vec<&str> = operands.split_whitespace().collect();
    let tokens = format!("krate; \"{subscripts}\", {}", operands.join(", "));
    let Ok(invocation) = parse::invocation(tokens.parse().unwrap()) else { panic!("{subscripts}") };
    let einsum: Einsum = check::invocation(&invocation, Form::Pullback).expect(subscripts);
    einsum.verify().expect(subscripts);
    let all: Vec<usize> = (0..operands.len()).collect();
    let vjp = Vjp::new(&plan(&einsum, Objective::ForwardAndBackward).expect("within any limit"), &all);
    let mut text = format!("{invocation}\n\neinsum\n{}", indented(&einsum.to_string()));
    describe_tree("forward", &vjp.forward, &mut text);
    describe_tree("backward", &vjp.backward, &mut text);
    text + "\n"
}

fn describe_tree(title: &str, tree: &ContractionTree, text: &mut String) {
    tree.verify().unwrap();
    write!(text, "{title}\n{}", indented(&tree.to_string())).unwrap();
    for nest in lower(tree.clone()).nests {
        write!(text, "    loops\n{}", indented(&indented(&nest.to_string()))).unwrap();
    }
}

fn indented(text: &str) -> String {
    text.lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

macro_rules! list {
    ($($name:ident: $subscripts:literal ($($operand:ident: $dimension:ident),*);)*) => {
        const CASES: &[(&str, &str, &str)] =
            &[$((stringify!($name), $subscripts, concat!($(stringify!($operand), " "),*))),*];
    };
}
for_each_case!(list);
