//! The loops for any element.

use super::{Axis, Problem, axes::simplify};
use crate::element::Element;

/// Computes a step.
pub fn run<T: Element>(problem: Problem<'_, T>) {
    let axes = simplify(problem.axes);
    let (kept, contracted) = axes.split_at(axes.iter().take_while(|axis| !axis.contracted).count());
    for_each(kept, [0; 3], &mut |[out, lhs, rhs]| {
        // What is not a sum is not added to zero: that would lose the sign of a zero.
        let mut sum = None;
        for_each(contracted, [0, lhs, rhs], &mut |[_, lhs, rhs]| {
            // SAFETY: `for_each` gives offsets of indices below the extents, so that by the contract
            // of `Problem::new` the elements are valid for reads.
            let term = unsafe {
                let lhs = read(problem.lhs.pointer.offset(lhs), problem.lhs.conj);
                match problem.rhs {
                    Some(source) => lhs.times(read(source.pointer.offset(rhs), source.conj)),
                    None => lhs,
                }
            };
            sum = Some(sum.map_or(term, |sum: T| sum.plus(term)));
        });
        let sum = sum.unwrap_or(T::ZERO);
        let value = problem.alpha.map_or(sum, |alpha| alpha.times(sum));
        // SAFETY: as above, for writes, and for reads if there is a `beta`.
        unsafe {
            let out = problem.out.offset(out);
            out.write(problem.beta.map_or(value, |beta| value.plus(beta.times(*out))));
        }
    });
}

/// # Safety
/// - `pointer` is valid for reads.
#[inline]
unsafe fn read<T: Element>(pointer: *const T, conj: bool) -> T {
    // SAFETY: by the contract.
    let element = unsafe { *pointer };
    if conj { element.conjugate() } else { element }
}

/// Calls back with the offset of every index in every tensor.
fn for_each(axes: &[Axis], offsets: [isize; 3], call: &mut dyn FnMut([isize; 3])) {
    let Some((axis, inner)) = axes.split_first() else { return call(offsets) };
    for n in 0..axis.extent.cast_signed() {
        let [out, lhs, rhs] = offsets;
        for_each(inner, [out + n * axis.out, lhs + n * axis.lhs, rhs + n * axis.rhs], call);
    }
}
