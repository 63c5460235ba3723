//! Elements of many sizes, with arithmetic of their own to compare with: small integers, in which sums and products are exact.

use std::fmt::Debug;

use einsum::Element;
use num_complex::{Complex32, Complex64};

/// An element, and what its operations should be.
pub(crate) trait Number: Element + Debug {
    /// A small number.
    fn small(random: u64) -> Self;
    /// Another, that no result is.
    fn poison() -> Self;
    fn sum(self, other: Self) -> Self;
    fn product(self, other: Self) -> Self;
    fn conjugated(self) -> Self;
}

/// -3 to 3.
fn integer(random: u64) -> i8 {
    i8::try_from(random % 7).expect("less than 7") - 3
}

macro_rules! numbers {
    ($($T:ty: |$random:ident| $small:expr, $poison:expr, $sum:expr, $product:expr, $conjugated:expr;)*) => { $(
        impl Number for $T {
            fn small($random: u64) -> Self { $small }
            fn poison() -> Self { $poison }
            fn sum(self, other: Self) -> Self { $sum(self, other) }
            fn product(self, other: Self) -> Self { $product(self, other) }
            fn conjugated(self) -> Self { $conjugated(self) }
        }
    )* };
}
numbers! {
    f32: |r| integer(r).into(), 1e9, |a, b| a + b, |a, b| a * b, |a| a;
    f64: |r| integer(r).into(), 1e9, |a, b| a + b, |a, b| a * b, |a| a;
    i8: |r| integer(r), 99, i8::wrapping_add, i8::wrapping_mul, |a| a;
    i32: |r| integer(r).into(), 1 << 29, i32::wrapping_add, i32::wrapping_mul, |a| a;
    u64: |r| r, 1 << 61, u64::wrapping_add, u64::wrapping_mul, |a| a;
    bool: |r| r.is_multiple_of(3), true, |a, b| a || b, |a, b| a && b, |a| a;
    Complex32: |r| Complex32::new(integer(r).into(), integer(r / 7).into()), Complex32::new(1e9, 1e9),
        |a, b| a + b, |a, b| a * b, |a: Complex32| a.conj();
    Complex64: |r| Complex64::new(integer(r).into(), integer(r / 7).into()), Complex64::new(1e9, 1e9),
        |a, b| a + b, |a, b| a * b, |a: Complex64| a.conj();
}

/// A number of `N` bytes, modulo 256 (of no bytes, the only one there is). All bytes follow from the first, so that elements
/// of which a part was read, or written, are found out.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Bytes<const N: usize>([u8; N]);

impl<const N: usize> Bytes<N> {
    const fn new(value: u8) -> Self {
        let mut bytes = [value; N];
        let mut n = 1;
        while n < N {
            bytes[n] = bytes[n - 1].wrapping_mul(31).wrapping_add(7);
            n += 1;
        }
        Self(bytes)
    }

    fn value(self) -> u8 {
        let value = self.0.first().copied().unwrap_or(0);
        assert_eq!(self, Self::new(value), "an element was torn, or is none");
        value
    }
}

impl<const N: usize> Element for Bytes<N> {
    const ZERO: Self = Self::new(0);
    const ONE: Self = Self::new(1);

    fn plus(self, other: Self) -> Self {
        Self::new(self.value().wrapping_add(other.value()))
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.value().wrapping_mul(other.value()))
    }

    fn conjugate(self) -> Self {
        self
    }
}

impl<const N: usize> Number for Bytes<N> {
    fn small(random: u64) -> Self {
        Self::new((random % 256).to_le_bytes()[0])
    }

    fn poison() -> Self {
        Self([0x5A; N])
    }

    fn sum(self, other: Self) -> Self {
        Self::new(self.value().wrapping_add(other.value()))
    }

    fn product(self, other: Self) -> Self {
        Self::new(self.value().wrapping_mul(other.value()))
    }

    fn conjugated(self) -> Self {
        self
    }
}
