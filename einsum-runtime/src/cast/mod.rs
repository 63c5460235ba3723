//! Operands that are read as another type: `x as f64`.
//!
//! | module | holds |
//! | --- | --- |
//! | [`given`] | what an expansion calls: operands, cotangents and targets with an `as` |
//! | `numbers` | the conversions between numbers |
//! | [`written`] | numbers that are written among the factors |

pub mod converted;
pub mod given;
mod numbers;
pub mod written;

use core::marker::PhantomData;

use einsum_engine::Reading;

use crate::storage::Storage;

/// A number that can be read as a `T`: what `x as T` in the place of an operand asks of the elements of `x`.
///
/// Implemented for:
///
/// | from | to | value |
/// | --- | --- | --- |
/// | integers, `f32`, `f64` | each other | of Rust's `as`: integers wrap, floats are cut off and saturate |
/// | `bool` | integers, floats | 0 or 1 |
/// | integers, floats, `bool` | `Complex32`, `Complex64` | a real part, converted as by `as` |
/// | `Complex32`, `Complex64` | each other | both parts, converted as by `as` |
/// | `f16`, `bf16`, with the feature `half` | all of these, and each other | of the `f32` that they are |
/// | all of these but the complex ones | `f16`, `bf16` | rounded, by way of `f64` and perhaps of `f32` |
///
/// A complex number cannot be read as a real one; say which part is meant: `z.mapv(|z| z.re)`.
///
/// Implement it for a type of your own to read arrays of that type; it need not be one that einsums compute with. Where gradients
/// are asked of such an operand, its type needs [`CastBack`] as well.
///
/// # Cost
///
/// Elements are converted block by block as they are read, so that the memory that it takes is bounded: 2 MiB for
/// an operand. An operand that several steps read (those of the gradients, say) is converted by each of them; of two converted
/// operands of a large product, one is converted again for each block of the other. A cotangent is made in the type that is
/// computed with, and then converted as a whole; so is what `einsum_vjp_add!` adds to.
///
/// # Example
///
/// ```
/// use einsum::{Cast, Element, einsum};
/// use ndarray::array;
///
/// let (a, b) = (array![100_i8, 100, 100], array![100_i8, 100, 100]);
/// assert_eq!(einsum!("i,i->", a as i32, b as i32), 30_000);
///
/// /// An angle.
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// struct Degrees(i16);
/// impl Element for Degrees {
///     const ZERO: Self = Degrees(0);
///     const ONE: Self = Degrees(1);
///     fn plus(self, other: Self) -> Self { Degrees(self.0 + other.0) }
///     fn times(self, other: Self) -> Self { Degrees(self.0 * other.0) }
///     fn conjugate(self) -> Self { self }
/// }
///
/// impl Cast<f64> for Degrees {
///     fn cast(self) -> f64 { f64::from(self.0).to_radians() }
/// }
///
/// let angles = array![Degrees(180), Degrees(90)];
/// assert_eq!(einsum!("i->", angles as f64), 1.5 * std::f64::consts::PI);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read as `{T}` by an einsum",
    label = "elements of type `{Self}`",
    note = "numbers and `bool` can be read as any type of numbers, and real numbers as complex ones; a type of your own needs `impl einsum::Cast<{T}> for {Self}`",
    note = "a Rust cast of something else, such as of an enum, stands in braces: `{{ e as usize }}`"
)]
pub trait Cast<T>: Copy + Sync {
    /// The number as a `T`.
    #[must_use]
    fn cast(self) -> T;
}

/// A number with gradients where it is read as a `T`: these come back in the type of the operand.
///
/// Implemented for `f32`, `f64`, `Complex32`, `Complex64`, and with the feature `half` for `f16` and `bf16`. A real
/// operand of a complex einsum gets the real part of the cotangent, as in torch.
///
/// # Example
///
/// ```
/// use einsum::einsum_vjp;
/// use ndarray::array;
/// use num_complex::Complex64;
///
/// let (x, w) = (array![1.0_f32, 2.0], array![Complex64::new(3.0, 4.0), Complex64::new(5.0, 6.0)]);
/// let (y, pullback) = einsum_vjp!("i,i->", x as Complex64, w);
/// assert_eq!(y, Complex64::new(13.0, 16.0));
/// let (dx, dw) = pullback(&Complex64::new(1.0, 0.0));
/// assert_eq!(dx, array![3.0_f32, 5.0]);
/// assert_eq!(dw, array![Complex64::new(1.0, 0.0), Complex64::new(2.0, 0.0)]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}`, read as `{T}`, has no gradient",
    label = "elements of type `{Self}` cannot be differentiated",
    note = "gradients exist for `f32`, `f64`, `Complex32`, `Complex64`, and types that implement `einsum::CastBack<{T}>`",
    note = "leave the operand out of those that gradients are asked of: `wrt = [..]`"
)]
pub trait CastBack<T>: Cast<T> + Storage {
    /// The cotangent of a number, of that of the number read as a `T`: the adjoint of [`Cast::cast`].
    #[must_use]
    fn cast_back(cotangent: T) -> Self;
}

/// Elements `S`, read as `T`.
pub(crate) struct As<S, T>(PhantomData<(S, T)>);

impl<S: Cast<T> + Sync, T: Storage> Reading for As<S, T> {
    type From = S;
    type Into = T::Compute;

    #[inline(always)]
    fn read(from: S) -> T::Compute {
        from.cast().load()
    }
}
