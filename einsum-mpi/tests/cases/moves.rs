//! Moves of parts with any strides.

use einsum_mpi::{Mesh, Word, blocks::block, moves};
use ndarray::{Array3, Array4, ArrayD, ArrayView3, Axis, Slice, array, s};
use num_complex::Complex64;

use super::{EXTENTS, numbered};
use crate::on_meshes;

fn part<'w, T>(whole: &'w Array3<T>, mesh: &Mesh, axis: &str, dim: usize) -> ArrayView3<'w, T> {
    let range = block(whole.shape()[dim], mesh.size(axis).unwrap(), mesh.index(axis).unwrap());
    whole.slice_axis(Axis(dim), Slice::from(range))
}

/// The tensor again, with permuted, reversed and spread strides.
fn layouts(view: &ArrayView3<'_, i64>, with: impl Fn(ArrayView3<'_, i64>)) {
    with(view.view());
    let mut permuted = Array3::zeros((view.dim().2, view.dim().0, view.dim().1)).permuted_axes([1, 2, 0]);
    permuted.assign(view);
    with(permuted.view());
    let mut wide = Array4::zeros((view.dim().0, view.dim().1, 2, view.dim().2));
    let mut spread = wide.slice_mut(s![..;-1, .., 1, ..]);
    spread.assign(view);
    with(spread.view());
}

pub(crate) fn all_gather_and_split() {
    on_meshes(|mesh| {
        for extents in EXTENTS {
            let whole = numbered(extents);
            for (axis, dim) in [("dp", 0), ("dp", 2), ("tp", 0), ("tp", 1), ("tp", 2)] {
                layouts(&part(&whole, mesh, axis, dim), |part| {
                    assert_eq!(
                        moves::all_gather(part, mesh, axis, dim, extents[dim]),
                        whole,
                        "{extents:?} {axis} {dim}"
                    );
                });
                layouts(&whole.view(), |view| {
                    assert_eq!(moves::split(view, mesh, axis, dim, extents[dim]), part(&whole, mesh, axis, dim));
                });
            }
        }
    });
}

pub(crate) fn all_to_all() {
    on_meshes(|mesh| {
        for extents in EXTENTS {
            let whole = numbered(extents);
            for (axis, from, to) in [("dp", 0, 1), ("dp", 2, 0), ("tp", 1, 0), ("tp", 0, 2), ("tp", 2, 1)] {
                layouts(&part(&whole, mesh, axis, from), |view| {
                    let moved = moves::all_to_all(view, mesh, axis, from, to, (extents[from], extents[to]));
                    assert_eq!(moved, part(&whole, mesh, axis, to), "{extents:?} {axis} {from} {to}");
                });
            }
        }
    });
}

pub(crate) fn sums() {
    on_meshes(|mesh| {
        for extents in EXTENTS {
            let whole = numbered(extents);
            for axis in ["dp", "tp"] {
                let (size, index) = (mesh.size(axis).unwrap() as i64, mesh.index(axis).unwrap() as i64);
                let sum = &whole * (size * (size + 1) / 2);
                layouts(&(&whole * (index + 1)).view(), |terms| {
                    assert_eq!(moves::all_reduce(terms.to_owned(), mesh, axis), sum);
                    for dim in 0..3 {
                        let own = moves::reduce_scatter(terms, mesh, axis, dim, extents[dim]);
                        assert_eq!(own, part(&sum, mesh, axis, dim), "{extents:?} {axis} {dim}");
                    }
                });
                assert_eq!(moves::all_reduce_number(index + 1, mesh, axis), size * (size + 1) / 2);
            }
        }
    });
}

/// A tensor of dynamic rank, and axes that are broadcast.
pub(crate) fn dynamic_and_broadcast() {
    on_meshes(|mesh| {
        let row = array![2, 3, 5, 7, 11];
        let whole = row.broadcast((3, 5)).unwrap();
        let own = moves::split(whole.view(), mesh, "tp", 1, 5);
        assert_eq!(moves::all_gather(own, mesh, "tp", 1, 5), whole);
        let dynamic: ArrayD<i64> = whole.to_owned().into_dyn();
        let own = moves::split(dynamic.view(), mesh, "dp", 0, 3);
        let moved = moves::all_to_all(own, mesh, "dp", 0, 1, (3, 5));
        assert_eq!(moves::all_gather(moved.view(), mesh, "dp", 1, 5), dynamic);
    });
}

fn every_element<T: Word + std::fmt::Debug>(three: T) {
    on_meshes(|mesh| {
        let whole = array![[T::ZERO, T::ONE, three], [three, T::ONE, T::ONE]];
        let own = moves::split(whole.view(), mesh, "tp", 1, 3);
        assert_eq!(moves::all_gather(own, mesh, "tp", 1, 3), whole);
        let sum = (1..mesh.size("tp").unwrap()).fold(three, |sum, _| sum.plus(three));
        assert_eq!(moves::all_reduce_number(three, mesh, "tp"), sum);
    });
}

pub(crate) fn elements() {
    every_element(3_f32);
    every_element(3_f64);
    every_element(num_complex::Complex32::new(3.0, -2.0));
    every_element(Complex64::new(3.0, -2.0));
    every_element(3_i8);
    every_element(3_i16);
    every_element(3_i32);
    every_element(3_i64);
    every_element(200_u8);
    every_element(3_u16);
    every_element(3_u32);
    every_element(u64::MAX - 2);
    every_element(-3_isize);
    every_element(3_usize);
}
