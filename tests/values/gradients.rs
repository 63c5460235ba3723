//! Cotangents of every operand of every case: by differences, by the adjoint identity, and their
//! exact zeros.

use crate::common::cases::for_each_case;
use crate::common::inputs::{Arrangement, Input};
use crate::common::number::Number;
use crate::common::oracle;
use einsum::{Differentiable, Element, einsum, einsum_vjp};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD, array};

/// The value, and, for a cotangent of it, that of each operand.
type Vjp<T> = fn(&[ArrayViewD<T>], Option<ArrayViewD<T>>) -> (ArrayD<T>, Vec<ArrayD<T>>);

/// Einsum is linear in each operand, so that with integer-valued operands differences and the
/// adjoint identity are exact, whatever the step.
fn check<T: Number>(subscripts: &str, vjp: Vjp<T>) {
    // Differences take time quadratic in the product of the extents.
    let few = oracle::labels(subscripts).len() <= 4;
    let extents: &[usize] = if few { &[2, 3, 5, 7] } else { &[2, 3, 5, 2, 3, 1, 1] };
    for arrangement in Arrangement::all(subscripts, extents) {
        let (inputs, cotangent) = arrangement.inputs::<T>();
        let views: Vec<_> = inputs.iter().map(Input::view).collect();
        let (value, gradients) = vjp(&views, Some(cotangent.view()));
        let dense: Vec<_> = inputs.iter().map(Input::dense).collect();
        let context = format!("{subscripts}, {arrangement:?}");
        assert_eq!(value, oracle::einsum(subscripts, &dense), "{context}");
        assert_eq!(gradients.len(), dense.len(), "{context}");
        for (gradient, operand) in gradients.iter().zip(&dense) {
            assert_eq!(gradient.shape(), operand.shape(), "{context}");
        }
        check_adjoint(subscripts, &dense, &cotangent.dense(), &gradients, &context);
        check_differences(vjp, &dense, &cotangent.dense(), &gradients, &context);
    }
}

/// `<dy, J v> = <J^T dy, v>`, where by linearity `J v` is a sum of einsums.
fn check_adjoint<T: Number>(
    subscripts: &str,
    operands: &[ArrayD<T>],
    cotangent: &ArrayD<T>,
    gradients: &[ArrayD<T>],
    context: &str,
) {
    let mut forward = T::ZERO;
    let mut reverse = T::ZERO;
    for (position, gradient) in gradients.iter().enumerate() {
        // Any tangent will do that is not parallel to the operands: their elements, shifted.
        let tangent = operands[position].mapv(|element| element * element + T::ONE - element);
        let mut operands = operands.to_vec();
        operands[position].clone_from(&tangent);
        forward = forward + inner(cotangent, &oracle::einsum(subscripts, &operands));
        reverse = reverse + inner(gradient, &tangent);
    }
    assert_eq!(forward, reverse, "{context}");
}

/// For the loss `L = Re <dy, y>`, the cotangent of `x` is `dL/dRe(x) + i dL/dIm(x)`.
fn check_differences<T: Number>(
    vjp: Vjp<T>,
    operands: &[ArrayD<T>],
    cotangent: &ArrayD<T>,
    gradients: &[ArrayD<T>],
    context: &str,
) {
    let loss = |operands: &[ArrayD<T>]| {
        let views: Vec<_> = operands.iter().map(|operand| operand.view()).collect();
        inner(cotangent, &vjp(&views, None).0).real_part()
    };
    let mut operands = operands.to_vec();
    for (position, gradient) in gradients.iter().enumerate() {
        for (index, &gradient) in gradient.indexed_iter() {
            for &direction in T::DIRECTIONS {
                let element = operands[position][&index];
                operands[position][&index] = element + direction;
                let above = loss(&operands);
                operands[position][&index] = element - direction;
                let below = loss(&operands);
                operands[position][&index] = element;
                let slope = (gradient.conj() * direction).real_part();
                assert_eq!(above - below, 2.0 * slope, "{context}: {position} at {index:?}");
            }
        }
    }
}

