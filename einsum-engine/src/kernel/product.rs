//! A small GEMM straight on the operands, or a run of them, as kernels take it.

use crate::kernel::tile::Ahead;

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

/// A run of GEMMs: how many there are, and how far each is from the one before, in `a`, `b` and `out`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// At least one.
    pub(crate) count: usize,
    pub(crate) steps: [isize; 3],
    /// The part of `b` to fetch while columns are computed.
    pub(crate) ahead: Ahead,
}

impl Run {
    /// One product.
    pub(crate) const ONE: Self = Self { count: 1, steps: [0; 3], ahead: Ahead::NOTHING };
}

/// More columns than this are for one vector of rows: of two, the sums do not stay in registers. (One vector times 8
/// columns is as many sums as it takes to wait for none; 16 x 16 in 54 ns, 62 by 8 columns.)
pub(crate) const WIDE: usize = 8;
