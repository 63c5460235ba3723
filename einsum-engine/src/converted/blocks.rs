//! How a step is cut into blocks, of which a factor is converted one at a time.

use alloc::{vec, vec::Vec};

use crate::{
    converted::factor::{len as len_of, stride_in},
    extents,
    machine::caches,
    plan::tuning::{CONVERTED_GEMM_BLOCK_BYTES, CONVERTED_MIN_RUN, converted_stream_block_bytes},
    problem::Axis,
};

/// How a step is cut.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    /// How many indices a block has at most, along each axis.
    pub(super) extents: Vec<usize>,
    /// The axes that have several blocks, that of the outermost loop first.
    pub(super) order: Vec<usize>,
    /// How far a step along each axis is in a converted block, of either factor.
    pub(super) strides: [Vec<isize>; 2],
}

impl Blocks {
    /// Cuts axes in halves until a block of each converted factor has no more bytes than it should.
    pub(super) fn of(axes: &[Axis], is_converted: [bool; 2], element: usize) -> Self {
        let mut extents: Vec<usize> = axes.iter().map(|axis| axis.extent).collect();
        let has = |kept: bool, lhs: bool, rhs: bool| {
            let is_so = |axis: &&Axis| axis.contracted != kept && (axis.lhs != 0) == lhs && (axis.rhs != 0) == rhs;
            axes.iter().filter(is_so).any(|axis| axis.extent > 1)
        };
        let is_product = has(true, true, false) && has(true, false, true) && has(false, true, true);
        let most =
            if is_product { CONVERTED_GEMM_BLOCK_BYTES } else { converted_stream_block_bytes(caches::current()) };
        let most = (most / element.max(1)).max(1);
        for factor in (0..2).filter(|&factor| is_converted[factor]) {
            while len(axes, &extents, factor) > most {
                let Some(cut) = longest(axes, &extents, (factor, is_product)) else { break };
                extents[cut] = extents[cut].div_ceil(2);
            }
        }
        let strides = [0, 1].map(|factor| strides(axes, &extents, factor));
        let order = order(axes, &extents, is_converted);
        Self { extents, order, strides }
    }

    /// How many elements a block of a factor has.
    pub(super) fn len(&self, axes: &[Axis], factor: usize) -> usize {
        len(axes, &self.extents, factor)
    }
}

/// How many elements a block of these extents has of a factor.
fn len(axes: &[Axis], extents: &[usize], factor: usize) -> usize {
    let own = axes.iter().zip(extents).filter(|(axis, _)| stride_in(axis, factor) != 0);
    extents::count(own.map(|(_, extent)| extent))
}

/// The axis to cut: that of the largest stride in the factor. In a GEMM an axis that all tensors have is better, as
/// nothing is done again for each block then; otherwise one of the longer side, contracted or not, so that both sides cost
/// about the same.
fn longest(axes: &[Axis], extents: &[usize], (factor, is_product): (usize, bool)) -> Option<usize> {
    let is_cut = |&n: &usize| extents[n] > 1 && stride_in(&axes[n], factor) != 0;
    let is_run = |n: usize| {
        let Axis { out, lhs, rhs, .. } = axes[n];
        extents[n] <= CONVERTED_MIN_RUN && [out, lhs, rhs].iter().any(|stride| stride.unsigned_abs() == 1)
    };
    let is_batch = |n: usize| !axes[n].contracted && axes[n].lhs != 0 && axes[n].rhs != 0;
    let side = |contracted: bool| {
        let own = (0..axes.len()).filter(is_cut).filter(|&n| axes[n].contracted == contracted && !is_batch(n));
        extents::count(own.map(|n| extents[n]))
    };
    let longer = side(true) > side(false);
    let key = |&n: &usize| {
        let is_longer = axes[n].contracted == longer;
        (!is_run(n), is_product && is_batch(n), is_product && is_longer, stride_in(&axes[n], factor).unsigned_abs())
    };
    (0..axes.len()).filter(is_cut).max_by_key(key)
}

