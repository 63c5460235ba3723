//! One step of a contraction tree: of tensors and the numbers of their labels it makes a [`Problem`] for the engine.
//!
//! `ik,kj->ij` is `out: [0, 1]`, `lhs: [0, 2]`, `rhs: [2, 1]`. Extents belong to axes: along a label
//! a tensor has its extent, or 1, and then repeats. A *result* of extent 1 along a label that its
//! factors have more of is their sum: so the cotangent of an operand that was broadcast is computed
//! in the shape of the operand.

use alloc::{vec, vec::Vec};
use core::marker::PhantomData;

use einsum_engine::{
    Axis, Problem, Source,
    converted::{self, Factor},
};

use crate::{
    element::{self, Element},
    fixed::{kind::Decided, sized::Sized},
    loops::{self, InPlace, Nest, NoNest, Place, Scaled, Way},
    storage::{Loading, Storage},
    tensor::{
        access::{Labelled, Parts, Read, Write},
        literal,
        matrices::Matrices,
    },
};

/// A step of a contraction tree: the product of one factor or two, summed over the labels that the result does
/// not have; of no factor, zero. There are `L` labels.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a, T, const L: usize, N = NoNest> {
    factors: &'a [Read<'a, T>],
    alpha: Option<T>,
    beta: Option<T>,
    /// Whether there may be a label that stands for several axes.
    splits: bool,
    /// Whether there may be a factor that is read as another type.
    converts: bool,
    /// The nest of loops of the step.
    nest: PhantomData<N>,
    /// The zero that a step of no factor reads.
    zero: T,
}

impl<'a, T: Element, const L: usize> Step<'a, T, L> {
    /// The step that is the product of these factors.
    #[inline]
    #[must_use]
    pub fn new(factors: &'a [Read<'a, T>]) -> Self {
        Self { factors, alpha: None, beta: None, splits: false, converts: false, nest: PhantomData, zero: T::ZERO }
    }

    /// The step with its loops, which run where the engine has no kernels for the elements, and where all extents are literals
    /// and the terms few.
    #[inline(always)]
    #[must_use]
    pub fn nest<N: Nest<L>>(self) -> Step<'a, T, L, N> {
        let Self { factors, alpha, beta, splits, converts, zero, .. } = self;
        Step { factors, alpha, beta, splits, converts, nest: PhantomData, zero }
    }
}

