//! Random input: no macro panics, and what it gives is Rust.

use std::panic;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

use super::{EXPRESSIONS, Macro, parse};

const STRINGS: usize = 3000;
const SOUPS: usize = 3000;

/// Whatever is between the quotes, it is compiled or refused.
#[test]
fn any_string_compiles_or_is_refused() {
    let mut random = ChaCha8Rng::seed_from_u64(0);
    let mut compiled = 0;
    for _ in 0..STRINGS {
        let subscripts = nasty_string(&mut random);
        let operands = random.random_range(0..=subscripts.matches(',').count() + 2);
        let literal = TokenTree::from(Literal::string(&subscripts));
        let mut input = parse("krate;");
        input.extend([literal.clone()]);
        input.extend((0..operands).flat_map(|_| parse(", x")));
        let (name, expand) = *EXPRESSIONS.choose(&mut random).unwrap();
        compiled += usize::from(compiles_or_is_refused(name, expand, input));
        let parameters: Vec<String> = (0..operands).map(|number| format!("x{number}")).collect();
        let mut input = parse(&format!("krate; fn f({}) =", parameters.join(", ")));
        input.extend([literal, Punct::new(';', Spacing::Alone).into()]);
        compiled += usize::from(compiles_or_is_refused("einsum_fn", einsum_codegen::einsum_fn, input));
    }
    println!("{compiled} of {} compiled", 2 * STRINGS);
    assert!(compiled > STRINGS / 10, "{compiled} compiled: the strings are not well chosen");
    assert!(compiled < STRINGS, "{compiled} compiled: the strings are not well chosen");
}

/// Whatever is between the brackets, it is compiled or refused.
#[test]
fn any_tokens_compile_or_are_refused() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for _ in 0..SOUPS {
        let soup = token_soup(&mut random, 3);
        for (name, expand) in EXPRESSIONS {
            let starts = ["krate;", "", "krate; \"ij,jk\"", "krate; \"i\", "];
            let mut input = parse(starts.choose(&mut random).unwrap());
            input.extend(soup.clone());
            compiles_or_is_refused(name, expand, input);
        }
        let starts = ["krate;", "krate; fn f", "krate; fn f(x) =", "krate; fn f(x) = \"i\";"];
        let mut input = parse(starts.choose(&mut random).unwrap());
        input.extend(soup);
        compiles_or_is_refused("einsum_fn", einsum_codegen::einsum_fn, input);
    }
}

/// Expands, and says whether there is no mistake in the input.
fn compiles_or_is_refused(name: &str, expand: Macro, input: TokenStream) -> bool {
    let shown = input.to_string();
    let expansion = panic::catch_unwind(|| expand(input)).unwrap_or_else(|_| panic!("{name}! panics on {shown:?}"));
    let parses = match name {
        "einsum_fn" => syn::parse2::<syn::File>(expansion.clone()).is_ok(),
        _ => syn::parse2::<syn::Expr>(expansion.clone()).is_ok(),
    };
    assert!(parses, "{name}! of {shown:?} is no Rust: {expansion}");
    !has_mistake(expansion)
}

/// Whether `compile_error` is anywhere in an expansion.
fn has_mistake(expansion: TokenStream) -> bool {
    expansion.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_mistake(group.stream()),
        TokenTree::Ident(name) => name == "compile_error",
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Letters, commas and an arrow; and in half of the strings, characters that do not belong there.
fn nasty_string(random: &mut ChaCha8Rng) -> String {
    let plain = ["i", "j", "k", "ij", ",", "->", " ", "i1", "d_in", "row"];
    let nasty = "-> => ... () [] {x} \"'\\ \n\r\t\0 é e\u{301} ßİñŉª Ⅷ 漢字 𝒊 0९_# →…×·−–;+^2 conj(exp( 🦀👩\u{200d}🔬 \u{202e}\u{feff}\u{a0}";
    let nasty: Vec<char> = nasty.chars().collect();
    let is_nasty = random.random_bool(0.5);
    let mut text = String::new();
    for _ in 0..random.random_range(0..10) {
        if is_nasty && random.random_bool(0.3) {
            text.push(*nasty.choose(random).unwrap());
        } else {
            text.push_str(plain.choose(random).unwrap());
        }
    }
    text
}

/// Any tokens that rustc could pass to a macro.
fn token_soup(random: &mut ChaCha8Rng, depth: usize) -> TokenStream {
    (0..random.random_range(0..8)).map(|_| token(random, depth)).collect()
}

fn token(random: &mut ChaCha8Rng, depth: usize) -> TokenTree {
    let names = [
        "x", "w", "i", "fn", "pub", "mut", "if", "self", "crate", "_", "unsafe", "async", "conj", "alpha", "wrt", "exp",
    ];
    let literals =
        ["1", "2.0", "\"ij,jk->ik\"", "\"i\"", "b\"ij\"", "c\"ij\"", "'i'", "r#\"ij\"#", "\"ij\"suffix", "1_f32"];
    let delimiters = [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
    match random.random_range(0..10) {
        0..3 => Ident::new(names.choose(random).unwrap(), Span::call_site()).into(),
        3..5 => literals.choose(random).unwrap().parse::<Literal>().unwrap().into(),
        5 if depth > 0 => Group::new(*delimiters.choose(random).unwrap(), token_soup(random, depth - 1)).into(),
        6 => Punct::new(',', Spacing::Alone).into(),
        _ => {
            let characters: Vec<char> = "=<>!~+-*/%^&|@.,;:#$?".chars().collect();
            let spacing = if random.random_bool(0.5) { Spacing::Joint } else { Spacing::Alone };
            Punct::new(*characters.choose(random).unwrap(), spacing).into()
        }
    }
}
