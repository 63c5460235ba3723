//! Functions of `einsum_fn!` whose parameters are arrays of fixed size.

use einsum::{Float, einsum_fn};
use ndarray::{Array2, array, aview2};
use num_complex::Complex64;

use crate::oracle::{Flat, einsum as expected, filled};

const ROWS: usize = 2;

einsum_fn! {
    /// The product of two matrices.
    pub fn product(x: [[f64; 3]; 2], w: &[[f64; 5]; 3]) = "ij,jk->ik";

    fn chain(a: [[f64; 3]; 2], b: [[f64; 5]; 3], c: [[f64; 7]; 5]) = "ij,jk,kl->il";

    fn indexed(x: [[f64; 3]; ROWS], w: [[f64; 5]; 3]) -> [row, column] { -x[row, inner] * w[inner, column] }

    fn sum(x: [[f32; 3]; 2]) = "ij->";

    fn diagonal(x: [[f64; 3]; 3]) = "ii->i";

    fn matrix(x: [f64; 3]) = "i->ii";

    fn scaled(a, x: [[f64; 3]; 2]) = ",ij->ji";

    fn whole(x: [[i32; 3]; 2], w: [i32; 3]) = "ij,j->i";

    fn repeated(x: [f64; 3]; n = 2) = "i->ni";

    fn constant<const K: usize>(x: [f64; 3]; k = K) = "i->ki";

    fn repeated_often(x: [f64; 3]; n) = "i->ni";

    fn mixed(x: [[f64; 3]; 2], w) = "ij,jk->ik";

    fn complex(conj(x): [[Complex64; 2]; 2], w: [Complex64; 2]) = "ij,j->i";

    fn read(x as f64: [[f32; 2]; 2], w: [f64; 2]) = "ij,j->i";

    fn whole_read(x as f64: [[i8; 2]; 2], w: [f64; 2]) = "ij,j->i";

    fn generic<T, const N: usize, const M: usize>(x: [[T; M]; N], v: [T; M]) = "ij,j->i";

    fn square<T: Float, const N: usize>(x: [[T; N]; N], w: [[T; N]; N]) -> [i, k] { x[i, j] * w[j, k] }

    fn half<T, const N: usize>(x: [[T; N]; 3], w: [[T; 3]; N], v) = "ij,jk,->ik";

    fn partial(x: [[f64; 3]; 2], w: [[f64; 5]; 3]) = "ij,jk->ik", wrt = [w];

    fn limited(a: [[f64; 3]; 7], b: [[f64; 5]; 3], c: [[f64; 7]; 5]) = "ij,jk,kl->il", max_intermediate = 4;

    fn clash<D0, const N0: usize, const D: usize>(a, x: [[D0; N0]; D], y) = ",ij,k->jk";
}

/// The derivative along a direction, of a function that is a polynomial of degree 2 at most: exact.
fn difference<const N: usize>(f: impl Fn(f64) -> [f64; N]) -> [f64; N] {
    let (above, below) = (f(0.5), f(-0.5));
    std::array::from_fn(|k| above[k] - below[k])
}

fn dot(x: &impl Flat<Elem = f64>, y: &impl Flat<Elem = f64>) -> f64 {
    x.flat().iter().zip(y.flat()).map(|(x, y)| x * y).sum()
}

fn moved<const N: usize, const M: usize>(x: &[[f64; N]; M], dx: &[[f64; N]; M], by: f64) -> [[f64; N]; M] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[i][j] + by * dx[i][j]))
}

#[test]
fn values() {
    let (x, w): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(1), filled(2));
    let e = [('i', 2), ('j', 3), ('k', 5)];
    let y: [[f64; 5]; 2] = product(&x, &w);
    assert_eq!(y.flat(), expected("ij,jk->ik", &e, &[x.flat(), w.flat()]));
    let y: [[f64; 5]; ROWS] = indexed(&x, &w);
    assert_eq!(y, product(&x, &w).map(|row| row.map(|y| -y)));
    let c: [[f64; 7]; 5] = filled(3);
    let y: [[f64; 7]; 2] = chain(&x, &w, &c);
    let e = [('i', 2), ('j', 3), ('k', 5), ('l', 7)];
    assert_eq!(y.flat(), expected("ij,jk,kl->il", &e, &[x.flat(), w.flat(), c.flat()]));
    let x: [[f32; 3]; 2] = filled(1);
    assert_eq!(sum(&x), x.flat().iter().sum::<f32>());
    let x: [[f64; 3]; 3] = filled(1);
    assert_eq!(diagonal(&x), [x[0][0], x[1][1], x[2][2]]);
    assert_eq!(matrix(&x[0]), [[x[0][0], 0.0, 0.0], [0.0, x[0][1], 0.0], [0.0, 0.0, x[0][2]]]);
    let (x, w): ([[i32; 3]; 2], [i32; 3]) = (filled(1), filled(2));
    assert_eq!(whole(&x, &w).to_vec(), expected("ij,j->i", &[('i', 2), ('j', 3)], &[x.flat(), w.flat()]));
}

