//! Dense tensors, and einsums of them as their definition says it: a loop over all indices of all labels.

/// Elements in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Vec<f64>,
}

/// A tensor and the number of the label of each axis.
pub(crate) type Labelled<'a> = (&'a Tensor, &'a [usize]);

impl Tensor {
    pub(crate) fn new(shape: &[usize], element: impl FnMut(&[usize]) -> f64) -> Self {
        let elements = indices(shape).iter().map(Vec::as_slice).map(element).collect();
        Self { shape: shape.to_vec(), elements }
    }

    pub(crate) fn at(&self, index: &[usize]) -> f64 {
        self.elements[self.offset(index)]
    }

    fn offset(&self, index: &[usize]) -> usize {
        assert!(index.iter().zip(&self.shape).all(|(index, extent)| index < extent));
        index.iter().zip(&self.shape).fold(0, |offset, (index, extent)| offset * extent + index)
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        assert_eq!(self.shape, other.shape);
        let elements = self.elements.iter().zip(&other.elements).map(|(one, other)| one + other);
        Self { shape: self.shape.clone(), elements: elements.collect() }
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.plus(&Self {
            shape: other.shape.clone(),
            elements: other.elements.iter().map(|element| -element).collect(),
        })
    }

    /// The indices from `start` to `end` along an axis.
    pub(crate) fn slice(&self, axis: usize, start: usize, end: usize) -> Self {
        let mut shape = self.shape.clone();
        shape[axis] = end - start;
        Self::new(&shape, |index| {
            let mut index = index.to_vec();
            index[axis] += start;
            self.at(&index)
        })
    }

    /// Tensors one after the other along an axis.
    pub(crate) fn joined(parts: &[Self], axis: usize) -> Self {
        let mut shape = parts[0].shape.clone();
        shape[axis] = parts.iter().map(|part| part.shape[axis]).sum();
        Self::new(&shape, |index| {
            let mut index = index.to_vec();
            let mut part = 0;
            while index[axis] >= parts[part].shape[axis] {
                index[axis] -= parts[part].shape[axis];
                part += 1;
            }
            parts[part].at(&index)
        })
    }
}

/// All indices below these extents.
pub(crate) fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![Vec::new()], |all, extent| {
        all.iter().flat_map(|index| (0..*extent).map(|last| [index.as_slice(), &[last]].concat())).collect()
    })
}

/// The einsum of operands, by the extents of all labels; those that are on no tensor have extent 1.
pub(crate) fn einsum(operands: &[Labelled<'_>], output: &[usize], extents: &[usize]) -> Tensor {
    let shape: Vec<usize> = output.iter().map(|label| extents[*label]).collect();
    let mut result = Tensor::new(&shape, |_| 0.0);
    for values in indices(extents) {
        let at = |labels: &[usize]| labels.iter().map(|label| values[*label]).collect::<Vec<_>>();
        let product: f64 = operands.iter().map(|(tensor, labels)| tensor.at(&at(labels))).product();
        let offset = result.offset(&at(output));
        result.elements[offset] += product;
    }
    result
}
