//! An einsum as a tensor network: operands, and labels between them.

use einsum_codegen::{explain::Extents, ir::Einsum};

/// The network that is drawn.
pub(crate) struct Graph {
    /// The names of the operands.
    pub(crate) operands: Vec<String>,
    pub(crate) labels: Vec<Label>,
}

/// A label, and where it is.
pub(crate) struct Label {
    /// `i = 3`, or `i`.
    pub(crate) text: String,
    /// The operand of each axis that it is on.
    pub(crate) ends: Vec<usize>,
    /// Whether the result has it.
    pub(crate) is_open: bool,
}

/// How a label is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A line between two operands.
    Edge,
    /// A line from an operand to nowhere.
    Leg,
    /// A dot, with a line to each axis, and to nowhere if the label is open: a hyperedge, a diagonal, the sum of
    /// a lone label, or a label of the result alone.
    Dot,
}

impl Graph {
    pub(crate) fn new(einsum: &Einsum, extents: &Extents) -> Self {
        let labels = einsum.labels().into_iter().map(|label| {
            let axes = einsum.operands.iter().enumerate().flat_map(|(number, operand)| {
                operand.subscript.0.iter().filter(|other| **other == label).map(move |_| number)
            });
            let extent = extents.0.iter().find(|(other, _)| *other == label).map(|(_, extent)| extent);
            let text = extent.map_or_else(|| label.to_string(), |extent| format!("{label} = {extent}"));
            let (ends, is_open) = (axes.collect(), einsum.output.has(&label));
            Label { text, ends, is_open }
        });
        let operands = einsum.operands.iter().map(|operand| operand.name.clone()).collect();
        Self { operands, labels: labels.collect() }
    }
}

impl Label {
    pub(crate) fn kind(&self) -> Kind {
        match self.ends.as_slice() {
            [a, b] if a != b && !self.is_open => Kind::Edge,
            [_] if self.is_open => Kind::Leg,
            _ => Kind::Dot,
        }
    }
}