#[test]
fn numbers_and_extents_that_are_given() {
    let x: [[f64; 3]; 2] = filled(1);
    let y: [[f64; 2]; 3] = scaled(2.0, &x);
    assert_eq!(y, std::array::from_fn(|j| std::array::from_fn(|i| 2.0 * x[i][j])));
    let a = &2.0;
    assert_eq!(scaled(a, &x), y);
    let (da, dx): (f64, [[f64; 3]; 2]) = scaled::backward(2.0, &x, &y);
    assert_eq!((da, dx), (dot(&y, &y) / 2.0, x.map(|row| row.map(|x| 4.0 * x))));
    let y: [[f64; 3]; 2] = repeated(&x[0]);
    assert_eq!(y, [x[0], x[0]]);
    assert_eq!(repeated::backward(&x[0], &x), ([x[0][0] + x[1][0], x[0][1] + x[1][1], x[0][2] + x[1][2]],));
    // An extent that is known at run time alone: an array of `ndarray`.
    let y: Array2<f64> = repeated_often(&x[0], 2);
    assert_eq!(y, aview2(&[x[0], x[0]]));
    let (dx,): ([f64; 3],) = repeated_often::backward(&x[0], 2, &y);
    assert_eq!(dx, x[0].map(|x| 2.0 * x));
    let y: [[f64; 3]; 4] = constant::<4>(&x[0]);
    assert_eq!(y, [x[0]; 4]);
}

#[test]
fn gradients() {
    let (x, w, dy): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 5]; 2]) = (filled(1), filled(2), filled(3));
    let e = [('i', 2), ('j', 3), ('k', 5)];
    let (dx, dw): ([[f64; 3]; 2], [[f64; 5]; 3]) = product::backward(&x, &w, &dy);
    assert_eq!(dx.flat(), expected("ik,jk->ij", &e, &[dy.flat(), w.flat()]));
    assert_eq!(dw.flat(), expected("ij,ik->jk", &e, &[x.flat(), dy.flat()]));
    assert_eq!(product::backward_x(&x, &w, &dy), dx);
    assert_eq!(product::backward_w(&x, &w, &dy), dw);
    let mut sums = (dx, dw);
    product::backward_add(&x, &w, &dy, (&mut sums.0, &mut sums.1));
    assert_eq!(sums, (dx.map(|row| row.map(|d| 2.0 * d)), dw.map(|row| row.map(|d| 2.0 * d))));
    assert_eq!(partial::backward(&x, &w, &dy), (dw,));
    let minus = indexed::backward(&x, &w, &dy);
    assert_eq!(minus, (dx.map(|row| row.map(|d| -d)), dw.map(|row| row.map(|d| -d))));
}

#[test]
fn gradients_are_finite_differences() {
    let (a, b, c): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(1), filled(2), filled(3));
    let (da, db, dc): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(4), filled(5), filled(6));
    let dy: [[f64; 7]; 2] = filled(7);
    let (ga, gb, gc) = chain::backward(&a, &b, &c, &dy);
    let [along_a] = difference(|by| [dot(&chain(&moved(&a, &da, by), &b, &c), &dy)]);
    let [along_b] = difference(|by| [dot(&chain(&a, &moved(&b, &db, by), &c), &dy)]);
    let [along_c] = difference(|by| [dot(&chain(&a, &b, &moved(&c, &dc, by)), &dy)]);
    assert_eq!((along_a, along_b, along_c), (dot(&ga, &da), dot(&gb, &db), dot(&gc, &dc)));
    let (y, tangent): ([[f64; 7]; 2], [[f64; 7]; 2]) = chain::jvp((&a, &da), (&b, &db), (&c, &dc));
    assert_eq!(y, chain(&a, &b, &c));
    assert_eq!(dot(&tangent, &dy), along_a + along_b + along_c);
    let diagonals: [[f64; 3]; 3] = filled(1);
    assert_eq!(diagonal::backward(&diagonals, &[1.0, 2.0, 3.0]).0, matrix(&[1.0, 2.0, 3.0]));
    assert_eq!(matrix::backward(&[0.0; 3], &diagonals).0, diagonal(&diagonals));
}

