//! The epilogue: a value is conjugated and multiplied as it is written, and added to the old content.

use crate::{extents, number::Number, streams::vectors::Instructions};

/// The epilogue of a step: `out = alpha * value + beta * out`, of the conjugate of the value if the step says so.
///
/// The factors are ordinary numbers, namely 1, where there are none: the compiler multiplies first
/// and decides afterwards, and what an empty `Option` holds may be a subnormal number, which takes a hundred cycles.
#[derive(Clone, Copy)]
pub(super) struct Finish<T> {
    conj: bool,
    scaled: bool,
    alpha: T,
    old: Old,
    beta: T,
    /// Whether the result is too large for the caches.
    pub(super) stream: bool,
}

/// The part of the epilogue that concerns the old content of `out`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Old {
    /// It is not read.
    Dropped,
    /// It is added.
    Added,
    /// It is added, times `beta`.
    Scaled,
}

impl<T: Number> Finish<T> {
    #[inline(always)]
    pub(super) fn new(conj: bool, alpha: Option<T>, beta: Option<T>) -> Self {
        Self {
            conj,
            scaled: alpha.is_some(),
            alpha: alpha.unwrap_or(T::ONE),
            old: if beta.is_some() { Old::Scaled } else { Old::Dropped },
            beta: beta.unwrap_or(T::ONE),
            stream: false,
        }
    }

    /// Whether there is nothing to finish: values are written as they are.
    pub(super) fn is_nothing(&self) -> bool {
        !self.conj && !self.scaled && self.old == Old::Dropped
    }

    /// Whether values are written as they are, and are not streamed past the caches.
    pub(super) fn is_plain(&self) -> bool {
        self.is_nothing() && !self.stream
    }

    /// The epilogue of the first part of a sum that is written in several: the others read the elements that it has written, so
    /// that it is not streamed.
    pub(super) fn first_part(self) -> Self {
        Self { stream: false, ..self }
    }

    /// The epilogue of a further part of a sum: it is added to the content.
    pub(super) fn added(self) -> Self {
        debug_assert!(!self.stream, "what is streamed is not read");
        Self { old: Old::Added, ..self }
    }

    /// The epilogue with values conjugated first if `conj`.
    pub(super) fn conjugated(self, conj: bool) -> Self {
        Self { conj: self.conj != conj, ..self }
    }

    /// The epilogue of values times a number.
    pub(super) fn times(self, number: T) -> Self {
        let number = if self.conj { number.conjugate() } else { number };
        Self { scaled: true, alpha: self.alpha.times(number), ..self }
    }

    /// Finishes `len` values in a buffer into `out`, `step` apart.
    ///
    /// # Safety
    /// - `values` is valid for reads and writes of `len` initialised elements.
    /// - `out` is valid for writes of `len` elements, `step` apart, which are initialised unless the old content is
    ///   dropped, and are none of `values`.
    /// - The processor has the instructions of `V`; if these stream past the caches, elements have no padding.
    // Not inlined: in many kernels.
    #[inline(never)]
    pub(super) unsafe fn buffered<V: Instructions>(&self, values: *mut T, len: usize, out: *mut T, step: isize) {
        // SAFETY: by this function's contract, which has the same clauses; `values` may be finished in place.
        unsafe {
            if self.stream && step == 1 && self.old == Old::Dropped {
                if self.conj || self.scaled {
                    self.lane(values, len, values, 1);
                }
                V::stream(values, len, out);
            } else {
                self.lane(values, len, out, step);
            }
        }
    }

    /// Finishes `len` values into `out`, `step` apart.
    ///
    /// # Safety
    /// - `values` is valid for reads of `len` initialised elements.
    /// - `out` is valid for writes of `len` elements, `step` apart, which are initialised unless the old content is dropped.
    // Not inlined: six loops, each for any stride, are a lot of code for every place that has them.
    #[inline(never)]
    pub(super) unsafe fn lane(&self, values: *const T, len: usize, out: *mut T, step: isize) {
        let Self { conj, alpha, beta, .. } = *self;
        let value = |value: T| if conj { value.conjugate() } else { value };
        // SAFETY: by the contract; `each` calls back with elements of `out`, which are read only if
        // their old content is not dropped.
        unsafe {
            match (self.scaled, self.old) {
                (false, Old::Dropped) => each(values, len, out, step, |v, _| value(v)),
                (false, Old::Added) => each(values, len, out, step, |v, old| value(v).plus(*old)),
                (false, Old::Scaled) => each(values, len, out, step, |v, old| value(v).plus(beta.times(*old))),
                (true, Old::Dropped) => each(values, len, out, step, |v, _| alpha.times(value(v))),
                (true, Old::Added) => each(values, len, out, step, |v, old| alpha.times(value(v)).plus(*old)),
                (true, Old::Scaled) => {
                    each(values, len, out, step, |v, old| alpha.times(value(v)).plus(beta.times(*old)));
                }
            }
        }
    }

    /// Finishes one value.
    ///
    /// # Safety
    /// - `out` is valid for writes, and its element is initialised unless the old content is dropped.
    #[inline(always)]
    pub(super) unsafe fn one(&self, value: T, out: *mut T) {
        let value = if self.conj { value.conjugate() } else { value };
        let value = if self.scaled { self.alpha.times(value) } else { value };
        // SAFETY: by the contract; it is read only if its old content is not dropped.
        unsafe {
            out.write(match self.old {
                Old::Dropped => value,
                Old::Added => value.plus(*out),
                Old::Scaled => value.plus(self.beta.times(*out)),
            });
        }
    }
}

/// Writes `new` of each value, and of the pointer that it is written to, to `len` elements, `step` apart.
///
/// # Safety
/// - `values` is valid for reads of `len` initialised elements.
/// - `out` is valid for writes of `len` elements, `step` apart.
#[inline(always)]
unsafe fn each<T: Number>(values: *const T, len: usize, out: *mut T, step: isize, new: impl Fn(T, *mut T) -> T) {
    // SAFETY: by the contract: `n` is below `len`.
    unsafe {
        if step == 1 {
            for n in 0..len {
                out.add(n).write(new(*values.add(n), out.add(n)));
            }
        } else {
            for n in 0..len {
                let out = out.offset(extents::offset(n, step));
                out.write(new(*values.add(n), out));
            }
        }
    }
}
