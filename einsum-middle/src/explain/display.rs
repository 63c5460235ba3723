//! An explanation as text: a summary, then every tree.

use std::fmt;

use super::{
    costs::{Costs, Row, number, quantity, sum},
    explanation::{Explanation, Tree},
    table::aligned,
    trees::shape,
};
use crate::{
    few::List,
    ir::{Label, MaxIntermediate},
    lower::Lowered,
    plan::{
        cost::{Monomial, Objective, Polynomial},
        slicing,
    },
};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let summary: Vec<Vec<String>> = self.summary().into_iter().map(|(key, value)| vec![key, value]).collect();
        f.write_str(&aligned(&summary).join("\n"))?;
        if self.trees.len() > 1 {
            write!(f, "\n\n{}", aligned(&self.comparison()).join("\n"))?;
        }
        for (position, tree) in self.trees.iter().enumerate() {
            write!(f, "\n\n{}", self.title(position))?;
            write!(f, "\n{}", indented(aligned(&tree.table()).iter().map(String::as_str)))?;
            let which = if self.trees.len() > 1 { format!(" of tree {}", position + 1) } else { String::new() };
            let block = if tree.forward.tree.slices.is_empty() { "" } else { ", for each block" };
            write!(f, "\n\nloops{which}{block}")?;
            for nest in nests(&tree.forward) {
                write!(f, "\n{}", indented(nest.lines()))?;
            }
        }
        Ok(())
    }
}

impl Explanation {
    /// The lines before the trees: names and values.
    #[must_use]
    pub fn summary(&self) -> Vec<(String, String)> {
        let row = |name: &str, value: String| (name.to_owned(), value);
        let mut rows = vec![row("einsum", self.einsum.to_string()), row("extents", self.known())];
        if let Some(limit) = self.einsum.max_intermediate.and_then(MaxIntermediate::known) {
            rows.push(row("max intermediate", number(limit)));
            rows.extend(self.slices().map(|slices| row("slices", slices)));
        }
        if self.objective == Objective::ForwardAndBackward {
            rows.push(row("ordered for", "the value and its gradients".to_owned()));
        } else if self.gradients_differ {
            rows.push(row("with gradients", "other orders are taken: `explain!(vjp, ..)`".to_owned()));
        }
        rows.push(row("naive flops", quantity(&self.naive)));
        match self.trees.as_slice() {
            [tree] => rows.extend([
                row("optimised flops", sum(&tree.costs.flops)),
                row("speed-up", speed_up(&self.naive, &tree.costs.flops)),
                row("largest intermediate", largest(&tree.costs)),
                row("flops with gradients", sum(&tree.total())),
            ]),
            trees => {
                let count = trees.len();
                let which = if self.has_more {
                    format!("more than {count}: the extents decide, at run time; these are chosen most often")
                } else {
                    format!("{count}: the extents decide, at run time")
                };
                rows.push(row("trees", which));
            }
        }
        rows
    }

    /// `a in 4 blocks of 32, c in 2 blocks of 50: 8 blocks`
    fn slices(&self) -> Option<String> {
        let slices = &self.trees.first()?.forward.tree.slices;
        if slices.is_empty() {
            let limit = self.einsum.max_intermediate.and_then(MaxIntermediate::known)?;
            let may_exceed = |size: &Monomial| !size.labels.is_empty() || size.coefficient > limit;
            let may_exceed = self.trees.iter().any(|tree| tree.costs.largest.iter().any(may_exceed));
            return may_exceed.then(|| "the extents decide, at run time, if no tree is within that".to_owned());
        }
        let count = |label, length| slicing::count(self.extents.whole(label).unwrap_or(length), length);
        let texts = slices.mapped(|(label, length)| format!("{label} in {} blocks of {length}", count(label, *length)));
        let all = slices.iter().fold(1_u64, |all, (label, length)| all.saturating_mul(count(label, *length)));
        Some(if texts.len() == 1 { texts.concat() } else { format!("{}: {all} blocks", texts.join(", ")) })
    }

    /// A row for every tree, below titles.
    #[must_use]
    pub fn comparison(&self) -> Vec<Vec<String>> {
        let titles = ["tree", "optimised flops", "speed-up", "largest intermediate", "flops with gradients"];
        let row = |(number, tree): (usize, &Tree)| {
            let (flops, total) = (sum(&tree.costs.flops), sum(&tree.total()));
            let faster = speed_up(&self.naive, &tree.costs.flops);
            vec![format!("{}: {}", number + 1, shape(&tree.forward.tree)), flops, faster, largest(&tree.costs), total]
        };
        let rows = self.trees.iter().enumerate().map(row);
        [titles.map(str::to_owned).to_vec()].into_iter().chain(rows).collect()
    }

