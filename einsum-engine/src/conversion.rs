//! How the engine reads elements of another type.

use core::{fmt, marker::PhantomData, mem::MaybeUninit};

use crate::{machine::tiles, plan::tuning::HALVES_MIN_ELEMENTS};

/// A way to read elements that are kept as `From`.
pub trait Reading {
    /// The type of the elements in the array.
    type From: Copy + Sync;
    /// The type that is computed with.
    type Into: Copy;

    /// Reads an element.
    fn read(from: Self::From) -> Self::Into;
}

/// How elements `S` are read as `T`. Where there is one, `S` is `Copy` and `Sync`.
#[derive(Debug)]
pub struct ConversionOf<S, T>(Conversion<T>, PhantomData<fn(S)>);

impl<S, T> Clone for ConversionOf<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for ConversionOf<S, T> {}

impl<S: Copy + Sync, T: Copy> ConversionOf<S, T> {
    /// The conversion by a way to read elements `S`.
    #[inline]
    #[must_use]
    pub fn by<R: Reading<From = S, Into = T>>() -> Self {
        Self(Conversion { run: convert_elements::<R>, size: size_of::<S>(), are_upper_halves: false }, PhantomData)
    }
}

impl<S> ConversionOf<S, f32> {
    /// The conversion of numbers that are the upper halves of the bits of those that they are read as, `bf16`: kernels may read them as they
    /// are.
    ///
    /// # Panics
    /// If they do not have 16 bits, or lie otherwise than integers of so many.
    ///
    /// # Safety
    /// - An `S` has no padding. The number that it is read as has its bits, and zeros below.
    #[inline]
    #[must_use]
    pub unsafe fn of_upper_halves(self) -> Self {
        assert!(size_of::<S>() == 2, "half of 32 bits is 16");
        assert!(align_of::<S>() == align_of::<i16>(), "they are read as integers of 16 bits");
        Self(Conversion { are_upper_halves: true, ..self.0 }, PhantomData)
    }
}

impl<S, T> ConversionOf<S, T> {
    /// Whether an array of so many elements is better read as it is than copied, as there are kernels for that.
    #[must_use]
    pub fn is_read_in_place(self, elements: usize) -> bool {
        self.0.are_upper_halves && elements >= HALVES_MIN_ELEMENTS && tiles::current().is_some()
    }

    /// The conversion of elements whose type is known from elsewhere.
    #[inline]
    #[must_use]
    pub fn erased(self) -> Conversion<T> {
        self.0
    }
}

/// How elements of one type, which is forgotten, are read as `T`.
pub struct Conversion<T> {
    /// To be called as [`Conversion::convert`] says.
    run: unsafe fn(*const T, (isize, isize), *mut T, usize),
    /// How many bytes an element in the array has.
    size: usize,
    /// Whether elements are the upper halves of `f32`, 16 bits without padding, and `T` is that.
    are_upper_halves: bool,
}

impl<T> Clone for Conversion<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Conversion<T> {}

impl<T> fmt::Debug for Conversion<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversion")
    }
}

impl<T: Copy> Conversion<T> {
    /// Whether elements are the upper halves of `f32`, 16 bits without padding, and `T` is that.
    #[cfg(all(feature = "kernels", target_arch = "x86_64"))]
    pub(crate) fn are_upper_halves(self) -> bool {
        self.are_upper_halves
    }

    /// Moves a pointer to elements of the type in the array by so many of these.
    #[inline]
    pub fn moved(self, pointer: *const T, by: isize) -> *const T {
        pointer.wrapping_byte_offset(by.wrapping_mul(self.size.cast_signed()))
    }

    /// Converts `len` elements, of which the first is `start` from `from`, and each `stride` from the one before, in elements of
    /// the type that they have.
    ///
    /// # Safety
    /// - `from` points to elements of the type that the conversion was made of, and all these elements are valid for reads.
    /// - `to` is valid for writes of `len` elements, which nothing else reaches.
    #[inline]
    pub unsafe fn convert(self, from: *const T, (start, stride): (isize, isize), to: *mut T, len: usize) {
        // SAFETY: by this function's contract, which has the same clauses: `self.run` is `run` of the type that the
        // conversion was made of.
        unsafe { (self.run)(from, (start, stride), to, len) }
    }
}

/// Converts `len` elements `R::From`, of which the first is `start` from `from`, and each `stride` from the one before.
///
/// # Safety
/// - `from` points to elements `R::From`, and all these elements are valid for reads.
/// - `to` is valid for writes of `len` elements, which nothing else reaches.
unsafe fn convert_elements<R: Reading>(
    from: *const R::Into,
    (start, stride): (isize, isize),
    to: *mut R::Into,
    len: usize,
) {
    let from = from.cast::<R::From>().wrapping_offset(start);
    if len == 0 {
        return;
    }
    // SAFETY: by the contract there is room for `len` elements, which nothing else reaches.
    let to = unsafe { core::slice::from_raw_parts_mut(to.cast::<MaybeUninit<R::Into>>(), len) };
    if stride == 1 {
        // SAFETY: by the contract these are `len` elements, side by side, that can be read.
        let from = unsafe { core::slice::from_raw_parts(from, len) };
        for (to, from) in to.iter_mut().zip(from) {
            to.write(R::read(*from));
        }
        return;
    }
    for (n, to) in to.iter_mut().enumerate() {
        // SAFETY: by the contract the element can be read.
        to.write(R::read(unsafe { from.wrapping_offset(n.cast_signed().wrapping_mul(stride)).read() }));
    }
}
