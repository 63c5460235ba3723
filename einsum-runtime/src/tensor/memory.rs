//! The memory of a computed tensor: the heap, or an array of fixed size, whose extents are in its type.

use alloc::vec::Vec;
use core::{array, fmt::Debug, slice};

use einsum_engine::extents;
use ndarray::{Array, ArrayRef, ArrayView, ArrayViewMut, Dimension};

use crate::{checked::ErrorRoom, element::Element};

mod sealed {
    /// Memory of this module alone: what a buffer is made of is relied upon.
    pub trait Sealed {}

    impl Sealed for super::Heap {}
    impl Sealed for super::Single {}
    impl<M: super::FixedMemory, const N: usize> Sealed for super::Rows<M, N> {}
}

/// The memory of a computed tensor: [`Heap`], or for an array of fixed size [`Single`], or [`Rows`] of the memory of its rows.
pub trait Memory: sealed::Sealed + Copy + Default + Debug + 'static {
    /// The buffer of the elements: a `Vec`, or nested arrays.
    type Buffer<T>;
    /// The memory of `N` such tensors side by side.
    type Row<const N: usize>: Memory;
    /// The tensor as the user gets it.
    type Array<T, D: Dimension>;
    /// The extents of a tensor of so many axes: of fixed size none, as its type has them.
    type Extents<const AXES: usize>;
    /// The type that references to such tensors coerce to.
    type Borrowed<T, D: Dimension>: ?Sized;
    /// Whether it is an array of fixed size.
    const IS_FIXED: bool;
    /// How many axes an array of fixed size has.
    const RANK: usize = 0;

    /// Keeps the extents of a tensor.
    fn keep<const AXES: usize>(extents: [usize; AXES]) -> Self::Extents<AXES>;
    /// The extents of a tensor.
    fn kept<const AXES: usize>(extents: &Self::Extents<AXES>) -> [usize; AXES];
    /// The elements, row-major.
    fn elements<T: Copy>(buffer: &Self::Buffer<T>) -> &[T];
    /// The elements, row-major, to be written.
    fn elements_mut<T: Copy>(buffer: &mut Self::Buffer<T>) -> &mut [T];
    /// A buffer of elements, without a copy if it is a `Vec`.
    fn of_vec<T: Copy>(elements: Vec<T>) -> Self::Buffer<T>;
    /// The buffer of a tensor that lies in memory `F`, in this memory: without a copy if both are a `Vec`.
    fn of_buffer<T: Copy, F: Memory>(buffer: F::Buffer<T>) -> Self::Buffer<T>;
    /// The elements as a `Vec`, without a copy if they are one.
    fn into_vec<T: Copy>(buffer: Self::Buffer<T>) -> Vec<T>;
    /// A buffer of zeros of fixed size; of a `Vec` without elements.
    fn zeros<T: Element>() -> Self::Buffer<T>;
    /// The buffer with its elements converted: `all` of a `Vec`, `each` of an array of fixed size.
    fn convert<T: Copy, S: Copy>(
        buffer: Self::Buffer<T>,
        all: impl FnOnce(Vec<T>) -> Vec<S>,
        each: impl Fn(T) -> S,
    ) -> Self::Buffer<S>;
    /// The tensor as the user gets it.
    ///
    /// # Safety
    /// - If it is not of fixed size: the extents multiply to the number of elements, and those that are not 0 alone to at most
    ///   `isize::MAX`.
    unsafe fn finish<T: Copy, D: Dimension>(buffer: Self::Buffer<T>, extents: &[usize]) -> Self::Array<T, D>;
    /// Views a tensor of the user's.
    fn view<T: Copy, D: Dimension>(tensor: &Self::Borrowed<T, D>) -> ArrayView<'_, T, D>;
}

/// Memory of extents that are known at run time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heap;

/// Memory of one element.
#[derive(Clone, Copy, Debug, Default)]
pub struct Single;

/// Memory of `N` tensors side by side, each of which has memory `M`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<M, const N: usize>(M);

impl Memory for Heap {
    type Buffer<T> = Vec<T>;
    type Row<const N: usize> = Self;
    type Array<T, D: Dimension> = Array<T, D>;
    type Extents<const AXES: usize> = [usize; AXES];
    type Borrowed<T, D: Dimension> = ArrayRef<T, D>;
    const IS_FIXED: bool = false;

    #[inline(always)]
    fn keep<const AXES: usize>(extents: [usize; AXES]) -> [usize; AXES] {
        extents
    }

    #[inline(always)]
    fn kept<const AXES: usize>(extents: &[usize; AXES]) -> [usize; AXES] {
        *extents
    }

    #[inline(always)]
    fn elements<T: Copy>(buffer: &Vec<T>) -> &[T] {
        buffer
    }

    #[inline(always)]
    fn elements_mut<T: Copy>(buffer: &mut Vec<T>) -> &mut [T] {
        buffer
    }

