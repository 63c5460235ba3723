//! `double_backward` of a function that calls one of the user's without a second derivative.

use einsum::{Function, einsum_fn};
use ndarray::array;

enum Cubic {}

impl Function<f64, 1> for Cubic {
    fn value([x]: [f64; 1]) -> f64 {
        x * x * x
    }

    fn derivative([x]: [f64; 1], _argument: usize) -> f64 {
        3.0 * x * x
    }
}

einsum_fn! {
    fn of_one_type(x as f64) -> [i] { Cubic(x[i]) }
    fn of_any(x) -> [i] { Cubic(x[i]) }
}

fn main() {
    let (x, dy) = (array![1.0], array![1.0]);
    let _ = of_one_type::backward(&x, &dy);
    let _ = of_one_type::double_backward(&x, &dy, &x);
    let _ = of_any::double_backward(&x, &dy, &x);
}
