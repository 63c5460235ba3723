//! The engine: computes one step of a contraction tree, whatever its labels.
//!
//! A step is data: a [`Problem`] has one [`Axis`] for every label, with its extent and how far an
//! index along it moves in each tensor. Nothing is known of the einsum that it comes from, so that
//! the loops are compiled once, here, for the common elements and for every instruction set, and a
//! call site pays for none of them.
//!
//! | module | holds |
//! | --- | --- |
//! | [`axes`] | a problem in its simplest form: axes dropped, fused, sorted |
//! | `lone`, `repeated` | contracted labels that one factor has alone, or none: summed or counted first |
//! | `streams` | steps that are no generalised matrix product |
//! | `contraction` | a problem as a generalised product of matrices: what its axes are to it |
//! | `small`, `product`, `columns`, `product_complex` | small products: tiles straight on the operands |
//! | `lanewise` | products whose innermost label is a batch label |
//! | `inner` | products of few rows, along an axis that lies side by side in both factors |
//! | `blocked`, `layout` | all others: the five loops of BLIS, and the order of the axes in them |
//! | `converted` | factors that are kept as another type, a block at a time |
//! | `parts` | long sums for few elements of the result |
//! | `pack` | blocks of a factor into micro-panels |
//! | `tiles`, `tile` | macro-kernels and micro-kernels |
//! | `lanes` | vectors: what a micro-kernel asks of an instruction set |
//! | `kernel`, `instances` | the seam between loops and machine, and what is on its other side |
//! | [`isa`] | what instructions the processor has |
//! | `threads` | work for several threads |
//! | `workspace` | the packing buffers |
//! | [`generic`] | the loops for any element |

pub mod axes;
mod blocked;
mod columns;
mod contraction;
pub(crate) mod converted;
pub mod generic;
mod inner;
mod instances;
pub mod isa;
mod kernel;
mod lanes;
mod lanewise;
mod layout;
mod lone;
mod pack;
mod parts;
mod product;
mod product_complex;
mod repeated;
mod small;
mod streams;
#[doc(hidden)]
pub mod testing;
pub(crate) mod threads;
mod tile;
mod tiles;
mod workspace;

use std::marker::PhantomData;

use crate::element::{Element, is_real};

use self::{
    contraction::Contraction,
    kernel::{Kernel, Kernels, Visitor},
};

/// Computes a step of an element that has kernels of its own.
///
/// Compiled here, once for every such element, so that call sites pay nothing for it.
#[inline(never)]
pub(crate) fn run<T: Kernels>(problem: Problem<'_, T>) {
    if streams::run_short(&problem) {
        return;
    }
    if problem.rhs.is_none() {
        return streams(problem);
    }
    if small::run_matrices(&problem) {
        return;
    }
    let roles = Roles::of(&problem);
    if roles.is_empty {
        return;
    }
    if roles.is_irregular() {
        return irregular(problem, roles, [run, streams]);
    }
    if !roles.is_product() {
        return streams(problem);
    }
    match Contraction::of(problem) {
        Ok(contraction) => T::dispatch(isa::current(), contraction),
        Err(problem) => streams(problem),
    }
}

/// A step of two factors that has no terms, or contracted labels that are not on both factors: those are summed or counted
/// first, and then it is `run` again; or by the loops for `any` step if it cannot be.
#[inline(never)]
fn irregular<T: Element>(mut problem: Problem<'_, T>, roles: Roles, [run, any]: [fn(Problem<'_, T>); 2]) {
    if roles.is_empty {
        return;
    }
    if roles.has_no_terms {
        return any(problem);
    }
    repeated::count(&mut problem);
    let sums = lone::sum(&mut problem);
    let are_left = roles.has_lone() && sums.iter().all(Vec::is_empty);
    if are_left { any(problem) } else { run(problem) }
}

/// What the axes of a problem are: a glance, before any are sorted.
#[derive(Clone, Copy)]
struct Roles {
    /// A bit for each role that an axis of more than one index has: see [`Roles::bit`].
    seen: u8,
    /// Whether the result has no elements.
    is_empty: bool,
    /// Whether a contracted axis has no indices.
    has_no_terms: bool,
}

