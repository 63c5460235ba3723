//! An einsum by plain loops over all its labels, and its gradients by the same loops.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayViewD, IxDyn};

use super::number::Number;

/// The extents of labels.
pub(crate) type Extents = BTreeMap<char, usize>;

/// Subscripts: a label for every axis; an ellipsis is digits, counted from the right.
#[derive(Clone, Debug)]
pub(crate) struct Oracle {
    pub(crate) operands: Vec<Vec<char>>,
    pub(crate) output: Vec<char>,
    pub(crate) extents: Extents,
    /// Whether an operand is conjugated.
    pub(crate) conj: Vec<bool>,
}

/// The subscripts of a literal, with an arrow.
pub(crate) fn parse(subscripts: &str) -> (Vec<Vec<char>>, Vec<char>) {
    let (inputs, output) = subscripts.split_once("->").expect("the output is explicit");
    let labels = |text: &str| text.replace("...", ".").chars().filter(|&c| c.is_alphabetic() || c == '.').collect();
    (inputs.split(',').map(labels).collect(), labels(output))
}

/// The labels with digits for the axes of the ellipsis.
pub(crate) fn spread(labels: &[char], ellipsis: usize) -> Vec<char> {
    let digits = (0..u32::try_from(ellipsis).expect("few")).rev().filter_map(|n| char::from_digit(n, 10));
    let all = labels.iter().map(|&label| if label == '.' { digits.clone().collect() } else { vec![label] });
    all.collect::<Vec<_>>().concat()
}

impl Oracle {
    pub(crate) fn shape(&self, labels: &[char]) -> Vec<usize> {
        labels.iter().map(|label| self.extents[label]).collect()
    }

    /// Calls back with every index, as an index of each operand (where it is broadcast, 0) and of the output.
    fn for_each<T>(&self, operands: &[ArrayViewD<'_, T>], mut each: impl FnMut(&[IxDyn], &IxDyn)) {
        let labels: Vec<char> = self.extents.keys().copied().collect();
        let extents: Vec<usize> = self.extents.values().copied().collect();
        let place = |label: &char| labels.iter().position(|other| other == label).expect("all labels have extents");
        let axes = |subscript: &[char]| subscript.iter().map(place).collect::<Vec<_>>();
        let walks: Vec<_> = self.operands.iter().map(|subscript| axes(subscript)).collect();
        let output = axes(&self.output);
        for index in ndarray::indices(extents) {
            let of = |(walk, operand): (&Vec<usize>, &ArrayViewD<'_, T>)| {
                let along =
                    walk.iter().zip(operand.shape()).map(|(&n, &extent)| if extent == 1 { 0 } else { index[n] });
                IxDyn(&along.collect::<Vec<_>>())
            };
            let indices: Vec<IxDyn> = walks.iter().zip(operands).map(of).collect();
            each(&indices, &IxDyn(&output.iter().map(|&n| index[n]).collect::<Vec<_>>()));
        }
    }

    fn read<T: Number>(&self, number: usize, operand: &ArrayViewD<'_, T>, index: &IxDyn) -> T {
        let element = operand[index];
        if self.conj[number] { element.conjugated() } else { element }
    }

    /// The product of all operands but one.
    fn others<T: Number>(&self, operands: &[ArrayViewD<'_, T>], indices: &[IxDyn], but: Option<usize>) -> T {
        let factors = (0..operands.len()).filter(|&n| Some(n) != but);
        factors.fold(T::ONE, |product, n| product.product(self.read(n, &operands[n], &indices[n])))
    }

    pub(crate) fn value<T: Number>(&self, operands: &[ArrayViewD<'_, T>]) -> ArrayD<T> {
        let mut result = ArrayD::from_elem(self.shape(&self.output), T::ZERO);
        self.for_each(operands, |indices, out| result[out] = result[out].sum(self.others(operands, indices, None)));
        result
    }

    /// The cotangents of the operands: a factor has that of the result, times the conjugates of all others.
    pub(crate) fn gradients<T: Number>(
        &self,
        operands: &[ArrayViewD<'_, T>],
        dy: &ArrayViewD<'_, T>,
    ) -> Vec<ArrayD<T>> {
        let mut gradients: Vec<_> = operands.iter().map(|x| ArrayD::from_elem(x.shape(), T::ZERO)).collect();
        self.for_each(operands, |indices, out| {
            for (n, gradient) in gradients.iter_mut().enumerate() {
                let term = dy[out].product(self.others(operands, indices, Some(n)).conjugated());
                let term = if self.conj[n] { term.conjugated() } else { term };
                gradient[&indices[n]] = gradient[&indices[n]].sum(term);
            }
        });
        gradients
    }

    /// The tangent of the result: one factor after the other is replaced by its own.
    pub(crate) fn tangent<T: Number>(
        &self,
        operands: &[ArrayViewD<'_, T>],
        tangents: &[ArrayViewD<'_, T>],
    ) -> ArrayD<T> {
        let mut result = ArrayD::from_elem(self.shape(&self.output), T::ZERO);
        for n in 0..operands.len() {
            let mut factors = operands.to_vec();
            factors[n].clone_from(&tangents[n]);
            result.zip_mut_with(&self.value(&factors), |sum, &term| *sum = sum.sum(term));
        }
        result
    }

    /// What `double_backward` gives for real numbers: the cotangents of the operands and of `dy`, from those of the gradients.
    pub(crate) fn second<T: Number>(
        &self,
        operands: &[ArrayViewD<'_, T>],
        dy: &ArrayViewD<'_, T>,
        directions: &[ArrayViewD<'_, T>],
    ) -> Vec<ArrayD<T>> {
        let mut all: Vec<_> = operands.iter().map(|x| ArrayD::from_elem(x.shape(), T::ZERO)).collect();
        for n in 0..operands.len() {
            let mut factors = operands.to_vec();
            factors[n].clone_from(&directions[n]);
            for (m, gradient) in self.gradients(&factors, dy).into_iter().enumerate() {
                if m != n {
                    all[m].zip_mut_with(&gradient, |sum, &term| *sum = sum.sum(term));
                }
            }
        }
        all.push(self.tangent(operands, directions));
        all
    }
}
