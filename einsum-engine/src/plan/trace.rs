//! A line for each step that the engine computes, if `EINSUM_TRACE=1` is in the environment.

use std::{
    any::type_name,
    fmt::Write,
    sync::atomic::{AtomicU8, Ordering},
};

use crate::{
    machine::{isa, threads},
    number::Number,
    plan::choose::choose,
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

#[cold]
#[inline(never)]
fn ask() -> bool {
    let is_on = std::env::var_os("EINSUM_TRACE").is_some_and(|value| !value.is_empty() && value != "0");
    STATE.store(1 + u8::from(is_on), Ordering::Relaxed);
    is_on
}

/// Prints the step to the standard error output.
#[cold]
#[inline(never)]
pub(crate) fn print<T: Number>(problem: &Problem<'_, T>) {
    let plan = choose(problem);
    let (level, threads) = (isa::current().level(), threads::threads_for(usize::MAX));
    eprintln!("einsum: {}: {plan} ({}); {level:?}, threads: {threads}", describe(problem), plan.way.rule());
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
    let element = type_name::<T>().rsplit("::").next().unwrap_or("?");
    let _ = write!(text, "->{} {element}", subscript(&|axis| !axis.contracted));
    for (n, Axis { extent, out, lhs, rhs, .. }) in axes.iter().enumerate() {
        let _ = write!(text, "; {} {extent} ({out}, {lhs}, {rhs})", name(n));
    }
    text
}
