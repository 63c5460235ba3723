//! Functions of the user's, and formulas of any element.

use einsum::{Float, Function, SecondDerivative, einsum, einsum_fn, einsum_jvp, einsum_vjp};
use ndarray::{Array1, Array2, Axis, array, s};
use num_complex::Complex64;

use crate::oracle::{assert_close, random};

/// `x^3 + N x`
pub(crate) enum Cubic<const N: i32> {}

impl<const N: i32> Function<f64, 1> for Cubic<N> {
    fn value([x]: [f64; 1]) -> f64 {
        x * x * x + f64::from(N) * x
    }

    fn derivative([x]: [f64; 1], _argument: usize) -> f64 {
        3.0 * x * x + f64::from(N)
    }
}

impl<const N: i32> SecondDerivative<f64, 1> for Cubic<N> {
    fn second_derivative([x]: [f64; 1], _by: [usize; 2]) -> f64 {
        6.0 * x
    }
}

/// `x^2 y`
pub(crate) enum Skewed {}

impl SecondDerivative<f64, 2> for Skewed {
    fn second_derivative([x, y]: [f64; 2], by: [usize; 2]) -> f64 {
        match by {
            [0, 0] => 2.0 * y,
            [0, 1] => 2.0 * x,
            [1, 1] => 0.0,
            by => panic!("{by:?}, the least first"),
        }
    }
}

impl Function<f64, 2> for Skewed {
    fn value([x, y]: [f64; 2]) -> f64 {
        x * x * y
    }

    fn derivative([x, y]: [f64; 2], argument: usize) -> f64 {
        if argument == 0 { 2.0 * x * y } else { x * x }
    }
}

mod inner {
    pub(crate) use super::Skewed;
}

einsum_fn! {
    fn apply(x as f64, y) -> [i] { Cubic::<2>(x[i] * y[i]) + crate::users::inner::Skewed(x[i], y[i]) }
}

#[test]
fn functions_have_the_derivatives_that_they_say() {
    let (x, y) = (array![1.0, -2.0, 0.5], array![3.0, 0.25, -1.0]);
    let value = |x: f64, y: f64| (x * y).powi(3) + 2.0 * x * y + x * x * y;
    let by_x = |x: f64, y: f64| (3.0 * (x * y).powi(2) + 2.0) * y + 2.0 * x * y;
    let by_y = |x: f64, y: f64| (3.0 * (x * y).powi(2) + 2.0) * x + x * x;
    let each = |f: &dyn Fn(f64, f64) -> f64| -> Array1<f64> { x.iter().zip(&y).map(|(x, y)| f(*x, *y)).collect() };

    let (z, pullback) = einsum_vjp!([i] = Cubic::<2>(x[i] * y[i]) + inner::Skewed(x[i], y[i]));
    assert_eq!(z, each(&value));
    let (dx, dy) = pullback(&array![1.0, 1.0, 1.0]);
    assert_eq!((dx, dy), (each(&by_x), each(&by_y)));

    assert_eq!(apply(&x, &y), each(&value));
    assert_eq!(apply::backward(&x, &y, &array![1.0, 1.0, 1.0]), (each(&by_x), each(&by_y)));
    let (_, tangent) = einsum_jvp!([i] = Skewed((x, x)[i], y[i]));
    assert_eq!(tangent, each(&|x, y| 2.0 * x * y * x));
}

/// `x / 2`, of any number.
enum Half {}

impl<T: Float> Function<T, 1> for Half {
    fn value([x]: [T; 1]) -> T {
        x / T::from_f64(2.0)
    }

    fn derivative(_: [T; 1], _argument: usize) -> T {
        T::from_f64(0.5)
    }
}

einsum_fn! {
    // Neither has a second derivative: all but `double_backward` can be called.
    fn halved(x as f64) -> [i] { Rounded(x[i]) * x[i] }
    fn halved_of_any(x) -> [i] { Half(x[i]) * x[i] }
}

/// `x`, of one type of number.
enum Rounded {}

impl Function<f64, 1> for Rounded {
    fn value([x]: [f64; 1]) -> f64 {
        x
    }

    fn derivative(_: [f64; 1], _argument: usize) -> f64 {
        1.0
    }
}

