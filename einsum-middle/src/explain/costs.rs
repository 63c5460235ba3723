//! The costs of the steps of a tree: polynomials in the extents that are not known.

use super::{extents::Extents, kernel::Kernel};
use crate::{
    few::{List, numbered, sort_by_key},
    ir::{ContractionTree, Einsum, Kind, Label, Step},
    plan::{
        cost::{Monomial, Polynomial},
        slicing,
    },
};

/// The costs of a tree.
#[derive(Clone, Debug)]
pub struct Costs {
    /// One for every step.
    pub rows: Vec<Row>,
    /// Of all steps together.
    pub flops: Polynomial,
    /// The largest intermediates: those that are not smaller than another whatever the extents are.
    /// Empty if there are none.
    pub largest: Vec<Monomial>,
}

/// A step, and its costs.
#[derive(Clone, Debug)]
pub struct Row {
    /// `ij,jk->ik`
    pub subscripts: String,
    /// `A B -> t0`
    pub values: String,
    /// The kind of step that computes the value.
    pub kernel: Kernel,
    /// Multiplications and additions.
    pub flops: Polynomial,
    /// How many elements its result has.
    pub size: Monomial,
}

/// The flops of one nest of loops: all operands are multiplied, and the products added up.
pub(super) fn naive(einsum: &Einsum, extents: &Extents) -> Monomial {
    let per_index = einsum.operands.len() - 1 + usize::from(!einsum.contracted().is_empty());
    Counts { extents, slices: &[] }.product(small(per_index), &einsum.labels())
}

impl Costs {
    pub(super) fn new(tree: &ContractionTree, extents: &Extents) -> Self {
        let measure = Counts { extents, slices: &tree.slices };
        let rows: Vec<Row> = tree.steps.mapped(|step| measure.row(tree, step));
        let flops = rows.iter().flat_map(|row| row.flops.monomials().iter().cloned()).collect();
        let intermediates = tree.steps.iter().zip(&rows).filter(|(step, _)| is_intermediate(tree, step));
        let largest = maximal(intermediates.map(|(_, row)| row.size.clone()).collect());
        Self { rows, flops, largest }
    }
}

fn is_intermediate(tree: &ContractionTree, step: &Step) -> bool {
    tree.value(step.result).kind == Kind::Intermediate
}

/// The sizes that do not divide another; of equals the first.
fn maximal(sizes: Vec<Monomial>) -> Vec<Monomial> {
    let divides = |a: &Monomial, b: &Monomial| {
        a.coefficient <= b.coefficient
            && a.labels.iter().all(|label| count(&a.labels, label) <= count(&b.labels, label))
    };
    let is_maximal = |number: usize| {
        let others = sizes.iter().enumerate().filter(|(other, _)| *other != number);
        let size = &sizes[number];
        others.into_iter().all(|(other, larger)| !divides(size, larger) || divides(larger, size) && number < other)
    };
    let kept: Vec<bool> = numbered(sizes.len(), is_maximal);
    sizes.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(size, _)| size).collect()
}

fn count(labels: &[Label], label: &Label) -> usize {
    labels.iter().filter(|other| *other == label).count()
}

/// How products of extents are written: labels in the order of their numbers, known extents as numbers.
struct Counts<'a> {
    extents: &'a Extents,
    /// The labels that are sliced, with the lengths of their blocks.
    slices: &'a [(Label, u64)],
}

