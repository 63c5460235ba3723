//! A few columns of a small GEMM: tiles straight on the operands.
//!
//! Rows are loaded as they lie in `a` (with a mask at the edge, or as a half or a quarter of a vector if they are
//! just that many), elements of `b` are broadcast from wherever they are. For each number of columns there are two
//! functions, one of which is for the last rows, and all there are of most GEMMs: in one function, the addresses that all
//! tiles need would be computed at every call, for as long as a GEMM of 4 x 4 takes.

use std::mem::MaybeUninit;

use crate::{
    extents,
    kernel::{
        product::{Product, Run, WIDE},
        tile::{Ahead, Walk, accumulate_strided, write, write_number},
    },
    machine::{
        lanes::{Lanes, square_of_4},
        prefetch,
    },
    number::Number,
    plan::tuning::{LONG_ROW_MIN_BYTES, LONG_ROWS_AHEAD_VECTORS, LONG_ROWS_DEPTH},
};

/// Where a tile begins in the factors, and the part of `b` that is fetched meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors<T> {
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    /// The part of `b` that comes next, or this tile's again.
    pub(crate) ahead: Ahead,
}

/// An element as the tiles of small products see it: a few lanes of a vector.
pub(crate) trait Tiled: Number {
    /// The number that a lane holds.
    type Real: Number;
    /// Lanes of an element: one, which then is the element, or two.
    const LANES: usize;

    /// One tile: `N` columns of `MV` vectors of rows, from these of `a` on, the last as far as the mask, and from those
    /// of `b` on. It goes where `out` says, by the first element and the stride of the columns.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - At all contracted indices of `product`, `factors.a` is valid for reads of `MV` vectors of rows, the last as far as the
    ///   mask, and `factors.b` of `N` columns.
    /// - `out` is valid for writes of so many rows, side by side, of `N` columns, and for reads if there is a `beta`.
    unsafe fn tile<V: Lanes<Real = Self::Real>, const MV: usize, const N: usize>(
        product: &Product<Self>,
        factors: Factors<Self>,
        out: (*mut Self, isize),
        mask: Option<V::Mask>,
        beta: Option<Self>,
    );
}

macro_rules! tiled {
    ($($T:ty)*) => { $(
        impl Tiled for $T {
            type Real = $T;
            const LANES: usize = 1;

            #[inline(always)]
            unsafe fn tile<V: Lanes<Real = $T>, const MV: usize, const N: usize>(
                product: &Product<$T>,
                factors: Factors<$T>,
                out: (*mut $T, isize),
                mask: Option<V::Mask>,
                beta: Option<$T>,
            ) {
                // SAFETY: by this function's contract, which has the same clauses.
                unsafe { tile_real::<V, MV, N>(product, factors, out, mask, beta) }
            }
        }
    )* };
}

tiled!(f32 f64);

/// The function of the last rows of `N` columns, with the instruction set of the kernel: see [`short`].
pub(crate) trait ShortColumns<T> {
    /// Computes `rows` rows, the last ones or all, of as many columns as the type says.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - At all contracted indices of `product`, `a` is valid for reads of `rows` rows, which lie side by side, and `b` of
    ///   so many columns.
    /// - `out` is valid for writes of `rows` rows, which lie side by side, of so many columns, and for reads if there is a
    ///   `beta`; nothing else reaches these elements.
    /// - The rows are fewer than those of a tile, or for more than [`WIDE`] columns at most a vector.
    unsafe fn short(product: &Product<T>, a: *const T, b: *const T, out: *mut T, rows: usize);
}

/// Computes the first `N` columns of each GEMM of a run.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - For each GEMM of the run, `a` is valid for reads at all rows and contracted indices, `b` at all contracted indices and
///   `N` columns, and `out` for writes at all rows and `N` columns, and for reads if there is a `beta`. Different indices
///   of `out` are different elements, none of them one of a factor, and nothing else reaches them.
/// - The rows of `a` lie side by side, or in panels of `MV` vectors, `product.panel` apart, in which they do.
/// - For more than [`WIDE`] columns, the rows are at most one vector.
#[inline(always)]
pub(crate) unsafe fn columns<
    T: Tiled,
    V: Lanes<Real = T::Real>,
    const MV: usize,
    const N: usize,
    S: ShortColumns<T>,
>(
    product: &Product<T>,
    run: &Run,
) {
    // (Not in a copy of the product, which would have to wait for words that were just written.)
    let (mut a, mut b, mut out) = (product.a.0, product.b.0, product.out.0);
    let is_short = is_short(product, MV * V::LEN / T::LANES);
    for _ in 0..run.count {
        // SAFETY: by this function's contract, for each GEMM of the run; `is_short` says that the rows are fewer than a
        // tile has, and lie side by side in the result.
        unsafe {
            if is_short {
                S::short(product, a, b, out, product.m);
            } else {
                some::<T, V, MV, N, S>(product, Factors { a, b, ahead: run.ahead }, out);
            }
        }
        let [a_step, b_step, out_step] = run.steps;
        (a, b, out) = (a.wrapping_offset(a_step), b.wrapping_offset(b_step), out.wrapping_offset(out_step));
    }
}

