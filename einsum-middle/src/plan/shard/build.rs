//! The program that the search has found, step by step.

use super::{problem::Problem, search::SetSearch};
use crate::{
    few::{List, numbered, sort_by_key},
    ir::{
        Subscript,
        shard::{Halo, Layout, Local, Move, Placement, ShardedId, ShardedProgram, ShardedStep, ShardedValue, route},
    },
    notation::Group,
};

pub(super) struct Builder<'a> {
    problem: &'a Problem<'a>,
    search: &'a SetSearch,
    values: Vec<ShardedValue>,
    /// The operands that a value is made of.
    sets: Vec<u32>,
    steps: Vec<ShardedStep>,
}

impl<'a> Builder<'a> {
    pub(super) fn build(problem: &'a Problem<'a>, search: &'a SetSearch) -> ShardedProgram {
        let operands = problem.einsum.operands.iter().zip(&problem.sharding.operands).zip(&problem.sharding.windows);
        let values: Vec<ShardedValue> = operands
            .map(|((operand, layout), windows)| ShardedValue {
                subscript: operand.subscript.clone(),
                layout: layout.clone(),
                windows: windows.clone(),
            })
            .collect();
        let count = values.len();
        let sets = numbered(count, |number| 1 << number);
        let mut builder = Self { problem, search, values, sets, steps: Vec::new() };
        let product = builder.product((1 << count) - 1, &problem.target);
        builder.output(product);
        let Self { values, steps, .. } = builder;
        ShardedProgram { axes: problem.sharding.axes.clone(), values, operands: count, steps }.renumbered()
    }

    /// The product of some operands, as it shall lie.
    fn product(&mut self, operands: u32, layout: &Layout) -> ShardedId {
        let set = self.search.set(operands);
        let computed = set.computed(layout);
        let value = if computed.factors.is_empty() {
            self.operand(operands.trailing_zeros() as usize, &set.labels, &computed.layout)
        } else {
            let factors = computed.factors.mapped(|(factor, layout)| self.product(*factor, layout));
            self.local(factors, ShardedValue::new(set.labels.clone(), computed.layout.clone()))
        };
        if self.problem.is_read_at_forms(operands) { self.read(value, layout) } else { self.moved(value, layout) }
    }

    /// An operand that is read at forms of labels, as it shall lie: moved first, as it is smaller without its halos.
    fn read(&mut self, value: ShardedId, layout: &Layout) -> ShardedId {
        let before = self.problem.before_halos(value.0, layout);
        let mut value = self.moved(value, &before);
        for number in 0..self.values[value.0].windows.len() {
            let ShardedValue { subscript, layout: from, mut windows } = self.values[value.0].clone();
            let labels = &subscript.0[windows[number].positions()];
            let Some((label, axis)) = labels.iter().find_map(|label| Some((label, layout.axis_of(label)?))) else {
                continue;
            };
            windows[number].is_own = true;
            let layout = from.with(axis, Placement::Varying(label.clone()));
            let to = self.value(ShardedValue { subscript, layout, windows }, self.sets[value.0]);
            self.steps.push(ShardedStep::Halo(Halo { axis, window: number, from: value, to }));
            value = to;
        }
        value
    }

    /// An operand, without lone labels.
    fn operand(&mut self, number: usize, labels: &Subscript, layout: &Layout) -> ShardedId {
        let operand = ShardedId(number);
        if self.problem.is_read_at_forms(1 << number) {
            return operand;
        }
        if self.values[number].windows.is_empty() && self.values[number].subscript.0.len() == labels.0.len() {
            return operand;
        }
        let lies = self.problem.sharding.operands[number].clone();
        let operand = self.read(operand, &lies);
        self.local(vec![operand], ShardedValue::new(labels.clone(), layout.clone()))
    }

