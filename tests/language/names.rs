//! Functions of `einsum_fn!` whose names, or those of their parameters, are names of the expansion as well.
#![allow(non_snake_case, reason = "any name is a name")]

use einsum::einsum_fn;
// A function of this block is called `ndarray`, and so is its module.
use ::ndarray::{Array1, ArrayRef1, array};

einsum_fn! {
    fn cotangent(x, dy) = "i,i->";
    fn tangent(x, dx) = "i,i->";
    fn second(x, dx, ddx) = "i,i,i->";
    fn gradient_of_result(y, dy, dresult) = "i,i,i->";
    fn results(y, result) = "i,i->";
    fn one_added(x, add) = "i,i->", wrt = [x];
    fn locals(element_, runtime, operand_0_, cotangent_) = "i,i,i,i->";
    fn generics(T, D0, D) = "i,i,i->";
    fn functions(backward, jvp) = "i,i->";
    fn arguments(out, alpha, beta) = "i,,->i";
    fn keywords(r#type, r#fn) = "i,i->";
    fn extents(x; dy, T) -> [i, dy, T] { x[i] }
    fn backward(x, w) = "i,i->";
    fn runtime(x, w) = "i,i->";
    fn ndarray(x, w) = "i,i->";
    fn T(x, w) = "i,i->";
}

type Two = fn(&ArrayRef1<f64>, &ArrayRef1<f64>) -> f64;

/// The derivative of an inner product is the other vector, whatever they are called.
macro_rules! inner_product {
    ($name:ident) => {
        let (a, b) = (array![2.0, 3.0], array![5.0, 7.0]);
        let value: Two = $name;
        assert_eq!(value(&a, &b), 31.0, stringify!($name));
        let (da, db) = $name::backward(&a, &b, 2.0);
        assert_eq!((da, db), (&b * 2.0, &a * 2.0), stringify!($name));
        let (mut ga, mut gb) = (Array1::zeros(2), Array1::zeros(2));
        $name::backward_add(&a, &b, 1.0, (&mut ga, &mut gb));
        assert_eq!((&ga, &gb), (&b, &a), stringify!($name));
        assert_eq!($name::jvp((&a, &b), (&b, &a)), (31.0, 87.0), stringify!($name));
        let (ga, gb, gdy) = $name::double_backward(&a, &b, 1.0, &b, &a);
        assert_eq!((ga, gb, gdy), (a.clone(), b.clone(), 87.0), stringify!($name));
    };
}

#[test]
fn two_parameters_of_any_name() {
    inner_product!(cotangent);
    inner_product!(results);
    inner_product!(tangent);
    inner_product!(functions);
    inner_product!(keywords);
    inner_product!(backward);
    inner_product!(runtime);
    inner_product!(ndarray);
    inner_product!(T);
}

#[test]
fn more_parameters_of_any_name() {
    let (a, b, c) = (array![2.0, 3.0], array![5.0, 7.0], array![11.0, 13.0]);
    assert_eq!(second(&a, &b, &c), 383.0);
    assert_eq!(second::backward(&a, &b, &c, 1.0).2, &a * &b);
    assert_eq!(second::backward_ddx(&a, &b, &c, 1.0), &a * &b);
    assert_eq!(second::double_backward(&a, &b, &c, 1.0, &a, &b, &c).3, 3.0 * 383.0);
    assert_eq!(second::jvp((&a, &a), (&b, &b), (&c, &c)), (383.0, 3.0 * 383.0));
    assert_eq!(gradient_of_result::backward_dresult(&a, &b, &c, 1.0), &a * &b);
    assert_eq!(gradient_of_result::double_backward(&a, &b, &c, 1.0, &a, &b, &c).3, 3.0 * 383.0);
    assert_eq!(generics::backward_D0(&a, &b, &c, 1.0), &a * &c);
    assert_eq!(locals(&a, &b, &c, &c), 4759.0);
    assert_eq!(locals::backward_runtime(&a, &b, &c, &c, 1.0), &a * &c * &c);
    assert_eq!(one_added::backward_x(&a, &b, 1.0), b);
    assert_eq!(arguments(&a, 2.0, 3.0), &a * 6.0);
    assert_eq!(arguments::backward_alpha(&a, 2.0, 3.0, &a), 39.0);
    assert_eq!(extents(&a, 2, 3).dim(), (2, 2, 3));
    assert_eq!(extents::backward_x(&a, 2, 3, &extents(&a, 2, 3)), &a * 6.0);
}
