//! Gradients of stencils, against loops that add each term to where it is from: of images on both sides of the size from which on all terms are
//! taken together, and of windows as large as these, and larger.

use einsum::{einsum_fn, einsum_vjp, einsum_vjp_add};
use ndarray::{Array, Array1, Array2, Array3, Dimension};
use num_complex::Complex64;

use super::oracle::{LAYOUTS, assert_close, assert_gradient, differences, random};

/// The extents of images: large ones, the last axis long or short; small primes, 1 and 0.
const IMAGES: [[usize; 2]; 9] = [[139, 149], [5, 7001], [7001, 5], [13, 7], [3, 3], [2, 11], [1, 1], [0, 5], [7, 0]];

/// What is outside of an image.
#[derive(Clone, Copy, Debug)]
enum Outside {
    Zero,
    Wrap,
    Clamp,
}

/// The element that an index leads to.
fn place(index: usize, shift: isize, extent: usize, outside: Outside) -> Option<usize> {
    let (index, extent) = (index as isize + shift, extent as isize);
    let found = match outside {
        _ if extent == 0 => return None,
        Outside::Zero => index,
        Outside::Wrap => index.rem_euclid(extent),
        Outside::Clamp => index.clamp(0, extent - 1),
    };
    (0..extent).contains(&found).then_some(found as usize)
}

/// The element of an image that an index leads to.
fn place2(at: (usize, usize), by: [isize; 2], image: (usize, usize), outside: Outside) -> Option<[usize; 2]> {
    Some([place(at.0, by[0], image.0, outside)?, place(at.1, by[1], image.1, outside)?])
}

#[test]
fn a_step_of_the_heat_equation() {
    const TERMS: [(usize, usize, f64); 5] = [(1, 1, 0.6), (0, 1, 0.1), (2, 1, 0.1), (1, 0, 0.1), (1, 2, 0.1)];
    for (number, image) in IMAGES.into_iter().enumerate() {
        let (x, layout) = (random(image, 1, number), number + 1);
        let (y, pullback) = einsum_vjp!(
            [i, j] = 0.6 * x[i + 1, j + 1] + 0.1 * (x[i, j + 1] + x[i + 2, j + 1] + x[i + 1, j] + x[i + 1, j + 2])
        );
        let dy = random(y.dim(), 2, layout);
        let mut expected = Array2::zeros(image);
        for ((i, j), dy) in dy.indexed_iter() {
            for (p, q, factor) in TERMS {
                expected[[i + p, j + q]] += factor * dy;
            }
        }
        let (dx,) = pullback(&dy);
        assert_close(&dx, &expected);
        let (_, pullback) = einsum_vjp_add!(
            [i, j] = 0.6 * x[i + 1, j + 1] + 0.1 * (x[i, j + 1] + x[i + 2, j + 1] + x[i + 1, j] + x[i + 1, j + 2])
        );
        let mut added = x.clone();
        pullback(&dy, (&mut added,));
        assert_close(&added, &(&x + &expected));
    }
}

#[test]
fn the_sum_of_differences_along_both_axes() {
    for (number, image) in IMAGES.into_iter().enumerate() {
        let x = random(image, 1, number);
        let (y, pullback) =
            einsum_vjp!([] = sum[i, j](abs(x[i + 1, j] - x[i, j])) + sum[k, l](abs(x[k, l + 1] - x[k, l])));
        let (mut sum, mut expected) = (0.0, Array2::zeros(image));
        for (at, _) in x.indexed_iter() {
            for to in [(at.0 + 1, at.1), (at.0, at.1 + 1)] {
                if let Some(next) = x.get(to) {
                    let difference = next - x[at];
                    sum += difference.abs();
                    expected[to] += 3.0 * difference.signum();
                    expected[at] -= 3.0 * difference.signum();
                }
            }
        }
        assert!((y - sum).abs() <= 1e-9 * (1.0 + sum), "{y} is not {sum}");
        assert_close(&pullback(&3.0).0, &expected);
    }
}

