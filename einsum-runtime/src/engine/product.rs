//! One small product of matrices: tiles straight on the operands.
//!
//! Rows are loaded as they lie in `a` (with a mask at the edge, or as a half or a quarter of a vector if they are
//! just that many), elements of `b` are broadcast from wherever they are. For each number of columns there is a
//! function of its own: as one, the addresses that all of them need were computed at every call, for as long as a
//! product of 4 x 4 takes.

use super::{
    kernel::{Kernel, Visitor},
    lanes::Lanes,
    small::{Small, each},
    tile::{Buffer, Walk, accumulate_strided, prefetch, write},
    workspace::LINE,
};
use crate::element::Element;

/// `out[m, n] = alpha * sum over k of a[m, k] * b[k, n] + beta * out`
#[derive(Clone, Copy, Debug)]
pub(crate) struct Product<T> {
    pub(crate) m: usize,
    pub(crate) n: usize,
    pub(crate) k: usize,
    /// Index 0 along all axes, and the strides of m and k.
    pub(crate) a: (*const T, isize, isize),
    /// How far two vectors of rows of `a` are from the next two; 0 where all rows lie side by side.
    pub(crate) panel: isize,
    /// Index 0 along all axes, and the strides of k and n.
    pub(crate) b: (*const T, isize, isize),
    /// Index 0 along all axes, and the strides of m and n.
    pub(crate) out: (*mut T, isize, isize),
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
    pub(crate) conj: Conj,
    /// Rows and columns of the whole product, of which this may be the part of one thread. How the sum is cut depends
    /// on these: it may not depend on the number of threads.
    pub(crate) whole: [usize; 2],
}

/// Which factors are conjugated: bit 0 is `a`, bit 1 is `b`.
///
/// A word: where a product is copied right after it was written, smaller parts would make that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conj(usize);

impl Conj {
    #[inline(always)]
    pub(crate) fn of(a: bool, b: bool) -> Self {
        Self(usize::from(a) | usize::from(b) << 1)
    }

    #[inline(always)]
    pub(crate) fn a(self) -> bool {
        self.0 & 1 != 0
    }

    #[inline(always)]
    pub(crate) fn b(self) -> bool {
        self.0 & 2 != 0
    }
}

/// Bytes of `a`, of two vectors of rows, that are passed over at a time: with `SHORT` of [`small`](super::small) they
/// bound what stays in the L2 cache.
const PANEL: usize = 48 << 10;

/// Contracted indices at a time where rows are so long that each is in pages of its own, and there are few columns:
/// as many lines at such distances as a first-level cache has room for.
const STREAMS: usize = 8;

/// Bytes of a row from which on that is so.
const PAGES: usize = 8 << 10;

/// Bytes of `b` that are not expected to be found in the L2 cache.
const FAR: usize = 512 << 10;

/// Bytes of `b`, one column after the other, that come from memory: the next columns are fetched line by line while these
/// are multiplied. (`ijk,kl->ijl` of 256 and l = 32, f64: 9.0 ms, all lines of the next columns at once 12.1; but
/// `abc,ck->abk` of 128 and 32, which is in the L3 cache, 2.0 and 1.6.)
const IN_MEMORY: usize = 24 << 20;

impl<T: Element> Product<T> {
    /// Computes it, one part of the sum after the other.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - `a`, `b` and `out` are valid at all indices, as in [`Problem::new`](super::Problem::new).
    /// - The rows of `a` lie side by side, or there is only one.
    #[inline]
    pub(crate) unsafe fn compute<K: Kernel<Element = T>>(&self) {
        let depth = self.depth::<K>();
        if self.k <= depth {
            // SAFETY: the contract is the same.
            return unsafe { self.columns::<K>(&Run::ONE) };
        }
        let mut part = *self;
        let mut left = self.k;
        while left > 0 {
            part.k = left.min(depth);
            // SAFETY: by the contract; so many contracted indices are left.
            unsafe { part.columns::<K>(&Run::ONE) };
            left -= part.k;
            let depth = part.k.cast_signed();
            part.advance([depth * part.a.2, depth * part.b.1, 0]);
            part.beta = Some(T::ONE);
        }
    }

