//! Room for values between the kernels that compute them and the tensor that they are for.

use crate::machine::workspace::Room;

/// A third of a first-level cache.
pub(super) type Buffer = Room<{ 16 << 10 }>;