fn inner<T: Number>(left: &ArrayD<T>, right: &ArrayD<T>) -> T {
    assert_eq!(left.shape(), right.shape());
    let products = left.iter().zip(right).map(|(&left, &right)| left.conj() * right);
    products.fold(T::ZERO, T::add)
}

macro_rules! gradient_tests {
    ($($name:ident: $subscripts:literal ($($operand:ident: $rank:ident),+);)+) => {
        mod real {
            $(gradient_test! { f64, $name: $subscripts ($($operand: $rank),+) })+
        }

        mod complex_of_dynamic_rank {
            $(gradient_test! { num_complex::Complex64, $name: $subscripts ($($operand: IxDyn),+) })+
        }
    };
}

macro_rules! gradient_test {
    ($t:ty, $name:ident: $subscripts:literal ($($operand:ident: $rank:ident),+)) => {
        #[test]
        fn $name() {
            use crate::common::rank::{Tensor as _, ranked};

            crate::gradients::check::<$t>($subscripts, |operands, cotangent| {
                let [$($operand),+] = operands else { unreachable!() };
                $(let $operand = ranked::<_, ndarray::$rank>($operand);)+
                let (value, pullback) = einsum::einsum_vjp!($subscripts, $($operand),+);
                let gradients = cotangent.map(|cotangent| {
                    let ($($operand,)+) = pullback(&value.ranked_alike(&cotangent));
                    vec![$($operand.into_dynamic()),+]
                });
                (value.into_dynamic(), gradients.unwrap_or_default())
            });
        }
    };
}

for_each_case!(gradient_tests);

/// Asserts that all elements off the diagonal of the first two axes are positive zeros.
fn assert_zero_off_diagonal(cotangent: &ArrayD<f64>) {
    for (index, element) in cotangent.indexed_iter() {
        if index[0] != index[1] {
            assert_eq!(element.to_bits(), 0.0_f64.to_bits(), "{element} at {index:?}");
        }
    }
}

#[test]
fn cotangent_of_diagonal_is_zero_off_the_diagonal() {
    let x = Array2::from_elem((3, 3), 7.0);
    let (_, pullback) = einsum_vjp!("ii->i", x);
    let (dx,) = pullback(&array![f64::NAN, f64::NEG_INFINITY, 2.0]);
    assert!(dx[[0, 0]].is_nan());
    assert_eq!(dx[[1, 1]].to_bits(), f64::NEG_INFINITY.to_bits());
    assert_eq!(dx[[2, 2]].to_bits(), 2.0_f64.to_bits());
    assert_zero_off_diagonal(&dx.into_dyn());
}

#[test]
fn cotangent_of_trace_is_zero_off_the_diagonal() {
    let x = Array2::from_elem((5, 5), f64::INFINITY);
    let (_, pullback) = einsum_vjp!("ii->", x);
    for cotangent in [f64::NAN, f64::INFINITY, -1.0] {
        let (dx,) = pullback(&cotangent);
        assert!(dx.diag().iter().all(|element| element.total_cmp(&cotangent).is_eq()));
        assert_zero_off_diagonal(&dx.into_dyn());
    }
}

#[test]
fn cotangent_of_leading_diagonal_is_zero_off_the_diagonal() {
    let x = ndarray::Array3::from_elem((2, 2, 3), f64::NAN);
    let (_, pullback) = einsum_vjp!("iij->ij", x);
    let (dx,) = pullback(&array![[1.0, f64::NAN, 2.0], [3.0, 4.0, f64::INFINITY]]);
    assert_eq!(dx[[0, 0, 0]].to_bits(), 1.0_f64.to_bits());
    assert!(dx[[0, 0, 1]].is_nan());
    assert_eq!(dx[[1, 1, 2]].to_bits(), f64::INFINITY.to_bits());
    assert_zero_off_diagonal(&dx.into_dyn());
}

