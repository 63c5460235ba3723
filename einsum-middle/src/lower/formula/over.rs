//! Maps that write over what they read last.
//!
//! `relu(sum[k](x[i, k] * w[k, j]) + b[j])` is a contraction into a local, and a map that reads each of its elements once, for the same
//! element of the result. So the contraction writes into the result, and the map reads there what it replaces: there is one tensor less to
//! have, and in blocks, more of the others fits into a cache.

use std::ops::RangeToInclusive;

use super::{Contraction, LoweredFormula, Map, Work};
use crate::ir::formula::{Access, Elements, Expression, Reduction, Shape, TensorId, TensorKind};

impl LoweredFormula {
    /// Lets maps write over the locals that nothing needs after them; the locals of `kept` are needed.
    pub(super) fn write_over(&mut self, kept: &[TensorId]) {
        for number in 0..self.steps.len() {
            let Work::Map(map) = &self.steps[number].work else { continue };
            let target = map.target.tensor;
            if let Some(local) = self.replaced(number, map, kept) {
                self.rename(..=number, local, target);
            }
        }
    }

    /// The local that a map may write over.
    fn replaced(&self, number: usize, map: &Map, kept: &[TensorId]) -> Option<TensorId> {
        let is_plain = map.reduction == Reduction::Sum && map.labels.len() == map.free && !map.adds;
        let is_new = !self.is_there_before(number, map.target.tensor);
        if !is_plain || !is_new || map.target.bare().is_none() {
            return None;
        }
        let locals = map.reads.iter().map(|read| read.tensor);
        locals.into_iter().find(|local| self.may_replace(number, map, *local, kept))
    }

    fn may_replace(&self, number: usize, map: &Map, local: TensorId, kept: &[TensorId]) -> bool {
        let (found, target) = (self.formula.tensor(local), self.formula.tensor(map.target.tensor));
        let is_local = found.kind == TensorKind::Local && !kept.contains(&local);
        let is_alike = [found, target].iter().all(|tensor| tensor.elements == Elements::Numbers)
            && matches!(&found.shape, Shape::Needed(_) if found.shape == target.shape);
        let is_once = map.reads.iter().filter(|read| read.tensor == local).all(|read| read.axes == map.target.axes);
        let (before, after) = self.steps.split_at(number);
        let uses = |work: &Work| self.written(work) == local || self.read(work).contains(&local);
        let is_left = after[1..].iter().any(|step| uses(&step.work)) || self.formula.results.contains(&local);
        // (A copy is made at once, and never written again.)
        let mut writers = before.iter().map(|step| &step.work).filter(|work| self.written(work) == local).peekable();
        let is_computed =
            writers.peek().is_some() && writers.all(|work| matches!(work, Work::Contraction(_) | Work::Map(_)));
        let is_whole = !self.parts.iter().any(|(part, of)| *part == local || of.of == local);
        is_local && is_whole && is_alike && is_once && is_computed && !is_left
    }

    /// Whether a step before this one has written a tensor, or the user has it.
    fn is_there_before(&self, number: usize, tensor: TensorId) -> bool {
        self.targets.contains(&tensor) || self.steps[..number].iter().any(|step| self.written(&step.work) == tensor)
    }

    /// Puts one tensor in the place of another in the first steps.
    fn rename(&mut self, steps: RangeToInclusive<usize>, from: TensorId, to: TensorId) {
        let rename = |access: &mut Access| {
            if access.tensor == from {
                access.tensor = to;
            }
        };
        for step in &mut self.steps[steps] {
            match &mut step.work {
                Work::Contraction(Contraction { factors, target, .. }) => {
                    factors.iter_mut().chain([target]).for_each(rename);
                }
                Work::Map(map) => rename_in(map, &rename),
                Work::Shifted(shifted) => {
                    let terms = shifted.terms.iter_mut().map(|term| &mut term.map);
                    terms.chain(&mut shifted.all).for_each(|map| rename_in(map, &rename));
                }
                Work::Gather { access, .. } => rename(access),
                Work::Scatter { source, .. } => rename(source),
                // (The local has no parts.)
                Work::FillPart(_) | Work::StorePart { .. } => {}
            }
        }
    }
}

/// Puts other tensors in the place of those of a map.
fn rename_in(map: &mut Map, rename: &dyn Fn(&mut Access)) {
    map.reads.iter_mut().chain([&mut map.target]).for_each(rename);
    map.value = renamed(&map.value, rename);
}

/// An expression with other tensors in its reads.
fn renamed(value: &Expression, rename: &dyn Fn(&mut Access)) -> Expression {
    value.replaced(&mut |part| match part {
        Expression::Read(access) => {
            let mut access = access.clone();
            rename(&mut access);
            Some(Expression::Read(access))
        }
        _ => None,
    })
}
