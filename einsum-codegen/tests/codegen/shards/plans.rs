//! What is sent for sharded einsums that people write, and how it is explained.

use std::{fmt::Debug, str::FromStr};

use einsum_codegen::explained_shards;
use proc_macro2::TokenStream;

/// What is moved, forward and backward.
const PLANS: [(&str, &[&str], &[&str]); 14] = [
    // Data-parallel: the gradient of what every process has is summed.
    ("b/dp k, k j -> b/dp j", &[], &["all-reduce k j"]),
    // Columns of the weights: the gradient of the input is summed.
    ("b k, k j/tp -> b j/tp", &[], &["all-reduce b k"]),
    // Rows of the weights: the result is summed.
    ("b k/tp, k/tp j -> b j", &["all-reduce b j"], &[]),
    ("b k/tp, k/tp j -> b/tp j", &["reduce-scatter b j"], &["all-gather b j"]),
    ("b k/tp, k/tp j -> b j //tp", &[], &[]),
    // Both axes of a mesh.
    ("b/dp k, k j/tp -> b/dp j/tp", &[], &["all-reduce b k", "all-reduce k j"]),
    // Columns and rows: one sum for both layers.
    ("b i, i h/tp, h/tp o -> b o", &["all-reduce b o"], &["all-reduce b i"]),
    // Weights that are kept in parts are gathered, and their gradients scattered.
    ("b/dp k, k/dp j -> b/dp j", &["all-gather k j"], &["reduce-scatter k j"]),
    // Sequence-parallel: heads for tokens.
    ("t/tp h d -> t h/tp d", &["all-to-all t h d"], &["all-to-all t h d"]),
    // Summed before it is sent, and sent before it is repeated.
    ("i/tp j -> i", &["all-gather i"], &["split i"]),
    ("i/tp -> i j; j = 5", &["all-gather i"], &["split i"]),
    ("i/tp, i/tp -> ", &["all-reduce "], &[]),
    ("i j //tp, j k -> i k", &["all-reduce i j"], &[]),
    ("i k, k j -> i/tp j", &["split i k"], &["all-gather i k", "all-reduce k j"]),
];

#[test]
fn nothing_is_sent_that_need_not_be() {
    for (subscripts, forward, backward) in PLANS {
        let (text, given) = subscripts.split_once(';').map_or((subscripts, ""), |(text, given)| (text, given));
        let given = if given.is_empty() { String::new() } else { format!("; {given}") };
        let passes = super::Passes::of(&format!("\"{text}\"{}{given}", operands(text))).unwrap();
        let super::Passes { program, backward: pulled, .. } = &passes;
        let sent = moves(&program.to_string());
        assert_eq!(sorted(sent), sorted(forward.iter().map(ToString::to_string).collect()), "{subscripts}\n{program}");
        let sent = moves(&pulled.to_string());
        assert_eq!(sorted(sent), sorted(backward.iter().map(ToString::to_string).collect()), "{subscripts}\n{pulled}");
    }
}

/// A tensor that is read at forms is moved before it has its halo, which is then larger: where halos are long, a result is summed instead.
#[test]
fn halos_are_words_as_well() {
    let plan = |p: usize| {
        let given = format!("c = 16, f = 64, i = 16, p = {p}");
        let text = format!("krate; [i/sp, f] = x[c/tp, i/sp + p] * w[c, p, f]; {given}");
        let mesh = [("sp".to_owned(), 4), ("tp".to_owned(), 4)];
        explained_shards(text.parse().unwrap(), &mesh, &[]).unwrap()
    };
    let forward = |text: &str| text.split("backward").next().unwrap().to_owned();
    let (short, long) = (forward(&plan(2)), forward(&plan(64)));
    // 16 rows of 4 or 5 indices are less than sums of 4 indices and 64 features.
    assert!(short.contains("all-gather of x over tp") && !short.contains("all-reduce"), "{short}");
    // Now 16 rows of 20 indices would be, but for a halo of 60, of 16 rows and not of 4.
    assert!(long.contains("all-reduce of t2 over tp") && !long.contains("all-gather"), "{long}");
}

