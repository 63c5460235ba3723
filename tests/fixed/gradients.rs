//! Gradients and tangents against einsums of the oracle's.

use einsum::{Float, einsum, einsum_jvp, einsum_vjp, einsum_vjp_add};
use num_complex::Complex64;

use crate::oracle::{Flat, einsum as expected, filled};

#[test]
fn of_a_product() {
    let (x, w, dy): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 5]; 2]) = (filled(1), filled(2), filled(3));
    let e = [('i', 2), ('j', 3), ('k', 5)];
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    assert_eq!(y.flat(), expected("ij,jk->ik", &e, &[x.flat(), w.flat()]));
    let (dx, dw): ([[f64; 3]; 2], [[f64; 5]; 3]) = pullback(&dy);
    assert_eq!(dx.flat(), expected("ik,jk->ij", &e, &[dy.flat(), w.flat()]));
    assert_eq!(dw.flat(), expected("ij,ik->jk", &e, &[x.flat(), dy.flat()]));
    let mut sums = (dx, dw);
    let (_, pullback) = einsum_vjp_add!("ij,jk->ik", x, w);
    pullback(&dy, (&mut sums.0, &mut sums.1));
    pullback(&dy, (&mut sums.0, &mut sums.1));
    assert_eq!(sums, (dx.map(|row| row.map(|d| 3.0 * d)), dw.map(|row| row.map(|d| 3.0 * d))));
}

#[test]
fn of_one_operand() {
    let x: [[f64; 3]; 2] = filled(1);
    let (_, pullback) = einsum_vjp!("ij->", x);
    let (dx,): ([[f64; 3]; 2],) = pullback(&2.0);
    assert_eq!(dx, [[2.0; 3]; 2]);
    let x: [[f64; 3]; 3] = filled(1);
    let (_, pullback) = einsum_vjp!("ii->i", x);
    let (dx,): ([[f64; 3]; 3],) = pullback(&[1.0, 2.0, 3.0]);
    assert_eq!(dx, [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 3.0]]);
}

#[test]
fn of_a_chain_and_a_number() {
    let (a, b, c): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(1), filled(2), filled(3));
    let (dy, s): ([[f64; 7]; 2], f64) = (filled(4), 2.0);
    let e = [('i', 2), ('j', 3), ('k', 5), ('l', 7)];
    let (y, pullback) = einsum_vjp!("ij,jk,kl,->il", a, b, c, s);
    let plain = expected("ij,jk,kl->il", &e, &[a.flat(), b.flat(), c.flat()]);
    assert_eq!(y.flat(), plain.iter().map(|y| 2.0 * y).collect::<Vec<_>>());
    let (da, db, dc, ds): (_, _, _, f64) = pullback(&dy);
    let twice = |x: Vec<f64>| x.into_iter().map(|x| 2.0 * x).collect::<Vec<_>>();
    assert_eq!(da.flat(), twice(expected("il,jk,kl->ij", &e, &[dy.flat(), b.flat(), c.flat()])));
    assert_eq!(db.flat(), twice(expected("il,ij,kl->jk", &e, &[dy.flat(), a.flat(), c.flat()])));
    assert_eq!(dc.flat(), twice(expected("il,ij,jk->kl", &e, &[dy.flat(), a.flat(), b.flat()])));
    assert_eq!(ds, plain.iter().zip(dy.flat()).map(|(y, dy)| y * dy).sum::<f64>());
}

#[test]
fn of_complex_numbers() {
    let c = |re: i32, im: i32| Complex64::new(re.into(), im.into());
    let (x, w) = ([[c(1, 2), c(3, -1)], [c(0, 1), c(2, 2)]], [c(1, 1), c(-2, 3)]);
    let dy = [c(2, -1), c(1, 3)];
    let (_, pullback) = einsum_vjp!("ij,j->i", conj(x), w);
    let (dx, dw) = pullback(&dy);
    assert_eq!(dx, [0, 1].map(|i| [0, 1].map(|j| dy[i].conj() * w[j])));
    assert_eq!(dw, [0, 1].map(|j| (0..2).map(|i| dy[i] * x[i][j]).sum::<Complex64>()));
}

#[test]
fn of_casts() {
    let (x, w) = ([[1.0_f32, 2.0], [3.0, 4.0]], [2.0_f64, 3.0]);
    let (_, pullback) = einsum_vjp!("ij,j->i", x as f64, w);
    let (dx, dw): ([[f32; 2]; 2], [f64; 2]) = pullback(&[1.0, 10.0]);
    assert_eq!((dx, dw), ([[2.0, 3.0], [20.0, 30.0]], [31.0, 42.0]));
}

