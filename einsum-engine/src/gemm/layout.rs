//! The order in which a blocked contraction walks along its axes.
//!
//! A cache line holds 16 elements; touched for one of them at a time, it is fetched 16 times. So the
//! axis of stride 1 of every tensor must be among those that are walked along inside of a block, together:
//!
//! - that of the result is the fastest of m (which factor is `a` is chosen so), as tiles are stored;
//! - that of `a` may be another axis of m: the block then spans a range of both ([`Layout::across`]), and
//!   packing transposes; or a contracted one: it is made the fastest, and packing transposes as well;
//! - that of `b` may be a contracted one, too. If it is another, it is cut into strips of a cache line, and a
//!   block spans a strip of the one and a range of the other. If each of its elements would be packed for few rows, `b` is not
//!   packed at all: tiles read it where it lies, which may be a view in which elements are at many indices.

use crate::{
    extents,
    gemm::contraction::{Contraction, extent, is_read_often},
    kernel::panels::Unit,
    machine::workspace::LINE,
    number::{Number, is_real},
    plan::tuning::{IN_PLACE_MAX_ROWS, SAME_SETS_STRIDE_BYTES},
    problem::Axis,
};

/// How the axes are walked.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// The axis of m, if it is not the fastest, along which `a` has stride 1.
    pub(crate) across: Axis,
    /// Where `a`, and `b`, has stride 1.
    pub(crate) units: [Unit; 2],
    /// Whether the shortest step in `a` but one is along k, not m.
    pub(crate) depth_first: bool,
    /// Around the contracted axes: the rest of the fastest one, if that is cut into strips.
    pub(crate) strips: Axis,
    /// The steps in a strip; 1 if there are none.
    pub(crate) lane: usize,
    /// Whether `b` is read in place.
    pub(crate) in_place: bool,
}

impl Layout {
    /// Orders the axes such that whole cache lines of both factors and of the result are touched at a
    /// time, as far as that can be.
    pub(crate) fn of<T: Number>(problem: &mut Contraction<'_, T>) -> Self {
        let (across, strips) = (Axis::NONE, Axis::NONE);
        let mut layout = Self { across, units: [Unit::None; 2], depth_first: true, strips, lane: 1, in_place: false };
        let m = &mut problem.m;
        let fastest = m.len() - 1;
        if m[fastest].lhs == 1 {
            layout.units[0] = Unit::Rows;
        } else if let Some(place) = m.iter().position(|axis| axis.lhs == 1) {
            layout.units[0] = Unit::Across;
            layout.across = m[place];
            m[..=place].rotate_right(1);
            let rest = std::mem::take(m);
            problem.m = &mut rest[1..];
            let least = |axes: &[Axis]| axes.iter().map(|axis| axis.lhs.unsigned_abs()).min();
            layout.depth_first = least(problem.k) < least(problem.m);
        } else if let Some(place) = problem.k.iter().position(|axis| axis.lhs == 1) {
            layout.units[0] = Unit::Depth;
            problem.k[place..].rotate_left(1);
        }
        if layout.suits_in_place(problem) {
            return layout.with_b_in_place(problem);
        }
        let n = &mut problem.n;
        let lines_in_rows =
            problem.m.last().is_some_and(|axis| axis.out == 1 && extents::bytes::<T>(axis.extent) >= LINE);
        if let Some(place) = n.iter().position(|axis| axis.rhs == 1)
            && (lines_in_rows || place + 1 == n.len())
        {
            n[place..].rotate_left(1);
            layout.units[1] = Unit::Rows;
        } else if let Some(place) = problem.k.iter().position(|axis| axis.rhs == 1) {
            if layout.units[0] != Unit::Depth || place + 1 == problem.k.len() {
                problem.k[place..].rotate_left(1);
                layout.units[1] = Unit::Depth;
            } else if let Some(lane) = strip::<T>(problem.k[place].extent) {
                problem.k[place..].rotate_left(1);
                layout.units[1] = Unit::Depth;
                layout.cut(problem.k, lane);
            }
        }
        layout
    }

    /// Whether tiles read `b` in place: it is a view of windows that overlap, of which packing would copy each element several times, and for few
    /// rows. Neighbouring columns must not share the sets of an L1 cache.
    fn suits_in_place<T: Number>(&self, problem: &Contraction<'_, T>) -> bool {
        let step = problem.n.last().map_or(0, |axis| extents::bytes::<T>(axis.rhs.unsigned_abs()));
        let rows = extents::count([extent(problem.m), self.across.extent]);
        is_real::<T>()
            && rows <= IN_PLACE_MAX_ROWS
            && is_read_often(&*problem.n, &*problem.k, |axis| axis.rhs)
            && !(step >= SAME_SETS_STRIDE_BYTES && step.is_multiple_of(SAME_SETS_STRIDE_BYTES))
    }

    /// Walks along contracted indices as `b` lies, unless `a` is packed along them.
    fn with_b_in_place<T: Number>(self, problem: &mut Contraction<'_, T>) -> Self {
        if self.units[0] != Unit::Depth
            && let Some(place) = problem.k.iter().position(|axis| axis.rhs == 1)
        {
            problem.k[place..].rotate_left(1);
        }
        Self { in_place: true, ..self }
    }

    /// Cuts the fastest contracted axis, along which `b` has stride 1, into strips. Where `a` has it along
    /// another, the one before, both are then read by whole cache lines.
    fn cut(&mut self, k: &mut [Axis], lane: usize) {
        let Some(fastest) = k.last_mut() else { return };
        let Axis { extent, lhs, rhs, .. } = *fastest;
        let [lhs, rhs] = [lhs, rhs].map(|stride| extents::offset(lane, stride));
        self.strips = Axis { extent: extent / lane, lhs, rhs, ..*fastest };
        self.lane = lane;
        fastest.extent = lane;
    }
}

/// The length of strips of an axis, a divisor of its extent: about a cache line.
pub(crate) fn strip<T>(extent: usize) -> Option<usize> {
    let line = LINE / size_of::<T>();
    (line..=2 * line).chain((line / 2..line).rev()).find(|&strip| extent.is_multiple_of(strip))
}
