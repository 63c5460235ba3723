//! How elements are kept in arrays, if not as they are computed with.
//!
//! Arrays are *loaded* where they enter an einsum, and results are *stored* where they leave it; in
//! between all is [`Storage::Compute`]. For an [`Element`], which is kept as it is computed with, a
//! loaded array is a view, and nothing is copied.

use alloc::vec::Vec;

use ndarray::{Array, ArrayRef, ArrayView, ArrayViewMut, Dimension, Zip};

use crate::{
    element::Element,
    tensor::{memory::Memory, room},
};

/// A number as it is kept in arrays. Einsums take and give arrays of it, and compute with
/// [`Compute`](Storage::Compute): every product, every sum, and every intermediate. Results, the content of `out`
/// and cotangents are converted once, at the end.
///
/// Every [`Element`] is kept as it is computed with. With the feature `half`, `half::f16` and
/// `half::bf16` are computed with as `f32`, and have gradients: they are [`Differentiable`](crate::Differentiable).
///
/// # Cost
///
/// Nothing for an [`Element`]. Otherwise a copy, in the type that is computed with, of each operand,
/// each cotangent and `out`: conversions as many as elements, beside the work of the einsum.
///
/// # Example
///
/// A number of eight bits, a sixteenth apart:
///
/// ```
/// use einsum::{Copied, Storage, einsum};
/// use ndarray::array;
///
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// struct Sixteenths(i8);
///
/// impl Storage for Sixteenths {
///     type Compute = f32;
///     type Loading = Copied;
///     fn load(self) -> f32 { f32::from(self.0) / 16.0 }
///     fn store(computed: f32) -> Self { Sixteenths((computed * 16.0).round() as i8) }
/// }
///
/// let x = array![Sixteenths(3), Sixteenths(3), Sixteenths(3)];
/// let w = array![Sixteenths(1), Sixteenths(2), Sixteenths(2)];
/// // 0.9375 sixteenths. With each product rounded they would be 0.
/// assert_eq!(einsum!("i,i->", x, w), Sixteenths(1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that an einsum computes with",
    label = "of type `{Self}`, which is no `einsum::Element`",
    note = "in a generic function, bound the type: by `einsum::Float`, which is enough for floats and every macro, by `einsum::Element` for numbers of every kind, or by `einsum::Storage` for whatever arrays hold",
    note = "a number type of your own implements `einsum::Element`, or `einsum::Storage` if it is computed with as another, as `f16` and `bf16` are with the feature `half`; both are `Copy`, so that strings and numbers on the heap are none"
)]
pub trait Storage: Copy + Send + Sync + 'static {
    /// The element that the number is computed with.
    type Compute: Element;
    /// How arrays are loaded: [`Copied`], for all but elements.
    type Loading: Loading<Self>;

    /// The number as it is computed with.
    #[must_use]
    fn load(self) -> Self::Compute;

    /// A computed number, converted to the number that is kept.
    #[must_use]
    fn store(computed: Self::Compute) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Element> Storage for T {
    type Compute = T;
    type Loading = InPlace;

    #[inline]
    fn load(self) -> T {
        self
    }

    #[inline]
    fn store(computed: T) -> T {
        computed
    }
}

/// How arrays of `S` are loaded and stored: [`InPlace`] or [`Copied`].
pub trait Loading<S: Storage>: sealed::Sealed {
    /// An array that is read.
    #[doc(hidden)]
    type Array<'a, D: Dimension>;
    /// An array that is written.
    #[doc(hidden)]
    type Target<'a, D: Dimension>;

