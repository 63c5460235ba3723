//! Numbers: what the loops ask of what they compute with.

use core::{
    convert::identity,
    marker::PhantomData,
    ops::{Add, BitAnd, BitOr, Mul},
};

use num_complex::{Complex, Complex32, Complex64};

/// A number: a commutative semiring, with a conjugate.
///
/// | numbers | sum and product |
/// | --- | --- |
/// | `f32`, `f64`, `Complex32`, `Complex64` | those of IEEE 754, of complex numbers |
/// | integers | wrap on overflow in every build |
/// | `bool` | or, and |
pub trait Number: Copy + PartialEq + Send + Sync + 'static {
    /// The neutral element of the sum: what a sum over no index is.
    const ZERO: Self;
    /// The neutral element of the product.
    const ONE: Self;
    /// The sum.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// The product.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The complex conjugate; `self` for a number that is not complex.
    #[must_use]
    fn conjugate(self) -> Self;

    /// Which number it is. Nobody outside of this crate can make another than this one.
    const FAMILY: Family<Self> = Family::OTHER;
}

/// Which number it is, of those that there are kernels for. Nobody outside of this crate can say more than that it is some
/// other one: kernels take memory of a number of a kind for memory of that very number.
#[derive(Clone, Copy, Debug)]
pub struct Family<T> {
    kind: Kind,
    number: PhantomData<fn(T)>,
}

/// Numbers that there are kernels for, and all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `Complex32`
    C32,
    /// `Complex64`
    C64,
    /// `i8`, `u8`
    I8,
    /// `i16`, `u16`
    I16,
    /// `i32`, `u32`, and `isize` and `usize` of so many bits
    I32,
    /// `i64`, `u64`, and `isize` and `usize` of so many bits
    I64,
    /// Any other.
    Other,
}

impl<T> Family<T> {
    /// Any number.
    pub const OTHER: Self = Self::new(Kind::Other);

    const fn new(kind: Kind) -> Self {
        Self { kind, number: PhantomData }
    }

    /// Which it is.
    #[cfg(feature = "kernels")]
    pub(crate) const fn kind(self) -> Kind {
        self.kind
    }

    /// Whether there are kernels for every step of it.
    #[must_use]
    pub const fn has_kernels(self) -> bool {
        cfg!(feature = "kernels") && matches!(self.kind, Kind::F32 | Kind::F64 | Kind::C32 | Kind::C64)
    }

    /// Whether it is an integer of 8, 16, 32 or 64 bits: there are kernels for products of matrices of it.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(self.kind, Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64)
    }

    /// `lhs * rhs + sum`, rounded once, if it is `f32` or `f64` and there is `std`: `core` has no such function.
    #[inline(always)]
    pub fn fused(self, lhs: T, rhs: T, sum: T) -> Option<T>
    where
        T: Copy,
    {
        #[cfg(feature = "std")]
        match self.kind {
            // SAFETY: nobody outside of this crate can say of another type than `f32` that it is that, so that `T` is.
            Kind::F32 => Some(unsafe { fused(f32::mul_add, lhs, rhs, sum) }),
            // SAFETY: as above.
            Kind::F64 => Some(unsafe { fused(f64::mul_add, lhs, rhs, sum) }),
            _ => None,
        }
        #[cfg(not(feature = "std"))]
        {
            let _ = (lhs, rhs, sum);
            None
        }
    }

    /// The number that any other is unchanged by when it is added to it, where that is not zero but -0.0: of `f32`, `f64` and complex
    /// numbers.
    #[inline(always)]
    #[must_use]
    pub fn nothing(self) -> Option<T>
    where
        T: Copy,
    {
        // SAFETY: nobody outside of this crate can say of another type than these that it is one of them, so that `T` is.
        unsafe {
            match self.kind {
                Kind::F32 => Some(core::mem::transmute_copy::<f32, T>(&-0.0)),
                Kind::F64 => Some(core::mem::transmute_copy::<f64, T>(&-0.0)),
                Kind::C32 => Some(core::mem::transmute_copy::<Complex32, T>(&Complex { re: -0.0, im: -0.0 })),
                Kind::C64 => Some(core::mem::transmute_copy::<Complex64, T>(&Complex { re: -0.0, im: -0.0 })),
                _ => None,
            }
        }
    }

    /// Whether it is `Complex32` or `Complex64`.
    #[must_use]
    pub const fn is_complex(self) -> bool {
        matches!(self.kind, Kind::C32 | Kind::C64)
    }

    /// Whether it is `f32` or `f64`.
    #[must_use]
    pub const fn is_real(self) -> bool {
        matches!(self.kind, Kind::F32 | Kind::F64)
    }
}

