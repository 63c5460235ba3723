//! Chains of hidden states: the best path, and the sum of all.

use einsum::einsum_fn;
use ndarray::{Array1, Array2};

use crate::programs::reference::{Numbers as _, compare, operand};

einsum_fn! {
    fn best(a, transition, emission) -> [j] { max[i](a[i] + transition[i, j]) + emission[j] }

    fn all(a, transition, emission) -> [j] { logsumexp[i](a[i] + transition[i, j]) + emission[j] }
}

/// A step, and its gradients.
type Step = fn(&Array1<f64>, &Array2<f64>, &Array1<f64>) -> Array1<f64>;
type Back = fn(&Array1<f64>, &Array2<f64>, &Array1<f64>, &Array1<f64>) -> (Array1<f64>, Array2<f64>, Array1<f64>);

fn check(program: &str, step: Step, back: Back) {
    let (start, transition, emissions) = (operand(0, 5), operand(1, (5, 5)), operand(2, (3, 5)));
    let mut states = vec![start];
    for emission in emissions.rows() {
        let next = step(&states[states.len() - 1], &transition, &emission.to_owned());
        states.push(next);
    }
    compare(program, "y", &states[3]);
    let mut da = states[3].like(100);
    let (mut dt, mut de) = (Array2::zeros((5, 5)), Array2::zeros((3, 5)));
    for at in (0..3).rev() {
        let (before, transitions, emission) = back(&states[at], &transition, &emissions.row(at).to_owned(), &da);
        da = before;
        dt += &transitions;
        de.row_mut(at).assign(&emission);
    }
    compare(program, "0", &da);
    compare(program, "1", &dt);
    compare(program, "2", &de);
}

#[test]
fn the_best_path() {
    check("viterbi", |a, t, e| best(a, t, e), |a, t, e, dy| best::backward(a, t, e, dy));
}

#[test]
fn the_sum_of_all_paths() {
    check("log_forward", |a, t, e| all(a, t, e), |a, t, e, dy| all::backward(a, t, e, dy));
}
