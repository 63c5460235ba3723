//! Conversions between numbers: those of Rust's `as`.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::cast_lossless,
    clippy::unnecessary_cast,
    clippy::fn_to_numeric_cast,
    reason = "the conversions are those of `as`, whatever they lose"
)]

use num_complex::{Complex, Complex32, Complex64};

use crate::cast::{Cast, CastBack};

macro_rules! cast {
    ([$($S:ty)*] -> $T:ty: $number:ident => $value:expr) => { $(
        #[diagnostic::do_not_recommend]
        impl Cast<$T> for $S {
            #[inline]
            fn cast(self) -> $T {
                let $number = self;
                $value
            }
        }
    )* };
}

macro_rules! back {
    ([$($S:ty)*] <- $T:ty: $cotangent:ident => $value:expr) => { $(
        #[diagnostic::do_not_recommend]
        impl CastBack<$T> for $S {
            #[inline]
            fn cast_back($cotangent: $T) -> $S {
                $value as $S
            }
        }
    )* };
}

/// A real number of any primitive type, from all others.
macro_rules! real {
    ($($T:ty)*) => { $(
        cast!([i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64] -> $T: number => number as $T);
        cast!([bool] -> $T: truth => u8::from(truth) as $T);
        part_needed!($T);
    )* };
}

/// A complex number is none of these.
macro_rules! part_needed {
    ($T:ty) => {
        #[diagnostic::do_not_recommend]
        impl<F: NeedsPart> Cast<$T> for Complex<F> {
            fn cast(self) -> $T {
                self.re.nothing()
            }
        }
    };
}

/// Holds for no type, and is asked for where a complex number is read as a real one, for the sake of its words.
#[diagnostic::on_unimplemented(
    message = "a complex number cannot be read as a real one",
    label = "elements of type `Complex<{Self}>`",
    note = "take the part that is meant: `z.mapv(|z| z.re)`"
)]
pub trait NeedsPart: Copy + Sync {
    #[doc(hidden)]
    fn nothing<T>(self) -> T;
}

macro_rules! complex {
    ($($F:ty)*) => { $(
        cast!(
            [i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 bool] -> Complex<$F>:
            number => Complex::new(number.cast(), 0.0)
        );
        cast!([Complex32 Complex64] -> Complex<$F>: z => Complex::new(z.re as $F, z.im as $F));
        back!([f32 f64] <- Complex<$F>: cotangent => cotangent.re);
        back!([f32 f64] <- $F: cotangent => cotangent);
        #[diagnostic::do_not_recommend]
        impl CastBack<Complex<$F>> for Complex32 {
            #[inline]
            fn cast_back(cotangent: Complex<$F>) -> Self {
                cotangent.cast()
            }
        }
        #[diagnostic::do_not_recommend]
        impl CastBack<Complex<$F>> for Complex64 {
            #[inline]
            fn cast_back(cotangent: Complex<$F>) -> Self {
                cotangent.cast()
            }
        }
    )* };
}

real!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);
complex!(f32 f64);
cast!([bool] -> bool: truth => truth);

/// Numbers of half the width of `f32`.
#[cfg(feature = "half")]
mod half {
    use half::{bf16, f16};
    use num_complex::Complex;

    use super::{Cast, CastBack, NeedsPart};

    macro_rules! back {
        ($S:ty, $T:ty: $cotangent:ident => $value:expr) => {
            #[diagnostic::do_not_recommend]
            impl CastBack<$T> for $S {
                #[inline]
                fn cast_back($cotangent: $T) -> $S {
                    $value
                }
            }
        };
    }

    macro_rules! from_half {
        ($($T:ty)*) => { $(
            cast!([f16 bf16] -> $T: number => number.to_f32().cast());
        )* };
    }

    macro_rules! to_half {
        ($($T:ident)*) => { $(
            cast!([i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize bool f64] -> $T: number => $T::from_f64(number.cast()));
            cast!([f32] -> $T: number => $T::from_f32(number));
            cast!([f16 bf16] -> $T: number => $T::from_f32(number.to_f32()));
            part_needed!($T);
            back!($T, f32: cotangent => $T::from_f32(cotangent));
            back!($T, f64: cotangent => $T::from_f64(cotangent));
            back!($T, Complex<f32>: cotangent => $T::from_f32(cotangent.re));
            back!($T, Complex<f64>: cotangent => $T::from_f64(cotangent.re));
            back!($T, f16: cotangent => $T::from_f32(cotangent.to_f32()));
            back!($T, bf16: cotangent => $T::from_f32(cotangent.to_f32()));
            back!(f32, $T: cotangent => cotangent.to_f32());
            back!(f64, $T: cotangent => cotangent.to_f64());
        )* };
    }

    from_half!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 Complex<f32> Complex<f64>);
    to_half!(f16 bf16);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_convert_as_by_as() {
        assert_eq!(Cast::<u8>::cast(-1_i32), 255);
        assert_eq!(Cast::<i8>::cast(300_u16), 44);
        assert_eq!(Cast::<u8>::cast(300.7_f64), 255);
        assert_eq!(Cast::<i32>::cast(f32::NAN), 0);
        assert_eq!(Cast::<i32>::cast(-1.9_f32), -1);
        assert_eq!(Cast::<u64>::cast(f64::NEG_INFINITY), 0);
        assert_eq!(Cast::<f32>::cast(u128::MAX).to_bits(), (u128::MAX as f32).to_bits());
        assert_eq!(Cast::<usize>::cast(true), 1);
        assert_eq!(Cast::<Complex32>::cast(7_u64), Complex::new(7.0, 0.0));
        assert_eq!(Cast::<Complex32>::cast(Complex64::new(0.1, 1e300)), Complex::new(0.1, f32::INFINITY));
    }
}
