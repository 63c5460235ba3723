//! Steps with a sum, along lanes.
//!
//! Either the lane is contracted: it is *folded*, into several sums side by side, which are added up
//! at its end. Or the result has it: it is *accumulated*, lane upon lane. Both leave sums in a
//! buffer in the first-level cache, for as many indices of one axis of the result as fit.

use crate::{element::Element, engine::Axis};

use super::{
    step::{Cursor, Step},
    terms::{Kind, Term, of_kind},
    vectors::{Kernel, Vectors},
};

/// The axes of a sum that are walked through by the kernel.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// One of the result.
    pub(super) kept: Axis,
    /// Two that are contracted, the inner one last.
    pub(super) contracted: [Axis; 2],
    /// Whether the lane is the inner contracted axis, rather than that of the result.
    pub(super) folds: bool,
}

impl Shape {
    fn lane(&self) -> &Axis {
        if self.folds { &self.contracted[1] } else { &self.kept }
    }
}

/// Sums for every index of the kept axis.
///
/// # Safety
/// - The factors of `step` are valid for reads at `cursor`, at every index of the axes.
/// - `sums` is valid for writes of as many elements as the kept axis is long, and initialised if
///   the new sums are added to the old ones.
pub(super) struct Sum<'a, T> {
    pub(super) step: &'a Step<T>,
    pub(super) cursor: Cursor<T>,
    pub(super) shape: Shape,
    pub(super) sums: *mut T,
    pub(super) added: bool,
}

impl<T: Element> Kernel for Sum<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        let kind = Kind::of(self.step, self.shape.lane());
        // SAFETY: by the contract of the type.
        unsafe {
            if self.shape.folds {
                match size_of::<T>() {
                    0..=4 => of_kind!(kind, T, |K| self.fold::<K<T>, 16>()),
                    5..=8 => of_kind!(kind, T, |K| self.fold::<K<T>, 8>()),
                    _ => of_kind!(kind, T, |K| self.fold::<K<T>, 4>()),
                }
            } else {
                of_kind!(kind, T, |K| self.accumulate::<K<T>>());
            }
        }
    }
}

/// Rows that are added up before they are added to the sums: these are read and written less often.
const TOGETHER: usize = 4;

impl<T: Element> Sum<'_, T> {
    /// # Safety
    /// - Those of the type.
    #[inline(always)]
    unsafe fn accumulate<K: Term<T>>(&self) {
        let Shape { kept, contracted: [outer, rows], .. } = &self.shape;
        // SAFETY: by the contract of the type; all sums are written first, unless they already are.
        unsafe {
            if !self.added {
                (0..kept.extent).for_each(|n| self.sums.add(n).write(T::ZERO));
            }
            for index in 0..outer.extent {
                let cursor = self.cursor.at(outer, index);
                let mut row = 0;
                while row + TOGETHER <= rows.extent {
                    let [a, b, c, d] = [0, 1, 2, 3].map(|n| K::new(self.step, cursor.at(rows, row + n), kept));
                    for n in 0..kept.extent {
                        let sum = self.sums.add(n);
                        let (ab, cd) = (a.at(n).plus(b.at(n)), c.at(n).plus(d.at(n)));
                        sum.write((*sum).plus(ab.plus(cd)));
                    }
                    row += TOGETHER;
                }
                for row in row..rows.extent {
                    let term = K::new(self.step, cursor.at(rows, row), kept);
                    for n in 0..kept.extent {
                        let sum = self.sums.add(n);
                        sum.write((*sum).plus(term.at(n)));
                    }
                }
            }
        }
    }

    /// # Safety
    /// - Those of the type.
    #[inline(always)]
    unsafe fn fold<K: Term<T>, const L: usize>(&self) {
        for n in 0..self.shape.kept.extent {
            // SAFETY: by the contract of the type.
            unsafe {
                let total = self.fold_one::<K, L>(self.cursor.at(&self.shape.kept, n));
                let sum = self.sums.add(n);
                sum.write(if self.added { (*sum).plus(total) } else { total });
            }
        }
    }

    /// The sum over both contracted axes.
    ///
    /// # Safety
    /// - Those of the type, for the factors at `cursor`.
    #[inline(always)]
    unsafe fn fold_one<K: Term<T>, const L: usize>(&self, cursor: Cursor<T>) -> T {
        let [rows, lane] = &self.shape.contracted;
        let mut wide = [[T::ZERO; L]; 4];
        let mut narrow = [T::ZERO; 4];
        for row in 0..rows.extent {
            let mut n = 0;
            // SAFETY: by the contract of the type: `n` stays below the extent.
            unsafe {
                let term = K::new(self.step, cursor.at(rows, row), lane);
                while n + 4 * L <= lane.extent {
                    for (m, sums) in wide.iter_mut().enumerate() {
                        add(sums, |l| term.at(n + m * L + l));
                    }
                    n += 4 * L;
                }
                while n + L <= lane.extent {
                    add(&mut wide[0], |l| term.at(n + l));
                    n += L;
                }
                while n + 4 <= lane.extent {
                    add(&mut narrow, |l| term.at(n + l));
                    n += 4;
                }
                while n < lane.extent {
                    narrow[0] = narrow[0].plus(term.at(n));
                    n += 1;
                }
            }
        }
        if lane.extent >= L {
            let [mut a, b, mut c, d] = wide;
            add(&mut a, |l| b[l]);
            add(&mut c, |l| d[l]);
            add(&mut a, |l| c[l]);
            for quarter in (0..L).step_by(4) {
                add(&mut narrow, |l| a[quarter + l]);
            }
        }
        let [a, b, c, d] = narrow;
        a.plus(b).plus(c.plus(d))
    }
}

/// Adds a term to each sum.
#[inline(always)]
fn add<T: Element, const L: usize>(sums: &mut [T; L], term: impl Fn(usize) -> T) {
    for (l, sum) in sums.iter_mut().enumerate() {
        *sum = sum.plus(term(l));
    }
}
