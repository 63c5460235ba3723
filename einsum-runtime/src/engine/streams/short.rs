//! Short sums along one axis, for every index of one other at most: planning would take longer than they do.
//!
//! (f32, one core, planned as others and so: 8 products 51 ns and 12, 16 x 16 145 and 44, the trace of 4 x 4 18 and 9.)

use crate::{
    element::Element,
    engine::{Axis, Problem},
};

use super::{
    fold::Fold,
    step::{Cursor, Step},
    terms::{OneStrided, PairStrided, Term},
    vectors::Vectors,
};

/// Terms up to which planning a sum takes longer than the sum.
const SHORT: usize = 1024;

/// Terms up to which vectors take longer to begin and end than numbers one by one.
const FEW: usize = 16;

/// Computes a step if it is that, by its axes as they are.
#[inline]
pub(super) fn run<T: Element, V: Vectors>(vectors: V, problem: &Problem<'_, T>) -> bool {
    let (kept, lane) = match &*problem.axes {
        [lane] => (&Axis::NONE, lane),
        [kept, lane] if !kept.contracted => (kept, lane),
        _ => return false,
    };
    let two = problem.rhs.is_some();
    let terms = kept.extent.saturating_mul(lane.extent);
    if !lane.contracted || lane.lhs == 0 || two && lane.rhs == 0 || !(1..=SHORT).contains(&terms) {
        return false;
    }
    let is_few = terms <= FEW;
    let is_side_by_side = lane.lhs == 1 && (lane.rhs == 1 || !two);
    if !is_few && problem.axes.len() > 1 && !is_side_by_side {
        return false;
    }
    let step = &Step::of(problem);
    // SAFETY: the tensors are valid at all indices of the axes by the contract of `Problem::new`.
    unsafe {
        match (is_few, two) {
            (true, true) => few::<T, PairStrided<T>>(step, kept, lane),
            (true, false) => few::<T, OneStrided<T>>(step, kept, lane),
            _ => Fold { step, outer: &Axis::NONE, kept, rows: &Axis::NONE, lane }.call(vectors),
        }
    }
    true
}

/// Finishes the sum along `lane`, for every index of `kept`.
///
/// # Safety
/// - The tensors of `step` are valid, as those of a [`Problem`] are, at every index of the axes.
#[inline(always)]
unsafe fn few<T: Element, K: Term<T>>(step: &Step<T>, kept: &Axis, lane: &Axis) {
    for n in 0..kept.extent {
        let cursor = step.cursor.at(kept, n);
        // SAFETY: by the contract.
        unsafe { step.finish.one(sum::<T, K>(step, cursor, lane), cursor.out) }
    }
}

/// The sum along `lane`, in two sums side by side.
///
/// # Safety
/// - The factors are valid for reads at every index of the axis, from `cursor` on.
#[inline(always)]
unsafe fn sum<T: Element, K: Term<T>>(step: &Step<T>, cursor: Cursor<T>, lane: &Axis) -> T {
    // SAFETY: by the contract: indices are below the extent.
    unsafe {
        let terms = K::new(step, cursor, lane);
        let (mut even, mut odd) = (terms.at(0), T::ZERO);
        let mut n = 1;
        while n + 1 < lane.extent {
            odd = odd.plus(terms.at(n));
            even = even.plus(terms.at(n + 1));
            n += 2;
        }
        if n < lane.extent {
            odd = odd.plus(terms.at(n));
        }
        even.plus(odd)
    }
}
