//! A step as data: extents, strides and pointers.

use core::marker::PhantomData;

use crate::number::Family;
#[cfg(not(feature = "kernels"))]
use crate::product::ComputeProduct;

/// One step: `out = alpha * sum(lhs * rhs) + beta * out`, for every index of the axes that are not
/// contracted, the sum over those that are.
///
/// Without a `beta` the old content of `out` is not read: it may be uninitialised. A sum over no
/// index is `ZERO`, and `out` is written all the same.
#[derive(Debug)]
pub struct Problem<'a, T> {
    /// An axis for every label. Scratch: the engine reorders, fuses and drops them.
    pub(crate) axes: &'a mut [Axis],
    /// Where the result goes.
    pub(crate) out: *mut T,
    /// The first factor.
    pub(crate) lhs: Source<T>,
    /// The second factor, if there is one.
    pub(crate) rhs: Option<Source<T>>,
    /// The factor of the sum, 1 if there is none.
    pub(crate) alpha: Option<T>,
    /// The factor of the old content of `out`, which is not read if there is none.
    pub(crate) beta: Option<T>,
    pub(crate) borrow: PhantomData<&'a mut [T]>,
}

/// A factor: the element at index 0 along all axes, and whether elements are conjugated as they are
/// read.
#[derive(Clone, Copy, Debug)]
pub struct Source<T> {
    /// The element.
    pub pointer: *const T,
    /// Whether elements are conjugated.
    pub conj: bool,
}

/// What a problem is made of.
#[derive(Debug)]
pub struct Fields<'a, T> {
    /// An axis for every label, or several.
    pub axes: &'a mut [Axis],
    /// The element of the result at index 0 along all axes.
    pub out: *mut T,
    /// The first factor.
    pub lhs: Source<T>,
    /// The second factor, if there is one.
    pub rhs: Option<Source<T>>,
    /// `alpha` and `beta`.
    pub scale: (Option<T>, Option<T>),
}

/// A label: its extent, and its stride in every tensor, in elements; 0 in a tensor that does not
/// have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// How many indices it has.
    pub extent: usize,
    /// How far an index along it moves in the result.
    pub out: isize,
    /// How far an index along it moves in the first factor.
    pub lhs: isize,
    /// How far an index along it moves in the second factor.
    pub rhs: isize,
    /// Whether it is summed over: it is not on the result.
    pub contracted: bool,
}

impl Axis {
    /// Of no tensor yet.
    pub const POINT: Self = Self { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: true };

    /// Lets a tensor walk along the axis. (Strides of a tensor without elements may be any, and their sum wrap.)
    ///
    /// # Panics
    /// If it has another extent than those before, and neither is 1.
    #[inline(always)]
    pub fn add(&mut self, tensor: usize, extent: usize, stride: isize) {
        let is_long = extent != 1;
        if is_long && self.extent != 1 && self.extent != extent {
            differ(self.extent, extent);
        }
        self.extent = if is_long { extent } else { self.extent };
        let stride = if is_long { stride } else { 0 };
        match tensor {
            0 => {
                self.out = self.out.wrapping_add(stride);
                self.contracted &= !is_long;
            }
            1 => self.lhs = self.lhs.wrapping_add(stride),
            _ => self.rhs = self.rhs.wrapping_add(stride),
        }
    }
}

#[cold]
#[inline(never)]
fn differ(first: usize, second: usize) -> ! {
    panic!("extents {first} and {second} of one label differ")
}

impl<'a, T: Copy> Problem<'a, T> {
    /// A step of these axes. Of real numbers, whose conjugates are themselves, nothing is conjugated, so that kernels without
    /// conjugates serve too.
    ///
    /// # Safety
    /// For every index below the extents of `axes`:
    /// - `lhs` (and `rhs`) moved by the sum of `index * stride` is valid for reads for `'a`;
    /// - `out` moved likewise is valid for writes, and reads give an initialised element if there is
    ///   a `beta`;
    /// - indices that differ along an axis that is not contracted have different elements of `out`,
    ///   and none of these is an element of a factor, or reached by anything else for `'a`.
    ///
    /// Contracted axes have stride 0 in `out`.
    #[inline(always)]
    pub unsafe fn new(
        axes: &'a mut [Axis],
        out: *mut T,
        (mut lhs, mut rhs): (Source<T>, Option<Source<T>>),
        (alpha, beta): (Option<T>, Option<T>),
        family: Family<T>,
    ) -> Self {
        if family.is_real() {
            lhs.conj = false;
            rhs = rhs.map(|rhs| Source { conj: false, ..rhs });
        }
        Self { axes, out, lhs, rhs, alpha, beta, borrow: PhantomData }
    }

