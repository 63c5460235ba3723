//! Sums along lanes that are contracted.
//!
//! A lane is *folded* into several sums side by side, which hide the latency of an addition, take
//! whole vectors, and lose less to rounding than one; they are added up at its end, in pairs.

use std::cmp::Ordering;

use num_complex::Complex;

use crate::{
    extents,
    machine::lanes::{Lanes, Widen},
    number::{Number, is_complex, is_real},
    plan::tuning::{FOLD_LANES, FOLD_LANES_MIN_BYTES, FOLD_SHARED_LANE, FOLD_SHORT_LANE, FOLD_TINY_LANE},
    problem::Axis,
    streams::{
        complex::{self, cast},
        long::is_widened,
        real::{self, MORE, PART, Sides, WHOLE},
        step::{Cursor, StreamStep},
        terms::{One, Term, TermKind, of_kind, of_other_kind, plus},
        vectors::{self, Instructions, Vectorized},
    },
};

/// Finishes, for every index of `outer` and `kept`, the sum over `rows` and `lane`.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
pub(super) struct Fold<'a, T> {
    pub(super) step: &'a StreamStep<T>,
    pub(super) outer: &'a Axis,
    pub(super) kept: &'a Axis,
    pub(super) rows: &'a Axis,
    pub(super) lane: &'a Axis,
}

impl<T: Number> Fold<'_, T> {
    /// Finishes the sums with the best instructions, by the kernel that suits the lane.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    #[inline(always)]
    pub(super) unsafe fn call(self) {
        // SAFETY: by this function's contract, which has the same clauses as those of the types; pairs are real, and lie
        // side by side, and `KIND` is chosen by the length of the lane and by whether there are two factors.
        unsafe {
            if const { is_real::<T>() } && TermKind::of_sum(self.step, self.lane).is_pair() {
                let is_shared = self.step.two && self.kept.rhs == 0;
                match self.lane.extent {
                    ..FOLD_TINY_LANE => vectors::call(Real::<T, IS_TINY>(self)),
                    ..FOLD_SHARED_LANE if is_shared && self.fetches(4) => {
                        vectors::call_wide(Real::<T, IS_SHARED_FAR>(self));
                    }
                    ..FOLD_SHARED_LANE if is_shared => vectors::call_wide(Real::<T, IS_SHARED>(self)),
                    _ => vectors::call_wide(Real::<T, IS_LONG>(self)),
                }
            } else if const { is_complex::<T>() } && TermKind::of_sum(self.step, self.lane) == TermKind::Pair {
                vectors::call_wide(Products(self));
            } else {
                vectors::call(self);
            }
        }
    }
}

impl<T: Number> Vectorized for Fold<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        let kind = TermKind::of_sum(self.step, self.lane);
        // SAFETY: by the contract of the type, which has the clauses of `rows`; `kind` says how the factors lie along the lane.
        unsafe {
            if const { !is_real::<T>() } && kind == TermKind::One {
                self.rows::<One<T>>();
            } else if const { is_real::<T>() || is_complex::<T>() } {
                of_other_kind!(kind, T, |K| self.rows::<K<T>>());
            } else {
                of_kind!(kind, T, |K| self.rows::<K<T>>());
            }
        }
    }
}

/// A [`Fold`] of real numbers that lie side by side along the lane; of lanes of one kind, so that the short ones have a
/// function of their own, and a short one.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - `T` is `f32` or `f64`, and the factors lie side by side along the lane, which is as long as `KIND` says.
struct Real<'a, T, const KIND: usize>(Fold<'a, T>);

/// Lanes shorter than [`FOLD_TINY_LANE`].
const IS_TINY: usize = 0;
/// Lanes shorter than [`FOLD_SHARED_LANE`], of which the second factor is the same for all.
const IS_SHARED: usize = 1;
/// The same, of which those that are read later are fetched.
const IS_SHARED_FAR: usize = 2;
/// All others.
const IS_LONG: usize = 3;

