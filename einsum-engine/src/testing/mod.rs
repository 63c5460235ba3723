//! Problems from slices, checked: for tests and benchmarks.

use std::marker::PhantomData;

use crate::{
    extents,
    integers::copied,
    machine::threads::threads_for,
    number::Number,
    plan::{
        choose::choose,
        ran,
        trace::describe,
        way::{Plan, Way},
    },
    problem::{Axis, Problem, Source},
};

mod tiles;
mod ways;
mod windows;

pub use crate::testing::{tiles::PackedTile, windows::add_windows};

/// A tensor in a slice: where index 0 along all axes is, and the stride of every label.
#[derive(Clone, Copy, Debug)]
pub struct Strides<'a> {
    /// The place in the slice.
    pub start: usize,
    /// One for every label; 0 of one that the tensor does not have.
    pub strides: &'a [isize],
}

/// The strides, one for every label, of a tensor of this subscript whose elements lie row by row, and how many there are.
///
/// # Panics
/// If the subscript has a label that is not one of those.
#[must_use]
pub fn row_major(subscript: &str, labels: &[(char, usize)]) -> (Vec<isize>, usize) {
    let (mut strides, mut len) = (vec![0; labels.len()], 1);
    for label in subscript.chars().rev() {
        let place = labels.iter().position(|&(known, _)| known == label).expect("a label of the step");
        strides[place] = usize::cast_signed(len);
        len = extents::count([len, labels[place].1]);
    }
    (strides, len)
}

/// The most labels of a step here.
const LABELS: usize = 16;

/// A step on slices, checked, to be computed any number of times.
#[derive(Debug)]
pub struct Step<'a, T> {
    axes: Vec<Axis>,
    scratch: Vec<Axis>,
    out: *mut T,
    factors: (Source<T>, Option<Source<T>>),
    scale: (Option<T>, Option<T>),
    borrow: PhantomData<&'a mut [T]>,
}

impl<'a, T: Number> Step<'a, T> {
    /// # Panics
    /// If a tensor does not fit into its slice, if a contracted label is on the result, or if elements
    /// of the result might coincide.
    pub fn new(
        (extents, contracted): (&[usize], &[bool]),
        (out, out_strides): (&'a mut [T], Strides<'_>),
        (lhs, lhs_strides, lhs_conj): (&'a [T], Strides<'_>, bool),
        rhs: Option<(&'a [T], Strides<'_>, bool)>,
        scale: (Option<T>, Option<T>),
    ) -> Self {
        assert!(extents.len() <= LABELS, "too many labels");
        assert!(extents.iter().all(|&extent| isize::try_from(extent).is_ok()), "extents are too large");
        let nothing = [0; LABELS];
        let rhs_strides = rhs.map_or(&nothing[..], |(_, strides, _)| strides.strides);
        let axes: Vec<_> = (0..extents.len())
            .map(|n| Axis {
                extent: extents[n],
                out: out_strides.strides[n],
                lhs: lhs_strides.strides[n],
                rhs: rhs_strides[n],
                contracted: contracted[n],
            })
            .collect();
        assert!(axes.iter().all(|axis| !axis.contracted || axis.out == 0), "a contracted label is on the result");
        assert!(are_apart(&axes), "elements of the result coincide");
        let kept: Vec<_> = axes.iter().copied().filter(|axis| !axis.contracted).collect();
        assert!(fits(&kept, |axis| axis.out, out_strides.start, out.len()), "the result does not fit");
        assert!(fits(&axes, |axis| axis.lhs, lhs_strides.start, lhs.len()), "the first factor does not fit");
        let fit = rhs.is_none_or(|(rhs, strides, _)| fits(&axes, |axis| axis.rhs, strides.start, rhs.len()));
        assert!(fit, "the second factor does not fit");
        let lhs = Source { pointer: lhs.as_ptr().wrapping_add(lhs_strides.start), conj: lhs_conj };
        let rhs = rhs.map(|(rhs, strides, conj)| Source { pointer: rhs.as_ptr().wrapping_add(strides.start), conj });
        let out = out.as_mut_ptr().wrapping_add(out_strides.start);
        Self { scratch: axes.clone(), axes, out, factors: (lhs, rhs), scale, borrow: PhantomData }
    }

