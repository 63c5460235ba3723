//! What the engine plans for the cases of the benchmarks, forward and backward, on one thread: `plans.txt`, a line for each.
//!
//! A change of one number of `plan/tuning.rs` is a diff that one can read. `BLESS=1 cargo test --test compiler plans::` writes it anew.
//! The plans are those of machines with the caches that are written there, whatever this one has.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use einsum_codegen::{
    ast::Form,
    check,
    grad::Vjp,
    ir::ContractionTree,
    lower::{LoopNest, lower},
    parse,
    plan::{cost::Objective, plan},
};
use einsum_engine::{
    Axis,
    machine::caches::{self, Caches},
    testing,
};

/// A case: its name, subscripts, and the extents of its labels.
struct Case {
    name: String,
    subscripts: String,
    extents: BTreeMap<String, usize>,
}

/// The cases of a file, which has one in each line.
fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("cases can be read");
    let field = |line: &str, name: &str| {
        let rest = line.split(&format!("\"{name}\": \"")).nth(1).expect("a case has all fields");
        rest.split('"').next().expect("a string ends").to_owned()
    };
    let lines = text.lines().filter(|line| line.contains("\"spec\""));
    lines
        .map(|line| {
            let sizes = line.split("\"sizes\": {").nth(1).and_then(|rest| rest.split('}').next()).expect("sizes");
            let extents = sizes.split(',').map(|pair| {
                let (label, extent) = pair.split_once(':').expect("a label and its extent");
                (label.trim().trim_matches('"').to_owned(), extent.trim().parse().expect("a number"))
            });
            let name = format!("{} {}", field(line, "set"), field(line, "name"));
            Case { name, subscripts: field(line, "spec"), extents: extents.collect() }
        })
        .collect()
}

/// The plans of all steps of a tree.
fn plans(tree: &ContractionTree, extents: &BTreeMap<String, usize>) -> String {
    let of = |nest: &LoopNest| testing::plan(&axes(nest, extents), nest.factors.len() == 2).to_string();
    lower(tree.clone()).nests.iter().filter(|nest| !nest.factors.is_empty()).map(of).collect::<Vec<_>>().join("; ")
}

/// The axes of a nest whose tensors are row-major.
fn axes(nest: &LoopNest, extents: &BTreeMap<String, usize>) -> Vec<Axis> {
    let mut axes = vec![Axis::POINT; nest.loops.len()];
    for (tensor, access) in [&nest.out].into_iter().chain(&nest.factors).enumerate() {
        let mut stride = 1;
        for &number in access.axes.iter().rev() {
            let extent = extents[nest.loops[number].label.name()];
            axes[number].add(tensor, extent, stride);
            stride *= isize::try_from(extent).expect("a small extent");
        }
    }
    axes
}

/// A line for each case: its plans on a machine with such caches.
fn lines(caches: Caches) -> Vec<String> {
    caches::force(Some(caches));
    let all = cases("benches/peers/cases.json").into_iter().chain(cases("benches/more_cases.json"));
    let lines = all.map(|case| {
        let operands = case.subscripts.split("->").next().unwrap_or_default().split(',').count();
        let given: Vec<String> = case.extents.iter().map(|(label, extent)| format!("{label} = {extent}")).collect();
        let invocation = format!("krate; \"{}\"{}; {}", case.subscripts, ", x".repeat(operands), given.join(", "));
        let invocation = parse::invocation(invocation.parse().expect("tokens")).expect("subscripts");
        let einsum = check::invocation(&invocation, Form::Pullback).expect("an einsum");
        let forward = plan(&einsum, Objective::Forward).expect("a tree");
        let all: Vec<usize> = (0..operands).collect();
        let vjp = Vjp::new(&plan(&einsum, Objective::ForwardAndBackward).expect("a tree"), &all);
        let [forward, backward] = [&forward, &vjp.backward].map(|tree| plans(tree, &case.extents));
        format!("{}: {}: {forward} | backward: {backward}", case.name, case.subscripts)
    });
    let lines = lines.collect();
    caches::force(None);
    lines
}

/// The plans on the machine on which thresholds were measured, and where they are others on one with other caches.
fn text() -> String {
    let measured = lines(Caches::MEASURED);
    let mut text = format!("Caches: {}\n\n{}\n", Caches::MEASURED, measured.join("\n"));
    for other in ["48K,2M,32M", "32K,256K,8M"] {
        let _ = writeln!(text, "\nCaches: {other}\n");
        let others = lines(other.parse().expect("caches"));
        for line in others.iter().zip(&measured).filter(|(other, measured)| other != measured).map(|(other, _)| other) {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

#[test]
fn plans_of_benchmarks_are_as_written() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    let text = pool.install(text);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compiler/plans.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&file, &text).expect("plans can be written");
    }
    let written = fs::read_to_string(&file).expect("plans can be read");
    for (planned, written) in text.lines().zip(written.lines()) {
        assert_eq!(planned, written, "BLESS=1 writes the file anew");
    }
    assert_eq!(text.lines().count(), written.lines().count(), "BLESS=1 writes the file anew");
}
