//! Maps of `f32` and of `f64`: what does not depend on the body is compiled here, once, and not in each crate that has formulas.

use core::mem::transmute;

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
/// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
///   labels that are reduced the target does not move, and there are none if a read is of the target.
/// - The scratch has a place for every label and for every read, as many as the body of the kernel has.
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
        /// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
        ///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
        ///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
        ///   labels that are reduced the target does not move, and there are none if a read is of the target.
        /// - The scratch has a place for every label and for every read, as many as the body of the kernel has.
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
