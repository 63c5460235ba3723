//! Nests that the macros emit, in a build that optimises them: a part of the test `loops`, of each kind of vectors one.
#![allow(missing_docs, reason = "a test crate")]

#[path = "loops/agree.rs"]
mod agree;
#[path = "formulas/small.rs"]
mod small;

use std::{
    array,
    sync::{Mutex, PoisonError},
};

use einsum::einsum;
use einsum_engine::machine::{caches, isa};
use ndarray::{Array1, Array2, ShapeBuilder as _, s};

use agree::{Dual, Most, agrees, columns};

/// Does the work by the instructions of each level that the processor has. One at a time: the level is that of all threads.
fn on_each_level(work: impl Fn()) {
    static FORCED: Mutex<()> = Mutex::new(());
    let _forced = FORCED.lock().unwrap_or_else(PoisonError::into_inner);
    for isa in isa::available() {
        isa::force(Some(isa));
        work();
        isa::force(None);
    }
}

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
    on_each_level(|| {
        for rows in (1..=20).chain(57..=72) {
            for columns in [8, 9, 15, 16, 17, 33] {
                tiles!([rows, columns, 2] of f32 [rows, columns, 3] of f64 [rows, columns, 7] of i32);
            }
        }
        for (rows, columns) in [(7, 16), (12, 33), (65, 8)] {
            tiles!([rows, columns, 257] of f32 [rows, columns, 257] of f64);
        }
    });
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
    on_each_level(|| {
        product::<2, 3, 2>();
        product::<8, 8, 8>();
        product::<7, 5, 8>();
        product::<8, 3, 17>();
        product::<3, 8, 16>();
        product::<6, 6, 6>();
        product::<5, 7, 13>();
        product::<14, 5, 7>();
    });
}

/// Results of a mebibyte and a little more, of rows that begin anywhere.
macro_rules! large_maps {
    ($($T:ty)*) => { $({
        let (rows, columns) = (131, 2051);
        let filled = |seed| {
            Array2::from_shape_fn((rows, columns), |(n, m)| ((n * 31 + m * 17 + seed) % 7) as $T - (3 as $T))
        };
        let (x, z) = (filled(1), Array1::from_shape_fn(columns, |m| (m % 5) as $T - (2 as $T)));
        let w = Array1::from_shape_fn(rows, |n| (n % 3) as $T);
        let places = Array1::from_shape_fn(columns, |m| m as $T);
        let turned = x.t().as_standard_layout().into_owned();
        let reversed = x.slice(s![.., ..;-1]).as_standard_layout().into_owned();
        let reversed = reversed.slice(s![.., ..;-1]);
        let expected = Array2::from_shape_fn((rows, columns), |(i, j)| x[[i, j]].max(z[j]) * w[i] + places[j]);
        for start in 0..3 {
            let mut whole = Array2::from_elem((rows, columns + 3), 77 as $T);
            let mut y = whole.slice_mut(s![.., start..columns + start]);
            einsum!(y[i, j] = max(x[i, j], z[j]) * w[i] + places[j]);
            assert_eq!(y, expected);
            einsum!(y[i, j] += max(x[i, j], z[j]) * w[i] + places[j]);
            assert_eq!(y, 2 as $T * &expected);
            einsum!(y[i, j] = max(turned[j, i], z[j]) * w[i] + places[j]);
            assert_eq!(y, expected);
            einsum!(y[i, j] = max(reversed[i, j], z[j]) * w[i] + places[j]);
            assert_eq!(y, expected);
            assert!(whole.indexed_iter().all(|((_, m), &v)| (start..columns + start).contains(&m) || v == 77 as $T));
        }
        let (flat, many) = (x.flatten(), rows * columns);
        let expected = Array1::from_shape_fn(many, |i| flat[i].max(2 as $T) + (i % 7) as $T);
        let sevenths = Array1::from_shape_fn(many, |i| (i % 7) as $T);
        assert_eq!(einsum!([i] = max(flat[i], 2) + sevenths[i]), expected);
    })* };
}

/// On each level, as if there were next to no caches.
#[test]
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small integers")]
fn maps_past_the_caches_agree_with_plain_loops() {
    caches::force(Some("1K,2K,0".parse().expect("these are caches")));
    on_each_level(|| {
        large_maps!(f32 f64);
    });
    caches::force(None);
}

/// Rows that are divided by a number each, of all kinds: the quotients are those of the processor, or next to them.
macro_rules! quotients {
    ($($T:ident)*) => { $({
        let divisors: [$T; 13] = [
            3.0, 0.7, 1.0, 1e9, 1e-9, 0.0, -0.0, -2.5, $T::INFINITY, $T::NAN, $T::MIN_POSITIVE / 8.0, $T::MIN_POSITIVE, $T::MAX,
        ];
        let kinds: [$T; 9] =
            [0.0, -0.0, $T::INFINITY, $T::NEG_INFINITY, $T::NAN, $T::MAX, $T::MIN_POSITIVE / 2.0, 1e-30, -1e30];
        let s = Array1::from_iter(divisors);
        for columns in [1, 7, 15, 16, 17, 47, 48, 49, 64, 67, 200] {
            let number = |n: usize, i: usize| match (n + i) % 4 {
                0 => kinds[(n + i / 4) % kinds.len()],
                _ => ((n * 31 + i * 17) % 101) as $T / 7.0 - 5.0,
            };
            let x = Array2::from_shape_fn((s.len(), columns), |(n, i)| number(n, i));
            let expected = Array2::from_shape_fn(x.dim(), |(n, i)| x[[n, i]] / s[n]);
            let are_near = |found: &Array2<$T>, expected: &Array2<$T>| {
                for ((at, found), expected) in found.indexed_iter().zip(expected) {
                    let distance = found.to_bits().abs_diff(expected.to_bits());
                    assert!(distance <= 1 || (found.is_nan() && expected.is_nan()), "{at:?}: {found}, not {expected}");
                }
            };
            are_near(&einsum!([n, i] = x[n, i] / s[n]), &expected);
            let turned = x.t().as_standard_layout().into_owned();
            are_near(&einsum!([n, i] = turned[i, n] / s[n]), &expected);
            are_near(&einsum!([i, n] = x[n, i] / s[n]), &expected.t().to_owned());
            let more = expected.mapv(|quotient| quotient + 2.0);
            are_near(&einsum!([n, i] = x[n, i] / s[n] + 2), &more);
        }
    })* };
}

/// On each level, rows shorter and longer than what is worth a division of its own.
#[test]
#[allow(clippy::cast_precision_loss, reason = "small integers")]
fn quotients_by_rows_are_those_of_the_processor() {
    on_each_level(|| {
        quotients!(f32 f64);
    });
}

#[test]
fn small_maps_have_the_bits_of_others() {
    on_each_level(small::agrees);
}
