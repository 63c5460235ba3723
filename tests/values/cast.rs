//! Operands that are read as another type: `x as f64`. The oracle is loops over what Rust's `as` gives, of numbers with which
//! all sums are exact, so that results are compared as they are.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the oracle is `as`"
)]

use einsum::{
    Cast, CastBack, EinsumError, Element, Storage, einsum, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum,
};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, ArrayView, Axis, Dimension, IntoDimension, Ix2, array, s};
use num_complex::{Complex32, Complex64};

/// Numbers between -8 and 7 that differ along every axis.
fn numbers<T, D: Dimension>(shape: impl IntoDimension<Dim = D>, seed: u32, of: impl Fn(i8) -> T) -> Array<T, D> {
    let mut next = seed;
    Array::from_shape_simple_fn(shape.into_dimension(), || {
        next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        of((next >> 28) as i8 - 8)
    })
}

fn bytes<D: Dimension>(shape: impl IntoDimension<Dim = D>, seed: u32) -> Array<i8, D> {
    numbers(shape, seed, |n| n)
}

fn floats<D: Dimension>(shape: impl IntoDimension<Dim = D>, seed: u32) -> Array<f32, D> {
    numbers(shape, seed, f32::from)
}

fn complex<D: Dimension>(shape: impl IntoDimension<Dim = D>, seed: u32) -> Array<Complex64, D> {
    let (mut re, mut im) = (numbers(shape, seed, f64::from), seed);
    re.map_mut(|re| {
        im = im.wrapping_mul(22_695_477).wrapping_add(1);
        Complex64::new(*re, f64::from((im >> 28) as i8 - 8))
    })
}

