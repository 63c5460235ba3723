//! Answers `peers.py` by `einsum::dynamic`, whatever the case: subscripts are read when it is asked for, and kept while it is timed.

mod protocol;

use einsum::{
    Differentiable, Element,
    dynamic::{Einsum, Tensor},
};
use ndarray::{ArrayD, IxDyn};
use protocol::{BUDGET, Num, Reply, Sums, add, operand, timeit};

fn main() {
    protocol::serve(|job| {
        let case = &job["case"];
        let extents = |subscript: &str| -> Option<Vec<usize>> {
            subscript.chars().map(|label| usize::try_from(case["sizes"][&*label.to_string()].as_u64()?).ok()).collect()
        };
        let (subscripts, is_backward) = (case["spec"].as_str()?, job["bwd"].as_bool()?);
        let (operands, result) = subscripts.split_once("->")?;
        let shapes = operands.split(',').map(extents).collect::<Option<Vec<_>>>()?;
        let result = extents(result)?;
        let cotangent = is_backward.then_some(&*result);
        let budget = job["budget"].as_f64().unwrap_or(BUDGET);
        match job["dtype"].as_str()? {
            "f32" => answer::<f32>(subscripts, &shapes, cotangent, budget),
            "f64" => answer::<f64>(subscripts, &shapes, cotangent, budget),
            _ => None,
        }
    });
}

/// Times an einsum of operands of these shapes; with gradients, if there are extents of a cotangent.
fn answer<T: Num + Element + Differentiable>(
    subscripts: &str,
    shapes: &[Vec<usize>],
    cotangent: Option<&[usize]>,
    budget: f64,
) -> Option<Reply> {
    let einsum = Einsum::new(subscripts).ok()?;
    let operands: Vec<ArrayD<T>> =
        shapes.iter().zip(0..).map(|(shape, number)| operand(IxDyn(shape), number)).collect();
    let operands: Vec<&dyn Tensor<T>> = operands.iter().map(|operand| operand as &dyn Tensor<T>).collect();
    let sums = einsum.run(&operands).ok()?.sums();
    let time = timeit(budget, || einsum.run(&operands));
    let Some(extents) = cotangent else { return Some((time, sums, None)) };
    let cotangent: ArrayD<T> = operand(IxDyn(extents), 99);
    let both = || {
        let (value, pullback) = einsum.vjp(&operands).expect("it was run");
        (pullback.gradients(&cotangent).expect("extents of the result"), value)
    };
    let gradients: Vec<[f64; 2]> = both().0.iter().map(Sums::sums).collect();
    Some((time, sums, Some((timeit(budget, both), add(&gradients)))))
}