    /// `tree 2 of 4: ((A B) C) D`
    #[must_use]
    pub fn title(&self, position: usize) -> String {
        let shape = shape(&self.trees[position].forward.tree);
        if self.trees.len() == 1 {
            return format!("tree: {shape}");
        }
        let of = if self.has_more { String::new() } else { format!(" of {}", self.trees.len()) };
        format!("tree {}{of}: {shape}", position + 1)
    }

    /// `a = 128, i = 32; b, c unknown`
    fn known(&self) -> String {
        let unknown: Vec<String> = self.unknown().mapped(ToString::to_string);
        let unknown = format!("{} unknown", unknown.join(", "));
        match (self.extents.0.is_empty(), self.unknown().is_empty()) {
            (true, true) => "none".to_owned(),
            (true, false) => unknown,
            (false, true) => self.extents.to_string(),
            (false, false) => format!("{}; {unknown}", self.extents),
        }
    }
}

impl Tree {
    /// A row for every step, below titles: those of the result, then those of the gradients.
    #[must_use]
    pub fn table(&self) -> Vec<Vec<String>> {
        let titles = |first: &str| [first, "values", "kernel", "flops", "elements"].map(str::to_owned).to_vec();
        let mut rows = vec![titles("step")];
        rows.extend(step_rows(&self.costs));
        if !self.gradient_costs.rows.is_empty() {
            rows.push(["gradients", "", "", "", ""].map(str::to_owned).to_vec());
            rows.extend(step_rows(&self.gradient_costs));
        }
        rows
    }
}

/// A row for every step: subscripts, values, kernel, flops, elements of the result.
#[must_use]
pub fn step_rows(costs: &Costs) -> Vec<Vec<String>> {
    let row = |row: &Row| {
        let (flops, size) = (sum(&row.flops), quantity(&row.size));
        vec![row.subscripts.clone(), row.values.clone(), row.kernel.to_string(), flops, size]
    };
    costs.rows.mapped(row)
}

/// The loops of every step.
#[must_use]
pub fn nests(lowered: &Lowered) -> Vec<String> {
    lowered.nests.mapped(ToString::to_string)
}

/// How many elements the largest intermediate has.
#[must_use]
pub fn largest(costs: &Costs) -> String {
    let sizes: Vec<String> = costs.largest.mapped(quantity);
    match sizes.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        sizes => format!("max({})", sizes.join(", ")),
    }
}

/// How many times fewer flops there are: a number, or a fraction without common factors.
#[must_use]
pub fn speed_up(naive: &Monomial, flops: &Polynomial) -> String {
    let mut above = naive.clone();
    let mut below = flops.monomials().to_vec();
    below.retain(|monomial| monomial.coefficient != 0.0);
    if below.is_empty() {
        return "1".to_owned();
    }
    if above.coefficient == 0.0 {
        return "0".to_owned();
    }
    for label in &naive.labels {
        cancel(label, &mut above, &mut below);
    }
    if above.labels.is_empty() && below.iter().all(|monomial| monomial.labels.is_empty()) {
        let divisor: f64 = below.iter().map(|monomial| monomial.coefficient).sum();
        return number(above.coefficient / divisor);
    }
    let divisor = below.iter().fold(above.coefficient, |divisor, monomial| common(divisor, monomial.coefficient));
    above.coefficient /= divisor;
    for monomial in &mut below {
        monomial.coefficient /= divisor;
    }
    let below: Vec<String> = below.mapped(quantity);
    match below.as_slice() {
        [one] if one == "1" => quantity(&above),
        [only] => format!("{} / {only}", quantity(&above)),
        several => format!("{} / ({})", quantity(&above), several.join(" + ")),
    }
}

/// Divides all by a label, if all have it.
fn cancel(label: &Label, above: &mut Monomial, below: &mut [Monomial]) {
    let all = || [&above.labels].into_iter().chain(below.iter().map(|monomial| &monomial.labels));
    let positions: Vec<Option<usize>> = all().map(|labels| labels.iter().position(|other| other == label)).collect();
    let Some(positions) = positions.into_iter().collect::<Option<Vec<usize>>>() else { return };
    for (monomial, position) in [above].into_iter().chain(below).zip(positions) {
        monomial.labels.remove(position);
    }
}

/// The greatest common divisor of whole numbers; 1 where there is none.
fn common(a: f64, b: f64) -> f64 {
    if !a.is_finite() || !b.is_finite() {
        return 1.0;
    }
    let (mut a, mut b) = (a, b);
    while b != 0.0 {
        (a, b) = (b, a % b);
    }
    if a == 0.0 { 1.0 } else { a }
}

fn indented<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    lines.into_iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
