//! One step of a contraction tree: tensors and the numbers of their labels -> a
//! [`Problem`] for the engine.
//!
//! `ik,kj->ij` is `out: [0, 1]`, `lhs: [0, 2]`, `rhs: [2, 1]`. Extents belong to axes: along a label
//! a tensor has its extent, or 1, and then repeats. A *result* of extent 1 along a label that its
//! factors have more of is their sum: so the cotangent of an operand that was broadcast is computed
//! in the shape of the operand.

use std::marker::PhantomData;

use crate::{
    element::Element,
    ellipsis::Common,
    engine::{Axis, Problem, Source, lone},
    view::{Spread, View},
};

/// A tensor that is read: a factor of a step.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a, T> {
    pointer: *const T,
    conj: bool,
    axes: Labelled<'a>,
    borrow: PhantomData<&'a [T]>,
}

/// What is computed: the product of one factor or two, summed over the labels that the result does
/// not have; of no factor, zero.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a, T> {
    factors: &'a [Read<'a, T>],
    alpha: Option<T>,
    beta: Option<T>,
    /// The number of the label that stands for several axes, and their extents.
    ellipsis: Option<(usize, &'a [usize])>,
}

/// A tensor that is written: the result of a step.
#[derive(Debug)]
pub struct Write<'a, T> {
    pointer: *mut T,
    axes: Labelled<'a>,
    borrow: PhantomData<&'a mut [T]>,
}

/// Extent, stride and number of the label of every axis.
#[derive(Clone, Copy, Debug)]
struct Labelled<'a> {
    extents: &'a [usize],
    strides: &'a [isize],
    spread: Option<Spread<'a>>,
    labels: &'a [usize],
}

impl<'a, T: Element> Read<'a, T> {
    /// # Safety
    /// - For every index below the extents, `pointer` moved by the sum of `index * stride` (along the
    ///   axis that stands for several, by that of each) is valid for reads for `'a`.
    #[inline]
    pub(crate) unsafe fn new(
        pointer: *const T,
        (extents, strides, spread): (&'a [usize], &'a [isize], Option<Spread<'a>>),
        labels: &'a [usize],
    ) -> Self {
        let axes = Labelled { extents, strides, spread, labels };
        Self { pointer, conj: false, axes, borrow: PhantomData }
    }

    /// The tensor with every element conjugated as it is read.
    #[inline]
    #[must_use]
    pub fn conj(self) -> Self {
        Self { conj: true, ..self }
    }
}

impl<T: Copy> Read<'_, T> {
    #[inline]
    fn source(&self) -> Source<T> {
        Source { pointer: self.pointer, conj: self.conj }
    }
}

impl<'a, T: Element> Write<'a, T> {
    /// # Safety
    /// - For every index below the extents, `pointer` moved by the sum of `index * stride` (along the
    ///   axis that stands for several, by that of each) is valid for writes for `'a`, and, if a step
    ///   adds to the content, for reads.
    /// - Elements of distinct indices are distinct, and nothing else reaches them for `'a`.
    #[inline]
    pub(crate) unsafe fn new(
        pointer: *mut T,
        (extents, strides, spread): (&'a [usize], &'a [isize], Option<Spread<'a>>),
        labels: &'a [usize],
    ) -> Self {
        Self { pointer, axes: Labelled { extents, strides, spread, labels }, borrow: PhantomData }
    }
}

impl<'a, T: Element> Step<'a, T> {
    /// The product of these.
    #[inline]
    #[must_use]
    pub fn new(factors: &'a [Read<'a, T>]) -> Self {
        Self { factors, alpha: None, beta: None, ellipsis: None }
    }

    /// The same, multiplied by `alpha`.
    #[inline]
    #[must_use]
    pub fn scaled(self, alpha: T) -> Self {
        Self { alpha: Some(alpha), ..self }
    }

    /// The same, added to the old content of the result, which is multiplied by `beta`; with a `beta`
    /// of zero the old content is not read.
    #[inline]
    #[must_use]
    pub fn onto(self, beta: T) -> Self {
        Self { beta: Some(beta).filter(|beta| *beta != T::ZERO), ..self }
    }

    /// Whether the old content of the result is read.
    pub(crate) fn reads_result(&self) -> bool {
        self.beta.is_some()
    }

    /// The same, where one label stands for several axes of these extents.
    #[inline]
    #[must_use]
    pub fn spread(self, label: usize, ellipsis: &'a Common) -> Self {
        Self { ellipsis: Some((label, ellipsis.extents())), ..self }
    }

