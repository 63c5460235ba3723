//! The words that leave a rank are those that explanations say.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![forbid(unsafe_code)]

use einsum_mpi::{Counting, Mesh, Sharded, einsum_mpi_vjp, threads};
use ndarray::{Array, Array1, Array2, Array3, Dimension};

/// Extents that all numbers of ranks here divide.
const EXTENT: usize = 24;

/// The words of the forward and of the gradients, as `cargo einsum explain` says them.
fn explained(subscripts: &str, mesh: &[(&str, usize)]) -> Vec<f64> {
    let labels: std::collections::BTreeSet<char> = plain(subscripts).filter(|c| c.is_alphabetic()).collect();
    let extents: Vec<String> = labels.iter().map(|label| format!("{label} = {EXTENT}")).collect();
    explained_text(&format!("einsum; \"{subscripts}\"; {}", extents.join(", ")), mesh)
}

/// The words of the forward and of the gradients, of the tokens of a macro.
fn explained_text(text: &str, mesh: &[(&str, usize)]) -> Vec<f64> {
    let input = text.parse().unwrap();
    let mesh: Vec<(String, usize)> = mesh.iter().map(|(name, size)| ((*name).to_owned(), *size)).collect();
    let text = einsum_codegen::explained_shards(input, &mesh).unwrap();
    let sent = text.lines().filter_map(|line| line.trim().strip_prefix("each process sends: "));
    sent.map(|sent| {
        sent.rsplit_once(" = ").map_or(0.0, |(_, words)| words.strip_suffix(" words").unwrap().parse().unwrap())
    })
    .collect()
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

fn place<D: Dimension>(mesh: &Mesh, subscript: &str, whole: &Array<f64, D>) -> Sharded<Array<f64, D>> {
    Sharded::from_whole(mesh, whole, placement(subscript).as_str()).unwrap()
}

/// Counts, on each mesh, and compares.
macro_rules! counted {
    ($subscripts:literal: $($operand:ident: $Array:ident $rank:literal),+ => $Result:ident $result_rank:literal) => {{
        let (operands, output) = $subscripts.split_once("->").unwrap();
        for sizes in [(1, 1), (2, 1), (2, 2), (4, 1), (1, 3), (3, 2)] {
            let mesh = [("dp", sizes.0), ("tp", sizes.1)];
            let expected = explained($subscripts, &mesh);
            let sent = threads(sizes.0 * sizes.1, |communicator| {
                let counting = Counting::new(&communicator);
                let mesh = Mesh::new(&counting, mesh).unwrap();
                let mut subscripts = operands.split(',');
                $(let $operand = place(&mesh, subscripts.next().unwrap(), &$Array::zeros([EXTENT; $rank]));)+
                let before = counting.sent().total();
                let (result, pullback) = einsum_mpi_vjp!($subscripts, $($operand),+);
                let forward = counting.sent().total();
                // The cotangent of a sum is whole.
                let lies = output.split("//").next().unwrap();
                let cotangent = place(&mesh, lies, &$Result::zeros([EXTENT; $result_rank]));
                assert_eq!(cotangent.extents(), result.extents());
                let between = counting.sent().total();
                let _ = pullback(&cotangent);
                [forward - before, counting.sent().total() - between]
            });
            for words in sent {
                assert_eq!(words.map(|words| words as f64).as_slice(), expected, "{} on {mesh:?}", $subscripts);
            }
        }
    }};
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "few words are sent")]
fn as_many_words_are_sent_as_explained() {
    counted!("b/dp i, i j/tp -> b/dp j/tp": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("b i/tp, i/tp j -> b j": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("b i/tp, i/tp j -> b/tp j": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("b i/tp, i/tp j -> b j //tp": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("b/dp i, i/dp j -> b/dp j": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("i/dp k, k j/tp -> i j": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("i/dp k/tp, k/dp j/tp -> i/dp j/tp": x: Array2 2, w: Array2 2 => Array2 2);
    counted!("t/tp h d -> t h/tp d": x: Array3 3 => Array3 3);
    counted!("i/tp j -> i": x: Array2 2 => Array1 1);
    counted!("b/dp i, i h/tp, h/tp o -> b/dp o": x: Array2 2, w: Array2 2, v: Array2 2 => Array2 2);
    counted!("(i/dp k, k/tp h), h/tp o -> i/dp o": x: Array2 2, w: Array2 2, v: Array2 2 => Array2 2);
    counted!("i j //tp, j k -> i k": x: Array2 2, w: Array2 2 => Array2 2);
}

/// The words that the rank sends that sends the most, on each mesh, forward and backward, as measured and as explained: a halo
/// is what is read that others have.
macro_rules! halos {
    ([$($x:ident: $placement:literal $shape:expr),+] -> $lies:literal, [$($extents:tt)*], $($formula:tt)*) => {
        for sizes in [(1, 1), (2, 1), (2, 2), (4, 1), (1, 3), (3, 2)] {
            let mesh = [("dp", sizes.0), ("tp", sizes.1)];
            let text = format!("einsum; {}; {}", stringify!($($formula)*), stringify!($($extents)*));
            let expected = explained_text(&text, &mesh);
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
            let most = [0, 1].map(|way| sent.iter().map(|words| words[way]).max().unwrap());
            assert_eq!(most.map(|words| words as f64).as_slice(), expected, "{text} on {mesh:?}");
        }
    };
}

#[test]
fn extents_out_of_range_are_not_counted() {
    for read in ["x[4*i/dp + p]", "zero(x)[4*i/dp + p - 1]", "wrap(x)[2*i/dp + 2*p + q]"] {
        let text =
            format!("einsum; [i/dp] = {read} * w[p, q]; i = 9223372036854775807, p = 9223372036854775807, q = 3");
        assert!(explained_text(&text, &[("dp", 2)])[0].abs() < 1.0, "{text}");
    }
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "few words are sent")]
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
}
