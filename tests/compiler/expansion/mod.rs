//! What expansions are made of: which tokens, how many of them, and how three of them look.
//!
//! `BLESS=1 cargo test --test compiler expansion::` rewrites the snapshots.

mod any_input;
mod formulas;
mod grammar;

use std::{env, fs, path::Path};

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

type Macro = fn(TokenStream) -> TokenStream;

/// The macros that are expressions.
const EXPRESSIONS: [(&str, Macro); 3] = [
    ("einsum", einsum_codegen::einsum),
    ("try_einsum", einsum_codegen::try_einsum),
    ("einsum_vjp", einsum_codegen::einsum_vjp),
];

const SUBSCRIPTS: [&str; 36] = [
    "->",
    ",->",
    "i->",
    "i->i",
    ",i->i",
    "i,i",
    "i,i->i",
    "i,j",
    "ij->ji",
    "ij->j",
    "ji",
    "ii",
    "ii->i",
    "iii->i",
    "iijj->ij",
    "ij,ij->",
    "ij,ji->",
    "ij,jk",
    "ij,jk->ik",
    "ij,kj->ik",
    "bij,bjk->bik",
    "ijb,jkb->ikb",
    "bik,jkl->bij",
    "ii,ij->j",
    "ij,kl->il",
    "bqhd,bkhd->bhqk",
    "ij,j,->i",
    "ij,jk,kl->il",
    "ijk,ir,jr,kr->",
    "ab,bc,cd,de,ef,fg,gh,hi->ai",
    "ab,ac,ad,ae,af->a",
    "αβ,βγ->αγ",
    "XY,YZ->XZ",
    "éE,eÉ->eé",
    "abcdefgh->hgfedcba",
    "abcdefg,gfedcba->",
];

#[test]
fn expressions_hold_nothing_that_a_lint_could_refuse() {
    for subscripts in SUBSCRIPTS {
        for (name, expand) in EXPRESSIONS {
            let offences = grammar::offences_of_expression(expand(invocation(subscripts)));
            assert_eq!(offences, [""; 0], "{name}!(\"{subscripts}\", ..)");
            let mut limited = invocation(subscripts);
            limited.extend(parse(", max_intermediate = n"));
            let offences = grammar::offences_of_expression(expand(limited));
            assert_eq!(offences, [""; 0], "{name}!(\"{subscripts}\", .., max_intermediate = n)");
        }
    }
}

#[test]
fn items_hold_nothing_that_a_lint_could_refuse() {
    for subscripts in SUBSCRIPTS {
        let offences = grammar::offences_of_items(einsum_codegen::einsum_fn(function(subscripts)));
        assert_eq!(offences, [""; 0], "{subscripts}");
    }
}

/// What one more operand adds: the steps of all orders that may be the best, each once, of which a
/// chain has the most. (Of 8 operands on they are sampled.)
#[test]
fn sizes_grow_with_the_operands() {
    for (name, expand) in EXPRESSIONS {
        let bound = |operands: usize| {
            let splits = operands * (operands * operands - 1) / 6;
            let step = if name == "einsum_vjp" { 2700 } else { 480 };
            1000 + 700 * operands + step * splits
        };
        for operands in 1..=8 {
            let tokens = count(expand(invocation(&chain(operands))));
            println!("{name}!, a chain of {operands}: {tokens} tokens, bound {}", bound(operands));
            assert!(tokens <= bound(operands), "{name}!, a chain of {operands}: {tokens} tokens");
        }
    }
    for operands in 1..=8 {
        let tokens = count(einsum_codegen::einsum_fn(function(&chain(operands))));
        let functions = operands + 5;
        let splits = operands * (operands * operands - 1) / 6;
        let bound = functions * (1000 + 800 * operands + 3200 * splits);
        println!("einsum_fn!, a chain of {operands}: {tokens} tokens in {functions} functions, bound {bound}");
        assert!(tokens <= bound, "einsum_fn!, a chain of {operands}: {tokens} tokens");
    }
}

#[test]
fn einsum_is_as_in_the_snapshot() {
    let expansion = einsum_codegen::einsum(parse("krate; \"bik,jkl->bij\", x, w"));
    compare("einsum.rs", &in_main(expansion));
}

#[test]
fn einsum_with_a_limit_is_as_in_the_snapshot() {
    let input = "krate; \"ij,jk,kl->il\", x, w, v, out = y, max_intermediate = n";
    compare("einsum_limit.rs", &in_main(einsum_codegen::einsum(parse(input))));
}

#[test]
fn einsum_vjp_is_as_in_the_snapshot() {
    let expansion = einsum_codegen::einsum_vjp(parse("krate; \"bik,jkl->bij\", x, w"));
    compare("einsum_vjp.rs", &in_main(expansion));
}

#[test]
fn einsum_fn_is_as_in_the_snapshot() {
    let input = "krate; /// Linear layer.\n pub fn linear(x, w) = \"bik,jkl->bij\";";
    compare("einsum_fn.rs", &syn::parse2(einsum_codegen::einsum_fn(parse(input))).unwrap());
}

fn parse(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// `krate; "ij,jk->ik", x0, x1`
fn invocation(subscripts: &str) -> TokenStream {
    parse(&format!("krate; {subscripts:?}, {}", operands(subscripts)))
}

/// `krate; pub fn f(x0, x1) = "ij,jk->ik";`
fn function(subscripts: &str) -> TokenStream {
    parse(&format!("krate; pub fn f({}) = {subscripts:?};", operands(subscripts)))
}

fn operands(subscripts: &str) -> String {
    let inputs = subscripts.split("->").next().unwrap_or_default();
    let names: Vec<String> = inputs.split(',').enumerate().map(|(number, _)| format!("x{number}")).collect();
    names.join(", ")
}

/// `ab,bc,cd->ad`: a product of matrices.
fn chain(operands: usize) -> String {
    let labels: Vec<char> = ('a'..='z').take(operands + 1).collect();
    let inputs: Vec<String> = labels.windows(2).map(|pair| pair.iter().collect()).collect();
    format!("{}->{}{}", inputs.join(","), labels[0], labels[operands])
}

fn count(tokens: TokenStream) -> usize {
    let of_tree = |tree| if let TokenTree::Group(group) = tree { 2 + count(group.stream()) } else { 1 };
    tokens.into_iter().map(of_tree).sum()
}

/// `fn main() { let y = EXPANSION; }`
fn in_main(expansion: TokenStream) -> syn::File {
    let mut tokens = parse("fn main()");
    let mut body = parse("let y =");
    body.extend(expansion);
    body.extend([TokenTree::from(Punct::new(';', Spacing::Alone))]);
    tokens.extend([TokenTree::from(Group::new(Delimiter::Brace, body))]);
    syn::parse2(tokens).unwrap()
}

fn compare(name: &str, file: &syn::File) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    let found = prettyplease::unparse(file);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "the expansion differs from {}; run `BLESS=1 cargo test --test compiler expansion::` if the change is meant\n\n{}",
        path.display(),
        first_difference(&found, &expected),
    );
}

fn first_difference(found: &str, expected: &str) -> String {
    let mut lines = found.lines().zip(expected.lines()).enumerate();
    match lines.find(|(_, (found, expected))| found != expected) {
        Some((number, (found, expected))) => format!("line {}:\n- {expected}\n+ {found}", number + 1),
        None => format!("one has {} lines, the snapshot {}", found.lines().count(), expected.lines().count()),
    }
}
