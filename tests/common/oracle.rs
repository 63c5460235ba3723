//! Einsum by its definition, slowly. Shares no code with the crates under test.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::{ArrayD, IxDyn, indices};

use super::number::Number;

/// Walks all values of all labels, and adds up the products of the elements that they select.
pub(crate) fn einsum<T: Number>(subscripts: &str, operands: &[ArrayD<T>]) -> ArrayD<T> {
    let (inputs, output) = parse(subscripts);
    let mut extents = BTreeMap::new();
    for (subscript, operand) in inputs.iter().zip(operands) {
        assert_eq!(subscript.chars().count(), operand.ndim(), "{subscripts}");
        for (label, &extent) in subscript.chars().zip(operand.shape()) {
            assert_eq!(extent, *extents.entry(label).or_insert(extent), "{label}");
        }
    }
    let mut result = ArrayD::from_elem(output.chars().map(|label| extents[&label]).collect::<Vec<_>>(), T::ZERO);
    let output = steps(&extents, &output, &result);
    let elements = result.as_slice_mut().expect("it is new");
    let inputs = inputs.iter().zip(operands);
    let inputs: Vec<_> =
        inputs.map(|(input, x)| (steps(&extents, input, x), x.as_slice().expect("operands are dense"))).collect();
    for point in indices(IxDyn(&extents.into_values().collect::<Vec<_>>())) {
        let at = |steps: &[usize]| -> usize { steps.iter().enumerate().map(|(label, step)| step * point[label]).sum() };
        let factors = inputs.iter().map(|(steps, elements)| elements[at(steps)]);
        elements[at(&output)] = elements[at(&output)] + factors.fold(T::ONE, T::mul);
    }
    result
}

/// By how many elements of `array` every label moves.
fn steps<T>(extents: &BTreeMap<char, usize>, subscript: &str, array: &ArrayD<T>) -> Vec<usize> {
    let moves = |label| subscript.chars().zip(array.strides()).filter(move |axis| axis.0 == label);
    extents.keys().map(|&label| moves(label).map(|axis| axis.1.unsigned_abs()).sum()).collect()
}

/// The subscript of each operand, and that of the output.
pub(crate) fn parse(subscripts: &str) -> (Vec<String>, String) {
    let subscripts: String = subscripts.split_whitespace().collect();
    let (inputs, output) = match subscripts.split_once("->") {
        Some((inputs, output)) => (inputs, output.to_owned()),
        None => (subscripts.as_str(), implicit_output(&subscripts)),
    };
    (inputs.split(',').map(str::to_owned).collect(), output)
}

/// All labels, sorted by code point.
pub(crate) fn labels(subscripts: &str) -> BTreeSet<char> {
    parse(subscripts).0.concat().chars().collect()
}

/// The labels that occur once, sorted by code point.
fn implicit_output(inputs: &str) -> String {
    let mut labels: Vec<char> = inputs.chars().filter(|&label| label != ',').collect();
    labels.retain(|&label| inputs.matches(label).count() == 1);
    labels.sort_unstable();
    labels.into_iter().collect()
}
