//! How a step is computed: the numbers that decide.

pub(crate) mod tuning;