    /// Computes the step, for each index of the labels of the result. A repeated label of the result
    /// stands for its diagonal; nothing off it is touched.
    ///
    /// # Panics
    /// If there are more than two factors, or if two extents of a label differ and neither
    /// is 1.
    #[inline(never)]
    #[allow(clippy::needless_pass_by_value, reason = "writing twice would be a mistake")]
    pub fn write(self, out: Write<'_, T>) {
        let mut labels = 0;
        for axes in self.factors.iter().map(|factor| &factor.axes) {
            axes.labels.iter().for_each(|label| labels = labels.max(label + 1));
        }
        out.axes.labels.iter().for_each(|label| labels = labels.max(label + 1));
        let parts = self.ellipsis.map_or(1, |(_, extents)| extents.len().max(1));
        match labels * parts {
            count @ 0..=4 => self.run(&out, &mut [Axis::POINT; 4][..count]),
            count @ 5..=8 => self.run(&out, &mut [Axis::POINT; 8][..count]),
            count => self.run(&out, &mut vec![Axis::POINT; count]),
        }
    }

    /// Label `n` gets the axes from `n * parts` on.
    #[inline]
    fn run(self, out: &Write<'_, T>, axes: &mut [Axis]) {
        if out.axes.extents.contains(&0) {
            return;
        }
        let (zero, no_labels) = (T::ZERO, []);
        let nothing = View::scalar(&zero);
        let nothing = nothing.read(&no_labels);
        // By reference: what was just written word by word is slow to read in vectors, as copies are.
        let (lhs, rhs) = match self.factors {
            [] => (&nothing, None),
            [lhs] => (lhs, None),
            [lhs, rhs] => (lhs, Some(rhs)),
            _ => too_many(),
        };
        out.axes.add_to(axes, 0, self.ellipsis);
        lhs.axes.add_to(axes, 1, self.ellipsis);
        if let Some(rhs) = rhs {
            rhs.axes.add_to(axes, 2, self.ellipsis);
        }
        let mut has_lone = false;
        for axis in &mut *axes {
            axis.contracted = axis.out == 0;
            has_lone |= axis.contracted && (axis.lhs == 0) != (axis.rhs == 0);
        }
        let has_lone = has_lone && rhs.is_some();
        // SAFETY: an index below the extents of `axes` is, along every axis of every tensor, an index
        // below its extent there, or the axis has extent 1 and is not moved along: valid for reads
        // and writes by the contracts of `Read::new` and `Write::new`. No extent of the result is 0,
        // so that it is moved along every axis that is not contracted: its elements are distinct, and
        // not those of a factor, which is borrowed while the result is borrowed mutably.
        let problem = unsafe {
            let sources = (lhs.source(), rhs.map(Read::source));
            Problem::new(axes, out.pointer, sources, (self.alpha, self.beta))
        };
        if has_lone {
            run_without_lone(problem);
        } else {
            T::run(problem);
        }
    }
}

#[cold]
#[inline(never)]
fn too_many() -> ! {
    panic!("a step has two factors at most")
}

/// Sums the lone labels first.
#[inline(never)]
fn run_without_lone<T: Element>(mut problem: Problem<'_, T>) {
    let _sums = lone::sum(&mut problem);
    T::run(problem);
}

impl Labelled<'_> {
    /// Adds the strides of a tensor (0 is the result, 1 and 2 the factors) to those of its labels.
    #[inline]
    fn add_to(&self, axes: &mut [Axis], tensor: usize, ellipsis: Option<(usize, &[usize])>) {
        if let Some(ellipsis) = ellipsis {
            return self.add_parts_to(axes, tensor, ellipsis);
        }
        for ((&label, &extent), &stride) in self.labels.iter().zip(self.extents).zip(self.strides) {
            axes[label].add(tensor, extent, stride);
        }
    }

    /// The same where one label stands for several axes.
    fn add_parts_to(&self, axes: &mut [Axis], tensor: usize, (spread_label, common): (usize, &[usize])) {
        let parts = common.len().max(1);
        for (axis, &label) in self.labels.iter().enumerate() {
            let (extent, mut stride) = (self.extents[axis], self.strides[axis]);
            let axes = &mut axes[label * parts..][..parts];
            match self.spread {
                Some((place, spread)) if place == axis => {
                    assert!(spread.len() <= parts, "an ellipsis stands for as many axes in every tensor");
                    axes.iter_mut().zip(spread).for_each(|(axis, part)| axis.add(tensor, part.0, part.1));
                }
                _ if spread_label == label => {
                    assert_eq!(extent, common.iter().product(), "the extents of the ellipsis are others");
                    for (axis, &extent) in axes.iter_mut().zip(common).rev() {
                        axis.add(tensor, extent, stride);
                        stride = stride.wrapping_mul(extent.cast_signed());
                    }
                }
                _ => axes[0].add(tensor, extent, stride),
            }
        }
    }
}

impl Axis {
    /// Of no tensor yet.
    const POINT: Self = Self { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: true };

    /// Lets a tensor walk along the axis.
    ///
    /// # Panics
    /// If it has another extent than those before, and neither is 1.
    #[inline]
    fn add(&mut self, tensor: usize, extent: usize, stride: isize) {
        if extent == 1 {
            return;
        }
        assert!(self.extent == 1 || self.extent == extent, "extents {} and {extent} of one label differ", self.extent);
        self.extent = extent;
        match tensor {
            0 => self.out += stride,
            1 => self.lhs += stride,
            _ => self.rhs += stride,
        }
    }
}