    /// Moves on, in `a`, `b` and `out`.
    #[inline(always)]
    pub(crate) fn advance(&mut self, [a, b, out]: [isize; 3]) {
        self.a.0 = self.a.0.wrapping_offset(a);
        self.b.0 = self.b.0.wrapping_offset(b);
        self.out.0 = self.out.0.wrapping_offset(out);
    }

    /// The same with `a` from panels of so many rows, as [`Kernel::gather`] makes them.
    #[inline(always)]
    pub(crate) fn with_panels(&self, panels: *mut T, rows: usize) -> Self {
        Self { a: (panels.cast_const(), 1, rows.cast_signed()), panel: (rows * self.k).cast_signed(), ..*self }
    }

    /// Fetches the columns of `b` after the next `width`: their elements lie side by side, but so few of them that
    /// the processor does not see in time where it goes. (`ae,dcbe->dcba` of 72 and 48: 5.7 ms, 9.1 without.)
    #[inline(never)]
    fn fetch_columns(&self, width: usize) {
        let bytes = self.k * size_of::<T>();
        for column in width..2 * width {
            let column = self.b.0.wrapping_offset(column.cast_signed() * self.b.2);
            for line in 0..=bytes / LINE {
                prefetch(column.wrapping_byte_add(line * LINE));
            }
        }
    }

    /// How many contracted indices at a time.
    #[inline]
    fn depth<K: Kernel<Element = T>>(&self) -> usize {
        let size = size_of::<T>();
        let [rows, columns] = self.whole;
        if self.panel == 0 && rows * size >= PAGES && columns <= K::NR {
            return STREAMS;
        }
        PANEL / size / rows.clamp(1, K::ROWS)
    }

    /// Computes many small products: what one call takes is a good part of one of them.
    ///
    /// # Safety
    /// That of [`Product::compute`], of each product.
    #[inline]
    pub(crate) unsafe fn compute_run<K: Kernel<Element = T>>(&self, run: &Run) {
        // SAFETY: the contract is the same.
        unsafe { self.columns::<K>(run) }
    }

    /// Whether it is so small that [`Product::compute_run`] pays, which passes over all contracted indices at once.
    /// (16 of 16 x 16, f32: 0.83 us, one call each 0.95; 10000 of 4 x 4: 42 us and 83.)
    #[inline]
    pub(crate) fn is_tiny<K: Kernel<Element = T>>(&self) -> bool {
        const TINY: usize = 4096;
        self.m.saturating_mul(self.n).saturating_mul(self.k) <= TINY && self.k <= self.depth::<K>()
    }

    /// A few columns at a time.
    ///
    /// # Safety
    /// That of [`Product::compute`], of each product.
    #[inline]
    unsafe fn columns<K: Kernel<Element = T>>(&self, run: &Run) {
        // SAFETY: by the contract, for all of the block; so many columns are left.
        unsafe {
            let width = K::columns(self, run);
            if width == self.n {
                return;
            }
            let how = self.fetched(width, K::ROWS);
            let (mut rest, mut done) = (*self, width);
            while done > 0 {
                rest.n -= done;
                let [b_step, out_step] = [rest.b.2, rest.out.2].map(|stride| done.cast_signed() * stride);
                rest.advance([0, b_step, out_step]);
                if rest.n == 0 {
                    return;
                }
                if how == Fetched::Columns {
                    rest.fetch_columns(width);
                }
                // What is left of one product is a run itself.
                let blocks = if run.count == 1 && how != Fetched::Columns { (rest.n / width).max(1) } else { 1 };
                let run = if run.count == 1 { self.blocks(width, blocks, how) } else { *run };
                done = K::columns(&rest, &run) * blocks;
            }
        }
    }

