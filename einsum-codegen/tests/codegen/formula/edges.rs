//! Gradients where a function has a kink, a pole or a tie: the numbers are torch's (2.15), but where a comment says otherwise.

use super::{
    interpreter::{Array, Arrays, real, run},
    text::formula,
};
use einsum_codegen::{
    grad::formula::FormulaVjp,
    ir::formula::{Formula, TensorKind},
};

fn array(elements: &[f64]) -> Array {
    Array { shape: vec![elements.len()], elements: elements.iter().copied().map(real).collect() }
}

/// The gradients by all operands, of the sum of the result.
fn gradients(text: &str, operands: &[&[f64]]) -> Vec<Vec<f64>> {
    let formula = formula(text);
    let wrt: Vec<usize> = (0..operands.len()).collect();
    let program = FormulaVjp::new(&formula, &wrt).fused();
    let mut given = given(&formula, operands);
    let result = formula.results[0];
    let y = run(&formula, &given)[&result].clone();
    let ones = Array { elements: vec![real(1.0); y.elements.len()], shape: y.shape };
    given.insert(program.find(TensorKind::Cotangent).expect("a cotangent"), ones);
    let found = run(&program, &given);
    program.results.iter().map(|id| found[id].elements.iter().map(|number| number.re).collect()).collect()
}

fn given(formula: &Formula, operands: &[&[f64]]) -> Arrays {
    let id = |number| formula.find(TensorKind::Operand(number)).expect("an operand");
    operands.iter().enumerate().map(|(number, elements)| (id(number), array(elements))).collect()
}

#[test]
fn ties_share_evenly() {
    let max = gradients("x: 1\ny[] = max[i](x[i])", &[&[1.0, 3.0, 3.0, 2.0]]);
    assert_eq!(max, [[0.0, 0.5, 0.5, 0.0]]);
    let all = gradients("x: 1\ny[] = max[i](x[i])", &[&[5.0; 4]]);
    assert_eq!(all, [[0.25; 4]]);
    let min = gradients("x: 1\ny[] = min[i](x[i])", &[&[1.0, 3.0, 1.0, 2.0]]);
    assert_eq!(min, [[0.5, 0.0, 0.5, 0.0]]);
    // torch gives NaN to all; an element is equal to NaN nowhere.
    let nan = gradients("x: 1\ny[] = max[i](x[i])", &[&[1.0, f64::NAN]]);
    assert_eq!(nan, [[0.0, 0.0]]);
}

#[test]
fn two_that_are_equal_take_half() {
    let (x, w) = ([1.0, 2.0, 3.0, f64::NAN], [2.0, 2.0, 1.0, 1.0]);
    let larger = gradients("x: 1, w: 1\ny[i] = max(x[i], w[i])", &[&x, &w]);
    assert_eq!(larger, [[0.0, 0.5, 1.0, 1.0], [1.0, 0.5, 0.0, 1.0]]);
    let smaller = gradients("x: 1, w: 1\ny[i] = min(x[i], w[i])", &[&x[..3], &w[..3]]);
    assert_eq!(smaller, [[1.0, 0.5, 0.0], [0.0, 0.5, 1.0]]);
}

#[test]
fn kinks_have_0() {
    // torch lets NaN pass; JAX does not.
    let relu = gradients("x: 1\ny[i] = relu(x[i])", &[&[-1.0, 0.0, 2.0, f64::NAN]]);
    assert_eq!(relu, [[0.0, 0.0, 1.0, 0.0]]);
    let abs = gradients("x: 1\ny[i] = abs(x[i])", &[&[-1.0, 0.0, 2.0, f64::NAN]]);
    assert_eq!(abs, [[-1.0, 0.0, 1.0, 0.0]]);
    assert_eq!(gradients("x: 1\ny[i] = sqrt(x[i])", &[&[0.0, 4.0]]), [[f64::INFINITY, 0.25]]);
}

#[test]
fn powers_of_0() {
    let (x, w) = ([0.0, 0.0, 0.0, 0.0, 2.0], [0.0, 1.0, 2.0, 0.5, 0.0]);
    let powf = gradients("x: 1, w: 1\ny[i] = powf(x[i], w[i])", &[&x, &w]);
    assert_eq!(powf, [[0.0, 1.0, 0.0, f64::INFINITY, 0.0], [0.0, 0.0, 0.0, 0.0, 2.0f64.ln()]]);
    for (power, expected) in [(0, [0.0, 0.0]), (1, [1.0, 1.0]), (2, [0.0, 4.0]), (3, [0.0, 12.0])] {
        let powi = gradients(&format!("x: 1\ny[i] = powi(x[i], {power})"), &[&[0.0, 2.0]]);
        assert_eq!(powi, [expected]);
    }
}

