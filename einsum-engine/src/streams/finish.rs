//! What becomes of a value before it is written: conjugate, factor, and what is already there.

use crate::{extents, number::Number, streams::vectors::Instructions};

/// `out = alpha * value + beta * out`
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

/// What becomes of the old content of `out`.
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

    /// The same, and they are not streamed.
    pub(super) fn is_plain(&self) -> bool {
        self.is_nothing() && !self.stream
    }

    /// The same, of a sum that is written in several parts, of which this is the first: the others read what it has written, so
    /// that it is not streamed.
    pub(super) fn first_part(self) -> Self {
        Self { stream: false, ..self }
    }

    /// The same, of a further part of a sum.
    pub(super) fn added(self) -> Self {
        debug_assert!(!self.stream, "what is streamed is not read");
        Self { old: Old::Added, ..self }
    }

    /// The same, of the conjugate if `conj`.
    pub(super) fn conjugated(self, conj: bool) -> Self {
        Self { conj: self.conj != conj, ..self }
    }

    /// The same, of values times a number.
    pub(super) fn times(self, number: T) -> Self {
        let number = if self.conj { number.conjugate() } else { number };
        Self { scaled: true, alpha: self.alpha.times(number), ..self }
    }

    /// Finishes `len` values in a buffer into `out`, `step` apart.
    ///
    /// # Safety
    /// - `values` are initialised, and valid for reads and writes.
    /// - `out` is valid for writes, for `len` elements, `step` apart, and initialised unless the old
    ///   content is dropped.
    /// - The processor has the instructions of `V`.
    // Not inlined: in many kernels.
    #[inline(never)]
    pub(super) unsafe fn buffered<V: Instructions>(&self, values: *mut T, len: usize, out: *mut T, step: isize) {
        // SAFETY: by the contract.
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
    /// - `values` are initialised, and valid for reads.
    /// - `out` is valid for writes, for `len` elements, `step` apart, and initialised unless the old content is dropped.
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
    /// - Those of [`Self::lane`], of one element.
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

/// # Safety
/// - `values` are initialised, and valid for reads.
/// - `out` is valid for writes, for `len` elements, `step` apart.
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
