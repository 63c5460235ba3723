//! Which steps run together: for one block of indices of the labels that they share after the other, so that what they hand on to each
//! other stays in a cache, and locals that nobody else reads are as large as a block.
//!
//! Attention makes a matrix of all pairs of tokens, `s[i, j]`, and a softmax goes through memory four times: for some rows `i` at a time,
//! the first is a few rows, and the second goes through memory once.
//!
//! A label may be divided into blocks if it is an index itself wherever steps of the run read and write, and if no block needs what
//! another has written: sums over it are begun with zeros, which every block adds to, in order, and are not read before the last. Of all
//! ways to cut the steps into runs, that one is taken in which the most tensors are used again in their run, and by the most labels.
//! How long blocks are is found at run time; a single one where all of it is small.

use std::ops::Range;

use super::{Contraction, FormulaStep, LoweredFormula, Map, Run, Work, labels_of};
use crate::{
    few::{List, sort, sort_by_key},
    ir::{
        Label,
        formula::{Access, Axis, Elements, Expression, Reduction, Shape, TensorId, TensorKind},
    },
    tuning::RUN_USE_WORTH,
};

impl Run {
    /// The number of the label, if blocks are taken of it.
    #[must_use]
    pub fn position(&self, label: &Label) -> Option<usize> {
        self.labels.iter().position(|other| other == label)
    }

    /// The number of the label, if blocks do not have all of its indices. That of one that is cut is the last.
    #[must_use]
    pub fn narrowed(&self, label: &Label) -> Option<usize> {
        let is_cut = self.cut.as_ref().is_some_and(|cut| cut.label == *label);
        if is_cut { Some(self.labels.len()) } else { self.position(label) }
    }

    /// Whether blocks do not have all indices of some label on an axis.
    #[must_use]
    pub fn divides(&self, access: &Access) -> bool {
        access.axes.iter().filter_map(|axis| axis.bare()).any(|label| self.narrowed(label).is_some())
    }
}

impl LoweredFormula {
    /// Moves steps without labels to where what they read is there: none stands between two that could run together.
    pub(super) fn numbers_first(&mut self) {
        for number in 0..self.steps.len() {
            let Work::Map(map) = &self.steps[number].work else { continue };
            if !map.labels.is_empty() {
                continue;
            }
            let target = map.target.tensor;
            let needs = |step: &FormulaStep| {
                let written = self.written(&step.work);
                written == target
                    || self.read(&step.work).contains(&target)
                    || map.reads.iter().any(|read| read.tensor == written)
            };
            let place = self.steps[..number].iter().rposition(needs).map_or(0, |last| last + 1);
            self.steps[place..=number].rotate_right(1);
        }
    }

    /// Cuts the steps into runs.
    pub(super) fn run_together(&mut self, kept: &[TensorId]) {
        for (steps, labels) in self.best_cut() {
            let run = self.run(steps, labels, kept);
            self.runs.push(run);
        }
    }

    /// The runs, with their labels, that are worth the most together.
    fn best_cut(&self) -> Vec<(Range<usize>, Vec<Label>)> {
        let count = self.steps.len();
        // The best cut of the steps from each on: what it is worth, where the first run ends, and its labels.
        let mut best: Vec<(usize, usize, Vec<Label>)> = vec![(0, count, Vec::new()); count + 1];
        for first in (0..count).rev() {
            best[first] = (best[first + 1].0, first + 1, Vec::new());
            let mut labels = self.labels_of_step(first);
            for end in first + 1..=count {
                // (What is not apart, is not with more steps.)
                labels.retain(|label| self.divides_step(end - 1, label) && self.stays_apart(&(first..end), label));
                if labels.is_empty() {
                    break;
                }
                let fitting = self.useful(&(first..end), labels.clone());
                let worth = self.worth(&(first..end), &fitting);
                if worth > 0 && worth + best[end].0 >= best[first].0 {
                    best[first] = (worth + best[end].0, end, fitting);
                }
            }
        }
        let mut runs = Vec::new();
        let mut first = 0;
        while first < count {
            let (_, end, labels) = &best[first];
            if !labels.is_empty() {
                runs.push((first..*end, labels.clone()));
            }
            first = *end;
        }
        runs
    }

    /// All labels that no tensor lacks, and of the others the one that is best divided: for each block of it some tensors are read anew,
    /// or added to. Labels along which elements lie side by side come last.
    fn useful(&self, steps: &Range<usize>, labels: Vec<Label>) -> Vec<Label> {
        let mut costs: Vec<(usize, bool, Label)> = labels
            .into_iter()
            .map(|label| (self.lacking(steps, &label), self.is_innermost(steps, &label), label))
            .collect();
        sort_by_key(&mut costs, |(lacking, is_innermost, _)| (*lacking > 0, *is_innermost, *lacking));
        let free = costs.iter().filter(|(lacking, ..)| *lacking == 0).count();
        costs.into_iter().take(free + 1).map(|(_, _, label)| label).collect()
    }

