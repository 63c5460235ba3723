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
    tile::{Buffer, Walk, accumulate_strided, prefetch, spill, write},
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
            return unsafe { self.columns::<K>() };
        }
        let mut part = *self;
        let mut left = self.k;
        while left > 0 {
            part.k = left.min(depth);
            // SAFETY: by the contract; so many contracted indices are left.
            unsafe { part.columns::<K>() };
            left -= part.k;
            part.a.0 = part.a.0.wrapping_offset(part.k.cast_signed() * part.a.2);
            part.b.0 = part.b.0.wrapping_offset(part.k.cast_signed() * part.b.1);
            part.beta = Some(T::ONE);
        }
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
        if self.panel == 0 && self.m * size >= PAGES && self.n <= K::NR {
            return STREAMS;
        }
        PANEL / size / self.m.clamp(1, K::MR)
    }

    /// A few columns at a time.
    ///
    /// # Safety
    /// That of [`Product::compute`]
    #[inline]
    unsafe fn columns<K: Kernel<Element = T>>(&self) {
        // SAFETY: by the contract, for all of the block; so many columns are left.
        unsafe {
            let mut done = K::columns(self);
            if done == self.n {
                return;
            }
            let is_far = self.b.1 == 1 && self.n * self.k * size_of::<T>() >= FAR;
            let mut rest = *self;
            while done > 0 {
                rest.n -= done;
                rest.b.0 = rest.b.0.wrapping_offset(done.cast_signed() * rest.b.2);
                rest.out.0 = rest.out.0.wrapping_offset(done.cast_signed() * rest.out.2);
                if is_far {
                    rest.fetch_columns(done);
                }
                done = if rest.n > 0 { K::columns(&rest) } else { 0 };
            }
        }
    }
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

/// More columns than this are for one vector of rows: of two, the sums do not stay in registers. (One vector times 8
/// columns is as many sums as it takes to wait for none; 16 x 16 in 54 ns, 62 by 8 columns.)
pub(crate) const WIDE: usize = 8;

/// The first `N` columns.
///
/// # Safety
/// That of [`Kernel::columns`]; there are `N` columns.
#[inline(always)]
pub(crate) unsafe fn columns_real<V: Lanes<Real: Element>, const N: usize>(product: &Product<V::Real>) {
    if product.out.1 != 1 {
        // SAFETY: the contract is the same.
        return unsafe { scatter_real::<V, N>(product) };
    }
    let (mut rows, mut a, mut out) = (product.m, product.a.0, product.out.0);
    let panel = panel::<V>(product);
    let is_streamed = product.k <= STREAMS && product.m * size_of::<V::Real>() >= PAGES;
    // SAFETY: by the contract; so many rows are left, those of the mask among them.
    unsafe {
        while N <= WIDE && rows >= 2 * V::LEN {
            if is_streamed {
                fetch::<V>(product, a);
            }
            tile_real::<V, 2, N>(product, (a, out), None);
            rows -= 2 * V::LEN;
            a = a.wrapping_offset(panel);
            out = out.wrapping_add(2 * V::LEN);
        }
        if N <= WIDE && rows > V::LEN {
            tile_real::<V, 2, N>(product, (a, out), Some(V::first(rows - V::LEN)));
        } else if rows == V::LEN {
            tile_real::<V, 1, N>(product, (a, out), None);
        } else if V::Half::LEN < V::LEN && rows == V::Half::LEN {
            tile_real::<V::Half, 1, N>(product, (a, out), None);
        } else if <V::Half as Lanes>::Half::LEN < V::Half::LEN && rows == <V::Half as Lanes>::Half::LEN {
            tile_real::<<V::Half as Lanes>::Half, 1, N>(product, (a, out), None);
        } else if rows > 0 {
            tile_real::<V, 1, N>(product, (a, out), Some(V::first(rows)));
        }
    }
}

