//! Contraction orders of einsums, for `benches/order/compare.py`. Every line of the standard input is
//! `MODE SUBSCRIPTS EXTENTS [PATH]`, as in
//!
//! ```text
//! unknown ij,jk,kl->il i=3,j=4,k=5,l=6
//! path ij,jk,kl->il i=3,j=4,k=5,l=6 0-1,3-2
//! ```
//!
//! and is answered by `FLOPS LARGEST SPLITS TREES SECONDS`. `path` measures what is given, `given`
//! searches with the extents, and `unknown` (`unknown:CAP`) without them: they only choose.

use std::{io, time::Instant};

use einsum_codegen::{
    ir::{Label, Labels, Subscript},
    plan::{cost::Objective, network::Network, options::Options, path::Path, search},
};

fn main() {
    for line in io::stdin().lines() {
        let line = line.expect("text");
        println!("{}", answer(&line).unwrap_or_else(|| panic!("`{line}` is not `MODE SUBSCRIPTS EXTENTS [PATH]`")));
    }
}

fn answer(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let (mode, cap) = words[0].split_once(':').unwrap_or((words[0], "256"));
    let network = network(words.get(1)?, if mode == "unknown" { "" } else { words.get(2)? })?;
    let known = self::network(words.get(1)?, words.get(2)?)?;
    let options = Options { max_splits: cap.parse().ok()?, ..Options::default() };
    let start = Instant::now();
    let (path, splits, trees) = if mode == "path" {
        (path(network.operands.len(), words.get(3)?)?, 0, 1.0)
    } else {
        let splits = search::search(&network, &options).ok()?;
        let extent = |label: &Label| known.number(label).and_then(|number| known.extents[number]).unwrap_or(1.0);
        (splits.choose(extent).path, splits.len(), splits.trees())
    };
    let seconds = start.elapsed().as_secs_f64();
    path.verify().ok()?;
    let (flops, largest) = (path.flops(&known, Objective::Forward), path.largest_intermediate(&known));
    Some(format!("{flops:e} {largest:e} {splits} {trees:e} {seconds:.6}"))
}

fn network(subscripts: &str, extents: &str) -> Option<Network> {
    let mut labels = Labels::default();
    let mut subscript = |text: &str| text.chars().map(|c| labels.intern(&c.to_string())).collect::<Subscript>();
    let (operands, output) = subscripts.split_once("->")?;
    let operands: Vec<Subscript> = operands.split(',').map(&mut subscript).collect();
    let extents = extents.split(',').filter_map(|given| given.split_once('='));
    let extents: std::collections::BTreeMap<&str, f64> =
        extents.filter_map(|(label, extent)| Some((label, extent.parse().ok()?))).collect();
    Some(Network::new(&operands, &subscript(output), |label| extents.get(label.name()).copied()))
}

fn path(operands: usize, text: &str) -> Option<Path> {
    let step = |step: &str| {
        let (lhs, rhs) = step.split_once('-')?;
        Some((lhs.parse().ok()?, rhs.parse().ok()?))
    };
    let steps = text.split(',').filter(|step| !step.is_empty()).map(step).collect::<Option<Vec<_>>>()?;
    Some(Path { operands, steps })
}