#[test]
fn products_with_zeros() {
    let prod = |x: &[f64]| gradients("x: 1\ny[] = prod[i](x[i])", &[x]).remove(0);
    assert_eq!(prod(&[2.0, 3.0, 4.0]), [12.0, 8.0, 6.0]);
    assert_eq!(prod(&[2.0, 0.0, 4.0]), [0.0, 8.0, 0.0]);
    assert_eq!(prod(&[0.0, 0.0, 4.0]), [0.0, 0.0, 0.0]);
    assert_eq!(prod(&[0.0, 0.0, 0.0]), [0.0, 0.0, 0.0]);
}

#[test]
fn second_derivatives_of_products_with_zeros() {
    let formula = formula("x: 1\ny[] = prod[i](x[i])");
    let second = FormulaVjp::new(&formula, &[0]).second();
    let find = |kind| second.find(kind).expect("a tensor");
    let hessian = |x: &[f64]| -> Vec<Vec<f64>> {
        let row = |at: usize| {
            let mut given = given(&formula, &[x]);
            let dy = Array { shape: Vec::new(), elements: vec![real(1.0)] };
            given.insert(find(TensorKind::Cotangent), dy);
            let direction: Vec<f64> = (0..x.len()).map(|other| f64::from(u8::from(other == at))).collect();
            given.insert(find(TensorKind::Tangent(0)), array(&direction));
            let found = run(&second, &given);
            found[&find(TensorKind::Gradient(0))].elements.iter().map(|number| number.re).collect()
        };
        (0..x.len()).map(row).collect()
    };
    assert_eq!(hessian(&[2.0, 3.0, 4.0]), [[0.0, 4.0, 3.0], [4.0, 0.0, 2.0], [3.0, 2.0, 0.0]]);
    assert_eq!(hessian(&[2.0, 0.0, 4.0]), [[0.0, 4.0, 0.0], [4.0, 0.0, 2.0], [0.0, 2.0, 0.0]]);
    assert_eq!(hessian(&[0.0, 0.0, 4.0]), [[0.0, 4.0, 0.0], [4.0, 0.0, 0.0], [0.0, 0.0, 0.0]]);
    assert_eq!(hessian(&[0.0, 0.0, 0.0]), [[0.0; 3]; 3]);
}

/// torch gives NaN: it multiplies what was not chosen by 0.
#[test]
fn what_is_not_chosen_does_not_leak() {
    let x = [-1.0, 0.0, 2.0];
    let chosen = gradients("x: 1\ny[i] = select(x[i] > 0, ln(x[i]), 0)", &[&x]);
    assert_eq!(chosen, [[0.0, 0.0, 0.5]]);
    let twice =
        gradients("x: 1\ny[i] = select(x[i] > 0, ln(x[i]) * ln(x[i]), 1) + select(x[i] > 1, ln(x[i]), 0)", &[&x]);
    assert_eq!(twice, [[0.0, 0.0, 2.0f64.ln() + 0.5]]);
    // The gradient by `w` reads what was not chosen, and so does nothing with it.
    let shared = gradients("x: 1, w: 1\ny[i] = select(x[i] > 0, w[0] * ln(x[i]), 0)", &[&x, &[2.0]]);
    assert_eq!(shared, [vec![0.0, 0.0, 1.0], vec![2.0f64.ln()]]);
}

#[test]
fn the_index_of_the_largest_has_no_gradient() {
    let stopped = gradients("x: 1\nm[] = argmax[i](x[i])\ny[i] = x[m[]] * index(i)", &[&[1.0, 3.0, 2.0]]);
    assert_eq!(stopped, [[0.0, 3.0, 0.0]]);
    assert_eq!(gradients("x: 1\ny[i] = x[i] * stop(x[i])", &[&[2.0, 3.0]]), [[2.0, 3.0]]);
    assert_eq!(gradients("x: 1\ny[i] = stop(x[i])", &[&[2.0, 3.0]]), [[0.0, 0.0]]);
}
