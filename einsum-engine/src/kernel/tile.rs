//! Micro-kernels: one tile of the result, its accumulators in registers.
//!
//! A tile is `MV` vectors of rows (along m) times `NR` columns (along n). For every contracted index
//! the rows are loaded, and every element of `b` in turn is multiplied into them. `MV * NR`
//! accumulators, the rows and one factor must fit into the registers, and the accumulators must be at
//! least latency times throughput of an FMA: 8 on most processors.

use core::{
    array,
    sync::atomic::{Ordering, compiler_fence},
};

use crate::{
    extents,
    machine::{lanes::Lanes, prefetch},
    number::Number,
    plan::tuning::TILE_STEPS_TOGETHER,
};

/// A factor as a tile walks through it: the first element, and the stride of a contracted index.
#[derive(Clone, Copy)]
pub(crate) struct Walk<R> {
    pub(crate) pointer: *const R,
    pub(crate) step: isize,
}

/// The lines of the cache that are fetched while a tile is computed, one for every contracted index: those of [`LINES`] columns
/// in turn. By how far they are, in elements, from where `b` of the tile begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    pub(crate) distance: isize,
    /// The step to the line of the next contracted index.
    pub(crate) next: isize,
    /// The step further after [`LINES`] of them.
    pub(crate) round: isize,
}

impl Ahead {
    /// Nothing that is not there.
    pub(crate) const NOTHING: Self = Self { distance: 0, next: 0, round: 0 };
}

/// Lines that are fetched in turn.
pub(crate) const LINES: usize = 8;

/// The accumulators of a tile, column by column.
pub(crate) type Tile<V, const MV: usize, const NR: usize> = [[V; MV]; NR];

/// The sum over `depth` contracted indices of columns of `a` times rows of `b`, which lie side by side.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors at every of its `depth` steps.
/// - `b` is valid for reads of `NR` elements at every of its `depth` steps.
#[inline(always)]
pub(crate) unsafe fn accumulate<V: Lanes, const MV: usize, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mut b: Walk<V::Real>,
    zero: V::Real,
) -> Tile<V, MV, NR> {
    // SAFETY: by the contract: both factors are valid at every step; the instruction set is there.
    unsafe {
        let mut tile = [[V::splat(zero); MV]; NR];
        for _ in 0..depth / TILE_STEPS_TOGETHER {
            for _ in 0..TILE_STEPS_TOGETHER {
                add_step(&mut tile, &mut a, &mut b, zero);
            }
        }
        for _ in 0..depth % TILE_STEPS_TOGETHER {
            add_step(&mut tile, &mut a, &mut b, zero);
        }
        tile
    }
}

/// Adds the products of one contracted index to a tile, and goes on to the next one.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors, and `b` of `NR` elements.
#[inline(always)]
unsafe fn add_step<V: Lanes, const MV: usize, const NR: usize>(
    tile: &mut Tile<V, MV, NR>,
    a: &mut Walk<V::Real>,
    b: &mut Walk<V::Real>,
    zero: V::Real,
) {
    // SAFETY: by the contract.
    unsafe {
        let rows = load_rows::<V, MV>(a.pointer, None, zero);
        for j in 0..NR {
            add_product(&mut tile[j], &rows, *b.pointer.add(j));
        }
    }
    a.pointer = a.pointer.wrapping_offset(a.step);
    b.pointer = b.pointer.wrapping_offset(b.step);
}

