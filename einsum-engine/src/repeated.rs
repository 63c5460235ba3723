//! Contracted labels that no factor has: each term is there as often as they have indices.
//!
//! Views repeat an element along an axis of stride 0, as often as one likes: 2^54 indices take no memory. They are not
//! walked through; the sum is multiplied by their number, which is added up by doubling.

use crate::{
    number::Number,
    problem::{Axis, Problem},
};

/// Takes such labels out of a problem.
pub(crate) fn count<T: Number>(problem: &mut Problem<'_, T>) {
    for axis in problem.axes.iter_mut().filter(|axis| is_repeated(axis)) {
        let times: T = number(axis.extent);
        problem.alpha = Some(problem.alpha.map_or(times, |alpha| alpha.times(times)));
        axis.extent = 1;
    }
}

pub(crate) fn is_repeated(axis: &Axis) -> bool {
    axis.contracted && axis.lhs == 0 && axis.rhs == 0 && axis.extent > 1
}

/// The sum of so many ones, and not of none.
fn number<T: Number>(mut count: usize) -> T {
    let (mut sum, mut power) = (None, T::ONE);
    while count > 0 {
        if count % 2 == 1 {
            sum = Some(sum.map_or(power, |sum: T| sum.plus(power)));
        }
        count /= 2;
        if count > 0 {
            power = power.plus(power);
        }
    }
    sum.unwrap_or(T::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sums_of_ones() {
        for count in (1..100).chain([1 << 20, (1 << 30) + 12345]) {
            assert_eq!(number::<u64>(count), count as u64);
        }
        let largest = number::<f64>(1 << (usize::BITS - 2));
        assert_eq!(largest.to_bits(), (0..usize::BITS - 2).fold(1.0, |power: f64, _| power + power).to_bits());
    }
}
