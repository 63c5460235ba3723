//! Index notation means what the same subscripts in a literal mean.

use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, Array3, array};
use num_complex::c64;

fn square() -> Array2<f64> {
    array![[1.0, 2.0], [3.0, 4.0]]
}

fn cube() -> Array3<f64> {
    Array3::from_shape_fn((2, 3, 2), |(b, i, k)| f64::from(u8::try_from(6 * b + 2 * i + k).unwrap()))
}

struct Layer {
    w: Array2<f64>,
    b: Array1<f64>,
}

impl Layer {
    fn weights(&self, _number: usize) -> &Array2<f64> {
        &self.w
    }

    fn apply(&self, x: &Array2<f64>) -> Array2<f64> {
        einsum!([batch, out] = x[batch, feature] * self.w[feature, out] * self.b[out])
    }
}

einsum_fn! {
    /// A layer.
    pub fn linear(x, w) -> [batch, row, out] { x[batch, row, feature] * w[out, feature, expert] }
    fn scaled(a, x) -> [i, j] { x[j, i] * a }
}

#[test]
fn returns_a_tensor() {
    let (x, w) = (square(), square());
    assert_eq!(einsum!([row, column] = x[row, inner] * w[inner, column]), x.dot(&w));
    assert_eq!(einsum!([i, j] = x[j, i]), x.t());
    assert_eq!(einsum!([] = x[i, i]), 5.0);
    assert_eq!(einsum!([in, fn] = 2.0 * x[fn, in]), &x.t() * 2.0);
    assert_eq!(
        einsum!([.., i] = cube()[.., i] * array![1.0, 2.0][i]),
        einsum!("...i,i->...i", cube(), array![1.0, 2.0])
    );
}

#[test]
fn takes_any_operand_before_the_bracket() {
    let layer = Layer { w: square(), b: array![1.0, 10.0] };
    assert_eq!(layer.apply(&square()), square().dot(&square()) * &layer.b);
    let x = square();
    assert_eq!(einsum!([i] = (&x + &x)[i, j] * layer.weights(0)[j, k] * layer.b[k]), x.dot(&x).dot(&layer.b) * 2.0);
    assert_eq!(einsum!([i] = array![1.0, 2.0][i] * (layer.b[1])), array![10.0, 20.0]);
    let (a, b) = (array![c64(1.0, 2.0)], array![c64(3.0, -1.0)]);
    assert_eq!(einsum!([] = conj(a[i]) * b[i]), einsum!("i,i->", conj(a), b));
    let (product, pullback) = einsum_vjp!([i, k] = x[i, j] * layer.w[j, k]);
    let (of_literal, pullback_of_literal) = einsum_vjp!("ij,jk->ik", x, layer.w);
    assert_eq!(product, of_literal);
    assert_eq!(pullback(&product), pullback_of_literal(&product));
}

#[test]
fn negates() {
    let x = square();
    assert_eq!(einsum!([i, j] = -x[i, j]), -&x);
    assert_eq!(einsum!([i, j] = -x[i, k] * -x[k, j]), x.dot(&x));
    assert_eq!(einsum!([i] = -2.0 * x[i, j]), array![-6.0, -14.0]);
}

#[test]
fn writes_and_adds_to_what_is_there() {
    let (x, mut y) = (square(), Array2::zeros((2, 2)));
    einsum!(y[i, j] = x[j, i]);
    assert_eq!(y, x.t());
    einsum!(y[i, j] += 2.0 * x[j, i]);
    assert_eq!(y, &x.t() * 3.0);
    einsum!(y[i, j] -= x[j, i]);
    assert_eq!(y, &x.t() * 2.0);
    let mut layer = Layer { w: square(), b: array![0.0, 0.0] };
    einsum!(layer.b[j] -= x[i, j] * layer.w[i, j]);
    assert_eq!(layer.b, array![-10.0, -20.0]);
    let mut sum = 1.0;
    einsum!(sum[] += x[i, j]);
    assert_eq!(sum, 11.0);
    let mut diagonal = Array2::from_elem((2, 2), 7.0);
    einsum!(diagonal[i, i] = x[i, j]);
    assert_eq!(diagonal, array![[3.0, 0.0], [0.0, 7.0]]);
}

#[test]
fn makes_functions() {
    let (x, w) = (cube(), Array3::ones((4, 2, 5)));
    let y = linear(&x, &w);
    assert_eq!(y, einsum!("bik,jkl->bij", x, w));
    let (_, pullback) = einsum_vjp!("bik,jkl->bij", x, w);
    assert_eq!(linear::backward(&x, &w, &y), pullback(&y));
    assert_eq!(scaled(2.0, &square()), &square().t() * 2.0);
    assert_eq!(scaled::backward_a(2.0, &square(), &square()), 1.0 + 16.0 + 6.0 + 6.0);
}

#[test]
fn messages_are_in_its_words() {
    let (x, w) = (square(), Array2::<f64>::zeros((3, 2)));
    let error = try_einsum!([row, column] = x[row, inner] * w[inner, column]).unwrap_err();
    let expected = "einsum `[row, column] = x[row, inner] * w[inner, column]`: \
                    label `inner` has extent 2 in `x` but 3 in `w`";
    assert_eq!(error.to_string(), expected);
}

/// Messages about functions, quotients and sums say what to write instead: that compiles.
#[test]
fn what_messages_advise_compiles() {
    let (x, y): (Array1<f64>, Array1<f64>) = (array![1.0, 4.0], array![2.0, 8.0]);
    let m = square();
    assert_eq!(einsum!([i] = (x.mapv(f64::sqrt))[i]), array![1.0, 2.0]);
    assert_eq!(einsum!([i] = (x.mapv(|e| e.powi(2)))[i] * y[i]), array![2.0, 128.0]);
    assert_eq!(einsum!([i] = (x.mapv(f64::sqrt))[i]), array![1.0, 2.0]);
    assert_eq!(einsum!([i] = (x.mapv(|e| e.max(0.0)))[i]), x);
    assert_eq!(einsum!([i] = x[i] * (y.mapv(|e| 1.0 / e))[i]), array![0.5, 0.5]);
    assert_eq!(einsum!([i] = x[i] * (1.0 / 2.0)), array![0.5, 2.0]);
    assert_eq!(einsum!([i] = (&x + &y)[i] * x[i]), array![3.0, 48.0]);
    assert_eq!(einsum!([i, j] = m.t()[i, j]), m.t());
    assert_eq!(einsum!([i] = x[i] * (f64::sqrt(x[1]))), array![2.0, 8.0]);
    let mut sum = einsum!([i] = x[i]);
    einsum!(sum[i] += y[i]);
    assert_eq!(sum, array![3.0, 12.0]);
    let (mut w, s) = (m.clone(), 2.0);
    einsum!(w[row, column] = m[row, inner] * m[inner, column], alpha = s);
    assert_eq!(w, m.dot(&m) * 2.0);
}