    /// The problem as what it is made of, for loops that are not the engine's.
    #[inline(always)]
    #[must_use]
    pub fn into_fields(self) -> Fields<'a, T> {
        let Self { axes, out, lhs, rhs, alpha, beta, .. } = self;
        Fields { axes, out, lhs, rhs, scale: (alpha, beta) }
    }

    /// The problem along other axes, to look at: it is not computed.
    #[cfg(feature = "kernels")]
    pub(crate) fn with_axes<'b>(&self, axes: &'b mut [Axis]) -> Problem<'b, T> {
        let Self { out, lhs, rhs, alpha, beta, .. } = *self;
        Problem { axes, out, lhs, rhs, alpha, beta, borrow: PhantomData }
    }

    /// Puts the result elsewhere. In place: who copies a problem that was just written waits for that.
    ///
    /// # Safety
    /// - For every index below the extents, `out` moved by the sum of `index * stride` is valid for writes for `'a`, and reads
    ///   give an initialised element if there is a `beta`.
    /// - Indices that differ along an axis that is not contracted have different elements of `out`, and none of these is an
    ///   element of a factor, or reached by anything else for `'a`.
    #[inline(always)]
    pub unsafe fn put(&mut self, out: *mut T) {
        self.out = out;
    }
}

#[cfg(not(feature = "kernels"))]
impl<T> Family<T> {
    /// The kernels for a number: none.
    #[must_use]
    pub const fn kernels(self) -> Option<fn(Problem<'_, T>)> {
        None
    }

    /// The kernels for products of an integer: none.
    #[must_use]
    pub const fn products(self) -> Option<Products<T>> {
        None
    }

    /// The function that adds products to overlapping windows: none.
    #[must_use]
    pub const fn windows(self) -> Option<AddWindows<T>> {
        None
    }

    /// The function for a GEMM whose labels are known: none.
    #[must_use]
    pub const fn gemm(self) -> Option<ComputeProduct<T>> {
        None
    }
}

/// Adds a product to windows of a result, all of them at once, if that is the faster way: returns whether it has. The axes of the windows are
/// beside those of the problem, and none is contracted.
///
/// # Safety
/// - The contract of [`Problem::new`] holds for the problem at every index below the extents of the windows, along which all tensors are moved
///   by their strides. Elements of the result may be those of several windows.
/// - The problem has a `beta` of one.
pub type AddWindows<T> = unsafe fn(Problem<'_, T>, &[Axis]) -> bool;

/// Computes a step, or hands it back if it is none that there are kernels for.
pub type Products<T> = for<'a> fn(Problem<'a, T>) -> Result<(), Problem<'a, T>>;

/// The roles that the axes of a problem have: a glance, before any are sorted.
#[cfg(feature = "kernels")]
#[derive(Clone, Copy)]
pub(crate) struct Roles {
    /// A bit for each role that an axis of more than one index has: see [`Roles::bit`].
    seen: u8,
    /// Whether the result has no elements.
    pub(crate) is_empty: bool,
    /// Whether a contracted axis has no indices.
    pub(crate) has_no_terms: bool,
}

#[cfg(feature = "kernels")]
impl Roles {
    /// The bit for the role of an axis along which these tensors are walked.
    const fn bit(out: bool, lhs: bool, rhs: bool) -> u8 {
        1 << (out as u8 | (lhs as u8) << 1 | (rhs as u8) << 2)
    }

    #[inline]
    pub(crate) fn of<T>(problem: &Problem<'_, T>) -> Self {
        let (mut seen, mut is_empty, mut has_no_terms) = (0, false, false);
        for axis in &*problem.axes {
            let bit = Self::bit(!axis.contracted, axis.lhs != 0, axis.rhs != 0);
            seen |= if axis.extent > 1 { bit } else { 0 };
            is_empty |= axis.extent == 0 && !axis.contracted;
            has_no_terms |= axis.extent == 0 && axis.contracted;
        }
        Self { seen, is_empty, has_no_terms }
    }

    fn has(self, bits: u8) -> bool {
        self.seen & bits != 0
    }

    /// Whether a label is contracted that one of two factors has alone.
    #[inline]
    pub(crate) fn has_lone(self) -> bool {
        self.has(Self::bit(false, true, false) | Self::bit(false, false, true))
    }

    /// Whether a contracted label is not on both factors, or there are no terms.
    #[inline]
    pub(crate) fn is_irregular(self) -> bool {
        self.has_no_terms || self.has_lone() || self.has(Self::bit(false, false, false))
    }

    /// Whether the step might be a GEMM, or a batched one.
    #[inline]
    pub(crate) fn is_product(self) -> bool {
        let contracted = Self::bit(false, true, true);
        [Self::bit(true, true, false), Self::bit(true, false, true), contracted].into_iter().all(|bits| self.has(bits))
    }
}
