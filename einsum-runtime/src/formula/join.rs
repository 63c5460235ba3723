//! Values put together: what is compiled for each reduction, and not for each body.

use core::{
    array,
    marker::PhantomData,
    mem::{MaybeUninit, transmute},
};

use super::reduction::{Max, Min, Product, Reduction, ReductionKind, Sum};
use crate::{
    element::Element,
    loops::{
        Lanes,
        level::{self, Work},
    },
    tuning::{JOIN_FEW_LANES, JOIN_LANES, JOIN_STACK_MAX_ELEMENT_BYTES},
};

/// How values are put together.
pub(super) trait Join<T>: Sync {
    /// The value that joins with every other to that other.
    fn nothing(&self) -> T;
    /// Whether values are added up.
    fn adds_up(&self) -> bool;
    /// Makes values that join with every other to that other of some room.
    fn clear<'r>(&self, room: &'r mut [MaybeUninit<T>]) -> &'r mut [T];
    /// Puts values together with others, one by one: those of each row, one row after the other.
    fn onto(&self, sums: &mut [T], values: &[T]);
    /// Puts values of each row together with its sums, or of all with the only ones: of rows that are so far apart so many, from the first on.
    fn rows_onto(&self, sums: &mut [[T; JOIN_LANES]], values: &[T], row: (usize, usize, usize));
    /// Puts values along a lane together with [`JOIN_LANES`] others, every one of these with each value that is as many further on.
    fn along(&self, sums: &mut [T; JOIN_LANES], values: &[T]);
    /// The values that [`Join::along`] has put together, put together: of each row. Those are few which are all among the first [`JOIN_FEW_LANES`].
    fn across(&self, sums: &[[T; JOIN_LANES]], are_few: bool, results: &mut [MaybeUninit<T>]);
}

/// Values put together by a reduction.
pub(super) struct By<R>(PhantomData<fn(R)>);

impl<R> By<R> {
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<T: Element, R: Reduction<T>> Join<T> for By<R> {
    fn nothing(&self) -> T {
        R::nothing()
    }

    fn adds_up(&self) -> bool {
        R::KIND == ReductionKind::Sum
    }

    fn clear<'r>(&self, room: &'r mut [MaybeUninit<T>]) -> &'r mut [T] {
        level::run(Clear::<T, R> { room, reduction: PhantomData });
        let room: *mut [MaybeUninit<T>] = room;
        // SAFETY: it is borrowed for as long, and `Clear` has written all of it.
        unsafe { &mut *(room as *mut [T]) }
    }

    fn onto(&self, sums: &mut [T], values: &[T]) {
        level::run(JoinOnto::<T, R> { sums, values, reduction: PhantomData });
    }

    fn rows_onto(&self, sums: &mut [[T; JOIN_LANES]], values: &[T], row: (usize, usize, usize)) {
        level::run(JoinRowsOnto::<T, R> { sums, values, row, reduction: PhantomData });
    }

    fn along(&self, sums: &mut [T; JOIN_LANES], values: &[T]) {
        level::run(JoinAlong::<T, R> { sums, values, reduction: PhantomData });
    }

    fn across(&self, sums: &[[T; JOIN_LANES]], are_few: bool, results: &mut [MaybeUninit<T>]) {
        level::run(Across::<T, R> { sums, are_few, results, reduction: PhantomData });
    }
}

/// How values are put together by a reduction.
#[allow(clippy::transmute_ptr_to_ptr, reason = "what is behind a reference has another type, too")]
pub(super) fn by<T: Element, R: Reduction<T>>() -> &'static dyn Join<T> {
    // SAFETY: the elements are of the very type that another is taken for.
    unsafe {
        if const { is_real::<T>(4) } {
            transmute::<&'static dyn Join<f32>, &'static dyn Join<T>>(join_f32(R::KIND))
        } else if const { is_real::<T>(8) } {
            transmute::<&'static dyn Join<f64>, &'static dyn Join<T>>(join_f64(R::KIND))
        } else {
            const { &By::<R>::NEW }
        }
    }
}

/// Whether elements are `f32`, or `f64`, by their size. (Of families only those that are these numbers are real.)
pub(super) const fn is_real<T: Element>(size: usize) -> bool {
    T::FAMILY.is_real() && size_of::<T>() == size
}

/// (Compiled here, and not in each crate that has formulas: without `inline(never)` a function that is as small would be.)
macro_rules! joins {
    ($($T:ident $join:ident;)*) => { $(
        #[inline(never)]
        fn $join(kind: ReductionKind) -> &'static dyn Join<$T> {
            match kind {
                ReductionKind::Sum => &By::<Sum>::NEW,
                ReductionKind::Product => &By::<Product>::NEW,
                ReductionKind::Max => &By::<Max>::NEW,
                ReductionKind::Min => &By::<Min>::NEW,
            }
        }
    )* };
}

joins! {
    f32 join_f32;
    f64 join_f64;
}

struct Clear<'a, T, R> {
    room: &'a mut [MaybeUninit<T>],
    reduction: PhantomData<fn(R)>,
}

impl<T: Element, R: Reduction<T>> Work for Clear<'_, T, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for value in self.room {
            value.write(R::nothing());
        }
    }
}

