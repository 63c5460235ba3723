//! A line for each step that the engine computes, if `EINSUM_TRACE=1` is in the environment, after one with the caches.

use std::{
    any::type_name,
    fmt::Write,
    sync::atomic::{AtomicU8, Ordering},
};

use crate::{
    machine::{caches, isa, threads},
    number::Number,
    plan::{choose::choose, way::Plan},
    problem::{Axis, Problem},
};

/// 0: nobody has asked yet; 1: no; 2: yes.
static STATE: AtomicU8 = AtomicU8::new(0);

/// Whether steps are printed.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    match STATE.load(Ordering::Relaxed) {
        1 => false,
        2 => true,
        _ => ask(),
    }
}

/// Whether it is known that no steps are printed: nobody is asked.
#[inline(always)]
pub(crate) fn is_known_off() -> bool {
    STATE.load(Ordering::Relaxed) == 1
}

#[cold]
#[inline(never)]
fn ask() -> bool {
    let is_on = std::env::var_os("EINSUM_TRACE").is_some_and(|value| !value.is_empty() && value != "0");
    STATE.store(1 + u8::from(is_on), Ordering::Relaxed);
    if is_on {
        eprintln!("einsum: caches {}", caches::current());
    }
    is_on
}

/// Prints the step to the standard error output.
#[cold]
#[inline(never)]
pub(crate) fn print<T: Number>(problem: &Problem<'_, T>) {
    print_plan(problem, choose(problem));
}

/// Prints the step, of which it is known what is done with it, to the standard error output.
#[cold]
#[inline(never)]
pub(crate) fn print_plan<T: Number>(problem: &Problem<'_, T>, plan: Plan) {
    print_described(&describe(problem), plan);
}

/// Prints a step that is described to the standard error output.
#[cold]
#[inline(never)]
pub(crate) fn print_described(step: &str, plan: Plan) {
    let (level, threads) = (isa::current().level(), threads::threads_for(usize::MAX));
    eprintln!("einsum: {step}: {plan} ({}); {level:?}, threads: {threads}", plan.rule);
}

/// Subscripts, in letters of the engine's own, and extents and strides of all axes: `ac,cb->ab f32; a 512 (512, 512, 0)`.
pub(crate) fn describe<T: Number>(problem: &Problem<'_, T>) -> String {
    let name = |n: usize| char::from_u32(u32::from('a') + u32::try_from(n % 26).unwrap_or(0)).unwrap_or('?');
    let axes = &*problem.axes;
    let subscript = |is_on: &dyn Fn(&Axis) -> bool| -> String {
        axes.iter().enumerate().filter(|(_, axis)| is_on(axis)).map(|(n, _)| name(n)).collect()
    };
    let mut text = subscript(&|axis| axis.lhs != 0);
    if problem.rhs.is_some() {
        let _ = write!(text, ",{}", subscript(&|axis| axis.rhs != 0));
    }
    let element = element(type_name::<T>());
    let _ = write!(text, "->{} {element}", subscript(&|axis| !axis.contracted));
    for (n, Axis { extent, out, lhs, rhs, .. }) in axes.iter().enumerate() {
        let _ = write!(text, "; {} {extent} ({out}, {lhs}, {rhs})", name(n));
    }
    text
}

/// A type without the path that leads to it: `Complex<f32>`.
fn element(name: &str) -> &str {
    name.rsplit("::").next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Step, Strides};

    #[test]
    fn a_step_is_described_by_its_labels() {
        let (mut out, lhs, rhs) = ([0.0_f32; 6], [0.0; 8], [0.0; 12]);
        let mut step = Step::new(
            (&[2, 3, 4], &[false, false, true]),
            (&mut out, Strides { start: 0, strides: &[3, 1, 0] }),
            (&lhs, Strides { start: 0, strides: &[4, 0, 1] }, false),
            Some((&rhs, Strides { start: 0, strides: &[0, 1, 3] }, false)),
            (None, None),
        );
        assert_eq!(step.describe(), "ac,bc->ab f32; a 2 (3, 4, 0); b 3 (1, 0, 1); c 4 (0, 1, 3)");
    }

    #[test]
    fn elements_have_short_names() {
        assert_eq!(["f32", "num_complex::Complex<f32>"].map(element), ["f32", "Complex<f32>"]);
    }
}