/// `mul_add` of numbers whose type is `F`.
///
/// # Safety
/// - `T` is `F`.
#[cfg(feature = "std")]
#[inline(always)]
unsafe fn fused<F: Copy, T: Copy>(mul_add: impl Fn(F, F, F) -> F, lhs: T, rhs: T, sum: T) -> T {
    // SAFETY: by the contract both are one type.
    unsafe {
        let [lhs, rhs, sum] = [lhs, rhs, sum].map(|number| core::mem::transmute_copy::<T, F>(&number));
        core::mem::transmute_copy::<F, T>(&mul_add(lhs, rhs, sum))
    }
}

/// Whether the number is `f32` or `f64`.
///
/// A constant: in `if const { .. }` what is not for the number is not even made, where it would take the compiler
/// as long to throw it away as to compile it.
#[cfg(feature = "kernels")]
pub(crate) const fn is_real<T: Number>() -> bool {
    T::FAMILY.is_real()
}

/// Whether the number is `Complex32` or `Complex64`: a constant, as [`is_real`] is.
#[cfg(feature = "kernels")]
pub(crate) const fn is_complex<T: Number>() -> bool {
    T::FAMILY.is_complex()
}

macro_rules! numbers {
    ($($T:ty: $family:expr, [$zero:expr, $one:expr], $plus:expr, $times:expr, $conjugate:expr;)*) => { $(
        impl Number for $T {
            const ZERO: Self = $zero;
            const ONE: Self = $one;
            const FAMILY: Family<Self> = $family;
            #[inline]
            fn plus(self, other: Self) -> Self { $plus(self, other) }
            #[inline]
            fn times(self, other: Self) -> Self { $times(self, other) }
            #[inline]
            fn conjugate(self) -> Self { $conjugate(self) }
        }
    )* };
}

numbers! {
    f32: Family::new(Kind::F32), [0.0, 1.0], f32::add, f32::mul, identity;
    f64: Family::new(Kind::F64), [0.0, 1.0], f64::add, f64::mul, identity;
    Complex32: Family::new(Kind::C32), [Complex { re: 0.0, im: 0.0 }, Complex { re: 1.0, im: 0.0 }], Complex32::add, Complex32::mul, |z: Self| z.conj();
    Complex64: Family::new(Kind::C64), [Complex { re: 0.0, im: 0.0 }, Complex { re: 1.0, im: 0.0 }], Complex64::add, Complex64::mul, |z: Self| z.conj();
    bool: Family::OTHER, [false, true], bool::bitor, bool::bitand, identity;
}

macro_rules! integers {
    ($($T:ident: $family:expr;)*) => {
        numbers! { $($T: $family, [0, 1], $T::wrapping_add, $T::wrapping_mul, identity;)* }
    };
}

/// `isize` and `usize`.
#[cfg(target_pointer_width = "64")]
const SIZE: Kind = Kind::I64;
#[cfg(target_pointer_width = "32")]
const SIZE: Kind = Kind::I32;
#[cfg(target_pointer_width = "16")]
const SIZE: Kind = Kind::I16;

integers! {
    i8: Family::new(Kind::I8);
    u8: Family::new(Kind::I8);
    i16: Family::new(Kind::I16);
    u16: Family::new(Kind::I16);
    i32: Family::new(Kind::I32);
    u32: Family::new(Kind::I32);
    i64: Family::new(Kind::I64);
    u64: Family::new(Kind::I64);
    isize: Family::new(SIZE);
    usize: Family::new(SIZE);
    i128: Family::OTHER;
    u128: Family::OTHER;
}
