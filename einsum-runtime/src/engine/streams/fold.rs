//! Sums along lanes that are contracted.
//!
//! A lane is *folded* into several sums side by side, which hide the latency of an addition, take
//! whole vectors, and lose less to rounding than one; they are added up at its end, in pairs.

use crate::{element::Element, engine::Axis};

use super::{
    complex::is_complex,
    step::{Cursor, Step},
    terms::{Kind, Term, of_kind, plus},
    vectors::{Kernel, Vectors},
};

/// Finishes, for every index of `kept`, the sum over `rows` and `lane`.
///
/// # Safety
/// - The tensors of `step` are valid, as those of a [`Problem`](crate::engine::Problem) are, at every
///   index of the axes from `step.cursor` on.
pub(super) struct Fold<'a, T> {
    pub(super) step: &'a Step<T>,
    pub(super) kept: &'a Axis,
    pub(super) rows: &'a Axis,
    pub(super) lane: &'a Axis,
}

impl<T: Element> Kernel for Fold<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        let kind = Kind::of(self.step, self.lane);
        // SAFETY: by the contract of the type.
        unsafe {
            match size_of::<T>() {
                // Two sums each.
                _ if is_complex::<T>() => of_kind!(kind, T, |K| self.rows::<K<T>, 4>()),
                0..=4 => of_kind!(kind, T, |K| self.rows::<K<T>, 16>(), |K| self.rows::<K<T>, 4>()),
                5..=8 => of_kind!(kind, T, |K| self.rows::<K<T>, 8>(), |K| self.rows::<K<T>, 4>()),
                _ => of_kind!(kind, T, |K| self.rows::<K<T>, 4>(), |K| self.rows::<K<T>, 4>()),
            }
        }
    }
}

impl<T: Element> Fold<'_, T> {
    /// # Safety
    /// - Those of the type.
    #[inline(always)]
    unsafe fn rows<K: Term<T>, const L: usize>(&self) {
        for n in 0..self.kept.extent {
            let cursor = self.step.cursor.at(self.kept, n);
            // SAFETY: by the contract of the type.
            unsafe { self.step.finish.one(self.fold::<K, L>(cursor), cursor.out) }
        }
    }

    /// The sum over both contracted axes.
    ///
    /// # Safety
    /// - Those of the type, for the factors at `cursor`.
    #[inline(always)]
    unsafe fn fold<K: Term<T>, const L: usize>(&self, cursor: Cursor<T>) -> T {
        let len = self.lane.extent;
        let mut wide = [K::zero::<L>(); 4];
        let mut narrow = K::zero::<4>();
        let mut rest = T::ZERO;
        for row in 0..self.rows.extent {
            let mut n = 0;
            // SAFETY: by the contract of the type: indices stay below `len`.
            unsafe {
                let term = K::new(self.step, cursor.at(self.rows, row), self.lane);
                while n + 4 * L <= len {
                    for (m, sums) in wide.iter_mut().enumerate() {
                        *sums = term.add(*sums, n + m * L);
                    }
                    n += 4 * L;
                }
                while L > 4 && n + L <= len {
                    wide[0] = term.add(wide[0], n);
                    n += L;
                }
                while n + 4 <= len {
                    narrow = term.add(narrow, n);
                    n += 4;
                }
                while n < len {
                    rest = rest.plus(term.at(n));
                    n += 1;
                }
            }
        }
        let mut narrow = K::total(narrow, self.step.conj);
        if len >= if L > 4 { L } else { 4 * L } {
            let [a, b, c, d] = wide;
            // Through memory: what becomes of the sums is no reason to keep them in narrower vectors.
            let sums = std::hint::black_box(K::merge(K::merge(a, b), K::merge(c, d)));
            let sums = K::total(sums, self.step.conj);
            for quarter in (0..L).step_by(4) {
                narrow = plus(narrow, std::array::from_fn(|l| sums[quarter + l]));
            }
        }
        let [a, b, c, d] = narrow;
        rest.plus(a.plus(c).plus(b.plus(d)))
    }
}