/// Whether there are fewer rows than the `rows` of a tile, which lie side by side in the result: these are for [`short`]
/// alone.
#[inline(always)]
pub(crate) fn is_short<T>(product: &Product<T>, rows: usize) -> bool {
    product.m < rows && product.out.1 == 1
}

/// Computes the first `N` columns of one GEMM, whose factors and result begin at these elements.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - From these elements on, `a` is valid for reads at all rows and contracted indices, `b` at all contracted indices and
///   `N` columns, and `out` for writes at all rows and `N` columns, and for reads if there is a `beta`. Different indices
///   of `out` are different elements, none of them one of a factor, and nothing else reaches them.
/// - The rows of `a` lie side by side, or in panels of `MV` vectors, `product.panel` apart, in which they do.
/// - For more than [`WIDE`] columns, the rows are at most one vector.
#[inline(always)]
unsafe fn some<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize, S: ShortColumns<T>>(
    product: &Product<T>,
    mut factors: Factors<T>,
    mut out: *mut T,
) {
    const { assert!(MV <= 2) }
    let mut rows = product.m;
    let len = V::LEN / T::LANES;
    let panel = panel(product, MV * len);
    if product.out.1 != 1 {
        // SAFETY: by this function's contract, which has the same clauses; `S` computes `N` columns, and a tile has `MV`
        // vectors of `len` rows, `panel` from one to the next.
        return unsafe { scatter(product, S::short, (factors.a, panel, [MV * len, len]), (factors.b, N), out) };
    }
    let is_streamed = product.k <= LONG_ROWS_DEPTH && extents::bytes::<T>(product.m) >= LONG_ROW_MIN_BYTES;
    // SAFETY: by the contract; so many rows are left.
    unsafe {
        while N <= WIDE && rows >= MV * len {
            if is_streamed {
                fetch(product, factors.a, len);
            }
            T::tile::<V, MV, N>(product, factors, (out, product.out.2), None, product.beta);
            rows -= MV * len;
            factors = Factors { a: factors.a.wrapping_offset(panel), ahead: Ahead::NOTHING, ..factors };
            out = out.wrapping_add(MV * len);
        }
        if rows > 0 {
            S::short(product, factors.a, factors.b, out, rows);
        }
    }
}

/// Computes the last rows of `N` columns, fewer than `MV` vectors, or of more than [`WIDE`] columns at most one.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all contracted indices of `product`, `a` is valid for reads of `rows` rows, which lie side by side, and `b` of `N`
///   columns.
/// - `out` is valid for writes of `rows` rows, which lie side by side, of `N` columns, and for reads if there is a `beta`;
///   nothing else reaches these elements.
/// - `rows` are fewer than `MV` vectors, or for more than [`WIDE`] columns at most one.
#[inline(always)]
pub(crate) unsafe fn short<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize>(
    product: &Product<T>,
    a: *const T,
    b: *const T,
    out: *mut T,
    rows: usize,
) {
    let factors = Factors { a, b, ahead: Ahead::NOTHING };
    let (lanes, out, beta) = (rows * T::LANES, (out, product.out.2), product.beta);
    // SAFETY: by the contract; each tile has as many vectors as the rows fill, and the masks are of the lanes that are left.
    unsafe {
        if N <= WIDE && MV == 2 && lanes > V::LEN {
            T::tile::<V, MV, N>(product, factors, out, Some(V::first(lanes - V::LEN)), beta);
        } else if (N > WIDE || MV == 2) && lanes == V::LEN {
            T::tile::<V, 1, N>(product, factors, out, None, beta);
        } else if V::Half::LEN < V::LEN && lanes == V::Half::LEN {
            T::tile::<V::Half, 1, N>(product, factors, out, None, beta);
        } else if <V::Half as Lanes>::Half::LEN < V::Half::LEN && lanes == <V::Half as Lanes>::Half::LEN {
            T::tile::<<V::Half as Lanes>::Half, 1, N>(product, factors, out, None, beta);
        } else if lanes > 0 {
            T::tile::<V, 1, N>(product, factors, out, Some(V::first(lanes)), beta);
        }
    }
}

/// Fetches the rows of `a` that come a few tiles after these. (`ij,ik->kj` with k = 4, 4096 x 4096: 2.1 ms, 3.2 without.)
#[inline(always)]
fn fetch<T>(product: &Product<T>, a: *const T, len: usize) {
    for k in 0..product.k {
        let row = a.wrapping_offset(extents::offset(k, product.a.2)).wrapping_add(LONG_ROWS_AHEAD_VECTORS * len);
        prefetch::line(row);
        prefetch::line(row.wrapping_add(len));
    }
}

/// How far the next `rows` rows of `a` are, which are those of a tile.
#[inline(always)]
fn panel<T>(product: &Product<T>, rows: usize) -> isize {
    if product.panel == 0 { rows.cast_signed() } else { product.panel }
}

