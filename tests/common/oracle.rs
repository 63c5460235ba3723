//! Einsum by its definition, slowly. Shares no code with the crates under test.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::ArrayD;

use super::{number::Number, walk::walk};

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
    let labels: Vec<(usize, Vec<usize>)> = extents
        .iter()
        .map(|(&label, &extent)| {
            let of_inputs = inputs.iter().zip(operands).map(|(input, x)| step(label, input, x));
            (extent, of_inputs.chain([step(label, &output, &result)]).collect())
        })
        .collect();
    let factors: Vec<&[T]> = operands.iter().map(|x| x.as_slice().expect("operands are dense")).collect();
    let elements = result.as_slice_mut().expect("it is new");
    walk(&labels, &mut vec![0; factors.len() + 1], &mut |places| {
        let mut product = T::ONE;
        for (number, factor) in factors.iter().enumerate() {
            product = product * factor[places[number]];
        }
        elements[places[factors.len()]] = elements[places[factors.len()]] + product;
    });
    result
}

/// By how many elements of `array` a label moves.
fn step<T>(label: char, subscript: &str, array: &ArrayD<T>) -> usize {
    let axes = subscript.chars().zip(array.strides()).filter(|axis| axis.0 == label);
    axes.map(|axis| axis.1.unsigned_abs()).sum()
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