/// `ij,jk->ik`, by loops.
fn product<A: Copy, B: Copy, T: Copy + std::ops::Mul<Output = T> + std::iter::Sum>(
    (a, of_a): (ArrayView<'_, A, Ix2>, impl Fn(A) -> T),
    (b, of_b): (ArrayView<'_, B, Ix2>, impl Fn(B) -> T),
) -> Array2<T> {
    Array2::from_shape_fn((a.nrows(), b.ncols()), |(i, k)| {
        (0..a.ncols()).map(|j| of_a(a[[i, j]]) * of_b(b[[j, k]])).sum()
    })
}

#[test]
fn bytes_are_summed_in_i32() {
    for (i, j, k) in [(7, 11, 5), (1, 1, 1), (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 13, 1), (17, 1, 19)] {
        let (a, b) = (bytes((i, j), 1).mapv(|n| n * 15), bytes((j, k), 2).mapv(|n| n * 15));
        let expected = product((a.view(), i32::from), (b.view(), i32::from));
        assert_eq!(einsum!("ij,jk->ik", a as i32, b as i32), expected, "{i} {j} {k}");
        assert_eq!(einsum!([i, k] = (a as i32)[i, j] * (b as i32)[j, k]), expected, "{i} {j} {k}");
    }
}

#[test]
fn elements_wrap_and_saturate_as_by_as() {
    let x = array![-1.5_f64, 300.7, f64::NAN, 1e300, 255.0];
    assert_eq!(einsum!("i->i", x as u8), array![0, 255, 0, 255, 255]);
    assert_eq!(einsum!("i->i", array![-1_i32, 300] as u8), array![255, 44]);
    assert_eq!(einsum!("i->", array![true, false, true] as u32), 2);
    assert_eq!(einsum!("i->", array![true, true] as Complex32), Complex32::new(2.0, 0.0));
    assert_eq!(einsum!("i->i", array![0.1_f64] as f32), array![0.1_f32]);
    assert_eq!(einsum!("i->i", array![u64::MAX] as f32), array![u64::MAX as f32]);
    let z = array![Complex64::new(0.1, -1e300)];
    assert_eq!(einsum!("i->i", z as Complex32), array![Complex32::new(0.1, f32::NEG_INFINITY)]);
}

#[test]
fn real_meets_complex() {
    let (x, w) = (floats((5, 7), 1), complex((7, 3), 2));
    let expected = product((x.view(), |x| Complex64::new(f64::from(x), 0.0)), (w.view(), |w| w));
    assert_eq!(einsum!("ij,jk->ik", x as Complex64, w), expected);
    assert_eq!(einsum!([i, k] = (x as Complex64)[i, j] * w[j, k]), expected);
    assert_eq!(einsum!("jk,ij->ik", w, x as Complex64), expected);
    let conjugated = expected.mapv(|y| y.conj());
    assert_eq!(einsum!("ij,jk->ik", conj(x as Complex64), conj(w)), conjugated);
    assert_eq!(einsum!("ij,jk->ik", conj(x) as Complex64, conj(w as Complex64)), conjugated);
    assert_eq!(einsum!([i, k] = conj((x as Complex64)[i, j] * w[j, k])), conjugated);
    let narrow = w.mapv(|w| Complex32::new(w.re as f32, w.im as f32));
    assert_eq!(
        einsum!("ij,jk->ik", x as Complex64, conj(narrow) as Complex64),
        product((x.view(), |x| Complex64::new(f64::from(x), 0.0)), (w.view(), |w| w.conj()))
    );
}

/// So large that there are several blocks of an operand, along both of its axes.
#[test]
fn blocks_are_put_together() {
    let (i, j, k) = (151, 1009, 11);
    let (a, b) = (bytes((i, j), 1), floats((j, k), 2));
    let wide = b.mapv(f64::from);
    let expected = product((a.view(), f64::from), (b.view(), f64::from));
    assert_eq!(einsum!("ij,jk->ik", a as f64, wide), expected);
    assert_eq!(einsum!("kj,ij->ki", b.t() as f64, a as f64), expected.t());
    let turned = (a.slice(s![..;-1, ..;-1]), b.slice(s![..;-1, ..]));
    assert_eq!(einsum!("ij,jk->ik", turned.0 as f64, turned.1 as f64), expected.slice(s![..;-1, ..]));
    let mut y = Array2::from_elem((i, k), 1.0);
    einsum!("ij,jk->ik", a as f64, wide, out = &mut y, alpha = 2.0, beta = 4.0);
    assert_eq!(y, expected.mapv(|e| 2.0 * e + 4.0));
    assert_eq!(einsum!("ij,jk->", a as f64, b as f64), expected.sum());
    assert_eq!(einsum!("ij,jk->k", a as f64, b as f64), expected.sum_axis(Axis(0)));
}

#[test]
fn blocks_of_both_operands_are_put_together() {
    let (i, j, k) = (139, 1009, 149);
    let (a, b) = (bytes((i, j), 1), bytes((j, k), 2));
    let expected = product((a.view(), f64::from), (b.view(), f64::from));
    assert_eq!(einsum!("ij,jk->ik", a as f64, b as f64), expected);
    let mut y = Array2::from_elem((k, i), f64::NAN);
    einsum!("kj,ij->ki", b.t() as f64, a as f64, out = &mut y);
    assert_eq!(y, expected.t());
}

#[test]
fn integers_without_kernels_are_put_together_too() {
    let (a, b) = (bytes((37, 3001), 1), bytes((3001, 23), 2));
    let expected = product((a.view(), i64::from), (b.view(), i64::from));
    assert_eq!(einsum!("ij,jk->ik", a as i64, b as i64), expected);
    assert_eq!(einsum!("ij,kj->ik", a as i64, b.t() as i64), expected);
}

#[test]
fn streams_are_put_together() {
    let x = floats((701, 503), 3);
    let wide = x.mapv(f64::from);
    assert_eq!(einsum!("ij->ji", x as f64), wide.t());
    assert_eq!(einsum!("ij->ij", x.t() as f64), wide.t());
    assert_eq!(einsum!("ij->i", x as f64), wide.sum_axis(Axis(1)));
    assert_eq!(einsum!("ij->j", x as f64), wide.sum_axis(Axis(0)));
    assert_eq!(einsum!("ij,ij->ij", x as f64, wide), &wide * &wide);
    assert_eq!(einsum!("ij,ij->", x as f64, x as f64), (&wide * &wide).sum());
    assert_eq!(einsum!("ij,j->i", x as f64, wide.row(0)), wide.dot(&wide.row(0)));
    assert_eq!(einsum!("ij,i->j", x as f64, wide.column(0)), wide.t().dot(&wide.column(0)));
    let long = floats(300_007, 4);
    assert_eq!(einsum!("i->", long as f64), long.mapv(f64::from).sum());
    let v = floats(40_009, 5);
    let outer = einsum!("i,j->ji", v as f64, array![2.0, 3.0]);
    assert_eq!(outer.row(1), v.mapv(|v| 3.0 * f64::from(v)));
}

#[test]
fn batches_are_put_together() {
    let (b, i, j, k) = (61, 37, 101, 5);
    let (x, w) = (bytes((b, i, j), 1), bytes((b, j, k), 2));
    let y = einsum!("bij,bjk->bik", x as f32, w as f32);
    let z = einsum!(
        "ijb,jkb->ikb",
        x.view().permuted_axes([1, 2, 0]).to_owned() as f32,
        w.view().permuted_axes([1, 2, 0]) as f32
    );
    for b in 0..b {
        let expected = product((x.index_axis(Axis(0), b), f32::from), (w.index_axis(Axis(0), b), f32::from));
        assert_eq!(y.index_axis(Axis(0), b), expected, "{b}");
        assert_eq!(z.index_axis(Axis(2), b), expected, "{b}");
    }
}

#[test]
fn diagonals_broadcasts_and_empty_sums() {
    let x = bytes((401, 401), 1);
    assert_eq!(einsum!("ii->i", x as f64), x.diag().mapv(f64::from));
    assert_eq!(einsum!("ii->", x as i32), x.diag().mapv(i32::from).sum());
    let v = bytes(5, 2);
    assert_eq!(einsum!("i->ii", v as f64), Array2::from_diag(&v.mapv(f64::from)));
    // An extent of 1 is broadcast, on either side.
    let (row, w) = (bytes((1, 7), 3), bytes((5, 7), 4).mapv(f64::from));
    assert_eq!(einsum!("ij,ij->ij", row as f64, w), row.mapv(f64::from) * &w);
    assert_eq!(einsum!("ij,ij->j", w, row as f64), (row.mapv(f64::from) * &w).sum_axis(Axis(0)));
    // A view that repeats its elements.
    let many = v.broadcast((1_000_003, 5)).unwrap();
    assert_eq!(einsum!("ij->j", many as i64), v.mapv(|v| 1_000_003 * i64::from(v)));
    // Along the second diagonal of this view all elements are one.
    let turned = x.slice(s![..3, ..3]);
    assert_eq!(
        einsum!("ij,ij->", turned.slice(s![..;-1, ..]) as i32, turned as i32),
        (0..3)
            .flat_map(|i| (0..3).map(move |j| (i, j)))
            .map(|(i, j)| i32::from(x[[2 - i, j]]) * i32::from(x[[i, j]]))
            .sum::<i32>()
    );
    let empty = Array2::<f32>::zeros((0, 4));
    assert_eq!(einsum!("ij->j", empty as f64), Array1::<f64>::zeros(4));
    let mut y = array![1.0, 2.0, 3.0, 4.0];
    einsum!("ij->j", empty as f64, out = &mut y, beta = 2.0);
    assert_eq!(y, array![2.0, 4.0, 6.0, 8.0]);
    assert_eq!(einsum!("i->ij", v as f64; j = 2), Array2::from_shape_fn((5, 2), |(i, _)| f64::from(v[i])));
}

#[derive(Clone, Copy)]
enum Kind {
    Second = 2,
}

#[test]
#[allow(
    clippy::char_lit_as_u8,
    clippy::unnecessary_cast,
    clippy::cast_lossless,
    reason = "literals are cast as users may cast them"
)]
fn numbers_are_those_of_rust() {
    let (n, x) = (3_i32, array![1.0, 2.0]);
    assert_eq!(einsum!(",i->i", n as f64, x), array![3.0, 6.0]);
    assert_eq!(einsum!([i] = (n as f64) * x[i]), array![3.0, 6.0]);
    assert_eq!(einsum!(",i->i", 3_000_000_000 as i64, array![1_i64]), array![3_000_000_000]);
    assert_eq!(einsum!(",i->i", -1 as i16, array![1_i16]), array![-1]);
    assert_eq!(einsum!(",i->i", ('a' as u8) as f64, x), array![97.0, 194.0]);
    assert_eq!(einsum!(",i->i", { 'a' as u8 }, array![1_u8]), array![97]);
    assert_eq!(einsum!(",i->i", (1 + n) as f64, x), array![4.0, 8.0]);
    let inferred = 2;
    assert_eq!(einsum!(",i->i", inferred as f64, x), array![2.0, 4.0]);
    assert_eq!(einsum!(",->", n as f64, 2.0), 6.0);
    assert_eq!(einsum!("->", 7_u8 as u32), 7);
    // What is after a reference is a type, as in Rust.
    let y = array![1.0_f64];
    assert_eq!(einsum!("i->i", &y as &Array1<f64>), y);
    assert_eq!(einsum!(",i->i", { Kind::Second as i32 }, array![4]), array![8]);
}

