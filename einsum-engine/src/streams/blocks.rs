//! Transposing blocks that fit into registers.
//!
//! The compiler makes scalar moves of an 8 x 8 transposition that is written as loops (226 of them),
//! and of one in stages of arrays, so that these are the only intrinsics here: 8 x 8 elements of 4
//! bytes take 8 loads, 16 shuffles, 8 blends of halves and 8 stores. Elements of any type are moved as bits.

use crate::extents;

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

/// Transposes in blocks of 4 x 4: the element at `[q, p]` goes to `[p, q]`. Returns the extents that are done.
///
/// # Safety
/// - For `p` and `q` below the extents, `source.pointer + q * source.stride + p` is valid for reads.
/// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
#[inline(always)]
pub(super) unsafe fn portable<T: Copy>(source: From<T>, target: To<T>, [p, q]: [usize; 2]) -> [usize; 2] {
    // SAFETY: by the contract; `whole` stays within the extents.
    unsafe {
        whole::<4>([p, q], |p, q| block_of_arrays(source.at(q, p), source.stride, target.at(p, q), target.stride))
    }
}

/// Calls back for blocks of `N` x `N`, along the rows of the source, whose lines may share a set of the
/// cache with all others: each is read to its end before it is thrown out. The last blocks of rows and columns overlap
/// those before them, so that there is no rest; but there must be a whole block. Returns the extents that they cover.
#[inline(always)]
fn whole<const N: usize>([p, q]: [usize; 2], mut block: impl FnMut(usize, usize)) -> [usize; 2] {
    if p < N || q < N {
        return [0; 2];
    }
    // (`step_by` divides for every row, which takes half as long as a small transposition.)
    let mut at_q = 0;
    while at_q < q {
        at_q = at_q.min(q - N);
        let mut at_p = 0;
        while at_p < p {
            at_p = at_p.min(p - N);
            block(at_p, at_q);
            at_p += N;
        }
        at_q += N;
    }
    [p, q]
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

/// Transposes a block of 4 x 4 elements of any type.
///
/// # Safety
/// - 4 rows of 4 elements, `from_stride` apart, are valid for reads.
/// - 4 rows of 4 elements, `to_stride` apart, are valid for writes, and are none of these.
#[inline(always)]
unsafe fn block_of_arrays<T: Copy>(from: *const T, from_stride: isize, to: *mut T, to_stride: isize) {
    // SAFETY: by the contract: rows are below 4, and have 4 elements.
    unsafe {
        let rows: [[T; 4]; 4] =
            std::array::from_fn(|q| from.offset(extents::offset(q, from_stride)).cast::<[T; 4]>().read());
        let [a, b, c, d] = rows;
        for (p, column) in [0, 1, 2, 3].map(|p| [a[p], b[p], c[p], d[p]]).into_iter().enumerate() {
            to.offset(extents::offset(p, to_stride)).cast::<[T; 4]>().write(column);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86_64::{avx2, fence, stream};

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::arch::x86_64::{
        __m256, _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_sfence, _mm_storeu_ps, _mm_unpackhi_ps,
        _mm_unpacklo_ps, _mm256_castpd_ps, _mm256_castps_pd, _mm256_castps128_ps256, _mm256_insertf128_ps,
        _mm256_loadu_ps, _mm256_permute2f128_ps, _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_stream_ps,
        _mm256_unpackhi_pd, _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps,
    };

    use super::{From, To, portable, whole};
    use crate::extents;

    /// Makes elements that were streamed visible before any that are written afterwards.
    pub(crate) fn fence() {
        // SAFETY: SSE is in the baseline of x86-64.
        unsafe { _mm_sfence() }
    }

    /// Copies bytes past the caches, but for the ends of lines.
    ///
    /// # Safety
    /// - `source` is valid for reads of `len` initialised bytes.
    /// - `target` is valid for writes of `len` bytes, which are none of these.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) unsafe fn stream(source: *const u8, len: usize, target: *mut u8) {
        const LINE: usize = 64;
        let head = target.align_offset(LINE).min(len);
        let body = (len - head) / LINE * LINE;
        // SAFETY: by the contract: the three parts are as long as all together; the body begins with
        // a line, if it is not empty.
        unsafe {
            target.copy_from_nonoverlapping(source, head);
            for n in (head..head + body).step_by(LINE) {
                let halves = [0, 32].map(|half| _mm256_loadu_ps(source.add(n + half).cast()));
                _mm256_stream_ps(target.add(n).cast(), halves[0]);
                _mm256_stream_ps(target.add(n + 32).cast(), halves[1]);
            }
            let done = head + body;
            target.add(done).copy_from_nonoverlapping(source.add(done), len - done);
        }
    }

    /// Transposes in blocks of 8 x 8 elements of 4 bytes, or else of 4 x 4: the element at `[q, p]` goes to `[p, q]`.
    /// Returns the extents that are done.
    ///
    /// # Safety
    /// - For `p` and `q` below `extents`, `source.pointer + q * source.stride + p` is valid for reads.
    /// - For these, `target.pointer + p * target.stride + q` is valid for writes, and is none of the elements that are read.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(crate) unsafe fn avx2<T: Copy>(source: From<T>, target: To<T>, extents: [usize; 2]) -> [usize; 2] {
        let [p, q] = extents;
        // SAFETY: by the contract; `whole` stays within the extents, and the sizes are those of the elements.
        unsafe {
            match size_of::<T>() {
                4 if p.min(q) >= 8 => whole::<8>(extents, |p, q| {
                    block_8x8(source.at(q, p).cast(), source.stride, target.at(p, q).cast(), target.stride);
                }),
                4 => whole::<4>(extents, |p, q| {
                    block_4x4(source.at(q, p).cast(), source.stride, target.at(p, q).cast(), target.stride);
                }),
                8 => whole::<4>(extents, |p, q| {
                    block_4x4_wide(source.at(q, p).cast(), source.stride, target.at(p, q).cast(), target.stride);
                }),
                _ => portable(source, target, extents),
            }
        }
    }

    /// Transposes a block of 8 x 8 elements of 4 bytes.
    ///
    /// # Safety
    /// - 8 rows of 8 elements, `from_stride` apart, are valid for reads.
    /// - 8 rows of 8 elements, `to_stride` apart, are valid for writes.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn block_8x8(from: *const f32, from_stride: isize, to: *mut f32, to_stride: isize) {
        // Halves of rows `n` and `n + 4` in one register: what crosses the halves is done by loads.
        let row = |n: usize, half: usize| {
            // SAFETY: by the contract: rows are below 8, halves begin at 0 and 4.
            unsafe {
                let low = _mm_loadu_ps(from.offset(extents::offset(n, from_stride)).add(half));
                let high = _mm_loadu_ps(from.offset(extents::offset(n + 4, from_stride)).add(half));
                _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(low), high)
            }
        };
        for half in [0, 4] {
            let columns = transpose_4x4_halves([row(0, half), row(1, half), row(2, half), row(3, half)]);
            for (n, column) in columns.into_iter().enumerate() {
                // SAFETY: by the contract: columns are below 8.
                unsafe { _mm256_storeu_ps(to.offset(extents::offset(n + half, to_stride)), column) }
            }
        }
    }

    /// Transposes the low and the high halves, each 4 x 4.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn transpose_4x4_halves([a, b, c, d]: [__m256; 4]) -> [__m256; 4] {
        let (low_ab, high_ab) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        let (low_cd, high_cd) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        [
            _mm256_shuffle_ps::<0x44>(low_ab, low_cd),
            _mm256_shuffle_ps::<0xee>(low_ab, low_cd),
            _mm256_shuffle_ps::<0x44>(high_ab, high_cd),
            _mm256_shuffle_ps::<0xee>(high_ab, high_cd),
        ]
    }

    /// Transposes a block of 4 x 4 elements of 4 bytes.
    ///
    /// # Safety
    /// - 4 rows of 4 elements, `from_stride` apart, are valid for reads.
    /// - 4 rows of 4 elements, `to_stride` apart, are valid for writes.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn block_4x4(from: *const f32, from_stride: isize, to: *mut f32, to_stride: isize) {
        // SAFETY: by the contract: rows are below 4.
        let [a, b, c, d] = [0, 1, 2, 3].map(|n| unsafe { _mm_loadu_ps(from.offset(extents::offset(n, from_stride))) });
        let (low_ab, high_ab) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
        let (low_cd, high_cd) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
        let columns = [
            _mm_movelh_ps(low_ab, low_cd),
            _mm_movehl_ps(low_cd, low_ab),
            _mm_movelh_ps(high_ab, high_cd),
            _mm_movehl_ps(high_cd, high_ab),
        ];
        for (n, column) in columns.into_iter().enumerate() {
            // SAFETY: by the contract: columns are below 4.
            unsafe { _mm_storeu_ps(to.offset(extents::offset(n, to_stride)), column) }
        }
    }

    /// Transposes a block of 4 x 4 elements of 8 bytes.
    ///
    /// # Safety
    /// - 4 rows of 4 elements of 8 bytes, `from_stride` of them apart, are valid for reads.
    /// - 4 rows of 4 elements of 8 bytes, `to_stride` of them apart, are valid for writes.
    /// - The processor has AVX2.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn block_4x4_wide(from: *const f64, from_stride: isize, to: *mut f64, to_stride: isize) {
        // SAFETY: by the contract: rows are below 4.
        let [a, b, c, d] =
            [0, 1, 2, 3].map(|n| unsafe { _mm256_loadu_ps(from.offset(extents::offset(n, from_stride)).cast()) });
        let pairs = |a, b| {
            let (a, b) = (_mm256_castps_pd(a), _mm256_castps_pd(b));
            (_mm256_castpd_ps(_mm256_unpacklo_pd(a, b)), _mm256_castpd_ps(_mm256_unpackhi_pd(a, b)))
        };
        let ((even_ab, odd_ab), (even_cd, odd_cd)) = (pairs(a, b), pairs(c, d));
        let columns = [
            _mm256_permute2f128_ps::<0x20>(even_ab, even_cd),
            _mm256_permute2f128_ps::<0x20>(odd_ab, odd_cd),
            _mm256_permute2f128_ps::<0x31>(even_ab, even_cd),
            _mm256_permute2f128_ps::<0x31>(odd_ab, odd_cd),
        ];
        for (n, column) in columns.into_iter().enumerate() {
            // SAFETY: by the contract: columns are below 4.
            unsafe { _mm256_storeu_ps(to.offset(extents::offset(n, to_stride)).cast(), column) }
        }
    }
}