#[test]
fn second_derivatives_are_finite_differences() {
    let (x, w, dy): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 5]; 2]) = (filled(1), filled(2), filled(3));
    let (ddx, ddw): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(4), filled(5));
    // The backward, as a number: each operand of it is moved in turn.
    let backward = |x: &[[f64; 3]; 2], w: &[[f64; 5]; 3], dy: &[[f64; 5]; 2]| {
        let (dx, dw) = product::backward(x, w, dy);
        dot(&dx, &ddx) + dot(&dw, &ddw)
    };
    let (gx, gw, gdy): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 5]; 2]) =
        product::double_backward(&x, &w, &dy, &ddx, &ddw);
    let (vx, vw, vy): ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 5]; 2]) = (filled(6), filled(7), filled(8));
    let [along_x] = difference(|by| [backward(&moved(&x, &vx, by), &w, &dy)]);
    let [along_w] = difference(|by| [backward(&x, &moved(&w, &vw, by), &dy)]);
    let [along_dy] = difference(|by| [backward(&x, &w, &moved(&dy, &vy, by))]);
    assert_eq!((along_x, along_w, along_dy), (dot(&gx, &vx), dot(&gw, &vw), dot(&gdy, &vy)));
}

#[test]
fn extents_of_0_and_1() {
    assert_eq!(generic(&[[1.0_f64; 0]; 2], &[]), [0.0; 2]);
    assert_eq!(generic::backward(&[[1.0_f64; 0]; 2], &[], &[1.0, 2.0]), ([[]; 2], []));
    assert_eq!(generic(&[[0.0_f32; 3]; 0], &[1.0; 3]), []);
    assert_eq!(generic::backward_v(&[[0.0_f32; 3]; 0], &[1.0; 3], &[]), [0.0; 3]);
    assert_eq!(generic(&[[3.0_f64]], &[2.0]), [6.0]);
    assert_eq!(square(&[[3.0_f64]], &[[5.0]]), [[15.0]]);
}

#[test]
fn generic_functions() {
    let (x, v): ([[i32; 3]; 2], [i32; 3]) = (filled(1), filled(2));
    let y: [i32; 2] = generic(&x, &v);
    assert_eq!(y.to_vec(), expected("ij,j->i", &[('i', 2), ('j', 3)], &[x.flat(), v.flat()]));
    let (x, v, dy): ([[f64; 7]; 5], [f64; 7], [f64; 5]) = (filled(1), filled(2), filled(3));
    let e = [('i', 5), ('j', 7)];
    let (dx, dv): ([[f64; 7]; 5], [f64; 7]) = generic::backward(&x, &v, &dy);
    assert_eq!(dx.flat(), expected("i,j->ij", &e, &[dy.to_vec(), v.to_vec()]));
    assert_eq!(dv.to_vec(), expected("ij,i->j", &e, &[x.flat(), dy.to_vec()]));
    let (y, dy): ([f64; 5], [f64; 5]) = generic::jvp((&x, &dx), (&v, &dv));
    assert_eq!(y, generic(&x, &v));
    let (one, other): ([f64; 5], [f64; 5]) = (generic(&dx, &v), generic(&x, &dv));
    assert_eq!(dy, std::array::from_fn(|i| one[i] + other[i]));
    let x: [[f32; 5]; 5] = filled(1);
    let e = [('i', 5), ('j', 5), ('k', 5)];
    assert_eq!(square(&x, &x).flat(), expected("ij,jk->ik", &e, &[x.flat(), x.flat()]));
    // More terms than are compiled where they are written.
    let (x, w): ([[f64; 17]; 17], [[f64; 17]; 17]) = (filled(1), filled(2));
    let e = [('i', 17), ('j', 17), ('k', 17)];
    assert_eq!(square(&x, &w).flat(), expected("ij,jk->ik", &e, &[x.flat(), w.flat()]));
    let (x, w): ([[f64; 2]; 3], [[f64; 3]; 2]) = (filled(1), filled(2));
    let e = [('i', 3), ('j', 2), ('k', 3)];
    let twice = expected("ij,jk->ik", &e, &[x.flat(), w.flat()]).iter().map(|y| 2.0 * y).collect::<Vec<_>>();
    assert_eq!(half(&x, &w, 2.0).flat(), twice);
    let (a, x, y) = (2.0, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], array![10.0, 100.0]);
    assert_eq!(clash(a, &x, &y), array![[100.0, 1000.0], [140.0, 1400.0], [180.0, 1800.0]]);
}

