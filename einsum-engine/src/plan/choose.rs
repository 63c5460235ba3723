//! The decision: what the engine does with a step, read from top to bottom.

use std::cell::Cell;

use crate::{
    axes::{simplify, terms},
    extents,
    gemm::{
        contraction::{Contraction, Role},
        inner, lanewise,
        parts::{self, SplitK},
        small,
        small::Matrices,
    },
    number::Number,
    plan::{
        tuning::{INTEGER_MIN_DEPTH, INTEGER_MIN_SIDE, SPLIT_MIN_TERMS, integer_min_multiplications},
        way::{Plan, StreamWay, Sum, Way},
    },
    problem::{Axis, Problem, Roles},
    repeated::{self, is_repeated},
    streams::{
        self, long,
        plan::{Stream, is_first_a_number, swap},
        short::Short,
        split::Split,
        step::MOST,
    },
};

/// Plans a step, for a trace or a test: the loops themselves ask each of these questions when they come to it, and go on with the
/// answer.
pub(crate) fn choose<T: Number>(problem: &Problem<'_, T>) -> Plan {
    if let Some(short) = Short::of(problem) {
        return Way::from(short).into();
    }
    let mut axes = problem.axes.to_vec();
    if problem.rhs.is_none() {
        return of_stream(problem.with_axes(&mut axes));
    }
    if Matrices::of(problem).is_some() {
        return Way::Direct.into();
    }
    let roles = Roles::of(problem);
    if roles.is_empty {
        return Way::Nothing.into();
    }
    if roles.is_irregular() {
        return of_irregular(problem, roles);
    }
    if !roles.is_product() {
        return of_stream(problem.with_axes(&mut axes));
    }
    match Contraction::of(problem.with_axes(&mut axes)) {
        Ok(contraction) => of_contraction(&contraction),
        Err(problem) => of_stream(problem),
    }
}

/// Plans a step of two factors without terms, or with labels that are contracted and not on both.
fn of_irregular<T: Number>(problem: &Problem<'_, T>, roles: Roles) -> Plan {
    match (roles.is_empty, roles.has_no_terms) {
        (true, _) => Way::Nothing.into(),
        (false, true) => of_stream(problem.with_axes(&mut problem.axes.to_vec())),
        (false, false) => Way::LoneFirst.into(),
    }
}

/// Plans a GEMM of any number of axes.
fn of_contraction<T: Number>(contraction: &Contraction<'_, T>) -> Plan {
    let Some(parts) = SplitK::of(contraction) else { return of_part(contraction) };
    let plan = Cell::new(Way::Blocked.into());
    parts::first(contraction, parts, |part| plan.set(of_part(part)));
    let plan = plan.get();
    Plan { sum: Sum { parts: parts.count, ..plan.sum }, ..plan }
}

/// Plans a GEMM in one part, or a part of it. (Spans of a long sum go by these loops too, or by others if that is better for shorter ones.)
fn of_part<T: Number>(part: &Contraction<'_, T>) -> Plan {
    let way = of_piece(part);
    let spans = SplitK::spans(part, way).map_or(1, |spans| spans.count);
    Plan { sum: Sum { spans, ..Sum::WHOLE }, ..way.into() }
}

/// The loops for a GEMM that is computed in one piece.
pub(crate) fn of_piece<T: Number>(contraction: &Contraction<'_, T>) -> Way {
    if lanewise::fits(contraction) {
        Way::Lanewise
    } else if inner::fits(contraction) {
        Way::Dot
    } else if small::fits(contraction) {
        Way::Direct
    } else {
        Way::Blocked
    }
}

/// Whether a step of integers of so many bytes, of two factors, is a product that is computed by packed factors. (There are no other kernels
/// for integers: all else is computed by loops that macros emit.)
pub(crate) fn is_packed(axes: &[Axis], bytes: usize) -> bool {
    // The extents of one GEMM: of rows, columns and the sum.
    let [mut m, mut n, mut k] = [1_usize; 3];
    // The label of the least stride in the result.
    let mut nearest = Axis { out: isize::MAX, ..Axis::NONE };
    for &axis in axes.iter().filter(|axis| axis.extent != 1) {
        if axis.contracted && (axis.lhs == 0 || axis.rhs == 0) {
            return false;
        }
        if !axis.contracted && axis.out.unsigned_abs() < nearest.out.unsigned_abs() {
            nearest = axis;
        }
        match axis.role() {
            Role::Batch => {}
            Role::LhsFree => m = m.saturating_mul(axis.extent),
            Role::RhsFree => n = n.saturating_mul(axis.extent),
            Role::Contracted => k = k.saturating_mul(axis.extent),
        }
    }
    let are_side_by_side = nearest.out == 1 && nearest.lhs + nearest.rhs == 1;
    extents::count([m, n, k]) >= integer_min_multiplications(bytes, are_side_by_side)
        && m.min(n) >= INTEGER_MIN_SIDE
        && k >= INTEGER_MIN_DEPTH
        && nearest.role() != Role::Batch
}

/// Plans a step that is no GEMM, on axes of its own.
fn of_stream<T: Number>(mut problem: Problem<'_, T>) -> Plan {
    problem.axes = simplify(problem.axes);
    if let Some(short) = Short::of(&problem) {
        return Way::from(short).into();
    }
    if problem.axes.iter().any(is_repeated) {
        repeated::count(&mut problem);
        problem.axes = simplify(problem.axes);
    }
    let (two, terms, axes) = (problem.rhs.is_some(), terms(problem.axes), problem.axes);
    let is_long = terms >= SPLIT_MIN_TERMS;
    let (fetch, stream) = if is_long { streams::is_far::<T>(two, axes) } else { (false, false) };
    let mut part = [Axis::NONE; MOST];
    let (axes, parts) = match Split::of::<T>(axes, terms) {
        Split::Parts(axis, parts) if is_long => (long::part(axes, (axis, parts), &mut part), parts),
        _ => (axes, 1),
    };
    if two && is_first_a_number(axes) {
        swap(axes);
    }
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    let stream_way = Stream::of::<T>(axes, two, 0);
    let (way, spans) = (Way::from(stream_way), stream_way.spans::<T>(axes, kept, two).map_or(1, |spans| spans.count));
    Plan {
        sum: Sum { parts, spans },
        fetch: fetch && way == Way::Stream(StreamWay::Fold),
        stream: stream && parts == 1,
        ..way.into()
    }
}