    /// So many times so many columns.
    #[inline]
    fn blocks(&self, width: usize, count: usize, how: Fetched) -> Run {
        let [b, out] = [self.b.2, self.out.2].map(|stride| width.cast_signed() * stride);
        Run { count, steps: [0, b, out], ahead: if how == Fetched::Lines { b } else { 0 } }
    }

    /// How the next columns of `b` are fetched, of so many at a time, and of tiles of so many rows.
    #[inline]
    fn fetched(&self, width: usize, rows: usize) -> Fetched {
        let column = self.k.saturating_mul(size_of::<T>());
        let bytes = self.n.saturating_mul(column);
        let follow_each_other = self.b.2 == self.k.cast_signed();
        if self.b.1 != 1 || bytes < FAR || follow_each_other && column <= 2 * LINE {
            Fetched::ByProcessor
        } else if follow_each_other && bytes >= IN_MEMORY && width == WIDE && self.m >= rows {
            Fetched::Lines
        } else {
            Fetched::Columns
        }
    }
}

/// How what comes next is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetched {
    /// Without help.
    ByProcessor,
    /// Line by line.
    Lines,
    /// All lines of a few columns at once.
    Columns,
}

impl<T: Element> Visitor<T> for &Product<T> {
    #[inline]
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        // SAFETY: by the contract; that of `Problem::new` is kept by whoever made the problem.
        unsafe {
            if self.a.1 == 1 {
                self.compute::<K>();
            } else {
                each::<K>(&Small { product: *self, kept: &[], sums: &[], range: (0, 1) });
            }
        }
    }
}

/// Where a tile begins in the factors, and what is fetched meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors<T> {
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    /// The columns that come next; or those of the tile again.
    pub(crate) ahead: *const T,
}

/// An element as the tiles of small products see it: a few lanes of a vector.
pub(crate) trait Tiled: Element {
    /// What a lane holds.
    type Real: Element;
    /// Lanes of an element.
    const LANES: usize;

    /// One tile: `N` columns of `MV` vectors of rows, from these of `a` on, the last as far as the mask, and from those
    /// of `b` on. It goes where `out` says, by the first element and the stride of the columns.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - The factors are valid for reads of so many rows and columns at all contracted indices.
    /// - `out` is valid for writes of the tile, and for reads if there is a `beta`.
    unsafe fn tile<V: Lanes<Real = Self::Real>, const MV: usize, const N: usize>(
        product: &Product<Self>,
        factors: Factors<Self>,
        out: (*mut Self, isize),
        mask: Option<V::Mask>,
        beta: Option<Self>,
    );

    /// Side of the squares that [`Tiled::square`] transposes.
    fn side<V: Lanes<Real = Self::Real>>() -> usize;

    /// # Safety
    /// That of [`Lanes::square`]
    unsafe fn square<V: Lanes<Real = Self::Real>>(from: *const Self, rows: &[isize], to: *mut Self, step: usize);
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
                // SAFETY: the contract is the same.
                unsafe { tile_real::<V, MV, N>(product, factors, out, mask, beta) }
            }

            #[inline(always)]
            fn side<V: Lanes<Real = $T>>() -> usize {
                V::SIDE
            }

            #[inline(always)]
            unsafe fn square<V: Lanes<Real = $T>>(from: *const $T, rows: &[isize], to: *mut $T, step: usize) {
                // SAFETY: the contract is the same.
                unsafe { V::square(from, rows, to, step) }
            }
        }
    )* };
}

tiled!(f32 f64);

/// More columns than this are for one vector of rows: of two, the sums do not stay in registers. (One vector times 8
/// columns is as many sums as it takes to wait for none; 16 x 16 in 54 ns, 62 by 8 columns.)
pub(crate) const WIDE: usize = 8;

/// How many products there are, and how far each is from the one before, in `a`, `b` and `out`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// At least one.
    pub(crate) count: usize,
    pub(crate) steps: [isize; 3],
    /// How far ahead, in `b`, is what is to be fetched meanwhile.
    pub(crate) ahead: isize,
}