struct Layer {
    x: Array2<f32>,
}

impl Layer {
    fn apply(&self, w: &Array2<f64>) -> Array2<f64> {
        einsum!("ij,jk->ik", self.x as f64, w)
    }
}

#[test]
fn operands_are_expressions() {
    let (layer, w) = (Layer { x: floats((3, 5), 1) }, floats((5, 2), 2).mapv(f64::from));
    let expected = product((layer.x.view(), f64::from), (w.view(), |w| w));
    assert_eq!(layer.apply(&w), expected);
    let x = &layer.x;
    assert_eq!(einsum!("ij,jk->ik", x as f64, w), expected);
    assert_eq!(einsum!("ij,jk->ik", (&x) as f64, w), expected);
    assert_eq!(einsum!("ij,jk->ik", &layer.x as f64, w), expected);
    assert_eq!(einsum!("ij,jk->ik", x.view() as f64, w.view() as f64), expected);
    assert_eq!(einsum!("ij,jk->ik", (x as f64), w), expected);
    assert_eq!(einsum!("ij,jk->ik", *x as f64, w), expected);
    assert_eq!(einsum!("ij,jk->ik", x.clone().into_dyn() as f64, w), expected);
    assert_eq!(einsum!("ij,jk->ik", { x } as f64, w), expected);
    let wrong: ArrayD<f32> = ArrayD::zeros(vec![3, 5, 1]);
    let error = try_einsum!("ij,jk->ik", wrong as f64, w).unwrap_err();
    assert!(matches!(error, EinsumError::Rank { operand: "wrong as f64", axes: 3, .. }), "{error}");
    let error = try_einsum!("ij,jk->ik", w as f64, x as f64).unwrap_err();
    assert!(error.to_string().contains("`x as f64`"), "{error}");
    assert!(explain!([i, k] = (x as f64)[i, j] * w[j, k]).to_string().contains("ij,jk->ik"));
}

