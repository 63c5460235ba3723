//! Bodies of maps: the value at each index.

use super::{arithmetic::Arithmetic, at::At, reduction::Reduction};

/// The body of a map of `L` labels and `R` reads: the value at each index. The labels of the target come first.
pub trait Body<T, const L: usize, const R: usize>: Copy + Send + Sync {
    /// The operation that makes one value of those along the labels that the target has not.
    type Reduction: Reduction<T>;
    /// How many labels the target has: the first ones.
    const FREE: usize;
    /// The labels that each read depends on. (Wrong ones make wrong numbers, and nothing worse.)
    const READS: [&'static [usize]; R];
    /// Whether the value depends on the indices other than by what is read there.
    const IS_INDEXED: bool;

    /// The value at an index, or at as many as a vector has.
    ///
    /// An implementation must be `#[inline(always)]`, to be compiled for the instruction set.
    fn value<V: Arithmetic<T>>(self, reads: [V::Value; R], at: At<L>) -> V::Value;

    /// The reads that others are divided by, and that have fewer labels.
    const DIVISORS: [bool; R] = [false; R];

    /// One over a divisor, if quotients by it are to be had by that.
    #[inline(always)]
    fn inverse(_divisor: T) -> Option<T> {
        None
    }

    /// The value at an index, where one over each of the divisors is known. (A division takes as long as sixteen products: of one number for
    /// all of a row there is one.)
    #[inline(always)]
    fn by_inverses<V: Arithmetic<T>>(self, reads: [V::Value; R], _inverses: [V::Value; R], at: At<L>) -> V::Value {
        self.value::<V>(reads, at)
    }

    /// The value at an index, put together with those of others. An implementation for a sum of products multiplies and adds in one
    /// instruction, where there is one.
    #[inline(always)]
    fn onto<V: Arithmetic<T>>(self, joined: V::Value, reads: [V::Value; R], at: At<L>) -> V::Value {
        Self::Reduction::join::<V>(joined, self.value::<V>(reads, at))
    }
}