    #[inline(always)]
    fn of_vec<T: Copy>(elements: Vec<T>) -> Vec<T> {
        elements
    }

    #[inline(always)]
    fn of_buffer<T: Copy, F: Memory>(buffer: F::Buffer<T>) -> Vec<T> {
        F::into_vec(buffer)
    }

    #[inline(always)]
    fn into_vec<T: Copy>(buffer: Vec<T>) -> Vec<T> {
        buffer
    }

    #[inline(always)]
    fn zeros<T: Element>() -> Vec<T> {
        Vec::new()
    }

    #[inline(always)]
    fn convert<T: Copy, S: Copy>(buffer: Vec<T>, all: impl FnOnce(Vec<T>) -> Vec<S>, _each: impl Fn(T) -> S) -> Vec<S> {
        all(buffer)
    }

    #[inline(always)]
    unsafe fn finish<T: Copy, D: Dimension>(buffer: Vec<T>, extents: &[usize]) -> Array<T, D> {
        let mut dimension = D::zeros(extents.len());
        dimension.slice_mut().copy_from_slice(extents);
        debug_assert_eq!(dimension.size_checked(), Some(buffer.len()));
        // SAFETY: by the contract the extents fit the elements, and their product fits into `isize` bytes.
        unsafe { Array::from_shape_vec_unchecked(dimension, buffer) }
    }

    #[inline(always)]
    fn view<T: Copy, D: Dimension>(tensor: &ArrayRef<T, D>) -> ArrayView<'_, T, D> {
        tensor.view()
    }
}

/// Memory of an array of fixed size, or of what is within.
pub trait FixedMemory: Memory {
    /// The elements of buffers side by side.
    fn flat<T: Copy>(buffers: &[Self::Buffer<T>]) -> &[T];
    /// The elements of buffers side by side, to be written.
    fn flat_mut<T: Copy>(buffers: &mut [Self::Buffer<T>]) -> &mut [T];
    /// A buffer of elements that follow each other.
    fn build<T: Copy>(next: &mut impl FnMut() -> T) -> Self::Buffer<T>;
    /// A buffer of one element, as often as there is room.
    fn filled<T: Copy>(element: T) -> Self::Buffer<T>;
    /// Writes the extents of the axes, outermost first.
    fn extents(extents: &mut [usize]);
}

impl FixedMemory for Single {
    #[inline(always)]
    fn flat<T: Copy>(buffers: &[T]) -> &[T] {
        buffers
    }

    #[inline(always)]
    fn flat_mut<T: Copy>(buffers: &mut [T]) -> &mut [T] {
        buffers
    }

    #[inline(always)]
    fn build<T: Copy>(next: &mut impl FnMut() -> T) -> T {
        next()
    }

    #[inline(always)]
    fn filled<T: Copy>(element: T) -> T {
        element
    }

    #[inline(always)]
    fn extents(_extents: &mut [usize]) {}
}

impl<M: FixedMemory, const N: usize> FixedMemory for Rows<M, N> {
    #[inline(always)]
    fn flat<T: Copy>(buffers: &[[M::Buffer<T>; N]]) -> &[T] {
        M::flat(buffers.as_flattened())
    }

    #[inline(always)]
    fn flat_mut<T: Copy>(buffers: &mut [[M::Buffer<T>; N]]) -> &mut [T] {
        M::flat_mut(buffers.as_flattened_mut())
    }

    #[inline(always)]
    fn build<T: Copy>(next: &mut impl FnMut() -> T) -> [M::Buffer<T>; N] {
        array::from_fn(|_| M::build(next))
    }

    #[inline(always)]
    fn filled<T: Copy>(element: T) -> [M::Buffer<T>; N] {
        array::from_fn(|_| M::filled(element))
    }

    #[inline(always)]
    fn extents(extents: &mut [usize]) {
        if let [first, rest @ ..] = extents {
            *first = N;
            M::extents(rest);
        }
    }
}