/// Whole turns by 256.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Turns(u8);
impl Element for Turns {
    const ZERO: Self = Self(0);
    const ONE: Self = Self(1);
    fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
    fn times(self, other: Self) -> Self {
        Self(self.0.wrapping_mul(other.0))
    }
    fn conjugate(self) -> Self {
        self
    }
}

impl Cast<f64> for Turns {
    fn cast(self) -> f64 {
        f64::from(self.0) / 256.0
    }
}

impl CastBack<f64> for Turns {
    fn cast_back(cotangent: f64) -> Self {
        Self((cotangent / 256.0) as u8)
    }
}

impl Cast<Turns> for f64 {
    fn cast(self) -> Turns {
        Turns((self * 256.0) as u8)
    }
}

#[test]
fn a_type_of_the_users_is_one_too() {
    type Wide = f64;
    fn sum<T: Storage, S: Cast<T> + Storage>(x: &Array1<S>) -> T {
        einsum!("i->", x as T)
    }
    assert_eq!(einsum!("i->", array![1_i8, 2] as Wide), 3.0);
    assert_eq!(sum::<i64, i8>(&array![100, 100]), 200);
    let x = array![Turns(64), Turns(128)];
    assert_eq!(einsum!("i->", x as f64), 0.75);
    assert_eq!(einsum!("i->i", array![0.5, 0.75] as Turns), array![Turns(128), Turns(192)]);
    let (_, pullback) = einsum_vjp!("i->", x as f64);
    assert_eq!(pullback(&512.0).0, array![Turns(2), Turns(2)]);
}

