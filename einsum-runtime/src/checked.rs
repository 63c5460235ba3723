//! Bodies of expansions: closures that return errors, and how they are called.

use alloc::boxed::Box;
use core::mem::MaybeUninit;

use crate::error::EinsumError;

/// The value of a check, or the error that says why it failed.
///
/// The error is in a box so that a view that a check gives stays in registers: beside an error of ten
/// words it would be put together in memory, word by word, and read again in vectors, which waits for the
/// words to be written, half as long as a product of 4 x 4 takes.
pub type Checked<Y> = Result<Y, Box<EinsumError>>;

/// A value that the body of an expansion has computed, after room `R`: [`NoRoom`], or [`ErrorRoom`] for an error in its place.
///
/// In a `Result` a value and an error lie in the same memory. An array of fixed size that lies where the error would is taken
/// apart by the compiler not into vectors, but where the error ends: 4 x 4 takes twice as long. Arrays on the heap are moved in
/// fewer words without room.
#[derive(Debug)]
#[repr(C)]
pub struct Computed<R, Y> {
    room: R,
    value: Y,
}

/// No room.
pub type NoRoom = ();

/// Room for an error.
pub type ErrorRoom = MaybeUninit<Box<EinsumError>>;

impl<R, Y> Computed<R, Y> {
    /// The value, after room.
    #[inline(always)]
    pub(crate) fn new(room: R, value: Y) -> Self {
        Self { room, value }
    }

    /// The value alone.
    #[inline(always)]
    pub(crate) fn get(self) -> Y {
        self.value
    }
}

/// Calls the body of an expansion, a closure so that `?` leaves it.
///
/// Out of line: inlined, the body is compiled as often as the code around it is inlined, which is five
/// times and more in a loop that is measured, and makes the function around it too large to optimise
/// in reasonable time. The call costs a nanosecond or two.
///
/// # Errors
/// If the body returns an error.
#[inline(never)]
pub fn checked<R>(body: impl FnOnce() -> Checked<R>) -> Result<R, EinsumError> {
    body().map_err(|error| *error)
}

/// Calls the body of an expansion, a closure so that `?` leaves it, and panics with the message of the error, if there is
/// one, at the place of the call.
///
/// The body is inlined into it, so that an array is put together where the caller wants it. As a part of a `Result` it would
/// be moved twice, in vectors that wait for the words that have just been written.
///
/// # Panics
/// If the body returns an error.
#[inline(never)]
#[track_caller]
pub fn expected<R>(body: impl FnOnce() -> Checked<R>) -> R {
    match body() {
        Ok(value) => value,
        Err(error) => refuse(&error),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse(error: &EinsumError) -> ! {
    panic!("{error}")
}