/// Computes one tile of real numbers.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all contracted indices of `product`, `a` is valid for reads of `MV` vectors of rows, the last as far as the mask,
///   and `b` of `N` columns.
/// - `out` is valid for writes of so many rows, side by side, of `N` columns, and for reads if there is a `beta`.
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Number>, const MV: usize, const N: usize>(
    product: &Product<V::Real>,
    Factors { a, b, ahead }: Factors<V::Real>,
    out: (*mut V::Real, isize),
    mask: Option<V::Mask>,
    beta: Option<V::Real>,
) {
    let a = Walk { pointer: a, step: product.a.2 };
    let b = Walk { pointer: b, step: product.b.1 };
    // SAFETY: by this function's contract, which has the clauses of `accumulate_strided` and, for each vector of each
    // column, of `write`.
    unsafe {
        let b = (b, product.b.2);
        let tile = accumulate_strided::<V, MV, N>(product.k, a, mask, b, ahead, V::Real::ZERO);
        let alpha = V::splat(product.alpha);
        for j in 0..N {
            let column = out.0.offset(extents::offset(j, out.1));
            for v in 0..MV {
                let masked = if v + 1 == MV { mask } else { None };
                write(alpha.mul(tile[j][v]), column.add(v * V::LEN), masked, beta);
            }
        }
    }
}

/// The most lanes of a vector, and the most columns.
const MOST: usize = 16;

/// Computes the first columns of one GEMM whose rows do not lie side by side in the result: a few rows after the other, by
/// way of the stack.
///
/// # Safety
/// - The processor has the instruction set that `short` asks for, which computes `columns` columns of at most `len` rows.
/// - `a` is valid for reads at all rows and contracted indices, `b` at all contracted indices and so many columns, and
///   `out` for writes at all rows and so many columns, and for reads if there is a `beta`. Different indices of `out` are
///   different elements, none of them one of a factor, and nothing else reaches them.
/// - `a` is in panels of `height` rows, a multiple of `len`, `panel` apart, in which rows lie side by side.
#[inline(never)]
unsafe fn scatter<T: Tiled>(
    product: &Product<T>,
    short: unsafe fn(&Product<T>, *const T, *const T, *mut T, usize),
    (a, panel, [height, len]): (*const T, isize, [usize; 2]),
    (b, columns): (*const T, usize),
    out: *mut T,
) {
    assert!(len <= MOST && columns <= MOST, "a tile has room for {MOST} rows and columns");
    let mut buffer = MaybeUninit::<[[T; MOST]; MOST]>::uninit();
    let tile: *mut T = buffer.as_mut_ptr().cast();
    let part = Product { out: (tile, 1, MOST.cast_signed()), beta: None, ..*product };
    for first in (0..product.m).step_by(len) {
        let rows = len.min(product.m - first);
        let a = a.wrapping_offset(extents::offset(first / height, panel)).wrapping_add(first % height);
        // SAFETY: by the contract; there is room for so many rows and columns.
        unsafe { short(&part, a, b, tile, rows) }
        for j in 0..columns {
            for i in 0..rows {
                let offset = extents::offset(first + i, product.out.1) + extents::offset(j, product.out.2);
                // SAFETY: by the contract: the row and the column are below the extents, and in the tile, which was written there.
                unsafe { write_number(*tile.add(j * MOST + i), out.offset(offset), product.beta) }
            }
        }
    }
}

/// Copies `a` into panels of `rows` rows, which lie side by side for every contracted index.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `product.a` is valid for reads at all rows and contracted indices.
/// - `to` is valid for writes of `rows` elements for every contracted index of every panel, of which there are as many as
///   it takes for all rows.
#[inline(always)]
pub(crate) unsafe fn gather<T: Tiled, V: Lanes<Real = T::Real>>(product: &Product<T>, rows: usize, to: *mut T) {
    let (from, m, k) = product.a;
    let side = if const { T::LANES == 1 } { V::SIDE } else { 4 };
    let depth = if k == 1 { product.k - product.k % side } else { 0 };
    let mut first = 0;
    while first < product.m {
        let count = rows.min(product.m - first);
        let (from, to) =
            (from.wrapping_offset(extents::offset(first, m)), to.wrapping_add(extents::count([first, product.k])));
        // SAFETY: by the contract: rows are below `count`, contracted indices below `product.k`.
        unsafe {
            let mut r = 0;
            while depth > 0 && r + side <= count {
                let mut offsets = [0; MOST];
                for (i, offset) in offsets.iter_mut().enumerate().take(side) {
                    *offset = extents::offset(r + i, m);
                }
                let mut c = 0;
                while c < depth {
                    let (from, to, step) = (from.add(c), to.add(c * rows + r), rows.cast_signed());
                    if const { T::LANES == 1 } {
                        V::square(from.cast(), &offsets, to.cast(), step);
                    } else {
                        square_of_4(from, &offsets, to, step);
                    }
                    c += side;
                }
                r += side;
            }
            for c in 0..product.k {
                for r in if c < depth { r } else { 0 }..count {
                    *to.add(c * rows + r) = *from.offset(extents::offset(r, m) + extents::offset(c, k));
                }
            }
        }
        first += count;
    }
}
