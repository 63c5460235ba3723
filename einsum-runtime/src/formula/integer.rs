//! Integers as indices.

use crate::{element::Element, storage::Storage};

/// An integer: an index of an axis.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no integer, and no index",
    label = "of type `{Self}`",
    note = "a tensor is read at integers of any type: `x[t[i]]` with a `t` of `usize`, `i64`, `u8`, .."
)]
pub trait Integer: Element + Storage<Compute = Self> {
    /// The number; one beyond the range of `i128` is the largest there.
    #[doc(hidden)]
    fn wide(self) -> i128;
    /// The number below an extent, which is not 0, that is a multiple of it away.
    #[doc(hidden)]
    fn wrapped(self, extent: i128) -> i128 {
        self.wide().rem_euclid(extent)
    }
    /// An index as such an integer, if it has it.
    #[doc(hidden)]
    fn of_index(index: usize) -> Option<Self>;
}

macro_rules! integers {
    ($($T:ty)*) => { $(
        impl Integer for $T {
            #[inline]
            fn wide(self) -> i128 { i128::try_from(self).unwrap_or(i128::MAX) }
            #[inline]
            fn of_index(index: usize) -> Option<Self> { index.try_into().ok() }
        }
    )* };
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 usize);

impl Integer for u128 {
    #[inline]
    fn wide(self) -> i128 {
        i128::try_from(self).unwrap_or(i128::MAX)
    }

    #[inline]
    fn wrapped(self, extent: i128) -> i128 {
        (self % extent.cast_unsigned()).cast_signed()
    }

    #[inline]
    fn of_index(index: usize) -> Option<Self> {
        index.try_into().ok()
    }
}