impl<'a, T: Element, const L: usize, N: Nest<L>> Step<'a, T, L, N> {
    /// The step in an einsum of this kind, in which the extents of labels may be known.
    #[inline(always)]
    #[must_use]
    pub fn within<K: Decided>(self, _kind: K) -> Step<'a, T, L, Sized<N, K>> {
        let Self { factors, alpha, beta, splits, converts, zero, .. } = self;
        Step { factors, alpha, beta, splits, converts, nest: PhantomData, zero }
    }

    /// The step with its result multiplied by `alpha`.
    #[inline]
    #[must_use]
    pub fn scaled(self, alpha: T) -> Step<'a, T, L, Scaled<N>> {
        let Self { factors, beta, splits, converts, zero, .. } = self;
        Step { factors, alpha: Some(alpha), beta, splits, converts, nest: PhantomData, zero }
    }

    /// The step added to the old content of the result, which is multiplied by `beta`; with a `beta`
    /// of zero the old content is not read.
    #[inline]
    #[must_use]
    pub fn onto(self, beta: T) -> Step<'a, T, L, Scaled<N>> {
        let Self { factors, alpha, splits, converts, zero, .. } = self;
        let beta = (beta != T::ZERO).then_some(beta);
        Step { factors, alpha, beta, splits, converts, nest: PhantomData, zero }
    }

    /// Whether all extents are literals, so that the loops are compiled at the call site, and nothing else is to be done.
    #[inline(always)]
    pub(crate) fn is_literal(&self, out: &Labelled<'_>) -> bool {
        let is_alone = self.alpha.is_none() && self.beta.is_none();
        is_alone && self.has_literals(out)
    }

    /// Whether all extents are literals, whatever is done with the result.
    #[inline(always)]
    fn has_literals(&self, out: &Labelled<'_>) -> bool {
        !is_converted(self.factors) && literal::fits::<T, N, L>(out, self.factors)
    }

    #[inline(always)]
    pub(crate) fn factors(&self) -> &'a [Read<'a, T>] {
        self.factors
    }

    /// `alpha` and `beta`.
    #[inline(always)]
    pub(super) fn scale(&self) -> (Option<T>, Option<T>) {
        (self.alpha, self.beta)
    }

    /// Whether the old content of the result is read.
    pub(crate) fn reads_result(&self) -> bool {
        self.beta.is_some()
    }

    /// The step of tensors of which an axis may stand for several.
    ///
    /// A step without this call refuses such a tensor. That it never splits an axis must be seen by the compiler, without
    /// looking into the tensors: they are in registers then, and 4 x 4 with its allocation takes 12 ns less.
    #[inline]
    #[must_use]
    pub fn split(self) -> Self {
        Self { splits: true, ..self }
    }

    /// The step of factors that may be read as another type than they are kept as. A step without this call refuses such a
    /// factor, for the reason that [`Step::split`] gives.
    #[inline]
    #[must_use]
    pub fn convert(self) -> Self {
        Self { converts: true, ..self }
    }

    /// The step of factors that may be kept as numbers of this type are, and read as another, if any of these are.
    #[inline(always)]
    #[must_use]
    pub fn kept<S: Storage<Compute = T>>(self, _element: PhantomData<S>) -> Self {
        if const { <S::Loading as Loading<S>>::IS_CONVERTED } { self.convert() } else { self }
    }

    /// Computes the step, for each index of the labels of the result. A repeated label of the result
    /// stands for its diagonal; nothing off it is touched.
    ///
    /// # Panics
    /// If there are more than two factors, or if two extents of a label differ and neither
    /// is 1.
    #[inline(always)]
    pub fn write(self, out: Write<'_, T>) {
        self.write_to::<InPlace>(out);
    }

    /// Computes the step, as [`Step::write`] says, into a result that lies in the place `P`.
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value, reason = "writing twice would be a mistake")]
    pub(crate) fn write_to<P: Place>(self, out: Write<'_, T>) {
        if const { N::EXTENTS.is_some() && loops::is_scaled_here::<T, N, L>() } && self.has_literals(&out.axes) {
            // SAFETY: `has_literals` says that the tensors are row-major, of the extents of the nest, and `is_scaled_here` is asked for just this
            // nest. By the contracts of `Read::new` and `Write::new` their elements are valid for reads and writes, those of `out` are
            // initialised, and nothing else reaches them, no factor either, as these are borrowed meanwhile.
            return unsafe { literal::scaled::<T, N, L>(self.factors, out.pointer, self.scale()) };
        }
        if const { N::EXTENTS.is_some() } && self.is_literal(&out.axes) {
            // SAFETY: `is_literal` says that the tensors are row-major, of the extents of the nest. By the contracts of
            // `Read::new` and `Write::new` their elements are valid for reads and writes, and nothing else reaches those of
            // `out`.
            return unsafe { literal::compute::<T, N, P, L>(self.factors, out.pointer) };
        }
        let ways = const { (Matrices::of::<N, L>(), Way::of::<N, L>()) };
        if const { N::IS_CALLED } {
            return self.without_nest().write_called(ways, &out);
        }
        self.without_nest().write_by_matrices(ways, &out);
    }

    /// The step without its loops: whatever does not need them is compiled once for all steps of so many labels.
    #[inline(always)]
    pub(crate) fn without_nest(self) -> Step<'a, T, L> {
        let Self { factors, alpha, beta, splits, converts, zero, .. } = self;
        Step { factors, alpha, beta, splits, converts, nest: PhantomData, zero }
    }
}

