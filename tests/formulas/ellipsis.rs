//! The ellipsis of formulas, against loops over indices, for operands of every rank and layout.

use einsum::{EinsumError, einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, Axis, Dimension, IxDyn, RemoveAxis, array};

use super::oracle::{LAYOUTS, assert_close, assert_gradient, differences, random};

einsum_fn! {
    /// A layer, of any number of rows.
    pub fn layer(x, w, b) -> [.., j] { tanh(sum[k](x[.., k] * w[k, j]) + b[j]) }

    /// A softmax over the last axis.
    pub fn softmax(x) -> [.., k] {
        let p[.., k] = exp(x[.., k] - max[k](x[.., k]));
        p[.., k] / sum[k](p[.., k])
    }

    /// A sum, of which either may repeat.
    pub fn added(x, y) -> [.., j] { sin(x[.., j]) * y[.., j] }

    /// Attention of any number of heads.
    pub fn attention(q, k, v) -> [.., i, d] {
        let s[.., i, j] = q[.., i, e] * k[.., j, e];
        let p[.., i, j] = exp(s[.., i, j] - max[j](s[.., i, j]));
        p[.., i, j] * v[.., j, d] / sum[j](p[.., i, j])
    }
}

/// Applies a function to each row.
fn rows<D: Dimension + RemoveAxis>(
    x: &Array<f64, D>,
    len: usize,
    f: impl Fn(&Array1<f64>) -> Array1<f64>,
) -> ArrayD<f64> {
    let mut shape = x.shape().to_vec();
    *shape.last_mut().expect("an axis") = len;
    let rows = x.lanes(Axis(x.ndim() - 1)).into_iter().flat_map(|row| f(&row.to_owned()));
    ArrayD::from_shape_vec(shape, rows.collect()).expect("a row for each")
}

fn layered<D: Dimension + RemoveAxis>(x: &Array<f64, D>, w: &Array2<f64>, b: &Array1<f64>) -> ArrayD<f64> {
    rows(x, w.ncols(), |row| (row.dot(w) + b).mapv(f64::tanh))
}

fn softmaxed<D: Dimension + RemoveAxis>(x: &Array<f64, D>) -> ArrayD<f64> {
    rows(x, x.shape()[x.ndim() - 1], |row| row.mapv(f64::exp) / row.mapv(f64::exp).sum())
}

