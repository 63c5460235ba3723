//! Makes steps: of an order that was searched for, or of all that the extents may decide for.

use super::{
    cost::{Monomial, Objective, Roles},
    layout,
    path::Path,
    points,
    search::Search,
    splits::{Split, Splits, Subset},
};
use crate::{
    few::{List, Table},
    ir::{
        Alternative, Choice, ContractionTree, Cost, Einsum, Epilogue, Factor, Guard, Kind, Label, Limit,
        MaxIntermediate, Role, Step, Subscript, ValueId,
    },
    notation::Group,
};

/// A contraction tree in the making.
pub(super) struct Planner<'a> {
    einsum: &'a Einsum,
    /// The cost that the steps are arranged for.
    objective: Objective,
    /// How often steps are taken, of those that the extents decide about.
    weights: Table<Guard, usize>,
    /// Whether no other order has a smaller largest intermediate.
    is_exact: bool,
    tree: ContractionTree,
}

/// A factor that is waiting to be multiplied: a value, and the operands that are in it.
struct Pending {
    factor: Factor,
    operands: Vec<usize>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(einsum: &'a Einsum, objective: Objective) -> Self {
        let tree = ContractionTree {
            values: Vec::new(),
            sources: Vec::new(),
            steps: Vec::new(),
            choices: Vec::new(),
            limit: None,
            slices: Vec::new(),
            results: Vec::new(),
        };
        let mut planner = Self { einsum, objective, weights: Table::default(), is_exact: true, tree };
        for (number, operand) in einsum.operands.iter().enumerate() {
            let id = planner.tree.define(Kind::Operand(number), operand.name.clone(), operand.subscript.clone());
            planner.tree.sources.push(id);
        }
        planner
    }

    pub(super) fn left_to_right(mut self) -> ContractionTree {
        let factors = self.contract(Group::outermost(&self.einsum.order), 2);
        self.finish(factors)
    }

    /// The steps of the only order of each group, or where extents decide, of all.
    pub(super) fn undecided(self, search: &Search) -> ContractionTree {
        self.along(search, &|splits| splits.is_decided().then(|| chosen(splits)))
    }

    /// The steps of a path, or where there is none, every step that is worth it at some extents.
    pub(super) fn along(mut self, search: &Search, path: &dyn Fn(&Splits) -> Option<Path>) -> ContractionTree {
        let pending = self.groups(Group::outermost(&self.einsum.order), search, path);
        self.is_exact = search.has_smallest();
        if let Some(path) = path(&search.splits) {
            let factors = self.multiply(pending, &path, 2);
            return self.finish(factors);
        }
        let labels = pending.iter().flat_map(|factor| self.tree.subscript(factor.factor.value).0.clone());
        let labels: Subscript = labels.collect();
        if self.einsum.output.0.iter().any(|label| !labels.has(label)) {
            let product = self.alternatives(&pending, search, None);
            return self.finish(vec![product]);
        }
        let result = self.tree.define(Kind::Result, "y".to_owned(), self.einsum.output.clone());
        self.alternatives(&pending, search, Some(result));
        self.finished(result)
    }

    /// The tree, if this is its result.
    fn finished(mut self, result: ValueId) -> ContractionTree {
        self.tree.results.push(result);
        layout::arrange(&mut self.tree, self.objective, &self.weights);
        self.tree.limit = self.limit();
        debug_assert_eq!(self.tree.verify(), Ok(()), "plan of `{}`", self.einsum);
        self.tree
    }

    /// The intermediates, where it is not known now whether they are within a limit that there is.
    fn limit(&self) -> Option<Limit> {
        let has_extent = |label: &Label| self.einsum.known_extent(label).is_some();
        let is_known = match self.einsum.max_intermediate? {
            MaxIntermediate::Known(_) => self.einsum.labels().iter().all(has_extent),
            MaxIntermediate::Given => false,
        };
        let choices = &self.tree.choices;
        let mut limit = Limit {
            costs: Vec::new(),
            always: Vec::new(),
            chosen: vec![Vec::new(); choices.len()],
            tensors: choices.mapped(|choice| vec![Vec::new(); choice.subsets.len()]),
            is_exact: self.is_exact,
        };
        for step in &self.tree.steps {
            let is_intermediate = self.tree.value(step.result).kind == Kind::Intermediate;
            let labels = Some(self.tree.subscript(step.result).clone()).filter(|_| is_intermediate);
            let Some(Guard { choice, subset, alternative }) = step.guard else {
                limit.costs.push(self.cost(step));
                limit.always.extend(labels);
                continue;
            };
            let parts = self.tree.choices[choice].subsets[subset][alternative].parts;
            let values = parts.iter().zip(&step.factors).map(|(part, factor)| (*part, factor.value));
            for (subset, value) in values.chain([(subset, step.result)]) {
                limit.tensors[choice][subset] = self.tree.subscript(value).distinct();
            }
            // A subset has a step for every alternative, one after the other.
            limit.chosen[choice].extend(labels.filter(|_| alternative == 0).map(|labels| (subset, labels)));
        }
        (!is_known).then_some(limit)
    }

