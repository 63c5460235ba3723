//! Einsum by its definition, and its derivatives by theirs: one loop over all indices of all labels.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn, indices};
use num_complex::Complex64 as C;

/// Subscripts with a label for every axis, and the extents of the labels.
pub(crate) struct Oracle {
    inputs: Vec<Vec<char>>,
    output: Vec<char>,
    extents: BTreeMap<char, usize>,
    is_conj: Vec<bool>,
}

impl Oracle {
    /// `operands` are their texts, such as `conj(a)`; `given` is `; l = 2`.
    pub(crate) fn new(subscripts: &str, operands: &[&str], given: &str, shapes: &[&[usize]]) -> Self {
        let (inputs, output) = subscripts.split_once("->").expect("the output is explicit");
        let inputs = inputs.split(',').zip(shapes).map(|(input, shape)| labels(input, shape.len()));
        let inputs: Vec<Vec<char>> = inputs.collect();
        let mut extents = BTreeMap::new();
        for (&label, &extent) in inputs.iter().flatten().zip(shapes.iter().copied().flatten()) {
            let common = extents.entry(label).or_insert(extent);
            *common = if *common == 1 { extent } else { *common };
        }
        let given = given.trim_start_matches([' ', ';']).split_once('=');
        extents.extend(given.map(|(label, extent)| (label.chars().next().unwrap(), extent.trim().parse().unwrap())));
        let dots = inputs.iter().map(|input| input.iter().filter(|label| label.is_ascii_digit()).count()).max();
        let letters = output.trim_matches('.').chars().filter(|label| *label != '.').count();
        let rank = letters + if output.contains('.') { dots.unwrap() } else { 0 };
        let is_conj = operands.iter().map(|text| text.contains("conj")).collect();
        Self { output: labels(output, rank), inputs, extents, is_conj }
    }

    pub(crate) fn shape(&self) -> Vec<usize> {
        self.output.iter().map(|label| self.extents[label]).collect()
    }

    /// The value.
    pub(crate) fn value(&self, operands: &[ArrayD<C>]) -> ArrayD<C> {
        let mut value = ArrayD::zeros(self.shape());
        self.each(operands, |read, at_output, _| value[at_output] += read.iter().product::<C>());
        value
    }

    /// The derivative along tangents.
    pub(crate) fn tangent(&self, operands: &[ArrayD<C>], tangents: &[ArrayD<C>]) -> ArrayD<C> {
        let replaced = (0..operands.len()).map(|number| self.value(&replaced(operands, tangents, number)));
        replaced.reduce(|sum, value| sum + value).unwrap()
    }

    /// The cotangents of the operands.
    pub(crate) fn cotangents(&self, operands: &[ArrayD<C>], cotangent: &ArrayD<C>) -> Vec<ArrayD<C>> {
        let mut all: Vec<ArrayD<C>> = operands.iter().map(|operand| ArrayD::zeros(operand.raw_dim())).collect();
        self.each(operands, |read, at_output, at_operands| {
            for number in 0..read.len() {
                let others: C = read.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, x)| x).product();
                let term = cotangent[at_output] * others.conj();
                all[number][at_operands[number].as_slice()] += if self.is_conj[number] { term.conj() } else { term };
            }
        });
        all
    }

    /// The cotangents of the cotangents, by the operands.
    pub(crate) fn second(&self, operands: &[ArrayD<C>], tangents: &[ArrayD<C>], dy: &ArrayD<C>) -> Vec<ArrayD<C>> {
        let mut all: Vec<ArrayD<C>> = operands.iter().map(|operand| ArrayD::zeros(operand.raw_dim())).collect();
        for number in 0..operands.len() {
            let cotangents = self.cotangents(&replaced(operands, tangents, number), dy);
            for (other, cotangent) in cotangents.into_iter().enumerate().filter(|(other, _)| *other != number) {
                all[other] += &cotangent;
            }
        }
        all
    }

    /// Calls with the factors as they are read, where the result is, and where each operand is.
    fn each(&self, operands: &[ArrayD<C>], mut term: impl FnMut(&[C], &[usize], &[Vec<usize>])) {
        let position = |label: &char| self.extents.keys().position(|other| other == label).unwrap();
        for point in indices(IxDyn(&self.extents.values().copied().collect::<Vec<_>>())) {
            let at = |subscript: &[char], shape: &[usize]| -> Vec<usize> {
                let axes = subscript.iter().zip(shape);
                axes.map(|(label, &extent)| if extent == 1 { 0 } else { point[position(label)] }).collect()
            };
            let places: Vec<Vec<usize>> =
                self.inputs.iter().zip(operands).map(|(input, operand)| at(input, operand.shape())).collect();
            let read: Vec<C> = (0..operands.len())
                .map(|n| operands[n][places[n].as_slice()])
                .zip(&self.is_conj)
                .map(|(x, is_conj)| if *is_conj { x.conj() } else { x })
                .collect();
            term(&read, &at(&self.output, &self.shape()), &places);
        }
    }
}

fn replaced(operands: &[ArrayD<C>], tangents: &[ArrayD<C>], number: usize) -> Vec<ArrayD<C>> {
    let mut operands = operands.to_vec();
    operands[number].clone_from(&tangents[number]);
    operands
}

/// A label for every axis: those of the ellipsis are digits, counted from the right.
fn labels(subscript: &str, rank: usize) -> Vec<char> {
    let letters = subscript.chars().filter(|label| *label != '.').count();
    let digits: String = (0..rank - letters).rev().map(|digit| char::from_digit(digit as u32, 10).unwrap()).collect();
    subscript.replace("...", &digits).chars().collect()
}
