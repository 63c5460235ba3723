//! Numbers that are written: of which type they are, and that they have no gradient.

use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array2, ArrayD, IxDyn, array};
use num_complex::{Complex32, Complex64};

#[test]
fn integers_are_factors_of_any_elements() {
    let x = array![[1.0_f64, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(einsum!([i, j] = 2 * x[j, i]), &x.t() * 2.0);
    assert_eq!(einsum!([i, j] = x[i, k] * 3 * x[j, k]), x.dot(&x.t()) * 3.0);
    assert_eq!(einsum!([j] = -2 * x[i, j]), array![-10.0, -14.0, -18.0]);
    assert_eq!(einsum!([i] = 2 * x.mapv(|e| e as f32)[i, j]), array![12.0_f32, 30.0]);
    let (z, w) = (array![Complex64::new(1.0, 2.0)], array![Complex32::new(1.0, -2.0)]);
    assert_eq!(einsum!([i] = 2 * z[i]), array![Complex64::new(2.0, 4.0)]);
    assert_eq!(einsum!([] = conj(w[i]) * w[i] * 3), Complex32::new(15.0, 0.0));
    assert_eq!(einsum!([i] = 2 * array![3_i32, -4][i]), array![6, -8]);
    assert_eq!(einsum!([i] = 2 * array![200_u8, 100][i]), array![144, 200]);
    assert_eq!(einsum!([i] = 2 * [1.5_f32, 2.0][i]), [3.0, 4.0]);
    let d = ArrayD::from_shape_fn(IxDyn(&[2, 3]), |index| (3 * index[0] + index[1]) as f64);
    assert_eq!(einsum!([.., j] = 2 * d[j, ..]), (&d.t() * 2.0).into_dyn());
    let mut sums = array![1.0, 1.0];
    einsum!(sums[i] -= 2 * x[i, j]);
    assert_eq!(sums, array![-11.0, -29.0]);
    let integer: i32 = einsum!([] = 2 * 3);
    assert_eq!(integer, 6);
}

#[cfg(feature = "half")]
#[test]
fn integers_are_factors_of_halves() {
    use half::{bf16, f16};

    let x = array![f16::from_f32(1.5), f16::from_f32(2049.0)];
    assert_eq!(einsum!([i] = 2 * x[i]), x.mapv(|e| e * f16::from_f32(2.0)));
    assert_eq!(einsum!([i] = array![bf16::from_f32(1.5)][i] * -3), array![bf16::from_f32(-4.5)]);
}

#[test]
fn factors_that_are_written_have_no_gradient() {
    let (x, y) = (array![[1.0, 2.0], [3.0, 4.0]], array![1.0, 10.0]);
    let dx = array![[2.0, 2.0], [20.0, 20.0]];
    assert_eq!(einsum_vjp!([i] = 2 * x[i, j]).1(&y), (dx.clone(),));
    assert_eq!(einsum_vjp!([i] = 2.0 * x[i, j]).1(&y), (dx.clone(),));
    assert_eq!(einsum_vjp!([i] = 2.0 * x[i, j], wrt = [0]).1(&y), (73.0,));
    assert_eq!(einsum_vjp!([i] = 2.0_f64 * x[i, j]).1(&y), (73.0, dx.clone()));
    assert_eq!(einsum_vjp!(",ij->i", 2.0, x).1(&y), (73.0, dx));
}

#[test]
fn labels_of_given_extents_are_known_in_parentheses() {
    let (x, w) = (array![1.0, 2.0, 3.0], array![10.0, 20.0]);
    assert_eq!(einsum!([i] = x[i] * (w[l]); l = 2), array![30.0, 60.0, 90.0]);
    assert_eq!(einsum!([i] = x[i] + (w[l] * 2.0); l = 2), array![61.0, 62.0, 63.0]);
    assert_eq!(einsum!([i] = x[i] * (w[l] + 1); l = 2), array![31.0, 62.0, 93.0]);
    let n = 1;
    assert_eq!(einsum!([i] = x[i] * (w[n]); i = 3), array![20.0, 40.0, 60.0]);
}

einsum_fn! {
    fn masked(x) -> [i, j] { select(j <= i, x[i, j], f64::NEG_INFINITY) }
    fn density(x) -> [i] { exp(-0.5 * powi(x[i], 2)) / sqrt(2 * std::f64::consts::PI) }
}

#[test]
fn functions_have_constants_of_floats() {
    let x = array![[1.0_f32, 2.0], [3.0, 4.0]];
    assert_eq!(masked(&x), array![[1.0, f32::NEG_INFINITY], [3.0, 4.0]]);
    assert_eq!(masked::backward(&x, &Array2::ones((2, 2))), (array![[1.0, 0.0], [1.0, 1.0]],));
    assert!((density(&array![1.0_f64])[0] - 0.241_970_724_519_143_37).abs() < 1e-15);
}

#[test]
fn errors_call_labels_as_they_are_written() {
    let (x, t) = (array![1.0, 2.0, 3.0], array![1_usize, 7]);
    let error = try_einsum!([i] = x[t[i]] + sum[i](x[i])).unwrap_err().to_string();
    assert!(error.contains("`t[i]` is 7 somewhere"), "{error}");
}

macro_rules! with_own_x {
    ($v:ident) => {{
        let x = array![10, 20];
        [einsum!([i] = 2 * $v[i] * x[i]), einsum!([i] = $v[i] + x[i]), einsum!([i] = $v[i] * x[i])]
    }};
}

#[test]
fn variables_of_one_name_in_a_macro_and_where_it_is_called_are_two() {
    let x = array![1, 2];
    assert_eq!(with_own_x!(x), [array![20, 80], array![11, 22], array![10, 40]]);
}

#[test]
fn functions_of_the_user_beside_an_integer_are_the_users() {
    fn max(a: i32, b: i32) -> i32 {
        a * b
    }
    let x = array![1, 2];
    assert_eq!(einsum!([i] = 2 * max(3, 5) * x[i]), array![30, 60]);
    assert_eq!(einsum!([i] = 2 * (1 + max(3, 5)) * x[i]), array![32, 64]);
    let six: i32 = einsum!([] = 2 * (3));
    assert_eq!(six, 6);
}
