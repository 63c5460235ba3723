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
        product::{Run, WIDE},
        tile::{Ahead, Walk, accumulate_strided, accumulate_uneven, write, write_number},
    },
    machine::{
        lanes::{Lanes, square_of_4},
        prefetch,
    },
    number::Number,
    plan::tuning::{LONG_ROW_MIN_BYTES, LONG_ROWS_AHEAD_VECTORS, LONG_ROWS_DEPTH, UNEVEN_TILE_MIN_VECTOR_BYTES},
    product::Product,
};

/// Where a tile begins in the factors, and the part of `b` that is fetched meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors<T> {
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    /// The part of `b` that comes next, or this tile's again, if any is fetched.
    pub(crate) ahead: Option<Ahead>,
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

    /// One tile: `N` columns of a vector of rows and of the first few of half a vector, as many as the mask says, of real numbers. It goes
    /// where `out` says, by the first element and the stride of the columns.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - At all contracted indices of `product`, `factors.a` is valid for reads of so many rows, and `factors.b` of `N` columns.
    /// - `out` is valid for writes of so many rows, side by side, of `N` columns, and for reads if there is a `beta`.
    unsafe fn uneven_tile<V: Lanes<Real = Self::Real>, const N: usize>(
        product: &Product<Self>,
        factors: Factors<Self>,
        out: (*mut Self, isize),
        mask: <V::Half as Lanes>::Mask,
        beta: Option<Self>,
    ) {
        let _ = (factors, out, mask, beta);
        unreachable!("complex numbers do not come here: {:?}", product.conj)
    }
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

            #[inline(always)]
            unsafe fn uneven_tile<V: Lanes<Real = $T>, const N: usize>(
                product: &Product<$T>,
                factors: Factors<$T>,
                out: (*mut $T, isize),
                mask: <V::Half as Lanes>::Mask,
                beta: Option<$T>,
            ) {
                // SAFETY: by this function's contract, which has the same clauses.
                unsafe { uneven_tile_real::<V, N>(product, factors, out, mask, beta) }
            }
        }
    )* };
}

tiled!(f32 f64);

/// A function that computes the last rows, or all, of some columns, from these elements of `a`, `b` and `out` on, where they fill vectors in
/// one way: see [`short`].
///
/// # Safety
/// - The processor has the instruction set of the kernel.
/// - At all contracted indices of the product, `a` is valid for reads of so many rows, which lie side by side, and `b` of the columns.
/// - `out` is valid for writes of so many rows, which lie side by side, of the columns, and for reads if there is a `beta`; nothing else
///   reaches these elements.
/// - The rows fill vectors in that way.
pub(crate) type Short<T> = unsafe fn(&Product<T>, *const T, *const T, *mut T, usize);

/// A [`Short`] for each way in which rows fill vectors.
pub(crate) type Shorts<T> = [Short<T>; FILLS];

/// The functions of the last rows of as many columns as the type says, with the instruction set of the kernel.
pub(crate) trait ShortColumns<T> {
    const SHORTS: Shorts<T>;
}

/// How many ways there are in which rows fill vectors.
pub(crate) const FILLS: usize = 8;

/// Some lanes of half a vector.
pub(crate) const SOME_OF_HALF: usize = 0;
/// A quarter of a vector.
pub(crate) const QUARTER: usize = 1;
/// Half a vector.
pub(crate) const HALF: usize = 2;
/// Some lanes of a vector.
pub(crate) const SOME: usize = 3;
/// A vector.
pub(crate) const ONE: usize = 4;
/// A vector, and some lanes of half of one.
pub(crate) const ONE_AND_SOME_OF_HALF: usize = 5;
/// A vector, and some lanes of another.
pub(crate) const ONE_AND_SOME: usize = 6;
/// Two vectors.
pub(crate) const TWO: usize = 7;

/// How so many rows, at most two vectors, fill vectors `V`. Of registers that differ in length the shortest: half of the processors with
/// AVX-512 compute with 16 lanes at half the rate of 8.
#[inline(always)]
pub(crate) const fn fill<T: Tiled, V: Lanes<Real = T::Real>>(rows: usize) -> usize {
    let lanes = rows * T::LANES;
    let has_half = V::Half::LEN < V::LEN;
    let is_uneven = T::LANES == 1 && size_of::<V>() >= UNEVEN_TILE_MIN_VECTOR_BYTES;
    if lanes == 2 * V::LEN {
        TWO
    } else if lanes > V::LEN {
        if is_uneven && lanes <= V::LEN + V::Half::LEN { ONE_AND_SOME_OF_HALF } else { ONE_AND_SOME }
    } else if lanes == V::LEN {
        ONE
    } else if has_half && lanes == V::Half::LEN {
        HALF
    } else if <V::Half as Lanes>::Half::LEN < V::Half::LEN && lanes == <V::Half as Lanes>::Half::LEN {
        QUARTER
    } else if has_half && lanes < V::Half::LEN {
        SOME_OF_HALF
    } else {
        SOME
    }
}

