//! Transposing squares that fit into registers, those of [`Lanes`]: the compiler makes scalar moves of an 8 x 8 transposition that
//! is written as loops (226 of them).

use crate::{
    extents,
    machine::lanes::{Lanes, square_of_4},
    number::Number,
    streams::vectors::Instructions,
};

/// Where elements are read: rows `q`, one `stride` apart, of elements `p` side by side.
#[derive(Clone, Copy)]
pub(crate) struct From<T> {
    pub(super) pointer: *const T,
    pub(super) stride: isize,
}

/// Where elements go: rows `p`, one `stride` apart, of elements `q` side by side.
#[derive(Clone, Copy)]
pub(crate) struct To<T> {
    pub(super) pointer: *mut T,
    pub(super) stride: isize,
}

impl<T> From<T> {
    /// The pointer to element `p` of row `q`.
    ///
    /// # Safety
    /// - The element at `[q, p]` is within the allocation.
    #[inline(always)]
    pub(super) unsafe fn at(self, q: usize, p: usize) -> *const T {
        // SAFETY: by the contract the pointer stays within the allocation.
        unsafe { self.pointer.offset(extents::offset(q, self.stride)).add(p) }
    }
}

impl<T> To<T> {
    /// The pointer to element `q` of row `p`.
    ///
    /// # Safety
    /// - The element at `[p, q]` is within the allocation.
    #[inline(always)]
    pub(super) unsafe fn at(self, p: usize, q: usize) -> *mut T {
        // SAFETY: by the contract the pointer stays within the allocation.
        unsafe { self.pointer.offset(extents::offset(p, self.stride)).add(q) }
    }
}

/// Evaluates an expression for blocks of a side, along the rows of the source, whose lines may share a set of the
/// cache with all others: each is read to its end before it is thrown out. The last blocks of rows and columns overlap
/// those before them, so that there is no rest; but there must be a whole block. Returns the extents that they cover.
///
/// No closure: nothing is inlined into it that needs an instruction set.
macro_rules! whole {
    ($side:expr, $extents:expr, |$at_p:ident, $at_q:ident| $block:expr) => {{
        let ([p, q], side) = ($extents, $side);
        if p < side || q < side {
            return [0; 2];
        }
        // (`step_by` divides for every row, which takes half as long as a small transposition.)
        let mut $at_q = 0;
        while $at_q < q {
            $at_q = $at_q.min(q - side);
            let mut $at_p = 0;
            while $at_p < p {
                $at_p = $at_p.min(p - side);
                $block;
                $at_p += side;
            }
            $at_q += side;
        }
        [p, q]
    }};
}

/// The most rows of a square.
const MOST_ROWS: usize = 8;

/// Transposes as many whole squares as there are, in registers of `V`, of numbers with kernels as bits: the element at `[q, p]`
/// goes to `[p, q]`. Returns the extents that are done.
///
/// # Safety
/// - The processor has the instructions of `V`.
/// - For `p` and `q` below `len`, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
#[inline(always)]
pub(super) unsafe fn squares<T: Number, V: Instructions>(
    source: From<T>,
    target: To<T>,
    len: [usize; 2],
) -> [usize; 2] {
    let step = target.stride;
    let rows: [isize; MOST_ROWS] = std::array::from_fn(|n| extents::offset(n, source.stride));
    // SAFETY: by the contract; squares stay within the extents. Numbers with kernels have no padding, and a size of 4 or 8 bytes
    // is that of what is moved in their place, by loads and stores of any alignment.
    unsafe {
        if const { T::FAMILY.has_kernels() && size_of::<T>() == 4 } {
            if len[0].min(len[1]) < V::F32::SIDE {
                return whole!(4, len, |p, q| {
                    V::F32::square_of_4(source.at(q, p).cast(), &rows, target.at(p, q).cast(), step);
                });
            }
            whole!(V::F32::SIDE, len, |p, q| {
                V::F32::square(source.at(q, p).cast(), &rows, target.at(p, q).cast(), step);
            })
        } else if const { T::FAMILY.has_kernels() && size_of::<T>() == 8 } {
            whole!(4, len, |p, q| {
                V::F64::square_of_4(source.at(q, p).cast(), &rows, target.at(p, q).cast(), step);
            })
        } else {
            whole!(4, len, |p, q| square_of_4(source.at(q, p), &rows, target.at(p, q), step))
        }
    }
}

/// Rows of `N` elements, one after the other in memory, to `N` rows.
///
/// # Safety
/// - For `p` and `q` below `N` and `len`, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
/// - `source.stride` is `N`.
#[inline(always)]
pub(super) unsafe fn part<T: Copy, const N: usize>(source: From<T>, target: To<T>, len: usize) {
    for q in 0..len {
        for p in 0..N {
            // SAFETY: by the contract: the indices are below the extents. (The stride is a constant to the compiler.)
            unsafe { target.at(p, q).write(*source.pointer.add(q * N + p)) }
        }
    }
}

/// `N` rows to rows of `N` elements, one after the other in memory: the reverse of [`part`].
///
/// # Safety
/// - For `p` and `q` below `len` and `N`, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
/// - `target.stride` is `N`.
#[inline(always)]
pub(super) unsafe fn interleave<T: Copy, const N: usize>(source: From<T>, target: To<T>, len: usize) {
    for p in 0..len {
        for q in 0..N {
            // SAFETY: by the contract: the indices are below the extents. (The stride is a constant to the compiler.)
            unsafe { target.pointer.add(p * N + q).write(*source.at(q, p)) }
        }
    }
}
