//! The loops for any element.

use super::{Problem, streams};
use crate::element::Element;

/// Computes a step, whatever it is.
pub fn run<T: Element>(problem: Problem<'_, T>) {
    streams::run_with(streams::Portable, problem);
}
