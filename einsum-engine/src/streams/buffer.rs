//! Room for values between the kernels that compute them and the tensor that they are for.

use crate::{machine::workspace::Room, plan::tuning::STREAM_BUFFER_BYTES};

/// Room that stays in the first-level cache.
pub(super) type Buffer = Room<STREAM_BUFFER_BYTES>;