/// A halo of an operand with another window has the columns of that window, 34 of them here, and not one for each index of its labels, 96.
#[test]
fn halos_have_the_elements_of_other_windows() {
    let plan = |f: usize| {
        let given = format!("c = 16, i = 16, p = 4, j = 32, q = 3, f = {f}");
        let text = format!("krate; [i/sp, j, f] = x[c/tp, i/sp + p, j + q] * w[c, p, q, f]; {given}");
        let mesh = [("sp".to_owned(), 4), ("tp".to_owned(), 4)];
        explained_shards(text.parse().unwrap(), &mesh, &[]).unwrap().split("backward").next().unwrap().to_owned()
    };
    // The third process has rows 10 to 14, and sends 10 to the second, and 12 to 14 to the fourth: of 34 columns and all 16 channels, besides
    // 12 channels of 19/4 rows, or of 4 channels, besides sums of 4 x 32 x f.
    for f in 1..40 {
        let (gathered, summed) = (12 * 19 * 34 / 4 + 16 * 4 * 34, 4 * 4 * 34 + 3 * 4 * 32 * f / 2);
        let text = plan(f);
        assert_eq!(text.contains("all-gather of x over tp"), gathered < summed, "{f}\n{text}");
        assert_eq!(text.contains("all-reduce"), gathered >= summed, "{f}\n{text}");
    }
}

#[test]
fn explanations_have_words_and_a_bound() {
    let input: TokenStream = "krate; \"b/dp i, i j/tp -> b/dp j/tp\"; b = 64, i = 128, j = 256".parse().unwrap();
    let mesh = [("dp".to_owned(), 2), ("tp".to_owned(), 4)];
    let text = explained_shards(input, &mesh, &[]).unwrap();
    // 2 (4-1)/4 of 32 x 128, and 2 (2-1)/2 of 128 x 64.
    assert!(text.contains("each process sends: nothing\n"), "{text}");
    assert!(text.contains("* b/dp * i = 6144 words"), "{text}");
    assert!(text.contains("* i * j/tp = 8192 words"), "{text}");
    assert!(text.contains("= 14336 words\n"), "{text}");
    assert!(text.contains("lower bound on 8 processes"), "{text}");
}