/// Windows of any size, at strides of their own, of what is a function of the element and of the place in the window.
#[test]
fn windows() {
    for (number, image) in IMAGES.into_iter().enumerate() {
        let most = [image[0].clamp(1, 7), image[1].clamp(1, 7)];
        let sizes = [(3, 2), (1, 1), (2, 3), (most[0], most[1]), (1, most[1]), (most[0] + 1, most[1]), (0, 2)];
        let is_large = image[0] * image[1] > 1000;
        for (p, q) in sizes.into_iter().take(if is_large { 1 } else { sizes.len() }) {
            let (x, w) = (random(image, 1, number), random([p, q], 2, number + 1));
            let (y, of_sum) = einsum_vjp!([i, j] = sum[p, q](x[i + p, j + 2*q]); p = p, q = q);
            let dy = random(y.dim(), 3, number + 2);
            let (mut sums, mut dx) = (Array2::zeros(y.dim()), Array2::zeros(image));
            let (mut weighted, mut dx_weighted) = (Array2::zeros(y.dim()), Array2::zeros(image));
            for ((i, j), dy) in dy.indexed_iter() {
                for ((p, q), w) in w.indexed_iter() {
                    let at = [i + p, j + 2 * q];
                    sums[[i, j]] += x[at];
                    dx[at] += dy;
                    weighted[[i, j]] += w * x[at].sin();
                    dx_weighted[at] += dy * w * x[at].cos();
                }
            }
            assert_close(&y, &sums);
            assert_close(&of_sum(&dy).0, &dx);
            let (y, of_products) = einsum_vjp!([i, j] = sum[p, q](w[p, q] * sin(x[i + p, j + 2*q])));
            let (_, found) = of_products(&dy);
            assert_close(&y, &weighted);
            assert_close(&found, &dx_weighted);
        }
    }
}

/// Windows that lead out of the image, of results as large as it, smaller and larger.
#[test]
fn windows_beyond_the_border() {
    for (number, image) in IMAGES.into_iter().enumerate() {
        for (by, window) in [((0, 0), (3, 3)), ((3, 5), (2, 1)), ((0, 0), (5, 9)), ((image[0], 2), (3, 2))] {
            let (rows, columns) = (image[0] + by.0, image[1] + by.1);
            if image.contains(&0) || rows * columns * window.0 * window.1 > 200_000 {
                continue;
            }
            let (x, w) = (random(image, 1, number), random(window, 2, number + 1));
            let dy = random([rows, columns], 3, number + 2);
            let expected = |outside: Outside| {
                let (mut y, mut dx) = (Array2::zeros(dy.dim()), Array2::zeros(image));
                for (at, dy) in dy.indexed_iter() {
                    for ((p, q), w) in w.indexed_iter() {
                        let by = [p as isize - 1, q as isize - 4];
                        if let Some(from) = place2(at, by, x.dim(), outside) {
                            y[at] += w * x[from];
                            dx[from] += w * dy;
                        }
                    }
                }
                (y, dx)
            };
            let (y, pullback) = einsum_vjp!([i, j] = w[p, q] * zero(x)[i + p - 1, j + q - 4]; i = rows, j = columns);
            assert_close(&y, &expected(Outside::Zero).0);
            assert_close(&pullback(&dy).1, &expected(Outside::Zero).1);
            let (y, pullback) = einsum_vjp!([i, j] = w[p, q] * wrap(x)[i + p - 1, j + q - 4]; i = rows, j = columns);
            assert_close(&y, &expected(Outside::Wrap).0);
            assert_close(&pullback(&dy).1, &expected(Outside::Wrap).1);
            let (y, pullback) = einsum_vjp!([i, j] = w[p, q] * clamp(x)[i + p - 1, j + q - 4]; i = rows, j = columns);
            assert_close(&y, &expected(Outside::Clamp).0);
            assert_close(&pullback(&dy).1, &expected(Outside::Clamp).1);
        }
    }
}

einsum_fn! {
    /// Neighbours that meet, each border in another way.
    fn flow(x) -> [i, j] {
        x[i, j] * (wrap(x)[i + 1, j] + clamp(x)[i, j - 1]) + powi(zero(x)[i - 2, j + 1], 3) + sin(wrap(x)[i, j + 3])
    }
}