impl<T: Number, const KIND: usize> Vectorized for Real<'_, T, KIND> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        // SAFETY: by the contract of the type, and that of the kernel: the processor has the instructions of `V`. A real
        // number of 4 bytes is `f32`, any other `f64`.
        unsafe {
            if const { size_of::<T>() == 4 } {
                if KIND == IS_LONG && is_widened::<T>(self.0.step.two, self.0.rows, self.0.lane) {
                    return self.0.widened::<V::F32, V::F64>();
                }
                self.0.real::<f32, V::F32, KIND>();
            } else {
                self.0.real::<f64, V::F64, KIND>();
            }
        }
    }
}

/// A [`Fold`] of products of complex numbers that lie side by side along the lane.
///
/// # Safety
/// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of them
///   one of a factor.
/// - No axis has extent 0.
/// - `T` is `Complex32` or `Complex64`, there are two factors, and they lie side by side along the lane.
struct Products<'a, T>(Fold<'a, T>);

impl<T: Number> Vectorized for Products<'_, T> {
    #[inline(always)]
    unsafe fn run<V: Instructions>(self) {
        // SAFETY: by the contract of the type, and that of the kernel: the processor has the instructions of `V`. A complex number of 8
        // bytes has parts of `f32`, any other of `f64`.
        unsafe {
            if const { size_of::<T>() == 8 } {
                self.0.products::<f32, V::F32>(-1.0);
            } else {
                self.0.products::<f64, V::F64>(-1.0);
            }
        }
    }
}

/// Finishes the sums of all lanes, four at a time, by which vectors become numbers with less ado: `$four` has them
/// from a place on, `$one` the vector of a single one.
///
/// No closures: nothing is inlined into them that needs an instruction set.
macro_rules! by_fours {
    ($fold:ident, |$place:ident| $four:expr, |$single:ident| $one:expr) => {
        // (Four numbers written at once: `bij,bj->bi` of 20000 and 4 x 4, f64: 66 us, 90 one by one; `bldn,bln->bld` of
        // n = 16, f32: 107 and 170.)
        let together = $fold.kept.out == 1 && $fold.step.finish.is_nothing();
        for n in 0..$fold.outer.extent {
            let mut cursor = $fold.step.cursor.at($fold.outer, n);
            let mut left = $fold.kept.extent;
            while left >= 4 {
                let $place = cursor;
                let sums = $four;
                if together {
                    cursor.out.cast::<[R; 4]>().write(sums);
                } else {
                    $fold.finish(sums, cursor);
                }
                cursor = cursor.at($fold.kept, 4);
                left -= 4;
            }
            while left > 0 {
                let $single = cursor;
                let [sum] = $one;
                $fold.step.finish.one(cast(sum.sum()), cursor.out);
                cursor = cursor.at($fold.kept, 1);
                left -= 1;
            }
        }
    };
}

