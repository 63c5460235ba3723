//! Sums along lanes that the result has.
//!
//! Lane upon lane is *accumulated*. Small results are kept in registers, block by block; else a piece
//! of the lane is kept in a buffer in the first-level cache, and whole pieces are read row by row, as
//! memory likes it, four rows together so that the buffer is read and written less often.

use crate::{
    extents,
    machine::{lanes::Lanes, prefetch, workspace::LINE},
    number::{Number, is_real},
    plan::tuning::ACCUMULATE_BLOCK_ROWS,
    problem::Axis,
    streams::{
        buffer::Buffer,
        step::{Cursor, StreamStep},
        terms::{Term, TermKind, of_kind},
        vectors::{Instructions, Vectorized},
    },
};

/// The axes of a sum along lanes of the result.
#[derive(Clone, Copy)]
pub(super) struct Shape<'a> {
    /// An axis of the result.
    pub(super) lane: &'a Axis,
    /// The outer one of two contracted axes.
    pub(super) outer: &'a Axis,
    /// The inner one of two contracted axes.
    pub(super) rows: &'a Axis,
}

/// Finishes, for every index of `around` and the lane, the sum over the contracted axes, in registers.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - If `plain`, the lane has stride 1 in `out`, and there is nothing to finish.
pub(super) struct InRegisters<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    /// An axis of the result.
    pub(super) around: &'a Axis,
    pub(super) shape: Shape<'a>,
    /// Whether the lane has stride 1 in `out`, and there is nothing to finish.
    pub(super) plain: bool,
}

impl<T: Number> Vectorized for InRegisters<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let kind = TermKind::of_sum(self.step, self.shape.lane);
        // SAFETY: by the contract of the type, which has the clauses of `blocks`; `kind` says how the factors lie along the
        // lane.
        unsafe {
            // Fewer sums where there are nothing but short vectors.
            if const { size_of::<T>() <= 8 && V::F32::LEN <= 4 } {
                return of_kind!(kind, T, |K| self.blocks::<K<T>, 8, 4>(), |K| self.blocks::<K<T>, 4, 4>());
            }
            match const { size_of::<T>() } {
                0..=4 => of_kind!(kind, T, |K| self.blocks::<K<T>, 32, 16>(), |K| self.blocks::<K<T>, 4, 4>()),
                5..=8 => of_kind!(kind, T, |K| self.blocks::<K<T>, 16, 8>(), |K| self.blocks::<K<T>, 4, 4>()),
                _ => of_kind!(kind, T, |K| self.blocks::<K<T>, 4, 4>()),
            }
        }
    }
}

/// An [`InRegisters`] of more rows than are added up in one block: blocks are added up in registers of their own.
///
/// (A kernel of its own: the loop around blocks would take a tenth of a short sum.)
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
pub(super) struct InBlocks<'a, T>(pub(super) InRegisters<'a, T>);

impl<T: Number> Vectorized for InBlocks<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let kind = TermKind::of_sum(self.0.step, self.0.shape.lane);
        // SAFETY: by the contract of the type, which has the clauses of `lanes`; `kind` says how the factors lie along the lane.
        unsafe {
            // (A block and those before it take three times as many registers.)
            if const { V::F32::LEN <= 4 } {
                return of_kind!(kind, T, |K| self.lanes::<K<T>, 4, 4>());
            }
            match const { size_of::<T>() } {
                0..=4 => of_kind!(kind, T, |K| self.lanes::<K<T>, 32, 16>(), |K| self.lanes::<K<T>, 4, 4>()),
                5..=8 => of_kind!(kind, T, |K| self.lanes::<K<T>, 16, 8>(), |K| self.lanes::<K<T>, 4, 4>()),
                _ => of_kind!(kind, T, |K| self.lanes::<K<T>, 4, 4>()),
            }
        }
    }
}

