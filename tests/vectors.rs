//! Nests that the macros emit, in a build that optimises them: a part of the test `loops`, of each kind of vectors one.
#![allow(missing_docs, reason = "a test crate")]

#[path = "loops/agree.rs"]
mod agree;

use std::array;

use einsum::einsum;
use einsum_engine::machine::isa;
use ndarray::{Array2, ShapeBuilder as _};

use agree::{Dual, Most, agrees, columns};

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers, or wrapping ones")]
fn elements_agree_with_plain_loops() {
    agrees("u16", |n| n as u16);
    agrees("most of f32", |n| Most((n % 13) as f32));
    agrees("dual", |n| Dual((n % 13) as f64, (n % 5) as f64));
}

#[test]
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small integers")]
fn literal_extents_agree_with_plain_loops() {
    columns!(f32: 3 8 13 40);
    columns!(f64: 7 8 17 41);
}

/// Sums of squares of differences, of points one after the other and beside each other.
macro_rules! tiles {
    ($([$rows:expr, $columns:expr, $steps:expr] of $T:ty)*) => { $({
        let (rows, columns, steps) = ($rows, $columns, $steps);
        let filled = |shape, seed| {
            Array2::from_shape_fn(shape, |(n, m)| ((n * 31 + m * 17 + seed) % 7) as $T - (3 as $T))
        };
        let (x, y) = (filled((rows, steps), 1), filled((columns, steps), 2));
        let beside = y.t().as_standard_layout().into_owned();
        let square = |i, j, k| (x[[i, k]] - y[[j, k]]) * (x[[i, k]] - y[[j, k]]);
        let expected = Array2::from_shape_fn((rows, columns), |(i, j)| (0..steps).map(|k| square(i, j, k)).sum::<$T>());
        let found = einsum!([i, j] = sum[k]((x[i, k] - y[j, k]) * (x[i, k] - y[j, k])));
        assert_eq!(found, expected, "{rows} rows, {columns} columns, {steps} steps");
        let found = einsum!([i, j] = sum[k]((x[i, k] - beside[k, j]) * (x[i, k] - beside[k, j])));
        assert_eq!(found, expected, "{rows} rows, {columns} columns side by side, {steps} steps");
    })* };
}

/// On each level of the processor, with all numbers of rows that a tile and the last one of a block can have.
#[test]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small integers"
)]
fn tiles_agree_with_plain_loops() {
    for isa in isa::available() {
        isa::force(Some(isa));
        for rows in (1..=20).chain(57..=72) {
            for columns in [8, 9, 15, 16, 17, 33] {
                tiles!([rows, columns, 2] of f32 [rows, columns, 3] of f64 [rows, columns, 7] of i32);
            }
        }
        for (rows, columns) in [(7, 16), (12, 33), (65, 8)] {
            tiles!([rows, columns, 257] of f32 [rows, columns, 257] of f64);
        }
        isa::force(None);
    }
}

/// Matrices whose rows fill the longest registers, or do not, of fixed size and in each layout.
#[test]
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small integers")]
fn matrices_of_fixed_size_agree_with_plain_loops() {
    fn matrix<const N: usize, const M: usize>(seed: usize) -> [[f64; M]; N] {
        array::from_fn(|n| array::from_fn(|m| ((n * 31 + m * 17 + seed) % 7) as f64 - 3.0))
    }
    fn product<const I: usize, const J: usize, const K: usize>() {
        let (x, y) = (matrix::<I, J>(1), matrix::<J, K>(2));
        let expected: [[f64; K]; I] = array::from_fn(|i| array::from_fn(|k| (0..J).map(|j| x[i][j] * y[j][k]).sum()));
        let (xt, yt): ([[f64; I]; J], [[f64; J]; K]) = (einsum!("ij->ji", x), einsum!("jk->kj", y));
        assert!(
            (0..I).all(|i| (0..J).all(|j| xt[j][i] == x[i][j])) && (0..J).all(|j| (0..K).all(|k| yt[k][j] == y[j][k]))
        );
        assert_eq!(einsum!("ij,jk->ik", x, y), expected);
        assert_eq!(einsum!("ji,jk->ik", xt, y), expected);
        assert_eq!(einsum!("ij,kj->ik", x, yt), expected);
        let turned: [[f64; I]; K] = einsum!("ij,jk->ki", x, y);
        assert!((0..I).all(|i| (0..K).all(|k| turned[k][i] == expected[i][k])));
    }
    product::<8, 8, 8>();
    product::<7, 5, 8>();
    product::<8, 3, 17>();
    product::<3, 8, 16>();
}
