//! Arrays on their way into an einsum and out of it, whatever their elements are kept as.

use core::marker::PhantomData;

use ndarray::{ArrayRef, ArrayView, ArrayViewMut, Dimension};

use crate::{
    storage::{LoadedArray, Loading, Storage},
    tensor::{
        ellipsis::Spread,
        memory::Memory,
        rank::{Rest, ResultDim},
        view::View,
    },
};

/// An array that is read as an array of `T`, in whatever type its elements are kept. Where there was no room to load it, its
/// extents are given instead.
pub trait ReadAs<T: Storage> {
    /// The dimension type.
    type Dim: Dimension;

    /// How many axes there are.
    fn rank(&self) -> usize;

    /// Views the array, if it has `N` axes.
    ///
    /// # Errors
    /// The extents, if there was no room to load the array.
    fn view<const N: usize>(&self) -> Viewing<'_, T::Compute, N>;

    /// Views the array with an ellipsis at `place`, and beside it `N - 1` axes, if it has these.
    ///
    /// # Errors
    /// The extents, if there was no room to load the array.
    fn spread<R: Dimension, const N: usize>(&self, place: usize) -> Spreading<'_, T::Compute, R, N>;
}

/// A view, if there are as many axes as it needs; or the extents of what there was no room for.
pub type Viewing<'a, T, const N: usize> = Result<Option<View<'a, T, N>>, &'a [usize]>;

/// A view with an ellipsis, if there are as many axes as it needs; or the extents of what there was no room for.
pub type Spreading<'a, T, R, const N: usize> = Result<Option<Spread<'a, T, R, N>>, &'a [usize]>;

/// An array that is written as an array of `T`, in whatever type its elements are kept.
pub trait WriteAs<T: Storage> {
    /// The dimension type.
    type Dim: Dimension;

    /// The array to write to.
    ///
    /// # Errors
    /// The extents, if there was no room to load the array.
    fn array_mut(&mut self) -> Result<&mut ArrayRef<T::Compute, Self::Dim>, &[usize]>;
}

/// An operand or a cotangent, loaded.
pub struct Loaded<'a, S: Storage, D: Dimension>(<S::Loading as Loading<S>>::Array<'a, D>);

impl<'a, S: Storage, D: Dimension> Loaded<'a, S, D> {
    /// Loads an array.
    #[inline]
    #[must_use]
    pub fn new(array: ArrayView<'a, S, D>) -> Self {
        Self(S::Loading::load(array))
    }

    /// The array in the type that is computed with: a map reads no other.
    #[inline]
    #[must_use]
    pub fn copied(self) -> Self {
        Self(S::Loading::copied(self.0))
    }

    /// The array; or its extents, if there was no room to load it.
    #[inline(always)]
    fn array(&self) -> LoadedArray<'_, S, D> {
        S::Loading::loaded(&self.0)
    }

    /// The extents.
    #[inline(always)]
    pub(crate) fn shape(&self) -> &[usize] {
        match self.array() {
            LoadedArray::Computed(array) => array.shape(),
            LoadedArray::Kept(array, _) => array.shape(),
            LoadedArray::TooLarge(extents) => extents,
        }
    }
}

/// A target that a result is written to, loaded.
pub struct LoadedTarget<'a, S: Storage, D: Dimension>(<S::Loading as Loading<S>>::Target<'a, D>);

impl<'a, S: Storage, D: Dimension> LoadedTarget<'a, S, D> {
    /// Loads a target, with its old content.
    #[inline]
    #[must_use]
    pub fn new(target: ArrayViewMut<'a, S, D>) -> Self {
        Self(S::Loading::load_target(target))
    }

    /// Stores the result in the user's array. Without this call, that array is as it was, unless it was written in place.
    #[inline]
    pub fn store(self) {
        S::Loading::store_target(self.0);
    }
}

impl<S: Storage, D: Dimension> ReadAs<S> for Loaded<'_, S, D> {
    type Dim = D;

    fn rank(&self) -> usize {
        self.shape().len()
    }

    #[inline(always)]
    fn view<const N: usize>(&self) -> Viewing<'_, S::Compute, N> {
        match self.array() {
            LoadedArray::Computed(array) => Ok(View::of_array(array)),
            LoadedArray::Kept(array, conversion) => Ok(View::of_converted(array, conversion)),
            LoadedArray::TooLarge(extents) => Err(extents),
        }
    }

    fn spread<R: Dimension, const N: usize>(&self, place: usize) -> Spreading<'_, S::Compute, R, N> {
        match self.array() {
            LoadedArray::Computed(array) => Ok(Spread::new(array, place)),
            LoadedArray::Kept(array, conversion) => Ok(Spread::converted(array, conversion, place)),
            LoadedArray::TooLarge(extents) => Err(extents),
        }
    }
}

impl<S: Storage, D: Dimension> WriteAs<S> for LoadedTarget<'_, S, D> {
    type Dim = D;

    #[inline(always)]
    fn array_mut(&mut self) -> Result<&mut ArrayRef<S::Compute, D>, &[usize]> {
        S::Loading::computed(&mut self.0)
    }
}

/// Loads a cotangent of known element type, dimension type `D` and memory.
#[inline]
#[must_use]
pub fn load<S: Storage, D: Dimension, M: Memory>(
    _element: PhantomData<S>,
    _memory: M,
    _rank: PhantomData<D>,
    cotangent: &M::Borrowed<S, D>,
) -> Loaded<'_, S, D> {
    Loaded::new(M::view(cotangent))
}

/// Loads a number of known type.
#[inline]
#[must_use]
pub fn load_number<S: Storage>(_element: PhantomData<S>, number: &S) -> S::Compute {
    number.load()
}

/// Loads the cotangent of a result with an ellipsis.
#[must_use]
pub fn load_spread<S: Storage, D: ResultDim>(
    _element: PhantomData<S>,
    cotangent: &D::Borrowed<S>,
    _rest: Rest<D>,
) -> Loaded<'_, S, D> {
    Loaded::new(D::view(cotangent))
}
