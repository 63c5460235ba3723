//! An einsum by plain loops over all its labels, and its gradients by the same loops.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayViewD};

use self::walk::walk;
use super::number::Number;

// (By its path: the fuzzer has this file, and not the folder of the others.)
#[path = "../common/walk.rs"]
mod walk;

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

/// By how many elements of a row-major tensor a label moves. It does not move along axes of extent 1.
fn step(label: char, labels: &[char], shape: &[usize]) -> usize {
    let axes = (0..shape.len()).filter(|&axis| labels[axis] == label && shape[axis] != 1);
    axes.map(|axis| shape[axis + 1..].iter().product::<usize>()).sum()
}

/// The product of the elements at these places, of all factors but one.
fn product<T: Number>(factors: &[Vec<T>], places: &[usize], but: Option<usize>) -> T {
    let mut product = T::ONE;
    for (n, factor) in factors.iter().enumerate() {
        if Some(n) != but {
            product = product.product(factor[places[n]]);
        }
    }
    product
}

impl Oracle {
    pub(crate) fn shape(&self, labels: &[char]) -> Vec<usize> {
        labels.iter().map(|label| self.extents[label]).collect()
    }

    /// Calls back for every index of all labels, with the place of the element that it selects in each operand (along an axis
    /// of extent 1, the first), and last in the output: all row-major.
    fn for_each<T>(&self, operands: &[ArrayViewD<'_, T>], mut each: impl FnMut(&[usize])) {
        let output = self.shape(&self.output);
        let subscripts = self.operands.iter().zip(operands.iter().map(ArrayViewD::shape));
        let tensors: Vec<_> = subscripts.chain([(&self.output, &*output)]).collect();
        let labels = self.extents.iter();
        let labels: Vec<(usize, Vec<usize>)> = labels
            .map(|(&label, &extent)| {
                (extent, tensors.iter().map(|(labels, shape)| step(label, labels, shape)).collect())
            })
            .collect();
        walk(&labels, &mut vec![0; tensors.len()], &mut each);
    }

    /// The elements of the operands, row-major, as they are multiplied.
    fn factors<T: Number>(&self, operands: &[ArrayViewD<'_, T>]) -> Vec<Vec<T>> {
        let read = |(&is_conj, x): (&bool, &ArrayViewD<'_, T>)| {
            x.iter().map(|&element| if is_conj { element.conjugated() } else { element }).collect()
        };
        self.conj.iter().zip(operands).map(read).collect()
    }

    pub(crate) fn value<T: Number>(&self, operands: &[ArrayViewD<'_, T>]) -> ArrayD<T> {
        let mut result = ArrayD::from_elem(self.shape(&self.output), T::ZERO);
        let (factors, elements) = (self.factors(operands), result.as_slice_mut().expect("it is new"));
        self.for_each(operands, |places| {
            let out = places[factors.len()];
            elements[out] = elements[out].sum(product(&factors, places, None));
        });
        result
    }

    /// The cotangents of the operands: a factor has that of the result, times the conjugates of all others.
    pub(crate) fn gradients<T: Number>(
        &self,
        operands: &[ArrayViewD<'_, T>],
        dy: &ArrayViewD<'_, T>,
    ) -> Vec<ArrayD<T>> {
        let factors = self.factors(operands);
        let dy: Vec<T> = dy.iter().copied().collect();
        let mut gradients: Vec<Vec<T>> = factors.iter().map(|factor| vec![T::ZERO; factor.len()]).collect();
        self.for_each(operands, |places| {
            for (n, gradient) in gradients.iter_mut().enumerate() {
                let term = dy[places[factors.len()]].product(product(&factors, places, Some(n)).conjugated());
                let term = if self.conj[n] { term.conjugated() } else { term };
                gradient[places[n]] = gradient[places[n]].sum(term);
            }
        });
        let shaped = |(gradient, x): (_, &ArrayViewD<'_, T>)| {
            ArrayD::from_shape_vec(x.shape(), gradient).expect("as many elements as the operand has")
        };
        gradients.into_iter().zip(operands).map(shaped).collect()
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
