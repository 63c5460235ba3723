//! Explanations: their texts, and the flops in them counted again, index by index.
//!
//! `BLESS=1 cargo test -p einsum-compiler-codegen --test codegen explain` rewrites the snapshots.

use std::{collections::BTreeMap, env, fs, path::Path};

use einsum_codegen::{
    explain::{Explanation, aligned},
    ir::{Label, MaxIntermediate},
    parse,
    plan::{self, options::Options, search},
};
use proc_macro2::{Literal, TokenStream};

/// The name of a snapshot, and what is explained.
const SHOWN: [(&str, &str); 6] = [
    ("four", r#""abc,ai,bj,ck->ijk""#),
    ("four_given", r#""abc,ai,bj,ck->ijk", a = 128, b = 64, c = 2000, i = 32, j = 48, k = 16"#),
    ("four_partly", r#""abc,ai,bj,ck->ijk", a = 128, i = 32"#),
    ("linear", r#""bik,jkl->bij""#),
    ("words", "[row, column] = x[row, inner] * w[inner, column] * v[inner]; inner = 7"),
    ("language", r#""(iij,...),jk,->k...l"; l = 3"#),
];

/// What has every kind of step, and its extents.
const COUNTED: [&str; 14] = [
    r#""ij,jk->ik", i = 3, j = 5, k = 2"#,
    r#""bij,bjk->bik", b = 2, i = 3, j = 5, k = 2"#,
    r#""ij,jk,kl->il", i = 3, j = 5, k = 2, l = 7"#,
    r#""abc,ai,bj,ck->ijk", a = 3, b = 2, c = 5, i = 4, j = 3, k = 2"#,
    r#""bik,jkl->bij", b = 2, i = 3, k = 5, j = 4, l = 3"#,
    r#""i,i,i->", i = 7"#,
    r#""i,j,k->ijk", i = 2, j = 3, k = 5"#,
    r#""ij,ij->ij", i = 2, j = 3"#,
    r#""ij->ji", i = 2, j = 3"#,
    r#""ii->i", i = 4"#,
    r#""i->ii", i = 4"#,
    r#""iij,jk->", i = 4, j = 3, k = 2"#,
    r#""i->ij", i = 4, j = 3"#,
    r#""ia,ja,ka->ijk", a = 2, i = 3, j = 4, k = 5"#,
];

/// What no order keeps the limit of: where a step lacks a sliced label, and where it has all.
const SLICED: [&str; 6] = [
    r#""ab,cbe,ae->ac", a = 4, b = 5, c = 3, e = 7, max_intermediate = 12"#,
    r#""ij,jk,kl->il", i = 5, j = 3, k = 7, l = 4, max_intermediate = 6"#,
    r#""ij,(jk,kl)->il", i = 5, j = 3, k = 7, l = 4, max_intermediate = 1"#,
    r#""ij,jk,kl,lm->im", i = 2, j = 7, k = 5, l = 3, m = 7, max_intermediate = 5"#,
    r#""iij,jk,kl->il", i = 5, j = 3, k = 2, l = 4, max_intermediate = 3"#,
    r#""ij,jk->i", i = 5, j = 7, k = 2, max_intermediate = 4"#,
];

fn explained(input: &str) -> Explanation {
    let tokens: TokenStream = format!("krate; {input}").parse().unwrap();
    match einsum_codegen::explanation(tokens, None) {
        Ok(explanation) => explanation,
        Err(errors) => panic!("{input}: {}", errors.0[0].message),
    }
}

fn mistakes(input: &str) -> Vec<String> {
    let tokens: TokenStream = format!("krate; {input}").parse().unwrap();
    let errors = einsum_codegen::explanation(tokens, None).expect_err(input);
    errors.0.into_iter().map(|mistake| mistake.message).collect()
}

#[test]
fn texts_are_as_in_the_snapshots() {
    for (name, input) in SHOWN {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/codegen/snapshots/explain_{name}.txt"));
        let found = format!("{input}\n\n{}\n", explained(input));
        if env::var_os("BLESS").is_some() {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap();
        assert_eq!(
            found, expected,
            "run `BLESS=1 cargo test -p einsum-compiler-codegen --test codegen explain` if the change is meant"
        );
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md")).unwrap();
    let (_, after) = readme.split_once("einsum::explain!(").unwrap();
    let (input, _) = after.split_once("));").unwrap();
    let shown = after.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next()).unwrap();
    assert_eq!(shown, explained(input).to_string());
}

/// The steps as they are printed are computed on numbers that count: every multiplication and every
/// addition to something is one flop.
#[test]
fn flops_are_those_of_the_loops() {
    for input in COUNTED.iter().chain(&SLICED) {
        let explanation = explained(input);
        let extents: BTreeMap<char, usize> = explanation
            .extents
            .0
            .iter()
            .map(|(label, n)| (letter(label.name()), usize::try_from(*n).unwrap()))
            .collect();
        assert_eq!(explanation.trees.len(), 1, "{input}: all extents are given");
        let printed = explanation.to_string();
        let lines: Vec<&str> = printed.lines().filter(|line| line.starts_with("  ") && line.contains(" -> ")).collect();
        let slices = slices(&printed);
        assert_eq!(!slices.is_empty(), SLICED.contains(input), "{input}\n{printed}");
        let counted: Vec<Counted> = lines.iter().filter_map(|line| Counted::of_line(line, &extents, &slices)).collect();
        let tree = &explanation.trees[0];
        assert_eq!(counted.len(), tree.costs.rows.len() + tree.gradient_costs.rows.len(), "{input}\n{printed}");
        let (forward, backward) = counted.split_at(tree.costs.rows.len());
        let total = |part: &[Counted]| part.iter().map(|counted| counted.flops).sum::<usize>();
        assert_same(tree.costs.flops.value(|_| 1.0), total(forward), input);
        assert_same(tree.gradient_costs.flops.value(|_| 1.0), total(backward), input);
        let largest = forward[..forward.len() - 1].iter().map(|counted| counted.elements).max();
        assert_eq!(tree.costs.largest.first().map(|size| size.coefficient), largest.map(as_float), "{input}");
        assert_same(explanation.naive.coefficient, naive(&explanation, &extents), input);
    }
}

/// What one line of the table does, counted.
struct Counted {
    flops: usize,
    elements: usize,
}

impl Counted {
    /// Runs the loops of a line, once for each block, and compares with the numbers that it has.
    fn of_line(line: &str, extents: &BTreeMap<char, usize>, slices: &[Slices]) -> Option<Self> {
        let cells: Vec<&str> = line.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [subscripts, values, _, flops, elements] = cells.as_slice() else { return None };
        let (inputs, output) = subscripts.split_once("->")?;
        let factors = values.split(" -> ").next().unwrap().split(' ').filter(|name| *name != "+->").count();
        let mut labels: Vec<char> = (inputs.to_owned() + output).chars().filter(|c| *c != ',').collect();
        labels.sort_unstable();
        labels.dedup();
        let is_walked = |sliced: &&Slices| !labels.contains(&sliced.label);
        let times: usize = slices.iter().filter(is_walked).map(|sliced| sliced.count).product();
        let mut sums: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let mut counted = 0;
        for index in indices(&labels, extents) {
            let place = output.chars().map(|label| index[&label]).collect();
            let terms = sums.entry(place).or_default();
            counted += usize::from(factors.max(1) - 1 > 0);
            *terms += 1;
        }
        // A sum of n terms is begun with 0, as the search counts it.
        counted += sums.values().filter(|terms| **terms > 1 || contracts(inputs, output)).sum::<usize>();
        counted *= times;
        // An intermediate is one of a block, a result of all.
        let is_intermediate = values.contains("-> t") || values.contains("-> dt");
        let slices = if is_intermediate { slices } else { &[] };
        let length = |label| slices.iter().find(|sliced| sliced.label == label).map_or(extents[&label], |s| s.length);
        let size = output.chars().map(length).product();
        assert_same(flops.parse().unwrap(), counted, line);
        assert_same(elements.parse().unwrap(), size, line);
        Some(Self { flops: counted, elements: size })
    }
}

/// A label that is sliced: into how many blocks of how many indices.
struct Slices {
    label: char,
    count: usize,
    length: usize,
}

/// What is said after `slices`, such as `a in 4 blocks of 32, c in 2 blocks of 50: 8 blocks`.
fn slices(printed: &str) -> Vec<Slices> {
    let Some(line) = printed.lines().find_map(|line| line.strip_prefix("slices")) else { return Vec::new() };
    let (all, total) = line.split_once(": ").unwrap_or((line, ""));
    let slices: Vec<Slices> = all
        .split(", ")
        .map(|text| {
            let (label, blocks) = text.trim().split_once(" in ").unwrap();
            let (count, length) = blocks.split_once(" blocks of ").unwrap();
            Slices { label: letter(label), count: count.parse().unwrap(), length: length.parse().unwrap() }
        })
        .collect();
    let blocks: usize = slices.iter().map(|sliced| sliced.count).product();
    assert!(slices.len() == 1 && total.is_empty() || total == format!("{blocks} blocks"), "{line}");
    slices
}

fn contracts(inputs: &str, output: &str) -> bool {
    inputs.chars().any(|label| label != ',' && !output.contains(label))
}

/// All indices of the labels.
fn indices(labels: &[char], extents: &BTreeMap<char, usize>) -> Vec<BTreeMap<char, usize>> {
    labels.iter().fold(vec![BTreeMap::new()], |all, label| {
        let longer = |index: &BTreeMap<char, usize>| -> Vec<BTreeMap<char, usize>> {
            (0..extents[label])
                .map(|value| index.iter().map(|(l, v)| (*l, *v)).chain([(*label, value)]).collect())
                .collect()
        };
        all.iter().flat_map(longer).collect()
    })
}

fn naive(explanation: &Explanation, extents: &BTreeMap<char, usize>) -> usize {
    let labels: Vec<char> = explanation.einsum.labels().iter().map(|label| letter(label.name())).collect();
    let text = explanation.einsum.to_string();
    let (inputs, output) = text.split_once("->").unwrap();
    let per_index = inputs.split(',').count() - 1 + usize::from(contracts(inputs, output));
    per_index * indices(&labels, extents).len()
}

fn letter(label: &str) -> char {
    label.chars().next().unwrap()
}

fn assert_same(found: f64, counted: usize, input: &str) {
    assert!((found - as_float(counted)).abs() < 0.5, "{input}: {found} is said, {counted} were counted");
}

fn as_float(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

/// Nothing is divided by nothing where an extent is 0, and the others are not known.
#[test]
fn an_extent_of_zero_costs_nothing() {
    let explained = |text: &str| {
        let tokens = format!("einsum; {text}").parse().unwrap();
        einsum_codegen::explanation(tokens, None).ok().unwrap().to_string()
    };
    for text in [
        r#""ij,jk,kl->il", i = 0"#,
        r#""ij,jk,kl->il", j = 0"#,
        r#""ij,jk,kl->il", i = 0, j = 3, k = 5, l = 7"#,
        r#""ij,jk->ik", k = 0"#,
        r#""i->", i = 0"#,
    ] {
        let table = explained(text);
        assert!(!table.contains("0 / ") && !table.contains("0 + ") && !table.contains("+ 0 "), "{text}: {table}");
    }
    assert!(explained(r#""ij,jk->ik", k = 0"#).contains("optimised flops       0\n"));
}

#[test]
fn mistakes_are_told_as_by_the_other_macros() {
    let unbound = "output label `q` is on no operand, so that its extent is unknown\n    ij,jk->iq\n            ^\n\
                   help: drop `q` from the output, or give its extent after the operands: `; q = 7`";
    assert_eq!(mistakes(r#""ij,jk->iq""#), [unbound]);
    assert_eq!(mistakes(r#""ij,jk->ik"; q = 7"#), ["`q` is no label of `ij,jk->ik`"]);
    let number = "expected a number: an explanation is written while the program is compiled";
    assert_eq!(mistakes(r#""ij,jk->ik", i = n, k = 2 + 3"#), [number, number]);
    let operands = "expected the extent of a label, such as `l = 7`: an explanation takes no operands";
    assert_eq!(mistakes(r#""ij,jk->ik", x, w"#), [operands]);
    assert_eq!(mistakes(""), ["expected subscripts, such as `\"ij,jk->ik\"`"]);
    for subscripts in ["ij,jk->i#", "ij=>i", "i..j", "(ij,jk->ik", "i->j->k", "ij,jk->i,k"] {
        let Err(errors) = parse::invocation(format!("krate; \"{subscripts}\", x, w").parse().unwrap()) else {
            panic!()
        };
        let expected: Vec<String> = errors.0.into_iter().map(|mistake| mistake.message).collect();
        assert_eq!(mistakes(&format!("\"{subscripts}\"")), expected);
    }
}

/// What is listed has a tree that is as good as that which the extents would choose, but for the factor that the
/// search itself may lose.
#[test]
fn the_best_tree_is_listed() {
    let mut state = 7;
    for subscripts in ["abc,ai,bj,ck->ijk", "ab,bc,cd,de->ae", "ia,ja,ka->ijk", "ab,bc,ca,ad->d", "ij,j,k->ik"] {
        let explanation = explained(&format!("\"{subscripts}\""));
        let operands = as_float(explanation.einsum.operands.len());
        for _ in 0..200 {
            let labels = explanation.einsum.labels();
            let extents: Vec<f64> = labels.iter().map(|_| as_float(1 << (next(&mut state) % 10))).collect();
            let extent = |label: &Label| extents[labels.iter().position(|other| other == label).unwrap()];
            let search =
                search::einsum(&explanation.einsum, &|label| Some(extent(label)), &Options::default()).unwrap();
            let best = plan::along(&explanation.einsum, &search, &|splits| splits.choose(extent).path);
            let given =
                labels.iter().map(|label| format!("{label} = {}", extent(label))).collect::<Vec<_>>().join(", ");
            let decided = explained(&format!("\"{subscripts}\", {given}"));
            assert_eq!(decided.trees[0].forward.tree, best, "{subscripts}; {given}");
            let listed =
                explanation.trees.iter().map(|tree| tree.costs.flops.value(extent)).fold(f64::INFINITY, f64::min);
            let least = decided.trees[0].costs.flops.value(extent);
            assert!(listed < least * operands, "{subscripts}; {given}: {listed} is listed, {least} is possible");
        }
    }
    assert_eq!(explained("\"abc,ai,bj,ck->ijk\"").trees.len(), 6);
    let chain = explained("\"ab,bc,cd,de,ef,fg,gh->ah\"");
    assert!(chain.has_more && chain.trees.len() == 12, "132 trees");
}

/// A limit is kept, or it is said what the smallest would be.
#[test]
fn a_limit_is_kept() {
    let tokens = || -> TokenStream { r#"krate; "ij,jk,kl->il", i = 10, j = 2, k = 10, l = 3"#.parse().unwrap() };
    let within = |limit| {
        let max_intermediate = Some(MaxIntermediate::Known(limit));
        einsum_codegen::explanation(tokens(), max_intermediate)
    };
    assert!(within(6).is_ok_and(|explanation| explanation.trees[0].costs.largest[0].coefficient <= 6.0));
    let sliced = within(5).expect("slices keep it");
    assert!(sliced.trees[0].costs.largest[0].coefficient <= 5.0 && !sliced.trees[0].forward.tree.slices.is_empty());
    // All steps are counted as often as they are taken.
    assert!(
        sliced.trees[0].costs.flops.value(|_| 1.0) >= within(6).expect("an order").trees[0].costs.flops.value(|_| 1.0)
    );
    assert!(within(0).is_err_and(|errors| errors.0[0].message.ends_with("the smallest possible is 1")));
}

/// Where not all extents are known, the run time slices: also what is known to be above the limit.
#[test]
fn slices_may_be_left_to_the_run_time() {
    let row = |input: &str| {
        let text = explained(input).to_string();
        text.lines().find_map(|line| line.strip_prefix("slices")).map(|row| row.trim().to_owned())
    };
    let left = Some("the extents decide, at run time, if no tree is within that".to_owned());
    assert_eq!(row(r#""ij,jk,kl->il", max_intermediate = 3"#), left);
    assert_eq!(row(r#""...ij,jk,k->...i", i = 5, j = 6, k = 7, max_intermediate = 3"#), left);
    assert_eq!(row(r#""...ij,jk,k->...i", i = 5, j = 6, k = 7, max_intermediate = 6"#), None);
    assert_eq!(row(r#""ij,jk->ik", max_intermediate = 3"#), None);
}

/// Slices of extents and limits as large as can be written.
#[test]
fn the_largest_extents_are_sliced() {
    let most = u64::MAX;
    let within = |limit: u64| {
        let input = format!(r#""ij,jk,kl->il", i = {most}, j = {most}, k = {most}, l = 2, max_intermediate = {limit}"#);
        explained(&input)
    };
    for limit in [1, 2, 1000, 1 << 40] {
        let explanation = within(limit);
        assert!(!explanation.trees[0].forward.tree.slices.is_empty(), "{explanation}");
        assert!(explanation.trees[0].costs.largest[0].coefficient <= as_float_of(limit), "{explanation}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounded as the coefficients are")]
fn as_float_of(limit: u64) -> f64 {
    limit as f64
}

/// Whatever is written, there is a text or a mistake, and no panic.
#[test]
fn any_subscripts_are_explained() {
    let pieces = ["i", "j", "k", "ii", ",", ",", "->", "(", ")", "...", "", " ", "é", "1"];
    let mut state = 1_u64;
    let mut explained = 0;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..(next(&mut state) % 12) {
            text.push_str(pieces[next(&mut state) % pieces.len()]);
        }
        let literal = Literal::string(&text);
        let tokens: TokenStream = format!("krate; {literal}").parse().unwrap();
        if let Ok(explanation) = einsum_codegen::explanation(tokens, None) {
            explained += usize::from(explanation.to_string().contains("naive flops"));
        }
    }
    assert!(explained > 100, "only {explained} of 4000 were valid");
}

fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn columns_are_aligned() {
    let rows = [
        vec!["a".to_owned(), "flops".to_owned(), "x".to_owned()],
        vec!["ψψ".to_owned(), "7".to_owned(), "y z".to_owned()],
    ];
    assert_eq!(aligned(&rows), ["a   flops  x", "ψψ      7  y z"]);
}

/// What is explained is what the macro that is asked about runs.
#[test]
fn the_macro_that_is_asked_about_is_explained() {
    let given = r#""i,ikl,l->k", i = 3, k = 3, l = 4"#;
    let (value, with_gradients) = (explained(given), explained(&format!("vjp, {given}")));
    assert_eq!(value.title(0), "tree: (A C) B");
    assert_eq!(with_gradients.title(0), "tree: A (B C)");
    assert!(value.gradients_differ && !with_gradients.gradients_differ);
    assert!(value.to_string().contains("other orders are taken: `explain!(vjp, ..)`"));
    assert!(with_gradients.to_string().contains("ordered for           the value and its gradients"));
    assert_eq!(explained("vjp, [k] = a[i] * b[i, k, l] * c[l]; i = 3, k = 3, l = 4").title(0), "tree: a (b c)");
    let one = explained(r#""ij,jk->ik""#);
    assert!(!one.gradients_differ && !one.to_string().contains("vjp"));
    let other = "before the subscripts stands nothing, or `vjp,` for the orders of `einsum_vjp!`";
    assert_eq!(mistakes(r#"jvp, "ij,jk->ik""#), [other]);
}

/// The labels of every result of a step, in order, as the tokens of an expansion have them; numbers have none, and are left out.
fn results(expansion: &str) -> Vec<Vec<String>> {
    let calls = expansion.split("SITE_ . ").skip(1);
    let calls = calls.filter(|call| ["tensor", "fill", "accumulate"].iter().any(|method| call.starts_with(method)));
    let labels = calls.map(|call| {
        let extents = call.split(['[', ']']).nth(1).unwrap().split(',');
        let labels = extents.map(|extent| extent.trim().trim_start_matches("extent_").trim_end_matches('_').to_owned());
        labels.filter(|label| !label.is_empty()).collect()
    });
    labels.filter(|labels: &Vec<String>| !labels.is_empty()).collect()
}

/// With all extents given there is one tree, and the expansion has its steps; otherwise the steps of every tree are among those
/// of the expansion.
#[test]
fn an_expansion_has_the_steps_that_are_explained() {
    let mut state = 3;
    let mut orders_that_matter = 0;
    for round in 0..300 {
        let operands: Vec<String> = (0..2 + next(&mut state) % 4)
            .map(|_| {
                let first = next(&mut state) % 5;
                (0..=next(&mut state) % 3).map(|n| char::from(b"abcdefg"[(first + n) % 7])).collect()
            })
            .collect();
        let all: Vec<char> = "abcdefg".chars().filter(|label| operands.iter().any(|of| of.contains(*label))).collect();
        let output: String = all.iter().filter(|_| next(&mut state).is_multiple_of(3)).collect();
        let subscripts = format!("\"{}->{output}\"", operands.join(","));
        let given: Vec<String> =
            all.iter().map(|label| format!("{label} = {}", [2, 3, 5, 17, 61][next(&mut state) % 5])).collect();
        let given = if round % 3 == 0 { String::new() } else { format!("; {}", given.join(", ")) };
        let names: Vec<String> = (0..operands.len()).map(|number| format!("x{number}")).collect();
        for (asked, expand) in
            [("", einsum_codegen::einsum as fn(TokenStream) -> TokenStream), ("vjp, ", einsum_codegen::einsum_vjp)]
        {
            let explanation = explained(&format!("{asked}{subscripts}{given}"));
            let tokens = format!("krate; {subscripts}, {}{given}", names.join(", ")).parse().unwrap();
            // (The backward comes after the forward, in a closure of its own.)
            let expansion = expand(tokens).to_string();
            let forward = expansion.split("move |").next().unwrap();
            let expanded = results(forward);
            for tree in &explanation.trees {
                let steps = tree.forward.tree.steps.iter().map(|step| &tree.forward.tree.subscript(step.result).0);
                let steps = steps.filter(|labels| !labels.is_empty());
                let steps: Vec<Vec<String>> =
                    steps.map(|labels| labels.iter().map(ToString::to_string).collect()).collect();
                if given.is_empty() {
                    assert!(
                        steps.iter().all(|step| expanded.contains(step)),
                        "{asked}{subscripts}: {steps:?} {expansion}"
                    );
                } else {
                    assert_eq!(steps, expanded, "{asked}{subscripts}{given}");
                }
            }
            orders_that_matter += usize::from(explanation.gradients_differ);
        }
    }
    assert!(orders_that_matter > 10, "{orders_that_matter}");
}
