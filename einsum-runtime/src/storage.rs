//! How elements are kept in arrays, if not as they are computed with.
//!
//! Arrays are *loaded* where they enter an einsum, and results are *stored* where they leave it; in
//! between all is [`Storage::Compute`]. For an [`Element`], which is kept as it is computed with, a
//! loaded array is a view, and nothing is copied.

use alloc::vec::Vec;

use einsum_engine::ConversionOf;
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
/// each cotangent and `out`: conversions as many as elements, beside the work of the einsum. Where the processor multiplies `bf16` by
/// itself (AMX, on Linux), larger arrays of these are not copied: products of matrices are computed from them as they are, added up in
/// `f32`, with subnormal numbers as 0; other steps convert them block by block. Maps of formulas read copies.
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

    /// How kernels of the engine read arrays of these numbers as they are, if there are some that do.
    #[doc(hidden)]
    #[must_use]
    fn kept() -> Option<ConversionOf<Self, Self::Compute>> {
        None
    }

    /// Computed numbers, converted to those that are kept.
    #[doc(hidden)]
    #[must_use]
    fn store_all(computed: Vec<Self::Compute>) -> Vec<Self> {
        computed.into_iter().map(Self::store).collect()
    }
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

    /// Whether views may be of numbers as they are kept, which steps convert.
    #[doc(hidden)]
    const IS_CONVERTED: bool;

    #[doc(hidden)]
    fn load<D: Dimension>(array: ArrayView<'_, S, D>) -> Self::Array<'_, D>;
    /// The array, copied if it was not until now.
    #[doc(hidden)]
    fn copied<D: Dimension>(array: Self::Array<'_, D>) -> Self::Array<'_, D>;
    /// The loaded array; or its extents, if there was no room for it.
    #[doc(hidden)]
    fn loaded<'l, D: Dimension>(array: &'l Self::Array<'_, D>) -> LoadedArray<'l, S, D>;
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

/// An array that is read: in the type that it is computed with, or as it is kept; or its extents, if there was no room for it.
#[derive(Debug)]
pub enum LoadedArray<'l, S: Storage, D: Dimension> {
    /// Elements that are computed with.
    Computed(&'l ArrayRef<S::Compute, D>),
    /// Elements as they are kept, and how they are read.
    Kept(&'l ArrayRef<S, D>, ConversionOf<S, S::Compute>),
    /// No elements.
    TooLarge(&'l [usize]),
}

/// An array of numbers that are not computed with as they are kept.
#[derive(Debug)]
pub enum CopiedArray<'a, S: Storage, D: Dimension> {
    /// The array itself, which kernels read as it is.
    Kept(ArrayView<'a, S, D>, ConversionOf<S, S::Compute>),
    /// A copy, or the extents of what there is no room for.
    Copy(Result<Array<S::Compute, D>, Vec<usize>>),
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::InPlace {}
    impl Sealed for super::Copied {}
}

impl<T: Element> Loading<T> for InPlace {
    type Array<'a, D: Dimension> = ArrayView<'a, T, D>;
    type Target<'a, D: Dimension> = ArrayViewMut<'a, T, D>;
    const IS_CONVERTED: bool = false;

    #[inline]
    fn load<D: Dimension>(array: ArrayView<'_, T, D>) -> ArrayView<'_, T, D> {
        array
    }

    #[inline(always)]
    fn copied<D: Dimension>(array: Self::Array<'_, D>) -> Self::Array<'_, D> {
        array
    }

    #[inline(always)]
    fn loaded<'l, D: Dimension>(array: &'l ArrayView<'_, T, D>) -> LoadedArray<'l, T, D> {
        LoadedArray::Computed(array)
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
    type Array<'a, D: Dimension> = CopiedArray<'a, S, D>;
    /// The target, and its content to compute with.
    type Target<'a, D: Dimension> = (ArrayViewMut<'a, S, D>, Result<Array<S::Compute, D>, Vec<usize>>);
    const IS_CONVERTED: bool = true;

    fn load<D: Dimension>(array: ArrayView<'_, S, D>) -> Self::Array<'_, D> {
        // (Where a view repeats elements there may be more than there is room for, which is an error whatever the processor.)
        let repeats = array.shape().iter().zip(array.strides()).any(|(&extent, &stride)| extent > 1 && stride == 0);
        match S::kept() {
            Some(conversion) if !repeats && conversion.is_read_in_place(array.len()) => {
                CopiedArray::Kept(array, conversion)
            }
            _ => CopiedArray::Copy(copied(&array)),
        }
    }

    fn copied<D: Dimension>(array: Self::Array<'_, D>) -> Self::Array<'_, D> {
        match array {
            CopiedArray::Kept(array, _) => CopiedArray::Copy(copied(&array)),
            array @ CopiedArray::Copy(_) => array,
        }
    }

    fn loaded<'l, D: Dimension>(array: &'l Self::Array<'_, D>) -> LoadedArray<'l, S, D> {
        match array {
            CopiedArray::Kept(array, conversion) => LoadedArray::Kept(array, *conversion),
            CopiedArray::Copy(Ok(array)) => LoadedArray::Computed(array),
            CopiedArray::Copy(Err(extents)) => LoadedArray::TooLarge(extents),
        }
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
        let len = computed.len();
        let stored = S::store_all(computed);
        assert_eq!(stored.len(), len, "as many numbers are stored as were computed");
        stored
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
    use alloc::vec::Vec;
    use core::mem::MaybeUninit;

    use einsum_engine::{ConversionOf, Reading, machine::pages, round_to_upper_halves};
    use half::{bf16, f16};

    use super::{Copied, Storage};

    #[diagnostic::do_not_recommend]
    impl Storage for f16 {
        type Compute = f32;
        type Loading = Copied;
        #[inline]
        fn load(self) -> f32 {
            self.to_f32()
        }
        #[inline]
        fn store(computed: f32) -> Self {
            Self::from_f32(computed)
        }
    }

    #[diagnostic::do_not_recommend]
    impl Storage for bf16 {
        type Compute = f32;
        type Loading = Copied;
        #[inline]
        fn load(self) -> f32 {
            self.to_f32()
        }
        #[inline]
        fn store(computed: f32) -> Self {
            Self::from_f32(computed)
        }

        fn kept() -> Option<ConversionOf<Self, f32>> {
            // SAFETY: 16 bits, which `Widened` makes the upper half of a number.
            Some(unsafe { ConversionOf::by::<Widened>().of_upper_halves() })
        }

        fn store_all(computed: Vec<f32>) -> Vec<Self> {
            let mut stored = pages::room::<Self>(computed.len());
            let room = stored.spare_capacity_mut()[..computed.len()].as_mut_ptr();
            // SAFETY: there is room for as many numbers, which are transparent for 16 bits, and all of it is written.
            unsafe {
                round_to_upper_halves(
                    &computed,
                    core::slice::from_raw_parts_mut(room.cast::<MaybeUninit<u16>>(), computed.len()),
                );
                stored.set_len(computed.len());
            }
            stored
        }
    }

    /// How `bf16` is read.
    enum Widened {}

    impl Reading for Widened {
        type From = bf16;
        type Into = f32;
        #[inline(always)]
        fn read(from: bf16) -> f32 {
            f32::from_bits(u32::from(from.to_bits()) << 16)
        }
    }
}
