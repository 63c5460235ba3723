//! Limits on intermediates that no order keeps: values and gradients of slices against plain loops and against an einsum
//! without a limit, in whole numbers.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test crate")]
#![allow(clippy::cast_possible_truncation, reason = "small whole numbers are exact in any type")]
#![allow(clippy::float_cmp, reason = "small whole numbers are exact")]

#[path = "../common/mod.rs"]
mod common;
mod networks;
mod search;

use common::oracle;
use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
use ndarray::{Array, Array2, Array3, ArrayD, Axis, Dimension, IntoDimension, IxDyn, s};
use num_complex::Complex64;

/// Whole numbers, small enough that products and sums are exact.
fn ramp(shape: &[usize], seed: usize) -> ArrayD<f64> {
    let mut next = u32::try_from(seed).unwrap() % 7 + 1;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        next = (next * 7 + 3) % 11;
        f64::from(next) - 5.0
    })
}

fn fixed<D: Dimension, S: IntoDimension<Dim = D>>(shape: S, seed: usize) -> Array<f64, D> {
    let shape = shape.into_dimension();
    ramp(shape.slice(), seed).into_dimensionality().unwrap()
}

/// Limits, of which the last are kept without slices.
const LIMITS: [usize; 9] = [1, 2, 3, 5, 7, 10, 14, 40, 1000];

/// What is written lies at any strides, in a larger array of which nothing else is touched.
#[test]
fn into_a_view() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let expected = a.dot(&b).dot(&c);
    for limit in LIMITS {
        let mut all = Array2::from_elem((16, 8), 9.0);
        let mut out = all.slice_mut(s![1..16;5, 1..;-1]);
        einsum!("ij,jk,kl->il", a, b, c, out = &mut out, max_intermediate = limit);
        assert_eq!(out, expected, "{limit}");
        out.fill(9.0);
        assert!(all.iter().all(|element| *element == 9.0));
        let mut out = all.slice_mut(s![..7, ..3]);
        einsum!("ij,jk,kl->li", a.slice(s![..;-1, ..]), b, c, out = out, beta = 1.0, max_intermediate = limit);
        assert_eq!(out, &expected.slice(s![..;-1, ..]).t() + 9.0, "{limit}");
    }
}

/// Operands that are read as another type are narrowed by the size of what they are kept as, and their gradients come back in it.
#[test]
fn operands_of_other_types() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let (bytes, halves) = (a.mapv(|x| x as i8), b.mapv(|x| x as f32));
    let (expected, dy) = (a.dot(&b).dot(&c), fixed((3, 7), 4));
    let (_, pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c);
    let (_, db, dc) = pullback(&dy);
    for limit in LIMITS {
        assert_eq!(
            einsum!("ij,jk,kl->il", bytes as f64, halves as f64, c, max_intermediate = limit),
            expected,
            "{limit}"
        );
        let backwards = bytes.slice(s![..;-1, ..]);
        let y = einsum!("ij,jk,kl->li", backwards as f64, halves as f64, c, max_intermediate = limit);
        assert_eq!(y, expected.slice(s![..;-1, ..]).t(), "{limit}");
        let y = einsum!("ij,...jk,kl->...il", bytes as f64, halves as f64, c, max_intermediate = limit);
        assert_eq!(y, expected, "{limit}");
        let mut out = Array2::<f32>::from_elem((3, 7), 9.0);
        einsum!("ij,jk,kl->il", a, halves as f64, c, out = &mut out as f32, beta = 2.0, max_intermediate = limit);
        assert_eq!(out.mapv(f64::from), &expected + 18.0, "{limit}");
        let (y, pullback) =
            einsum_vjp!("ij,jk,kl->il", bytes as f64, halves as f64, c, wrt = [halves, c], max_intermediate = limit);
        assert_eq!(y, expected, "{limit}");
        assert_eq!(pullback(&dy), (db.mapv(|x| x as f32), dc.clone()), "{limit}");
        let mut gb = Array2::<f32>::ones((5, 2));
        let (_, add) =
            einsum_vjp_add!("ij,jk,kl->il", bytes as f64, halves as f64, c, wrt = [halves], max_intermediate = limit);
        add(&dy, (&mut gb,));
        assert_eq!(gb.mapv(f64::from), &db + 1.0, "{limit}");
    }
}

