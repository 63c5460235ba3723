//! Writes the call sites: a macro cannot be called on what is read from a file, so that they are checked in.

use std::{env, fs};

use crate::{
    case::{self, Case, Fate},
    grammar, summary, trial,
};

/// The highest rank that has a type of its own in ndarray.
const MOST_STATIC: usize = 6;

/// What follows is generated, too.
const SUMMARY: &str = "## Summary\n";

#[test]
fn generated_files_are_up_to_date() {
    let cases = case::all();
    compare("generated_static.rs", &file("vjp_sites", " f64;", &static_sites(&cases)));
    let runs = |fate: &Fate| *fate == Fate::Runs;
    let (gradients, values): (Vec<_>, Vec<_>) =
        dynamic_sites(&cases, runs).into_iter().partition(Site::has_gradients_of_its_own);
    compare("generated_dynamic.rs", &file("vjp_sites", " f64;", &gradients));
    compare("generated_values.rs", &file("value_sites", " f64;", &values));
    compare(
        "generated_failing.rs",
        &file("try_sites", "", &dynamic_sites(&cases, |fate| matches!(fate, Fate::Fails(_)))),
    );
    compare("generated_random.rs", &file("vjp_sites", " num_complex::Complex64;", &random_sites()));
    let readme = fs::read_to_string(case::path("README.md")).unwrap();
    let (head, _) = readme.split_once(SUMMARY).expect("there is a summary");
    compare("README.md", &format!("{head}{SUMMARY}\n```text\n{}```\n", summary::text(&cases)));
}

/// Fails if a file in this directory has another text.
pub(crate) fn compare(name: &str, expected: &str) {
    let path = case::path(name);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    }
    let is_same = fs::read_to_string(&path).unwrap() == expected;
    assert!(is_same, "{name} is stale: run `BLESS=1 cargo test --test conformance`, and read the difference");
}

/// A call site, for all cases that differ in extents alone.
struct Site {
    cases: Vec<usize>,
    /// The rank of every operand, if it is static.
    ranks: Vec<Option<usize>>,
    /// Whether an operand has more axes than there are types for.
    is_above_types: bool,
    /// The dimension type of the value, if there is one.
    out: Option<String>,
    /// The arguments of the macro.
    invocation: String,
}

impl Site {
    /// Whether gradients of operands of dynamic rank are computed in another way than those of static rank: in the shapes that an
    /// ellipsis has; or whether there are no others, as there are no types of these ranks.
    fn has_gradients_of_its_own(&self) -> bool {
        self.invocation.contains("..") || self.is_above_types
    }
}

fn static_sites(cases: &[Case]) -> Vec<Site> {
    let cases = cases.iter().filter(|case| case.fate == Fate::Runs && !is_above_types(case));
    sites(cases.map(|case| (case, case.shapes.iter().map(|shape| Some(shape.len())).collect())))
}

/// Whether an operand has more axes than there are types for.
fn is_above_types(case: &Case) -> bool {
    case.shapes.iter().any(|shape| shape.len() > MOST_STATIC)
}

fn dynamic_sites(cases: &[Case], is_wanted: fn(&Fate) -> bool) -> Vec<Site> {
    sites(cases.iter().filter(|case| is_wanted(&case.fate)).map(|case| (case, vec![None; case.shapes.len()])))
}

fn sites<'a>(cases: impl Iterator<Item = (&'a Case, Vec<Option<usize>>)>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for (case, ranks) in cases {
        let invocation = case.invocation();
        match sites.iter_mut().find(|site| site.invocation == invocation && site.ranks == ranks) {
            Some(site) => site.cases.push(case.number),
            None => {
                let is_static = ranks.iter().all(Option::is_some) || !case.spec.contains("...");
                let out = dimension(is_static.then_some(case.out_shape.len()));
                let out = (case.fate == Fate::Runs).then_some(out);
                sites.push(Site {
                    cases: vec![case.number],
                    ranks,
                    is_above_types: is_above_types(case),
                    out,
                    invocation,
                });
            }
        }
    }
    sites
}

fn random_sites() -> Vec<Site> {
    let all = trial::all().into_iter().enumerate();
    let site = |(number, subscripts): (usize, grammar::Subscripts)| Site {
        cases: vec![number],
        ranks: subscripts.ranks(),
        is_above_types: false,
        out: Some(dimension(subscripts.out_rank())),
        invocation: subscripts.invocation(),
    };
    all.map(site).collect()
}

fn file(macro_name: &str, first: &str, sites: &[Site]) -> String {
    let lines = sites.iter().enumerate().map(|(number, Site { cases, ranks, out, invocation, .. })| {
        let operands = ranks.iter().enumerate().map(|(number, rank)| format!("x{number}: {}", dimension(*rank)));
        let operands = operands.collect::<Vec<_>>().join(", ");
        let out = out.as_ref().map_or(String::new(), |out| format!("-> {out} "));
        format!("    site{number} {cases:?} ({operands}) {out}{{ {invocation} }}\n")
    });
    format!("// Written by generate.rs.\n\ncrate::site::{macro_name}! {{{first}\n{}}}\n", lines.collect::<String>())
}

/// The dimension type of a static rank.
fn dimension(rank: Option<usize>) -> String {
    rank.filter(|rank| *rank <= MOST_STATIC).map_or("IxDyn".to_owned(), |rank| format!("Ix{rank}"))
}
