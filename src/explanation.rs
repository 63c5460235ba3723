//! The text that `explain!` is.

use core::fmt;

/// How an einsum is computed, and what that costs: the text that [`explain!`](crate::explain!) has
/// written while the program was compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Explanation(&'static str);

impl Explanation {
    /// The text.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

/// For expansions.
#[must_use]
pub const fn explanation(text: &'static str) -> Explanation {
    Explanation(text)
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}
