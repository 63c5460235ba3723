//! The moves, of tensors whose extents all ranks have agreed on: a sharded einsum, and a tensor that is placed anew, agree once and move then.
//!
//! Before numbers are sent they are packed, if they do not lie in order already; what is received is not copied again: results have the
//! received order of elements, under permuted strides.

use ndarray::{Array, ArrayBase, ArrayView, Axis, CowArray, Data, Dimension, RawData, Slice};

use crate::{
    blocks::{block, counts},
    collective::Collective,
    mesh::Mesh,
    words::{Reduction, Word},
};

#[track_caller]
pub fn all_gather<T: Word, D: Dimension>(
    part: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> Array<T, D> {
    let ranks = ranks_of(mesh, axis);
    check("all_gather", part.shape(), dim, block(extent, ranks.size(), ranks.rank()).len());
    let part = in_front(part, dim);
    let mut whole = zeros(with_front(&part.raw_dim(), extent));
    let counts = words_of_blocks(extent, ranks.size(), whole.len());
    ranks.all_gather(T::words(slice(&part)), &counts, T::words_mut(slice_mut(&mut whole)));
    back(whole, dim)
}

#[track_caller]
pub fn split<S: RawData, D: Dimension>(
    whole: ArrayBase<S, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> ArrayBase<S, D> {
    let ranks = ranks_of(mesh, axis);
    check("split", whole.shape(), dim, extent);
    let mut part = whole;
    part.slice_axis_inplace(Axis(dim), Slice::from(block(extent, ranks.size(), ranks.rank())));
    part
}

#[track_caller]
pub fn all_to_all<T: Word, D: Dimension>(
    part: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    from: usize,
    to: usize,
    extents: (usize, usize),
) -> Array<T, D> {
    let ranks = ranks_of(mesh, axis);
    let (size, rank) = (ranks.size(), ranks.rank());
    assert!(from != to, "{}", stays("all_to_all", from));
    check("all_to_all", part.shape(), from, block(extents.0, size, rank).len());
    check("all_to_all", part.shape(), to, extents.1);

    let (mut send, mut send_counts) = (Vec::with_capacity(part.len()), Vec::new());
    let mut shape = part.raw_dim();
    let mut rest = part;
    for other in 0..size {
        let piece;
        (piece, rest) = rest.split_at(Axis(to), block(extents.1, size, other).len());
        send_counts.push(piece.len());
        send.extend_from_slice(slice(&in_front(piece, from)));
    }
    shape[to] = block(extents.1, size, rank).len();
    let mut whole = zeros(with_front(&in_front_of(shape, from), extents.0));
    let receive_counts = words_of_blocks(extents.0, size, whole.len());
    ranks.all_to_all(T::words(&send), &send_counts, T::words_mut(slice_mut(&mut whole)), &receive_counts);
    back(whole, from)
}

#[track_caller]
pub fn all_reduce<T: Word, S: Data<Elem = T>, D: Dimension>(
    terms: ArrayBase<S, D>,
    mesh: &Mesh,
    axis: &str,
) -> Array<T, D> {
    let ranks = ranks_of(mesh, axis);
    let terms = terms.into_owned();
    let mut sum = if terms.is_standard_layout() { terms } else { terms.as_standard_layout().into_owned() };
    ranks.all_reduce(T::words_mut(slice_mut(&mut sum)), Reduction::Sum);
    sum
}

#[track_caller]
pub fn all_reduce_number<T: Word>(term: T, mesh: &Mesh, axis: &str) -> T {
    let mut sum = [term];
    ranks_of(mesh, axis).all_reduce(T::words_mut(&mut sum), Reduction::Sum);
    sum[0]
}

#[track_caller]
pub fn reduce_scatter<T: Word, D: Dimension>(
    terms: ArrayView<'_, T, D>,
    mesh: &Mesh,
    axis: &str,
    dim: usize,
    extent: usize,
) -> Array<T, D> {
    let ranks = ranks_of(mesh, axis);
    check("reduce_scatter", terms.shape(), dim, extent);
    let terms = in_front(terms, dim);
    let mut part = zeros(with_front(&terms.raw_dim(), block(extent, ranks.size(), ranks.rank()).len()));
    let counts = words_of_blocks(extent, ranks.size(), terms.len());
    ranks.reduce_scatter(T::words(slice(&terms)), &counts, T::words_mut(slice_mut(&mut part)));
    back(part, dim)
}

#[track_caller]
pub(crate) fn ranks_of<'m>(mesh: &'m Mesh, axis: &str) -> &'m dyn Collective {
    match mesh.communicator(axis) {
        Ok(ranks) => ranks,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn check(name: &str, shape: &[usize], dim: usize, expected: usize) {
    match shape.get(dim) {
        Some(&found) => assert!(found == expected, "{}", other_extent(name, dim, found, expected)),
        None => panic!("{}", no_axis(name, dim, shape.len())),
    }
}

pub(super) fn no_axis(name: &str, dim: usize, axes: usize) -> String {
    format!("`{name}` on axis {dim} of a tensor of {axes} axes")
}

pub(super) fn other_extent(name: &str, dim: usize, found: usize, expected: usize) -> String {
    format!("`{name}` on axis {dim}, which has extent {found} on this rank and not {expected}")
}

pub(super) fn stays(name: &str, dim: usize) -> String {
    format!("`{name}` on axis {dim} of a tensor leaves it where it is: `from` and `to` are two axes")
}

/// How many words blocks of an axis of `extent` have, in a tensor of so many words.
fn words_of_blocks(extent: usize, parts: usize, words: usize) -> Vec<usize> {
    let words_of_index = words.checked_div(extent).unwrap_or(0);
    counts(extent, parts).into_iter().map(|count| count * words_of_index).collect()
}

pub(crate) fn zeros<T: Word, D: Dimension>(shape: D) -> Array<T, D> {
    Array::from_elem(shape, T::ZERO)
}

/// The tensor in standard layout, with axis `dim` before the others.
fn in_front<T: Word, D: Dimension>(part: ArrayView<'_, T, D>, dim: usize) -> CowArray<'_, T, D> {
    let part = front(part, dim);
    if part.is_standard_layout() { part.into() } else { part.as_standard_layout().into_owned().into() }
}

/// The tensor with axis `dim` before the others.
pub(crate) fn front<T, D: Dimension>(part: ArrayView<'_, T, D>, dim: usize) -> ArrayView<'_, T, D> {
    let order = front_order(&part.raw_dim(), dim);
    part.permuted_axes(order)
}

/// The numbers of the axes, that of axis `dim` first.
pub(crate) fn front_order<D: Dimension>(shape: &D, dim: usize) -> D {
    in_front_of(numbers(shape.ndim()), dim)
}

/// The numbers of the axes.
fn numbers<D: Dimension>(axes: usize) -> D {
    let mut numbers = D::zeros(axes);
    numbers.slice_mut().iter_mut().enumerate().for_each(|(at, axis)| *axis = at);
    numbers
}

/// Numbers of axes with that of axis `dim` before the others.
fn in_front_of<D: Dimension>(mut numbers: D, dim: usize) -> D {
    numbers.slice_mut()[..=dim].rotate_right(1);
    numbers
}

/// Extents with another one in front.
fn with_front<D: Dimension>(shape: &D, extent: usize) -> D {
    let mut shape = shape.clone();
    shape[0] = extent;
    shape
}

/// The tensor with its first axis as axis `dim`.
fn back<T, D: Dimension>(array: Array<T, D>, dim: usize) -> Array<T, D> {
    let mut order: D = numbers(array.ndim());
    order.slice_mut()[..=dim].rotate_left(1);
    array.permuted_axes(order)
}

/// (Only of arrays in standard layout.)
fn slice<'a, T, D: Dimension>(array: &'a CowArray<'_, T, D>) -> &'a [T] {
    array.as_slice().expect("the array is in standard layout")
}

/// (Only of arrays in standard layout.)
pub(crate) fn slice_mut<T, D: Dimension>(array: &mut Array<T, D>) -> &mut [T] {
    array.as_slice_mut().expect("the array is in standard layout")
}
