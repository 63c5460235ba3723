//! The steps of integers that there are kernels for: products of matrices, and copies. All others are computed by loops that macros emit.

use std::{marker::PhantomData, mem::transmute_copy};

use crate::{
    gemm::{blocked, contraction::Contraction},
    instances::integers::{Bytes, Words16, Words32, Words64},
    kernel::Packed,
    machine::isa::{self, Level},
    number::{Family, Kind, Number},
    plan::{choose::is_packed, ran, trace, tuning::integer_tile_rows, way::Way},
    problem::{Axis, Problem, Products, Source},
    run::run,
};

impl<T: Copy> Family<T> {
    /// The kernels for products of a number, if it is an integer. A constant, as `kernels` is.
    #[must_use]
    pub const fn products(self) -> Option<Products<T>> {
        Some(match self.kind() {
            Kind::I8 => products::<T, i8>,
            Kind::I16 => products::<T, i16>,
            Kind::I32 => products::<T, i32>,
            Kind::I64 => products::<T, i64>,
            _ => return None,
        })
    }

    /// The function, for an integer, that computes a step by packed factors if it is a product, whether or not that pays, and returns whether it
    /// is one.
    pub(crate) const fn packed(self) -> Option<fn(&Problem<'_, T>) -> bool> {
        Some(match self.kind() {
            Kind::I8 => packed::<T, i8>,
            Kind::I16 => packed::<T, i16>,
            Kind::I32 => packed::<T, i32>,
            Kind::I64 => packed::<T, i64>,
            _ => return None,
        })
    }
}

/// Computes a step if it is a copy, or a product for which packing pays. `I` is the signed integer of as many bits as `T`.
fn products<T: Copy, I: Integer>(problem: Problem<'_, T>) -> Result<(), Problem<'_, T>> {
    if problem.rhs.is_none() {
        return copied(problem);
    }
    // (Of the baseline, plain vectors of short integers are slower than loops: 512 x 512 of `i16`, Zen 4, 40 ms and 9.)
    let has_vectors = size_of::<I>() > 2 || isa::current().level() != Level::Portable;
    let is_computed = has_vectors && is_packed(problem.axes, size_of::<I>()) && packed::<T, I>(&problem);
    if is_computed { Ok(()) } else { Err(problem) }
}

/// Computes a step of one factor if it is a copy, of integers of as many bits as a float has, as which they are moved. (The x87 of an old
/// x86 changes bits that it moves.)
pub(crate) fn copied<T: Copy>(problem: Problem<'_, T>) -> Result<(), Problem<'_, T>> {
    let is_moved = !cfg!(target_arch = "x86") && matches!(size_of::<T>(), 4 | 8);
    let is_changed = problem.rhs.is_some() || problem.alpha.is_some() || problem.beta.is_some();
    if !is_moved || is_changed || problem.axes.iter().any(|axis| axis.contracted && axis.extent != 1) {
        return Err(problem);
    }
    let Problem { axes, out, lhs, .. } = problem;
    // SAFETY: elements are of as many bits as those floats, every pattern of which is one; they are nowhere computed with, as there is neither
    // a sum nor a scale. Else the contract of `Problem::new` is that of the problem.
    unsafe {
        if size_of::<T>() == 4 {
            run(Problem::new(axes, out.cast::<f32>(), (bits(lhs), None), (None, None), f32::FAMILY));
        } else {
            run(Problem::new(axes, out.cast::<f64>(), (bits(lhs), None), (None, None), f64::FAMILY));
        }
    }
    Ok(())
}

/// A factor as one of other elements of as many bits.
fn bits<T: Copy, B>(Source { pointer, .. }: Source<T>) -> Source<B> {
    Source { pointer: pointer.cast(), conj: false }
}

/// Computes a step by packed factors if it is a product, and returns whether it is. Its axes stay as they are.
fn packed<T: Copy, I: Integer>(problem: &Problem<'_, T>) -> bool {
    assert!(size_of::<T>() == size_of::<I>(), "an integer of another width");
    let mut axes = problem.axes.to_vec();
    // SAFETY: a number of a kind is an integer of as many bits as `I` (nobody else can say that it is of that kind).
    I::compute(unsafe { signed(problem, &mut axes) })
}

/// The step as one of signed integers, which wrap to the same bits, along a copy of its axes.
///
/// # Safety
/// - `T` is an integer of as many bits as `I`.
unsafe fn signed<'b, T: Copy, I: Integer>(problem: &Problem<'_, T>, axes: &'b mut [Axis]) -> Problem<'b, I> {
    // SAFETY: by the contract both are integers of so many bits, of which every pattern is one.
    let number = |number: T| unsafe { transmute_copy::<T, I>(&number) };
    Problem {
        axes,
        out: problem.out.cast(),
        lhs: bits(problem.lhs),
        rhs: problem.rhs.map(bits),
        alpha: problem.alpha.map(number),
        beta: problem.beta.map(number),
        borrow: PhantomData,
    }
}

/// An integer that there are kernels for.
trait Integer: Number {
    /// Computes a step, if it is a product, and returns whether it is. Its axes are reordered.
    fn compute(problem: Problem<'_, Self>) -> bool;
}

/// Functions that are compiled in this crate: a call site pays nothing for them.
macro_rules! integers {
    ($($T:ty: $K:ty),*) => { $(
        impl Integer for $T {
            #[inline(never)]
            fn compute(problem: Problem<'_, Self>) -> bool {
                blocked::<$K>(problem)
            }
        }
    )* };
}

integers!(i8: Bytes, i16: Words16, i32: Words32, i64: Words64);

/// Computes a step by packed factors, if it is a product, and returns whether it is.
#[inline(always)]
fn blocked<K: Packed>(problem: Problem<'_, K::Element>) -> bool {
    const { assert!(K::MR == integer_tile_rows(size_of::<K::Element>())) }
    if trace::is_on() {
        trace::print_plan(&problem, Way::Blocked.into());
    }
    let Ok(mut contraction) = Contraction::of(problem) else { return false };
    ran::note(Way::Blocked);
    // SAFETY: kernels of integers ask for no instruction set but that of the processor. Whoever made the problem has kept the contract
    // of `Problem::new`, so that the tensors are valid at all indices below the extents, and elements of `out` are distinct.
    unsafe { blocked::compute_blocked::<K>(&mut contraction) };
    true
}