/// Numbers that are too large to be counted, or too many, are left to the formula: at once.
#[test]
fn words_that_cannot_be_counted_are_a_formula() {
    let explained = |text: &str, processes: usize| {
        let mesh = [("sp".to_owned(), processes)];
        explained_shards(format!("krate; {text}").parse().unwrap(), &mesh, &[]).unwrap()
    };
    let each = "each process sends: ";
    let is_formula = |text: &str| {
        let sent: Vec<&str> = text.lines().filter(|line| line.contains(each)).collect();
        assert!(sent[0].ends_with(" words") && !sent[0].contains(" = ") && !sent[0].contains(" <= "), "{text}");
    };
    // The sum of 2^127 words, twice; and three sums of which each is less than 2^128.
    let (large, half) = (1_u64 << 43, 1_u64 << 42);
    is_formula(&explained(&format!(r#""i j k //sp -> i j k"; i = {large}, j = {half}, k = {half}"#), 2));
    let less = large - (large >> 5);
    let extents: Vec<String> = "iadjbekcf"
        .chars()
        .zip([less; 3].into_iter().chain([half; 6]))
        .map(|(label, extent)| format!("{label} = {extent}"))
        .collect();
    let product = r#""((n/sp, i j k), a b c), d e f -> n/sp i j k a b c d e f""#;
    let text = explained(&format!("{product}; n = 2, {}", extents.join(", ")), 2);
    let words = u128::from(less) * u128::from(half) * u128::from(half);
    assert_eq!(text.matches(&format!(" = {words} words")).count(), 3, "{text}");
    is_formula(text.split_once("backward").unwrap().1);
    // More processes than are counted, and windows of all of the axis on 2^16 processes, which are 2^32 pairs.
    let window = "[i/sp] = zero(x)[i/sp + p - 1] * w[p]";
    is_formula(&explained(&format!("{window}; i = 1000000000000, p = 3"), 1_000_000_000));
    is_formula(&explained(&format!("{window}; i = 100000, p = 100000"), 1 << 16));
    // A thousand processes that read all of the axis are counted: each sends its 2 rows to 999 others.
    let text = explained("[i/sp] = wrap(x)[i/sp + p] * w[p]; i = 2000, p = 2000", 1000);
    assert!(text.contains(&format!("{each}halo(i/sp+p) = 1998 words")), "{text}");
}

/// `, a, b`
fn operands(text: &str) -> String {
    let count = text.split("->").next().unwrap().split(',').count();
    ["a", "b", "c"][..count].iter().flat_map(|name| [", ", name]).collect()
}

/// `all-reduce b j`, for each move of a program.
fn moves(program: &str) -> Vec<String> {
    let kinds = ["split", "all-gather", "all-to-all", "all-reduce", "reduce-scatter"];
    let moved = program.lines().filter_map(|line| {
        let kind = kinds.iter().find(|kind| line.contains(&format!(": {kind} over ")))?;
        let labels = line.rsplit_once(" -> ")?.1.split(' ').map(|word| word.split('/').next().unwrap_or_default());
        Some(format!("{kind} {}", labels.collect::<Vec<_>>().join(" ")).trim_end().to_owned())
    });
    moved.collect()
}

fn sorted(lines: Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().map(|line| line.trim_end().to_owned()).collect();
    lines.sort();
    lines
}

/// Where fewer words are sent than by programs of JAX's partitioner: a sum of which each process needs a part is scattered, and a
/// result is gathered where that is less than its operands.
const FEWER: [&str; 4] = [
    "b k/tp, k/tp j -> b/tp j",
    "b/dp k, k/dp j -> b/dp j",
    "i/dp k, k j/tp -> i j",
    "i/dp k/tp, k/dp j/tp -> i/dp j/tp",
];

#[test]
fn no_more_is_sent_than_by_the_partitioner_of_jax() {
    fn size<N: FromStr<Err: Debug>>(text: &str) -> (String, N) {
        let (name, size) = text.split_once('=').unwrap();
        (name.to_owned(), size.parse().unwrap())
    }
    let (mut fewer, mut blind) = (Vec::new(), Vec::new());
    for line in include_str!("gspmd.txt").lines() {
        let fields: Vec<&str> = line.split(" | ").collect();
        let [subscripts, mesh, extents, theirs @ ..] = fields.as_slice() else { panic!("{line}") };
        let mesh: Vec<(String, usize)> = mesh.split(',').map(size).collect();
        let known: Vec<(String, u64)> = extents.split(", ").map(size).collect();
        let explained = |text: String, known: &[(String, u64)]| {
            let text = explained_shards(text.parse().unwrap(), &mesh, known).unwrap();
            text.lines().filter_map(words).collect::<Vec<_>>()
        };
        let ours = explained(format!("krate; \"{subscripts}\"; {extents}"), &[]);
        let theirs: Vec<usize> = theirs.iter().map(|words| words.split(' ').next().unwrap().parse().unwrap()).collect();
        assert_eq!(ours.len(), 2);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert!(ours <= theirs, "{line}");
        }
        let unknown = explained(format!("krate; \"{subscripts}\""), &known);
        if ours != unknown {
            blind.push((*subscripts, unknown));
        }
        if ours.iter().sum::<usize>() < theirs.iter().sum() {
            fewer.push(*subscripts);
        }
    }
    assert_eq!(fewer, FEWER);
    // A macro that is not told the extents sends as little, but for this one, which gathers the result of the first product.
    assert_eq!(blind, [("i k/tp, j k/tp, l k/tp -> i j l", vec![9216, 0])]);
}

/// `each process sends: .. = 42 words`, or of uneven extents `<= 42 words`.
pub(crate) fn words(line: &str) -> Option<usize> {
    let sent = line.trim().strip_prefix("each process sends: ")?;
    let words = sent.strip_suffix(" words").and_then(|sent| sent.rsplit_once("= "));
    assert!(words.is_some() || sent == "nothing", "{line}");
    Some(words.map_or(0, |(_, words)| words.parse().unwrap()))
}
