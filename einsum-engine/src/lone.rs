//! Lone labels: contracted, and on one factor alone. Summed before the product, they cost one pass
//! over that factor.
//!
//! The compiler sums labels that are lone by the subscripts in steps of their own. Those that are
//! left are lone by their extents: the other factor has extent 1, or repeats.

use crate::{
    extents,
    machine::pages::advise_large,
    number::Number,
    problem::{Axis, Problem, Source},
};

/// Sums the lone labels of both factors, if there are any: the factors are replaced by their sums,
/// which must be kept as long as the problem. Where there is no memory for these, the labels stay.
///
/// The problem has an index: no extent is 0.
pub(crate) fn sum<T: Number>(problem: &mut Problem<'_, T>, run: fn(Problem<'_, T>)) -> [Vec<T>; 2] {
    let Some(mut rhs) = problem.rhs else { return [Vec::new(), Vec::new()] };
    let of_lhs = sum_factor(problem.axes, &mut problem.lhs, |axis| (&mut axis.lhs, axis.rhs), run);
    let of_rhs = sum_factor(problem.axes, &mut rhs, |axis| (&mut axis.rhs, axis.lhs), run);
    problem.rhs = Some(rhs);
    [of_lhs, of_rhs]
}

/// Sums the lone labels of one factor; `strides` gives an axis' stride in it, and in the other one.
fn sum_factor<T: Number>(
    axes: &mut [Axis],
    factor: &mut Source<T>,
    strides: fn(&mut Axis) -> (&mut isize, isize),
    run: fn(Problem<'_, T>),
) -> Vec<T> {
    let mut is_lone = |axis: &mut Axis| {
        let (own, other) = strides(axis);
        let (own, is_alone) = (*own, other == 0);
        own != 0 && is_alone && axis.contracted && axis.extent > 1
    };
    if !axes.iter_mut().any(&mut is_lone) {
        return Vec::new();
    }
    // The strides of the sums, row-major. (Of a factor that is read several times over there may be more than it has elements.)
    let mut kept = Vec::new();
    for axis in axes.iter_mut() {
        if *strides(axis).0 != 0 && !is_lone(axis) {
            kept.push(axis.extent);
        }
    }
    let Some((mut sums, len)) = extents::exact(kept).and_then(|len| Some((reserved(len)?, len))) else {
        return Vec::new();
    };
    let mut stride = 1;
    let mut inner = Vec::new();
    for axis in axes.iter_mut().rev() {
        let contracted = is_lone(axis);
        let extent = axis.extent;
        let own = strides(axis).0;
        if *own == 0 {
            continue;
        }
        let out = if contracted { 0 } else { stride };
        inner.push(Axis { extent, out, lhs: *own, rhs: 0, contracted });
        *own = out;
        if contracted {
            axis.extent = 1;
        } else {
            stride = extents::offset(extent, stride);
        }
    }
    // SAFETY: no extent is 0, so that the factor is valid for reads along all of its axes by the contract of the problem; those
    // that are not contracted walk through `len` elements, row-major, for which there is room, and which nobody else reaches.
    // The step writes each of them.
    unsafe {
        run(Problem::new(&mut inner, sums.as_mut_ptr(), (*factor, None), (None, None), T::FAMILY));
        sums.set_len(len);
    }
    *factor = Source { pointer: sums.as_ptr(), conj: false };
    sums
}

/// Room for so many elements, if it can be had.
fn reserved<T>(len: usize) -> Option<Vec<T>> {
    let mut elements = Vec::new();
    elements.try_reserve_exact(len).ok()?;
    advise_large(elements.as_ptr(), len);
    Some(elements)
}
