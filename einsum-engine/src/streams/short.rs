//! Short steps along two axes at most: planning would take longer than they do.
//!
//! (f32, one core, planned as others and so: the trace of 4 x 4 17 ns and 7, 8 products 19 and 10, 16 x 16 times a vector 50
//! and 37, `i,j->ij` of 3 60 and 34.)

use crate::{
    number::Number,
    plan::tuning::{BUFFER_MIN_ELEMENTS, ONE_BY_ONE_MAX_TERMS, UNPLANNED_SUM_MAX_TERMS},
    problem::{Axis, Problem},
    streams::{
        buffer::Buffer,
        fold::Fold,
        step::Step,
        terms::{OneStrided, PairStrided, Term},
        vectors::Vectors,
    },
};

/// Computes a step if it is that, by its axes as they are: a sum along the last, or no sum and but a [`ONE_BY_ONE_MAX_TERMS`] elements.
#[inline]
pub(super) fn run<T: Number, V: Vectors>(vectors: V, problem: &Problem<'_, T>) -> bool {
    if const { Buffer::room::<T>() < BUFFER_MIN_ELEMENTS } {
        return false;
    }
    let (outer, lane) = match &*problem.axes {
        [lane] => (&Axis::NONE, lane),
        [outer, lane] if !outer.contracted => (outer, lane),
        _ => return false,
    };
    if !lane.contracted {
        return map(problem, outer, lane);
    }
    let two = problem.rhs.is_some();
    // Factors that are summed alone are summed first.
    let is_lone = lane.lhs == 0 || two && lane.rhs == 0;
    let terms = outer.extent.saturating_mul(lane.extent);
    if is_lone || !(1..=UNPLANNED_SUM_MAX_TERMS).contains(&terms) {
        return false;
    }
    let is_few = terms <= ONE_BY_ONE_MAX_TERMS;
    let is_side_by_side = lane.lhs == 1 && (lane.rhs == 1 || !two);
    if !is_few && problem.axes.len() > 1 && !is_side_by_side {
        return false;
    }
    let step = &Step::of(problem);
    // SAFETY: the tensors are valid at all indices of the axes by the contract of `Problem::new`.
    unsafe {
        match (is_few, two) {
            (true, true) => sums::<T, PairStrided<T>>(step, outer, lane),
            (true, false) => sums::<T, OneStrided<T>>(step, outer, lane),
            _ => Fold { step, outer: &Axis::NONE, kept: outer, rows: &Axis::NONE, lane }.call(vectors),
        }
    }
    true
}

/// Computes a few elements without a sum, one by one.
#[inline(never)]
fn map<T: Number>(problem: &Problem<'_, T>, outer: &Axis, lane: &Axis) -> bool {
    if !(1..=ONE_BY_ONE_MAX_TERMS).contains(&outer.extent.saturating_mul(lane.extent)) {
        return false;
    }
    let step = &Step::of(problem);
    for n in 0..outer.extent {
        let cursor = step.cursor.at(outer, n);
        for m in 0..lane.extent {
            // SAFETY: indices are below the extents, so that the tensors are valid by the contract of `Problem::new`.
            unsafe {
                let term = match problem.rhs {
                    Some(_) => PairStrided::new(step, cursor, lane).at(m),
                    None => OneStrided::new(step, cursor, lane).at(m),
                };
                step.finish.one(term, cursor.at(lane, m).out);
            }
        }
    }
    true
}

/// Finishes the sum along `lane`, for every index of `outer`.
///
/// # Safety
/// - The tensors of `step` are valid, as those of a [`Problem`] are, at every index of the axes.
#[inline(always)]
unsafe fn sums<T: Number, K: Term<T>>(step: &Step<T>, outer: &Axis, lane: &Axis) {
    for n in 0..outer.extent {
        let cursor = step.cursor.at(outer, n);
        // SAFETY: by the contract.
        unsafe { step.finish.one(sum(K::new(step, cursor, lane), lane.extent), cursor.out) }
    }
}

/// The sum of so many terms, in two sums side by side.
///
/// # Safety
/// - They are at most as many as there are, and not none.
#[inline(always)]
unsafe fn sum<T: Number, K: Term<T>>(terms: K, len: usize) -> T {
    // SAFETY: by the contract: indices are below the extent.
    unsafe {
        let (mut even, mut odd) = (terms.at(0), T::ZERO);
        let mut n = 1;
        while n + 1 < len {
            odd = odd.plus(terms.at(n));
            even = even.plus(terms.at(n + 1));
            n += 2;
        }
        if n < len {
            odd = odd.plus(terms.at(n));
        }
        even.plus(odd)
    }
}