/// Whatever macro computes a layer of operands of some rank.
macro_rules! layers {
    ($($name:ident: $shape:expr;)*) => { $(
        #[test]
        fn $name() {
            for layout in 0..LAYOUTS {
                let (x, w, b) = (random($shape, 1, layout), random([3, 7], 2, layout + 1), random([7], 3, layout + 2));
                let expected = layered(&x, &w, &b);
                let dy = random(expected.shape(), 4, layout).into_dimensionality().expect("a rank");
                let loss = |x: &_, w: &_, b: &_| (layered(x, w, b) * &dy).sum();
                let (ex, ew, eb) = (random($shape, 5, layout + 2), random([3, 7], 6, 1), random([7], 7, 0));
                assert_close(&layer(&x, &w, &b).into_dyn(), &expected);
                assert_close(&einsum!([.., j] = tanh(sum[k](x[.., k] * w[k, j]) + b[j])).into_dyn(), &expected);
                let tried = try_einsum!([.., j] = tanh(sum[k](x[.., k] * w[k, j]) + b[j]));
                assert_close(&tried.expect("extents that fit").into_dyn(), &expected);

                let (dx, dw, db) = layer::backward(&x, &w, &b, &dy);
                assert_gradient(&dx, &differences(&x, |x| loss(x, &w, &b)));
                assert_gradient(&dw, &differences(&w, |w| loss(&x, w, &b)));
                assert_gradient(&db, &differences(&b, |b| loss(&x, &w, b)));
                assert_close(&layer::backward_x(&x, &w, &b, &dy), &dx);
                assert_close(&layer::backward_w(&x, &w, &b, &dy), &dw);
                let (y, pullback) = einsum_vjp!([.., j] = tanh(sum[k](x[.., k] * w[k, j]) + b[j]));
                assert_close(&y.into_dyn(), &expected);
                let (px, pw, pb) = pullback(&dy);
                assert_close(&px, &dx);
                assert_close(&pw, &dw);
                assert_close(&pb, &db);

                let (mut ax, mut aw, mut ab) = (ex.clone(), ew.clone(), eb.clone());
                layer::backward_add(&x, &w, &b, &dy, (&mut ax, &mut aw, &mut ab));
                assert_close(&ax, &(&ex + &dx));
                assert_close(&aw, &(&ew + &dw));
                let (y, pullback) = einsum_vjp_add!([.., j] = tanh(sum[k](x[.., k] * w[k, j]) + b[j]));
                assert_close(&y.into_dyn(), &expected);
                pullback(&dy, (&mut ax, &mut aw, &mut ab));
                assert_close(&ax, &(&ex + &dx + &dx));
                assert_close(&ab, &(&eb + &db + &db));

                let (y, ey) = layer::jvp((&x, &ex), (&w, &ew), (&b, &eb));
                assert_close(&y.into_dyn(), &expected);
                let step = 1e-6;
                let moved = |t: f64| layered(&(&x + &ex * t), &(&w + &ew * t), &(&b + &eb * t));
                assert_gradient(&ey.clone().into_dyn(), &((moved(step) - moved(-step)) / (2.0 * step)));
                let (y, again) = einsum_jvp!([.., j] = tanh(sum[k]((x, ex)[.., k] * (w, ew)[k, j]) + (b, eb)[j]));
                assert_close(&y.into_dyn(), &expected);
                assert_close(&again, &ey);

                let inner = |x: &_, w: &_, dy: &_| {
                    let (dx, dw, db) = layer::backward(x, w, &b, dy);
                    (dx * &ex).sum() + (dw * &ew).sum() + (db * &eb).sum()
                };
                let (gx, gw, _, gdy) = layer::double_backward(&x, &w, &b, &dy, &ex, &ew, &eb);
                assert_gradient(&gx, &differences(&x, |x| inner(x, &w, &dy)));
                assert_gradient(&gw, &differences(&w, |w| inner(&x, w, &dy)));
                assert_gradient(&gdy, &differences(&dy, |dy| inner(&x, &w, dy)));

                let into = random(expected.shape(), 8, layout);
                let mut into: Array<f64, _> = into.into_dimensionality().expect("a rank");
                into.clone_from(&dy);
                einsum!(into[.., j] = tanh(sum[k](x[.., k] * w[k, j]) + b[j]));
                assert_close(&into.into_dyn(), &expected);
            }
        }
    )* };
}

layers! {
    a_layer_of_no_rows: [3];
    a_layer_of_rows: [5, 3];
    a_layer_of_rows_of_two_axes: [2, 5, 3];
    a_layer_of_rows_of_three_axes: [2, 1, 3, 3];
    a_layer_of_a_dynamic_rank: IxDyn(&[2, 3, 3]);
    a_layer_of_nothing: [2, 0, 3];
    a_layer_of_one_row: [1, 1, 3];
}

#[test]
fn a_softmax_over_the_last_axis() {
    for layout in 0..LAYOUTS {
        let (one, three) = (random([7], 1, layout), random([2, 3, 7], 2, layout));
        assert_close(&softmax(&one).into_dyn(), &softmaxed(&one));
        assert_close(&softmax(&three).into_dyn(), &softmaxed(&three));
        let short = einsum!([.., k] = exp(three[.., k] - logsumexp[k](three[.., k])));
        assert_close(&short.into_dyn(), &softmaxed(&three));
        let dy = random([2, 3, 7], 3, layout + 1);
        let (dx,) = softmax::backward(&three, &dy);
        assert_gradient(&dx, &differences(&three, |x| (softmaxed(x) * &dy).sum()));
        let repeated = one.broadcast((5, 3, 7)).expect("a broadcast");
        assert_close(&softmax(&repeated).into_dyn(), &softmaxed(&repeated.to_owned()));
        let swapped = three.view().permuted_axes([1, 0, 2]);
        assert_close(&softmax(&swapped).into_dyn(), &softmaxed(&swapped.to_owned()));
    }
}

/// The value, from operands that are repeated.
fn added_by_loops(x: &ArrayD<f64>, y: &ArrayD<f64>, shape: &[usize]) -> ArrayD<f64> {
    let (x, y) = (x.broadcast(shape).expect("a broadcast"), y.broadcast(shape).expect("a broadcast"));
    x.mapv(f64::sin) * y
}

