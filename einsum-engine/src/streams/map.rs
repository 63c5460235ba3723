//! Steps without a sum: copies, fills, products element by element, outer products.
//!
//! Rows along one axis that the result has: the axis along which most tensors lie side by side. Values
//! that have an epilogue, or are too many for the caches, go through a buffer in the first-level
//! cache, so that the loops are few. Rows that are side by side in the result fill the buffer
//! together.

use crate::{
    extents,
    machine::prefetch,
    number::{Number, is_real},
    plan::tuning::{AHEAD_BYTES, STREAMED_PIECE_BYTES},
    problem::Axis,
    streams::{
        buffer::Buffer,
        step::{Cursor, StreamStep},
        terms::{Constant, Term, TermKind, of_kind},
        vectors::{Instructions, Vectorized},
    },
};

/// Writes the terms of `lane` at every index of `outer` and `rows`.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - The lane has stride 1 in `out`, and there is nothing to finish.
///
/// # Panics
/// If the factors do not lie side by side along the lane.
pub(super) struct DenseMap<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    pub(super) outer: &'a Axis,
    pub(super) rows: &'a Axis,
    pub(super) lane: &'a Axis,
}

/// Finishes the terms of `lane` at every index of `outer` and `rows`, of any strides and with any epilogue.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - If the result is streamed past the caches, elements have no padding.
pub(super) struct BufferedMap<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    pub(super) outer: &'a Axis,
    pub(super) rows: &'a Axis,
    pub(super) lane: &'a Axis,
}

impl<T: Number> Vectorized for DenseMap<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        // SAFETY: by the contract of the type, which has the clauses of `plain`; the kind says how the factors lie along
        // the lane.
        of_kind!(TermKind::of(self.step, self.lane), T, |K| unsafe { self.plain::<K<T>>() }, |_K| {
            unreachable!("strided lanes go through a buffer")
        });
    }
}

impl<T: Number> DenseMap<'_, T> {
    /// Writes all terms.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The lane has stride 1 in `out`, and there is nothing to finish.
    /// - The factors lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn plain<K: Term<T>>(&self) {
        // SAFETY: by the contract of the type: lanes are that long.
        unsafe {
            if const { is_real::<T>() } {
                match self.lane.extent {
                    2 => return self.short::<K, 2>(),
                    3 => return self.short::<K, 3>(),
                    4 => return self.short::<K, 4>(),
                    6 => return self.short::<K, 6>(),
                    8 => return self.short::<K, 8>(),
                    _ => {}
                }
            }
            self.each(|cursor, term: K| {
                for n in 0..self.lane.extent {
                    cursor.out.add(n).write(term.at(n));
                }
            });
        }
    }

    /// Writes all terms of lanes of a length that the compiler knows. (`bi,bj->bij` of 12500 and 4 x 4,
    /// f32: 34 us, 111 if it does not.)
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The lane has stride 1 in `out`, and there is nothing to finish.
    /// - The factors lie along the lane as `K` says.
    /// - The lane has `N` indices.
    #[inline(always)]
    unsafe fn short<K: Term<T>, const N: usize>(&self) {
        // SAFETY: by this function's contract, which has the clauses of `each`; the lane has `N` indices, side by side in
        // `out`.
        unsafe { self.each(|cursor, term: K| cursor.out.cast::<[T; N]>().write(term.read(0))) }
    }

    /// Calls back with every row.
    ///
    /// # Safety
    /// - The factors are valid for reads at every index of the axes from `step.cursor` on; no axis has extent 0.
    /// - They lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn each<K: Term<T>>(&self, row: impl Fn(Cursor<T>, K)) {
        for index in 0..self.outer.extent {
            let mut cursor = self.step.cursor.at(self.outer, index);
            for _ in 0..self.rows.extent {
                // SAFETY: by the contract, at indices of `outer` and `rows`.
                row(cursor, unsafe { K::new(self.step, cursor, self.lane) });
                cursor = cursor.at(self.rows, 1);
            }
        }
    }
}

impl<T: Number> Vectorized for BufferedMap<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let kind = TermKind::of(self.step, self.lane);
        for index in 0..self.outer.extent {
            let cursor = self.step.cursor.at(self.outer, index);
            // SAFETY: by the contract of the type, and that of the kernel, which have the clauses of `buffered`; `kind`
            // says how the factors lie along the lane.
            unsafe {
                if kind == TermKind::Constant {
                    self.buffered::<Constant<T>, V>(cursor);
                } else {
                    of_kind!(kind, T, |K| self.buffered::<K<T>, V>(cursor));
                }
            }
        }
    }
}

impl<T: Number> BufferedMap<'_, T> {
    /// Finishes the terms of the lane at every index of `rows`, from `cursor` on.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of `rows` and the lane from `cursor` on: the factors for reads,
    ///   `out` for writes, and for reads if the old content is not dropped. Indices of the result have different elements,
    ///   none of them one of a factor.
    /// - No axis has extent 0.
    /// - The factors lie along the lane as `K` says.
    /// - The processor has the instructions of `V`; if these stream past the caches, elements have no padding.
    #[inline(always)]
    unsafe fn buffered<K: Term<T>, V: Instructions>(&self, cursor: Cursor<T>) {
        let (rows, lane) = (self.rows, self.lane);
        let mut buffer = Buffer::new();
        let finish = &self.step.finish;
        let room =
            if finish.stream { (STREAMED_PIECE_BYTES / size_of::<T>().max(1)).max(1) } else { Buffer::room::<T>() };
        // As many whole rows as there is room for, if they are side by side in the result.
        let side_by_side = rows.out == extents::offset(lane.extent, lane.out);
        let together = if side_by_side { room / lane.extent } else { 1 }.max(1);
        let values = buffer.elements::<T>(together.saturating_mul(room.min(lane.extent)));
        // (`ij,j->ij` of 4096, f64: 5.2 ms, 7.7 without, `ijk->jik` of 256 4.5 and 5.0; but `ij,ij->ij` 7.4 and 7.1.)
        let is_alone = lane.rhs == 0 || rows.extent > 1 && rows.rhs == 0;
        let fetches = finish.stream && lane.lhs == 1 && is_alone;
        for start in (0..rows.extent).step_by(together) {
            let height = together.min(rows.extent - start);
            let cursor = cursor.at(rows, start);
            for column in (0..lane.extent).step_by(room) {
                let width = room.min(lane.extent - column);
                // SAFETY: by the contract of the type; there is room for `together` rows as far as `width`, and as many are
                // finished as are written.
                unsafe {
                    for row in 0..height {
                        let values = values.add(row * width);
                        let cursor = cursor.at(rows, row);
                        if fetches {
                            prefetch::run(cursor.lhs.wrapping_add(column).wrapping_byte_add(AHEAD_BYTES), width);
                        }
                        let term = K::new(self.step, cursor, lane);
                        for n in 0..width {
                            values.add(n).write(term.at(column + n));
                        }
                    }
                    finish.buffered::<V>(values, height * width, cursor.at(lane, column).out, lane.out);
                }
            }
        }
    }
}
