//! The loops for any element.

use super::{Problem, Roles, irregular, streams};
use crate::element::Element;

/// Computes a step, whatever it is.
pub fn run<T: Element>(problem: Problem<'_, T>) {
    if problem.rhs.is_some() {
        let roles = Roles::of(&problem);
        if roles.is_irregular() {
            return irregular(problem, roles, [run, any]);
        }
    }
    any(problem);
}

fn any<T: Element>(problem: Problem<'_, T>) {
    streams::run_with(streams::Portable, problem);
}
