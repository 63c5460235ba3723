//! The order in which operands meet.

use einsum::dynamic::Einsum;
use ndarray::Array;

/// Left to right, this chain has an intermediate of 40 million elements.
#[test]
fn the_best_order_for_the_extents_is_taken() {
    let (a, b, c) = (Array::ones((20_000, 1)), Array::ones((1, 2_000)), Array::ones((2_000, 3)));
    let y = Einsum::new("ij,jk,kl->il").unwrap().run::<f32>(&[&a, &b, &c]).unwrap();
    assert_eq!((y.shape(), y[[19_999, 2]]), (&[20_000, 3][..], 2000.0));
}

#[test]
fn many_operands_are_multiplied() {
    let x = Array::<f64, _>::from_elem((2, 2), 0.5);
    let labels: Vec<char> = ('a'..='z').collect();
    let inputs: Vec<String> = labels.windows(2).map(|pair| pair.iter().collect()).collect();
    let subscripts = format!("{}->az", inputs.join(","));
    let operands: Vec<&dyn einsum::dynamic::Tensor<f64>> = inputs.iter().map(|_| &x as _).collect();
    let (y, pullback) = Einsum::new(&subscripts).unwrap().vjp(&operands).unwrap();
    assert_eq!(y, x.clone().into_dyn());
    assert_eq!(pullback.gradients(&Array::ones((2, 2))).unwrap()[12], Array::<f64, _>::ones((2, 2)).into_dyn());
}