impl Roles {
    /// That of an axis along which these tensors are walked.
    const fn bit(out: bool, lhs: bool, rhs: bool) -> u8 {
        1 << (out as u8 | (lhs as u8) << 1 | (rhs as u8) << 2)
    }

    #[inline]
    fn of<T>(problem: &Problem<'_, T>) -> Self {
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
    fn has_lone(self) -> bool {
        self.has(Self::bit(false, true, false) | Self::bit(false, false, true))
    }

    /// Whether a contracted label is not on both factors, or there are no terms.
    #[inline]
    fn is_irregular(self) -> bool {
        self.has_no_terms || self.has_lone() || self.has(Self::bit(false, false, false))
    }

    /// Whether the step might be a generalised product of matrices.
    #[inline]
    fn is_product(self) -> bool {
        let contracted = Self::bit(false, true, true);
        [Self::bit(true, true, false), Self::bit(true, false, true), contracted].into_iter().all(|bits| self.has(bits))
    }
}

impl<T: Kernels> Visitor<T> for Contraction<'_, T> {
    unsafe fn visit<K: Kernel<Element = T>>(mut self) {
        // SAFETY: by the contract; that of `Problem::new` is kept by whoever made the problem.
        unsafe {
            if !parts::run(&self, |part| whole::<K>(part)) {
                whole::<K>(&mut self);
            }
        }
    }
}

/// Computes a contraction in one piece.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - The contract of [`Problem::new`] holds for the contraction.
unsafe fn whole<K: Kernel>(contraction: &mut Contraction<'_, K::Element>) {
    // SAFETY: the contract is the same.
    unsafe {
        if !(lanewise::run::<K>(contraction) || inner::run::<K>(contraction) || small::run::<K>(contraction)) {
            blocked::run::<K>(contraction);
        }
    }
}

/// Steps that are no generalised matrix product: of one factor, elementwise, or without a label that
/// only one of the factors has.
fn streams<T: Kernels>(problem: Problem<'_, T>) {
    streams::run(problem);
}

/// One step: `out = alpha * sum(lhs * rhs) + beta * out`, for every index of the axes that are not
/// contracted, the sum over those that are.
///
/// Without a `beta` the old content of `out` is not read: it may be uninitialised. A sum over no
/// index is `ZERO`, and `out` is written all the same.
#[derive(Debug)]
pub struct Problem<'a, T> {
    /// One for every label. Scratch: the engine reorders, fuses and drops them.
    pub(crate) axes: &'a mut [Axis],
    /// Where the result goes.
    pub(crate) out: *mut T,
    /// The first factor.
    pub(crate) lhs: Source<T>,
    /// The second factor, if there is one.
    pub(crate) rhs: Option<Source<T>>,
    /// What the sum is multiplied by.
    pub(crate) alpha: Option<T>,
    /// What the old content is multiplied by.
    pub(crate) beta: Option<T>,
    borrow: PhantomData<&'a mut [T]>,
}

/// A factor: the element at index 0 along all axes, and whether elements are conjugated as they are
/// read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<T> {
    pub(crate) pointer: *const T,
    pub(crate) conj: bool,
}

/// A label: its extent, and its stride in every tensor, in elements; 0 in a tensor that does not
/// have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    pub(crate) extent: usize,
    pub(crate) out: isize,
    pub(crate) lhs: isize,
    pub(crate) rhs: isize,
    /// Whether it is summed over: it is not on the result.
    pub(crate) contracted: bool,
}

impl<'a, T: Element> Problem<'a, T> {
    /// Where a conjugate is the number itself, nothing is conjugated: kernels without conjugates serve too.
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
    pub(crate) unsafe fn new(
        axes: &'a mut [Axis],
        out: *mut T,
        (mut lhs, mut rhs): (Source<T>, Option<Source<T>>),
        (alpha, beta): (Option<T>, Option<T>),
    ) -> Self {
        if is_real::<T>() {
            lhs.conj = false;
            rhs = rhs.map(|rhs| Source { conj: false, ..rhs });
        }
        Self { axes, out, lhs, rhs, alpha, beta, borrow: PhantomData }
    }
}