/// Fetches what comes a few tiles after these rows. (`ij,ik->kj` with k = 4, 4096 x 4096: 2.1 ms, 3.2 without.)
#[inline(always)]
fn fetch<V: Lanes>(product: &Product<V::Real>, a: *const V::Real) {
    const AHEAD: usize = 16;
    for k in 0..product.k.cast_signed() {
        let row = a.wrapping_offset(k * product.a.2).wrapping_add(AHEAD * V::LEN);
        prefetch(row);
        prefetch(row.wrapping_add(V::LEN));
    }
}

#[inline(always)]
fn panel<V: Lanes>(product: &Product<V::Real>) -> isize {
    if product.panel == 0 { (2 * V::LEN).cast_signed() } else { product.panel }
}

/// One tile, at these places in `a` and the result.
///
/// # Safety
/// That of [`columns_real`]; there are `MV` vectors of rows, the last as far as the mask.
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Element>, const MV: usize, const N: usize>(
    product: &Product<V::Real>,
    (a, out): (*const V::Real, *mut V::Real),
    mask: Option<V::Mask>,
) {
    let a = Walk { pointer: a, step: product.a.2 };
    let b = Walk { pointer: product.b.0, step: product.b.1 };
    // SAFETY: by the contract, for all of the block.
    unsafe {
        let tile = accumulate_strided::<V, MV, N>(product.k, a, mask, b, product.b.2, V::Real::ZERO);
        let alpha = V::splat(product.alpha);
        for j in 0..N {
            let column = out.offset(j.cast_signed() * product.out.2);
            for v in 0..MV {
                let masked = if v + 1 == MV { mask } else { None };
                write(alpha.mul(tile[j][v]), column.add(v * V::LEN), masked, product.beta);
            }
        }
    }
}

/// The most rows in a vector.
const MOST: usize = 16;

/// The same as [`columns_real`] where the rows of the result do not lie side by side.
///
/// # Safety
/// That of [`columns_real`]
#[inline(always)]
unsafe fn scatter_real<V: Lanes<Real: Element>, const N: usize>(product: &Product<V::Real>) {
    const { assert!(V::LEN <= MOST) }
    let b = Walk { pointer: product.b.0, step: product.b.1 };
    let mut first = 0;
    while first < product.m {
        let rows = V::LEN.min(product.m - first);
        // Two vectors of rows in a panel.
        let a = product.a.0.wrapping_offset((first / (2 * V::LEN)).cast_signed() * panel::<V>(product));
        let a = Walk { pointer: a.wrapping_add(first % (2 * V::LEN)), step: product.a.2 };
        let mut buffer = Buffer([[V::Real::ZERO; MOST]; N]);
        // SAFETY: by the contract; the mask is of the rows that are left.
        unsafe {
            let mask = Some(V::first(rows));
            spill(&accumulate_strided::<V, 1, N>(product.k, a, mask, b, product.b.2, V::Real::ZERO), &mut buffer);
        }
        for (j, column) in buffer.0.iter().enumerate() {
            for (i, &sum) in column[..rows].iter().enumerate() {
                let offset = (first + i).cast_signed() * product.out.1 + j.cast_signed() * product.out.2;
                let value = product.alpha.times(sum);
                // SAFETY: by the contract: the row and the column are below the extents.
                unsafe {
                    let to = product.out.0.offset(offset);
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
pub(crate) unsafe fn gather_real<V: Lanes>(product: &Product<V::Real>, rows: usize, to: *mut V::Real) {
    let (from, m, k) = product.a;
    let depth = if k == 1 { product.k / V::SIDE * V::SIDE } else { 0 };
    let mut first = 0;
    while first < product.m {
        let count = rows.min(product.m - first);
        let (from, to) = (from.wrapping_offset(first.cast_signed() * m), to.wrapping_add(first * product.k));
        // SAFETY: by the contract: rows are below `count`, contracted indices below `product.k`.
        unsafe {
            let mut r = 0;
            while depth > 0 && r + V::SIDE <= count {
                let mut offsets = [0; MOST];
                for (i, offset) in offsets.iter_mut().enumerate().take(V::SIDE) {
                    *offset = (r + i).cast_signed() * m;
                }
                let mut c = 0;
                while c < depth {
                    V::square(from.add(c), &offsets, to.add(c * rows + r), rows);
                    c += V::SIDE;
                }
                r += V::SIDE;
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
