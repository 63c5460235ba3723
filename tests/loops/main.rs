//! Nests that the macros emit, where they run: elements without kernels, at every length of what lies side by side, against plain
//! loops. Optimised builds have other vectors than those that are not: `vectors` is a part of this in such a build, and `.ci/nightly` tests
//! all of it in one.
#![allow(missing_docs, reason = "a test crate")]

mod agree;

use einsum::einsum;
use ndarray::{Array2, Array3, Axis, ShapeBuilder as _};

use agree::{Dual, Most, agree, agrees, columns, product};

/// Extents of products of integers, for which the engine has kernels of any width.
const LARGE: &[[usize; 3]] = &[[67, 129, 131]];

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small numbers, or wrapping ones")]
fn integers_agree_with_plain_loops() {
    agrees("i8", |n| (n % 13) as i8 - 6);
    agrees("u16", |n| n as u16);
    agrees("i32", |n| n as i32 - 50);
    agrees("u64", |n| n as u64);
    agrees("i128", |n| n as i128 - 7);
    agrees("bool", |n| n % 3 == 0);
}

/// Products, and parts of networks, whose sums and products wrap.
#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "any bits will do")]
fn large_products_of_integers_agree_with_plain_loops() {
    macro_rules! all {
        ($($T:ident)*) => { $( agree(stringify!($T), |n| n.wrapping_mul(0x9e37_79b9) as $T, LARGE); )* };
    }
    all!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
    let x = Array3::from_shape_fn((3, 67, 71), |(b, i, j)| (b * 31 + i * 7 + j * 3).wrapping_mul(0x9e37_79b9) as i32);
    let w = Array3::from_shape_fn((3, 71, 131), |(b, j, k)| (b * 17 + j * 5 + k * 11).wrapping_mul(0x85eb_ca6b) as i32);
    let y = einsum!("bij,bjk->kbi", x, w);
    for b in 0..3 {
        let expected = product(&x.index_axis(Axis(0), b), &w.index_axis(Axis(0), b));
        assert_eq!(y.index_axis(Axis(1), b), expected.t(), "of a batch");
        assert_eq!(einsum!("...ij,...jk->...ik", x, w).index_axis(Axis(0), b), expected, "of an ellipsis");
    }
    let sum = (0..3).fold(Array2::zeros((67, 131)), |sum: Array2<i32>, b| {
        let part = product(&x.index_axis(Axis(0), b), &w.index_axis(Axis(0), b));
        Array2::from_shape_fn(sum.dim(), |at| sum[at].wrapping_add(part[at]))
    });
    assert_eq!(einsum!("bij,bjk->ik", x, w), sum, "of two contracted labels");
    let bytes = x.mapv(|x| x as i8);
    let expected = product(&bytes.index_axis(Axis(0), 1).mapv(i32::from).view(), &w.index_axis(Axis(0), 1));
    let (bytes, w) = (bytes.index_axis(Axis(0), 1), w.index_axis(Axis(0), 1));
    assert_eq!(einsum!("ij,jk->ik", bytes as i32, w), expected, "of a converted operand");
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn elements_of_users_agree_with_plain_loops() {
    agrees("most of f32", |n| Most((n % 13) as f32));
    agrees("most of f64", |n| Most((n % 17) as f64));
    agrees("dual", |n| Dual((n % 13) as f64, (n % 5) as f64));
}

#[test]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "small integers"
)]
fn literal_extents_agree_with_plain_loops() {
    columns!(i32: 1 2 3 4 5 6 7 8 9 11);
    columns!(u8: 1 3 6);
    columns!(f32: 1 2 3 4 5 6 7 8 9 11 13);
    columns!(f64: 1 3 5 7 10);
}
