//! The words that leave a rank are those that explanations say.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};

use einsum_mpi::{Counting, Mesh, Sharded, einsum_mpi_vjp, threads};
use ndarray::{Array, ArrayD, Dimension, Ix1, Ix2, Ix3};

/// Extents of labels: what all numbers of ranks here divide; what few of them do; and fewer than there are ranks, or none.
const EXTENTS: [&[usize]; 4] = [&[24], &[7, 11, 5, 13], &[3, 2, 1, 5], &[5, 0, 3, 1]];

/// The extent of each label, in the order of the alphabet.
fn extents_of(subscripts: &str, extents: &[usize]) -> BTreeMap<char, usize> {
    let labels: BTreeSet<char> = plain(subscripts).filter(|c| c.is_alphabetic()).collect();
    labels.into_iter().zip(extents.iter().copied().cycle()).collect()
}

/// The words of the forward and of the gradients, as `cargo einsum explain` says them.
fn explained(subscripts: &str, extents: &BTreeMap<char, usize>, mesh: &[(&str, usize)]) -> [Said; 2] {
    let extents: Vec<_> = extents.iter().map(|(label, extent)| (label.to_string(), *extent as u64)).collect();
    explained_text(&format!("einsum; \"{subscripts}\""), mesh, &extents).try_into().unwrap()
}

/// How many words each process sends, or the one that sends the most.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    Each(usize),
    Most(usize),
    Formula,
}

impl Said {
    /// Whether that is so.
    fn is(self, sent: &[usize]) -> bool {
        let (least, most) = (sent.iter().min().copied(), sent.iter().max().copied());
        match self {
            Said::Each(words) => least == Some(words) && most == Some(words),
            Said::Most(words) => least < Some(words) && most == Some(words),
            Said::Formula => false,
        }
    }
}

/// The words of the forward and of the gradients, of the tokens of a macro, which does not know these extents.
fn explained_text(text: &str, mesh: &[(&str, usize)], extents: &[(String, u64)]) -> Vec<Said> {
    let input = text.parse().unwrap();
    let mesh: Vec<(String, usize)> = mesh.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    let text = einsum_codegen::explained_shards(input, &mesh, extents).unwrap();
    let sent = text.lines().filter_map(|line| line.trim().strip_prefix("each process sends: "));
    let words = |words: &str| words.strip_suffix(" words").unwrap().parse().unwrap();
    let said = |sent: &str| match (sent.rsplit_once(" <= "), sent.rsplit_once(" = ")) {
        (Some((_, most)), _) => Said::Most(words(most)),
        (_, Some((_, each))) => Said::Each(words(each)),
        _ if sent == "nothing" => Said::Each(0),
        _ => Said::Formula,
    };
    sent.map(said).collect()
}

/// The subscripts without axes of the mesh.
fn plain(subscripts: &str) -> impl Iterator<Item = char> {
    let mut is_axis = false;
    subscripts.chars().filter(move |c| {
        is_axis = *c == '/' || is_axis && c.is_alphanumeric();
        !is_axis
    })
}