impl<T: Number> Fold<'_, T> {
    /// Whether lanes that are read later are fetched, if so many are read at a time.
    #[inline(always)]
    fn fetches(&self, lanes: usize) -> bool {
        self.step.is_far && real::fetches(lanes, self.step.two, extents::bytes::<T>(self.lane.extent))
    }

    /// Finishes all sums one by one.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - The factors lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn rows<K: Term<T>>(&self) {
        for n in 0..self.outer.extent {
            let cursor = self.step.cursor.at(self.outer, n);
            for n in 0..self.kept.extent {
                let cursor = cursor.at(self.kept, n);
                // SAFETY: by the contract, at indices of `outer` and `kept`.
                unsafe { self.step.finish.one(self.fold::<K>(cursor), cursor.out) }
            }
        }
    }

    /// Finishes the sums of real numbers.
    ///
    /// How a lane is added up depends on its length alone, not on how many there are: the number of
    /// threads may not change a sum.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `R`, and the processor has the instruction set of `L`.
    /// - The factors lie side by side along the lane.
    /// - There are two factors if `KIND` is [`IS_SHARED`] or [`IS_SHARED_FAR`].
    #[inline(always)]
    unsafe fn real<R: Number, L: Lanes<Real = R>, const KIND: usize>(&self) {
        // SAFETY: by this function's contract, which has the clauses of `each` and `short`; `two` says how many factors
        // there are.
        unsafe {
            let (two, len) = (self.step.two, self.lane.extent);
            if KIND == IS_SHARED || KIND == IS_SHARED_FAR {
                // As of lanes that share nothing, bit for bit: which they are may depend on a thread's part.
                return self.each::<R, L, 4, 2, true>(KIND == IS_SHARED_FAR);
            }
            if KIND == IS_TINY && self.rows.extent == 1 {
                let is_quarter = len <= <L::Half as Lanes>::Half::LEN;
                return match (two, len <= L::Half::LEN) {
                    (true, true) if is_quarter => self.short::<R, <L::Half as Lanes>::Half, true>(),
                    (true, true) => self.short::<R, L::Half, true>(),
                    (true, false) => self.short::<R, L, true>(),
                    (false, true) => self.short::<R, L::Half, false>(),
                    (false, false) => self.short::<R, L, false>(),
                };
            }
            match (two, len < FOLD_SHORT_LANE) {
                (true, true) => self.each::<R, L, 1, 2, true>(self.fetches(1)),
                (true, false) => self.each::<R, L, 2, 4, true>(self.fetches(2)),
                (false, true) => self.each::<R, L, 1, 4, false>(self.fetches(1)),
                (false, false) if extents::bytes::<R>(len) >= FOLD_LANES_MIN_BYTES => {
                    self.each::<R, L, FOLD_LANES, 4, false>(false);
                }
                (false, false) => self.each::<R, L, 1, 8, false>(self.fetches(1)),
            }
        }
    }

    /// Finishes the sums of products of complex numbers; `minus` is -1. (Zen 4, `bn,bdn->bd` of 10000, 16 and 16: `Complex32`
    /// 0.65 ms, 2.4 in arrays that the compiler makes vectors of, `Complex64` 1.9 and 3.6, by memory's speed; `ij,j->i` of 1024 each 0.37 and
    /// 0.63.)
    ///
    /// How a lane is added up depends on its length alone, not on how many there are.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `Complex<R>`, there are two factors, and they lie side by side along the lane.
    /// - The processor has the instruction set of `L`.
    #[inline(always)]
    unsafe fn products<R: Number, L: Lanes<Real = R>>(&self, minus: R) {
        let parts = extents::count([self.lane.extent, 2]);
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe {
            if parts <= L::Half::LEN {
                self.pairs::<R, L::Half, 1>(minus);
            } else if parts < 4 * L::LEN {
                self.pairs::<R, L, 1>(minus);
            } else {
                self.pairs::<R, L, 2>(minus);
            }
        }
    }

    /// Finishes the sums of products of complex numbers, two lanes at a time, by which vectors become numbers with less ado.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `Complex<R>`, there are two factors, and they lie side by side along the lane.
    /// - The processor has the instruction set of `L`.
    #[inline(always)]
    unsafe fn pairs<R: Number, L: Lanes<Real = R>, const U: usize>(&self, minus: R) {
        let Self { step, outer, kept, rows, lane: &Axis { extent: len, .. } } = *self;
        let together = kept.out == 1 && step.finish.is_nothing();
        let how = (step.conj, minus);
        for n in 0..outer.extent {
            let mut cursor = step.cursor.at(outer, n);
            let mut left = kept.extent;
            // SAFETY: by the contract: lanes are at indices of `outer` and `kept`, and lie side by side in the factors; `out` is valid
            // there, and the next element is that of the next index if they lie side by side.
            unsafe {
                while left >= 2 {
                    let [[a, b], [c, d]] = complex::sums::<R, L, 2, U>(sides(cursor, kept), rows, len, how);
                    let sums = L::sums([a, b, c, d]);
                    if together {
                        cursor.out.cast::<[R; 4]>().write(sums);
                    } else {
                        let [a, b, c, d] = sums;
                        step.finish.one(cast(Complex { re: a, im: b }), cursor.out);
                        step.finish.one(cast(Complex { re: c, im: d }), cursor.at(kept, 1).out);
                    }
                    cursor = cursor.at(kept, 2);
                    left -= 2;
                }
                if left > 0 {
                    let [[a, b]] = complex::sums::<R, L, 1, U>(sides(cursor, kept), rows, len, how);
                    step.finish.one(cast(Complex { re: a.sum(), im: b.sum() }), cursor.out);
                }
            }
        }
    }

    /// Finishes the sums of one factor of `f32`, added up in `f64`.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `f32`, and the processor has the instruction sets of `L` and `W`.
    /// - The factor lies side by side along the lane.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "rounded once, at the end")]
    unsafe fn widened<L: Lanes<Real = f32>, W: Widen>(&self) {
        for n in 0..self.outer.extent {
            let cursor = self.step.cursor.at(self.outer, n);
            for n in 0..self.kept.extent {
                let cursor = cursor.at(self.kept, n);
                // SAFETY: by the contract: the factor lies side by side along the lane at every index, and `out` is valid
                // there.
                unsafe {
                    let sum = real::widened::<L, W>(cursor.lhs.cast(), self.rows, self.lane.extent);
                    self.step.finish.one(cast(sum as f32), cursor.out);
                }
            }
        }
    }

    /// Finishes the sums of real numbers, `N` lanes at a time; lanes that come later are fetched, if `fetches`.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `R`, and the processor has the instruction set of `L`.
    /// - The factors lie side by side along the lane.
    /// - There are two factors if `TWO`, and otherwise one.
    #[inline(always)]
    unsafe fn each<R: Number, L: Lanes<Real = R>, const N: usize, const U: usize, const TWO: bool>(
        &self,
        fetches: bool,
    ) {
        let (kept, rows, len) = (self.kept, self.rows, self.lane.extent);
        // SAFETY: by the contract: lanes are at indices of `outer` and `kept`, and lie side by side in the factors; `out`
        // is valid there.
        unsafe {
            by_fours!(
                self,
                |cursor| {
                    let mut vectors = [L::splat(R::ZERO); 4];
                    for m in (0..4).step_by(N) {
                        let some = real::sums::<R, L, N, U, TWO>(sides(cursor.at(kept, m), kept), rows, len, fetches);
                        vectors[m..m + N].copy_from_slice(&some);
                    }
                    L::sums(vectors)
                },
                |cursor| real::sums::<R, L, 1, U, TWO>(sides(cursor, kept), rows, len, fetches)
            );
        }
    }

    /// Finishes the sums of real numbers in short lanes without rows, four at a time, so that the beginnings and ends of lanes
    /// overlap. (`bldn,bln->bld` of n = 16: 0.13 ms, 0.22 by [`real::sums`], which has loops for more.)
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `R`, and the processor has the instruction set of `L`.
    /// - The factors lie side by side along the lane.
    /// - There are two factors if `TWO`, and otherwise one.
    #[inline(always)]
    unsafe fn short<R: Number, L: Lanes<Real = R>, const TWO: bool>(&self) {
        // (The first two without a loop: `bij,bj->bi` of 20000 and 4 x 4, f64: 53 us, with one 64; 3 x 3 64 and 82.)
        // SAFETY: by this function's contract, which has the clauses of `lanes`; the lane was just compared with a vector.
        unsafe {
            match self.lane.extent.cmp(&L::LEN) {
                Ordering::Less => self.lanes::<R, L, TWO, PART>(),
                Ordering::Equal => self.lanes::<R, L, TWO, WHOLE>(),
                Ordering::Greater => self.lanes::<R, L, TWO, MORE>(),
            }
        }
    }

    /// Finishes the sums of real numbers in short lanes without rows, which are as long as `VECTORS` says.
    ///
    /// # Safety
    /// - The tensors of `step` are valid at every index of the axes from `step.cursor` on: the factors for reads, `out` for
    ///   writes, and for reads if the old content is not dropped. Indices of the result have different elements, none of
    ///   them one of a factor.
    /// - No axis has extent 0.
    /// - `T` is `R`, and the processor has the instruction set of `L`.
    /// - The factors lie side by side along the lane.
    /// - There are two factors if `TWO`, and otherwise one.
    /// - Lanes are shorter than a vector of `L` for [`PART`], as long for [`WHOLE`], and longer for [`MORE`].
    #[inline(always)]
    unsafe fn lanes<R: Number, L: Lanes<Real = R>, const TWO: bool, const VECTORS: usize>(&self) {
        let (kept, len) = (self.kept, self.lane.extent);
        // SAFETY: by the contract: lanes are at indices of `outer` and `kept`, and lie side by side in the factors; `out`
        // is valid there.
        unsafe {
            by_fours!(
                self,
                |cursor| L::sums(real::short::<R, L, 4, TWO, VECTORS>(sides(cursor, kept), len)),
                |cursor| { real::short::<R, L, 1, TWO, VECTORS>(sides(cursor, kept), len) }
            );
        }
    }

    /// Finishes four sums, at indices of `kept` from `cursor` on.
    ///
    /// # Safety
    /// - `out` is valid for writes at these four indices of `kept`, and for reads if the old content is not dropped.
    #[inline(always)]
    unsafe fn finish<R: Number>(&self, sums: [R; 4], cursor: Cursor<T>) {
        for (n, sum) in sums.into_iter().enumerate() {
            // SAFETY: by the contract `out` is valid at these indices.
            unsafe { self.step.finish.one(cast(sum), cursor.at(self.kept, n).out) }
        }
    }

    /// The sum over both contracted axes.
    ///
    /// # Safety
    /// - The factors are valid for reads at every index of `rows` and the lane from `cursor` on; neither has extent 0.
    /// - They lie along the lane as `K` says.
    #[inline(always)]
    unsafe fn fold<K: Term<T>>(&self, cursor: Cursor<T>) -> T {
        let len = self.lane.extent;
        let mut wide = [K::zero::<4>(); 4];
        let mut narrow = K::zero::<4>();
        let mut rest = T::ZERO;
        for row in 0..self.rows.extent {
            let mut n = 0;
            // SAFETY: by the contract of the type: indices stay below `len`.
            unsafe {
                let term = K::new(self.step, cursor.at(self.rows, row), self.lane);
                while n + 16 <= len {
                    for (m, sums) in wide.iter_mut().enumerate() {
                        *sums = term.add(*sums, n + m * 4);
                    }
                    n += 16;
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
        if len >= 16 {
            let [a, b, c, d] = wide;
            // Through memory: what becomes of the sums is no reason to keep them in narrower vectors.
            let sums = std::hint::black_box(K::merge(K::merge(a, b), K::merge(c, d)));
            narrow = plus(narrow, K::total(sums, self.step.conj));
        }
        let [a, b, c, d] = narrow;
        rest.plus(a.plus(c).plus(b.plus(d)))
    }
}

/// The places where `N` lanes begin, at indices of `kept` from `cursor` on.
#[inline(always)]
fn sides<T: Copy, R: Copy, const N: usize>(cursor: Cursor<T>, kept: &Axis) -> [Sides<R>; N] {
    let mut sides = [Sides { lhs: cursor.lhs.cast(), rhs: cursor.rhs.cast() }; N];
    for (n, side) in sides.iter_mut().enumerate() {
        let Cursor { lhs, rhs, .. } = cursor.at(kept, n);
        *side = Sides { lhs: lhs.cast(), rhs: rhs.cast() };
    }
    sides
}