/// No number, but read as one.
#[derive(Clone, Copy)]
enum Step {
    Back,
    Forth,
}

impl Cast<i64> for Step {
    fn cast(self) -> i64 {
        match self {
            Step::Back => -1,
            Step::Forth => 1,
        }
    }
}

#[test]
fn what_is_read_need_not_be_computed_with() {
    let steps = array![Step::Forth, Step::Forth, Step::Back, Step::Forth];
    let weights = array![2_i64, 3, 5, 7];
    assert_eq!(einsum!("i,i->", steps as i64, weights), 7);
    assert_eq!(einsum!("i,i->i", weights.slice(s![..;-1]), steps as i64), array![7, 5, -3, 2]);
    let many = Array2::from_shape_fn((67, 131), |(i, j)| if (i + j) % 3 == 0 { Step::Back } else { Step::Forth });
    let sign = many.mapv(|step| if matches!(step, Step::Back) { -1 } else { 1 });
    assert_eq!(einsum!("ij->j", many as i64), sign.sum_axis(Axis(0)));
    assert_eq!(einsum!("...j->...", many as i64), sign.sum_axis(Axis(1)));
}

#[test]
fn ellipses_and_dynamic_ranks() {
    let (x, w) = (bytes((2, 3, 5, 7), 1), bytes((7, 4), 2));
    let wide = w.mapv(f64::from);
    let y = einsum!("...ij,jk->...ik", x as f64, w as f64);
    assert_eq!(y.shape(), [2, 3, 5, 4]);
    let z = einsum!("...ij,jk->...ik", x.view().into_dyn() as f64, wide);
    for (a, b) in [(0, 0), (1, 2)] {
        let expected = product((x.slice(s![a, b, .., ..]), f64::from), (w.view(), f64::from));
        assert_eq!(y.slice(s![a, b, .., ..]), expected);
        assert_eq!(z.index_axis(Axis(0), a).index_axis(Axis(0), b), expected.into_dyn());
    }
    // Broadcast, reversed, and of several blocks.
    let (x, row) = (bytes((3, 211, 307), 3), bytes((1, 307), 4));
    let y = einsum!("...,...->...", x.slice(s![.., ..;-1, ..]) as f64, row as f64);
    let expected = x.slice(s![.., ..;-1, ..]).mapv(f64::from) * row.mapv(f64::from);
    assert_eq!(y, expected);
    let (value, pullback) = einsum_vjp!("...,...->...", floats((2, 3), 1) as f64, floats(3, 2) as f64);
    let (dx, dw) = pullback(&value);
    assert_eq!((dx.shape(), dw.shape()), (&[2, 3][..], &[3][..]));
    let _: (Array2<f32>, Array1<f32>) = (dx, dw);
    let mut out = Array3::<f64>::ones((3, 211, 307));
    einsum!("...,...->...", x as f32, row as f32, out = &mut out as f64, beta = 1.0);
    assert_eq!(out, x.mapv(f64::from) * row.mapv(f64::from) + 1.0);
}

#[test]
fn orders_limits_and_known_extents() {
    let (a, b, c) = (bytes((4, 6), 1), bytes((6, 5), 2), bytes((5, 3), 3));
    let ab = product((a.view(), i32::from), (b.view(), i32::from));
    let expected = product((ab.view(), |n| n), (c.view(), i32::from));
    assert_eq!(einsum!("ij,jk,kl->il", a as i32, b as i32, c as i32), expected);
    assert_eq!(einsum!("ij,(jk,kl)->il", a as i32, b as i32, c as i32), expected);
    assert_eq!(einsum!("ij,jk,kl->il", a as i32, b as i32, c as i32, max_intermediate = 30), expected);
    assert_eq!(einsum!("ij,jk,kl->il", a as i32, b as i32, c as i32; i = 4, j = 6, k = 5, l = 3), expected);
    assert_eq!(einsum!("ij,jk->ik", a as i32, b as i32; i = 4, j = 6, k = 5), ab);
    let wide = b.mapv(f32::from);
    assert_eq!(einsum!("ij,jk->ik", a as f32, wide; i = 4, j = 6, k = 5), ab.mapv(|n| n as f32));
    // Lone labels are summed first.
    let lone = einsum!("ij,kl->ik", a as i32, c as i32);
    assert_eq!(lone[[1, 2]], a.row(1).mapv(i32::from).sum() * c.row(2).mapv(i32::from).sum());
}

