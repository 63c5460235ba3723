//! Checks of lowered formulas: the properties that the emitter relies on.

use super::{Contraction, LoweredFormula, Map, Run, Shifted, Term, Work, labels_of};
use crate::ir::{
    Label,
    formula::{Access, Amount, Axis, Index, TensorId, TensorKind},
};

impl LoweredFormula {
    /// Checks the steps: accesses are affine and within their tensors, tensors are written before they are read, and every label of
    /// a step is on its target or reduced.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        let mut known: Vec<TensorId> = Vec::new();
        for step in &self.steps {
            let is_written = |tensor: &TensorId| known.contains(tensor) || self.is_given(*tensor);
            if let Some(tensor) = self.read(&step.work).iter().find(|tensor| !is_written(tensor)) {
                return Err(format!("`{}` is read before it is written", self.name(*tensor)));
            }
            self.verify_work(&step.work)?;
            known.push(self.written(&step.work));
            known.retain(|tensor| !step.releases.contains(tensor));
        }
        self.verify_indices()?;
        self.runs.iter().try_for_each(|run| self.verify_run(run))?;
        match self.formula.results.iter().find(|result| !known.contains(result) && !self.is_given(**result)) {
            Some(result) => Err(format!("`{}` is not computed", self.name(*result))),
            None => Ok(()),
        }
    }

    /// Whether a tensor is given. (A local that no step writes is one that a forward has left.)
    fn is_given(&self, tensor: TensorId) -> bool {
        let is_written = || self.steps.iter().any(|step| self.written(&step.work) == tensor);
        match self.formula.tensor(tensor).kind {
            TensorKind::Operand(_) | TensorKind::Tangent(_) | TensorKind::Cotangent => true,
            _ => !is_written(),
        }
    }

    /// How displays call a tensor.
    #[must_use]
    pub fn name(&self, tensor: TensorId) -> &str {
        &self.formula.tensor(tensor).name
    }

    fn verify_work(&self, work: &Work) -> Result<(), String> {
        match work {
            Work::Contraction(contraction) => self.verify_contraction(contraction),
            Work::Map(map) => self.verify_access(&map.target).and_then(|()| self.verify_map(map)),
            Work::Shifted(shifted) => self.verify_shifted(shifted),
            Work::FillPart(part) | Work::StorePart { part, .. } if !self.parts.contains_key(part) => {
                Err(format!("`{}` is no part of a tensor", self.name(*part)))
            }
            Work::FillPart(_) | Work::StorePart { .. } => Ok(()),
            Work::Gather { target: local, access } | Work::Scatter { access, source: local, .. } => {
                let indices = access.axes.iter().filter_map(|axis| match &axis.index {
                    Index::Affine(_) => None,
                    Index::Gather(indices) => Some(&**indices),
                });
                indices.chain([local]).try_for_each(|access| self.verify_access(access))
            }
        }
    }

    fn verify_run(&self, run: &Run) -> Result<(), String> {
        let is_divided = |label: &&Label| {
            run.steps.clone().all(|step| self.divides_step(step, label)) && self.is_apart(&run.steps, label)
        };
        match run.labels.iter().find(|label| !is_divided(label)) {
            Some(label) => Err(format!("blocks of `{label}` need each other")),
            None if run.labels.is_empty() => Err("a run has no blocks".to_owned()),
            None => Ok(()),
        }
    }

    fn verify_access(&self, access: &Access) -> Result<(), String> {
        if access.is_within() {
            return Ok(());
        }
        Err(format!("an access to `{}` is not affine, or may be outside", self.name(access.tensor)))
    }

    fn verify_contraction(&self, contraction: &Contraction) -> Result<(), String> {
        let Contraction { einsum, factors, target, window, .. } = contraction;
        einsum.verify()?;
        factors.iter().chain([target]).try_for_each(|access| self.verify_access(access))?;
        if einsum.operands.len() != factors.len() {
            return Err(format!("`{einsum}` has other factors than the contraction"));
        }
        let is_left = |axis: &crate::ir::formula::Axis| {
            let form = axis.affine();
            form.map_or(0, |form| form.terms.iter().filter(|(_, label)| !window.contains(label)).count())
        };
        if target.axes.iter().any(|axis| is_left(axis) > 1) {
            return Err(format!("`{}` is written at the same element by two indices", self.name(target.tensor)));
        }
        Ok(())
    }

    fn verify_shifted(&self, shifted: &Shifted) -> Result<(), String> {
        let target = shifted.target().tensor;
        shifted.maps().try_for_each(|map| self.verify_map(map))?;
        if shifted.maps().any(|map| map.target.tensor != target || map.reads.iter().any(|read| read.tensor == target)) {
            return Err(format!("terms of `{}` are of another tensor, or read it", self.name(target)));
        }
        let is_along = |(axis, label): (&Axis, &Label)| {
            axis.affine().is_some_and(|form| form.terms.contains(&(Amount::known(1), label.clone())))
        };
        let moves = |term: &Term| term.map.target.axes.iter().zip(&term.along).all(is_along);
        let is_each = |term: &Term| term.along.len() == term.map.target.axes.len() && moves(term);
        if !shifted.terms.iter().all(is_each) {
            return Err(format!("a term of `{}` does not move along each axis", self.name(target)));
        }
        Ok(())
    }

    fn verify_map(&self, map: &Map) -> Result<(), String> {
        map.reads.iter().try_for_each(|access| self.verify_access(access))?;
        let (free, reduced) = map.labels.split_at(map.free);
        let on_target = labels_of(&map.target);
        if let Some(label) = free.iter().find(|label| !on_target.contains(label)) {
            return Err(format!("`{label}` is not on the target"));
        }
        if let Some(label) = reduced.iter().find(|label| on_target.contains(label)) {
            return Err(format!("`{label}` is on the target, and reduced"));
        }
        let mut used = Vec::new();
        map.value.labels(&mut used);
        if let Some(label) = used.iter().find(|label| !map.labels.contains(label)) {
            return Err(format!("`{label}` is not looped over"));
        }
        let mut unlisted = None;
        map.value.visit_reads(&mut |access| {
            if !map.reads.iter().any(|read| read.tensor == access.tensor && read.axes == access.axes) {
                unlisted = Some(access.tensor);
            }
        });
        unlisted.map_or(Ok(()), |tensor| Err(format!("a read of `{}` is not listed", self.name(tensor))))
    }
}