/// The functions of a kernel for the last rows: for so many columns that are left, of how many there are functions, as many as there can be,
/// and these.
pub(crate) type ShortTable<T> = [(usize, Shorts<T>); MOST + 1];

/// Computes all columns of a GEMM of fewer rows than a tile has, by functions for some of them.
///
/// # Safety
/// - The contract of [`Short`] holds for the functions at `fill`, for all columns of the product from `product.a.0` on, of `product.m` rows.
/// - None of the first `most` entries, nor that one, is for more columns than its place, and but for the first each is for some.
#[inline(never)]
pub(crate) unsafe fn short_columns<T>(product: &Product<T>, table: &ShortTable<T>, fill: usize, most: usize) {
    // SAFETY: by this function's contract, of all rows.
    unsafe { rows(product, (product.a.0, product.out.0, product.m), table, fill, most) }
}

/// Computes a GEMM of a tile of rows or more by functions for some of its columns, a tile of rows after the other. (What the function for any
/// rows computes before its loops takes as long as a tile or two: 16 x 16 in `f64` took 163 ns, and take 117 so, 32 x 32 in `f32` 461 and 402, Xeon,
/// Sapphire Rapids.)
///
/// # Safety
/// - The contract of [`Short`] holds for the functions, for all columns and rows of the product from `product.a.0` on, of which as many at a
///   time as a tile has, then those that are left, fill vectors as `fill` says.
/// - Rows are side by side in `a`. Those of a tile are two vectors of `len`.
/// - No entry of the table is for more columns than its place, and but for the first each is for some.
#[inline(never)]
pub(crate) unsafe fn tall_columns<T>(
    product: &Product<T>,
    table: &ShortTable<T>,
    fill: fn(usize) -> usize,
    len: usize,
) {
    let mut first = 0;
    while first < product.m {
        let count = (product.m - first).min(2 * len);
        let most = if count <= len { MOST } else { WIDE };
        let (a, out) = (product.a.0.wrapping_add(first), product.out.0.wrapping_add(first));
        // SAFETY: by this function's contract; so many rows are left, and fill vectors so.
        unsafe { rows(product, (a, out, count), table, fill(count), most) }
        first += count;
    }
}

/// Computes all columns of `count` rows of a GEMM, from where they begin in `a` and in the result, by functions for some of the columns.
///
/// # Safety
/// - The contract of [`Short`] holds for the functions at `fill`, for all columns of the product and these rows.
/// - None of the first `most` entries, nor that one, is for more columns than its place, and but for the first each is for some.
#[inline(always)]
unsafe fn rows<T>(
    product: &Product<T>,
    (a, mut out, count): (*const T, *mut T, usize),
    table: &ShortTable<T>,
    fill: usize,
    most: usize,
) {
    let (mut b, mut left) = (product.b.0, product.n);
    while left > 0 {
        let (width, shorts) = &table[left.min(most)];
        // SAFETY: by this function's contract; so many columns are left.
        unsafe { shorts[fill](product, a, b, out, count) }
        b = b.wrapping_offset(extents::offset(*width, product.b.2));
        out = out.wrapping_offset(extents::offset(*width, product.out.2));
        left -= width;
    }
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
                S::SHORTS[fill::<T, V>(product.m)](product, a, b, out, product.m);
            } else {
                some::<T, V, MV, N, S>(product, Factors { a, b, ahead: Some(run.ahead) }, out);
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
        let shorts = (&S::SHORTS, fill::<T, V> as fn(usize) -> usize);
        // SAFETY: by this function's contract, which has the same clauses; `S` computes `N` columns, and a tile has `MV`
        // vectors of `len` rows, `panel` from one to the next.
        return unsafe { scatter(product, shorts, (factors.a, panel, [MV * len, len]), (factors.b, N), out) };
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
            factors = Factors { a: factors.a.wrapping_offset(panel), ahead: Some(Ahead::NOTHING), ..factors };
            out = out.wrapping_add(MV * len);
        }
        if rows > 0 {
            S::SHORTS[fill::<T, V>(rows)](product, factors.a, factors.b, out, rows);
        }
    }
}