#[test]
fn ellipses_repeat_as_in_products() {
    for layout in 0..LAYOUTS {
        let cases = [
            (vec![2, 1, 5], vec![3, 5]),
            (vec![1, 5], vec![2, 3, 5]),
            (vec![5], vec![3, 5]),
            (vec![2, 1, 3, 5], vec![7, 1, 5]),
        ];
        for (of_x, of_y) in cases {
            let (x, y) = (random(IxDyn(&of_x), 1, layout), random(IxDyn(&of_y), 2, layout + 1));
            let shape = added(&x, &y).shape().to_vec();
            let dy = random(IxDyn(&shape), 3, layout);
            let loss = |x: &ArrayD<f64>, y: &ArrayD<f64>| (added_by_loops(x, y, &shape) * &dy).sum();
            assert_close(&added(&x, &y), &added_by_loops(&x, &y, &shape));
            let (gx, gy) = added::backward(&x, &y, &dy);
            assert_gradient(&gx, &differences(&x, |x| loss(x, &y)));
            assert_gradient(&gy, &differences(&y, |y| loss(&x, y)));
            let (mut ax, mut ay) = (random(IxDyn(&of_x), 4, layout), random(IxDyn(&of_y), 5, layout));
            let (ex, ey) = (ax.clone(), ay.clone());
            let (_, pullback) = einsum_vjp_add!([.., j] = sin(x[.., j]) * y[.., j]);
            pullback(&dy, (&mut ax, &mut ay));
            assert_close(&ax, &(&ex + &gx));
            assert_close(&ay, &(&ey + &gy));
            let (_, tangent) = added::jvp((&x, &ex), (&y, &ey));
            let step = 1e-6;
            let moved = |t: f64| added_by_loops(&(&x + &ex * t), &(&y + &ey * t), &shape);
            assert_gradient(&tangent, &((moved(step) - moved(-step)) / (2.0 * step)));
        }
    }
    let (x, y) = (random([2, 1, 5], 1, 0), random([3, 5], 2, 0));
    let sum: Array3<f64> = einsum!([.., j] = x[.., j] + y[.., j]);
    assert_close(&sum, &(&x + &y));
}

#[test]
fn ellipses_that_do_not_fit_are_errors() {
    let (x, y, z) = (Array3::<f64>::zeros([2, 3, 5]), Array3::<f64>::zeros([2, 7, 5]), Array2::<f64>::zeros([1, 5]));
    let error = try_einsum!([.., j] = x[.., j] + y[.., j]);
    assert!(matches!(error, Err(EinsumError::Ellipsis { .. })), "{error:?}");
    let error = try_einsum!([.., j] = x[.., j] + z[.., j], broadcast = false);
    assert!(matches!(error, Err(EinsumError::EllipsisRank { .. })), "{error:?}");
    // In a block, and beside forms, nothing repeats.
    let error = try_einsum!({ let s[..] = sum[j](x[.., j]); [.., j] = z[.., j] / s[..] });
    assert!(matches!(error, Err(EinsumError::EllipsisRank { .. })), "{error:?}");
    let error = try_einsum!([.., j] = x[.., j + 1] - z[.., j]);
    assert!(matches!(error, Err(EinsumError::EllipsisRank { .. })), "{error:?}");
    // What is reduced over an ellipsis has all of it.
    let error = try_einsum!([.., j] = x[.., j] - mean[..](z[.., j]));
    assert!(matches!(error, Err(EinsumError::EllipsisRank { .. })), "{error:?}");
    let mut into = Array3::<f64>::zeros([2, 3, 7]);
    let error = try_einsum!(into[.., j] = exp(x[.., j]));
    assert!(error.is_err());
    let mut into = Array3::<f64>::zeros([2, 1, 5]);
    let error = try_einsum!(into[.., j] = exp(x[.., j]));
    assert!(matches!(error, Err(EinsumError::Out { .. })), "{error:?}");
    let few = ArrayD::<f64>::zeros(IxDyn(&[]));
    let error = try_einsum!([.., j] = exp(few[.., j]));
    assert!(matches!(error, Err(EinsumError::Rank { .. })), "{error:?}");
}

