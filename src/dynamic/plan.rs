//! Steps for operands of known extents.

use core::mem;
use std::{borrow::ToOwned, string::String, vec::Vec};

use einsum_middle::{
    grad::Vjp,
    ir::{ContractionTree, Kind},
    plan::{self, cost::Objective},
};
use einsum_runtime::{
    __private::counted::{Factor, compute, write},
    Element,
};
use ndarray::{ArrayBase, ArrayD, ArrayViewD, ArrayViewMutD};

use super::{bound::Bound, error::Error};

/// The steps of a tree, with numbers in the place of labels.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) subscripts: String,
    labels: usize,
    values: Vec<Value>,
    steps: Vec<Step>,
    /// The values that are asked for.
    pub(super) results: Vec<usize>,
}

/// A tensor: its extents, and the number of a label for every axis.
#[derive(Debug)]
struct Value {
    extents: Vec<usize>,
    labels: Vec<usize>,
}

#[derive(Debug)]
struct Step {
    /// The values that are read, and whether each is conjugated.
    factors: Vec<(usize, bool)>,
    result: usize,
    /// Whether it is added to the results of steps before.
    is_added: bool,
    /// The intermediates that nothing needs after it.
    released: Vec<usize>,
}

/// What a value is while steps are taken.
pub(super) enum Slot<'a, T> {
    /// Nothing yet, or no longer.
    Empty,
    Given(ArrayViewD<'a, T>),
    Computed(ArrayD<T>),
    /// Computed into memory of the user's.
    Written(ArrayViewMutD<'a, T>),
}

/// The steps to the value.
pub(super) fn forward(subscripts: &str, bound: &Bound) -> Plan {
    Plan::new(subscripts, bound, &tree(bound, Objective::Forward))
}

/// The steps to the value, and to the cotangents of all operands from that of the result.
#[derive(Debug)]
pub(super) struct Gradients {
    pub(super) forward: Plan,
    pub(super) backward: Plan,
    /// The number of the cotangent of the result.
    pub(super) cotangent: usize,
}

impl Gradients {
    pub(super) fn new(subscripts: &str, bound: &Bound) -> Self {
        let Vjp { forward, backward } = Vjp::new(&tree(bound, Objective::ForwardAndBackward), &bound.einsum.wrt);
        let cotangent = backward.values.iter().position(|value| value.kind == Kind::Cotangent);
        Self {
            forward: Plan::new(subscripts, bound, &forward),
            backward: Plan::new(subscripts, bound, &backward),
            cotangent: cotangent.expect("a backward has a cotangent of the result"),
        }
    }
}

/// The extents of all operands.
pub(super) fn shapes<'v, T>(views: &'v [ArrayViewD<'_, T>]) -> Vec<&'v [usize]> {
    views.iter().map(ArrayBase::shape).collect()
}

/// The slots, with operands in the first: these are the first values of a tree.
pub(super) fn given<'a, T>(mut slots: Vec<Slot<'a, T>>, operands: Vec<ArrayViewD<'a, T>>) -> Vec<Slot<'a, T>> {
    for (slot, operand) in slots.iter_mut().zip(operands) {
        *slot = Slot::Given(operand);
    }
    slots
}

/// The tree of an einsum whose extents are all known: nothing is left to choose.
fn tree(bound: &Bound, objective: Objective) -> ContractionTree {
    let tree = plan::plan(&bound.einsum, objective).expect("an einsum without a limit is within it");
    assert!(tree.choices.is_empty(), "known extents decide the order");
    tree
}

impl Plan {
    fn new(subscripts: &str, bound: &Bound, tree: &ContractionTree) -> Self {
        let mut values: Vec<Value> = Vec::new();
        for value in &tree.values {
            let labels: Vec<usize> = value.subscript.0.iter().map(|label| label.id().0).collect();
            // (An operand of extent 1 is repeated; its cotangent is the sum.)
            let extents = match value.kind {
                Kind::Operand(number) | Kind::Gradient(number) => bound.shapes[number].clone(),
                _ => labels.iter().map(|&label| bound.extents[label]).collect(),
            };
            values.push(Value { extents, labels });
        }
        let steps = tree.steps.iter().enumerate().map(|(number, step)| Step {
            factors: step.factors.iter().map(|factor| (factor.value.0, factor.conj)).collect(),
            result: step.result.0,
            is_added: !tree.is_new(number),
            released: tree.released(number).into_iter().map(|value| value.0).collect(),
        });
        let steps = steps.collect();
        let results = tree.results.iter().map(|value| value.0).collect();
        Self { subscripts: subscripts.to_owned(), labels: bound.extents.len(), values, steps, results }
    }

    /// Checks that a tensor has the extents of the result.
    ///
    /// # Errors
    /// If it has others.
    pub(super) fn check_result(&self, what: &'static str, found: &[usize]) -> Result<(), Error> {
        if found == self.values[self.results[0]].extents { Ok(()) } else { Err(self.other_result(what, found)) }
    }

    /// That a tensor has other extents than the result.
    pub(super) fn other_result(&self, what: &'static str, found: &[usize]) -> Error {
        let expected = self.values[self.results[0]].extents.clone();
        Error::Result { subscripts: self.subscripts.clone(), what, found: found.to_vec(), expected }
    }

    /// An empty slot for each value.
    pub(super) fn slots<'a, T>(&self) -> Vec<Slot<'a, T>> {
        self.values.iter().map(|_| Slot::Empty).collect()
    }

    /// Takes the steps. Sources are in their slots before, and results afterwards.
    ///
    /// # Errors
    /// If there is no room for a tensor.
    pub(super) fn run<T: Element>(&self, slots: &mut [Slot<'_, T>]) -> Result<(), Error> {
        for step in &self.steps {
            let Value { extents, labels } = &self.values[step.result];
            let result = mem::replace(&mut slots[step.result], Slot::Empty);
            let factor = |&(value, conj): &(usize, bool)| Factor {
                array: slots[value].view(),
                labels: &self.values[value].labels,
                conj,
            };
            let factors: Vec<Factor<'_, T>> = step.factors.iter().map(factor).collect();
            let computed = match result {
                Slot::Computed(mut array) if step.is_added => {
                    write(self.labels, (array.view_mut(), labels), &factors, true);
                    Slot::Computed(array)
                }
                Slot::Written(mut array) => {
                    write(self.labels, (array.view_mut(), labels), &factors, step.is_added);
                    Slot::Written(array)
                }
                _ => Slot::Computed(compute(self.labels, (extents, labels), &factors).ok_or_else(|| {
                    Error::TooLarge { subscripts: self.subscripts.clone(), extents: extents.clone() }
                })?),
            };
            drop(factors);
            slots[step.result] = computed;
            step.released.iter().for_each(|&value| slots[value] = Slot::Empty);
        }
        Ok(())
    }
}

impl<T> Slot<'_, T> {
    fn view(&self) -> ArrayViewD<'_, T> {
        match self {
            Slot::Given(array) => array.view(),
            Slot::Computed(array) => array.view(),
            Slot::Written(array) => array.view(),
            Slot::Empty => panic!("a step reads what steps before it have computed"),
        }
    }

    /// The array that was computed, which leaves the slot.
    pub(super) fn take(&mut self) -> ArrayD<T> {
        match mem::replace(self, Slot::Empty) {
            Slot::Computed(array) => array,
            _ => panic!("a result is computed"),
        }
    }
}