/// A label twice in the result: off the diagonal there is zero, or what was there, by `beta`.
#[test]
fn diagonals_of_results() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let product = a.dot(&b).dot(&c);
    let mut expected = Array3::zeros((3, 7, 3));
    product.indexed_iter().for_each(|((i, l), element)| expected[[i, l, i]] = *element);
    for limit in LIMITS {
        assert_eq!(einsum!("ij,jk,kl->ili", a, b, c, max_intermediate = limit), expected);
        let before: Array3<f64> = fixed((3, 7, 3), 4);
        let mut out = before.clone();
        einsum!("ij,jk,kl->ili", a, b, c, out = &mut out, alpha = 2.0, beta = 3.0, max_intermediate = limit);
        assert_eq!(out, &expected * 2.0 + &before * 3.0, "{limit}");
        einsum!("ij,jk,kl->ili", a, b, c, out = &mut out, max_intermediate = limit);
        assert_eq!(out, expected, "{limit}");

        let dy: Array3<f64> = fixed((3, 7, 3), 5);
        let diagonal = einsum!("ili->il", dy);
        let (_, pullback) = einsum_vjp!("ij,jk,kl->ili", a, b, c, max_intermediate = limit);
        let (da, db, dc) = pullback(&dy);
        assert_eq!(da, diagonal.dot(&b.dot(&c).t()), "{limit}");
        assert_eq!((db, dc), (a.t().dot(&diagonal).dot(&c.t()), a.dot(&b).t().dot(&diagonal)));
    }
}

/// Labels that no operand has, of an extent that is given, or that of `out`.
#[test]
fn given_extents() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let product = a.dot(&b).dot(&c);
    let expected = product.broadcast((4, 3, 7)).unwrap().to_owned();
    for limit in LIMITS {
        assert_eq!(einsum!("ij,jk,kl->nil", a, b, c, max_intermediate = limit; n = 4), expected);
        let mut out = fixed((4, 3, 7), 4);
        let sum = &out + &expected;
        einsum!("ij,jk,kl->nil", a, b, c, out = &mut out, beta = 1.0, max_intermediate = limit);
        assert_eq!(out, sum, "{limit}");
        let (_, pullback) = einsum_vjp!("ij,jk,kl->nil", a, b, c, max_intermediate = limit; n = 4);
        assert_eq!(pullback(&expected).0, product.dot(&b.dot(&c).t()) * 4.0, "{limit}");
    }
}

/// With all extents and the limit given, slices are decided while compiling.
#[test]
fn decided_while_compiling() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let (ab, bc) = (a.dot(&b), b.dot(&c));
    let expected = ab.dot(&c);
    macro_rules! within {
        ($($limit:literal)*) => { $( {
            let y = einsum!("ij,jk,kl->il", a, b, c, max_intermediate = $limit; i = 3, j = 5, k = 2, l = 7);
            assert_eq!(y, expected);
            let mut out = y.clone();
            einsum!(
                "(ij,jk),kl->il", a, b, c, out = &mut out, beta = 2.0, alpha = -1.0, max_intermediate = $limit;
                i = 3, j = 5, k = 2, l = 7
            );
            assert_eq!(out, expected);
            let (y, pullback) =
                einsum_vjp!("ij,jk,kl->il", a, b, c, max_intermediate = $limit; i = 3, j = 5, k = 2, l = 7);
            let (da, db, dc) = pullback(&y);
            assert_eq!((y, da), (expected.clone(), expected.dot(&bc.t())));
            assert_eq!((db, dc), (a.t().dot(&expected).dot(&c.t()), ab.t().dot(&expected)));
            let (mut ga, mut gc) = (Array2::ones(a.dim()), Array2::ones(c.dim()));
            let (y, pullback) = einsum_vjp_add!(
                "ij,jk,kl->il", a, b, c, wrt = [c, a], max_intermediate = $limit;
                i = 3, j = 5, k = 2, l = 7
            );
            pullback(&y, (&mut gc, &mut ga));
            assert_eq!((ga, gc), (expected.dot(&bc.t()) + 1.0, ab.t().dot(&expected) + 1.0));
            let (y, dy) =
                einsum_jvp!("ij,jk,kl->il", (a, a), b, (c, c), max_intermediate = $limit; i = 3, j = 5, k = 2, l = 7);
            assert_eq!((&y, dy), (&expected, &expected * 2.0));
        } )* };
    }
    within!(1 2 3 4 5 6 8);
    // Some are known, of some the run time decides.
    for limit in LIMITS {
        let y = einsum!("ij,jk,kl->il", a, b, c, max_intermediate = limit; i = 3, j = 5, k = 2, l = 7);
        assert_eq!(y, expected, "{limit}");
    }
    let d: Array2<f64> = fixed((7, 3), 4);
    let y = einsum!("(ij,jk,kl),lm->im", a, b, c, d, max_intermediate = 4; i = 3, j = 5, k = 2, l = 7);
    assert_eq!(y, expected.dot(&d));
}