/// The sum over contracted indices of columns of `a` times rows of `b`, whose elements lie anywhere: as far from `b` as the offsets of a
/// contracted index and of a column together.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors at as many steps as `depth` has offsets.
/// - `b` moved by the sum of an offset of `depth` and one of `columns` is valid for reads.
#[inline(always)]
pub(crate) unsafe fn accumulate_in_place<V: Lanes, const MV: usize, const NR: usize>(
    mut a: Walk<V::Real>,
    b: *const V::Real,
    depth: &[isize],
    columns: &[isize; NR],
    zero: V::Real,
) -> Tile<V, MV, NR> {
    // (Of a copy, which nobody can write meanwhile: so that they need not be read again.)
    let columns = *columns;
    // SAFETY: by the contract: both factors are valid at every step; the instruction set is there.
    unsafe {
        let mut tile = [[V::splat(zero); MV]; NR];
        for &offset in depth {
            let rows = load_rows::<V, MV>(a.pointer, None, zero);
            let b = b.wrapping_offset(offset);
            for j in 0..NR {
                add_product(&mut tile[j], &rows, *b.wrapping_offset(columns[j]));
                if const { MV > 1 } {
                    // The compiler would load the numbers of all columns first, for which there are no registers, and keep sums in memory.
                    // (Xeon, `f32`, convolutions of 64 channels, 3 x 3: 8.3 ms, so 6.2; 7 x 7: 10.8 and 8.0.)
                    compiler_fence(Ordering::SeqCst);
                }
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
        }
        tile
    }
}

/// The sum over contracted indices of columns of `a` times rows of `b`, whose elements are as far from `b` as the offsets of a contracted
/// index and of a column together; each four columns are `column` apart.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors at as many steps as `depth` has offsets.
/// - `b` moved by the sum of an offset of `depth` and one of `columns` is valid for reads.
/// - From each fourth offset of `columns` on, the next three are `column` more than the one before.
#[inline(always)]
pub(crate) unsafe fn accumulate_apart<V: Lanes, const MV: usize, const NR: usize>(
    mut a: Walk<V::Real>,
    b: *const V::Real,
    depth: &[isize],
    (columns, column): (&[isize; NR], isize),
    zero: V::Real,
) -> Tile<V, MV, NR> {
    let groups: [*const V::Real; GROUPS] = array::from_fn(|group| b.wrapping_offset(columns[(4 * group).min(NR - 1)]));
    let offsets = offsets_apart::<NR>(column);
    // SAFETY: by the contract: both factors are valid at every step; the instruction set is there.
    unsafe {
        let mut tile = [[V::splat(zero); MV]; NR];
        for &offset in depth {
            let rows = load_rows::<V, MV>(a.pointer, None, zero);
            for j in 0..NR {
                let b = groups[j / 4].wrapping_offset(offset);
                add_product(&mut tile[j], &rows, *b.wrapping_offset(offsets[j % 4]));
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
        }
        tile
    }
}

/// The sum over `depth` contracted indices of columns of `a` times rows of `b`, whose elements are `column` apart; of the last
/// vector of `a` only the lanes of `mask` are read, if there is one.
///
/// Large tiles fetch the lines that are `ahead`, if any are: one by one, as so many at once would have to wait for each other.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors, the last as far as the mask, at every of its `depth` steps.
/// - `b` moved by `j * column` is valid for reads at every of its `depth` steps, for `j < NR`.
#[inline(always)]
pub(crate) unsafe fn accumulate_strided<V: Lanes, const MV: usize, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mask: Option<V::Mask>,
    (b, column): (Walk<V::Real>, isize),
    ahead: Option<Ahead>,
    zero: V::Real,
) -> Tile<V, MV, NR> {
    let (mut groups, offsets) = columns_apart::<V::Real, NR>(b.pointer, column);
    // SAFETY: by the contract: both factors are valid at every step, as far as the mask and for columns below `NR`; the
    // instruction set is there.
    unsafe {
        let mut tile = [[V::splat(zero); MV]; NR];
        let fetches = const { MV > 1 && MV * NR >= LARGE } && ahead.is_some();
        let ahead = ahead.unwrap_or(Ahead::NOTHING);
        let mut line = b.pointer.wrapping_offset(ahead.distance);
        let mut left = depth;
        while left > 0 {
            let some = if fetches { left.min(LINES) } else { left };
            for _ in 0..some {
                let rows = load_rows::<V, MV>(a.pointer, mask, zero);
                for j in 0..NR {
                    add_product(&mut tile[j], &rows, *groups[j / 4].wrapping_offset(offsets[j % 4]));
                }
                if fetches {
                    prefetch::line(line);
                    line = line.wrapping_offset(ahead.next);
                }
                a.pointer = a.pointer.wrapping_offset(a.step);
                for pointer in &mut groups[..NR.div_ceil(4)] {
                    *pointer = pointer.wrapping_offset(b.step);
                }
            }
            line = line.wrapping_offset(ahead.round);
            left -= some;
        }
        tile
    }
}

/// The sum over `depth` contracted indices of columns of `a` times rows of `b`, whose elements are `column` apart: of a vector of rows, and
/// of those of half a vector that are in the mask.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of a vector, and of the lanes of the mask after it, at every of its `depth` steps.
/// - `b` moved by `j * column` is valid for reads at every of its `depth` steps, for `j < NR`.
#[inline(always)]
pub(crate) unsafe fn accumulate_uneven<V: Lanes, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mask: <V::Half as Lanes>::Mask,
    (b, column): (Walk<V::Real>, isize),
    zero: V::Real,
) -> [(V, V::Half); NR] {
    let (mut groups, offsets) = columns_apart::<V::Real, NR>(b.pointer, column);
    // SAFETY: by the contract: both factors are valid at every step, as far as the mask and for columns below `NR`; the
    // instruction set is there.
    unsafe {
        let mut tile = [(V::splat(zero), V::Half::splat(zero)); NR];
        for _ in 0..depth {
            let rows = V::load(a.pointer);
            let rest = V::Half::load_first(a.pointer.wrapping_add(V::LEN), mask);
            for j in 0..NR {
                let factor = *groups[j / 4].wrapping_offset(offsets[j % 4]);
                tile[j].0 = rows.mul_add(V::splat(factor), tile[j].0);
                tile[j].1 = rest.mul_add(V::Half::splat(factor), tile[j].1);
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
            for pointer in &mut groups[..NR.div_ceil(4)] {
                *pointer = pointer.wrapping_offset(b.step);
            }
        }
        tile
    }
}

/// Pointers to every fourth column, and the offsets of four columns from such a one, of which the compiler does not know how far they are
/// from each other: it would take one pointer and add to it again and again, and a row of 8 would wait for 8 additions, twice as long as
/// its products take.
#[inline(always)]
fn columns_apart<R, const NR: usize>(first: *const R, column: isize) -> ([*const R; GROUPS], [isize; 4]) {
    const { assert!(NR <= 4 * GROUPS) }
    let mut groups = [first; GROUPS];
    for group in 1..NR.div_ceil(4) {
        groups[group] = unrelated(groups[group - 1].wrapping_offset(extents::offset(4, column)));
    }
    (groups, offsets_apart::<NR>(column))
}

/// The offsets of four columns from the first.
#[inline(always)]
fn offsets_apart<const NR: usize>(column: isize) -> [isize; 4] {
    let third = if NR > 3 { unrelated_offset(extents::offset(3, column)) } else { 0 };
    [0, column, extents::offset(2, column), third]
}

/// Vectors of a large tile: others are of small products, which come from a cache.
pub(super) const LARGE: usize = 16;

/// The most groups of four columns.
const GROUPS: usize = 6;

/// Loads `MV` vectors of rows, of the last only the lanes of `mask`, if there is one.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` is valid for reads of `MV` vectors, the last as far as the mask.
#[inline(always)]
pub(super) unsafe fn load_rows<V: Lanes, const MV: usize>(
    from: *const V::Real,
    mask: Option<V::Mask>,
    zero: V::Real,
) -> [V; MV] {
    // SAFETY: by this function's contract, which has the clauses of the methods of `Lanes`.
    unsafe {
        let mut rows = [V::splat(zero); MV];
        for v in 0..MV {
            let from = from.wrapping_add(v * V::LEN);
            rows[v] = load(from, if v + 1 == MV { mask } else { None });
        }
        rows
    }
}

/// Adds the products of rows and a number to a column of a tile.
///
/// # Safety
/// - The processor has the instruction set of `V`.
#[inline(always)]
pub(super) unsafe fn add_product<V: Lanes, const MV: usize>(column: &mut [V; MV], rows: &[V; MV], factor: V::Real) {
    // SAFETY: by the contract the instruction set is there.
    unsafe {
        let factor = V::splat(factor);
        for v in 0..MV {
            column[v] = rows[v].mul_add(factor, column[v]);
        }
    }
}

/// Returns the pointer it is given, as one of which the compiler does not know how far it is from any other.
#[inline(always)]
#[allow(clippy::pointers_in_nomem_asm_block, reason = "nothing is read through it there")]
fn unrelated<R>(pointer: *const R) -> *const R {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    {
        let mut pointer = pointer.cast::<u8>();
        // SAFETY: nothing is done to the pointer, nor to anything else.
        unsafe {
            std::arch::asm!("/* {0} */", inout(reg) pointer, options(pure, nomem, nostack, preserves_flags));
        }
        pointer.cast()
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pointer
}

/// Returns the offset it is given, as one of which the compiler does not know how it was computed.
#[inline(always)]
pub(super) fn unrelated_offset(offset: isize) -> isize {
    unrelated(std::ptr::without_provenance::<u8>(offset.cast_unsigned())).addr().cast_signed()
}

/// The sums over `depth` contracted indices of columns of `a` times rows of `b`, of complex numbers whose real and imaginary
/// parts are apart: `MV` vectors of real parts in `a`, and `imaginary[0]` numbers further `MV` of imaginary ones; `NR` real
/// parts in `b`, and `imaginary[1]` numbers further `NR` imaginary ones.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors, and of as many `imaginary[0]` numbers further, at every of its `depth` steps.
/// - `b` is valid for reads of `NR` numbers, and of as many `imaginary[1]` numbers further, at every of its `depth` steps.
#[inline(always)]
pub(crate) unsafe fn accumulate_complex<V: Lanes, const MV: usize, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mut b: Walk<V::Real>,
    imaginary: [usize; 2],
    zero: V::Real,
) -> [Tile<V, MV, NR>; 2] {
    // SAFETY: by the contract: real and imaginary parts of both factors are valid at every step; the instruction set is there.
    unsafe {
        let mut re = [[V::splat(zero); MV]; NR];
        let mut im = re;
        for _ in 0..depth {
            let mut a_re = [V::splat(zero); MV];
            let mut a_im = a_re;
            for v in 0..MV {
                a_re[v] = V::load(a.pointer.add(v * V::LEN));
                a_im[v] = V::load(a.pointer.add(imaginary[0] + v * V::LEN));
            }
            for j in 0..NR {
                let b_re = V::splat(*b.pointer.add(j));
                let b_im = V::splat(*b.pointer.add(imaginary[1] + j));
                for v in 0..MV {
                    re[j][v] = a_re[v].mul_add(b_re, re[j][v]);
                    im[j][v] = a_im[v].mul_add(b_re, im[j][v]);
                    re[j][v] = a_im[v].mul_sub(b_im, re[j][v]);
                    im[j][v] = a_re[v].mul_add(b_im, im[j][v]);
                }
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
            b.pointer = b.pointer.wrapping_offset(b.step);
        }
        [re, im]
    }
}

/// Where the columns of a tile go: the first element, and the offset of every column.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'a, R> {
    pub(crate) pointer: *mut R,
    pub(crate) offsets: &'a [isize],
}

/// Writes columns whose rows lie side by side: `out = alpha * tile + beta * out`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `out` moved by any of its offsets is valid for writes of `MV` vectors, and for reads if there is
///   a `beta`; if there is a `mask`, of its lanes only in the last vector.
#[inline(always)]
pub(crate) unsafe fn store<V: Lanes, const MV: usize, const NR: usize>(
    tile: &Tile<V, MV, NR>,
    out: Columns<'_, V::Real>,
    mask: Option<V::Mask>,
    (alpha, beta): (V::Real, Option<V::Real>),
) {
    // SAFETY: by this function's contract, which has the clauses of `write` for each vector of each column that has an offset.
    unsafe {
        let alpha = V::splat(alpha);
        for j in 0..NR {
            if j >= out.offsets.len() {
                break;
            }
            let column = out.pointer.offset(out.offsets[j]);
            for v in 0..MV {
                let to = column.add(v * V::LEN);
                let value = alpha.mul(tile[j][v]);
                let masked = if v + 1 == MV { mask } else { None };
                write(value, to, masked, beta);
            }
        }
    }
}

/// `out = value + beta * out`, for one vector, or its lanes in the mask.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `to` is valid for writes of a vector, or of the lanes in the mask, and for reads if there is a `beta`.
#[inline(always)]
pub(crate) unsafe fn write<V: Lanes>(value: V, to: *mut V::Real, mask: Option<V::Mask>, beta: Option<V::Real>) {
    // SAFETY: by this function's contract, which has the clauses of the methods of `Lanes`.
    unsafe {
        match (mask, beta) {
            (None, None) => value.store(to),
            (None, Some(beta)) => V::splat(beta).mul_add(V::load(to), value).store(to),
            (Some(mask), None) => value.store_first(to, mask),
            (Some(mask), Some(beta)) => {
                V::splat(beta).mul_add(V::load_first(to, mask), value).store_first(to, mask);
            }
        }
    }
}

/// `out = value + beta * out`, for one number of any kind.
///
/// # Safety
/// - `to` is valid for writes, and for reads if there is a `beta`.
#[inline(always)]
pub(crate) unsafe fn write_number<T: Number>(value: T, to: *mut T, beta: Option<T>) {
    // SAFETY: by the contract; it is read only if there is a `beta`.
    unsafe {
        to.write(match beta {
            Some(beta) => value.plus(beta.times(*to)),
            None => value,
        });
    }
}

/// Loads a vector, or its lanes in the mask, with zero in the others.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` is valid for reads of the lanes.
#[inline(always)]
pub(crate) unsafe fn load<V: Lanes>(from: *const V::Real, mask: Option<V::Mask>) -> V {
    // SAFETY: by this function's contract, which has the clauses of the methods of `Lanes`.
    unsafe {
        match mask {
            Some(mask) => V::load_first(from, mask),
            None => V::load(from),
        }
    }
}

/// The accumulators in memory, column by column.
#[repr(align(64))]
pub(crate) struct Buffer<R, const MR: usize, const NR: usize>(pub(crate) [[R; MR]; NR]);

/// Writes accumulators to memory.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `MV` vectors have at most `MR` lanes.
#[inline(always)]
pub(crate) unsafe fn spill<V: Lanes, const MV: usize, const MR: usize, const NR: usize>(
    tile: &Tile<V, MV, NR>,
    buffer: &mut Buffer<V::Real, MR, NR>,
) {
    for j in 0..NR {
        for v in 0..MV {
            // SAFETY: by the contract; there are `MR` numbers in a column.
            unsafe { tile[j][v].store(buffer.0[j].as_mut_ptr().add(v * V::LEN)) };
        }
    }
}