fn flowed(x: &Array2<f64>) -> Array2<f64> {
    let read = |at, by, outside| place2(at, by, x.dim(), outside).map_or(0.0, |from| x[from]);
    Array2::from_shape_fn(x.dim(), |at| {
        let met = read(at, [1, 0], Outside::Wrap) + read(at, [0, -1], Outside::Clamp);
        x[at] * met + read(at, [-2, 1], Outside::Zero).powi(3) + read(at, [0, 3], Outside::Wrap).sin()
    })
}

fn flowed_back(x: &Array2<f64>, dy: &Array2<f64>) -> Array2<f64> {
    let mut dx = Array2::zeros(x.dim());
    for (at, dy) in dy.indexed_iter() {
        let [wrap, clamp, zero, far] =
            [([1, 0], Outside::Wrap), ([0, -1], Outside::Clamp), ([-2, 1], Outside::Zero), ([0, 3], Outside::Wrap)]
                .map(|(by, outside)| place2(at, by, x.dim(), outside));
        for from in [wrap, clamp].into_iter().flatten() {
            dx[at] += dy * x[from];
            dx[from] += dy * x[at];
        }
        if let Some(from) = zero {
            dx[from] += 3.0 * dy * x[from].powi(2);
        }
        if let Some(from) = far {
            dx[from] += dy * x[from].cos();
        }
    }
    dx
}

#[test]
fn each_border_in_another_way() {
    for (number, image) in IMAGES.into_iter().enumerate() {
        if image.contains(&0) {
            continue;
        }
        let is_large = image[0] * image[1] > 1000;
        for layout in if is_large { number..number + 1 } else { 0..LAYOUTS } {
            let (x, dy) = (random(image, 1, number + layout), random(image, 2, layout));
            assert_close(&flow(&x), &flowed(&x));
            let dx = flowed_back(&x, &dy);
            assert_close(&flow::backward(&x, &dy).0, &dx);
            let mut added = dy.clone();
            flow::backward_add(&x, &dy, (&mut added,));
            assert_close(&added, &(&dy + &dx));
        }
    }
}

/// Second derivatives, of small images by each element, of large ones along a direction.
#[test]
fn second_derivatives() {
    for (number, image) in [[7, 5], [2, 3], [1, 1], [131, 151]].into_iter().enumerate() {
        let (x, dy, ex) = (random(image, 1, number), random(image, 2, number + 1), random(image, 3, number + 2));
        let (gx, gdy) = flow::double_backward(&x, &dy, &ex);
        let inner = |x: &Array2<f64>, dy: &Array2<f64>| (flowed_back(x, dy) * &ex).sum();
        if x.len() < 100 {
            assert_gradient(&gx, &differences(&x, |x| inner(x, &dy)));
            assert_gradient(&gdy, &differences(&dy, |dy| inner(&x, dy)));
            continue;
        }
        let along = random(image, 4, 0);
        let step = 1e-5;
        let slope = (inner(&(&x + &along * step), &dy) - inner(&(&x - &along * step), &dy)) / (2.0 * step);
        assert!(((gx * &along).sum() - slope).abs() < 1e-4 * (1.0 + slope.abs()));
        assert_close(&gdy, &{
            let moved = |by: f64| flowed(&(&x + &ex * by));
            let (near, far) = ((moved(1e-3) - moved(-1e-3)) / 2e-3, (moved(2e-3) - moved(-2e-3)) / 4e-3);
            let slope = (&near * 4.0 - far) / 3.0;
            assert!(slope.iter().zip(&gdy).all(|(slope, found)| (slope - found).abs() < 1e-8));
            gdy.clone()
        });
    }
}