#[test]
fn targets_of_any_layout() {
    for layout in 0..LAYOUTS {
        let (x, old) = (random([2, 3, 5], 1, layout), random([2, 3, 5], 2, layout + 1));
        let value = x.mapv(f64::exp);
        let mut y = old.clone();
        einsum!(y[.., j] += exp(x[.., j]));
        assert_close(&y, &(&old + &value));
        let mut y = old.clone();
        einsum!(y[.., j] = -exp(x[.., j]), alpha = 3.0, beta = 0.5);
        assert_close(&y, &(&old * 0.5 - &value * 3.0));
        // Every other element, and axes in another order: what is between stays.
        let mut all = Array3::from_elem([3, 4, 10], 7.0);
        let part = all.view_mut().permuted_axes([1, 0, 2]);
        let mut part = part.slice_move(ndarray::s![..;2, .., ..;2]);
        einsum!(part[.., j] = exp(x[.., j]));
        assert_close(&part.to_owned(), &value);
        assert_eq!(all.iter().filter(|element| **element == 7.0).count(), 90);
        // The ellipsis elsewhere, and a sum.
        let mut sums = Array1::zeros(5);
        einsum!(sums[j] += 2 * x[.., j] - 1);
        let expected = x.sum_axis(Axis(0)).sum_axis(Axis(0)) * 2.0 - 1.0;
        assert_close(&sums, &expected);
    }
}

