//! Random sharded einsums on random meshes.

use std::ops::RangeInclusive;

use einsum_codegen::explain;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{Passes, interpreter::Processes};

const LABELS: [char; 5] = ['i', 'j', 'k', 'l', 'm'];
const EXTENTS: [usize; 6] = [2, 3, 5, 1, 0, 7];
const AXES: [&str; 2] = ["dp", "tp"];
const MESHES: [[usize; 2]; 5] = [[1, 1], [2, 1], [2, 2], [3, 2], [4, 1]];

#[test]
fn random_programs_compute_the_einsum_and_its_gradients() {
    assert!(check(20, 1200, 1..=4) > 600);
}

/// These meet in pairs that a greedy search finds.
#[test]
fn random_programs_of_many_operands_compute_the_einsum_and_its_gradients() {
    assert!(check(21, 120, 9..=11) > 30);
}

/// Checks random programs of so many operands: how many of the texts were right.
fn check(seed: u64, texts: usize, operands: RangeInclusive<usize>) -> usize {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut ran = 0;
    for _ in 0..texts {
        let text = subscripts(&mut rng, operands.clone());
        // What is not allowed is not run: a product of two sums, an output that nothing is summed for.
        let Ok(passes) = Passes::of(&text) else { continue };
        ran += 1;
        let mesh = MESHES.choose(&mut rng).unwrap().to_vec();
        let labels = passes.einsum.labels.all();
        let extents =
            labels.iter().map(|label| if label.name() == "m" { 3 } else { *EXTENTS.choose(&mut rng).unwrap() });
        // Axes have their numbers by where they are written first.
        let mesh = passes.sharding.axes.iter().map(|axis| mesh[AXES.iter().position(|name| name == axis).unwrap()]);
        let (mesh, extents): (Vec<usize>, Vec<usize>) = (mesh.collect(), extents.collect());
        let sent = Processes { passes: &passes, mesh: mesh.clone(), extents: extents.clone() }.check(&mut rng);
        let most = sent.map(|sent| sent.into_iter().max().unwrap());
        assert_eq!(explained(passes, &mesh, &extents), most, "{text} on {mesh:?}, of {extents:?}");
    }
    ran
}

/// The words of the process that sends the most, forward and backward, as explanations say.
fn explained(mut passes: Passes, mesh: &[usize], extents: &[usize]) -> [usize; 2] {
    let labels = passes.einsum.labels.all().iter();
    passes.einsum.known = labels.map(|label| (label.clone(), extents[label.id().0] as u64)).collect();
    let mesh: Vec<(String, usize)> = passes.program.axes.iter().cloned().zip(mesh.iter().copied()).collect();
    let text = explain::shard::text("", &passes.einsum, (&passes.program, &passes.backward), &mesh);
    let words = text.lines().filter_map(super::plans::words).collect::<Vec<_>>();
    words.try_into().unwrap()
}

/// `"i/dp j, j k //tp -> i/dp k", a, b; m = 3`
fn subscripts(rng: &mut ChaCha8Rng, operands: RangeInclusive<usize>) -> String {
    let count = rng.random_range(operands);
    let mut used = Vec::new();
    let mut inputs = Vec::new();
    for _ in 0..count {
        let length = rng.random_range(0..=3);
        let labels: Vec<char> = (0..length).map(|_| LABELS[rng.random_range(0..4)]).collect();
        used.extend(labels.iter().copied());
        inputs.push(sharded(&labels, rng));
    }
    used.sort_unstable();
    used.dedup();
    let mut output: Vec<char> = used.into_iter().filter(|_| rng.random_bool(0.6)).collect();
    let given = rng.random_bool(0.2);
    if given {
        output.push('m');
    }
    if rng.random_bool(0.1) && !output.is_empty() {
        output.push(output[0]);
    }
    for position in (1..output.len()).rev() {
        output.swap(position, rng.random_range(0..=position));
    }
    let output = sharded(&output, rng);
    let names = &["a", "b", "c", "d", "e", "f", "g", "h", "p", "q", "r"][..count];
    let given = if given { "; m = 3" } else { "" };
    format!("\"{} -> {output}\", {}{given}", inputs.join(", "), names.join(", "))
}

/// The labels with some axes of the mesh.
fn sharded(labels: &[char], rng: &mut ChaCha8Rng) -> String {
    let mut words: Vec<String> = labels.iter().map(char::to_string).collect();
    for axis in AXES {
        let free: Vec<usize> = (0..labels.len())
            .filter(|position| {
                !words[*position].contains('/')
                    && labels.iter().filter(|other| **other == labels[*position]).count() == 1
            })
            .collect();
        match free.choose(rng) {
            Some(position) if rng.random_bool(0.5) => words[*position].extend(["/", axis]),
            _ if rng.random_bool(0.12) => words.push(format!("//{axis}")),
            _ => {}
        }
    }
    words.join(" ")
}
