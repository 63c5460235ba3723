use einsum::{Element, einsum};
use ndarray::Array2;

#[derive(Clone, PartialEq)]
struct Digits(Vec<u8>);

impl Element for Digits {
    const ZERO: Self = Digits(Vec::new());
    const ONE: Self = Digits(Vec::new());

    fn plus(self, other: Self) -> Self {
        other
    }

    fn times(self, other: Self) -> Self {
        other
    }

    fn conjugate(self) -> Self {
        self
    }
}

fn main() {
    let x = Array2::from_elem((2, 2), Digits(vec![1]));
    let _ = einsum!("ij,jk->ik", x, x);
}