    /// The cost of a step that is always taken.
    fn cost(&self, step: &Step) -> Cost {
        let labels = self.tree.labels(step);
        let has = |role| labels.iter().any(|label| self.tree.role(step, label) == role);
        let roles =
            Roles { contracted: has(Role::Contracted), lhs_free: has(Role::LhsFree), rhs_free: has(Role::RhsFree) };
        let is_product = step.factors.len() == 2;
        let coefficient = if is_product { self.objective.of_step(roles) } else { self.objective.of_sum() };
        let values = step.factors.iter().map(|factor| factor.value).chain([step.result]);
        let tensors = values.map(|value| self.tree.subscript(value).distinct()).collect();
        Cost { coefficient, labels, tensors }
    }

    /// The factors that groups stand for: operands, and the products of those in parentheses.
    fn groups(&mut self, groups: &[Group], search: &Search, path: &dyn Fn(&Splits) -> Option<Path>) -> Vec<Pending> {
        let inner = groups.iter().zip(&search.groups).map(|(group, inner)| match (group, inner) {
            (Group::Parentheses(groups), Some(inner)) => {
                let pending = self.groups(groups, inner, path);
                match path(&inner.splits) {
                    Some(path) => self.multiply(pending, &path, 1).swap_remove(0),
                    None => self.alternatives(&pending, inner, None),
                }
            }
            (group, _) => self.group(group),
        });
        inner.collect()
    }

    /// Multiplies along a path until so many factors are left; two of them are in the order of its last step.
    fn multiply(&mut self, pending: Vec<Pending>, path: &Path, left: usize) -> Vec<Pending> {
        let steps = pending.len().saturating_sub(left);
        let mut pending: Vec<Option<Pending>> = pending.into_iter().map(Some).collect();
        for (lhs, rhs) in path.steps.iter().take(steps) {
            let factors: Vec<Pending> = [lhs, rhs].into_iter().filter_map(|value| pending[*value].take()).collect();
            pending.push(Some(self.step(&factors)));
        }
        let next = path.steps.get(steps).map_or(Vec::new(), |(lhs, rhs)| vec![*lhs, *rhs]);
        let mut left: Vec<Pending> = next.into_iter().filter_map(|value| pending[value].take()).collect();
        left.extend(pending.into_iter().flatten());
        left
    }

    /// A step for every split, each taken if it is chosen; the last subset is `result`, or else an
    /// intermediate.
    fn alternatives(&mut self, operands: &[Pending], search: &Search, result: Option<ValueId>) -> Pending {
        let Search { splits, network, .. } = search;
        let mut weights = points::taken(network, splits).into_iter();
        let choice = self.tree.choices.len();
        let is_limited = self.einsum.max_intermediate.is_some();
        self.tree.choices.push(table(splits, |subset, split| {
            if is_limited { sliceable_alternative(splits, subset, split, self.objective) } else { alternative(split) }
        }));
        let all = operands.iter().flat_map(|operand| operand.operands.clone()).collect();
        let mut factors: Vec<Factor> = operands.mapped(|operand| operand.factor);
        for (number, subset) in splits.subsets.iter().enumerate().skip(operands.len()) {
            let is_last = number + 1 == splits.subsets.len();
            let value = match result.filter(|_| is_last) {
                Some(result) => result,
                None => self.tree.intermediate(subset.labels.iter().cloned().collect()),
            };
            let epilogue = if result == Some(value) { self.einsum.epilogue } else { Epilogue::default() };
            for (alternative, split) in subset.splits.iter().enumerate() {
                let guard = Guard { choice, subset: number, alternative };
                if let Some(weight) = weights.next() {
                    self.weights.insert(guard, weight);
                }
                let factors = vec![factors[split.lhs.0], factors[split.rhs.0]];
                self.tree.push(Step { factors, result: value, epilogue, guard: Some(guard) });
            }
            factors.push(Factor::plain(value));
        }
        Pending { factor: factors.swap_remove(factors.len() - 1), operands: all }
    }

