//! A small GEMM straight on the operands, as kernels take it.

/// `out[m, n] = alpha * sum over k of a[m, k] * b[k, n] + beta * out`
///
/// Put together by whoever knows which labels are rows, columns and contracted: a call site, whose labels say it, or the engine, which
/// sees it by the axes of a [`Problem`](crate::Problem).
#[derive(Clone, Copy, Debug)]
pub struct Product<T> {
    /// Rows: the label along which vectors lie.
    pub m: usize,
    /// Columns.
    pub n: usize,
    /// Contracted indices.
    pub k: usize,
    /// Index 0 along all axes, and the strides of m and k.
    pub a: (*const T, isize, isize),
    /// How far two vectors of rows of `a` are from the next two; 0 where all rows lie side by side.
    pub panel: isize,
    /// Index 0 along all axes, and the strides of k and n.
    pub b: (*const T, isize, isize),
    /// Index 0 along all axes, and the strides of m and n.
    pub out: (*mut T, isize, isize),
    /// The factor of the sum.
    pub alpha: T,
    /// The factor of the old content of `out`, which is not read if there is none.
    pub beta: Option<T>,
    /// Which factors are conjugated.
    pub conj: Conj,
    /// Rows and columns of the whole product, of which this may be the part of one thread. How the sum is cut depends
    /// on these: it may not depend on the number of threads.
    pub whole: [usize; 2],
}

/// A function that computes a GEMM; `true` if the rows are those of the first factor.
///
/// # Safety
/// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`.
/// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
pub type ComputeProduct<T> = unsafe fn(&Product<T>, bool);

/// Which factors are conjugated: bit 0 is `a`, bit 1 is `b`.
///
/// A word: where a product is copied right after it was written, smaller parts would make that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conj(usize);

impl Conj {
    /// Whether `a` is conjugated, and `b`.
    #[inline(always)]
    #[must_use]
    pub fn of(a: bool, b: bool) -> Self {
        Self(usize::from(a) | usize::from(b) << 1)
    }
}

#[cfg(feature = "kernels")]
impl Conj {
    #[inline(always)]
    pub(crate) fn a(self) -> bool {
        self.0 & 1 != 0
    }

    #[inline(always)]
    pub(crate) fn b(self) -> bool {
        self.0 & 2 != 0
    }
}