struct Across<'a, T, R> {
    sums: &'a [[T; JOIN_LANES]],
    are_few: bool,
    results: &'a mut [MaybeUninit<T>],
    reduction: PhantomData<fn(R)>,
}

impl<T: Element, R: Reduction<T>> Work for Across<'_, T, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (sums, result) in self.sums.iter().zip(self.results) {
            if const { size_of::<T>() > JOIN_STACK_MAX_ELEMENT_BYTES } {
                result.write(sums[1..].iter().fold(sums[0], |sum, &value| one::<T, R>(sum, value)));
                continue;
            }
            // (Numbers that are joined with nothing have the same bits: of a sum that begins with 0 none is -0.)
            let few = match sums.first_chunk::<JOIN_FEW_LANES>() {
                Some(few) if const { T::FAMILY.is_real() } && self.are_few => *few,
                _ => half::<T, R, JOIN_FEW_LANES, 32>(half::<T, R, 32, JOIN_LANES>(*sums)),
            };
            result.write(
                half::<T, R, 1, 2>(half::<T, R, 2, 4>(half::<T, R, 4, 8>(half::<T, R, 8, JOIN_FEW_LANES>(few))))[0],
            );
        }
    }
}

/// The first half of numbers, put together with the other.
#[inline(always)]
fn half<T: Element, R: Reduction<T>, const N: usize, const M: usize>(numbers: [T; M]) -> [T; N] {
    let mut halves = [numbers[0]; N];
    for n in 0..N {
        halves[n] = one::<T, R>(numbers[n], numbers[N + n]);
    }
    halves
}

struct JoinOnto<'a, T, R> {
    sums: &'a mut [T],
    values: &'a [T],
    reduction: PhantomData<fn(R)>,
}

impl<T: Element, R: Reduction<T>> Work for JoinOnto<'_, T, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let width = self.sums.len().min(self.values.len());
        let mut start = 0;
        if const { size_of::<T>() <= JOIN_STACK_MAX_ELEMENT_BYTES } {
            while start + JOIN_FEW_LANES <= width {
                columns_onto::<T, R, JOIN_FEW_LANES>(&mut self.sums[start..], self.values, (width, start));
                start += JOIN_FEW_LANES;
            }
            while start + 4 <= width {
                columns_onto::<T, R, 4>(&mut self.sums[start..], self.values, (width, start));
                start += 4;
            }
        }
        for at in start..width {
            columns_onto::<T, R, 1>(&mut self.sums[at..], self.values, (width, at));
        }
    }
}

/// Puts so many columns of rows together with sums. (In registers: what is larger is chosen by stores of some lanes of a vector alone where it is
/// in memory, and these take AMD's processors twenty cycles each.)
#[inline(always)]
fn columns_onto<T: Element, R: Reduction<T>, const N: usize>(
    sums: &mut [T],
    values: &[T],
    (width, start): (usize, usize),
) {
    let Some(sums) = sums.first_chunk_mut::<N>() else { return };
    let mut joined = *sums;
    for row in values.chunks_exact(width) {
        let Some(row) = row[start..].first_chunk::<N>() else { return };
        joined = array::from_fn(|n| one::<T, R>(joined[n], row[n]));
    }
    *sums = joined;
}

struct JoinRowsOnto<'a, T, R> {
    sums: &'a mut [[T; JOIN_LANES]],
    values: &'a [T],
    row: (usize, usize, usize),
    reduction: PhantomData<fn(R)>,
}

impl<T: Element, R: Reduction<T>> Work for JoinRowsOnto<'_, T, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        let (width, first, count) = self.row;
        let last = self.sums.len() - 1;
        for (row, values) in self.values.chunks_exact(width).enumerate() {
            for (sum, &value) in self.sums[row.min(last)].iter_mut().zip(&values[first..first + count]) {
                *sum = one::<T, R>(*sum, value);
            }
        }
    }
}

struct JoinAlong<'a, T, R> {
    sums: &'a mut [T; JOIN_LANES],
    values: &'a [T],
    reduction: PhantomData<fn(R)>,
}

impl<T: Element, R: Reduction<T>> Work for JoinAlong<'_, T, R> {
    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        if const { size_of::<T>() > JOIN_STACK_MAX_ELEMENT_BYTES } {
            for chunk in self.values.chunks(JOIN_LANES) {
                for (sum, &value) in self.sums.iter_mut().zip(chunk) {
                    *sum = one::<T, R>(*sum, value);
                }
            }
            return;
        }
        let (chunks, rest) = self.values.as_chunks::<JOIN_LANES>();
        let mut sums = *self.sums;
        for chunk in chunks {
            sums = array::from_fn(|n| one::<T, R>(sums[n], chunk[n]));
        }
        *self.sums = sums;
        for (sum, &value) in self.sums.iter_mut().zip(rest) {
            *sum = one::<T, R>(*sum, value);
        }
    }
}

#[inline(always)]
fn one<T: Element, R: Reduction<T>>(lhs: T, rhs: T) -> T {
    R::join::<Lanes<1, true, false>>([lhs], [rhs])[0]
}

#[cfg(test)]
mod tests;