    fn run(&mut self, steps: Range<usize>, labels: Vec<Label>, kept: &[TensorId]) -> Run {
        let locals = self.written_in(&steps).into_iter().filter(|tensor| self.is_of_block(*tensor, &steps, kept));
        let locals: Vec<TensorId> = locals.collect();
        let (mut begun, mut grown) = (Vec::new(), Vec::new());
        for number in steps.clone() {
            let tensor = self.written(&self.steps[number].work);
            if locals.contains(&tensor) {
                continue;
            }
            let is_grown = self.is_grown(number, (&steps, &labels));
            if self.begin(number, (&steps, &labels)) {
                begun.push(tensor);
                grown.extend(is_grown.then_some(tensor));
            }
        }
        let mut releases = Vec::new();
        for step in &mut self.steps[steps.clone()] {
            releases.extend(step.releases.extract_if(.., |tensor| !locals.contains(tensor)));
        }
        let run = Run { steps, labels, locals, begun, grown, releases, cut: None };
        Run { cut: self.cut(&run), ..run }
    }

    /// Lets a step of a run write to a tensor that is there as a whole. Whether that begins as zeros.
    fn begin(&mut self, number: usize, (steps, labels): (&Range<usize>, &[Label])) -> bool {
        let tensor = self.written(&self.steps[number].work);
        let is_new = !self.steps[..number].iter().any(|step| self.written(&step.work) == tensor);
        let is_given = self.targets.contains(&tensor);
        let Some(target) = self.target(number) else { return false };
        let is_complete = labels.iter().all(|label| self.keeps_to_blocks(steps, target, label));
        let is_bare = target.bare().is_some();
        let (Work::Contraction(Contraction { adds, .. }) | Work::Map(Map { adds, .. })) = &mut self.steps[number].work
        else {
            return false;
        };
        let is_begun = is_new && !*adds && (!is_given || !is_complete || !is_bare);
        *adds |= !is_complete || (is_begun && !is_bare);
        if let Work::Contraction(contraction) = &mut self.steps[number].work {
            contraction.einsum.epilogue.out = true;
            contraction.einsum.epilogue.onto |= contraction.adds;
        }
        is_begun
    }

    /// Whether a step is the first that writes a tensor, of which each block has elements of its own, and the user nothing.
    fn is_grown(&self, number: usize, (steps, labels): (&Range<usize>, &[Label])) -> bool {
        let tensor = self.written(&self.steps[number].work);
        let is_there = self.steps[..number].iter().any(|step| self.written(&step.work) == tensor);
        let Some(target) = self.target(number) else { return false };
        let has_own = labels.iter().all(|label| self.keeps_to_blocks(steps, target, label));
        let is_number = self.formula.tensor(tensor).elements == Elements::Numbers;
        !is_there && !self.targets.contains(&tensor) && has_own && is_number && !self.parts.contains_key(&tensor)
    }

    /// The access that a step writes, if the step may be one of a run.
    pub(super) fn target(&self, number: usize) -> Option<&Access> {
        match &self.steps[number].work {
            Work::Contraction(contraction) if contraction.window.is_empty() => Some(&contraction.target),
            Work::Map(map) if !matches!(map.reduction, Reduction::ArgMax | Reduction::ArgMin) => Some(&map.target),
            _ => None,
        }
    }

    /// The accesses that a step reads, if the step may be one of a run.
    fn accesses(&self, number: usize) -> &[Access] {
        match &self.steps[number].work {
            Work::Contraction(contraction) => &contraction.factors,
            Work::Map(map) => &map.reads,
            _ => &[],
        }
    }