#[test]
fn out_is_wider_than_what_is_computed_with() {
    let (x, w) = (floats((3, 5), 1), floats((5, 2), 2));
    let expected = product((x.view(), |x| x), (w.view(), |w| w)).mapv(f64::from);
    let mut y = Array2::zeros((3, 2));
    einsum!("ij,jk->ik", x, w, out = &mut y as f64);
    assert_eq!(y, expected);
    // The old content is never narrowed.
    let old = 1.0 + f64::EPSILON;
    y.fill(old);
    einsum!((y as f64)[i, k] += x[i, j] * w[j, k], alpha = 0.0);
    assert_eq!(y, Array2::from_elem((3, 2), old));
    einsum!((y as f64)[i, k] -= x[i, j] * w[j, k]);
    assert_eq!(y, expected.mapv(|e| old - e));
    let mut z = Array2::from_elem((2, 3), Complex64::new(0.0, 1.0));
    einsum!("ij,jk->ki", x, w, out = z.view_mut() as Complex64, alpha = 2.0, beta = 0.5);
    assert_eq!(z, expected.t().mapv(|e| Complex64::new(2.0 * e, 0.5)));
    let mut diagonal = Array2::from_elem((5, 5), 1.0);
    einsum!("ji->ii", x.slice(s![.., ..]), out = &mut diagonal as f64, beta = 2.0);
    let sums = x.sum_axis(Axis(0)).mapv(f64::from);
    assert_eq!(diagonal, Array2::from_diag(&sums) + 2.0);
    let mut sum = 0.0_f64;
    einsum!("ij->", x, out = &mut sum as f64);
    assert_eq!(sum, f64::from(x.sum()));
    let mut narrow = Array1::<i8>::zeros(5);
    einsum!("ij->j", x as f64, out = &mut narrow as i8);
    assert_eq!(narrow, x.sum_axis(Axis(0)).mapv(|n| n as i8));
    let mut wrong = Array2::<f64>::zeros((3, 3));
    assert!(try_einsum!("ij,jk->ik", x, w, out = &mut wrong as f64).is_err());
}

#[test]
fn gradients_have_the_types_of_the_operands() {
    let (x, w) = (floats((5, 7), 1), complex((7, 3), 2));
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x as Complex64, w);
    let dy = complex((5, 3), 3);
    assert_eq!(y, product((x.view(), |x| Complex64::new(f64::from(x), 0.0)), (w.view(), |w| w)));
    let (dx, dw): (Array2<f32>, Array2<Complex64>) = pullback(&dy);
    let of_w = product((dy.view(), |dy| dy), (w.t(), |w| w.conj()));
    assert_eq!(dx, of_w.mapv(|z| z.re as f32));
    assert_eq!(dw, product((x.t(), |x| Complex64::new(f64::from(x), 0.0)), (dy.view(), |dy| dy)));
    // Integers can be left out.
    let n = bytes((5, 7), 4);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", n as Complex64, w, wrt = [w]);
    assert_eq!(pullback(&dy).0, product((n.t(), |n| Complex64::new(f64::from(n), 0.0)), (dy.view(), |dy| dy)));
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x as Complex64, w, wrt = [x as Complex64]);
    assert_eq!(pullback(&dy).0, dx);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x as Complex64, w, wrt = [x]);
    assert_eq!(pullback(&dy).0, dx);
    let (_, pullback) = einsum_vjp!([i, k] = (x as Complex64)[i, j] * w[j, k], wrt = [x]);
    assert_eq!(pullback(&dy).0, dx);
    // Added to what is there.
    let (mut gx, mut gw) = (Array2::<f32>::ones((5, 7)), Array2::<Complex64>::ones((7, 3)));
    let (_, pullback) = einsum_vjp_add!("ij,jk->ik", x as Complex64, w);
    pullback(&dy, (&mut gx, &mut gw));
    assert_eq!(gx, dx + 1.0);
    assert_eq!(gw, dw + Complex64::new(1.0, 0.0));
    // Owned, a number, and broadcast.
    let a = 3.0_f32;
    let (_, pullback) = einsum_vjp!(",ij->ij", a as f64, bytes((2, 3), 5).mapv(f32::from) as f64, alpha = 2.0);
    let (da, dx): (f32, Array2<f32>) = pullback(&Array2::ones((2, 3)));
    assert_eq!(da, 2.0 * bytes((2, 3), 5).mapv(f32::from).sum());
    assert_eq!(dx, Array2::from_elem((2, 3), 6.0));
}

