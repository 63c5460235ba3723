//! The invalid cases: what the compiler says, and what is said at run time.

use std::fmt::Write as _;

use einsum::EinsumError;
use ndarray::{ArrayD, ArrayViewD};
use proc_macro2::{TokenStream, TokenTree};

use crate::{
    case::{self, Case, Failure, Fate},
    check::operand,
    generate, generated_failing, site,
};

/// What others refuse and formulas allow: a number is an index.
const FORMULAS: [&str; 1] = ["[i] = x0[i, 2]"];

/// Every message is in `messages.txt`, to be read.
#[test]
fn invalid_subscripts_do_not_compile() {
    let mut table = String::new();
    for case in case::all().iter().filter(|case| case.fate == Fate::Refused) {
        let messages = compile_errors(&case.invocation());
        let is_formula = FORMULAS.contains(&case.invocation().as_str());
        assert_eq!(messages.is_empty(), is_formula, "{:?}: {messages:?}", case.invocation());
        writeln!(table, "case {}: {}", case.number, case.invocation()).unwrap();
        for line in messages.iter().flat_map(|message| message.lines()) {
            writeln!(table, "    {line}").unwrap();
        }
    }
    generate::compare("messages.txt", &table);
}

#[test]
fn wrong_ranks_and_extents_are_errors_at_run_time() {
    for case in case::all() {
        if let Fate::Fails(failure) = case.fate {
            let error = error(&case);
            println!("{:?} {:?}: {error}", case.spec, case.shapes);
            let found = match error {
                EinsumError::Rank { .. } => Failure::Rank,
                EinsumError::Extents { .. } => Failure::Extents,
                EinsumError::Diagonal { .. } => Failure::Diagonal,
                error => panic!("{case:?}: {error}"),
            };
            assert_eq!(found, failure, "{case:?}");
        }
    }
}

/// gh-11221: numpy once named another label.
#[test]
fn the_error_names_the_label_and_its_extents() {
    let all = case::all();
    let case = all.iter().find(|case| case.spec == "aabcb,abc").unwrap();
    assert!(matches!(error(case), EinsumError::Diagonal { label: "b", extents: (4, 6), .. }));
}

fn error(case: &Case) -> EinsumError {
    let operands: Vec<ArrayD<f64>> = case.shapes.iter().enumerate().map(|(n, shape)| operand(n, shape)).collect();
    let views: Vec<ArrayViewD<'_, f64>> = operands.iter().map(|x| x.view()).collect();
    let site = site::find(generated_failing::SITES, case.number).expect("the files are generated");
    site(&views).expect_err(&case.spec)
}

/// The messages of all `compile_error!`s to which the macro expands.
fn compile_errors(invocation: &str) -> Vec<String> {
    let mut messages = Vec::new();
    collect(einsum_codegen::einsum(format!("krate; {invocation}").parse().unwrap()), &mut messages);
    messages
}

fn collect(tokens: TokenStream, messages: &mut Vec<String>) {
    let mut is_message = false;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => is_message = name == "compile_error",
            TokenTree::Punct(_) => {}
            TokenTree::Group(group) if is_message => {
                messages.push(syn::parse2::<syn::LitStr>(group.stream()).unwrap().value());
                is_message = false;
            }
            TokenTree::Group(group) => collect(group.stream(), messages),
            TokenTree::Literal(_) => is_message = false,
        }
    }
}
