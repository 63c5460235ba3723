//! Room for values between the kernels that compute them and the tensor that they are for.

use crate::machine::workspace::Room;

/// A third of a first-level cache.
pub(super) type Buffer = Room<{ 16 << 10 }>;

/// Elements that a buffer has room for, at least, or it is not used, nor are several elements kept on the stack otherwise.
pub(super) const LEAST: usize = 16;