#[test]
fn one_axis_and_three() {
    for extent in [20_011, 16_386, 16_385, 11, 2, 1] {
        let x = random([extent], 1, extent);
        let (y, pullback) = einsum_vjp!([i] = x[i + 1] * x[i]);
        let dy = random([y.len()], 2, 1);
        let mut expected = Array1::zeros(extent);
        for (i, dy) in dy.iter().enumerate() {
            expected[i + 1] += dy * x[i];
            expected[i] += dy * x[i + 1];
        }
        assert_close(&pullback(&dy).0, &expected);
    }
    for image in [[29, 31, 37], [3, 5, 3], [41, 3, 431]] {
        let x = random(image, 1, 3);
        let (y, pullback) = einsum_vjp!(
            [i, j, k] = 6 * x[i + 1, j + 1, k + 1] - x[i, j + 1, k + 1] - x[i + 2, j + 1, k + 1] - x[i + 1, j, k + 1]
                - x[i + 1, j + 2, k + 1] - x[i + 1, j + 1, k] - x[i + 1, j + 1, k + 2]
        );
        let dy = random(y.dim(), 2, 2);
        let mut expected = Array3::zeros(image);
        for ((i, j, k), dy) in dy.indexed_iter() {
            expected[[i + 1, j + 1, k + 1]] += 6.0 * dy;
            for by in [[0, 1, 1], [2, 1, 1], [1, 0, 1], [1, 2, 1], [1, 1, 0], [1, 1, 2]] {
                expected[[i + by[0], j + by[1], k + by[2]]] -= dy;
            }
        }
        assert_close(&pullback(&dy).0, &expected);
    }
}

/// Labels of terms that are on other axes, of other lengths, and at distances that are known at run time alone.
#[test]
fn terms_of_other_labels() {
    for (number, (rows, far)) in [(151, 1), (151, 40), (151, 150), (7, 3), (1, 0)].into_iter().enumerate() {
        let (x, b) = (random([rows, rows], 1, number), random([rows], 2, 1));
        let (y, pullback) = einsum_vjp!([] = sum[i, j](x[i + (far), j] * b[j]) + sum[k, l](powi(x[l, k], 2)) + sum[m, n](x[n, m + (far)]));
        let (mut sum, mut expected) = (0.0, Array2::zeros(x.dim()));
        for ((i, j), value) in x.indexed_iter() {
            let factor = f64::from(u8::from(i >= far)) * b[j] + f64::from(u8::from(j >= far));
            sum += factor * value + value * value;
            expected[[i, j]] += factor + 2.0 * value;
        }
        assert!((y - sum).abs() < 1e-9 * (1.0 + sum.abs()), "{y} is not {sum}");
        assert_close(&pullback(&1.0).0, &expected);
    }
}

#[test]
fn complex_numbers_and_single_precision() {
    let complex = |seed| random([19_001], seed, 0).mapv(|re| Complex64::new(re, 1.0 - re * re));
    let x = complex(1);
    let (y, pullback) = einsum_vjp!([i] = x[i + 2] * conj(x)[i]);
    let dy = complex(2).slice_move(ndarray::s![..y.len()]);
    let mut expected = Array1::<Complex64>::zeros(x.len());
    for (i, dy) in dy.iter().enumerate() {
        expected[i + 2] += dy * x[i];
        expected[i] += dy.conj() * x[i + 2];
    }
    let (dx,) = pullback(&dy);
    assert!((dx - expected).iter().all(|difference| difference.norm() < 1e-12));
    let narrow = |array: &Array<f64, _>| array.mapv(|number| number as f32);
    let x = narrow(&random([211, 97], 1, 0));
    let (y, pullback) = einsum_vjp!([i, j] = mean[p, q](x[i + p, j + q]); p = 3, q = 5);
    let dy = narrow(&random(y.dim(), 2, 1));
    let mut expected = Array2::<f64>::zeros(x.dim());
    for ((i, j), dy) in dy.indexed_iter() {
        expected.slice_mut(ndarray::s![i..i + 3, j..j + 5]).mapv_inplace(|sum| sum + f64::from(*dy) / 15.0);
    }
    close_to(&pullback(&dy).0, &expected);
}