impl<T: Element, const L: usize> Step<'_, T, L> {
    /// Computes the step, as [`Step::write`] says: compiled once for all steps of so many labels.
    #[inline(never)]
    fn write_called(self, ways: (Option<Matrices<T>>, Way<T>), out: &Write<'_, T>) {
        self.write_by_matrices(ways, out);
    }

    /// Computes the step, as a product of matrices if it is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn write_by_matrices(self, (matrices, way): (Option<Matrices<T>>, Way<T>), out: &Write<'_, T>) {
        if let Some(matrices) = matrices
            && let Some(product) = matrices.product(self.factors, (out.pointer, &out.axes), self.scale())
        {
            // SAFETY: the product has the extents, strides and pointers of the tensors, of which no axis stands for several and no element
            // is of another type. Along each label both tensors that have it are as long: so by the contracts of `Read::new` and
            // `Write::new` elements at all indices are valid for reads and writes, those of `out` are distinct, and nothing else reaches
            // them, no factor either, as these are borrowed meanwhile.
            return unsafe { matrices.compute(&product) };
        }
        self.write_by(way, out);
    }

    /// Computes the step, as [`Step::write`] says. (Where nothing is optimised it is compiled once for all steps of so many
    /// labels, or it would be most of the code of a program of many einsums.)
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn write_by(&self, way: Way<T>, out: &Write<'_, T>) {
        if self.is_converted() {
            // SAFETY: `converting` is given the axes of `out`, for which, with its pointer, the contract of `Write::new` holds.
            return unsafe { self.converting(&out.axes).compute(out.pointer, way) };
        }
        // SAFETY: the contract of `Write::new` holds for the axes of `out` with its pointer.
        unsafe { self.with_problem(&out.axes, out.pointer, way.function()) }
    }

    /// Whether a factor is read as another type than it is kept as, and the step takes that.
    #[inline(always)]
    pub(crate) fn is_converted(&self) -> bool {
        self.converts && is_converted(self.factors)
    }

    /// The number of the label that stands for several axes, if there is one, and these axes in the first tensor that has it.
    #[inline(always)]
    fn spread<'s>(&'s self, out: &Labelled<'s>) -> Option<(usize, &'s Parts)> {
        let of = |number: usize| self.factors.get(number).and_then(|factor| factor.axes.spread());
        out.spread().or_else(|| of(0)).or_else(|| of(1))
    }

    /// Calls back with the step as data for the engine: one axis for each label, or where a label stands for several, for
    /// each of these.
    ///
    /// Inlined, with the numbers of labels known, and put together in registers, it takes a few instructions for each axis.
    /// Loops over arrays that a call site has written take a third of a small product, half of it waiting for words that were
    /// just written one by one to be read in vectors.
    ///
    /// # Safety
    /// With `out`, or with the pointer that `run` puts into its place before it computes:
    /// - For every index below the extents of `axes`, the pointer moved by the sum of `index * stride` (along the axis that
    ///   stands for several, by that of each) is valid for writes, and, if the step has a `beta`, for reads of an initialised
    ///   element.
    /// - Elements of distinct indices are distinct, and nothing else reaches them.
    #[inline(always)]
    pub(crate) unsafe fn with_problem<R>(
        &self,
        axes: &Labelled<'_>,
        out: *mut T,
        run: impl FnOnce(Problem<'_, T>) -> R,
    ) -> R {
        if is_converted(self.factors) {
            unconverted();
        }
        if self.splits
            && let Some(spread) = self.spread(axes)
        {
            let mut axes = many_axes(L, (axes, self.factors), spread);
            // SAFETY: `many_axes` has made the axes of `axes` and of the factors; for the result by the contract.
            return run(unsafe { self.problem(&mut axes, out) });
        }
        if self.spread(axes).is_some() {
            unsplit();
        }
        let mut all = [Axis::POINT; L];
        axes.add_to(&mut all, 0);
        for (number, factor) in self.factors.iter().enumerate() {
            factor.axes.add_to(&mut all, 1 + number);
        }
        // SAFETY: `all` has been made of `axes` and of the factors; for the result by the contract.
        run(unsafe { self.problem(&mut all, out) })
    }

    /// The step as one of factors that are read as another type.
    #[inline]
    pub(crate) fn converting<'s>(&'s self, out: &'s Labelled<'s>) -> Converting<'s, T> {
        let Self { factors, alpha, beta, .. } = *self;
        let spread = self.spread(out);
        if spread.is_some() && !self.splits {
            unsplit();
        }
        Converting { out, factors, labels: L, spread, scale: (alpha, beta) }
    }

    /// The step as data for the engine.
    ///
    /// # Safety
    /// - `axes` have been made of the axes of the factors of this step and of a result.
    /// - For every index below the extents of that result, `out`, or the pointer that is put into its place before the problem
    ///   is computed, moved by the sum of `index * stride` is valid for writes, and, if the step has a `beta`, for reads of an
    ///   initialised element.
    /// - Elements of distinct indices of the result are distinct, and nothing else reaches them.
    #[inline(always)]
    unsafe fn problem<'p>(&'p self, axes: &'p mut [Axis], out: *mut T) -> Problem<'p, T> {
        let nothing = Source { pointer: &raw const self.zero, conj: false };
        let sources = match self.factors {
            [] => (nothing, None),
            [lhs] => (lhs.source(), None),
            [lhs, rhs] => (lhs.source(), Some(rhs.source())),
            _ => too_many(),
        };
        // SAFETY: an index below the extents of `axes` is, along every axis of every tensor, an index
        // below its extent there, or the axis has extent 1 and is not moved along: valid for reads
        // and writes by the contracts of `Read::new` and `Write::new`. Along every axis of the result that has
        // more than one index it is moved, so that its elements are distinct, and not those of a factor, which
        // is borrowed while the result is borrowed mutably.
        unsafe { Problem::new(axes, out, sources, (self.alpha, self.beta), T::FAMILY) }
    }
}

