//! The loops for any element.

use super::{Problem, Roles, streams, without_lone};
use crate::element::Element;

/// Computes a step, whatever it is.
pub fn run<T: Element>(problem: Problem<'_, T>) {
    let roles = Roles::of(&problem);
    if roles.is_empty {
        return;
    }
    if roles.has_lone(&problem) {
        return without_lone(problem, run);
    }
    streams::run_with(streams::Portable, problem);
}