impl Counts<'_> {
    fn row(&self, tree: &ContractionTree, step: &Step) -> Row {
        let factors: Vec<String> = step.factors.mapped(|factor| tree.subscript(factor.value).to_string());
        let names: Vec<String> = step.factors.mapped(|factor| tree.factor_name(*factor));
        let result = tree.value(step.result);
        let plus = if step.epilogue.onto { "+" } else { "" };
        Row {
            subscripts: format!("{}->{}", factors.join(","), result.subscript),
            values: format!("{} {plus}-> {}", names.join(" "), result.name).trim_start().to_owned(),
            kernel: Kernel::of(tree, step),
            flops: self.flops(tree, step),
            size: if result.kind == Kind::Intermediate {
                self.block(&result.subscript.0)
            } else {
                self.product(1.0, &result.subscript.0)
            },
        }
    }

    /// How many elements an intermediate has in a block.
    fn block(&self, labels: &[Label]) -> Monomial {
        let is_sliced = |label: &&Label| self.slices.iter().any(|(sliced, _)| sliced == *label);
        let (sliced, whole): (Vec<&Label>, Vec<&Label>) = labels.iter().partition(is_sliced);
        let lengths = self.slices.iter().filter(|(label, _)| sliced.contains(&label));
        let elements = lengths.map(|(_, length)| rounded(*length)).product();
        self.product(elements, &whole.into_iter().cloned().collect::<Vec<_>>())
    }

    /// How often a step of these labels is taken: once for each block of the others.
    fn times(&self, labels: &[Label]) -> f64 {
        let others = self.slices.iter().filter(|(label, _)| !labels.contains(label));
        others
            .map(|(label, length)| rounded(self.extents.whole(label).map_or(1, |n| slicing::count(n, *length))))
            .product()
    }

    /// A step multiplies its two factors, and adds if it contracts; what is added to, once more.
    fn flops(&self, tree: &ContractionTree, step: &Step) -> Polynomial {
        let labels = tree.labels(step);
        let contracts = labels.iter().any(|label| !tree.role(step, label).is_on_result());
        let per_index = usize::from(step.factors.len() == 2) + usize::from(contracts);
        let onto = step.epilogue.onto.then(|| self.product(1.0, &tree.subscript(step.result).distinct()));
        let products = (per_index > 0).then(|| self.product(small(per_index) * self.times(&labels), &labels));
        products.into_iter().chain(onto).collect()
    }

    fn product(&self, coefficient: f64, labels: &[Label]) -> Monomial {
        let known = labels.iter().filter_map(|label| self.extents.get(label));
        let mut unknown: Vec<Label> =
            labels.iter().filter(|label| self.extents.get(label).is_none()).cloned().collect();
        sort_by_key(&mut unknown, Label::id);
        Monomial { coefficient: known.fold(coefficient, |product, extent| product * extent), labels: unknown }
    }
}

fn rounded(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
    let rounded = count as f64;
    rounded
}

/// Counts of operands are exact in any type.
fn small(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// `2ijk`, `2 batch*k`, `1.049e6 ij`
#[must_use]
pub fn quantity(monomial: &Monomial) -> String {
    if monomial.labels.is_empty() || monomial.coefficient == 0.0 {
        return number(monomial.coefficient);
    }
    let names: Vec<&str> = monomial.labels.mapped(Label::name);
    let are_words = names.iter().any(|name| name.chars().nth(1).is_some());
    let labels = names.join(if are_words { "*" } else { "" });
    match number(monomial.coefficient) {
        one if one == "1" => labels,
        coefficient if are_words || coefficient.contains('e') => format!("{coefficient} {labels}"),
        coefficient => format!("{coefficient}{labels}"),
    }
}

/// `2ijk + 2ikl`
#[must_use]
pub fn sum(polynomial: &Polynomial) -> String {
    // Of an extent of 0 there is nothing to add up.
    let monomials = polynomial.monomials().iter().filter(|monomial| monomial.coefficient != 0.0);
    let monomials: Vec<String> = monomials.map(quantity).collect();
    if monomials.is_empty() { "0".to_owned() } else { monomials.join(" + ") }
}

/// Whole numbers up to a million; larger ones to four digits.
#[must_use]
pub fn number(value: f64) -> String {
    match value {
        _ if !value.is_finite() => "more than 1e308".to_owned(),
        _ if value.abs() >= 1e6 => format!("{value:.3e}"),
        _ if value.fract() == 0.0 || value.abs() >= 1e3 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}
