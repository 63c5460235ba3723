//! Flat arrays and their sums, term by term: no code is shared with the library.

use std::collections::BTreeMap;

/// What a test computes with.
pub(crate) trait Number: Copy + PartialEq + std::fmt::Debug {
    fn zero() -> Self;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// A small number, so that sums are exact.
    fn small(seed: usize) -> Self;
}

macro_rules! number {
    ($($T:ty)*) => { $(
        impl Number for $T {
            fn zero() -> Self { 0 as $T }
            fn add(self, other: Self) -> Self { self + other }
            fn mul(self, other: Self) -> Self { self * other }
            fn small(seed: usize) -> Self { ((seed * 7 + seed / 3) % 5) as $T - 2 as $T }
        }
    )* };
}
number!(f32 f64 i32);

/// The elements of nested arrays, outermost axis first.
pub(crate) trait Flat {
    type Elem;
    fn flat(&self) -> Vec<Self::Elem>;
}

macro_rules! flat {
    ($($T:ty)*) => { $(
        impl Flat for $T {
            type Elem = $T;
            fn flat(&self) -> Vec<$T> { vec![*self] }
        }
    )* };
}
flat!(f32 f64 i32 num_complex::Complex64);

impl<A: Flat, const N: usize> Flat for [A; N] {
    type Elem = A::Elem;
    fn flat(&self) -> Vec<A::Elem> {
        self.iter().flat_map(Flat::flat).collect()
    }
}

/// An array of small numbers.
pub(crate) trait Filled {
    fn filled(seed: &mut usize) -> Self;
}

impl<T: Number> Filled for T {
    fn filled(seed: &mut usize) -> T {
        *seed += 1;
        T::small(*seed)
    }
}

impl<A: Filled, const N: usize> Filled for [A; N] {
    fn filled(seed: &mut usize) -> Self {
        std::array::from_fn(|_| A::filled(seed))
    }
}

pub(crate) fn filled<A: Filled>(mut seed: usize) -> A {
    A::filled(&mut seed)
}

/// The einsum of flat arrays, of these extents, by its subscripts.
pub(crate) fn einsum<T: Number>(subscripts: &str, extents: &[(char, usize)], operands: &[Vec<T>]) -> Vec<T> {
    let extents: BTreeMap<char, usize> = extents.iter().copied().collect();
    let (inputs, output) = subscripts.split_once("->").unwrap();
    let inputs: Vec<&str> = inputs.split(',').collect();
    let labels: Vec<char> = extents.keys().copied().collect();
    let mut result = vec![T::zero(); output.chars().map(|label| extents[&label]).product()];
    let points: usize = extents.values().product();
    for point in 0..points {
        let mut rest = point;
        let index: BTreeMap<char, usize> = labels
            .iter()
            .map(|label| {
                let at = rest % extents[label];
                rest /= extents[label];
                (*label, at)
            })
            .collect();
        let place = |subscript: &str| subscript.chars().fold(0, |at, label| at * extents[&label] + index[&label]);
        let factors = inputs.iter().zip(operands).map(|(subscript, operand)| operand[place(subscript)]);
        let term = factors.reduce(T::mul).unwrap();
        let at = place(output);
        result[at] = result[at].add(term);
    }
    result
}
