//! The numbers of operands, which are those of `peers.py`, and facts by which results are compared.

use ndarray::{Array, Dimension};
use serde_json::Value as Json;

/// The Euclidean norm, and the sum of all elements times the numbers of operand 77.
pub type Facts = [f64; 2];

fn hash(n: usize, k: usize) -> u32 {
    (n as u32).wrapping_mul(2_654_435_761).wrapping_add((k as u32).wrapping_mul(40_503))
}

fn number(n: usize, k: usize) -> f32 {
    (f64::from(hash(n, k)) / 4_294_967_296.0 - 0.5) as f32
}

/// The extents of operand `k` of a case.
pub fn shape(case: &Json, k: usize) -> Vec<usize> {
    let extents = case["shapes"][k].as_array().expect("a shape for each operand");
    extents.iter().map(|extent| extent.as_u64().expect("extents are whole") as usize).collect()
}

/// An array of numbers, or of indices, that is operand `k` of a case.
pub trait Operand {
    fn of(case: &Json, k: usize) -> Self;
}

impl<D: Dimension> Operand for Array<f32, D> {
    fn of(case: &Json, k: usize) -> Self {
        filled(&shape(case, k), |n| number(n, k))
    }
}

/// Indices, below the case's `below`.
impl<D: Dimension> Operand for Array<i64, D> {
    fn of(case: &Json, k: usize) -> Self {
        let below = case["below"].as_u64().expect("a bound of indices") as u32;
        filled(&shape(case, k), |n| i64::from(hash(n, k) % below))
    }
}

fn filled<T, D: Dimension>(shape: &[usize], element: impl Fn(usize) -> T) -> Array<T, D> {
    let elements = (0..shape.iter().product()).map(element).collect();
    let array = Array::from_shape_vec(shape, elements).expect("as many elements as the shape has");
    array.into_dimensionality().expect("a shape of the program's rank")
}

/// A result, one or several.
pub trait Results {
    fn facts(&self) -> Vec<Facts>;
}

/// A result that has a cotangent: operand 99, of its extents.
pub trait Value {
    fn cotangent(&self) -> Self;
}

impl<D: Dimension> Value for Array<f32, D> {
    fn cotangent(&self) -> Self {
        filled(self.shape(), |n| number(n, 99))
    }
}

impl Value for f32 {
    fn cotangent(&self) -> Self {
        number(0, 99)
    }
}

impl<D: Dimension> Results for Array<f32, D> {
    fn facts(&self) -> Vec<Facts> {
        let (mut squares, mut product) = (0.0, 0.0);
        for (n, element) in self.iter().enumerate() {
            let element = f64::from(*element);
            squares += element * element;
            product += element * f64::from(number(n, 77));
        }
        vec![[squares.sqrt(), product]]
    }
}

impl Results for f32 {
    fn facts(&self) -> Vec<Facts> {
        vec![[f64::from(self.abs()), f64::from(*self) * f64::from(number(0, 77))]]
    }
}

macro_rules! tuples {
    ($($($result:ident)*;)*) => { $(
        impl<$($result: Results),*> Results for ($($result,)*) {
            #[allow(non_snake_case)]
            fn facts(&self) -> Vec<Facts> {
                let ($($result,)*) = self;
                [$($result.facts()),*].concat()
            }
        }
    )* };
}
tuples! { A; A B; A B C; A B C D; }