#[test]
fn complex_numbers_and_casts() {
    let c = |re: i32, im: i32| Complex64::new(re.into(), im.into());
    let (x, w) = ([[c(1, 2), c(3, -1)], [c(0, 1), c(2, 2)]], [c(1, 1), c(-2, 3)]);
    let dy = [c(2, -1), c(1, 3)];
    let y: [Complex64; 2] = complex(&x, &w);
    assert_eq!(y, [0, 1].map(|i| (0..2).map(|j| x[i][j].conj() * w[j]).sum::<Complex64>()));
    let (dx, dw) = complex::backward(&x, &w, &dy);
    assert_eq!(dx, [0, 1].map(|i| [0, 1].map(|j| dy[i].conj() * w[j])));
    assert_eq!(dw, [0, 1].map(|j| (0..2).map(|i| dy[i] * x[i][j]).sum::<Complex64>()));
    let (x, w) = ([[1.0_f32, 2.0], [3.0, 4.0]], [2.0_f64, 3.0]);
    assert_eq!(read(&x, &w), [8.0, 18.0]);
    let (dx, dw): ([[f32; 2]; 2], [f64; 2]) = read::backward(&x, &w, &[1.0, 10.0]);
    assert_eq!((dx, dw), ([[2.0, 3.0], [20.0, 30.0]], [31.0, 42.0]));
    let mut sums = (dx, dw);
    read::backward_add(&x, &w, &[1.0, 10.0], (&mut sums.0, &mut sums.1));
    assert_eq!(sums, ([[4.0, 6.0], [40.0, 60.0]], [62.0, 84.0]));
    assert_eq!(whole_read(&[[1, 100], [100, 100]], &w), [302.0, 500.0]);
    assert_eq!(whole_read::backward_w(&[[1, 100], [100, 100]], &w, &[1.0, 10.0]), [1001.0, 1100.0]);
}

#[test]
fn with_arrays_of_ndarray() {
    let (x, w): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(1), filled(2));
    let y: Array2<f64> = mixed(&x, &aview2(&w));
    assert_eq!(y, aview2(&product(&x, &w)));
    let dy: [[f64; 5]; 2] = filled(3);
    let (dx, dw): ([[f64; 3]; 2], Array2<f64>) = mixed::backward(&x, &aview2(&w), &aview2(&dy));
    assert_eq!((dx, dw.view()), (product::backward_x(&x, &w, &dy), aview2(&product::backward_w(&x, &w, &dy))));
    let mut sums = (dx, dw.clone());
    mixed::backward_add(&x, &aview2(&w), &aview2(&dy), (&mut sums.0, &mut sums.1));
    assert_eq!(sums, (dx.map(|row| row.map(|d| 2.0 * d)), 2.0 * &dw));
    let (_, _, gdy): ([[f64; 3]; 2], Array2<f64>, Array2<f64>) =
        mixed::double_backward(&x, &aview2(&w), &aview2(&dy), &dx, &dw);
    assert_eq!(gdy, mixed(&dx, &aview2(&w)) + mixed(&x, &dw));
    // An extent of 1 is broadcast, where extents are compared at run time.
    assert_eq!(mixed(&x, &Array2::ones((1, 1))), aview2(&x.map(|row| [row.iter().sum::<f64>()])));
}

#[test]
fn limits_on_intermediates() {
    let (a, b, c): ([[f64; 3]; 7], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(1), filled(2), filled(3));
    let y: [[f64; 7]; 7] = limited(&a, &b, &c);
    let e = [('i', 7), ('j', 3), ('k', 5), ('l', 7)];
    assert_eq!(y.flat(), expected("ij,jk,kl->il", &e, &[a.flat(), b.flat(), c.flat()]));
    let dy: [[f64; 7]; 7] = filled(4);
    let (da, _, _): ([[f64; 3]; 7], [[f64; 5]; 3], [[f64; 7]; 5]) = limited::backward(&a, &b, &c, &dy);
    assert_eq!(da.flat(), expected("il,jk,kl->ij", &e, &[dy.flat(), b.flat(), c.flat()]));
}

mod elsewhere {
    /// What the modules of gradients must find as well.
    pub(super) struct Size;

    impl Size {
        pub(super) const HERE: usize = 3;
    }

    einsum::einsum_fn! {
        pub(super) fn double<T>(x: [[T; Size::HERE]; crate::functions::ROWS]; a = crate::functions::ROWS) = "ij->aij";
    }
}

#[test]
fn extents_are_any_constants() {
    let x: [[f64; 3]; 2] = filled(1);
    let y: [[[f64; 3]; 2]; 2] = elsewhere::double(&x);
    assert_eq!(y, [x, x]);
    assert_eq!(elsewhere::double::backward_x(&x, &y), x.map(|row| row.map(|x| 2.0 * x)));
    let f: fn(&[[f64; 3]; 2], &[[f64; 5]; 3]) -> [[f64; 5]; 2] = product;
    assert_eq!(f(&x, &[[1.0; 5]; 3]), x.map(|row| [row.iter().sum::<f64>(); 5]));
}
