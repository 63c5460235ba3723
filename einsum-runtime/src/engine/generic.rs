//! The loops for any element.

use super::{Problem, Roles, streams, without_lone};
use crate::element::Element;

/// Computes a step, whatever it is.
pub fn run<T: Element>(problem: Problem<'_, T>) {
    if problem.rhs.is_some() && Roles::of(&problem).has_lone() {
        return without_lone(problem, run);
    }
    streams::run_with(streams::Portable, problem);
}
