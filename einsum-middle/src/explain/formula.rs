//! The steps that the statements of a formula become, as text:
//!
//! ```text
//! i = x[0]
//! k = x[1] = w[0]
//! j = w[1] = b[0]
//!
//! value
//!   contract t0[i, j] = x[i, k] * w[k, j] | ik,kj->ij
//!   map y[i, j] = relu(t0[i, j] + b[j])
//! ```

use crate::{
    few::List,
    ir::{
        ContractionTree,
        formula::{Extent, ExtentFrom, Formula},
    },
    lower::formula::{Planned, Work},
};

/// The extents, and the steps of the value.
#[must_use]
pub fn value(formula: &Formula, planned: &Planned) -> String {
    let written = |extent: &Extent| match extent.from {
        ExtentFrom::Given(_) => format!("{} = given", extent.label),
        _ => formula.show(extent).to_string(),
    };
    let extents: Vec<String> = formula.extents.mapped(written);
    format!("{}\n{}", extents.join("\n"), section("value", planned))
}

/// The steps of the gradients.
#[must_use]
pub fn gradients(planned: &Planned) -> String {
    format!("\n{}", section("gradients", planned))
}

/// A line for each step, and below it those of a contraction of several factors.
fn section(name: &str, planned: &Planned) -> String {
    let mut lines = vec![String::new(), name.to_owned()];
    let mut trees = planned.contractions.iter().map(|lowered| &lowered.tree);
    for (number, step) in planned.lowered.steps.iter().enumerate() {
        let (begins, indent) = planned.lowered.describe_run(number);
        lines.extend(begins.map(|run| format!("  {run}")));
        lines.push(format!("  {indent}{}", planned.lowered.describe(step)));
        if matches!(step.work, Work::Contraction(_)) {
            lines.extend(trees.next().into_iter().flat_map(steps).map(|line| format!("{indent}{line}")));
        }
    }
    lines.join("\n")
}

/// The steps of a contraction, if there are several.
fn steps(tree: &ContractionTree) -> Vec<String> {
    if tree.steps.len() < 2 {
        return Vec::new();
    }
    tree.to_string().lines().map(|line| format!("    {line}")).collect()
}
