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
        let fits = |axis: usize| extents[axis] == 1 || extents[axis] == self.extents[axis];
        assert!((0..N).all(fits), "extents {:?} cannot be summed to {extents:?}", self.extents);
        let mut sum = Self { elements: vec![T::ZERO; extents.iter().product()], extents };
        let mut index = [0; N];
        for element in self.elements {
            let place = std::array::from_fn(|axis| if extents[axis] == 1 { 0 } else { index[axis] });
            sum.view_mut().add(place, element);
            for axis in (0..N).rev() {
                index[axis] += 1;
                if index[axis] < self.extents[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
        sum
    }

    /// The same tensor as an array, without a copy.
    ///
    /// # Panics
    /// If `D` has a static rank that is not `N`.
    #[inline]
    #[must_use]
    pub fn into_array<D: Dimension>(self) -> Array<T, D> {
        let array = Array::from_shape_vec(dimension::<N, D>(self.extents), self.elements);
        array.expect("a tensor has as many elements as its extents say")
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

/// The extents as an `ndarray` dimension, static or dynamic.
fn dimension<const N: usize, D: Dimension>(extents: [usize; N]) -> D {
    let mut dimension = D::zeros(N);
    dimension.slice_mut().copy_from_slice(&extents);
    dimension
}
