//! Convolutions, with strides, dilations and what is around an image, and their gradients.

use einsum::{einsum, einsum_vjp};
use ndarray::{Array1, Array2, Array3, Array4};

use super::oracle::{LAYOUTS, assert_close, assert_gradient, at, differences, random, sum};

#[test]
fn two_dimensions_with_a_stride() {
    for layout in 0..LAYOUTS * LAYOUTS {
        let x = random([2, 3, 11, 13], 1, layout);
        let w = random([5, 3, 3, 2], 2, layout / LAYOUTS);
        let y = einsum!([n, f, i, j] = x[n, c, 2*i + p, 3*j + q] * w[f, c, p, q]);
        let expected = Array4::from_shape_fn([2, 5, 5, 4], |(n, f, i, j)| {
            sum([3, 3, 2], |[c, p, q]| x[[n, c, 2 * i + p, 3 * j + q]] * w[[f, c, p, q]])
        });
        assert_close(&y, &expected);
    }
}

#[test]
fn gradients_of_two_dimensions() {
    for layout in 0..LAYOUTS * LAYOUTS {
        let x = random([2, 3, 7, 8], 3, layout);
        let w = random([2, 3, 3, 2], 4, layout / LAYOUTS);
        let (y, pullback) = einsum_vjp!([n, f, i, j] = x[n, c, 2*i + p, j + q] * w[f, c, p, q]);
        let dy = random(y.raw_dim(), 5, layout);
        let (dx, dw) = pullback(&dy);
        let loss = |x: &Array4<f64>, w: &Array4<f64>| {
            (einsum!([n, f, i, j] = x[n, c, 2*i + p, j + q] * w[f, c, p, q]) * &dy).sum()
        };
        assert_gradient(&dx, &differences(&x, |x| loss(x, &w)));
        assert_gradient(&dw, &differences(&w, |w| loss(&x, w)));
    }
}

/// So large that windows are added to the gradient of the image all at once.
#[test]
fn gradients_of_large_convolutions() {
    for layout in (0..LAYOUTS * LAYOUTS).step_by(3) {
        let x = random([2, 5, 13, 17], 3, layout);
        let w = random([7, 5, 3, 2], 4, layout / LAYOUTS);
        let (y, pullback) = einsum_vjp!([n, f, i, j] = x[n, c, i + p, j + q] * w[f, c, p, q] / 2);
        let dy = random(y.raw_dim(), 5, layout);
        let (dx, dw) = pullback(&dy);
        let (mut of_x, mut of_w) = (Array4::zeros(x.raw_dim()), Array4::zeros(w.raw_dim()));
        for ([n, f, i, j], dy) in dy.indexed_iter().map(|((n, f, i, j), dy)| ([n, f, i, j], dy / 2.0)) {
            for ((_, c, p, q), w) in w.indexed_iter().filter(|((of, ..), _)| *of == f) {
                of_x[[n, c, i + p, j + q]] += dy * w;
                of_w[[f, c, p, q]] += dy * x[[n, c, i + p, j + q]];
            }
        }
        assert_close(&dx, &of_x);
        assert_close(&dw, &of_w);

        let x = random([2, 12, 18, 5], 6, layout);
        let w = random([3, 4, 5, 11], 7, layout / LAYOUTS);
        let (y, pullback) =
            einsum_vjp!([n, i, j, f] = zero(x)[n, 2*i + p - 1, j + q - 1, c] * w[p, q, c, f]; i = 6, j = 17);
        let dy = random(y.raw_dim(), 8, layout);
        let (dx, dw) = pullback(&dy);
        let (mut of_x, mut of_w) = (Array4::zeros(x.raw_dim()), Array4::zeros(w.raw_dim()));
        for ((n, i, j, f), dy) in dy.indexed_iter() {
            for ((p, q, c, _), w) in w.indexed_iter().filter(|((.., of), _)| *of == f) {
                let (u, v) = ((2 * i + p).wrapping_sub(1), (j + q).wrapping_sub(1));
                if let Some(x) = x.get([n, u, v, c]) {
                    of_x[[n, u, v, c]] += dy * w;
                    of_w[[p, q, c, f]] += dy * x;
                }
            }
        }
        assert_close(&dx, &of_x);
        assert_close(&dw, &of_w);
    }
}

