//! Functions whose bodies have mistakes: nothing is said about their uses.

use einsum::einsum_fn;
use ndarray::{Array1, Array2};

einsum_fn! {
    fn gathered(x, t, a) -> [l] { zero(x)[t[l], 0.5] + a }
    fn unknown(x, t) -> [l] { foo(x[t[l], 0]) }
    fn unended(x) -> [i] { let s[i, j] = exp(x[i, j]) relu(s[i, j]) }
    fn summed(x, w) -> [i, j] { relu(x[i, k] * w[k, j]) }
}

fn main() {
    let (x, t, y) = (Array2::<f64>::zeros((2, 2)), Array1::<usize>::zeros(2), Array1::<f64>::zeros(2));
    let _: Array1<f64> = gathered(&x, &t, 2.0);
    let _ = gathered::backward(&x, &t, 2.0, &y);
    let _: Array1<f64> = unknown(&x, &t);
    let _ = unended::double_backward(&x, &y, &x);
    let _ = summed::jvp((&x, &x), (&x, &x));
}