    #[doc(hidden)]
    fn load<D: Dimension>(array: ArrayView<'_, S, D>) -> Self::Array<'_, D>;
    /// The loaded array; or its extents, if there was no room for it.
    #[doc(hidden)]
    fn loaded<'l, D: Dimension>(array: &'l Self::Array<'_, D>) -> Result<&'l ArrayRef<S::Compute, D>, &'l [usize]>;
    #[doc(hidden)]
    fn load_target<D: Dimension>(target: ArrayViewMut<'_, S, D>) -> Self::Target<'_, D>;
    /// The array that results are written to before they are stored; or its extents, if there was no room for it.
    #[doc(hidden)]
    fn computed<'t, D: Dimension>(
        target: &'t mut Self::Target<'_, D>,
    ) -> Result<&'t mut ArrayRef<S::Compute, D>, &'t [usize]>;
    #[doc(hidden)]
    fn store_target<D: Dimension>(target: Self::Target<'_, D>);
    #[doc(hidden)]
    fn store(computed: Vec<S::Compute>) -> Vec<S>;
    /// Converts computed elements, in any memory, to those that are kept.
    #[doc(hidden)]
    fn store_in<M: Memory>(computed: M::Buffer<S::Compute>) -> M::Buffer<S>;
}

/// Arrays are read and written where they lie: those of an [`Element`].
#[derive(Debug)]
pub enum InPlace {}

/// Arrays are copied and converted, element by element, by [`Storage::load`] and [`Storage::store`].
#[derive(Debug)]
pub enum Copied {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::InPlace {}
    impl Sealed for super::Copied {}
}

impl<T: Element> Loading<T> for InPlace {
    type Array<'a, D: Dimension> = ArrayView<'a, T, D>;
    type Target<'a, D: Dimension> = ArrayViewMut<'a, T, D>;

    #[inline]
    fn load<D: Dimension>(array: ArrayView<'_, T, D>) -> ArrayView<'_, T, D> {
        array
    }

    #[inline(always)]
    fn loaded<'l, D: Dimension>(array: &'l ArrayView<'_, T, D>) -> Result<&'l ArrayRef<T, D>, &'l [usize]> {
        Ok(array)
    }

    #[inline]
    fn load_target<D: Dimension>(target: ArrayViewMut<'_, T, D>) -> ArrayViewMut<'_, T, D> {
        target
    }

    #[inline]
    fn computed<'t, D: Dimension>(
        target: &'t mut ArrayViewMut<'_, T, D>,
    ) -> Result<&'t mut ArrayRef<T, D>, &'t [usize]> {
        Ok(target)
    }

    #[inline]
    fn store_target<D: Dimension>(_target: ArrayViewMut<'_, T, D>) {}

    #[inline]
    fn store(computed: Vec<T>) -> Vec<T> {
        computed
    }

    #[inline(always)]
    fn store_in<M: Memory>(computed: M::Buffer<T>) -> M::Buffer<T> {
        computed
    }
}

impl<S: Storage> Loading<S> for Copied {
    /// The copy, or the extents of what there is no room for.
    type Array<'a, D: Dimension> = Result<Array<S::Compute, D>, Vec<usize>>;
    /// The target, and its content to compute with.
    type Target<'a, D: Dimension> = (ArrayViewMut<'a, S, D>, Result<Array<S::Compute, D>, Vec<usize>>);

    fn load<D: Dimension>(array: ArrayView<'_, S, D>) -> Self::Array<'_, D> {
        copied(&array)
    }

    fn loaded<'l, D: Dimension>(array: &'l Self::Array<'_, D>) -> Result<&'l ArrayRef<S::Compute, D>, &'l [usize]> {
        array.as_deref().map_err(Vec::as_slice)
    }

    fn load_target<D: Dimension>(target: ArrayViewMut<'_, S, D>) -> Self::Target<'_, D> {
        let content = copied(&target);
        (target, content)
    }

    fn computed<'t, D: Dimension>(
        target: &'t mut Self::Target<'_, D>,
    ) -> Result<&'t mut ArrayRef<S::Compute, D>, &'t [usize]> {
        target.1.as_deref_mut().map_err(|extents| extents.as_slice())
    }

    fn store_target<D: Dimension>((target, computed): Self::Target<'_, D>) {
        if let Ok(computed) = computed {
            Zip::from(target).and(&computed).for_each(|element, &computed| *element = S::store(computed));
        }
    }

    fn store(computed: Vec<S::Compute>) -> Vec<S> {
        computed.into_iter().map(S::store).collect()
    }

    fn store_in<M: Memory>(computed: M::Buffer<S::Compute>) -> M::Buffer<S> {
        M::convert(computed, Self::store, S::store)
    }
}

/// A copy to compute with, all elements of a view that repeats some included; or its extents, if there is no room for them.
fn copied<S: Storage, D: Dimension>(array: &ArrayRef<S, D>) -> Result<Array<S::Compute, D>, Vec<usize>> {
    mapped(array, S::load)
}

/// An array of other elements, and the same extents; or these, if there is no room for it.
pub(crate) fn mapped<S: Copy, T, D: Dimension>(
    array: &ArrayRef<S, D>,
    convert: impl Fn(S) -> T,
) -> Result<Array<T, D>, Vec<usize>> {
    match room::len::<T>(array.shape()) {
        Some(_) => Ok(array.map(|element| convert(*element))),
        None => Err(array.shape().to_vec()),
    }
}

/// `f16` and `bf16`, which are computed with as `f32`.
#[cfg(feature = "half")]
mod half {
    use half::{bf16, f16};

    use super::{Copied, Storage};

    macro_rules! half {
        ($($T:ty)*) => { $(
            #[diagnostic::do_not_recommend]
            impl Storage for $T {
                type Compute = f32;
                type Loading = Copied;
                #[inline]
                fn load(self) -> f32 { self.to_f32() }
                #[inline]
                fn store(computed: f32) -> Self { Self::from_f32(computed) }
            }
        )* };
    }

    half!(f16 bf16);
}