#[test]
fn padding_that_keeps_the_image() {
    for (extent, window) in [(7, 3), (5, 5), (2, 7), (1, 3), (0, 3), (3, 1)] {
        let x = random([3, extent], 6, 0);
        let w = random([2, 3, window], 7, 1);
        let n = extent;
        let pad = window / 2;
        let (y, pullback) = einsum_vjp!([f, i] = zero(x)[c, i + p - (pad)] * w[f, c, p]; i = n);
        let pad = isize::try_from(pad).expect("small");
        let expected = |x: &Array2<f64>, w: &Array3<f64>| {
            Array2::from_shape_fn([2, extent], |(f, i)| {
                sum([3, window], |[c, p]| {
                    at(x, [c.cast_signed(), i.cast_signed() + p.cast_signed() - pad]) * w[[f, c, p]]
                })
            })
        };
        assert_close(&y, &expected(&x, &w));
        let dy = random([2, extent], 8, 2);
        let (dx, dw) = pullback(&dy);
        assert_gradient(&dx, &differences(&x, |x| (expected(x, &w) * &dy).sum()));
        assert_gradient(&dw, &differences(&w, |w| (expected(&x, w) * &dy).sum()));
    }
}

#[test]
fn two_dimensions_with_what_is_around() {
    let x = random([2, 3, 5, 7], 6, 1);
    let w = random([2, 3, 3, 3], 7, 2);
    let (y, pullback) = einsum_vjp!([n, f, i, j] = zero(x)[n, c, i + p - 1, 2*j + q - 1] * w[f, c, p, q]; i = 5, j = 4);
    let expected = |x: &Array4<f64>, w: &Array4<f64>| {
        Array4::from_shape_fn([2, 2, 5, 4], |(n, f, i, j)| {
            let s = usize::cast_signed;
            sum([3, 3, 3], |[c, p, q]| at(x, [s(n), s(c), s(i + p) - 1, s(2 * j + q) - 1]) * w[[f, c, p, q]])
        })
    };
    assert_close(&y, &expected(&x, &w));
    let dy = random([2, 2, 5, 4], 8, 2);
    let (dx, dw) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (expected(x, &w) * &dy).sum()));
    assert_gradient(&dw, &differences(&w, |w| (expected(&x, w) * &dy).sum()));
}

#[test]
fn transposed() {
    let x = random([2, 5], 9, 1);
    let w = random([2, 3, 4], 10, 2);
    let (y, pullback) = einsum_vjp!([g, 3*i + p] = x[f, i] * w[f, g, p]);
    let expected = |x: &Array2<f64>, w: &Array3<f64>| {
        let mut y = Array2::zeros([3, 16]);
        for (f, g, i, p) in itertools(2, 3, 5, 4) {
            y[[g, 3 * i + p]] += x[[f, i]] * w[[f, g, p]];
        }
        y
    };
    assert_close(&y, &expected(&x, &w));
    let dy = random([3, 16], 11, 3);
    let (dx, dw) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (expected(x, &w) * &dy).sum()));
    assert_gradient(&dw, &differences(&w, |w| (expected(&x, w) * &dy).sum()));
}

fn itertools(a: usize, b: usize, c: usize, d: usize) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    (0..a).flat_map(move |i| (0..b).flat_map(move |j| (0..c).flat_map(move |k| (0..d).map(move |l| (i, j, k, l)))))
}

#[test]
fn around_and_at_the_border() {
    let x: Array1<f64> = random([7], 12, 2);
    let w = random([3], 13, 0);
    let (wrapped, pullback) = einsum_vjp!([i] = wrap(x)[i + p - 1] * w[p]; i = 7);
    let wrap = |x: &Array1<f64>| Array1::from_shape_fn(7, |i| sum([3], |[p]| x[(i + p + 6) % 7] * w[p]));
    assert_close(&wrapped, &wrap(&x));
    let dy = random([7], 14, 0);
    let (dx, _) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (wrap(x) * &dy).sum()));
    let (clamped, pullback) = einsum_vjp!([i] = clamp(x)[i + p - 1] * w[p]; i = 7);
    let clamp = |x: &Array1<f64>| Array1::from_shape_fn(7, |i| sum([3], |[p]| x[(i + p).clamp(1, 7) - 1] * w[p]));
    assert_close(&clamped, &clamp(&x));
    let (dx, _) = pullback(&dy);
    assert_gradient(&dx, &differences(&x, |x| (clamp(x) * &dy).sum()));
}
