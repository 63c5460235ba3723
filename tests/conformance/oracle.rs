//! Einsum by its definition, slowly, with all that the language has. Shares no code with the crates under test.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use crate::common::number::Number;

/// Subscripts for operands of given shapes. Walking the labels' indices moves through all tensors: through the
/// operands, and, last, through the output.
pub(crate) struct Oracle {
    shapes: Vec<Vec<usize>>,
    /// For every label, its extent, and by how much it moves in every tensor.
    labels: Vec<(usize, Vec<usize>)>,
}

impl Oracle {
    /// For subscripts, the extents given for labels, and the shapes of the operands.
    pub(crate) fn new(subscripts: &str, given: &[(char, usize)], shapes: &[Vec<usize>]) -> Self {
        let (mut terms, output) = expand(subscripts, shapes);
        let mut extents: BTreeMap<char, usize> = given.iter().copied().collect();
        for (&label, &extent) in terms.iter().zip(shapes).flat_map(|(term, shape)| term.iter().zip(shape)) {
            let known = extents.entry(label).or_insert(extent);
            assert!(*known == extent || *known == 1 || extent == 1, "{subscripts}: {label} is {known} and {extent}");
            *known = if *known == 1 { extent } else { *known };
        }
        let mut shapes = shapes.to_vec();
        shapes.push(output.iter().map(|label| extents[label]).collect());
        terms.push(output);
        let moves = |label| terms.iter().zip(&shapes).map(move |(term, shape)| step(label, term, shape));
        let labels = extents.iter().map(|(&label, &extent)| (extent, moves(label).collect())).collect();
        Self { shapes, labels }
    }

    /// How many products are added up.
    pub(crate) fn points(&self) -> usize {
        self.labels.iter().map(|label| label.0).product()
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.shapes.last().expect("the output's is the last")
    }

    pub(crate) fn value<T: Number>(&self, operands: &[&[T]]) -> ArrayD<T> {
        let mut value = ArrayD::from_elem(self.shape(), T::ZERO);
        let elements = value.as_slice_mut().expect("it is new");
        self.walk(0, &mut vec![0; self.shapes.len()], &mut |at| {
            let product = operands.iter().zip(at).fold(T::ONE, |product, (x, &at)| product * x[at]);
            let element = &mut elements[at[operands.len()]];
            *element = *element + product;
        });
        value
    }

    /// The cotangents of operands whose conjugates these are, for a cotangent of the value.
    pub(crate) fn gradients<T: Number>(&self, operands: &[&[T]], cotangent: &[T]) -> Vec<ArrayD<T>> {
        let tensors: Vec<&[T]> = operands.iter().copied().chain([cotangent]).collect();
        let mut gradients: Vec<Vec<T>> = operands.iter().map(|x| vec![T::ZERO; x.len()]).collect();
        self.walk(0, &mut vec![0; self.shapes.len()], &mut |at| {
            for (number, gradient) in gradients.iter_mut().enumerate() {
                let mut product = T::ONE;
                for other in (0..tensors.len()).filter(|&other| other != number) {
                    product = product * tensors[other][at[other]];
                }
                gradient[at[number]] = gradient[at[number]] + product;
            }
        });
        let shaped = gradients.into_iter().zip(&self.shapes);
        shaped.map(|(gradient, shape)| ArrayD::from_shape_vec(shape.as_slice(), gradient).unwrap()).collect()
    }

    /// Visits every combination of indices of the labels from `label` on, with the places that these select.
    fn walk(&self, label: usize, places: &mut [usize], visit: &mut impl FnMut(&[usize])) {
        let Some((extent, steps)) = self.labels.get(label) else { return visit(places) };
        for _ in 0..*extent {
            self.walk(label + 1, places, visit);
            places.iter_mut().zip(steps).for_each(|(place, step)| *place += step);
        }
        places.iter_mut().zip(steps).for_each(|(place, step)| *place -= extent * step);
    }
}

/// By how many elements of a dense tensor a label moves; an axis of extent 1 is broadcast.
fn step(label: char, term: &[char], shape: &[usize]) -> usize {
    let strides = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product::<usize>());
    let axes = term.iter().zip(shape).zip(strides);
    axes.filter(|((other, extent), _)| **other == label && **extent != 1).map(|(_, stride)| stride).sum()
}

/// The labels of the operands and of the output, with a label for every axis of an ellipsis.
fn expand(subscripts: &str, shapes: &[Vec<usize>]) -> (Vec<Vec<char>>, Vec<char>) {
    let text: String = subscripts.replace("...", "…").chars().filter(|c| !" ()".contains(*c)).collect();
    let (inputs, output) = text.split_once("->").unwrap_or((&text, ""));
    let output = if text.contains("->") { output.to_owned() } else { implicit_output(inputs) };
    let inputs: Vec<&str> = inputs.split(',').collect();
    assert_eq!(inputs.len(), shapes.len(), "{subscripts}");
    let axes = |(term, shape): (&&str, &Vec<usize>)| {
        let axes = shape.len().checked_sub(term.chars().filter(|c| *c != '…').count());
        axes.filter(|axes| *axes == 0 || term.contains('…')).unwrap_or_else(|| panic!("{subscripts}: rank of {term}"))
    };
    let axes: Vec<usize> = inputs.iter().zip(shapes).map(axes).collect();
    let most = axes.iter().copied().max().unwrap_or(0);
    (inputs.iter().zip(axes).map(|(term, axes)| fill(term, axes)).collect(), fill(&output, most))
}

/// A subscript with labels of their own, aligned at the right, for the ellipsis.
fn fill(term: &str, axes: usize) -> Vec<char> {
    let broadcast = || ('\u{F0000}'..).take(axes).collect::<Vec<_>>().into_iter().rev();
    term.chars().flat_map(|c| if c == '…' { broadcast().collect() } else { vec![c] }).collect()
}

/// The ellipsis, and the labels that occur once, sorted by code point.
fn implicit_output(inputs: &str) -> String {
    let mut labels: Vec<char> = inputs.chars().filter(|c| *c != ',' && *c != '…').collect();
    labels.retain(|label| inputs.matches(*label).count() == 1);
    labels.sort_unstable();
    inputs.chars().find(|c| *c == '…').into_iter().chain(labels).collect()
}
