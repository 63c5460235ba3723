//! Factors of `bf16`, where kernels read them as they are.

use std::mem::transmute_copy;

use crate::{
    conversion::Conversion,
    converted::factor::{Arithmetic, Factor},
    gemm::halves,
    machine::tiles,
    number::Kind,
    plan::choose::is_tiled,
    problem::Axis,
};

/// Computes a step if it is a product of two factors of `bf16` for which there are kernels, and returns whether it is.
///
/// # Safety
/// For every index below the extents of `axes`, of which none is 0:
/// - the pointer of each factor moved by the sum of `index * stride` is valid for reads: of a `T`, or if there is a conversion,
///   of an element of the type that it was made for, in strides of these;
/// - `out` moved likewise is valid for writes, and reads give an initialised element if there is a `beta`;
/// - indices that differ along an axis that is not contracted have different elements of `out`, and none of these is an element
///   of a factor, or reached by anything else.
///
/// Contracted axes have stride 0 in `out`.
pub(super) unsafe fn computed<T: Copy>(
    axes: &[Axis],
    out: *mut T,
    factors: &[Factor<T>],
    (alpha, beta): (Option<T>, Option<T>),
    arithmetic: &Arithmetic<T>,
) -> bool {
    let [lhs, rhs] = factors else { return false };
    let are_halves = [lhs, rhs].map(|factor| factor.conversion.is_some_and(Conversion::are_upper_halves));
    if are_halves != [true; 2] || !matches!(arithmetic.family.kind(), Kind::F32) || !is_tiled(axes) {
        return false;
    }
    let Some(tiles) = tiles::current() else { return false };
    // SAFETY: a number of a kind is that very number (nobody else can say that it is of that kind): `T` is `f32`.
    let number = |number: T| unsafe { transmute_copy::<T, f32>(&number) };
    let scale = (alpha.map(number), beta.map(number));
    let pointers = [lhs, rhs].map(|factor| factor.source.pointer.cast::<i16>());
    // SAFETY: by this function's contract, which has the same clauses; elements of both factors are 16 bits without padding,
    // aligned as an `i16`.
    unsafe { halves::compute_halves(tiles, axes, out.cast(), pointers, scale) }
}
