//! Slices of numbers as they are sent: of one of a dozen types, which a trait object can be handed.

use bytemuck::{cast_slice, cast_slice_mut};
use einsum::Element;
use num_complex::{Complex32, Complex64};

mod sealed {
    pub trait Sealed {}
}

/// How numbers of all ranks become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// The sum; of integers it wraps on overflow.
    Sum,
    /// The least of them. Complex numbers have none.
    Min,
    /// The greatest of them. Complex numbers have none.
    Max,
}

/// An element of tensors that can be sharded: a number that a [`Collective`](crate::Collective) can send and add.
///
/// Implemented for `f32`, `f64`, `Complex32`, `Complex64`, `i8` to `i64`, `u8` to `u64`, `isize` and `usize`, and sealed.
#[diagnostic::on_unimplemented(
    message = "tensors of `{Self}` cannot be sharded",
    note = "elements that are sent are `f32`, `f64`, complex numbers of these, and integers of at most 64 bits; of `f16` and `bf16` \
            sums would be rounded on each rank: shard `x.mapv(f32::from)`"
)]
pub trait Word: Element + sealed::Sealed {
    /// The numbers as they are sent.
    fn words(numbers: &[Self]) -> Words<'_>;
    /// The numbers as they are received.
    fn words_mut(numbers: &mut [Self]) -> WordsMut<'_>;
}

/// Numbers that can be reduced.
pub(crate) trait Reduce: Copy + Send + Sync + 'static {
    fn reduce(self, other: Self, reduction: Reduction) -> Self;
}

/// An expression of the slice in `$words`, whatever its type is.
macro_rules! with_words {
    ($Words:ident, $words:expr, $slice:ident => $value:expr) => {
        match $words {
            $Words::F32($slice) => $value,
            $Words::F64($slice) => $value,
            $Words::C32($slice) => $value,
            $Words::C64($slice) => $value,
            $Words::I8($slice) => $value,
            $Words::I16($slice) => $value,
            $Words::I32($slice) => $value,
            $Words::I64($slice) => $value,
            $Words::U8($slice) => $value,
            $Words::U16($slice) => $value,
            $Words::U32($slice) => $value,
            $Words::U64($slice) => $value,
        }
    };
}
pub(crate) use with_words;

/// An expression of the slices in `$words` and `$into`, which must be of one type.
macro_rules! with_both {
    ($words:expr, $into:expr, ($slice:ident, $slice_mut:ident) => $value:expr) => {
        match ($words, $into) {
            (Words::F32($slice), WordsMut::F32($slice_mut)) => $value,
            (Words::F64($slice), WordsMut::F64($slice_mut)) => $value,
            (Words::C32($slice), WordsMut::C32($slice_mut)) => $value,
            (Words::C64($slice), WordsMut::C64($slice_mut)) => $value,
            (Words::I8($slice), WordsMut::I8($slice_mut)) => $value,
            (Words::I16($slice), WordsMut::I16($slice_mut)) => $value,
            (Words::I32($slice), WordsMut::I32($slice_mut)) => $value,
            (Words::I64($slice), WordsMut::I64($slice_mut)) => $value,
            (Words::U8($slice), WordsMut::U8($slice_mut)) => $value,
            (Words::U16($slice), WordsMut::U16($slice_mut)) => $value,
            (Words::U32($slice), WordsMut::U32($slice_mut)) => $value,
            (Words::U64($slice), WordsMut::U64($slice_mut)) => $value,
            (words, into) => panic!("{} cannot be received as {}", words.element(), into.element()),
        }
    };
}
pub(crate) use with_both;