/// How an operand lies, by its subscript.
fn placement(subscript: &str) -> String {
    let word = |word: &str| match word.split_once('/') {
        Some(("", axis)) => format!("/{axis}"),
        Some((_, axis)) => axis.to_owned(),
        None => "_".to_owned(),
    };
    subscript.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

fn place<D: Dimension>(mesh: &Mesh, subscript: &str, extents: &BTreeMap<char, usize>) -> Sharded<Array<f64, D>> {
    let shape: Vec<usize> = plain(subscript).filter_map(|label| extents.get(&label).copied()).collect();
    let whole = ArrayD::zeros(shape).into_dimensionality().unwrap();
    Sharded::from_whole(mesh, &whole, placement(subscript).as_str()).unwrap()
}

/// Counts, on each mesh, and compares.
macro_rules! counted {
    ($subscripts:literal: $($operand:ident: $Dim:ident),+ => $Result:ident) => {{
        let (operands, output) = $subscripts.split_once("->").unwrap();
        for (extents, sizes) in all() {
            let mesh = [("dp", sizes.0), ("tp", sizes.1)];
            let extents = extents_of($subscripts, extents);
            let expected = explained($subscripts, &extents, &mesh);
            let sent = threads(sizes.0 * sizes.1, |communicator| {
                let counting = Counting::new(&communicator);
                let mesh = Mesh::new(&counting, mesh).unwrap();
                let mut subscripts = operands.split(',');
                $(let $operand = place::<$Dim>(&mesh, subscripts.next().unwrap(), &extents);)+
                let before = counting.sent().total();
                let (result, pullback) = einsum_mpi_vjp!($subscripts, $($operand),+);
                let forward = counting.sent().total();
                // The cotangent of a sum is whole.
                let lies = output.split("//").next().unwrap();
                let cotangent = place::<$Result>(&mesh, lies, &extents);
                assert_eq!(cotangent.extents(), result.extents());
                let between = counting.sent().total();
                let _ = pullback(&cotangent);
                [forward - before, counting.sent().total() - between]
            });
            compare(&expected, &sent, &format!("{} on {mesh:?} of {extents:?}", $subscripts));
        }
    }};
}

/// All extents on all meshes.
fn all() -> impl Iterator<Item = (&'static [usize], (usize, usize))> {
    let meshes = [(1, 1), (2, 1), (2, 2), (4, 1), (1, 3), (3, 2)];
    EXTENTS.into_iter().flat_map(move |extents| meshes.map(|sizes| (extents, sizes)))
}

/// Compares what was said of the forward and the gradients with what each rank has sent.
fn compare(said: &[Said], sent: &[[usize; 2]], context: &str) {
    for (way, said) in said.iter().enumerate() {
        let sent: Vec<usize> = sent.iter().map(|words| words[way]).collect();
        assert!(said.is(&sent), "{said:?}, but {sent:?} were sent: {context}");
    }
}

#[test]
fn as_many_words_are_sent_as_explained() {
    counted!("b/dp i, i j/tp -> b/dp j/tp": x: Ix2, w: Ix2 => Ix2);
    counted!("b i/tp, i/tp j -> b j": x: Ix2, w: Ix2 => Ix2);
    counted!("b i/tp, i/tp j -> b/tp j": x: Ix2, w: Ix2 => Ix2);
    counted!("b i/tp, i/tp j -> b j //tp": x: Ix2, w: Ix2 => Ix2);
    counted!("b/dp i, i/dp j -> b/dp j": x: Ix2, w: Ix2 => Ix2);
    counted!("i/dp k, k j/tp -> i j": x: Ix2, w: Ix2 => Ix2);
    counted!("i/dp k/tp, k/dp j/tp -> i/dp j/tp": x: Ix2, w: Ix2 => Ix2);
    counted!("t/tp h d -> t h/tp d": x: Ix3 => Ix3);
    counted!("i/tp j -> i": x: Ix2 => Ix1);
    counted!("b/dp i, i h/tp, h/tp o -> b/dp o": x: Ix2, w: Ix2, v: Ix2 => Ix2);
    counted!("(i/dp k, k/tp h), h/tp o -> i/dp o": x: Ix2, w: Ix2, v: Ix2 => Ix2);
    counted!("i j //tp, j k -> i k": x: Ix2, w: Ix2 => Ix2);
}

/// The words that the rank sends that sends the most, on each mesh, forward and backward, as measured and as explained: a halo
/// is what is read that others have.
macro_rules! halos {
    ([$($x:ident: $placement:literal $shape:expr),+] -> $lies:literal, [$($extents:tt)*], $($formula:tt)*) => {
        for sizes in [(1, 1), (2, 1), (2, 2), (4, 1), (1, 3), (3, 2)] {
            let mesh = [("dp", sizes.0), ("tp", sizes.1)];
            let text = format!("einsum; {}; {}", stringify!($($formula)*), stringify!($($extents)*));
            let expected = explained_text(&text, &mesh, &[]);
            let sent = threads(sizes.0 * sizes.1, |communicator| {
                let counting = Counting::new(&communicator);
                let mesh = Mesh::new(&counting, mesh).unwrap();
                $(let $x = Sharded::from_whole(&mesh, &Array::<f64, _>::zeros($shape), $placement).unwrap();)+
                let before = counting.sent().total();
                let (result, pullback) = einsum_mpi_vjp!($($formula)*; $($extents)*);
                let forward = counting.sent().total();
                assert_eq!(result.placement().to_string(), $lies);
                let between = counting.sent().total();
                let _ = pullback(&result);
                [forward - before, counting.sent().total() - between]
            });
            compare(&expected, &sent, &format!("{text} on {mesh:?}"));
        }
    };
}

#[test]
fn extents_out_of_range_are_not_counted() {
    for read in ["x[4*i/dp + p]", "zero(x)[4*i/dp + p - 1]", "wrap(x)[2*i/dp + 2*p + q]"] {
        let text =
            format!("einsum; [i/dp] = {read} * w[p, q]; i = 9223372036854775807, p = 9223372036854775807, q = 3");
        assert_eq!(explained_text(&text, &[("dp", 2)], &[])[0], Said::Formula, "{text}");
    }
}

/// Of two ranks the first has 5 of 9 rows, of which the second reads one; explained are the 8 that are read, of which each reads its 4.
#[test]
fn axes_are_explained_to_be_as_long_as_they_are_read() {
    let explained = explained_text("einsum; [i/sp] = x[2*i/sp + p] * w[p]; i = 4, p = 2", &[("sp", 2)], &[]);
    assert_eq!(explained, [Said::Each(0), Said::Each(2)]);
    for (rows, forward) in [(8, [0, 0]), (9, [1, 0])] {
        let sent = threads(2, |communicator| {
            let counting = Counting::new(&communicator);
            let mesh = Mesh::new(&counting, [("sp", 2)]).unwrap();
            let x = Sharded::from_whole(&mesh, &Array::<f64, _>::zeros(rows), "sp").unwrap();
            let w = Sharded::from_whole(&mesh, &Array::<f64, _>::zeros(2), "_").unwrap();
            let before = counting.sent().total();
            let y = einsum_mpi::einsum_mpi!([i / sp] = x[2 * i / sp + p] * w[p]);
            assert_eq!(y.extents(), [4]);
            counting.sent().total() - before
        });
        assert_eq!(sent, forward, "{rows} rows");
    }
}

#[test]
fn halos_have_as_many_words_as_explained() {
    halos!([x: "_ dp _" (2, 26, 12), w: "_ _ _" (5, 12, 3)] -> "_ _ dp",
        [b = 2, i = 24, p = 3, c = 12, f = 5], [b, f, i/dp] = x[b, i/dp + p, c] * w[f, c, p]);
    // A window longer than a part.
    halos!([x: "dp tp" (35, 12), w: "_" 12] -> "dp tp", [i = 24, p = 12, c = 12], [i/dp, c/tp] = x[i/dp + p, c/tp] * w[p]);
    halos!([x: "dp tp" (48, 24), w: "_ _" (3, 4)] -> "dp tp",
        [i = 24, j = 24, p = 3, q = 4], [i/dp, j/tp] = zero(x)[2*i/dp + p - 1, j/tp + q - 2] * w[p, q]);
    halos!([x: "dp _" (24, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = wrap(x)[i/dp + p - 2, c] * w[p]);
    halos!([x: "dp _" (24, 12), w: "_" 12] -> "_ _", [i = 24, p = 12, c = 12], [i, c] = clamp(x)[i/dp + p - 2, c] * w[p]);
    // What a stride leaves out is not sent.
    halos!([x: "dp _" (311, 12), w: "_" 12] -> "_ _", [i = 24, p = 12, c = 12], [i, c] = x[13*i/dp + p, c] * w[p]);
    halos!([x: "dp _" (312, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = zero(x)[13*i/dp + p - 60, c] * w[p]);
    halos!([x: "dp _" (480, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = clamp(x)[20*i/dp + p - 60, c] * w[p]);
    halos!([x: "dp _" (480, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = clamp(x)[20*i/dp + p + 50, c] * w[p]);
    halos!([x: "dp _" (480, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = wrap(x)[20*i/dp + p - 110, c] * w[p]);
    halos!([x: "_ _" (35, 12), w: "_" 12] -> "dp _", [i = 24, p = 12, c = 12], [i/dp, c] = x[i + p, c] * w[p]);
    // Extents that nothing divides, blocks that are shorter than what is read of them, and empty ones.
    halos!([x: "_ dp _" (2, 25, 7), w: "_ _ _" (5, 7, 3)] -> "_ _ dp",
        [b = 2, i = 23, p = 3, c = 7, f = 5], [b, f, i/dp] = x[b, i/dp + p, c] * w[f, c, p]);
    halos!([x: "dp tp" (11, 5), w: "_" 5] -> "dp tp", [i = 7, p = 5, c = 5], [i/dp, c/tp] = x[i/dp + p, c/tp] * w[p]);
    halos!([x: "dp tp" (7, 2), w: "_" 5] -> "_ tp", [i = 3, p = 5, c = 2], [i, c/tp] = x[i/dp + p, c/tp] * w[p]);
    halos!([x: "dp tp" (26, 11), w: "_ _" (3, 4)] -> "dp tp",
        [i = 13, j = 11, p = 3, q = 4], [i/dp, j/tp] = zero(x)[2*i/dp + p - 1, j/tp + q - 2] * w[p, q]);
    halos!([x: "dp tp" (13, 11), w: "_ _" (3, 4)] -> "tp dp",
        [i = 13, j = 11, p = 3, q = 4], [i/tp, j/dp] = zero(x)[i/dp + p - 1, j/tp + q - 2] * w[p, q]);
    halos!([x: "dp _" (7, 3), w: "_" 5] -> "dp _", [i = 7, p = 5, c = 3], [i/dp, c] = wrap(x)[i/dp + p - 2, c] * w[p]);
    halos!([x: "dp _" (13, 3), w: "_" 13] -> "_ _", [i = 5, p = 13, c = 3], [i, c] = clamp(x)[i/dp + p - 6, c] * w[p]);
    halos!([x: "dp _" (77, 5), w: "_" 3] -> "_ _", [i = 7, p = 3, c = 5], [i, c] = zero(x)[11*i/dp + p - 9, c] * w[p]);
    halos!([x: "dp _" (77, 5), w: "_" 3] -> "dp _", [i = 7, p = 3, c = 5], [i/dp, c] = clamp(x)[11*i/dp + p - 30, c] * w[p]);
    halos!([x: "dp _" (77, 5), w: "_" 3] -> "dp _", [i = 7, p = 3, c = 5], [i/dp, c] = wrap(x)[11*i/dp + p - 30, c] * w[p]);
}