    fn moved(&mut self, value: ShardedId, layout: &Layout) -> ShardedId {
        let ShardedValue { subscript, layout: from, windows } = self.values[value.0].clone();
        let route = route(&from, layout).expect("the search has found a way");
        route.into_iter().fold(value, |from, (axis, layout)| {
            let value = ShardedValue { subscript: subscript.clone(), layout, windows: windows.clone() };
            let to = self.value(value, self.sets[from.0]);
            self.steps.push(ShardedStep::Move(Move { axis, from, to }));
            to
        })
    }

    /// The result, with all labels of the output, in order. A program has one local step at least, which makes a tensor of its own.
    fn output(&mut self, product: ShardedId) {
        let output = &self.problem.einsum.output;
        let computes = self.steps.iter().any(|step| matches!(step, ShardedStep::Local(_)));
        if self.values[product.0].subscript != *output || !computes {
            let value = ShardedValue::new(output.clone(), self.problem.sharding.output.clone());
            self.local(vec![product], value);
        }
    }

    /// Multiplies. Factors that are products themselves, and were not moved, are multiplied in the same step.
    fn local(&mut self, factors: Vec<ShardedId>, result: ShardedValue) -> ShardedId {
        let mut operands = Vec::new();
        for factor in factors {
            let made =
                self.steps.iter().position(|step| matches!(step, ShardedStep::Local(local) if local.result == factor));
            match made.map(|step| self.steps.remove(step)) {
                Some(ShardedStep::Local(local)) => operands.extend(local.operands),
                _ => operands.push(factor),
            }
        }
        let set = operands.iter().fold(0, |set, operand| set | self.sets[operand.0]);
        sort_by_key(&mut operands, |operand| self.sets[operand.0].trailing_zeros());
        let order = self.order(&operands);
        let result = self.value(result, set);
        self.steps.push(ShardedStep::Local(Local { operands, order, result }));
        result
    }

    /// The parentheses of the user's around what is multiplied in one step.
    fn order(&self, operands: &[ShardedId]) -> Vec<Group> {
        let mut seen = Vec::new();
        let groups = self.problem.einsum.order.iter();
        groups.filter_map(|group| self.projected(group, operands, &mut seen)).collect()
    }

    fn projected(&self, group: &Group, operands: &[ShardedId], seen: &mut Vec<usize>) -> Option<Group> {
        match group {
            Group::Operand(number) => {
                let position = operands.iter().position(|operand| self.sets[operand.0] >> number & 1 == 1)?;
                let is_new = !seen.contains(&position);
                seen.push(position);
                is_new.then_some(Group::Operand(position))
            }
            Group::Parentheses(groups) => {
                let inner: Vec<Group> =
                    groups.iter().filter_map(|group| self.projected(group, operands, seen)).collect();
                match <[Group; 1]>::try_from(inner) {
                    Ok([one]) => Some(one),
                    Err(inner) => (!inner.is_empty()).then_some(Group::Parentheses(inner)),
                }
            }
        }
    }

    fn value(&mut self, value: ShardedValue, set: u32) -> ShardedId {
        self.values.push(value);
        self.sets.push(set);
        ShardedId(self.values.len() - 1)
    }
}

impl ShardedProgram {
    /// The program without values that no step defines, in the order of the steps.
    fn renumbered(mut self) -> Self {
        let mut numbers: Vec<Option<usize>> = numbered(self.values.len(), |id| (id < self.operands).then_some(id));
        let mut values: Vec<ShardedValue> = self.values[..self.operands].to_vec();
        for step in &self.steps {
            let id = step.defines();
            numbers[id.0] = Some(values.len());
            values.push(self.value(id).clone());
        }
        let new = |id: ShardedId| ShardedId(numbers[id.0].expect("steps read what steps define"));
        for step in &mut self.steps {
            match step {
                ShardedStep::Local(local) => {
                    local.operands.iter_mut().for_each(|operand| *operand = new(*operand));
                    local.result = new(local.result);
                }
                ShardedStep::Move(moved) => (moved.from, moved.to) = (new(moved.from), new(moved.to)),
                ShardedStep::Halo(halo) => (halo.from, halo.to) = (new(halo.from), new(halo.to)),
            }
        }
        self.values = values;
        self
    }
}