impl Run {
    /// One product.
    pub(crate) const ONE: Self = Self { count: 1, steps: [0; 3], ahead: 0 };
}

/// The first `N` columns of each product.
///
/// # Safety
/// That of [`Kernel::columns`]; there are `N` columns.
#[inline(always)]
pub(crate) unsafe fn columns<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize>(
    product: &Product<T>,
    run: &Run,
) {
    // (Not in a copy of the product, which would have to wait for what was just written.)
    let (mut a, mut b, mut out) = (product.a.0, product.b.0, product.out.0);
    let mut left = run.count;
    // Nothing is looked at before the first one: most are alone.
    loop {
        // SAFETY: the contract is the same, of each product.
        unsafe { some::<T, V, MV, N>(product, Factors { a, b, ahead: b.wrapping_offset(run.ahead) }, out) }
        left = left.saturating_sub(1);
        if left == 0 {
            return;
        }
        let [a_step, b_step, out_step] = run.steps;
        (a, b, out) = (a.wrapping_offset(a_step), b.wrapping_offset(b_step), out.wrapping_offset(out_step));
    }
}

/// The same of one product, from these elements on.
///
/// # Safety
/// That of [`columns`]
#[inline(always)]
unsafe fn some<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize>(
    product: &Product<T>,
    mut factors: Factors<T>,
    mut out: *mut T,
) {
    const { assert!(MV <= 2) }
    if product.out.1 != 1 {
        // SAFETY: the contract is the same.
        return unsafe { scatter::<T, V, MV, N>(product, factors, out) };
    }
    let mut rows = product.m;
    let len = V::LEN / T::LANES;
    let panel = panel(product, MV * len);
    let is_streamed = product.k <= STREAMS && product.m * size_of::<T>() >= PAGES;
    // SAFETY: by the contract; so many rows are left, those of the mask among them.
    unsafe {
        while N <= WIDE && rows >= MV * len {
            if is_streamed {
                fetch(product, factors.a, len);
            }
            T::tile::<V, MV, N>(product, factors, (out, product.out.2), None, product.beta);
            rows -= MV * len;
            factors = Factors { a: factors.a.wrapping_offset(panel), ahead: factors.b, ..factors };
            out = out.wrapping_add(MV * len);
        }
        edge::<T, V, MV, N>(product, factors, out, rows);
    }
}