    /// What the engine will do with it.
    pub fn plan(&mut self) -> Plan {
        choose(&self.problem())
    }

    /// Its labels, extents and strides, as a trace prints them.
    pub fn describe(&mut self) -> String {
        describe(&self.problem())
    }

    /// Computes it, by whatever way the engine takes.
    ///
    /// # Panics
    /// In builds with debug assertions, if that is another way than the engine plans.
    pub fn run(&mut self) {
        if cfg!(not(debug_assertions)) {
            return crate::run::run(self.problem());
        }
        let plan = self.plan();
        ran::take();
        crate::run::run(self.problem());
        let Some(ran) = ran::take() else { return };
        // Of a step that is no GEMM threads may have shares of their own, with lanes of their own; and others may have computed all
        // parts of a sum.
        let are_streams = matches!((plan.way, ran.way), (Way::Stream(_), Way::Stream(_)));
        let is_elsewhere = threads_for(usize::MAX) > 1 && (are_streams || plan.sum.parts > 1);
        let expected = if is_elsewhere { Plan { sum: plan.sum, stream: plan.stream, ..ran } } else { plan };
        assert_eq!(expected, ran, "{plan} is planned: {}", self.describe());
    }

    /// Computes it, of integers, by packed factors, whether or not that pays, if it is a product: returns whether it is.
    pub fn run_packed(&mut self) -> bool {
        T::FAMILY.packed().is_some_and(|packed| packed(&self.problem()))
    }

    /// Computes it, of integers, as those of as many bits are moved that are floats, if it is a copy: returns whether it is. Elements that are
    /// no integers of the engine's are not moved: not every pattern of theirs need be one of a float.
    pub fn run_copied(&mut self) -> bool {
        T::FAMILY.is_integer() && copied(self.problem()).is_ok()
    }

    fn problem(&mut self) -> Problem<'_, T> {
        let axes = &mut self.scratch[..];
        axes.copy_from_slice(&self.axes);
        // SAFETY: `new` has checked that
        // - every index of every tensor is inside of its slice, which is initialised and borrowed for `'a`;
        // - different indices of the result are different elements; slices do not overlap;
        // - contracted axes have stride 0 in the result.
        unsafe { Problem::new(axes, self.out, self.factors, self.scale, T::FAMILY) }
    }
}

/// Whether all offsets are inside of a slice.
fn fits(axes: &[Axis], stride: impl Fn(&Axis) -> isize, start: usize, len: usize) -> bool {
    if axes.iter().any(|axis| axis.extent == 0) {
        return true;
    }
    // (Sums of more than there are numbers are too far in any case: so they stay there.)
    let [mut least, mut most] = [start as i128; 2];
    for axis in axes {
        let reach = (axis.extent as i128 - 1).saturating_mul(stride(axis) as i128);
        if reach < 0 {
            least = least.saturating_add(reach);
        } else {
            most = most.saturating_add(reach);
        }
    }
    least >= 0 && most < len as i128
}

/// Whether every axis of the result steps over all that the axes of smaller stride reach: then no two
/// indices coincide.
fn are_apart(axes: &[Axis]) -> bool {
    if axes.iter().any(|axis| !axis.contracted && axis.extent == 0) {
        return true;
    }
    let mut kept: Vec<_> = axes.iter().filter(|axis| !axis.contracted && axis.extent > 1).collect();
    kept.sort_by_key(|axis| axis.out.unsigned_abs());
    let mut reach = 0_u128;
    kept.iter().all(|axis| {
        let stride = axis.out.unsigned_abs() as u128;
        let apart = stride > reach;
        reach = reach.saturating_add((axis.extent as u128 - 1).saturating_mul(stride));
        apart
    })
}

/// What the engine would do with a step of `f32` along these axes, whose tensors need not be there: to plan touches no element.
#[must_use]
pub fn plan(axes: &[Axis], two: bool) -> Plan {
    let mut axes = axes.to_vec();
    let source = Source { pointer: std::ptr::dangling::<f32>(), conj: false };
    let (out, rhs) = (std::ptr::dangling_mut(), two.then_some(source));
    choose(&Problem { axes: &mut axes, out, lhs: source, rhs, alpha: None, beta: None, borrow: PhantomData })
}