#[test]
fn tangents() {
    let (x, dx, w, dw): ([[f64; 3]; 2], [[f64; 3]; 2], [f64; 3], [f64; 3]) =
        (filled(1), filled(2), filled(3), filled(4));
    let (y, dy): ([f64; 2], [f64; 2]) = einsum_jvp!("ij,j->i", (x, dx), (w, dw));
    assert_eq!(y, einsum!("ij,j->i", x, w));
    let (one, other): ([f64; 2], [f64; 2]) = (einsum!("ij,j->i", dx, w), einsum!("ij,j->i", x, dw));
    assert_eq!(dy, [one[0] + other[0], one[1] + other[1]]);
}

fn gradients<T: Float, const N: usize, const M: usize>(x: &[[T; M]; N], v: &[T; M]) -> ([[T; M]; N], [T; M]) {
    let (y, pullback) = einsum_vjp!("ij,j->i", x, v);
    pullback(&y)
}

#[test]
fn in_generic_functions() {
    let (x, v) = ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [1.0, 10.0]);
    let y = [21.0, 43.0, 65.0];
    let (dx, dv) = gradients(&x, &v);
    assert_eq!(dx, y.map(|y| [y, 10.0 * y]));
    assert_eq!(dv, [0, 1].map(|j| (0..3).map(|i| y[i] * x[i][j]).sum::<f64>()));
}

#[test]
fn where_steps_are_taken_for_blocks() {
    let (a, b, c): ([[f64; 3]; 7], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(1), filled(2), filled(3));
    let dy: [[f64; 7]; 7] = filled(4);
    let (y, pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c, max_intermediate = 4);
    let (plain, plain_pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c);
    assert_eq!(y, plain);
    assert_eq!(pullback(&dy), plain_pullback(&dy));
}

/// Adds gradients of products of these extents to what there is, and compares with sums over indices.
macro_rules! added {
    ($T:ty: $($I:literal $J:literal $K:literal),*) => { $({
        let number = |n: usize| [3.0, -1.0, 2.0, 0.0, 5.0, -4.0, 1.0][n % 7];
        let x: [[$T; $J]; $I] = std::array::from_fn(|i| std::array::from_fn(|j| number(i * $J + j + 1)));
        let w: [[$T; $K]; $J] = std::array::from_fn(|j| std::array::from_fn(|k| number(j * $K + k + 3)));
        let dy: [[$T; $K]; $I] = std::array::from_fn(|i| std::array::from_fn(|k| number(2 * (i * $K + k))));
        let (mut dx, mut dw) = ([[5.0; $J]; $I], [[-7.0; $K]; $J]);
        let (_, pullback) = einsum_vjp_add!("ij,jk->ik", x, w);
        pullback(&dy, (&mut dx, &mut dw));
        let of_x = |i: usize, j: usize| (0..$K).map(|k| dy[i][k] * w[j][k]).sum::<$T>();
        let of_w = |j: usize, k: usize| (0..$I).map(|i| dy[i][k] * x[i][j]).sum::<$T>();
        assert_eq!(dx, std::array::from_fn(|i| std::array::from_fn(|j| 5.0 + of_x(i, j))), "dx");
        assert_eq!(dw, std::array::from_fn(|j| std::array::from_fn(|k| -7.0 + of_w(j, k))), "dw");
        let mut y = [[1.5; $K]; $I];
        einsum!("ij,jk->ik", x, w, out = &mut y, alpha = 0.5, beta = -2.0);
        let of_y = |i: usize, k: usize| (0..$J).map(|j| x[i][j] * w[j][k]).sum::<$T>();
        assert_eq!(y, std::array::from_fn(|i| std::array::from_fn(|k| 0.5 * of_y(i, k) - 3.0)), "y");
        let scaled: [[$T; $K]; $I] = einsum!("ij,jk->ik", x, w, alpha = 4.0);
        assert_eq!(scaled, std::array::from_fn(|i| std::array::from_fn(|k| 4.0 * of_y(i, k))), "scaled");
    })* };
}

#[test]
fn results_of_any_size_are_added_to_and_scaled() {
    added!(f32: 2 3 4, 4 4 4, 8 8 8, 7 5 3, 40 2 9, 1 6 1, 20 20 20);
    added!(f64: 2 3 4, 4 4 4, 8 8 8, 7 5 3, 40 2 9, 1 6 1, 20 20 20);
}