/// An ellipsis is not sliced: it counts with all its axes.
#[test]
fn ellipses() {
    let (a, b, c) = (fixed((2, 3, 5), 1), fixed((3, 5, 4), 2), fixed((4, 7), 3));
    let expected =
        oracle::einsum("xyi,yij,jk->xyk", &[a.clone().into_dyn(), b.clone().into_dyn(), c.clone().into_dyn()]);
    let dy: Array3<f64> = fixed((2, 3, 7), 4);
    let (y, pullback) = einsum_vjp!("...i,...ij,jk->...k", a, b, c);
    let (da, db, dc) = pullback(&dy);
    assert_eq!(y.clone().into_dyn(), expected);
    for limit in [6, 7, 12, 13, 20, 30, 1000] {
        assert_eq!(einsum!("...i,...ij,jk->...k", a, b, c, max_intermediate = limit), y, "{limit}");
        let mut out = y.clone();
        einsum!("...i,...ij,jk->...k", a, b, c, out = &mut out, beta = -1.0, max_intermediate = limit);
        assert_eq!(out, &y * 0.0, "{limit}");
        let (_, pullback) = einsum_vjp!("...i,...ij,jk->...k", a, b, c, max_intermediate = limit);
        assert_eq!(pullback(&dy), (da.clone(), db.clone(), dc.clone()), "{limit}");
        let (mut ga, mut gb, mut gc) = (da.clone(), db.clone(), dc.clone());
        let (_, pullback) = einsum_vjp_add!("...i,...ij,jk->...k", a, b, c, max_intermediate = limit);
        pullback(&dy, (&mut ga, &mut gb, &mut gc));
        assert_eq!((ga, gb, gc), (&da * 2.0, &db * 2.0, &dc * 2.0), "{limit}");
        let (_, tangent) = einsum_jvp!("...i,...ij,jk->...k", a, (b, b), c, max_intermediate = limit);
        assert_eq!(tangent, y, "{limit}");
    }
    // In one operand, with a diagonal: 6 elements of the ellipsis at least.
    let error = try_einsum!("...i,...ij,jk->...k", a, b, c, max_intermediate = 5).unwrap_err();
    assert!(error.to_string().ends_with("however it is sliced; the smallest possible is 6"), "{error}");
}

/// An ellipsis, and a label twice in what is written to.
#[test]
fn ellipses_and_diagonals() {
    let (a, b, v) = (fixed((2, 3, 4, 5), 1), fixed((5, 7), 2), fixed(7, 3));
    let row = b.dot(&v);
    let sums = a.map_axis(Axis(3), |lane| lane.dot(&row));
    let before: Array<f64, _> = fixed((4, 2, 3, 4), 4);
    let mut expected = &before * 2.0;
    sums.indexed_iter().for_each(|((x, y, i), sum)| expected[[i, x, y, i]] -= sum);
    for limit in (1..8).chain([23, 24, 41, 1000]) {
        let mut out = before.clone();
        einsum!("...ij,jk,k->i...i", a, b, v, out = &mut out, alpha = -1.0, beta = 2.0, max_intermediate = limit);
        assert_eq!(out, expected, "{limit}");
        let (y, pullback) = einsum_vjp!("...ij,jk,k->i...i", a, b, v, max_intermediate = limit);
        assert_eq!(y, einsum!("...ij,jk,k->i...i", a, b, v), "{limit}");
        let all = einsum_vjp!("...ij,jk,k->i...i", a, b, v).1(&before);
        assert_eq!(pullback(&before), all, "{limit}");
    }
}