/// The same for the last rows, fewer than `MV` vectors; or for all, at most one vector, of more than [`WIDE`] columns.
///
/// # Safety
/// That of [`some`]; from `a` and `out` on there are so many rows.
#[inline(always)]
unsafe fn edge<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize>(
    product: &Product<T>,
    factors: Factors<T>,
    out: *mut T,
    rows: usize,
) {
    let (lanes, out, beta) = (rows * T::LANES, (out, product.out.2), product.beta);
    // SAFETY: by the contract; the masks are of the lanes that are left.
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

/// Fetches what comes a few tiles after these rows. (`ij,ik->kj` with k = 4, 4096 x 4096: 2.1 ms, 3.2 without.)
#[inline(always)]
fn fetch<T>(product: &Product<T>, a: *const T, len: usize) {
    const AHEAD: usize = 16;
    for k in 0..product.k.cast_signed() {
        let row = a.wrapping_offset(k * product.a.2).wrapping_add(AHEAD * len);
        prefetch(row);
        prefetch(row.wrapping_add(len));
    }
}

/// How far the next `rows` rows of `a` are, which are those of a tile.
#[inline(always)]
fn panel<T>(product: &Product<T>, rows: usize) -> isize {
    if product.panel == 0 { rows.cast_signed() } else { product.panel }
}

/// One tile of real numbers.
///
/// # Safety
/// That of [`Tiled::tile`]
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Element>, const MV: usize, const N: usize>(
    product: &Product<V::Real>,
    Factors { a, b, ahead }: Factors<V::Real>,
    out: (*mut V::Real, isize),
    mask: Option<V::Mask>,
    beta: Option<V::Real>,
) {
    let a = Walk { pointer: a, step: product.a.2 };
    let b = Walk { pointer: b, step: product.b.1 };
    // As many elements as a row of the tile has: those of the next columns, if these follow each other in memory.
    let ahead = Walk { pointer: ahead, step: N.cast_signed() };
    // SAFETY: by the contract, for all of the block.
    unsafe {
        let b = (b, product.b.2);
        let tile = accumulate_strided::<V, MV, N>(product.k, a, mask, b, ahead, V::Real::ZERO);
        let alpha = V::splat(product.alpha);
        for j in 0..N {
            let column = out.0.offset(j.cast_signed() * out.1);
            for v in 0..MV {
                let masked = if v + 1 == MV { mask } else { None };
                write(alpha.mul(tile[j][v]), column.add(v * V::LEN), masked, beta);
            }
        }
    }
}

/// The most lanes of a vector.
const MOST: usize = 16;

/// The same as [`some`] where the rows of the result do not lie side by side: tiles of one vector, by way of the stack.
///
/// # Safety
/// That of [`some`]
#[inline(always)]
unsafe fn scatter<T: Tiled, V: Lanes<Real = T::Real>, const MV: usize, const N: usize>(
    product: &Product<T>,
    factors: Factors<T>,
    out: *mut T,
) {
    const { assert!(V::LEN <= MOST) }
    let len = V::LEN / T::LANES;
    let mut first = 0;
    while first < product.m {
        let rows = len.min(product.m - first);
        let a = factors.a.wrapping_offset((first / (MV * len)).cast_signed() * panel(product, MV * len));
        let a = a.wrapping_add(first % (MV * len));
        let mut buffer = Buffer([[T::Real::ZERO; MOST]; N]);
        let tile: *mut T = buffer.0.as_mut_ptr().cast();
        let height = MOST / T::LANES;
        // SAFETY: by the contract; the mask is of the rows that are left, and columns of the buffer are longer.
        unsafe {
            let mask = Some(V::first(rows * T::LANES));
            T::tile::<V, 1, N>(product, Factors { a, ..factors }, (tile, height.cast_signed()), mask, None);
        }
        for j in 0..N {
            for i in 0..rows {
                let offset = (first + i).cast_signed() * product.out.1 + j.cast_signed() * product.out.2;
                // SAFETY: by the contract: the row and the column are below the extents, and in the tile.
                unsafe {
                    let value = *tile.add(j * height + i);
                    let to = out.offset(offset);
                    to.write(product.beta.map_or(value, |beta| value.plus(beta.times(*to))));
                }
            }
        }
        first += rows;
    }
}

/// Copies `a` into panels of `rows` rows, which lie side by side for every contracted index.
///
/// # Safety
/// That of [`Kernel::gather`]
#[inline(always)]
pub(crate) unsafe fn gather<T: Tiled, V: Lanes<Real = T::Real>>(product: &Product<T>, rows: usize, to: *mut T) {
    let (from, m, k) = product.a;
    let side = T::side::<V>();
    let depth = if k == 1 { product.k / side * side } else { 0 };
    let mut first = 0;
    while first < product.m {
        let count = rows.min(product.m - first);
        let (from, to) = (from.wrapping_offset(first.cast_signed() * m), to.wrapping_add(first * product.k));
        // SAFETY: by the contract: rows are below `count`, contracted indices below `product.k`.
        unsafe {
            let mut r = 0;
            while depth > 0 && r + side <= count {
                let mut offsets = [0; MOST];
                for (i, offset) in offsets.iter_mut().enumerate().take(side) {
                    *offset = (r + i).cast_signed() * m;
                }
                let mut c = 0;
                while c < depth {
                    T::square::<V>(from.add(c), &offsets, to.add(c * rows + r), rows);
                    c += side;
                }
                r += side;
            }
            for c in 0..product.k {
                for r in if c < depth { r } else { 0 }..count {
                    *to.add(c * rows + r) = *from.offset(r.cast_signed() * m + c.cast_signed() * k);
                }
            }
        }
        first += count;
    }
}