/// Computes the last rows of `N` columns, which fill vectors as `FILL` says.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all contracted indices of `product`, `a` is valid for reads of `rows` rows, which lie side by side, and `b` of `N`
///   columns.
/// - `out` is valid for writes of `rows` rows, which lie side by side, of `N` columns, and for reads if there is a `beta`;
///   nothing else reaches these elements.
/// - `FILL` is how [`fill`] says that so many rows fill vectors.
#[inline(always)]
pub(crate) unsafe fn short<T: Tiled, V: Lanes<Real = T::Real>, const N: usize, const FILL: usize>(
    product: &Product<T>,
    a: *const T,
    b: *const T,
    out: *mut T,
    rows: usize,
) {
    let factors = Factors { a, b, ahead: None };
    let (lanes, out, beta) = (rows * T::LANES, (out, product.out.2), product.beta);
    // SAFETY: by the contract; each tile has as many vectors as the rows fill, and the masks are of the lanes that are left. (Of more than
    // `WIDE` columns there is no tile of two vectors: their sums would not stay in registers.)
    unsafe {
        match FILL {
            SOME_OF_HALF => T::tile::<V::Half, 1, N>(product, factors, out, Some(V::Half::first(lanes)), beta),
            QUARTER => T::tile::<<V::Half as Lanes>::Half, 1, N>(product, factors, out, None, beta),
            HALF => T::tile::<V::Half, 1, N>(product, factors, out, None, beta),
            SOME => T::tile::<V, 1, N>(product, factors, out, Some(V::first(lanes)), beta),
            ONE => T::tile::<V, 1, N>(product, factors, out, None, beta),
            ONE_AND_SOME_OF_HALF if N <= WIDE && T::LANES == 1 => {
                T::uneven_tile::<V, N>(product, factors, out, V::Half::first(lanes - V::LEN), beta);
            }
            ONE_AND_SOME if N <= WIDE => {
                T::tile::<V, 2, N>(product, factors, out, Some(V::first(lanes - V::LEN)), beta);
            }
            TWO if N <= WIDE => T::tile::<V, 2, N>(product, factors, out, None, beta),
            _ => unreachable!("so many rows of so many columns are no tile"),
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
        // (Seen once for all: most are written as they are.)
        let is_plain = product.alpha == V::Real::ONE && beta.is_none();
        let (alpha, beta) = if is_plain { (None, None) } else { (Some(V::splat(product.alpha)), beta) };
        for j in 0..N {
            let column = out.0.offset(extents::offset(j, out.1));
            for v in 0..MV {
                let masked = if v + 1 == MV { mask } else { None };
                let value = if let Some(alpha) = alpha { alpha.mul(tile[j][v]) } else { tile[j][v] };
                write(value, column.add(v * V::LEN), masked, beta);
            }
        }
    }
}

/// Computes one tile of real numbers, of rows that are a vector and the first few of half a vector.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all contracted indices of `product`, `a` is valid for reads of a vector of rows and, after these, of the rows of the mask, and
///   `b` of `N` columns.
/// - `out` is valid for writes of so many rows, side by side, of `N` columns, and for reads if there is a `beta`.
#[inline(always)]
unsafe fn uneven_tile_real<V: Lanes<Real: Number>, const N: usize>(
    product: &Product<V::Real>,
    Factors { a, b, .. }: Factors<V::Real>,
    out: (*mut V::Real, isize),
    mask: <V::Half as Lanes>::Mask,
    beta: Option<V::Real>,
) {
    let a = Walk { pointer: a, step: product.a.2 };
    let b = Walk { pointer: b, step: product.b.1 };
    // SAFETY: by this function's contract, which has the clauses of `accumulate_uneven` and, for both vectors of each column, of `write`.
    unsafe {
        let tile = accumulate_uneven::<V, N>(product.k, a, mask, (b, product.b.2), V::Real::ZERO);
        let is_plain = product.alpha == V::Real::ONE && beta.is_none();
        for j in 0..N {
            let column = out.0.offset(extents::offset(j, out.1));
            let (mut whole, mut half) = tile[j];
            if !is_plain {
                whole = V::splat(product.alpha).mul(whole);
                half = V::Half::splat(product.alpha).mul(half);
            }
            let beta = if is_plain { None } else { beta };
            write(whole, column, None, beta);
            write(half, column.add(V::LEN), Some(mask), beta);
        }
    }
}

/// The most lanes of a vector, and the most columns.
pub(crate) const MOST: usize = 16;

/// Computes the first columns of one GEMM whose rows do not lie side by side in the result: a few rows after the other, by
/// way of the stack.
///
/// # Safety
/// - The processor has the instruction set that `shorts` ask for, which compute `columns` columns of at most `len` rows, that fill vectors as
///   `fill` says.
/// - `a` is valid for reads at all rows and contracted indices, `b` at all contracted indices and so many columns, and
///   `out` for writes at all rows and so many columns, and for reads if there is a `beta`. Different indices of `out` are
///   different elements, none of them one of a factor, and nothing else reaches them.
/// - `a` is in panels of `height` rows, a multiple of `len`, `panel` apart, in which rows lie side by side.
#[inline(never)]
unsafe fn scatter<T: Tiled>(
    product: &Product<T>,
    (shorts, fill): (&Shorts<T>, fn(usize) -> usize),
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
        unsafe { shorts[fill(rows)](&part, a, b, tile, rows) }
        for j in 0..columns {
            for i in 0..rows {
                let offset = extents::offset(first + i, product.out.1) + extents::offset(j, product.out.2);
                // SAFETY: by the contract: the row and the column are below the extents, and in the tile, which was written there.
                unsafe { write_number(*tile.add(j * MOST + i), out.offset(offset), product.beta) }
            }
        }
    }
}