    /// The accesses of some steps, read and written, one step after the other.
    pub fn used<'l>(&'l self, steps: &Range<usize>) -> impl Iterator<Item = &'l Access> + use<'l> {
        steps.clone().flat_map(|number| self.accesses(number).iter().chain(self.target(number)))
    }

    pub(super) fn labels_of_step(&self, number: usize) -> Vec<Label> {
        match (&self.steps[number].work, self.target(number)) {
            (_, None) => Vec::new(),
            (Work::Map(map), _) => map.labels.clone(),
            (_, Some(target)) => {
                let mut labels = labels_of(target);
                self.accesses(number).iter().for_each(|access| access.labels(&mut labels));
                labels
            }
        }
    }

    /// Whether a step has a label, of which blocks may be taken in it.
    pub(super) fn divides_step(&self, number: usize, label: &Label) -> bool {
        let Some(target) = self.target(number) else { return false };
        let is_index = |access: &Access| {
            let mut axes = access.axes.iter().enumerate();
            axes.all(|(axis, index)| match index.bare() {
                Some(other) if other == label => self.goes_along(access.tensor, axis, label),
                Some(_) => true,
                None => index.affine().is_some_and(|form| form.terms.iter().all(|(_, other)| other != label)),
            })
        };
        let is_summed = match &self.steps[number].work {
            Work::Map(map) => map.reduction == Reduction::Sum || labels_of(target).contains(label),
            _ => true,
        };
        let all = self.accesses(number).iter().chain([target]);
        is_summed
            && self.labels_of_step(number).contains(label)
            && !self.counts(number, label)
            && all.into_iter().all(is_index)
    }

    /// Whether the extent of a label is a number in a step.
    pub(super) fn counts(&self, number: usize, label: &Label) -> bool {
        let Work::Map(map) = &self.steps[number].work else { return false };
        let mut counts = false;
        map.value.visit(&mut |part| counts |= matches!(part, Expression::Extent(other) if other == label));
        counts
    }

    /// Whether no block of a label needs what another has written, or writes to the same elements, but for sums. (An axis of a gradient
    /// may be of extent 1 where the label has more: then all of it is a sum, and nobody knows.)
    pub(super) fn is_apart(&self, steps: &Range<usize>, label: &Label) -> bool {
        steps.clone().all(|number| self.is_step_apart(steps, number, label))
    }

    /// [`is_apart`](Self::is_apart), of steps that are without the last: it is asked of what the last one uses alone.
    fn stays_apart(&self, steps: &Range<usize>, label: &Label) -> bool {
        let last = steps.end - 1;
        let used: Vec<TensorId> = self.used(&(last..steps.end)).map(|access| access.tensor).collect();
        let is_asked =
            |number: &usize| *number == last || self.target(*number).is_none_or(|target| used.contains(&target.tensor));
        steps.clone().filter(is_asked).all(|number| self.is_step_apart(steps, number, label))
    }

    fn is_step_apart(&self, steps: &Range<usize>, number: usize, label: &Label) -> bool {
        let Some(target) = self.target(number) else { return false };
        let is_known = !self.formula.broadcasts || self.is_whole(target) || !labels_of(target).contains(label);
        let is_read = steps.clone().any(|other| self.read(&self.steps[other].work).contains(&target.tensor));
        let is_first = !self.steps[..number].iter().any(|step| self.written(&step.work) == target.tensor);
        let is_sum = !is_read && (is_first || self.adds(number));
        is_known && (is_sum || self.keeps_to_blocks(steps, target, label))
    }

    /// Whether each block of a label has elements of its own of a tensor that is written.
    fn keeps_to_blocks(&self, steps: &Range<usize>, target: &Access, label: &Label) -> bool {
        let is_label = |axis: &Axis| axis.bare() == Some(label);
        let place = |access: &Access| access.axes.iter().position(is_label);
        let is_once = |access: &Access| access.axes.iter().filter(|axis| is_label(axis)).count() == 1;
        let mut own = self.used(steps).filter(|access| access.tensor == target.tensor);
        own.all(|access| is_once(access) && place(access) == place(target))
    }

    fn adds(&self, number: usize) -> bool {
        match &self.steps[number].work {
            Work::Contraction(contraction) => contraction.adds,
            Work::Map(map) => map.adds,
            _ => false,
        }
    }

    /// How often the steps use something again that one before has used: the more labels of it are divided, the better.
    fn worth(&self, steps: &Range<usize>, labels: &[Label]) -> usize {
        let mut tensors: Vec<TensorId> = Vec::new();
        let mut worth = 0;
        for access in self.used(steps) {
            let divided = labels.iter().filter(|label| labels_of(access).contains(label)).count();
            if !tensors.contains(&access.tensor) {
                tensors.push(access.tensor);
            } else if divided > 0 {
                worth += RUN_USE_WORTH + divided;
            }
        }
        if steps.len() > 1 { worth } else { 0 }
    }

    /// How many accesses of the steps lack a label.
    fn lacking(&self, steps: &Range<usize>, label: &Label) -> usize {
        self.used(steps).filter(|access| !labels_of(access).contains(label)).count()
    }

    /// Whether a label is the last of several axes somewhere.
    fn is_innermost(&self, steps: &Range<usize>, label: &Label) -> bool {
        self.used(steps)
            .any(|access| access.axes.len() > 1 && access.axes.last().and_then(|axis| axis.bare()) == Some(label))
    }

    fn written_in(&self, steps: &Range<usize>) -> Vec<TensorId> {
        let mut written: Vec<TensorId> = self.steps[steps.clone()].mapped(|step| self.written(&step.work));
        sort(&mut written);
        written.dedup();
        written
    }

    /// Whether a tensor is a local that nothing but the steps needs.
    fn is_of_block(&self, tensor: TensorId, steps: &Range<usize>, kept: &[TensorId]) -> bool {
        let found = self.formula.tensor(tensor);
        let is_local = found.kind == TensorKind::Local && found.elements == Elements::Numbers;
        let is_over_labels = matches!(self.formula.tensor(self.shaped(tensor)).shape, Shape::Needed(_));
        let uses = |step: &FormulaStep| self.written(&step.work) == tensor || self.read(&step.work).contains(&tensor);
        let is_elsewhere = self.steps[..steps.start].iter().chain(&self.steps[steps.end..]).any(uses);
        let is_asked_for = self.formula.results.contains(&tensor) || kept.contains(&tensor);
        is_local && is_over_labels && !is_elsewhere && !is_asked_for
    }
}