/// With `beta = 0` nothing that was there is read, on a diagonal and off it.
#[test]
fn what_is_replaced_is_not_read() {
    let (a, b, c) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    for limit in LIMITS {
        let mut out = Array2::from_elem((3, 7), f64::NAN);
        einsum!("ij,jk,kl->il", a, b, c, out = &mut out, beta = 0.0, alpha = 2.0, max_intermediate = limit);
        assert_eq!(out, a.dot(&b).dot(&c) * 2.0, "{limit}");
        let mut out = Array3::from_elem((3, 3, 7), f64::NAN);
        einsum!("ij,jk,kl->iil", a, b, c, out = &mut out, beta = 0.0, max_intermediate = limit);
        assert_eq!(out, einsum!("ij,jk,kl->iil", a, b, c), "{limit}");
    }
}

/// Where extents disagree, or broadcasting is refused, the message is that of an einsum without a limit, and nothing is
/// written.
#[test]
fn extents_that_disagree() {
    let (a, b, c): (Array2<f64>, _, _) = (fixed((3, 5), 1), fixed((1, 2), 2), fixed((2, 7), 3));
    let mut out: Array2<f64> = fixed((3, 7), 4);
    let before = out.clone();
    for limit in LIMITS {
        assert!(try_einsum!("ij,jk,kl->il", a, b, c, max_intermediate = limit).is_ok(), "{limit}");
        let error = try_einsum!("ij,jk,kl->il", a, b, c, out = &mut out, broadcast = false, max_intermediate = limit);
        let whole = try_einsum!("ij,jk,kl->il", a, b, c, out = &mut before.clone(), broadcast = false);
        assert_eq!(error.unwrap_err().to_string(), whole.unwrap_err().to_string());
        let error = try_einsum!("ij,jk,kl->il", a, c, c, out = &mut out, max_intermediate = limit);
        assert!(error.is_err() && out == before, "{limit}");
        let strict: Array2<f64> =
            einsum!("ij,jk,kl->il", a, fixed((5, 2), 2), c, broadcast = false, max_intermediate = limit);
        assert_eq!(strict, einsum!("ij,jk,kl->il", a, fixed((5, 2), 2), c), "{limit}");
    }
}

/// Index notation, which adds to what is there, and the gradient of `alpha`.
#[test]
fn index_notation_and_factors() {
    let (a, b, c): (Array2<f64>, _, _) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let product = a.dot(&b).dot(&c);
    let dy: Array2<f64> = fixed((3, 7), 5);
    let (_, pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c, alpha = 3.0, wrt = [b, alpha]);
    let whole = pullback(&dy);
    for limit in LIMITS {
        let mut y = dy.clone();
        einsum!(y[row, column] += a[row, j] * b[j, k] * c[k, column], max_intermediate = limit);
        assert_eq!(y, &dy + &product, "{limit}");
        einsum!(y[row, column] -= a[row, j] * b[j, k] * c[k, column], max_intermediate = limit);
        assert_eq!(y, dy, "{limit}");
        let (y, pullback) =
            einsum_vjp!("ij,jk,kl->il", a, b, c, alpha = 3.0, wrt = [b, alpha], max_intermediate = limit);
        assert_eq!((y, pullback(&dy)), (&product * 3.0, whole.clone()), "{limit}");
    }
}

/// A pullback that outlives its operands, and is called more than once, has what it needs.
#[test]
fn pullbacks_own_what_was_moved_in() {
    let (a, b, c): (Array2<f64>, Array2<f64>, Array2<f64>) = (fixed((3, 5), 1), fixed((5, 2), 2), fixed((2, 7), 3));
    let dy: Array2<f64> = fixed((3, 7), 5);
    for limit in LIMITS {
        let (_, pullback) = einsum_vjp!("ij,jk,kl->il", a.clone(), b.clone(), c.clone(), max_intermediate = limit);
        let (da, db, dc) = std::thread::spawn(move || pullback(&fixed((3, 7), 5))).join().unwrap();
        assert_eq!((da, db), (dy.dot(&b.dot(&c).t()), a.t().dot(&dy).dot(&c.t())), "{limit}");
        assert_eq!(dc, a.dot(&b).t().dot(&dy), "{limit}");
    }
}

/// Conjugates, and complex numbers.
#[test]
fn conjugates() {
    let complex = |shape: (usize, usize), seed| {
        let (re, im) = (fixed(shape, seed), fixed(shape, seed + 1));
        ndarray::Zip::from(&re).and(&im).map_collect(|re, im| Complex64::new(*re, *im))
    };
    let (a, b, c) = (complex((3, 5), 1), complex((5, 2), 3), complex((2, 7), 5));
    let dy = complex((3, 7), 2);
    let (y, pullback) = einsum_vjp!("ij,jk,kl->il", conj(a), b, conj(c));
    let gradients = pullback(&dy);
    for limit in LIMITS {
        let (sliced, pullback) = einsum_vjp!("ij,jk,kl->il", conj(a), b, conj(c), max_intermediate = limit);
        assert_eq!(sliced, y, "{limit}");
        assert_eq!(pullback(&dy), gradients, "{limit}");
    }
}

