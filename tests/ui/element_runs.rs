//! Loops that do not write their result would hand out memory that nobody has written: nobody but this crate has any.

use einsum::Element;

#[derive(Clone, Copy, PartialEq)]
struct Mine(bool);

impl Element for Mine {
    const ZERO: Self = Mine(false);
    const ONE: Self = Mine(true);
    fn plus(self, other: Self) -> Self { Mine(self.0 | other.0) }
    fn times(self, other: Self) -> Self { Mine(self.0 & other.0) }
    fn conjugate(self) -> Self { self }
    fn run<P>(_problem: P) {}
}

fn main() {}