impl<T: Number> InBlocks<'_, T> {
    /// Finishes all sums, `WIDE` or `L` at a time, and fewer at the end of the lane.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The factors lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn lanes<K: Term<T>, const WIDE: usize, const L: usize>(&self) {
        let InRegisters { step, around, shape, .. } = self.0;
        for index in 0..around.extent {
            let cursor = step.cursor.at(around, index);
            let mut n = 0;
            // SAFETY: by the contract of the type: so many indices of the lane are left.
            unsafe {
                while n < shape.lane.extent {
                    n += match shape.lane.extent - n {
                        left if const { WIDE > L } && left >= WIDE => self.some::<K, WIDE>(cursor, n),
                        left if const { L > 4 } && left >= L => self.some::<K, L>(cursor, n),
                        4.. => self.some::<K, 4>(cursor, n),
                        3 => self.some::<K, 3>(cursor, n),
                        2 => self.some::<K, 2>(cursor, n),
                        _ => self.some::<K, 1>(cursor, n),
                    };
                }
            }
        }
    }

    /// Finishes the sums of `N` indices of the lane from `start` on, at `place`, and returns how many these are.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `place` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The factors lie along the lane as `K` says, and `start + N` is at most its extent.
    #[inline(always)]
    unsafe fn some<K: Term<T>, const N: usize>(&self, place: Cursor<T>, start: usize) -> usize {
        let InRegisters { step, shape: Shape { lane, outer, rows }, .. } = self.0;
        let [mut total, mut even, mut odd] = [K::zero::<N>(); 3];
        let mut room = ACCUMULATE_BLOCK_ROWS;
        // SAFETY: by the contract: places are at indices of the contracted axes, and `N` indices of the lane are left from
        // `start` on.
        unsafe {
            for index in 0..outer.extent {
                let (mut cursor, mut left) = (place.at(outer, index), rows.extent);
                while left > 0 {
                    let some = left.min(room);
                    for _ in 0..some / 2 {
                        even = K::new(step, cursor, lane).add(even, start);
                        cursor = cursor.at(rows, 1);
                        odd = K::new(step, cursor, lane).add(odd, start);
                        cursor = cursor.at(rows, 1);
                    }
                    if some % 2 == 1 {
                        even = K::new(step, cursor, lane).add(even, start);
                        cursor = cursor.at(rows, 1);
                    }
                    (left, room) = (left - some, room - some);
                    if room == 0 {
                        total = K::merge(total, K::merge(even, odd));
                        (even, odd, room) = (K::zero::<N>(), K::zero::<N>(), ACCUMULATE_BLOCK_ROWS);
                    }
                }
            }
            let sums = K::total(K::merge(total, K::merge(even, odd)), step.conj);
            step.finish.lane(sums.as_ptr(), N, place.at(lane, start).out, lane.out);
        }
        N
    }
}

impl<T: Number> InRegisters<'_, T> {
    /// Finishes all sums, `WIDE` or `L` at a time, and fewer at the end of the lane.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - If `plain`, the lane has stride 1 in `out`, and there is nothing to finish.
    /// - The factors lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn blocks<K: Term<T>, const WIDE: usize, const L: usize>(&self) {
        if const { is_real::<T>() } && self.plain && self.shape.outer.extent == 1 {
            // SAFETY: by the contract of the type: lanes are that long.
            unsafe {
                match self.shape.lane.extent {
                    2 => return self.short::<K, 2>(),
                    3 => return self.short::<K, 3>(),
                    4 => return self.short::<K, 4>(),
                    _ => {}
                }
            }
        }
        let (cursor, around, len) = (self.step.cursor, self.around, self.shape.lane.extent);
        for index in 0..around.extent {
            let cursor = cursor.at(around, index);
            let mut n = 0;
            // SAFETY: by the contract of the type: blocks stay within the lane.
            unsafe {
                while const { WIDE > L } && n + WIDE <= len {
                    self.block::<K, WIDE>(cursor, n);
                    n += WIDE;
                }
                while const { L > 4 } && n + L <= len {
                    self.block::<K, L>(cursor, n);
                    n += L;
                }
                while n + 4 <= len {
                    self.block::<K, 4>(cursor, n);
                    n += 4;
                }
                if n + 2 <= len {
                    self.block::<K, 2>(cursor, n);
                    n += 2;
                }
                if n < len {
                    self.block::<K, 1>(cursor, n);
                }
            }
        }
    }

    /// Finishes the sums of short lanes, of a length that the compiler knows, with one contracted axis: bit for bit as
    /// [`Self::block`], in less code. (`bij,bi->bj` of 20000 and 4 x 4, f64: 46 us, 91 block by block.)
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The lane has `N` indices and stride 1 in `out`, and there is nothing to finish.
    /// - The factors lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn short<K: Term<T>, const N: usize>(&self) {
        let Shape { lane, rows, .. } = self.shape;
        let (mut place, pairs, is_even) = (self.step.cursor, rows.extent / 2, rows.extent.is_multiple_of(2));
        let conj = self.step.conj;
        for _ in 0..self.around.extent {
            let [mut even, mut odd] = [K::zero::<N>(); 2];
            let mut cursor = place;
            // SAFETY: by the contract: places are at indices of `rows` and `around`, and the lane has `N` indices, side by
            // side in `out`.
            unsafe {
                for _ in 0..pairs {
                    even = K::new(self.step, cursor, lane).add(even, 0);
                    cursor = cursor.at(rows, 1);
                    odd = K::new(self.step, cursor, lane).add(odd, 0);
                    cursor = cursor.at(rows, 1);
                }
                if !is_even {
                    even = K::new(self.step, cursor, lane).add(even, 0);
                }
                place.out.cast::<[T; N]>().write(K::total(K::merge(even, odd), conj));
            }
            place = place.at(self.around, 1);
        }
    }

    /// Finishes the sums of `N` indices of the lane from `start` on, at `place`.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `place` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - If `plain`, the lane has stride 1 in `out`, and there is nothing to finish.
    /// - The factors lie along the lane as `K` says, and `start + N` is at most its extent.
    #[inline(always)]
    unsafe fn block<K: Term<T>, const N: usize>(&self, place: Cursor<T>, start: usize) {
        let Shape { lane, outer, rows } = self.shape;
        let [mut even, mut odd] = [K::zero::<N>(); 2];
        let fetches = extents::bytes::<T>(N) >= LINE && self.step.finish.stream;
        // SAFETY: by the contract: places are at indices of the contracted axes, and `N` indices of the lane are left from
        // `start` on.
        unsafe {
            for index in 0..outer.extent {
                let cursor = place.at(outer, index);
                let mut row = 0;
                while row + 2 <= rows.extent {
                    let places = [cursor.at(rows, row), cursor.at(rows, row + 1)];
                    if fetches {
                        self.fetch_after::<N>(places[0], start);
                        self.fetch_after::<N>(places[1], start);
                    }
                    let [a, b] = [K::new(self.step, places[0], lane), K::new(self.step, places[1], lane)];
                    even = a.add(even, start);
                    odd = b.add(odd, start);
                    row += 2;
                }
                if row < rows.extent {
                    let term = K::new(self.step, cursor.at(rows, row), lane);
                    even = term.add(even, start);
                }
            }
            let sums = K::total(K::merge(even, odd), self.step.conj);
            let out = place.at(lane, start).out;
            if self.plain {
                out.cast::<[T; N]>().write(sums);
            } else {
                self.step.finish.lane(sums.as_ptr(), N, out, lane.out);
            }
        }
    }

    /// Fetches the elements of the first factor that the next index of `around` reads where this one reads `N` at `place`: rows
    /// are read block by block, in which the processor sees no order. (`bij,bi->bj` of 4096 and 32 x 32, f64: 1.19 ms
    /// without, 0.70.)
    #[inline(always)]
    fn fetch_after<const N: usize>(&self, place: Cursor<T>, start: usize) {
        prefetch::run(place.lhs.wrapping_add(start).wrapping_offset(self.around.lhs), N);
    }
}

