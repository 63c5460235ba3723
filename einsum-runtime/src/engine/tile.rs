//! Micro-kernels: one tile of the result, its accumulators in registers.
//!
//! A tile is `MV` vectors of rows (along m) times `NR` columns (along n). For every contracted index
//! the rows are loaded, and every element of `b` in turn is multiplied into them. `MV * NR`
//! accumulators, the rows and one factor must fit into the registers, and the accumulators must be at
//! least latency times throughput of an FMA: 8 on most processors.

use super::lanes::Lanes;

/// A factor as a tile walks through it: the first element, and the stride of a contracted index.
#[derive(Clone, Copy)]
pub(crate) struct Walk<R> {
    pub(crate) pointer: *const R,
    pub(crate) step: isize,
}

/// The accumulators of a tile, column by column.
pub(crate) type Tile<V, const MV: usize, const NR: usize> = [[V; MV]; NR];

/// The sum over `depth` contracted indices of columns of `a` times rows of `b`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `MV` vectors at every of its `depth` steps, or of the lanes of `mask` in
///   the last vector if there is one.
/// - `b` is valid for reads at every of its `depth` steps, moved by `j * column`, for `j < NR`.
#[inline(always)]
pub(crate) unsafe fn accumulate<V: Lanes, const MV: usize, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mask: Option<V::Mask>,
    mut b: Walk<V::Real>,
    column: isize,
    zero: V::Real,
) -> Tile<V, MV, NR> {
    // SAFETY: by the contract, for all of the function.
    unsafe {
        let mut tile = [[V::splat(zero); MV]; NR];
        for _ in 0..depth {
            let mut rows = [V::splat(zero); MV];
            for v in 0..MV {
                let from = a.pointer.add(v * V::LEN);
                rows[v] = match mask {
                    Some(mask) if v + 1 == MV => V::load_first(from, mask),
                    _ => V::load(from),
                };
            }
            for j in 0..NR {
                let factor = V::splat(*b.pointer.offset(j.cast_signed() * column));
                for v in 0..MV {
                    tile[j][v] = rows[v].mul_add(factor, tile[j][v]);
                }
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
            b.pointer = b.pointer.wrapping_offset(b.step);
        }
        tile
    }
}

/// Fetches a cache line, if it is there.
#[inline(always)]
pub(crate) fn prefetch<R>(line: *const R) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: prefetching reads nothing, and SSE is in the baseline.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(line.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = line;
}

/// The same of complex numbers, real and imaginary parts apart: `MV` vectors of the ones and then `MV`
/// vectors of the others in `a`; `NR` numbers of the ones and then `NR` of the others in `b`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `a` is valid for reads of `2 * MV` vectors, and `b` of `2 * NR` numbers, at each of `depth` steps.
#[inline(always)]
pub(crate) unsafe fn accumulate_complex<V: Lanes, const MV: usize, const NR: usize>(
    depth: usize,
    mut a: Walk<V::Real>,
    mut b: Walk<V::Real>,
    imaginary: [usize; 2],
    zero: V::Real,
) -> [Tile<V, MV, NR>; 2] {
    // SAFETY: by the contract, for all of the function.
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
    // SAFETY: by the contract, for all of the function.
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
/// That of [`store`].
#[inline(always)]
pub(crate) unsafe fn write<V: Lanes>(value: V, to: *mut V::Real, mask: Option<V::Mask>, beta: Option<V::Real>) {
    // SAFETY: by the contract, for all of the function.
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
