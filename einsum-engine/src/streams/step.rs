//! A problem as the streams see it.

use crate::{
    extents,
    number::Number,
    problem::{Axis, Problem, Source},
    streams::finish::Finish,
};

/// The most axes of steps that are split or packed; nobody has more.
pub(crate) const MOST: usize = 16;

/// A function that computes a step over axes in their simplest form: code that packs one tile of it leaves the rest to this.
pub(super) type Compute<T> = fn(&StreamStep<T>, &mut [Axis]);

/// A place in every tensor.
#[derive(Clone, Copy)]
pub(super) struct Cursor<T> {
    pub(super) out: *mut T,
    pub(super) lhs: *const T,
    /// The place in the second factor; if there is none, that in the first one again, which moves nowhere.
    pub(super) rhs: *const T,
}

impl<T: Copy> Cursor<T> {
    /// The place at an index of an axis.
    #[inline(always)]
    pub(super) fn at(self, axis: &Axis, index: usize) -> Self {
        Self {
            out: self.out.wrapping_offset(extents::offset(index, axis.out)),
            lhs: self.lhs.wrapping_offset(extents::offset(index, axis.lhs)),
            rhs: self.rhs.wrapping_offset(extents::offset(index, axis.rhs)),
        }
    }
}

/// A problem without its axes.
///
/// The first factor is never conjugated: `conj(a) b` is the conjugate of `a conj(b)`, and the
/// conjugate of a sum is taken once, of the whole.
#[derive(Clone, Copy)]
pub(super) struct StreamStep<T> {
    pub(super) cursor: Cursor<T>,
    /// Whether there is a second factor.
    pub(super) two: bool,
    /// Whether the second factor is conjugated.
    pub(super) conj: bool,
    pub(super) finish: Finish<T>,
    /// Whether the tensors are so large that they come from memory.
    pub(super) is_far: bool,
    /// How many factors are packed already.
    pub(super) packed: u8,
}

impl<T: Number> StreamStep<T> {
    #[inline(always)]
    pub(super) fn of(problem: &Problem<'_, T>) -> Self {
        let lhs = problem.lhs;
        let rhs = problem.rhs.unwrap_or(Source { pointer: lhs.pointer, conj: false });
        Self {
            cursor: Cursor { out: problem.out, lhs: lhs.pointer, rhs: rhs.pointer },
            two: problem.rhs.is_some(),
            conj: problem.rhs.is_some() && lhs.conj != rhs.conj,
            finish: Finish::new(lhs.conj, problem.alpha, problem.beta),
            is_far: false,
            packed: 0,
        }
    }

    /// The step with its factors in the other order.
    pub(super) fn swapped(self) -> Self {
        let Cursor { out, lhs, rhs } = self.cursor;
        let cursor = Cursor { out, lhs: rhs, rhs: lhs };
        // conj(b) a is the conjugate of b conj(a).
        Self { cursor, finish: self.finish.conjugated(self.conj), ..self }
    }
}

impl<T: Number> StreamStep<T> {
    /// The step of the first factor alone, times the second one, which is a number.
    ///
    /// # Safety
    /// - The second factor is valid for reads at index 0.
    pub(super) unsafe fn times_second(self) -> Self {
        // SAFETY: by this function's contract, which has the same clause.
        let number = unsafe { second(self.cursor.rhs, self.conj) };
        Self { two: false, conj: false, finish: self.finish.times(number), ..self }
    }
}

/// Calls back with the place of every index, the last axis fastest.
#[inline(always)]
pub(super) fn nest<T: Copy>(axes: &[Axis], cursor: Cursor<T>, body: &mut impl FnMut(Cursor<T>)) {
    if axes.is_empty() { body(cursor) } else { nest_in(axes, cursor, body) }
}

/// Calls back with the place of every index of one axis or more; compiled once, and not for every body.
fn nest_in<T: Copy>(axes: &[Axis], cursor: Cursor<T>, body: &mut dyn FnMut(Cursor<T>)) {
    match axes {
        [] => body(cursor),
        [axis] => (0..axis.extent).for_each(|n| body(cursor.at(axis, n))),
        [axis, inner @ ..] => (0..axis.extent).for_each(|n| nest_in(inner, cursor.at(axis, n), body)),
    }
}

/// The second factor at index 0, conjugated if it is.
///
/// # Safety
/// - `pointer` is valid for reads.
#[inline(always)]
pub(super) unsafe fn second<T: Number>(pointer: *const T, conj: bool) -> T {
    // SAFETY: by the contract the pointer is valid for reads.
    let element = unsafe { *pointer };
    if conj { element.conjugate() } else { element }
}
