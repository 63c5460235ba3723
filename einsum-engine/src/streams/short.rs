//! Short steps along two axes at most: planning would take longer than they do.
//!
//! (f32, one core, planned as others and so: the trace of 4 x 4 17 ns and 7, 8 products 19 and 10, 16 x 16 times a vector 50
//! and 37, `i,j->ij` of 3 60 and 34.)

use crate::{
    number::Number,
    plan::{
        ran,
        tuning::{ONE_BY_ONE_MAX_TERMS, UNPLANNED_SUM_MAX_TERMS},
        way::Way,
    },
    problem::{Axis, Problem},
    streams::{
        fold::Fold,
        step::StreamStep,
        terms::{OneStrided, PairStrided, Term},
    },
};

/// How a short step is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    /// No sum, one by one.
    Map,
    /// Sums, term by term.
    Terms,
    /// Sums, in vectors.
    Vectors,
}

impl Short {
    /// Whether a step is a short one, by its axes as they are: a sum along the last, or no sum and but a few elements.
    #[inline(always)]
    pub(crate) fn of<T: Number>(problem: &Problem<'_, T>) -> Option<Self> {
        let (outer, lane) = axes(problem)?;
        let terms = outer.extent.saturating_mul(lane.extent);
        if !lane.contracted {
            return (1..=ONE_BY_ONE_MAX_TERMS).contains(&terms).then_some(Self::Map);
        }
        let two = problem.rhs.is_some();
        // Factors that are summed alone are summed first.
        let is_lone = lane.lhs == 0 || two && lane.rhs == 0;
        if is_lone || !(1..=UNPLANNED_SUM_MAX_TERMS).contains(&terms) {
            return None;
        }
        if terms <= ONE_BY_ONE_MAX_TERMS {
            return Some(Self::Terms);
        }
        let is_side_by_side = lane.lhs == 1 && (lane.rhs == 1 || !two);
        (problem.axes.len() == 1 || is_side_by_side).then_some(Self::Vectors)
    }
}

impl From<Short> for Way {
    fn from(short: Short) -> Self {
        match short {
            Short::Map => Self::ShortMap,
            Short::Terms => Self::ShortTerms,
            Short::Vectors => Self::ShortVectors,
        }
    }
}

/// The axis around the lane, and the lane.
#[inline(always)]
fn axes<'p, T>(problem: &'p Problem<'_, T>) -> Option<(&'p Axis, &'p Axis)> {
    match &*problem.axes {
        [lane] => Some((&Axis::NONE, lane)),
        [outer, lane] if !outer.contracted => Some((outer, lane)),
        _ => None,
    }
}

/// Computes a short step.
///
/// # Panics
/// If it has other axes.
#[inline(always)]
pub(crate) fn compute_short<T: Number>(problem: &Problem<'_, T>, short: Short) {
    ran::note(short.into());
    let (outer, lane) = axes(problem).expect("a short step has an axis or two");
    if short == Short::Map {
        return map(problem, outer, lane);
    }
    let step = &StreamStep::of(problem);
    // SAFETY: the tensors are valid at all indices of the axes by the contract of `Problem::new`, and there are terms, so
    // that no axis has extent 0.
    unsafe {
        match (short, step.two) {
            (Short::Vectors, _) => {
                Fold { step, outer: &Axis::NONE, kept: outer, rows: &Axis::NONE, lane }.call();
            }
            (_, true) => sums::<T, PairStrided<T>>(step, outer, lane),
            (_, false) => sums::<T, OneStrided<T>>(step, outer, lane),
        }
    }
}

/// Computes a few elements without a sum, one by one.
#[inline(never)]
fn map<T: Number>(problem: &Problem<'_, T>, outer: &Axis, lane: &Axis) {
    let step = &StreamStep::of(problem);
    for n in 0..outer.extent {
        let cursor = step.cursor.at(outer, n);
        for m in 0..lane.extent {
            // SAFETY: indices are below the extents, so that the tensors are valid by the contract of `Problem::new`; terms
            // in any strides are read at these alone.
            unsafe {
                let term = match problem.rhs {
                    Some(_) => PairStrided::new(step, cursor, lane).at(m),
                    None => OneStrided::new(step, cursor, lane).at(m),
                };
                step.finish.one(term, cursor.at(lane, m).out);
            }
        }
    }
}

/// Finishes the sum along `lane`, for every index of `outer`.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - The lane has an index.
#[inline(always)]
unsafe fn sums<T: Number, K: Term<T>>(step: &StreamStep<T>, outer: &Axis, lane: &Axis) {
    for n in 0..outer.extent {
        let cursor = step.cursor.at(outer, n);
        // SAFETY: by the contract the tensors are valid at these indices, and the lane has one at least.
        unsafe { step.finish.one(sum(K::new(step, cursor, lane), lane.extent), cursor.out) }
    }
}

/// The sum of so many terms, in two sums side by side.
///
/// # Safety
/// - `len` is at least 1, and at most the extent of the axis of `terms`.
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
