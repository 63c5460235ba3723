//! Steps without a sum: copies, fills, products element by element, outer products.
//!
//! Rows along one axis that the result has: the axis along which most tensors lie side by side. What
//! has to be finished goes through a buffer in the first-level cache, so that the loops are few.

use std::mem::MaybeUninit;

use crate::{element::Element, engine::Axis};

use super::{
    step::Step,
    terms::{Kind, Term, of_kind},
    vectors::{Kernel, Vectors},
};

/// Values that are computed before they are finished.
const BUFFER: usize = 512;

/// Writes the terms of `lane` at every index of `rows`.
///
/// # Safety
/// - The tensors of `step` are valid, as those of a [`Problem`](crate::engine::Problem) are, at every
///   index of the axes.
pub(super) struct Map<T> {
    pub(super) step: Step<T>,
    pub(super) rows: Axis,
    pub(super) lane: Axis,
}

impl<T: Element> Kernel for Map<T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        let plain = self.lane.out == 1 && self.step.finish.is_plain();
        // SAFETY: by the contract of the type.
        of_kind!(Kind::of(&self.step, &self.lane), T, |K| unsafe {
            if plain { self.plain::<K<T>>() } else { self.finished::<K<T>>() }
        });
    }
}

impl<T: Element> Map<T> {
    /// # Safety
    /// - Those of the type.
    /// - The lane has stride 1 in `out`, and there is nothing to finish.
    #[inline(always)]
    unsafe fn plain<K: Term<T>>(&self) {
        for row in 0..self.rows.extent {
            let cursor = self.step.cursor.at(&self.rows, row);
            // SAFETY: by the contract of the type.
            unsafe {
                let term = K::new(&self.step, cursor, &self.lane);
                for n in 0..self.lane.extent {
                    cursor.out.add(n).write(term.at(n));
                }
            }
        }
    }

    /// # Safety
    /// - Those of the type.
    #[inline(always)]
    unsafe fn finished<K: Term<T>>(&self) {
        let mut buffer = [const { MaybeUninit::<T>::uninit() }; BUFFER];
        for row in 0..self.rows.extent {
            let cursor = self.step.cursor.at(&self.rows, row);
            // SAFETY: by the contract of the type; as much of the buffer is finished as is written.
            unsafe {
                let term = K::new(&self.step, cursor, &self.lane);
                for start in (0..self.lane.extent).step_by(BUFFER) {
                    let len = BUFFER.min(self.lane.extent - start);
                    for (n, value) in buffer[..len].iter_mut().enumerate() {
                        value.write(term.at(start + n));
                    }
                    let out = cursor.at(&self.lane, start).out;
                    self.step.finish.lane(buffer.as_ptr().cast(), len, out, self.lane.out);
                }
            }
        }
    }
}