/// Whether a factor is read as another type than it is kept as.
#[inline(always)]
fn is_converted<T: Element>(factors: &[Read<'_, T>]) -> bool {
    let of = |number: usize| factors.get(number).is_some_and(Read::is_converted);
    of(0) || of(1)
}

/// The axes of a step of so many labels, of which one stands for several.
#[inline(never)]
fn many_axes<T: Element>(
    labels: usize,
    (out, factors): (&Labelled<'_>, &[Read<'_, T>]),
    (label, parts): (usize, &Parts),
) -> Vec<Axis> {
    let common: Vec<usize> = parts.parts().iter().map(|part| part.common).collect();
    let mut axes = vec![Axis::POINT; labels * common.len().max(1)];
    out.add_parts_to(&mut axes, 0, (label, &common));
    for (number, factor) in factors.iter().enumerate() {
        factor.axes.add_parts_to(&mut axes, 1 + number, (label, &common));
    }
    axes
}

/// A step of which a factor is read as another type, whatever the number of labels: compiled once for an element.
pub(crate) struct Converting<'a, T> {
    out: &'a Labelled<'a>,
    factors: &'a [Read<'a, T>],
    labels: usize,
    spread: Option<(usize, &'a Parts)>,
    scale: (Option<T>, Option<T>),
}

impl<T: Element> Converting<'_, T> {
    /// Computes the step, each block of it in the way of the nest.
    ///
    /// # Safety
    /// - For every index below the extents of the result that the step was made with, `out` moved by the sum of
    ///   `index * stride` (along the axis that stands for several, by that of each) is valid for writes, and, if the step has a
    ///   `beta`, for reads of an initialised element.
    /// - Elements of distinct indices are distinct, and nothing else reaches them.
    #[inline(never)]
    pub(crate) unsafe fn compute(&self, out: *mut T, way: Way<T>) {
        let mut axes = match self.spread {
            Some(spread) => many_axes(self.labels, (self.out, self.factors), spread),
            None => vec![Axis::POINT; self.labels],
        };
        if self.spread.is_none() {
            let tensors = [self.out].into_iter().chain(self.factors.iter().map(Read::axes));
            tensors.enumerate().for_each(|(tensor, labelled)| labelled.add_to(&mut axes, tensor));
        }
        let factor = |read: &Read<'_, T>| Factor { source: read.source(), conversion: read.conversion };
        let (one, two);
        let factors: &[_] = match self.factors {
            [lhs] => {
                one = [factor(lhs)];
                &one
            }
            [lhs, rhs] => {
                two = [factor(lhs), factor(rhs)];
                &two
            }
            _ => too_many(),
        };
        // SAFETY: an index below the extents of `axes` is, along every axis of every tensor, an index below its extent
        // there, or the axis has extent 1 and is not moved along. For the result the contract says what holds there; for
        // the factors that of `Read::new` does: elements of `T`, or of the type that the conversion was made for, valid for
        // reads. Along every axis of the result with more than one index it is moved, so that its elements are distinct;
        // contracted axes do not move it.
        unsafe { converted::compute(&mut axes, out, factors, self.scale, &element::arithmetic::<T>(way.function())) }
    }
}

#[cold]
#[inline(never)]
fn too_many() -> ! {
    panic!("a step has two factors at most")
}

#[cold]
#[inline(never)]
fn unsplit() -> ! {
    panic!("an axis stands for several, which this step does not split")
}

#[cold]
#[inline(never)]
fn unconverted() -> ! {
    panic!("a factor is of another type, which this step does not convert")
}
