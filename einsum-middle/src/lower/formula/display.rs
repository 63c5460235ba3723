//! Lowered formulas as text: a line for each step.

use std::fmt;

use super::{Contraction, Cut, FormulaStep, LoweredFormula, Map, Part, Shifted, Work};
use crate::{
    few::List,
    ir::{Label, formula::TensorId},
};

impl fmt::Display for LoweredFormula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.steps.iter().enumerate() {
            let line_break = if number == 0 { "" } else { "\n" };
            let (begins, indent) = self.describe_run(number);
            let begins = begins.map_or(String::new(), |run| format!("{run}\n"));
            write!(f, "{line_break}{begins}{indent}{}", self.describe(step))?;
        }
        Ok(())
    }
}

impl LoweredFormula {
    /// The line before a step with which a run begins, `for each block of i, of which s, p are parts`, and the indent of each step of a run.
    #[must_use]
    pub fn describe_run(&self, step: usize) -> (Option<String>, &'static str) {
        let Some(run) = self.runs.iter().find(|run| run.steps.contains(&step)) else { return (None, "") };
        let begins = (run.steps.start == step).then(|| {
            let locals: Vec<&str> = run.locals.mapped(|tensor| self.name(*tensor));
            let locals =
                if locals.is_empty() { String::new() } else { format!(", of which {} are parts", locals.join(", ")) };
            let cut = run.cut.as_ref().map_or(String::new(), |cut| format!(" ({})", describe_cut(cut)));
            format!("for each block of {}{cut}{locals}", names(&run.labels))
        });
        (begins, "  ")
    }

    /// `contract y[i, j] = x[i, k] * w[k, j] | ik,kj->ij`, `map ..`, and what is not needed after it.
    #[must_use]
    pub fn describe(&self, step: &FormulaStep) -> String {
        let work = match &step.work {
            Work::Contraction(contraction) => self.describe_contraction(contraction),
            Work::Map(map) => self.describe_map(map),
            Work::Shifted(shifted) => self.describe_shifted(shifted),
            Work::FillPart(part) => format!("copy {} of {}", self.describe_part(*part), self.name(self.whole(*part))),
            Work::StorePart { part, adds } => {
                let sign = if *adds { "+=" } else { "=" };
                format!("copy {} {sign} {}", self.name(self.whole(*part)), self.describe_part(*part))
            }
            Work::Gather { target, access } => {
                format!("gather {} = {}", self.formula.show(target), self.formula.show(access))
            }
            Work::Scatter { access, source, adds } => {
                let sign = if *adds { "+=" } else { "=" };
                format!("scatter {} {sign} {}", self.formula.show(access), self.formula.show(source))
            }
        };
        let releases: Vec<&str> = step.releases.mapped(|tensor| self.name(*tensor));
        if releases.is_empty() { work } else { format!("{work}, and drop {}", releases.join(", ")) }
    }

    fn describe_contraction(&self, contraction: &Contraction) -> String {
        let Contraction { einsum, factors, target, adds, window, scale } = contraction;
        let factors: Vec<String> = factors.mapped(|factor| self.formula.show(factor).to_string());
        let scale = scale.map_or(String::new(), |scale| {
            format!("{} * ", self.formula.show(&crate::ir::formula::Expression::Literal(scale)))
        });
        let sign = if *adds { "+=" } else { "=" };
        let each = if window.is_empty() { String::new() } else { format!(" for each {}", names(window)) };
        let (target, factors) = (self.formula.show(target), factors.join(" * "));
        format!("contract {target} {sign} {scale}{factors} | {einsum}{each}")
    }

    fn describe_map(&self, map: &Map) -> String {
        let sign = if map.adds { "+=" } else { "=" };
        let (target, value) = (self.formula.show(&map.target), self.formula.show(&map.value));
        match &map.labels[map.free..] {
            [] => format!("map {target} {sign} {value}"),
            reduced => format!("map {target} {sign} {}[{}]({value})", map.reduction, names(reduced)),
        }
    }

    /// `map dx[axis0] = dy[axis0 - 1] - dy[axis0] within, and around it dx[i + 1] += dy[i] and dx[i] += -dy[i]`
    fn describe_shifted(&self, shifted: &Shifted) -> String {
        let map = |map: &Map| self.describe_map(map).trim_start_matches("map ").to_owned();
        let terms: Vec<String> = shifted.terms.mapped(|term| map(&term.map));
        let terms = terms.join(" and ");
        let adds = |all: &Map| map(&Map { adds: shifted.adds, ..all.clone() });
        match &shifted.all {
            Some(all) => format!("map {} within, and around it {terms}", adds(all)),
            None => format!("map {terms}{}", if shifted.adds { "" } else { " of zeros" }),
        }
    }

    /// `x_part[2*i + p - 1 or zero, all]`
    fn describe_part(&self, tensor: TensorId) -> String {
        let axes = self.parts.get(&tensor).map_or(&[][..], |Part { axes, .. }| axes);
        let axes = axes.mapped(|axis| match axis {
            None => "all".to_owned(),
            Some((form, outside)) => format!("{form} or {}", format!("{outside:?}").to_lowercase()),
        });
        format!("{}[{}]", self.name(tensor), axes.join(", "))
    }
}

/// `j <= 2*i + 1`
fn describe_cut(Cut { label, by, factor, plus }: &Cut) -> String {
    let factor = if *factor == 1 { String::new() } else { format!("{factor}*") };
    let plus = match plus {
        0 => String::new(),
        1.. => format!(" + {plus}"),
        ..0 => format!(" - {}", plus.unsigned_abs()),
    };
    format!("{} <= {factor}{}{plus}", label.name(), by.name())
}

fn names(labels: &[Label]) -> String {
    labels.mapped(Label::name).join(", ")
}
