//! Operands of all extents and layouts that a caller may have.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayViewD, Axis, Slice};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::number::Number;
use super::oracle;

/// How the elements of a view lie in its allocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Layout {
    Contiguous,
    /// Column-major.
    Transposed,
    /// Neither row- nor column-major: the last axis has the largest stride, the last but one 1.
    Rotated,
    /// Every second index of the first axis and of the last.
    Stepped,
    /// Negative strides.
    Reversed,
    /// Stride 0 along the first axis.
    FirstBroadcast,
    /// Stride 0 along the last axis.
    LastBroadcast,
    /// One element, stride 0 along all axes.
    AllBroadcast,
}

impl Layout {
    pub(crate) const ALL: [Self; 8] = [
        Self::Contiguous,
        Self::Transposed,
        Self::Rotated,
        Self::Stepped,
        Self::Reversed,
        Self::FirstBroadcast,
        Self::LastBroadcast,
        Self::AllBroadcast,
    ];
}

/// A random array that can be viewed with a given shape and layout.
pub(crate) struct Input<T> {
    allocation: ArrayD<T>,
    shape: Vec<usize>,
    layout: Layout,
}

impl<T: Number> Input<T> {
    pub(crate) fn random(shape: &[usize], layout: Layout, rng: &mut ChaCha8Rng) -> Self {
        let allocated = allocated_shape(shape, layout);
        Self { allocation: ArrayD::from_shape_simple_fn(allocated, || T::random(rng)), shape: shape.to_vec(), layout }
    }

    pub(crate) fn view(&self) -> ArrayViewD<'_, T> {
        let mut view = self.allocation.view();
        match self.layout {
            Layout::Contiguous => {}
            Layout::Transposed => view = view.reversed_axes(),
            Layout::Rotated => {
                let mut axes: Vec<usize> = (0..view.ndim()).collect();
                axes.rotate_left(1.min(view.ndim()));
                view = view.permuted_axes(axes);
            }
            Layout::Stepped => {
                let (rank, step) = (view.ndim(), Slice::new(1, None, 2));
                view.slice_each_axis_inplace(|at| if is_outer(at.axis.0, rank) { step } else { Slice::from(..) });
            }
            Layout::Reversed => (0..view.ndim()).for_each(|axis| view.invert_axis(Axis(axis))),
            Layout::FirstBroadcast | Layout::LastBroadcast | Layout::AllBroadcast => {
                let broadcast = self.allocation.broadcast(self.shape.as_slice());
                view = broadcast.expect("the allocation has extent 1 where it is broadcast");
            }
        }
        assert_eq!(view.shape(), self.shape, "{:?}", self.layout);
        view
    }

    /// The elements in a standard layout.
    pub(crate) fn dense(&self) -> ArrayD<T> {
        self.view().as_standard_layout().into_owned()
    }
}

fn allocated_shape(shape: &[usize], layout: Layout) -> Vec<usize> {
    let mut allocated = shape.to_vec();
    match layout {
        Layout::Contiguous | Layout::Reversed => {}
        Layout::Transposed => allocated.reverse(),
        Layout::Rotated => allocated.rotate_right(1.min(shape.len())),
        Layout::Stepped => {
            let stepped = allocated.iter_mut().enumerate().filter(|(axis, _)| is_outer(*axis, shape.len()));
            stepped.for_each(|(_, extent)| *extent = 2 * *extent + 1);
        }
        Layout::FirstBroadcast => allocated.iter_mut().take(1).for_each(|extent| *extent = 1),
        Layout::LastBroadcast => allocated.iter_mut().rev().take(1).for_each(|extent| *extent = 1),
        Layout::AllBroadcast => allocated.fill(1),
    }
    allocated
}

/// Whether an axis is the first or the last.
fn is_outer(axis: usize, rank: usize) -> bool {
    axis == 0 || axis + 1 == rank
}

/// Extents for the labels of some subscripts, and a layout for each operand and the output.
#[derive(Clone, Debug)]
pub(crate) struct Arrangement {
    extents: BTreeMap<char, usize>,
    layouts: Vec<Layout>,
    subscripts: Vec<String>,
}

impl Arrangement {
    /// The labels' extents are `extents`, in order of code points; operand k has the layout number
    /// `first + k * step`.
    pub(crate) fn new(subscripts: &str, extents: &[usize], first: usize, step: usize) -> Self {
        let extents = oracle::labels(subscripts).into_iter().zip(extents.iter().copied()).collect();
        let (mut subscripts, output) = oracle::parse(subscripts);
        subscripts.push(output);
        let layouts =
            (0..subscripts.len()).map(|operand| Layout::ALL[(first + operand * step) % Layout::ALL.len()]).collect();
        Self { extents, layouts, subscripts }
    }

    /// All layouts, for all operands alike and mixed, and extents 0 and 1 for each label in turn.
    pub(crate) fn all(subscripts: &str, extents: &[usize]) -> Vec<Self> {
        let labels = oracle::labels(subscripts);
        let reversed: Vec<usize> = extents[..labels.len()].iter().rev().copied().collect();
        let layouts = 0..Layout::ALL.len();
        let alike = layouts.clone().map(|first| Self::new(subscripts, extents, first, 0));
        let mixed = layouts.map(|first| Self::new(subscripts, &reversed, first, 3));
        let mut all: Vec<Self> = alike.chain(mixed).collect();
        all.push(Self::new(subscripts, &vec![1; labels.len()], 2, 1));
        for (position, &label) in labels.iter().enumerate() {
            for extent in [0, 1] {
                let mut degenerate = Self::new(subscripts, extents, position + 4 * extent, 3);
                degenerate.extents.insert(label, extent);
                all.push(degenerate);
            }
        }
        all
    }

    /// Random operands, and a random cotangent of the output.
    pub(crate) fn inputs<T: Number>(&self) -> (Vec<Input<T>>, Input<T>) {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let shape =
            |subscript: &String| -> Vec<usize> { subscript.chars().map(|label| self.extents[&label]).collect() };
        let mut inputs: Vec<_> = self
            .subscripts
            .iter()
            .zip(&self.layouts)
            .map(|(subscript, &layout)| Input::random(&shape(subscript), layout, &mut rng))
            .collect();
        let cotangent = inputs.pop().expect("the output's comes last");
        (inputs, cotangent)
    }
}