/// Copies so many factors like `a`, which begin where `copies` says, into panels of `rows` rows, which lie side by side for every contracted
/// index.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - Where each factor begins, with the strides of `product.a`, elements are valid for reads at all rows and contracted indices.
/// - Where each copy goes, `rows` elements are valid for writes for every contracted index of every panel, of which there are as many as
///   it takes for all rows.
#[inline(always)]
pub(crate) unsafe fn gather<T: Tiled, V: Lanes<Real = T::Real>>(
    product: &Product<T>,
    rows: usize,
    Copies { count, mut from, mut to }: Copies<T>,
) {
    let (_, m, k) = product.a;
    let offsets = [0, 1, 2, 3].map(|row| extents::offset(row, m));
    let is_square = T::LANES == 1 && k == 1 && [product.m, product.k, rows] == [4; 3];
    for _ in 0..count {
        // SAFETY: by this function's contract, which has the same clauses; a square of 4 has 4 rows of 4 elements side by side.
        unsafe {
            if is_square {
                V::square_of_4(from.0.cast(), &offsets, to.0.cast(), 4);
            } else {
                gather_one::<T, V>(product, from.0, rows, to.0);
            }
        }
        from.0 = from.0.wrapping_offset(from.1);
        to.0 = to.0.wrapping_add(to.1);
    }
}

/// Factors that are copied: how many, where the first begins and how far it is to the next, and where copies go, likewise.
#[derive(Clone, Copy)]
pub(crate) struct Copies<T> {
    pub(crate) count: usize,
    pub(crate) from: (*const T, isize),
    pub(crate) to: (*mut T, usize),
}

impl<T> Copies<T> {
    /// One factor.
    pub(crate) fn one(from: *const T, to: *mut T) -> Self {
        Self { count: 1, from: (from, 0), to: (to, 0) }
    }
}

/// Copies `a`, which begins at `from`, into panels of `rows` rows, which lie side by side for every contracted index.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from`, with the strides of `product.a`, is valid for reads at all rows and contracted indices.
/// - `to` is valid for writes of `rows` elements for every contracted index of every panel, of which there are as many as
///   it takes for all rows.
#[inline(always)]
unsafe fn gather_one<T: Tiled, V: Lanes<Real = T::Real>>(
    product: &Product<T>,
    from: *const T,
    rows: usize,
    to: *mut T,
) {
    let (_, m, k) = product.a;
    let is_long = product.k >= V::SIDE && rows >= V::SIDE;
    let side = if const { T::LANES == 1 } && is_long { V::SIDE } else { 4 };
    let depth = if k == 1 { product.k - product.k % side } else { 0 };
    let mut first = 0;
    while first < product.m {
        let count = rows.min(product.m - first);
        let (from, to) =
            (from.wrapping_offset(extents::offset(first, m)), to.wrapping_add(extents::count([first, product.k])));
        first += count;
        // SAFETY: by the contract: rows are below `count`, contracted indices below `product.k`.
        unsafe {
            // (Rows that lie side by side, of columns that displace each other.)
            if m == 1 {
                for c in 0..product.k {
                    from.offset(extents::offset(c, k)).copy_to_nonoverlapping(to.add(c * rows), count);
                }
                continue;
            }
            let mut r = 0;
            while depth > 0 && r + side <= count {
                let mut offsets = [0; MOST];
                for (i, offset) in offsets.iter_mut().enumerate().take(side) {
                    *offset = extents::offset(r + i, m);
                }
                let mut c = 0;
                while c < depth {
                    let (from, to, step) = (from.add(c), to.add(c * rows + r), rows.cast_signed());
                    if const { T::LANES == 1 } && is_long {
                        V::square(from.cast(), &offsets, to.cast(), step);
                    } else if const { T::LANES == 1 } {
                        V::square_of_4(from.cast(), &offsets, to.cast(), step);
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
    }
}
