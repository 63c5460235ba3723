//! Copies whose operand and result lie side by side along different axes.

use std::mem::MaybeUninit;

use crate::{element::Element, engine::Axis};

use super::{
    blocks,
    step::{Cursor, Step},
    vectors::{Kernel, Vectors},
};

/// The most that tiles are along both axes.
pub(super) const TILE: usize = 64;

/// Copies a tile at every index of two more axes.
///
/// # Safety
/// - The tensors of `step` are valid, as those of a [`Problem`](crate::engine::Problem) are, at
///   every index of the axes from `cursor` on.
/// - The first factor has stride 1 along `p`, `out` along `q`, and neither is longer than [`TILE`].
pub(super) struct Tile<'a, T> {
    pub(super) step: &'a Step<T>,
    pub(super) cursor: Cursor<T>,
    pub(super) outer: [Axis; 2],
    pub(super) p: Axis,
    pub(super) q: Axis,
}

impl<T: Element> Kernel for Tile<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        let [slow, fast] = &self.outer;
        let plain = self.step.finish.is_plain();
        for index in 0..slow.extent {
            let cursor = self.cursor.at(slow, index);
            for index in 0..fast.extent {
                let cursor = cursor.at(fast, index);
                let source = blocks::From { pointer: cursor.lhs, stride: self.q.lhs };
                let target = blocks::To { pointer: cursor.out, stride: self.p.out };
                // SAFETY: by the contract of the type.
                unsafe {
                    if plain {
                        transpose::<T, V>(source, target, [self.p.extent, self.q.extent]);
                    } else {
                        self.finished::<V>(source, target);
                    }
                }
            }
        }
    }
}

impl<T: Element> Tile<'_, T> {
    /// # Safety
    /// - Those of the type.
    #[inline(always)]
    unsafe fn finished<V: Vectors>(&self, source: blocks::From<T>, target: blocks::To<T>) {
        const ROWS: usize = 16;
        let mut buffer = [const { MaybeUninit::<T>::uninit() }; ROWS * TILE];
        let buffer = blocks::To { pointer: buffer.as_mut_ptr().cast::<T>(), stride: TILE.cast_signed() };
        for start in (0..self.p.extent).step_by(ROWS) {
            let rows = ROWS.min(self.p.extent - start);
            // SAFETY: by the contract of the type; a row of the buffer holds the longest `q`.
            unsafe {
                let source = blocks::From { pointer: source.at(0, start), ..source };
                transpose::<T, V>(source, buffer, [rows, self.q.extent]);
                for row in 0..rows {
                    self.step.finish.lane(buffer.at(row, 0), self.q.extent, target.at(start + row, 0), 1);
                }
            }
        }
    }
}

/// The element at `[q, p]` goes to `[p, q]`.
///
/// # Safety
/// - Those of [`Vectors::transpose`].
#[inline(always)]
pub(super) unsafe fn transpose<T: Copy, V: Vectors>(source: blocks::From<T>, target: blocks::To<T>, extents: [usize; 2]) {
    // SAFETY: by the contract: all indices are below the extents.
    unsafe {
        let [done_p, done_q] = V::transpose(source, target, extents);
        for p in 0..extents[0] {
            for q in if p < done_p { done_q } else { 0 }..extents[1] {
                target.at(p, q).write(*source.at(q, p));
            }
        }
    }
}