/// `<dy, J dx> = <J* dy, dx>`, the real part of it where one side is real.
#[test]
fn gradients_are_adjoint_to_tangents() {
    let (x, w) = (floats((5, 7), 1), complex((7, 3), 2));
    let (dx, dw, dy) = (floats((5, 7), 3), complex((7, 3), 4), complex((5, 3), 5));
    let (y, tangent) = einsum_jvp!("ij,jk->ik", (x as Complex64, dx as Complex64), (w, dw));
    let inner = |a: &Array2<Complex64>, b: &Array2<Complex64>| (a.mapv(|a| a.conj()) * b).sum().re;
    let (value, pullback) = einsum_vjp!("ij,jk->ik", x as Complex64, w);
    let (gx, gw) = pullback(&dy);
    assert_eq!(y, value);
    let back = f64::from((&gx * &dx).sum()) + inner(&gw, &dw);
    assert_eq!(inner(&dy, &tangent), back);
    // All ways to write a pair.
    let (_, both) = einsum_jvp!("ij,jk->ik", (x, dx) as Complex64, (w, dw));
    assert_eq!(both, tangent);
    let wide = dx.mapv(|dx| Complex64::new(f64::from(dx), 0.0));
    let (_, one) = einsum_jvp!("ij,jk->ik", (x as Complex64, wide), (w, dw));
    assert_eq!(one, tangent);
    let (_, notation) = einsum_jvp!([i, k] = ((x, dx) as Complex64)[i, j] * (w, dw)[j, k]);
    assert_eq!(notation, tangent);
    let n = bytes((5, 7), 6);
    let (_, fixed) = einsum_jvp!("ij,jk->ik", n as Complex64, (w, dw));
    assert_eq!(fixed, product((n.view(), |n| Complex64::new(f64::from(n), 0.0)), (dw.view(), |w| w)));
}

#[test]
fn threads_change_nothing() {
    let (a, b) = (floats((530, 701), 1).mapv(|n| n / 3.0), floats((701, 310), 2).mapv(|n| n / 7.0));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            (einsum!("ij,jk->ik", a as f64, b as f64), einsum!("ij->j", a as f64), einsum!("ij->ji", b as f64))
        })
    };
    let alone = on(1);
    assert_eq!(on(2), alone);
    assert_eq!(on(3), alone);
}

mod functions {
    use einsum::einsum_fn;
    use num_complex::Complex64;

    einsum_fn! {
        pub fn linear(x as f64, w) = "ij,jk->ik";
        pub fn both(x as Complex64, conj(w as Complex64)) = "ij,jk->ik";
        pub fn notation(x as f64, w) -> [i, k] { -x[i, j] * w[j, k] }
        pub fn within(x, w) -> [i, k] { (x as f64)[i, j] * w[j, k] }
        pub fn scale(a as f64, x as f64) = ",...->...", wrt = [x];
    }
}

