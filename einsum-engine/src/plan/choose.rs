//! The decision: what the engine does with a step, read from top to bottom.

use std::cell::Cell;

#[cfg(target_arch = "x86_64")]
use crate::plan::tuning::{HALVES_LIMITS, HalvesLimits};
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
        tuning::{INTEGER_DOT_MIN_LENGTH, INTEGER_LANE_MIN_EXTENT, SPLIT_MIN_TERMS, integer_limits, integer_tile_rows},
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
    if problem.axes.len() == 2 && Matrices::of(problem).is_some() {
        return Way::Direct.into();
    }
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
    // The label of the least stride in the result, along which loops have vectors.
    let mut lane = Axis { out: isize::MAX, ..Axis::NONE };
    let mut have_dots = false;
    for &axis in axes.iter().filter(|axis| axis.extent != 1) {
        if axis.contracted && (axis.lhs == 0 || axis.rhs == 0) {
            return false;
        }
        if !axis.contracted && axis.out.unsigned_abs() < lane.out.unsigned_abs() {
            lane = axis;
        }
        have_dots |= axis.contracted && axis.lhs == 1 && axis.rhs == 1 && axis.extent >= INTEGER_DOT_MIN_LENGTH;
        match axis.role() {
            Role::Batch => {}
            Role::LhsFree => m = m.saturating_mul(axis.extent),
            Role::RhsFree => n = n.saturating_mul(axis.extent),
            Role::Contracted => k = k.saturating_mul(axis.extent),
        }
    }
    let have_lanes = lane.out == 1 && lane.lhs.wrapping_add(lane.rhs) == 1 && lane.extent >= INTEGER_LANE_MIN_EXTENT;
    let least = integer_limits(bytes, have_lanes, have_dots);
    extents::count([m, n, k]) >= least.multiplications
        && m.min(n) >= least.side
        && m.max(n) >= integer_tile_rows(bytes)
        && k >= least.depth
        && lane.role() != Role::Batch
}

/// Whether a step of two factors of `bf16` is a product that is computed by tiles.
#[cfg(target_arch = "x86_64")]
pub(crate) fn is_tiled(axes: &[Axis]) -> bool {
    let [mut m, mut n, mut k] = [1_usize; 3];
    for &axis in axes.iter().filter(|axis| axis.extent != 1) {
        if axis.contracted && (axis.lhs == 0 || axis.rhs == 0) {
            return false;
        }
        match axis.role() {
            Role::Batch => {}
            Role::LhsFree => m = m.saturating_mul(axis.extent),
            Role::RhsFree => n = n.saturating_mul(axis.extent),
            Role::Contracted => k = k.saturating_mul(axis.extent),
        }
    }
    let HalvesLimits { multiplications, side, depth: [least, most] } = HALVES_LIMITS;
    extents::count([m, n, k]) >= multiplications && m.min(n) >= side && (least..=most).contains(&k)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `ij,jk->ik` row-major, or `ij,kj->ik`.
    fn product([i, j, k]: [usize; 3], is_transposed: bool) -> [Axis; 3] {
        let [of_j, of_k] = [j, k].map(usize::cast_signed);
        let rhs = if is_transposed { [1, of_j] } else { [of_k, 1] };
        [
            Axis { extent: i, out: of_k, lhs: of_j, rhs: 0, contracted: false },
            Axis { extent: k, out: 1, lhs: 0, rhs: rhs[1], contracted: false },
            Axis { extent: j, out: 0, lhs: 1, rhs: rhs[0], contracted: true },
        ]
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn halves_are_tiled_where_tiles_are_filled() {
        for (extents, expected) in [
            ([1024; 3], true),
            ([16; 3], false),
            ([32; 3], true),
            ([1024, 4, 1024], false),
            ([4, 1024, 1024], false),
            ([64, 1 << 20, 64], false),
        ] {
            assert_eq!(is_tiled(&product(extents, false)), expected, "{extents:?}");
        }
        let [i, k, j] = product([64; 3], false);
        assert!(!is_tiled(&[i, k, Axis { rhs: 0, ..j }]), "a label is lone");
        assert!(!is_tiled(&[i, Axis { rhs: 0, ..k }, j]), "no columns");
    }

    #[test]
    fn integers_are_packed_where_loops_are_slow() {
        for (extents, is_transposed, bytes, expected) in [
            ([1024; 3], false, 1, true),
            ([1024; 3], true, 8, true),
            ([4; 3], true, 8, false),
            ([64; 3], false, 1, false),
            ([64; 3], true, 1, true),
            ([64; 3], true, 4, false),
            ([1024, 8, 1024], false, 4, false),
            ([1024, 2, 1024], true, 4, true),
            ([8, 1024, 1024], true, 4, false),
            ([8, 1024, 1024], false, 4, true),
            ([16, 100_000, 16], false, 2, false),
        ] {
            let axes = product(extents, is_transposed);
            assert_eq!(is_packed(&axes, bytes), expected, "{extents:?}, {is_transposed}, {bytes} bytes");
        }
        let [i, k, j] = product([64; 3], true);
        assert!(!is_packed(&[i, k, Axis { rhs: 0, ..j }], 1), "a label is lone");
        let batch = Axis { extent: 64, out: 1, lhs: 1, rhs: 1, contracted: false };
        assert!(!is_packed(&[Axis { out: 64, ..i }, Axis { out: 64 * 64, ..k }, batch, j], 1), "products side by side");
    }
}
