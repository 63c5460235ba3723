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
    let input = format!("einsum; \"{subscripts}\"; {}", extents.join(", ")).parse().unwrap();
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