#[test]
fn functions_read_parameters_as_another_type() {
    use functions::{both, linear, notation, scale, within};
    let (x, w) = (floats((5, 7), 1), floats((7, 3), 2).mapv(f64::from));
    let expected = product((x.view(), f64::from), (w.view(), |w| w));
    assert_eq!(linear(&x, &w), expected);
    assert_eq!(linear(&bytes((5, 7), 1), &w), product((bytes((5, 7), 1).view(), f64::from), (w.view(), |w| w)));
    assert_eq!(notation(&x, &w), -&expected);
    assert_eq!(within(&x, &w), expected);
    let dy = floats((5, 3), 3).mapv(f64::from);
    let of_x = product((dy.view(), |dy| dy), (w.t(), |w| w)).mapv(|dx| dx as f32);
    let of_w = product((x.t(), f64::from), (dy.view(), |dy| dy));
    let (dx, dw): (Array2<f32>, Array2<f64>) = linear::backward(&x, &w, &dy);
    assert_eq!((&dx, &dw), (&of_x, &of_w));
    assert_eq!(linear::backward_x(&x, &w, &dy), of_x);
    // Of bytes there is no gradient, but that of the other is there.
    let n = bytes((5, 7), 1);
    assert_eq!(linear::backward_w(&n, &w, &dy), product((n.t(), f64::from), (dy.view(), |dy| dy)));
    let (mut gx, mut gw) = (Array2::<f32>::ones((5, 7)), Array2::<f64>::ones((7, 3)));
    linear::backward_add(&x, &w, &dy, (&mut gx, &mut gw));
    assert_eq!((gx, gw), (&of_x + 1.0, &of_w + 1.0));
    let (ddx, ddw) = (floats((5, 7), 4), floats((7, 3), 5).mapv(f64::from));
    let (value, tangent) = linear::jvp((&x, &ddx), (&w, &ddw));
    assert_eq!(value, expected);
    assert_eq!(
        tangent,
        product((ddx.view(), f64::from), (w.view(), |w| w)) + product((x.view(), f64::from), (ddw.view(), |w| w))
    );
    let (gx, _, gdy): (Array2<f32>, Array2<f64>, Array2<f64>) = linear::double_backward(&x, &w, &dy, &ddx, &ddw);
    assert_eq!(gdy, tangent);
    assert_eq!(gx, product((dy.view(), |dy| dy), (ddw.t(), |w| w)).mapv(|g| g as f32));

    let z = complex((7, 3), 6);
    let of_z = product((x.view(), |x| Complex64::new(f64::from(x), 0.0)), (z.view(), |z| z.conj()));
    assert_eq!(both(&x, &z), of_z);
    let (dx, dz): (Array2<f32>, Array2<Complex64>) = both::backward(&x, &z, &of_z);
    assert_eq!(dx, product((of_z.view(), |dy| dy), (z.t(), |z| z)).mapv(|dx| dx.re as f32));
    assert_eq!(dz, product((x.t(), |x| Complex64::new(f64::from(x), 0.0)), (of_z.view(), |dy| dy.conj())));

    assert_eq!(scale(3_i16, &x), x.mapv(|x| 3.0 * f64::from(x)));
    let (dx,): (Array2<f32>,) = scale::backward(3_i16, &x, &x.mapv(f64::from));
    assert_eq!(dx, x.mapv(|x| 3.0 * x));
    let mut gx = Array2::<f32>::ones((5, 7));
    scale::backward_add(3_i16, &x, &x.mapv(f64::from), (&mut gx,));
    assert_eq!(gx, x.mapv(|x| 3.0 * x + 1.0));
}

/// Read as a number, it panics where it is marked.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Fragile(f32);

impl Cast<f32> for Fragile {
    fn cast(self) -> f32 {
        assert!(!self.0.is_nan(), "it is marked");
        self.0
    }
}

impl Element for Fragile {
    const ZERO: Self = Self(0.0);
    const ONE: Self = Self(1.0);

    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    fn times(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }

    fn conjugate(self) -> Self {
        self
    }
}

#[test]
fn a_conversion_that_panics_leaves_nothing_behind() {
    for n in [3, 29, 211] {
        let whole = floats((n, n), 3);
        let mut x = whole.mapv(Fragile);
        let expected = product((whole.view(), |x| x), (whole.view(), |x| x));
        for place in [(0, 0), (n / 2, n - 1), (n - 1, n - 1)] {
            let kept = std::mem::replace(&mut x[place], Fragile(f32::NAN));
            let mut y = Array2::from_elem((n, n), f32::NAN);
            let panicking = std::panic::AssertUnwindSafe(|| einsum!("ij,jk->ik", x as f32, x as f32, out = &mut y));
            assert!(std::panic::catch_unwind(panicking).is_err(), "{n} {place:?}");
            x[place] = kept;
            assert_eq!(einsum!("ij,jk->ik", x as f32, x as f32), expected, "{n} {place:?}");
        }
    }
}