#[test]
fn cotangent_of_contracted_diagonal_is_zero_off_the_diagonal() {
    let x = array![[1.0, f64::NAN], [f64::NAN, 2.0]];
    let w = array![[3.0, 5.0, 7.0], [11.0, 13.0, 17.0]];
    let (y, pullback) = einsum_vjp!("ii,ij->j", x, w);
    assert_eq!(y, array![25.0, 31.0, 41.0]);
    let (dx, dw) = pullback(&array![1.0, f64::NAN, 1.0]);
    assert!(dx.diag().iter().all(|element| element.is_nan()));
    assert_zero_off_diagonal(&dx.into_dyn());
    assert!(dw.column(1).iter().all(|element| element.is_nan()));
    assert_eq!(dw.column(0), array![1.0, 2.0]);
    assert_eq!(dw.column(2), array![1.0, 2.0]);
}

#[test]
fn each_slot_of_an_operand_passed_twice_has_its_own_cotangent() {
    let x = array![[1.0, 2.0], [3.0, 5.0]];
    let dy = array![[1.0, -1.0], [2.0, 4.0]];
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, x);
    let (left, right) = pullback(&dy);
    assert_eq!(y, x.dot(&x));
    assert_eq!(left, dy.dot(&x.t()));
    assert_eq!(right, x.t().dot(&dy));
    assert_ne!(left, right);
}

#[test]
fn a_square_has_half_its_gradient_in_each_slot() {
    let x: Array1<f64> = array![1.0, 2.0, 3.0];
    let (y, pullback) = einsum_vjp!("i,i->", x, &x);
    let (left, right) = pullback(&1.0);
    assert_eq!(y.to_bits(), 14.0_f64.to_bits());
    assert_eq!(left, x);
    assert_eq!(right, x);
}

#[test]
fn a_sum_broadcasts_its_cotangent() {
    let x = Array2::<f64>::zeros((3, 2));
    let (_, pullback) = einsum_vjp!("ij->j", x);
    assert_eq!(pullback(&array![5.0, 7.0]).0, array![[5.0, 7.0], [5.0, 7.0], [5.0, 7.0]]);
}

/// A dual number: its cotangents carry directional second derivatives.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dual {
    value: f64,
    tangent: f64,
}

impl Element for Dual {
    const ZERO: Self = Dual { value: 0.0, tangent: 0.0 };
    const ONE: Self = Dual { value: 1.0, tangent: 0.0 };

    fn plus(self, other: Self) -> Self {
        Dual { value: self.value + other.value, tangent: self.tangent + other.tangent }
    }

    fn times(self, other: Self) -> Self {
        Dual { value: self.value * other.value, tangent: self.value * other.tangent + self.tangent * other.value }
    }

    fn conjugate(self) -> Self {
        self
    }
}

impl std::ops::Neg for Dual {
    type Output = Self;

    fn neg(self) -> Self {
        Dual { value: -self.value, tangent: -self.tangent }
    }
}

impl Differentiable for Dual {}

#[test]
fn a_custom_element_is_differentiable() {
    let dual = |value, tangent| Dual { value, tangent };
    let x = array![1.0, 2.0, 3.0];
    let v = array![5.0, 7.0, 11.0];
    let hessian = array![[2.0, 1.0, 0.0], [1.0, 2.0, 1.0], [0.0, 1.0, 2.0]];
    let x_dual = ndarray::Zip::from(&x).and(&v).map_collect(|&x, &v| dual(x, v));
    let hessian_dual = hessian.mapv(|element| dual(element, 0.0));
    let (_, pullback) = einsum_vjp!("i,ij,j->", x_dual, hessian_dual, x_dual);
    let (left, outer, right) = pullback(&dual(1.0, 0.0));
    assert_eq!(left.mapv(|element| element.value), einsum!("ij,j->i", hessian, x));
    assert_eq!(right.mapv(|element| element.tangent), einsum!("ij,j->i", hessian, v));
    let mixed = einsum!("i,j->ij", x, v) + einsum!("i,j->ij", v, x);
    assert_eq!(outer.mapv(|element| element.tangent), mixed);
}