/// The strides of a block of a factor, whose elements lie in the order in which they do in the factor.
fn strides(axes: &[Axis], extents: &[usize], factor: usize) -> Vec<isize> {
    let mut strides = vec![0; axes.len()];
    let mut own: Vec<usize> = (0..axes.len()).filter(|&n| stride_in(&axes[n], factor) != 0).collect();
    own.sort_by_key(|&n| stride_in(&axes[n], factor).unsigned_abs());
    let mut stride = 1usize;
    for n in own {
        strides[n] = stride.cast_signed();
        stride = stride.saturating_mul(extents[n]);
    }
    strides
}

/// The axes that have several blocks, so that as little as possible is converted twice: first those of both factors, then those
/// of the one that has more to convert in each of the other's blocks.
fn order(axes: &[Axis], extents: &[usize], is_converted: [bool; 2]) -> Vec<usize> {
    let is_cut = |&n: &usize| extents[n] < axes[n].extent;
    let of = |lhs: bool, rhs: bool| move |&n: &usize| (axes[n].lhs != 0, axes[n].rhs != 0) == (lhs, rhs);
    let cut = || (0..axes.len()).filter(is_cut);
    let shared = cut().filter(of(true, true));
    let alone = [(true, false), (false, true)].map(|(lhs, rhs)| cut().filter(of(lhs, rhs)).collect::<Vec<_>>());
    let whole = |factor: usize| if is_converted[factor] { len_of(axes, factor) } else { 0 };
    let blocks = |of: &[usize]| extents::count(of.iter().map(|&n| axes[n].extent.div_ceil(extents[n])));
    let is_lhs_inner = whole(0).saturating_mul(blocks(&alone[1])) < whole(1).saturating_mul(blocks(&alone[0]));
    let [lhs, rhs] = alone;
    let (outer, inner) = if is_lhs_inner { (rhs, lhs) } else { (lhs, rhs) };
    shared.chain(outer).chain(inner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(extent: usize, out: isize, lhs: isize, rhs: isize) -> Axis {
        Axis { extent, out, lhs, rhs, contracted: out == 0 }
    }

    /// `ij,jk->ik`, row-major.
    fn product(i: usize, j: usize, k: usize) -> [Axis; 3] {
        let [j_stride, k_stride] = [j, k].map(usize::cast_signed);
        [axis(i, k_stride, j_stride, 0), axis(j, 0, 1, k_stride), axis(k, 1, 0, 1)]
    }

    #[test]
    fn blocks_have_no_more_bytes_than_they_should() {
        for [i, j, k] in [[1, 1, 1], [512, 512, 512], [100_003, 7, 5], [3, 100_003, 1009], [4099, 4099, 4099]] {
            for is_converted in [[true, false], [false, true], [true, true]] {
                let axes = product(i, j, k);
                let blocks = Blocks::of(&axes, is_converted, 8);
                for factor in (0..2).filter(|&factor| is_converted[factor]) {
                    let bytes = blocks.len(&axes, factor) * 8;
                    assert!(bytes <= CONVERTED_GEMM_BLOCK_BYTES, "{i} {j} {k}: {bytes} bytes");
                    let whole = len(&axes, &[i, j, k], factor) * 8;
                    let is_alone = is_converted != [true, true];
                    assert!(
                        !is_alone || bytes >= whole.min(CONVERTED_GEMM_BLOCK_BYTES / 4),
                        "{i} {j} {k}: {bytes} bytes of {whole}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_product_is_cut_on_both_sides_and_a_stream_across() {
        let blocks = Blocks::of(&product(4096, 4096, 4096), [true, false], 8);
        assert_eq!(blocks.extents, [512, 512, 4096]);
        let vector = [axis(4096, 1, 4096, 0), axis(4096, 0, 1, 1)];
        let elements = converted_stream_block_bytes(caches::current()) / 8;
        assert_eq!(Blocks::of(&vector, [true, false], 8).extents, [64, elements / 64]);
    }

    #[test]
    fn blocks_of_huge_views_have_an_end() {
        let huge = usize::MAX / 3;
        let axes = [axis(huge, 1, 1, 0), axis(huge, 2, 3, 0), axis(7, 0, 5, 5)];
        assert!(Blocks::of(&axes, [true, false], 4).len(&axes, 0) <= CONVERTED_GEMM_BLOCK_BYTES / 4);
    }
}