einsum_fn! {
    fn whole(a, b, c) = "ij,jk,kl->il";
    fn single(a, b, c) = "ij,jk,kl->il", max_intermediate = 1;
    fn some(a, b, c) = "ij,jk,kl->il", max_intermediate = crate::FOUR;
    fn known(a, b, c; i = 3, j = 5, k = 2, l = 7) = "ij,jk,kl->il", max_intermediate = 3;
    fn words(a, b, c) -> [row, column] { -a[row, j] * b[j, k] * c[k, column], max_intermediate = 2, wrt = [c, b] }
    fn words_whole(a, b, c) -> [row, column] { -a[row, j] * b[j, k] * c[k, column], wrt = [c, b] }
}

const FOUR: usize = 4;

/// All functions of a module, with broadcast operands as well.
#[test]
fn functions() {
    let shapes = [[(3, 5), (5, 2), (2, 7)], [(3, 5), (1, 2), (2, 7)], [(3, 1), (5, 2), (1, 7)]];
    for [a, b, c] in shapes {
        let (a, b, c) = (fixed(a, 1), fixed(b, 2), fixed(c, 3));
        let (da, db, dc, dy) = (fixed(a.dim(), 4), fixed(b.dim(), 5), fixed(c.dim(), 6), fixed((3, 7), 7));
        macro_rules! alike {
            ($($name:ident)*) => { $( {
                assert_eq!($name(&a, &b, &c), whole(&a, &b, &c));
                assert_eq!($name::backward(&a, &b, &c, &dy), whole::backward(&a, &b, &c, &dy));
                assert_eq!($name::backward_b(&a, &b, &c, &dy), whole::backward_b(&a, &b, &c, &dy));
                let (mut ga, mut gb, mut gc) = (da.clone(), db.clone(), dc.clone());
                $name::backward_add(&a, &b, &c, &dy, (&mut ga, &mut gb, &mut gc));
                let (ha, hb, hc) = whole::backward(&a, &b, &c, &dy);
                assert_eq!((ga, gb, gc), (&da + ha, &db + hb, &dc + hc));
                assert_eq!($name::jvp((&a, &da), (&b, &db), (&c, &dc)), whole::jvp((&a, &da), (&b, &db), (&c, &dc)));
                let second = whole::double_backward(&a, &b, &c, &dy, &da, &db, &dc);
                assert_eq!($name::double_backward(&a, &b, &c, &dy, &da, &db, &dc), second);
            } )* };
        }
        alike!(single some);
        if (b.nrows(), a.ncols()) == (5, 5) {
            alike!(known);
        }
        assert_eq!(words(&a, &b, &c), words_whole(&a, &b, &c));
        assert_eq!(words::backward(&a, &b, &c, &dy), words_whole::backward(&a, &b, &c, &dy));
        let second = words_whole::double_backward(&a, &b, &c, &dy, &dc, &db);
        assert_eq!(words::double_backward(&a, &b, &c, &dy, &dc, &db), second);
    }
}

/// Whatever the limit, one block or several, the same bits on any number of threads.
#[test]
fn threads_change_nothing() {
    let number = |count: usize| move |place: usize| f64::from(u32::try_from(place * 31 % count).unwrap()).sin();
    let shaped = |rows: usize, columns: usize, seed: usize| {
        Array2::from_shape_fn((rows, columns), |(i, j)| number(97 + seed)(i * columns + j))
    };
    let (a, b, c) = (shaped(101, 89, 1), shaped(89, 103, 2), shaped(103, 97, 3));
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (y, pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c, max_intermediate = 3000);
            let (da, db, dc) = pullback(&y);
            [y, da, db, dc].map(|array| array.iter().map(|element| element.to_bits()).collect::<Vec<_>>())
        })
    };
    assert!(run(1) == run(2) && run(1) == run(5));
    let sum = einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 3000);
    assert!((sum - a.dot(&b).dot(&c)).iter().all(|error| error.abs() < 1e-9));
    assert_eq!(a.sum_axis(Axis(1)).len(), 101);
}
