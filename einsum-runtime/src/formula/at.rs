//! Indices of a vector.

use core::array;

use super::form::Form;
use crate::tuning::JOIN_LANES;

/// The indices of a vector: those of the first element of its row; how far the label that grows by 1 from element to element has grown since at
/// the first of the vector, and how far at the last that the map has. Elements beyond have that index, too: a function of the user's sees none but those of the map.
#[derive(Clone, Copy, Debug)]
pub struct At<const L: usize> {
    indices: [isize; L],
    lane: usize,
    moved: isize,
    last: isize,
}

impl<const L: usize> At<L> {
    /// (The indices are the same for all vectors of a row: what is computed of them alone is computed once for a row.)
    #[inline(always)]
    pub(crate) fn new(indices: [isize; L], lane: usize, moved: isize, last: isize) -> Self {
        Self { indices, lane, moved, last }
    }

    /// The indices of the vector behind it, so many elements on.
    #[inline(always)]
    pub(crate) fn next(self, elements: usize) -> Self {
        Self { moved: self.moved.wrapping_add(elements.cast_signed()), ..self }
    }

    /// How far the label has grown at an element since the first of the vector.
    #[inline(always)]
    pub(crate) fn along(&self, element: usize) -> isize {
        element.cast_signed().min(self.left())
    }

    /// How far the last element that the map has is from the first of the vector.
    #[inline(always)]
    pub(crate) fn left(&self) -> isize {
        self.last.wrapping_sub(self.moved)
    }

    /// The value of a form at the first element, and by how much it grows as the label does.
    #[inline(always)]
    pub(crate) fn line(&self, form: Form<L>) -> (isize, isize) {
        // (An index that is known at run time alone would keep the factors in memory, and all that is computed of them in the loop.)
        let mut step = 0;
        for label in 0..L {
            step = if label == self.lane { form.factors()[label] } else { step };
        }
        (form.at(&self.indices).wrapping_add(step.wrapping_mul(self.moved)), step)
    }

    /// Numbers that have the sign of what one form has more than another, at each element of a vector.
    ///
    /// They are of 32 bits, of which a register holds as many as of most elements: what is so far from 0 that it has one sign in all of
    /// the vector is brought nearer. (The last element that the map has may be before the vector, by less than [`JOIN_LANES`].)
    #[inline(always)]
    pub(crate) fn differences<const N: usize>(&self, lhs: Form<L>, rhs: Form<L>) -> [i32; N] {
        let ((lhs, of_lhs), (rhs, of_rhs)) = (self.line(lhs), self.line(rhs));
        let (first, step) = (lhs.saturating_sub(rhs), of_lhs.saturating_sub(of_rhs));
        let far = const { (i32::MAX / 2) as isize };
        #[allow(clippy::cast_possible_truncation, reason = "it is within bounds that have 32 bits")]
        let narrow = |number: isize, most: isize| number.clamp(-most, most) as i32;
        if step.unsigned_abs() > const { i32::MAX as usize / 2 / JOIN_LANES } {
            return self.signs(first, step);
        }
        let (first, step, left) = (narrow(first, far + 1), narrow(step, far), narrow(self.left(), far));
        let (mut differences, mut along) = ([0; N], 0_i32);
        for n in 0..N {
            differences[n] = first + step * along.min(left);
            along += 1;
        }
        differences
    }

    /// The signs of numbers that grow by more from element to element.
    #[cold]
    #[inline(never)]
    fn signs<const N: usize>(&self, first: isize, step: isize) -> [i32; N] {
        array::from_fn(|element| {
            let grown = (step as i128).saturating_mul(self.along(element) as i128);
            (first as i128).saturating_add(grown).signum() as i32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::form::form;

    /// Signs of differences, by arithmetic that has room for all of them: forms that grow slowly and fast, near and far from each other.
    #[test]
    fn differences_have_their_signs() {
        let mut compared = signs_are_right::<1>() + signs_are_right::<4>() + signs_are_right::<16>();
        compared += signs_are_right::<32>();
        assert!(compared > 60_000, "{compared}");
    }

    fn signs_are_right<const N: usize>() -> usize {
        let most = isize::MAX / 2;
        let factors =
            [0, 1, -1, 3, -7, 1 << 23, (1 << 24) - 1, 1 << 25, 1 << 26, 1 << 27, -(1 << 27), 1 << 40, most, -most];
        let constants = [0, 1, -5, 15, -16, 1 << 29, 1 << 30, -(1 << 30), (1 << 30) + 1, 1 << 31, 1 << 33, most, -most];
        let mut compared = 0;
        for (factor, of_row) in factors.into_iter().flat_map(|factor| [0, 2].map(|of_row| (factor, of_row))) {
            for constant in constants {
                for (moved, last) in [(0, 15), (0, 4), (32, 47), (32, 34), (0, isize::MAX), (12, 2), (28, 0)] {
                    let at = At::new([5, 3], 1, moved, last);
                    let (lhs, rhs) = (form([of_row, factor], 0), form([0, 1], constant));
                    let differences: [i32; N] = at.differences(lhs, rhs);
                    for (n, difference) in differences.into_iter().enumerate() {
                        let index = [5, 3 + (moved + n.cast_signed()).min(last)];
                        if lhs.wide(&index) != lhs.at(&index) as i128 || rhs.wide(&index) != rhs.at(&index) as i128 {
                            continue;
                        }
                        let expected = (lhs.wide(&index) - rhs.wide(&index)).signum();
                        assert_eq!(i128::from(difference.signum()), expected, "{lhs:?} {rhs:?} {at:?} {n}");
                        compared += 1;
                    }
                }
            }
        }
        compared
    }
}
