//! Steps whose converted factors have few elements: these are converted as a whole, on the stack.

use crate::{
    conversion::Conversion,
    converted::factor::{Arithmetic, Factor, len, stride_in},
    extents,
    machine::workspace::Room,
    plan::tuning::CONVERTED_STACK_BYTES,
    problem::{Axis, Problem},
};

/// Room on the stack for as much as is converted there, of either factor.
type Whole = Room<CONVERTED_STACK_BYTES>;

/// Whether the converted factors are few enough elements.
pub(super) fn fits<T>(axes: &[Axis], is_converted: [bool; 2]) -> bool {
    (0..2).all(|factor| !is_converted[factor] || len(axes, factor) <= Whole::room::<T>())
}

/// Computes a step whose converted factors are converted as a whole.
///
/// # Panics
/// If a converted factor does not [fit](fits).
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
pub(super) unsafe fn compute_whole<T: Copy>(
    axes: &mut [Axis],
    out: *mut T,
    factors: &[Factor<T>],
    scale: (Option<T>, Option<T>),
    arithmetic: &Arithmetic<T>,
) {
    let (mut of_lhs, mut of_rhs) = (Whole::new(), Whole::new());
    let mut sources = [None; 2];
    for (number, (factor, room)) in factors.iter().zip([&mut of_lhs, &mut of_rhs]).enumerate() {
        let mut source = factor.source;
        if let Some(conversion) = factor.conversion {
            let to = room.elements::<T>(len(axes, number));
            // SAFETY: by the contract the elements can be read at all indices of the axes; there is room for as many as these
            // multiply to.
            unsafe { convert(conversion, (source.pointer, 0), to, axes, number) };
            lay_out(axes, number);
            source.pointer = to;
        }
        sources[number] = Some(source);
    }
    let [Some(lhs), rhs] = sources else { return };
    // SAFETY: by this function's contract, which has the clauses of `Problem::new` but for converted factors: their
    // elements lie in rooms that live on, as the strides say that `lay_out` has given the axes.
    (arithmetic.run)(unsafe { Problem::new(axes, out, (lhs, rhs), scale, arithmetic.family) });
}

/// Converts a factor, the last axis along which it has several elements innermost: how many elements these are.
///
/// # Safety
/// - For every index of the axes, `from`, `start` of its elements on, moved by the sum of `index * stride`, is an element that the
///   conversion was made for, valid for reads.
/// - `to` is valid for writes of [`len`] elements, which nothing else reaches.
unsafe fn convert<T: Copy>(
    conversion: Conversion<T>,
    (from, start): (*const T, isize),
    to: *mut T,
    axes: &[Axis],
    factor: usize,
) -> usize {
    let Some(first) = axes.iter().position(|axis| stride_in(axis, factor) != 0) else {
        // SAFETY: by the contract, of the only element.
        unsafe { conversion.convert(from, (start, 1), to, 1) };
        return 1;
    };
    let (Axis { extent, .. }, stride, inner) = (axes[first], stride_in(&axes[first], factor), &axes[first + 1..]);
    if inner.iter().all(|axis| stride_in(axis, factor) == 0) {
        // SAFETY: by the contract, of the elements along this axis.
        unsafe { conversion.convert(from, (start, stride), to, extent) };
        return extent;
    }
    let mut done = 0;
    for index in 0..extent {
        let start = start.wrapping_add(extents::offset(index, stride));
        // SAFETY: by the contract, at an index of this axis; what was converted before is behind `to`.
        done += unsafe { convert(conversion, (from, start), to.wrapping_add(done), inner, factor) };
    }
    done
}

/// Gives a factor the strides of its converted elements.
fn lay_out(axes: &mut [Axis], factor: usize) {
    let mut next = 1usize;
    for axis in axes.iter_mut().rev() {
        let stride = if factor == 0 { &mut axis.lhs } else { &mut axis.rhs };
        if *stride != 0 {
            *stride = next.cast_signed();
            next = next.saturating_mul(axis.extent);
        }
    }
}
