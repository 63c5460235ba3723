//! How subscripts are written, before they are checked and afterwards: the ellipsis, labels side by side, parentheses.

use std::fmt;

use crate::few::{List, sort};

/// The name of the label that stands for any number of axes.
pub const ELLIPSIS: &str = "...";

/// The name of the ellipsis in formulas, whose steps see one axis in its place: to them it is a label as any other.
pub const FUSED: &str = "..";

/// The most axes that an `ndarray` array of static rank can have.
pub const STATIC_AXES: usize = 6;

/// An operand, by its number, or what is within parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// `ij`
    Operand(usize),
    /// `(ij,jk)`
    Parentheses(Vec<Group>),
}

impl Group {
    /// Lists the operands in it.
    pub fn visit(&self, operands: &mut Vec<usize>) {
        match self {
            Self::Operand(number) => operands.push(*number),
            Self::Parentheses(groups) => groups.iter().for_each(|group| group.visit(operands)),
        }
    }

    /// The groups of an order without parentheses around all of it, which say nothing.
    #[must_use]
    pub fn outermost(mut order: &[Self]) -> &[Self] {
        while let [Self::Parentheses(all)] = order {
            order = all;
        }
        order
    }
}

/// The output that is meant without an arrow: the ellipsis, if an operand has one, then the labels that occur
/// once, in the order of their code points. It is given the labels of all operands.
#[must_use]
pub fn implicit_output<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let (ellipsis, all): (Vec<&str>, Vec<&str>) = labels.partition(|name| *name == ELLIPSIS);
    let is_once = |name: &&str| all.iter().filter(|other| **other == *name).count() == 1;
    let mut once: Vec<&str> = all.iter().copied().filter(|name| is_once(name)).collect();
    sort(&mut once);
    ellipsis.into_iter().take(1).chain(once).collect()
}

/// The axes of an output whose labels are on no operand, and not known otherwise; of a label that is repeated there the first.
pub fn unbound(output: &[&str], inputs: &[&str], is_known: impl Fn(&str) -> bool) -> Vec<usize> {
    let is_unbound = |&axis: &usize| {
        let name = output[axis];
        name != ELLIPSIS && !output[..axis].contains(&name) && !is_known(name) && !inputs.contains(&name)
    };
    (0..output.len()).filter(|axis| is_unbound(axis)).collect()
}

/// The mistake of an output label whose extent nothing says.
#[must_use]
pub fn has_no_extent(label: &str) -> String {
    format!("output label `{label}` is on no operand, so that its extent is unknown")
}

/// Labels side by side if all are letters, otherwise in brackets, apart.
pub fn joined<'a>(labels: impl Iterator<Item = &'a str> + Clone) -> String {
    let is_letter = |label: &str| label == ELLIPSIS || label.chars().nth(1).is_none();
    if labels.clone().all(is_letter) {
        return labels.collect();
    }
    format!("[{}]", labels.collect::<Vec<_>>().join(", "))
}

/// The inputs, with the parentheses around them. (Of a function with mistakes there may be fewer
/// inputs than the order has.)
pub fn ordered(order: &[Group], inputs: &[impl fmt::Display]) -> String {
    let texts = order.mapped(|group| match group {
        Group::Operand(number) => inputs.get(*number).map(ToString::to_string).unwrap_or_default(),
        Group::Parentheses(groups) => format!("({})", ordered(groups, inputs)),
    });
    texts.join(",")
}
