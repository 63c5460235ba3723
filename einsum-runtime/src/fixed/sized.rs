//! Nests whose extents are in types.

use core::marker::PhantomData;

use super::kind::Decided;
use crate::{
    element::Element,
    loops::{self, Factor, Loops, Nest, Out, Vectors},
    tuning::KNOWN_EXTENTS_MAX_TERMS,
};

/// The nest `N` in an einsum of kind `K`, in which the extents of labels may be known.
#[derive(Debug)]
pub struct Sized<N, K>(PhantomData<fn() -> (N, K)>);

/// The extents of a nest, if all are known and the terms few, and there is any.
const fn few<N: Nest<L>, K: Decided, const L: usize>() -> Option<[usize; L]> {
    let Some(labels) = N::LABELS else { return N::EXTENTS };
    let (mut extents, mut label) = ([0; L], 0);
    while label < L {
        let number = labels[label];
        let Some(extent) = (if number < K::KNOWN.len() { K::KNOWN[number] } else { None }) else { return N::EXTENTS };
        extents[label] = extent;
        label += 1;
    }
    if loops::is_small(extents, N::KEPT, KNOWN_EXTENTS_MAX_TERMS) { Some(extents) } else { N::EXTENTS }
}

/// Whether the extents of all labels are those of types.
const fn has_types<N: Nest<L>, K: Decided, const L: usize>() -> bool {
    let Some(labels) = N::LABELS else { return N::IS_TYPED };
    let mut label = 0;
    while label < L {
        if labels[label] >= K::KNOWN.len() || K::KNOWN[labels[label]].is_none() {
            return N::IS_TYPED;
        }
        label += 1;
    }
    true
}

impl<N: Nest<L>, K: Decided, const L: usize> Nest<L> for Sized<N, K> {
    const KEPT: usize = N::KEPT;
    const TENSORS: [&'static [usize]; 3] = N::TENSORS;
    const EXTENTS: Option<[usize; L]> = few::<N, K, L>();
    const LABELS: Option<[usize; L]> = None;
    const IS_TYPED: bool = has_types::<N, K, L>();
    const IS_WRITTEN: bool = N::IS_WRITTEN;
    type Out = N::Out;

    #[inline(always)]
    fn run<'n, T: Element, V: Vectors<T>>(
        loops: Loops<'n, V, L>,
        out: Out<'n, T, V, L>,
        factors: [Factor<'n, T, V, L>; 2],
    ) {
        N::run(loops, out, factors);
    }
}