macro_rules! words {
    ($($Variant:ident $T:ident: $doc:literal,)*) => {
        /// Numbers to send.
        #[derive(Clone, Copy, Debug)]
        pub enum Words<'w> { $(#[doc = $doc] $Variant(&'w [$T]),)* }

        /// Room for numbers that are received, or numbers that are reduced in place.
        #[derive(Debug)]
        pub enum WordsMut<'w> { $(#[doc = $doc] $Variant(&'w mut [$T]),)* }

        impl Words<'_> {
            /// The name of the type of the numbers.
            #[must_use]
            pub fn element(&self) -> &'static str {
                match self { $(Words::$Variant(_) => stringify!($T),)* }
            }
        }

        impl WordsMut<'_> {
            /// The name of the type of the numbers.
            #[must_use]
            pub fn element(&self) -> &'static str {
                match self { $(WordsMut::$Variant(_) => stringify!($T),)* }
            }

            /// The numbers, to be read.
            #[must_use]
            pub fn as_words(&self) -> Words<'_> {
                match self { $(WordsMut::$Variant(numbers) => Words::$Variant(numbers),)* }
            }
        }

        $(
            impl sealed::Sealed for $T {}
            impl Word for $T {
                fn words(numbers: &[Self]) -> Words<'_> { Words::$Variant(numbers) }
                fn words_mut(numbers: &mut [Self]) -> WordsMut<'_> { WordsMut::$Variant(numbers) }
            }
        )*
    };
}

words! {
    F32 f32: "Of `f32`.",
    F64 f64: "Of `f64`.",
    C32 Complex32: "Of complex numbers of two `f32`.",
    C64 Complex64: "Of complex numbers of two `f64`.",
    I8 i8: "Of `i8`.",
    I16 i16: "Of `i16`.",
    I32 i32: "Of `i32`, and of `isize` where it has 32 bits.",
    I64 i64: "Of `i64`, and of `isize` where it has 64 bits.",
    U8 u8: "Of `u8`.",
    U16 u16: "Of `u16`.",
    U32 u32: "Of `u32`, and of `usize` where it has 32 bits.",
    U64 u64: "Of `u64`, and of `usize` where it has 64 bits.",
}

impl Words<'_> {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        with_words!(Words, self, numbers => numbers.len())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl WordsMut<'_> {
    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_words().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the numbers of `words`, as many and of the same type.
    ///
    /// # Panics
    /// If these are others.
    pub(crate) fn copy_from(&mut self, words: Words<'_>) {
        with_both!(words, self, (from, into) => into.copy_from_slice(from));
    }
}

macro_rules! pointer_sized {
    ($($T:ident as $Variant:ident if $width:literal,)*) => { $(
        #[cfg(target_pointer_width = $width)]
        impl sealed::Sealed for $T {}
        #[cfg(target_pointer_width = $width)]
        impl Word for $T {
            fn words(numbers: &[Self]) -> Words<'_> { Words::$Variant(cast_slice(numbers)) }
            fn words_mut(numbers: &mut [Self]) -> WordsMut<'_> { WordsMut::$Variant(cast_slice_mut(numbers)) }
        }
    )* };
}

pointer_sized! {
    isize as I64 if "64",
    usize as U64 if "64",
    isize as I32 if "32",
    usize as U32 if "32",
}

macro_rules! reduce {
    ($($T:ident)*: $numbers:ident => $sum:expr, $min:expr, $max:expr) => { $(
        impl Reduce for $T {
            fn reduce(self, other: Self, reduction: Reduction) -> Self {
                let $numbers = (self, other);
                match reduction {
                    Reduction::Sum => $sum,
                    Reduction::Min => $min,
                    Reduction::Max => $max,
                }
            }
        }
    )* };
}

reduce!(f32 f64: of => of.0 + of.1, of.0.min(of.1), of.0.max(of.1));
reduce!(i8 i16 i32 i64 u8 u16 u32 u64: of => of.0.wrapping_add(of.1), of.0.min(of.1), of.0.max(of.1));
reduce!(Complex32 Complex64: of => of.0 + of.1, unordered(), unordered());

pub(crate) fn unordered() -> ! {
    panic!("complex numbers have no order: neither a least nor a greatest")
}
