//! Chains of hidden states: the best path, and the sum of all.

use einsum::einsum_fn;

use super::{A1, A2};

pub(super) const ALL: &[fn()] = &[the_best_path, the_sum_of_all_paths];

einsum_fn! {
    /// Three steps.
    fn viterbi(a, transition, emission) -> [j] {
        let b[j] = max[i](a[i] + transition[i, j]) + emission[0, j];
        let c[j] = max[i](b[i] + transition[i, j]) + emission[1, j];
        max[i](c[i] + transition[i, j]) + emission[2, j]
    }

    fn log_forward(a, transition, emission) -> [j] {
        let b[j] = logsumexp[i](a[i] + transition[i, j]) + emission[0, j];
        let c[j] = logsumexp[i](b[i] + transition[i, j]) + emission[1, j];
        logsumexp[i](c[i] + transition[i, j]) + emission[2, j]
    }
}

#[test]
fn the_best_path() {
    check!("10 chains", "viterbi", viterbi(a: A1, t: A2, e: A2) -> [a: da, t: dt, e: de]);
}

#[test]
fn the_sum_of_all_paths() {
    check!("10 chains", "log_forward", log_forward(a: A1, t: A2, e: A2) -> [a: da, t: dt, e: de]);
}
