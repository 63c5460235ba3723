//! The trait of the nests of loops that expansions emit.

use core::marker::PhantomData;

use super::{
    index::Loops,
    tensors::{Factor, Out},
    vectors::Vectors,
};
use crate::element::Element;

/// The loops of a step with `L` labels, as an expansion has them.
pub trait Nest<const L: usize>: Sized {
    /// How many labels the result has: the first ones.
    const KEPT: usize;
    /// The number of the label of every axis, of the result and of the factors; of a factor that there is not, none.
    const TENSORS: [&'static [usize]; 3];
    /// The extents of the labels, if they are literals and the terms few.
    const EXTENTS: Option<[usize; L]>;
    /// The numbers of its labels in the einsum, if it may be compiled at the call site where their extents are known.
    const LABELS: Option<[usize; L]> = None;
    /// Whether the extents are those of types.
    #[doc(hidden)]
    const IS_TYPED: bool = false;
    /// Whether the result may be multiplied by `alpha`, or added to the old content.
    #[doc(hidden)]
    const IS_SCALED: bool = false;
    /// The labels of the result, a list of `Numbered`: where it lies follows from their extents.
    type Out;
    /// Whether whatever computes the step is called, and not compiled where the step is.
    #[doc(hidden)]
    const IS_CALLED: bool = false;
    /// Whether there are loops at all.
    #[doc(hidden)]
    const IS_WRITTEN: bool = true;

    /// Computes the step for all indices of the loops.
    fn run<'n, T: Element, V: Vectors<T>>(
        loops: Loops<'n, V, L>,
        out: Out<'n, T, V, L>,
        factors: [Factor<'n, T, V, L>; 2],
    );
}

/// The loops of a nest of `L` labels with the nest `N` within, which are those of that.
macro_rules! loops_of {
    ($N:ty, $L:ident) => {
        const KEPT: usize = <$N>::KEPT;
        const TENSORS: [&'static [usize]; 3] = <$N>::TENSORS;
        const IS_WRITTEN: bool = <$N>::IS_WRITTEN;
        type Out = <$N>::Out;

        #[inline(always)]
        fn run<'n, T: $crate::element::Element, V: $crate::loops::Vectors<T>>(
            loops: $crate::loops::Loops<'n, V, $L>,
            out: $crate::loops::Out<'n, T, V, $L>,
            factors: [$crate::loops::Factor<'n, T, V, $L>; 2],
        ) {
            <$N>::run(loops, out, factors);
        }
    };
}
pub(crate) use loops_of;

/// The nest `N` of a step whose result is multiplied by `alpha`, or added to the old content. (A type, so that nothing for it is compiled elsewhere.)
#[derive(Clone, Copy, Debug)]
pub struct Scaled<N>(PhantomData<fn() -> N>);

impl<N: Nest<L>, const L: usize> Nest<L> for Scaled<N> {
    const EXTENTS: Option<[usize; L]> = N::EXTENTS;
    const LABELS: Option<[usize; L]> = N::LABELS;
    const IS_TYPED: bool = N::IS_TYPED;
    const IS_SCALED: bool = true;
    const IS_CALLED: bool = N::IS_CALLED;
    loops_of!(N, L);
}