    /// Multiplies groups until so many factors are left.
    fn contract(&mut self, groups: &[Group], left: usize) -> Vec<Pending> {
        let mut pending: Vec<Pending> = groups.mapped(|group| self.group(group));
        while pending.len() > left {
            let others = pending.split_off(2);
            let product = self.step(&pending);
            pending = [product].into_iter().chain(others).collect();
        }
        pending
    }

    fn group(&mut self, group: &Group) -> Pending {
        match group {
            Group::Operand(number) => self.operand(*number),
            Group::Parentheses(groups) => self.contract(groups, 1).swap_remove(0),
        }
    }

    /// An operand; if there are others, without the labels that it has alone.
    fn operand(&mut self, number: usize) -> Pending {
        let value = self.tree.sources[number];
        let conj = self.einsum.operands[number].conj;
        let operand = Pending { factor: Factor { value, conj }, operands: vec![number] };
        let has_lone_label = self.kept(&[&operand]).len() < self.tree.subscript(value).distinct().len();
        if has_lone_label && self.einsum.operands.len() > 1 { self.step(&[operand]) } else { operand }
    }

    /// The labels of the factors that the output, or an operand that is not in them, needs.
    fn kept(&self, factors: &[&Pending]) -> Vec<Label> {
        let is_in = |number: usize| factors.iter().any(|factor| factor.operands.contains(&number));
        let others = self.einsum.operands.iter().enumerate().filter(|(number, _)| !is_in(*number));
        let others: Vec<&Subscript> = others.map(|(_, operand)| &operand.subscript).collect();
        let needed = |label: &Label| self.einsum.output.has(label) || others.iter().any(|other| other.has(label));
        let labels = factors.iter().flat_map(|factor| self.tree.subscript(factor.factor.value).0.clone());
        labels.collect::<Subscript>().distinct().into_iter().filter(needed).collect()
    }

    /// Multiplies factors into a new intermediate.
    fn step(&mut self, factors: &[Pending]) -> Pending {
        let subscript = self.kept(&factors.iter().collect::<Vec<_>>()).into_iter().collect();
        let result = self.tree.intermediate(subscript);
        self.push(factors, result, Epilogue::default());
        let operands = factors.iter().flat_map(|factor| factor.operands.clone()).collect();
        Pending { factor: Factor::plain(result), operands }
    }

    /// Writes the result; where it is broadcast along labels of its own, in a step for that alone.
    fn finish(mut self, mut factors: Vec<Pending>) -> ContractionTree {
        let output = &self.einsum.output;
        let subscripts = factors.iter().map(|factor| self.tree.subscript(factor.factor.value));
        let labels: Subscript = subscripts.flat_map(|subscript| subscript.0.clone()).collect();
        let broadcasts = output.0.iter().any(|label| !labels.has(label));
        let contracts = labels.0.iter().any(|label| !output.has(label));
        if broadcasts && (factors.len() == 2 || contracts) {
            factors = vec![self.step(&factors)];
        }
        let result = self.tree.define(Kind::Result, "y".to_owned(), output.clone());
        self.push(&factors, result, self.einsum.epilogue);
        self.finished(result)
    }

    fn push(&mut self, factors: &[Pending], result: ValueId, epilogue: Epilogue) {
        let factors = factors.mapped(|factor| factor.factor);
        self.tree.push(Step { factors, result, epilogue, guard: None });
    }
}

/// The only path.
fn chosen(splits: &Splits) -> Path {
    splits.choose(|_| 1.0).path
}

/// The ways to compute subsets of operands from which the run time chooses.
fn table(splits: &Splits, alternative: impl Fn(&Subset, &Split) -> Alternative) -> Choice {
    let subset = |subset: &Subset| subset.splits.mapped(|split| alternative(subset, split));
    Choice { subsets: splits.subsets.mapped(subset) }
}

/// A split with its labels whose extents are not known: those that are have their part in the coefficient.
fn alternative(split: &Split) -> Alternative {
    let Monomial { coefficient, labels } = split.flops.clone();
    Alternative { parts: [split.lhs.0, split.rhs.0], coefficient, labels }
}

/// A split with all its labels, also those whose extent is a literal, as where there is a limit any of them may be sliced.
fn sliceable_alternative(splits: &Splits, subset: &Subset, split: &Split, objective: Objective) -> Alternative {
    let (lhs, rhs) = (&splits.subsets[split.lhs.0].labels, &splits.subsets[split.rhs.0].labels);
    let labels = Subscript(lhs.iter().chain(rhs).cloned().collect()).distinct();
    let roles = Roles::of_counts(labels.len(), subset.labels.len(), (lhs.len(), rhs.len()));
    Alternative { parts: [split.lhs.0, split.rhs.0], coefficient: objective.of_step(roles), labels }
}