/// Finishes, for every index of the lane, the sum over the contracted axes, in a buffer, if the factors lie side by side along
/// the lane.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - If the result is streamed past the caches, elements have no padding.
pub(super) struct InBuffer<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    pub(super) shape: Shape<'a>,
}

/// Rows that are added up before they are added to the sums.
const TOGETHER: usize = 4;

impl<T: Number> Vectorized for InBuffer<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let lane = self.shape.lane;
        let kind = TermKind::of_sum(self.step, lane);
        let mut buffer = Buffer::new();
        let most = Buffer::room::<T>().min(lane.extent);
        let sums = buffer.elements::<T>(most);
        for start in (0..lane.extent).step_by(most) {
            let cursor = self.step.cursor.at(lane, start);
            let len = most.min(lane.extent - start);
            // SAFETY: by the contract of the type; there is room for `len` sums.
            unsafe {
                of_kind!(kind, T, |K| self.accumulate::<K<T>>(cursor, sums, len), |_K| unreachable!(
                    "strided lanes are summed in registers"
                ));
                self.step.finish.buffered::<V>(sums, len, cursor.out, lane.out);
            }
        }
    }
}

impl<T: Number> InBuffer<'_, T> {
    /// Adds up the sums of `len` indices of the lane from `cursor` on.
    ///
    /// # Safety
    /// - The factors are valid for reads at `len` indices of the lane and every index of the contracted axes from `cursor`
    ///   on; no axis has extent 0.
    /// - They lie along the lane as `K` says.
    /// - `sums` is valid for reads and writes of `len` elements, which are none of the factors'.
    #[inline(always)]
    unsafe fn accumulate<K: Term<T>>(&self, cursor: Cursor<T>, sums: *mut T, len: usize) {
        let Shape { lane, outer, rows } = self.shape;
        // SAFETY: by the contract; all sums are written first.
        unsafe {
            (0..len).for_each(|n| sums.add(n).write(T::ZERO));
            for index in 0..outer.extent {
                let cursor = cursor.at(outer, index);
                let mut row = 0;
                while row + TOGETHER <= rows.extent {
                    let [a, b, c, d] = [0, 1, 2, 3].map(|n| K::new(self.step, cursor.at(rows, row + n), lane));
                    for n in 0..len {
                        let (ab, cd) = (a.at(n).plus(b.at(n)), c.at(n).plus(d.at(n)));
                        sums.add(n).write((*sums.add(n)).plus(ab.plus(cd)));
                    }
                    row += TOGETHER;
                }
                for row in row..rows.extent {
                    let term = K::new(self.step, cursor.at(rows, row), lane);
                    for n in 0..len {
                        sums.add(n).write((*sums.add(n)).plus(term.at(n)));
                    }
                }
            }
        }
    }
}
