//! Letters with white space between them as one likes: what looks like words is no other einsum.

use einsum::dynamic::{Einsum, Tensor};
use ndarray::{Array, ArrayD, Dimension, IxDyn};

const N: usize = 2;

fn numbers(axes: usize, seed: i64) -> ArrayD<i64> {
    let mut next = seed;
    Array::from_shape_simple_fn(IxDyn(&vec![N; axes]), || {
        next = next * 37 % 101;
        next - 50
    })
}

/// `abcd` is in two subscripts, `a` twice in the first, which has eight axes.
#[test]
fn white_space_has_no_meaning() {
    let (x, w) = (numbers(8, 3), numbers(4, 7));
    let mut expected = ArrayD::<i64>::zeros(vec![N; 3]);
    for index in ndarray::indices(vec![N; 7]) {
        let [a, b, c, d, e, f, g] = *index.slice() else { unreachable!("there are seven labels") };
        expected[[e, f, g]] += x[IxDyn(&[a, b, c, d, e, a, f, g])] * w[[a, b, c, d]];
    }
    let operands: [&dyn Tensor<i64>; 2] = [&x, &w];
    for subscripts in [
        "abcd eafg, abcd -> efg",
        "abcdeafg,abcd->efg",
        "a b c d e a f g , a b c d -> e f g",
        "abcd eafg, abcd",
        " abcd eafg,abcd->efg ",
    ] {
        assert_eq!(Einsum::new(subscripts).unwrap().run(&operands).unwrap(), expected, "{subscripts}");
    }
}