#[test]
fn functions_without_a_second_derivative_have_first_ones() {
    let (x, dy) = (array![1.0, -2.0], array![1.0, 3.0]);
    assert_eq!(halved(&x), array![1.0, 4.0]);
    assert_eq!(halved::backward(&x, &dy), (array![2.0, -12.0],));
    assert_eq!(halved::jvp((&x, &dy)).1, array![2.0, -12.0]);
    assert_eq!(halved_of_any(&x), array![0.5, 2.0]);
    assert_eq!(halved_of_any::backward(&x, &dy), (array![1.0, -6.0],));
    assert_eq!(halved_of_any::jvp((&x, &dy)).1, array![1.0, -6.0]);
}

#[test]
fn second_derivatives_of_functions_are_those_that_they_say() {
    let (x, y, dz) = (array![1.0, -2.0, 0.5], array![3.0, 0.25, -1.0], array![0.5, 2.0, -1.0]);
    let (ddx, ddy) = (array![1.0, 0.5, -2.0], array![0.25, -1.0, 3.0]);
    // What is differentiated: the gradients, along `ddx` and `ddy`.
    let along = |x: &Array1<f64>, y: &Array1<f64>, dz: &Array1<f64>| {
        let (dx, dy) = apply::backward(x, y, dz);
        dx.dot(&ddx) + dy.dot(&ddy)
    };
    let (gx, gy, gdz) = apply::double_backward(&x, &y, &dz, &ddx, &ddy);
    let step = 1e-6;
    for n in 0..x.len() {
        let moved = |of: &Array1<f64>, by: f64| {
            let mut moved = of.clone();
            moved[n] += by;
            moved
        };
        let by_x = (along(&moved(&x, step), &y, &dz) - along(&moved(&x, -step), &y, &dz)) / (2.0 * step);
        let by_y = (along(&x, &moved(&y, step), &dz) - along(&x, &moved(&y, -step), &dz)) / (2.0 * step);
        let by_dz = along(&x, &y, &moved(&dz, 1.0)) - along(&x, &y, &dz);
        for (found, expected) in [(gx[n], by_x), (gy[n], by_y), (gdz[n], by_dz)] {
            assert!((found - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{found} for {expected}");
        }
    }
}

/// A layer of any floating-point number.
fn layer<T: Float>(x: &Array2<T>, w: &Array2<T>, b: &Array1<T>) -> Array2<T> {
    einsum!([i, j] = tanh(sum[k](x[i, k] * w[k, j]) + 0.5 * b[j]))
}

#[test]
fn formulas_are_of_any_floating_point_number() {
    let (x, w, b) = (array![[1.0, 2.0]], array![[0.5, -0.5, 0.0], [0.25, 0.0, 1.0]], array![1.0, 2.0, -4.0]);
    let expected: Array2<f64> = (x.dot(&w) + &(&b * 0.5)).mapv(f64::tanh);
    assert!((layer(&x, &w, &b) - &expected).iter().all(|e| e.abs() < 1e-15));
    let single = layer(&x.mapv(|e| e as f32), &w.mapv(|e| e as f32), &b.mapv(|e| e as f32));
    assert!((single.mapv(f64::from) - &expected).iter().all(|e| e.abs() < 1e-6));
}

/// `z^2`, of complex numbers.
enum Square {}

impl Function<Complex64, 1> for Square {
    fn value([z]: [Complex64; 1]) -> Complex64 {
        z * z
    }

    fn derivative([z]: [Complex64; 1], _argument: usize) -> Complex64 {
        z * 2.0
    }
}

#[test]
fn gradients_of_functions_of_complex_numbers_are_conjugated() {
    let z = array![Complex64::new(1.0, 2.0), Complex64::new(-0.5, 0.25)];
    let w = array![Complex64::new(0.25, -1.0), Complex64::new(3.0, 0.5)];
    let dy = array![Complex64::new(0.5, -0.25), Complex64::new(2.0, 3.0)];
    let near = |found: &Array1<Complex64>, expected: &Array1<Complex64>| {
        assert!((found - expected).iter().all(|difference| difference.norm() < 1e-12), "{found} for {expected}");
    };
    let conjugates = |of: &Array1<Complex64>| of.mapv(|number| number.conj());
    let (y, pullback) = einsum_vjp!([i] = w[i] * Square(conj(z)[i]));
    near(&y, &(&w * &conjugates(&z).mapv(|z| z * z)));
    let (dw, dz) = pullback(&dy);
    near(&dw, &(&dy * &z.mapv(|z| z * z)));
    near(&dz, &(conjugates(&dy) * &w * conjugates(&z) * Complex64::new(2.0, 0.0)));
    let (y, pullback) = einsum_vjp!([i] = Square(z[i]));
    near(&y, &z.mapv(|z| z * z));
    near(&pullback(&dy).0, &(&dy * &conjugates(&z) * Complex64::new(2.0, 0.0)));
}

/// Numbers by their place, of which there are 5.
enum Table {}

impl Function<f64, 1> for Table {
    fn value([x]: [f64; 1]) -> f64 {
        [1.0, 2.0, 3.0, 4.0, 5.0][x as usize]
    }

    fn derivative(_: [f64; 1], _: usize) -> f64 {
        0.0
    }
}

/// A number that must be its own place.
enum Same {}

impl Function<f32, 2> for Same {
    fn value([x, place]: [f32; 2]) -> f32 {
        assert!(x == place, "{x} is at {place}");
        x
    }

    fn derivative(_: [f32; 2], _: usize) -> f32 {
        0.0
    }
}

/// A number that is no result of this.
enum Positive {}

impl Function<f64, 1> for Positive {
    fn value([x]: [f64; 1]) -> f64 {
        assert!(x >= 0.0, "{x} is a result");
        -1.0 - x
    }

    fn derivative(_: [f64; 1], _: usize) -> f64 {
        -1.0
    }
}

#[test]
fn functions_are_given_no_results() {
    for m in [1, 3, 5, 7, 17, 20, 33, 67] {
        let (x, w) = (Array2::<f64>::ones((5, 3)), Array2::<f64>::ones((3, m)));
        assert_eq!(einsum!([i, j] = Positive(sum[k](x[i, k] * w[k, j]))), Array2::from_elem((5, m), -4.0));
    }
}

#[test]
fn functions_see_what_is_together_at_an_index() {
    for n in [1, 2, 3, 7, 17, 33] {
        let x = Array1::from_shape_fn(n, |i| i as f32);
        assert_eq!(einsum!([i] = Same(x[i], (i as f32))), x);
        let mut y = x.clone();
        einsum!(y[i] += Same(x[i], (i as f32)));
        assert_eq!(y, &x + &x);
        let rows = Array2::from_shape_fn((3, n), |(_, i)| i as f32);
        assert_eq!(einsum!([j] = max[i](Same(rows[j, i], (i as f32)))), Array1::from_elem(3, (n - 1) as f32));
        assert_eq!(einsum!([i] = max[j](Same(rows[j, i], (i as f32)))), x);
    }
}

#[test]
fn functions_see_no_index_that_is_beyond() {
    let table = array![1.0, 2.0, 3.0, 4.0, 5.0];
    let x = random(5, 1, 0);
    assert_close(&einsum!([i] = Table((i as f64)) * x[i]), &(&table * &x));
    assert_close(&einsum!([i] = Table(((4 - i) as f64)) * x[i] + 0; i = 5), &(&table.slice(s![..;-1]) * &x));
    for rows in [1, 2, 3, 5, 31] {
        let y = random((rows, 5), 2, 0);
        assert_close(&einsum!([j] = sum[i](Table((i as f64)) * y[j, i])), &y.dot(&table));
        assert_close(&einsum!([i] = sum[j](Table((i as f64)) * y[j, i])), &(&y.sum_axis(Axis(0)) * &table));
        let mut out = y.clone();
        einsum!(out[j, i] += Table((i as f64)) * relu(y[j, i]));
        assert_close(&out, &(&y + &(&y.mapv(|y| y.max(0.0)) * &table)));
        let found = einsum!([j] = argmax[i](Table((i as f64)) + 0 * y[j, i]));
        assert!(found.iter().all(|&found| found == 4));
    }
    for columns in [5, 40] {
        let (a, w) = (random((5, 40), 1, 0), random((40, columns), 2, 0));
        let largest = |i: usize, k: usize, of: usize| {
            (0..40).map(|j| table[of] * a[[i, j]] + w[[j, k]]).fold(f64::NEG_INFINITY, f64::max)
        };
        let found = einsum!([i, k] = max[j](Table((i as f64)) * a[i, j] + w[j, k]));
        assert_close(&found, &Array2::from_shape_fn((5, columns), |(i, k)| largest(i, k, i)));
    }
    let (a, w) = (random((40, 40), 1, 0), random((40, 5), 2, 0));
    let found = einsum!([i, k] = max[j](Table((k as f64)) * a[i, j] + w[j, k]));
    let largest =
        |i: usize, k: usize| (0..40).map(|j| table[k] * a[[i, j]] + w[[j, k]]).fold(f64::NEG_INFINITY, f64::max);
    assert_close(&found, &Array2::from_shape_fn((40, 5), |(i, k)| largest(i, k)));
}