#[test]
fn ellipses_anywhere() {
    for layout in 0..LAYOUTS {
        let x = random([2, 3, 5, 7], 1, layout);
        let moved = einsum!([j, ..] = exp(x[.., j]));
        assert_close(&moved, &x.mapv(f64::exp).permuted_axes([3, 0, 1, 2]));
        let within = einsum!([j, .., i] = x[i, .., j] + 1);
        assert_close(&within, &(&x + 1.0).permuted_axes([3, 1, 2, 0]));
        assert_close(&einsum!([..] = abs(x[..])), &x.mapv(f64::abs));
        assert_close(&einsum!([..] = relu(x[..])), &x.mapv(|x| x.max(0.0)));
        let mean: f64 = einsum!([] = mean[..](powi(x[..], 2)));
        assert!((mean - x.mapv(|x| x * x).mean().expect("elements")).abs() < 1e-12);
        let largest = einsum!([j] = max[i, ..](x[i, .., j]));
        assert_close(
            &largest,
            &Array1::from_shape_fn(7, |j| x.index_axis(Axis(3), j).iter().copied().fold(f64::MIN, f64::max)),
        );
        let centred = einsum!([.., j] = x[.., j] - mean[..](x[.., j]));
        assert_close(&centred, &(&x - &(x.sum_axis(Axis(0)).sum_axis(Axis(0)).sum_axis(Axis(0)) / 30.0)));
        let shifted = einsum!([.., j] = zero(x)[.., j - 1] + x[.., j]);
        let expected = Array::from_shape_fn([2, 3, 5, 7], |(a, b, c, j)| {
            x[[a, b, c, j]] + if j > 0 { x[[a, b, c, j - 1]] } else { 0.0 }
        });
        assert_close(&shifted, &expected);
        let smooth = einsum!([.., j] = x[.., j + 1] - x[.., j]);
        assert_eq!(smooth.dim(), (2, 3, 5, 6));
        let last = einsum!([.., j] = clamp(x)[.., j + 9] * 1; j = 2);
        assert_close(&last, &Array::from_shape_fn([2, 3, 5, 2], |(a, b, c, _)| x[[a, b, c, 6]]));
        let first = einsum!([..] = argmax[j](x[.., j]));
        let expected = x
            .lanes(Axis(3))
            .into_iter()
            .map(|row| (0..7).max_by(|one, other| row[*one].total_cmp(&row[*other])).expect("elements"));
        assert_eq!(first.into_iter().collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}

#[test]
fn indices_with_an_ellipsis() {
    let table = random([11, 3], 1, 1);
    let tokens = array![[4_u8, 0, 10], [1, 1, 7]];
    for tokens in [tokens.view(), tokens.t(), tokens.slice(ndarray::s![.., ..;2])] {
        let (found, pullback) = einsum_vjp!([.., d] = 2 * table[tokens[..], d] + 1);
        let shape = [tokens.nrows(), tokens.ncols(), 3];
        let expected = Array3::from_shape_fn(shape, |(i, j, d)| 2.0 * table[[tokens[[i, j]].into(), d]] + 1.0);
        assert_close(&found, &expected);
        let dy = random(shape, 2, 2);
        let mut scattered = Array2::zeros([11, 3]);
        for ((i, j, d), dy) in dy.indexed_iter() {
            scattered[[usize::from(tokens[[i, j]]), d]] += 2.0 * dy;
        }
        assert_close(&pullback(&dy).0, &scattered);
        let mut counts = Array1::<f64>::zeros(11);
        let ones = Array2::from_elem(tokens.raw_dim(), 1.0);
        einsum!(counts[tokens[..]] += ones[..]);
        let expected =
            Array1::from_shape_fn(11, |n| tokens.iter().filter(|token| usize::from(**token) == n).count() as f64);
        assert_close(&counts, &expected);
    }
    let wrong = array![[4_u8, 0], [11, 1]];
    assert!(try_einsum!([.., d] = table[wrong[..], d] + 1).is_err());
}

#[test]
fn attention_of_any_number_of_heads() {
    for layout in 0..LAYOUTS {
        let (q, k, v) =
            (random([2, 3, 5, 4], 1, layout), random([2, 3, 7, 4], 2, layout + 1), random([2, 3, 7, 6], 3, layout + 2));
        let expected = |q: &Array<f64, ndarray::Ix4>, k: &Array<f64, ndarray::Ix4>, v: &Array<f64, ndarray::Ix4>| {
            let s = einsum!("abie,abje->abij", q, k).mapv(f64::exp);
            let sums = s.sum_axis(Axis(3)).insert_axis(Axis(3));
            einsum!("abij,abjd->abid", s / sums, v)
        };
        assert_close(&attention(&q, &k, &v), &expected(&q, &k, &v));
        let dy = random([2, 3, 5, 6], 4, layout + 3);
        let (dq, dk, dv) = attention::backward(&q, &k, &v, &dy);
        assert_gradient(&dq, &differences(&q, |q| (expected(q, &k, &v) * &dy).sum()));
        assert_gradient(&dk, &differences(&k, |k| (expected(&q, k, &v) * &dy).sum()));
        assert_gradient(&dv, &differences(&v, |v| (expected(&q, &k, v) * &dy).sum()));
        let head = |x: &Array<f64, ndarray::Ix4>| x.index_axis(Axis(0), 1).index_axis(Axis(0), 2).to_owned();
        let one: Array2<f64> = attention(&head(&q), &head(&k), &head(&v));
        assert_close(&one, &head(&expected(&q, &k, &v)));
    }
}

#[test]
fn operands_of_other_types() {
    let x = random([2, 3, 5], 1, 1).mapv(|x| x as f32);
    let (y, pullback) = einsum_vjp!([.., j] = exp((x as f64)[.., j]));
    assert_close(&y, &x.mapv(f64::from).mapv(f64::exp));
    let (dx,): (Array3<f32>,) = pullback(&Array3::ones([2, 3, 5]));
    assert!((&dx - &x.mapv(f32::exp)).iter().all(|difference| difference.abs() < 1e-6));
    let fixed = [[1.0, 4.0], [9.0, 16.0], [25.0, 36.0]];
    assert_close(&einsum!([.., j] = sqrt(fixed[.., j])), &array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    let numbers = array![[1_i32, -2], [3, -4]];
    assert_eq!(einsum!([j, ..] = abs(numbers[.., j]) + 1), array![[2, 4], [3, 5]]);
    let number = 2.0_f64;
    assert!((einsum!([..] = exp(number[..])) - number.exp()).abs() < 1e-12);
}

#[test]
fn it_is_explained() {
    let text = explain!([.., j] = relu(sum[k](x[.., k] * w[k, j]) + b[j])).to_string();
    assert!(text.contains("x[.., k] * w[k, j]"), "{text}");
}

/// Numbers of `torch.softmax(x, -1)`, `x` being `(torch.arange(12.).reshape(2, 2, 3) % 5 / 2).double()`.
#[test]
fn numbers_of_torch() {
    let x = Array3::from_shape_fn([2, 2, 3], |(a, b, c)| ((6 * a + 3 * b + c) % 5) as f64 / 2.0);
    let expected = array![
        [
            [0.186_323_723_225_847_56, 0.307_195_885_718_498_4, 0.506_480_391_055_654],
            [0.348_207_427_883_734_8, 0.574_096_992_967_694_6, 0.077_695_579_148_570_59]
        ],
        [
            [0.186_323_723_225_847_56, 0.307_195_885_718_498_4, 0.506_480_391_055_654],
            [0.736_124_724_312_593_9, 0.099_623_648_062_318_33, 0.164_251_627_625_087_83]
        ]
    ];
    assert_close(&softmax(&x), &expected);
}

#[test]
fn a_label_may_be_called_so() {
    for extents in [[2, 3], [3, 2], [5, 5]] {
        let x = random(extents, 1, 0);
        assert_close(&einsum!([.., ellipsis] = exp(x[.., ellipsis])).into_dyn(), &x.mapv(f64::exp).into_dyn());
    }
}