macro_rules! fixed_memory {
    ([$($generics:tt)*] $M:ty, $T:ident, $Buffer:ty, $rank:expr) => {
        impl<$($generics)*> Memory for $M {
            type Buffer<$T> = $Buffer;
            type Row<const ROWS: usize> = Rows<Self, ROWS>;
            type Array<$T, D: Dimension> = $Buffer;
            type Extents<const AXES: usize> = ErrorRoom;
            type Borrowed<$T, D: Dimension> = $Buffer;
            const IS_FIXED: bool = true;
            const RANK: usize = $rank;

            #[inline(always)]
            fn keep<const AXES: usize>(extents: [usize; AXES]) -> ErrorRoom {
                assert!(AXES == Self::RANK, "an array of fixed size has as many axes as its type");
                // (One by one, as constants of the call site. The compiler would compare the arrays in memory.)
                let of_type = of_type::<Self, AXES>();
                for axis in 0..AXES {
                    assert!(extents[axis] == of_type[axis], "an array of fixed size has the extents of its type");
                }
                ErrorRoom::uninit()
            }

            #[inline(always)]
            fn kept<const AXES: usize>(_extents: &ErrorRoom) -> [usize; AXES] {
                of_type::<Self, AXES>()
            }

            #[inline(always)]
            fn elements<$T: Copy>(buffer: &$Buffer) -> &[$T] {
                Self::flat(slice::from_ref(buffer))
            }

            #[inline(always)]
            fn elements_mut<$T: Copy>(buffer: &mut $Buffer) -> &mut [$T] {
                Self::flat_mut(slice::from_mut(buffer))
            }

            fn of_vec<$T: Copy>(elements: Vec<$T>) -> $Buffer {
                let mut elements = elements.into_iter();
                Self::build(&mut || elements.next().expect("there are as many elements as the type says"))
            }

            #[inline(always)]
            fn of_buffer<$T: Copy, F: Memory>(buffer: F::Buffer<$T>) -> $Buffer {
                let mut elements = F::elements(&buffer).iter();
                Self::build(&mut || *elements.next().expect("there are as many elements as the type says"))
            }

            fn into_vec<$T: Copy>(buffer: $Buffer) -> Vec<$T> {
                Self::elements(&buffer).to_vec()
            }

            #[inline(always)]
            fn zeros<$T: Element>() -> $Buffer {
                Self::filled($T::ZERO)
            }

            #[inline(always)]
            fn convert<$T: Copy, S: Copy>(
                buffer: $Buffer,
                _all: impl FnOnce(Vec<$T>) -> Vec<S>,
                each: impl Fn($T) -> S,
            ) -> Self::Buffer<S> {
                let mut elements = Self::elements(&buffer).iter();
                Self::build(&mut || each(*elements.next().expect("there are as many elements of both types")))
            }

            #[inline(always)]
            unsafe fn finish<$T: Copy, D: Dimension>(buffer: $Buffer, _extents: &[usize]) -> $Buffer {
                buffer
            }

            #[inline(always)]
            fn view<$T: Copy, D: Dimension>(tensor: &$Buffer) -> ArrayView<'_, $T, D> {
                viewed::<Self, $T, D>(Self::elements(tensor))
            }
        }
    };
}
fixed_memory!([] Single, T, T, 0);
fixed_memory!([M: FixedMemory, const N: usize] Rows<M, N>, T, [M::Buffer<T>; N], M::RANK + 1);

/// The extents of an array of fixed size.
#[inline(always)]
fn of_type<M: FixedMemory, const AXES: usize>() -> [usize; AXES] {
    let mut extents = [0; AXES];
    M::extents(&mut extents);
    extents
}

/// The extents of an array of fixed size, as those of a dimension type of as many axes.
#[inline(always)]
fn dimension<M: FixedMemory, D: Dimension>() -> D {
    let mut dimension = D::zeros(D::NDIM.unwrap_or(M::RANK));
    M::extents(dimension.slice_mut());
    dimension
}

/// Whether extents multiply to so many elements, and those that are not 0 alone to no more than an array may have.
#[inline(always)]
pub(super) fn fits(extents: &[usize], len: usize) -> bool {
    let others = extents.iter().map(|&extent| extent.max(1));
    extents::exact(extents) == Some(len) && extents::exact(others).is_some()
}

/// Views the elements of an array of fixed size.
///
/// # Panics
/// If they are not as many as the type says.
#[inline(always)]
pub(crate) fn viewed<M: FixedMemory, T, D: Dimension>(elements: &[T]) -> ArrayView<'_, T, D> {
    let dimension = dimension::<M, D>();
    assert!(fits(dimension.slice(), elements.len()), "an array of fixed size has as many elements as its type says");
    // SAFETY: the elements are row-major, as many as the extents multiply to, and borrowed for the lifetime of the view; extents that
    // are not 0 multiply to no more than `isize::MAX`.
    unsafe { ArrayView::from_shape_ptr(dimension, elements.as_ptr()) }
}

/// Views the elements of an array of fixed size, to be written.
///
/// # Panics
/// If they are not as many as the type says.
#[inline(always)]
pub(crate) fn viewed_mut<M: FixedMemory, T, D: Dimension>(elements: &mut [T]) -> ArrayViewMut<'_, T, D> {
    let dimension = dimension::<M, D>();
    assert!(fits(dimension.slice(), elements.len()), "an array of fixed size has as many elements as its type says");
    // SAFETY: the elements are row-major, as many as the extents multiply to, and borrowed mutably for the lifetime of the
    // view: elements of distinct indices are distinct, and nothing else reaches them. Extents that are not 0 multiply to no more
    // than `isize::MAX`.
    unsafe { ArrayViewMut::from_shape_ptr(dimension, elements.as_mut_ptr()) }
}