fn close_to<D: Dimension>(found: &Array<f32, D>, expected: &Array<f64, D>) {
    assert_eq!(found.shape(), expected.shape());
    assert!(found.iter().zip(expected).all(|(found, expected)| (f64::from(*found) - expected).abs() < 1e-6));
}

/// Lengths of one axis on both sides of that from which on all terms are taken together.
const LENGTHS: [usize; 3] = [2, 5, 20_011];

/// The gradient of a maximum is where the element has the bits of the maximum, of which none may be computed otherwise.
#[test]
fn maxima_of_quotients() {
    for n in LENGTHS {
        // 5 / 3 and 5 times a third differ in the last digit.
        let x = Array1::from_shape_fn(n, |i| if i % 2 == 0 { 5.0 } else { 0.0 });
        let (y, pullback) = einsum_vjp!([i] = max[p](x[i + p] / 3); p = 2);
        let dy = random(y.dim(), 1, 0);
        let mut expected = Array1::zeros(n);
        for (i, dy) in dy.indexed_iter() {
            expected[i + i % 2] += dy / 3.0;
        }
        assert_close(&pullback(&dy).0, &expected);

        let (_, pullback) = einsum_vjp!([i] = max[p](mean[q](x[i + p + q])); p = 2, q = 3);
        if n > 4 {
            // Means are 10/3 at even indices.
            let dy = random([n - 3], 1, 0);
            let mut expected = Array1::zeros(n);
            for (i, dy) in dy.indexed_iter() {
                for q in 0..3 {
                    expected[i + i % 2 + q] += dy / 3.0;
                }
            }
            assert_close(&pullback(&dy).0, &expected);
        }
    }
}

/// What is computed where it is read may have numbers of its own for indices.
#[test]
fn labels_as_numbers_in_what_several_terms_read() {
    for n in LENGTHS {
        let x = random([n], 1, 0);
        let (_, pullback) = einsum_vjp!({
            let c[i] = x[i + 1] - x[i];
            [i] = c[i] * (i as f64)
        });
        let expected = Array1::from_shape_fn(n, |u| {
            (if u > 0 { u as f64 - 1.0 } else { 0.0 }) - if u + 1 < n { u as f64 } else { 0.0 }
        });
        assert_close(&pullback(&Array1::ones(n - 1)).0, &expected);
        let (_, pullback) = einsum_vjp!({
            let c[i] = zero(x)[i - 1] - x[i];
            [i] = c[i] * (i as f64)
        });
        let expected = Array1::from_shape_fn(n, |u| if u + 1 < n { u as f64 + 1.0 } else { 0.0 } - u as f64);
        assert_close(&pullback(&Array1::ones(n)).0, &expected);
    }
}

/// What is divided by a number so small that one over it is none.
#[test]
fn quotients_by_tiny_numbers() {
    for n in LENGTHS {
        let x = Array1::<f32>::zeros(n);
        let (_, pullback) = einsum_vjp!([i] = (x[i + 1] - x[i]) / 1e-39);
        let dy = Array1::from_shape_fn(n - 1, |i| if i % 3 == 0 { 0.0 } else { 1e-10_f32 });
        let (dx,) = pullback(&dy);
        for (u, dx) in dx.indexed_iter() {
            let before = if u > 0 { dy[u - 1] / 1e-39 } else { 0.0 };
            let expected = before - dy.get(u).map_or(0.0, |dy| dy / 1e-39);
            assert!((dx - expected).abs() <= 1e-5 * expected.abs(), "{dx} is not {expected}");
        }
    }
}

/// The gradient of what is repeated wraps around it many times.
#[test]
fn patterns_that_are_repeated() {
    let pattern = random([2, 3], 1, 0);
    let (y, pullback) = einsum_vjp!([i, j] = exp(wrap(pattern)[i, j]); i = 301, j = 97);
    let dy = random(y.dim(), 2, 0);
    let mut expected = Array2::zeros([2, 3]);
    for ((i, j), dy) in dy.indexed_iter() {
        expected[[i % 2, j % 3]] += dy * pattern[[i % 2, j % 3]].exp();
    }
    assert_close(&pullback(&dy).0, &expected);
}
