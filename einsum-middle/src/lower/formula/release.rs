//! When locals are let go, so that what is computed after them can have their memory.

use super::{LoweredFormula, Work};
use crate::{
    few::{List, sort},
    ir::formula::{Access, Index, TensorId, TensorKind},
};

impl LoweredFormula {
    /// Notes at every step the locals that are computed here, and that nothing reads after it. None at the last: all are let go then.
    pub(super) fn release(&mut self, kept: &[TensorId]) {
        let mut needed: Vec<TensorId> = self.formula.results.iter().chain(kept).copied().collect();
        let written: Vec<TensorId> = self.steps.mapped(|step| self.written(&step.work));
        for number in (0..self.steps.len()).rev() {
            let mut released: Vec<TensorId> = self.read(&self.steps[number].work);
            released.push(written[number]);
            released.retain(|tensor| !needed.contains(tensor));
            sort(&mut released);
            released.dedup();
            needed.extend(&released);
            let is_local = |tensor: &TensorId| self.formula.tensor(*tensor).kind == TensorKind::Local;
            released.retain(|tensor| is_local(tensor) && written.contains(tensor));
            if number + 1 < self.steps.len() {
                self.steps[number].releases = released;
            }
        }
    }

    /// The tensor that is written.
    #[must_use]
    pub fn written(&self, work: &Work) -> TensorId {
        match work {
            Work::Contraction(contraction) => contraction.target.tensor,
            Work::Map(map) => map.target.tensor,
            Work::Shifted(shifted) => shifted.target().tensor,
            Work::FillPart(part) => *part,
            Work::StorePart { part, .. } => self.whole(*part),
            Work::Gather { target, .. } => target.tensor,
            Work::Scatter { access, .. } => access.tensor,
        }
    }

    /// The tensors that are read.
    #[must_use]
    pub fn read(&self, work: &Work) -> Vec<TensorId> {
        match work {
            Work::Contraction(contraction) => contraction.factors.mapped(|factor| factor.tensor),
            Work::Map(map) => map.reads.mapped(|read| read.tensor),
            Work::Shifted(shifted) => shifted.maps().flat_map(|map| &map.reads).map(|read| read.tensor).collect(),
            Work::FillPart(part) => vec![self.whole(*part)],
            Work::StorePart { part, .. } => vec![*part],
            Work::Gather { access, .. } => indices(access).chain([access.tensor]).collect(),
            Work::Scatter { access, source, .. } => indices(access).chain([source.tensor]).collect(),
        }
    }

    /// The tensor of which another is a part.
    #[must_use]
    pub fn whole(&self, part: TensorId) -> TensorId {
        self.parts.get(&part).map_or(part, |part| part.of)
    }
}

/// The tensors of indices of an access.
fn indices(access: &Access) -> impl Iterator<Item = TensorId> {
    access.axes.iter().filter_map(|axis| match &axis.index {
        Index::Affine(_) => None,
        Index::Gather(indices) => Some(indices.tensor),
    })
}
