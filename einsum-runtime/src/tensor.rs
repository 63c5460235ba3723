//! A freshly computed tensor, and its way into an `ndarray` array.

use ndarray::{Array, Dimension};

use crate::{
    element::Element,
    view::{View, ViewMut},
};

/// A result or an intermediate: row-major, owned, of `N` axes.
///
/// A call site cannot hold its intermediates as `ndarray` arrays: these have a static rank of 6 at
/// most.
#[derive(Clone, Debug)]
pub struct Tensor<T, const N: usize> {
    elements: Vec<T>,
    extents: [usize; N],
}

impl<T: Element, const N: usize> Tensor<T, N> {
    /// A tensor of zeros, or nothing if it has more bytes than can be addressed or allocated.
    #[inline]
    #[must_use]
    pub fn zeros(extents: [usize; N]) -> Option<Self> {
        let elements = vec![T::ZERO; len::<T>(&extents)?];
        Some(Self { elements, extents })
    }

    /// Read access.
    #[inline]
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        View::row_major(&self.elements, self.extents)
    }

    /// Write access.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        ViewMut::row_major(&mut self.elements, self.extents)
    }

    /// The tensor summed along axes on which it must have extent 1: what becomes of the cotangent
    /// of an operand that was broadcast.
    ///
    /// # Panics
    /// If another extent differs.
    #[inline]
    #[must_use]
    pub fn sum_to(self, extents: [usize; N]) -> Self {
        if self.extents == extents { self } else { self.summed(extents) }
    }

    #[cold]
    fn summed(self, extents: [usize; N]) -> Self {
        Self { elements: sum_to(self.elements, &self.extents, &extents), extents }
    }

    /// The elements, row-major, and the extents.
    pub(crate) fn into_parts(self) -> (Vec<T>, [usize; N]) {
        (self.elements, self.extents)
    }

    /// The same tensor as an array, without a copy.
    ///
    /// # Panics
    /// If `D` has a static rank that is not `N`.
    #[inline]
    #[must_use]
    pub fn into_array<D: Dimension>(self) -> Array<T, D> {
        dynamic(&self.extents, self.elements)
    }

    /// The only element of a tensor of rank 0.
    ///
    /// # Panics
    /// If the tensor has more or fewer elements than one.
    #[inline]
    #[must_use]
    pub fn into_scalar(self) -> T {
        assert_eq!(self.elements.len(), 1, "a tensor of extents {:?} is no scalar", self.extents);
        self.elements[0]
    }
}

/// From how many bytes on an allocation is tried before it is made: `vec!` gets zeroed pages from
/// the system for nothing, but ends the program if there are none.
const LARGE: usize = 1 << 28;

/// The number of elements of extents, if their bytes can be addressed and allocated. An extent of 0
/// does not excuse the others: `ndarray` has no array whose other extents multiply to more than
/// `isize`.
pub(crate) fn len<T>(extents: &[usize]) -> Option<usize> {
    let mut nonzero = extents.iter().filter(|&&extent| extent != 0);
    let bytes = nonzero.try_fold(size_of::<T>().max(1), |n, &extent| n.checked_mul(extent))?;
    isize::try_from(bytes).ok()?;
    let len = extents.iter().product();
    if bytes >= LARGE {
        Vec::<T>::new().try_reserve_exact(len).ok()?;
    }
    Some(len)
}

/// Row-major elements as an array.
///
/// # Panics
/// If they are not as many as the extents say, or if `D` has another static rank.
pub(crate) fn dynamic<T, D: Dimension>(extents: &[usize], elements: Vec<T>) -> Array<T, D> {
    let mut dimension = D::zeros(extents.len());
    dimension.slice_mut().copy_from_slice(extents);
    Array::from_shape_vec(dimension, elements).expect("a tensor has as many elements as its extents say")
}

/// Row-major elements, summed along axes that become 1.
///
/// # Panics
/// If another extent differs.
pub(crate) fn sum_to<T: Element>(elements: Vec<T>, full: &[usize], extents: &[usize]) -> Vec<T> {
    if full == extents {
        return elements;
    }
    let fits = |(full, extent): (&usize, &usize)| full == extent || *extent == 1;
    assert!(full.iter().zip(extents).all(fits), "extents {full:?} cannot be summed to {extents:?}");
    let mut sums = vec![T::ZERO; extents.iter().product()];
    let strides = strides_of_sum(full, extents);
    let mut index = vec![0; full.len()];
    let mut place = 0usize;
    for element in elements {
        sums[place] = sums[place].plus(element);
        for axis in (0..full.len()).rev() {
            index[axis] += 1;
            place += strides[axis];
            if index[axis] < full[axis] {
                break;
            }
            place -= strides[axis] * full[axis];
            index[axis] = 0;
        }
    }
    sums
}

/// How far an index along each axis moves in the sum: not at all where that has extent 1.
fn strides_of_sum(full: &[usize], extents: &[usize]) -> Vec<usize> {
    let mut stride = 1;
    let mut strides = vec![0; extents.len()];
    for axis in (0..extents.len()).rev() {
        if extents[axis] == full[axis] {
            strides[axis] = stride;
        }
        stride *= extents[axis];
    }
    strides
}
