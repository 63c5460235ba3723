//! Whether the engine computes a step, or its nest.

use core::array;

use einsum_engine::{Axis, Fields, Problem, Source, extents};

use super::{
    index::Loops,
    nest::Nest,
    run::run,
    tensors::{Factor, Out},
    vectors::Vectors,
};
use crate::element::Element;

/// The function that computes a step: of the kernels for its elements, or if there are none of its nest.
#[derive(Clone, Copy)]
pub(crate) struct Way<T>(fn(Problem<'_, T>));

impl<T: Element> Way<T> {
    /// The way of a nest. A constant, so that nothing else is compiled where it is asked for; and a value, so that all else that steps
    /// of different nests need is compiled once.
    pub(crate) const fn of<N: Nest<L>, const L: usize>() -> Self {
        Self(match (T::FAMILY.kernels(), T::FAMILY.products()) {
            (Some(kernels), _) => kernels,
            (None, Some(_)) if N::IS_WRITTEN => product_or_nest::<T, N, L>,
            (None, _) if N::IS_WRITTEN => run::<T, N, L>,
            (None, _) => any::<T>,
        })
    }

    /// The function: that of the kernels of `T`, if there are any.
    #[inline]
    pub(crate) fn function(self) -> fn(Problem<'_, T>) {
        self.0
    }
}

/// Computes a step of integers by their kernels if it is one of the products that these are for, else by its nest.
fn product_or_nest<T: Element, N: Nest<L>, const L: usize>(problem: Problem<'_, T>) {
    let products = const { T::FAMILY.products().expect("there are kernels for products of this number") };
    if let Err(problem) = products(problem) {
        run::<T, N, L>(problem);
    }
}

/// The nest of a step that is none of an expansion: loops over whatever axes there are.
#[derive(Clone, Copy, Debug)]
pub enum NoNest {}

impl<const L: usize> Nest<L> for NoNest {
    const KEPT: usize = 0;
    const TENSORS: [&'static [usize]; 3] = [&[]; 3];
    const EXTENTS: Option<[usize; L]> = None;
    const IS_WRITTEN: bool = false;
    type Out = ();

    fn run<'n, T: Element, V: Vectors<T>>(
        _loops: Loops<'n, V, L>,
        _out: Out<'n, T, V, L>,
        _factors: [Factor<'n, T, V, L>; 2],
    ) {
    }
}

/// Computes a step by one loop over all indices of its axes.
fn any<T: Element>(problem: Problem<'_, T>) {
    let Fields { axes, out, lhs, rhs, scale: (alpha, beta) } = problem.into_fields();
    axes.sort_by_key(|axis| axis.contracted);
    let kept = axes.partition_point(|axis| !axis.contracted);
    let (kept, summed) = axes.split_at(kept);
    // SAFETY: `walk` calls back with sums of `index * stride` for indices below the extents: by the contract of `Problem::new`
    // there are elements, those of the result written once and read where there is a `beta`.
    walk(kept, &mut |[of_out, of_lhs, of_rhs]| unsafe {
        let mut sum = T::ZERO;
        walk(summed, &mut |[_, lhs_moved, rhs_moved]| {
            let term = element(lhs, of_lhs.wrapping_add(lhs_moved));
            let factor = rhs.map_or(T::ONE, |rhs| element(rhs, of_rhs.wrapping_add(rhs_moved)));
            sum = sum.plus(term.times(factor));
        });
        let out = out.offset(of_out);
        let scaled = alpha.map_or(sum, |alpha| alpha.times(sum));
        out.write(beta.map_or(scaled, |beta| scaled.plus(beta.times(out.read()))));
    });
}

/// An element of a factor.
///
/// # Safety
/// - The pointer of the factor moved by `offset` is valid for reads.
unsafe fn element<T: Element>(source: Source<T>, offset: isize) -> T {
    // SAFETY: by the contract.
    let element = unsafe { source.pointer.offset(offset).read() };
    if source.conj { element.conjugate() } else { element }
}

/// Calls back for each index of the axes with how far it is in the result and in the factors.
fn walk(axes: &[Axis], call: &mut dyn FnMut([isize; 3])) {
    let Some((axis, inner)) = axes.split_first() else { return call([0; 3]) };
    for index in 0..axis.extent {
        let moved = [axis.out, axis.lhs, axis.rhs].map(|stride| extents::offset(index, stride));
        walk(inner, &mut |offsets| call(array::from_fn(|tensor| offsets[tensor].wrapping_add(moved[tensor]))));
    }
}
