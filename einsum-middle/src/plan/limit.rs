//! A limit on intermediates that no order keeps.

use std::fmt;

/// No path has intermediates as small as is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooLarge {
    /// The limit, in elements.
    pub limit: f64,
    /// The largest intermediate of the path whose largest intermediate is smallest.
    pub smallest: f64,
    /// Whether that is certain; above 16 operands it is the smallest that was found.
    pub is_exact: bool,
}

impl TooLarge {
    /// Of two groups, of which neither has a path.
    pub(super) fn and(self, other: Self) -> Self {
        let is_exact = self.is_exact && other.is_exact;
        Self { smallest: self.smallest.max(other.smallest), is_exact, ..self }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, smallest, is_exact } = self;
        let found = if *is_exact { "possible is" } else { "found has" };
        write!(f, "every order has an intermediate of more than {limit} elements; the smallest {found} {smallest}")
    }
}

impl std::error::Error for TooLarge {}
