//! Maps of `f32` and of `f64`: what does not depend on the body is compiled here, once, and not in each crate that has formulas.

use std::mem::transmute;

use super::{
    drive::{self, Scratch},
    job::Job,
    join::is_real,
    kernel::Kernel,
};
use crate::element::Element;

/// Computes a map.
///
/// # Safety
/// - That of [`drive::run`].
#[allow(clippy::transmute_ptr_to_ptr, reason = "what is behind a reference has another type, too")]
pub(super) unsafe fn run<T: Element>(job: &Job<'_, T>, kernel: &dyn Kernel<T>, scratch: Scratch<'_, T>) {
    // SAFETY: by the contract. The elements are of the very type that another is taken for.
    unsafe {
        if const { is_real::<T>(4) } {
            run_f32(
                transmute::<&Job<'_, T>, &Job<'_, f32>>(job),
                transmute::<&dyn Kernel<T>, &dyn Kernel<f32>>(kernel),
                transmute::<Scratch<'_, T>, Scratch<'_, f32>>(scratch),
            );
        } else if const { is_real::<T>(8) } {
            run_f64(
                transmute::<&Job<'_, T>, &Job<'_, f64>>(job),
                transmute::<&dyn Kernel<T>, &dyn Kernel<f64>>(kernel),
                transmute::<Scratch<'_, T>, Scratch<'_, f64>>(scratch),
            );
        } else {
            drive::run(job, kernel, scratch);
        }
    }
}

/// (Without `inline(never)` a function that is as small is compiled where it is called.)
macro_rules! compiled {
    ($($T:ident $run:ident;)*) => { $(
        /// # Safety
        /// - That of [`drive::run`].
        #[inline(never)]
        unsafe fn $run(job: &Job<'_, $T>, kernel: &dyn Kernel<$T>, scratch: Scratch<'_, $T>) {
            // SAFETY: by the contract.
            unsafe { drive::run(job, kernel, scratch) }
        }
    )* };
}

compiled! {
    f32 run_f32;
    f64 run_f64;
}
