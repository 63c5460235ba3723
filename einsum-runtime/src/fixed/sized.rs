//! Nests whose extents are in types.

use core::marker::PhantomData;

use super::kind::Decided;
use crate::{
    loops::{self, Nest, loops_of},
    tuning::KNOWN_EXTENTS_MAX_TERMS,
};

/// The nest `N` in an einsum of kind `K`, in which the extents of labels may be known.
#[derive(Debug)]
pub struct Sized<N, K>(PhantomData<fn() -> (N, K)>);

/// The extents of a nest, if types say those of all labels.
const fn of_types<N: Nest<L>, K: Decided, const L: usize>() -> Option<[usize; L]> {
    let Some(labels) = N::LABELS else { return None };
    let (mut extents, mut label) = ([0; L], 0);
    while label < L {
        let number = labels[label];
        let Some(extent) = (if number < K::KNOWN.len() { K::KNOWN[number] } else { None }) else { return None };
        extents[label] = extent;
        label += 1;
    }
    Some(extents)
}

/// The extents of a nest, if all are known and the terms few.
const fn few<N: Nest<L>, K: Decided, const L: usize>() -> Option<[usize; L]> {
    match of_types::<N, K, L>() {
        Some(extents) if loops::is_small(extents, N::KEPT, KNOWN_EXTENTS_MAX_TERMS) => Some(extents),
        _ => N::EXTENTS,
    }
}

impl<N: Nest<L>, K: Decided, const L: usize> Nest<L> for Sized<N, K> {
    const EXTENTS: Option<[usize; L]> = few::<N, K, L>();
    const LABELS: Option<[usize; L]> = None;
    const IS_TYPED: bool = N::IS_TYPED || of_types::<N, K, L>().is_some();
    const IS_CALLED: bool = N::IS_CALLED || K::IS_CALLED;
    const IS_SCALED: bool = N::IS_SCALED;
    loops_of!(N, L);
}
