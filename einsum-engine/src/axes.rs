//! A problem in its simplest form.

use crate::{extents, problem::Axis};

/// Drops the axes of extent 1, sorts the others (those of the result first, by descending stride in
/// it; then the contracted ones, by descending stride in the first factor), and fuses neighbours
/// that every tensor walks through by one stride. Returns the axes that are left.
pub(crate) fn simplify(axes: &mut [Axis]) -> &mut [Axis] {
    let (mut len, is_sorted) = fuse(axes);
    if !is_sorted {
        axes[..len].sort_unstable_by_key(Axis::key);
        (len, _) = fuse(&mut axes[..len]);
    }
    &mut axes[..len]
}

/// Drops the axes of extent 1, and fuses neighbours as they are. Returns how many are left, and whether they were sorted.
///
/// An axis stays where it is as long as it can: to copy axes that were just written word by word takes as long as all else.
#[inline(always)]
fn fuse(axes: &mut [Axis]) -> (usize, bool) {
    let (mut len, mut is_sorted) = (0, true);
    for n in 0..axes.len() {
        if axes[n].extent == 1 {
            continue;
        }
        if len > 0 {
            let (last, axis) = (&axes[len - 1], &axes[n]);
            is_sorted &= last.is_before(axis) || last.key() <= axis.key();
            if let Some(fused) = last.fused(axis) {
                axes[len - 1] = fused;
                continue;
            }
        }
        if len < n {
            axes[len] = axes[n];
        }
        len += 1;
    }
    (len, is_sorted)
}

/// How many elements each tensor has along these axes.
pub(crate) fn elements(axes: &[Axis]) -> [usize; 3] {
    let mut elements = [1usize; 3];
    for axis in axes {
        for (elements, stride) in elements.iter_mut().zip([axis.out, axis.lhs, axis.rhs]) {
            *elements = elements.saturating_mul(if stride == 0 { 1 } else { axis.extent });
        }
    }
    elements
}

/// How many terms there are along these axes.
pub(crate) fn terms(axes: &[Axis]) -> usize {
    extents::count(axes.iter().map(|axis| axis.extent))
}

/// The outermost axis among those that are long enough for so many parts, or the longest.
pub(crate) fn longest(axes: &[Axis], parts: usize) -> Option<usize> {
    (0..axes.len()).max_by_key(|&n| (axes[n].extent.min(parts), std::cmp::Reverse(n)))
}

impl Axis {
    /// An axis that is not there.
    pub(crate) const NONE: Self = Self { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };

    /// Whether this axis comes before the other by the first halves of their keys alone: a glance.
    #[inline]
    fn is_before(&self, other: &Self) -> bool {
        self.contracted == other.contracted && self.out.unsigned_abs() > other.out.unsigned_abs()
    }

    #[inline]
    fn key(&self) -> (bool, std::cmp::Reverse<usize>, std::cmp::Reverse<usize>, std::cmp::Reverse<usize>) {
        let [out, lhs, rhs] = [self.out, self.lhs, self.rhs].map(|stride| std::cmp::Reverse(stride.unsigned_abs()));
        (self.contracted, out, lhs, rhs)
    }

    /// The axis with its factors in the other order.
    #[inline]
    pub(super) fn swapped(&self) -> Self {
        Self { lhs: self.rhs, rhs: self.lhs, ..*self }
    }

    /// Both as one axis, if one step along this axis is as far as all of `inner`, in every tensor. (Views that repeat
    /// one element may have more indices along both than there are numbers: they stay two.)
    #[inline(always)]
    pub(super) fn fused(&self, inner: &Self) -> Option<Self> {
        let spans = |outer: isize, stride: isize| outer == extents::offset(inner.extent, stride);
        let follows = self.contracted == inner.contracted
            && spans(self.out, inner.out)
            && spans(self.lhs, inner.lhs)
            && spans(self.rhs, inner.rhs);
        if !follows {
            return None;
        }
        extents::exact([self.extent, inner.extent]).map(|extent| Self { extent, ..*inner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(extent: usize, out: isize, lhs: isize, rhs: isize) -> Axis {
        Axis { extent, out, lhs, rhs, contracted: out == 0 }
    }

    #[test]
    fn axes_that_lie_in_one_stride_are_fused() {
        let mut axes = [axis(7, 1, 0, 1), axis(2, 15, 3, 0), axis(1, 9, 9, 9), axis(3, 5, 1, 0), axis(5, 0, 4, 4)];
        let expected = [axis(6, 5, 1, 0), axis(7, 1, 0, 1), axis(5, 0, 4, 4)];
        assert_eq!(simplify(&mut axes), expected);
    }

    #[test]
    fn axes_are_not_fused_beyond_the_largest_number() {
        let most = 1 << (usize::BITS / 2);
        let mut axes = [axis(most, 0, 0, 0), axis(most / 2, 0, 0, 0), axis(2, 0, 0, 0)];
        assert_eq!(simplify(&mut axes).len(), 2);
        assert_eq!(simplify(&mut [axis(most, 0, 0, 0), axis(0, 0, 0, 0)]), [axis(0, 0, 0, 0)]);
    }

    #[test]
    fn no_axes_are_left_of_extents_of_1() {
        assert_eq!(simplify(&mut [axis(1, 1, 1, 1), axis(1, 0, 1, 1)]), []);
    }
}
