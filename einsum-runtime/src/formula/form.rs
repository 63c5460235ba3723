//! Affine forms of labels.

use core::array;

/// An affine form of `L` labels: `2*i + p - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form<const L: usize> {
    factors: [isize; L],
    constant: isize,
}

/// The form with a factor for each label, and a constant.
#[inline(always)]
#[must_use]
pub const fn form<const L: usize>(factors: [isize; L], constant: isize) -> Form<L> {
    Form { factors, constant }
}

/// A factor or a constant: what is known of it, and numbers of the user's, each so many times. Beyond the range of `isize` it is
/// the largest or the least number there: no index is as far.
#[must_use]
pub fn amount<const N: usize>(known: isize, given: [(isize, usize); N]) -> isize {
    // Numbers of 64 bits multiply to less than 2^127; the sum of many such products stops at the largest.
    let wide = |number: usize| i128::try_from(number).unwrap_or(i128::MAX);
    let product = |(times, number): (isize, usize)| (times as i128).saturating_mul(wide(number));
    let sum = given.into_iter().map(product).fold(known as i128, i128::saturating_add);
    isize::try_from(sum).unwrap_or(if sum < 0 { isize::MIN } else { isize::MAX })
}

impl<const L: usize> Form<L> {
    /// The form with a label at one index: a form of the others.
    ///
    /// # Panics
    /// If there is no such label, or if the constant is beyond `isize`.
    #[must_use]
    pub fn fixed(mut self, label: usize, index: usize) -> Self {
        let moved = index.try_into().ok().and_then(|index: isize| index.checked_mul(self.factors[label]));
        let constant = moved.and_then(|moved| self.constant.checked_add(moved));
        self.constant = constant.expect("an index is within a tensor");
        self.factors[label] = 0;
        self
    }

    /// The form of labels that are counted from these indices on.
    ///
    /// # Panics
    /// If the constant is beyond `isize`.
    #[must_use]
    pub fn moved(self, starts: [usize; L]) -> Self {
        let at = starts.map(|start| start.try_into().expect("an index is within a tensor"));
        let constant = isize::try_from(self.wide(&at)).expect("an index is within a tensor");
        Self { constant, ..self }
    }

    /// The form where it is compared with another: a constant that is beyond all indices is one that is so, too, and stays it when some are
    /// added.
    #[must_use]
    pub fn compared(self) -> Self {
        let far = isize::MAX / 2;
        Self { constant: self.constant.clamp(-far, far), ..self }
    }

    /// The form less a number.
    ///
    /// # Panics
    /// If the constant is beyond `isize`.
    #[must_use]
    pub fn less(self, by: isize) -> Self {
        Self { constant: self.constant.checked_sub(by).expect("a form is within a tensor"), ..self }
    }

    /// The form less its least value below the extents: an index of a tensor that begins there.
    ///
    /// # Panics
    /// If the constant is beyond `isize`.
    #[must_use]
    pub fn from_least(self, extents: [usize; L]) -> Self {
        let constant = (self.constant as i128).saturating_sub(self.range(&extents).0);
        let constant = isize::try_from(constant).expect("a form is within a tensor");
        Self { constant, ..self }
    }

    /// The form at an index of its last labels: a form of the others.
    ///
    /// # Panics
    /// If there are not as many labels, or if the constant is beyond `isize`.
    #[must_use]
    pub fn in_window<const M: usize, const W: usize>(self, window: [usize; W]) -> Form<M> {
        assert!(M + W == L, "a form has the labels of a window, and others");
        let fixed = window.into_iter().enumerate().fold(self, |form, (n, index)| form.fixed(M + n, index));
        Form { factors: array::from_fn(|n| fixed.factors[n]), constant: fixed.constant }
    }

    /// The factors of the labels.
    #[inline(always)]
    pub(crate) fn factors(&self) -> &[isize; L] {
        &self.factors
    }

    /// The number that is added to the labels' terms.
    #[inline(always)]
    pub(crate) fn constant(&self) -> isize {
        self.constant
    }

    /// The label that the form is, if it is one and nothing else.
    #[inline(always)]
    pub(crate) fn label(&self) -> Option<usize> {
        let mut found = None;
        for (label, &factor) in self.factors.iter().enumerate() {
            match factor {
                0 => {}
                1 if found.is_none() => found = Some(label),
                _ => return None,
            }
        }
        found.filter(|_| self.constant == 0)
    }

    /// The least and the largest value below the extents, none of which is 0; an extent of 0 counts as 1.
    ///
    /// A sum of products of 64 bits, which stop at the least and the largest number of 128.
    #[inline]
    pub(crate) fn range(&self, extents: &[usize; L]) -> (i128, i128) {
        let (mut least, mut largest) = (self.constant as i128, self.constant as i128);
        for (&factor, &extent) in self.factors.iter().zip(extents) {
            let last = i128::try_from(extent.saturating_sub(1)).unwrap_or(i128::MAX);
            let reach = (factor as i128).saturating_mul(last);
            let end = if factor < 0 { &mut least } else { &mut largest };
            *end = end.saturating_add(reach);
        }
        (least, largest)
    }

    /// The value at an index. Products and sums of a few words do not reach the ends of 128 bits.
    #[inline]
    pub(crate) fn wide(&self, indices: &[isize; L]) -> i128 {
        let terms = self.factors.iter().zip(indices).filter(|(factor, _)| **factor != 0);
        let products = terms.map(|(factor, index)| *factor as i128 * *index as i128);
        products.fold(self.constant as i128, i128::saturating_add)
    }

    /// The value at an index. It may wrap where no element is.
    #[inline(always)]
    pub(crate) fn at(&self, indices: &[isize; L]) -> isize {
        let products = self.factors.iter().zip(indices).map(|(factor, index)| factor.wrapping_mul(*index));
        products.fold(self.constant, isize::wrapping_add)
    }
}

/// How long an axis must be for all values of a form: at most `usize::MAX`. Of no index it is 0.
#[must_use]
pub fn needed<const L: usize>(extents: [usize; L], form: Form<L>) -> usize {
    if extents.contains(&0) {
        return 0;
    }
    let (_, largest) = form.range(&extents);
    usize::try_from(largest.saturating_add(1).max(0)).unwrap_or(usize::MAX)
}

/// A number of the other sign: no operator is in an expansion.
#[inline(always)]
#[must_use]
pub const fn negative(number: isize) -> isize {
    number.wrapping_neg()
}

/// An exponent of the other sign.
#[inline(always)]
#[must_use]
pub const fn negative_exponent(exponent: i32) -> i32 {
    exponent.wrapping_neg()
}

/// How many indices there are from the least value of a form to its largest: none if an extent is 0.
#[must_use]
pub fn spanned<const L: usize>(extents: [usize; L], form: Form<L>) -> usize {
    needed(extents, form.from_least(extents))
}

/// The least value of a form.
///
/// # Panics
/// If it is beyond `isize`.
#[must_use]
pub fn least<const L: usize>(extents: [usize; L], form: Form<L>) -> isize {
    isize::try_from(form.range(&extents).0).expect("a form is within a tensor")
}

/// One of the forms that a body holds.
#[inline(always)]
#[must_use]
pub fn held<const L: usize, const F: usize>(forms: [Form<L>; F], number: usize) -> Form<L> {
    forms[number]
}

/// The number that is added to the terms of a form. (Of an extent it is all of it, and the same for every vector, which no compiler sees of an index.)
#[inline(always)]
#[must_use]
pub const fn constant<const L: usize>(form: Form<L>) -> i64 {
    form.constant as i64
}

/// The extent along an axis.
#[inline]
#[must_use]
pub fn at<const N: usize>(extents: [usize; N], axis: usize) -> usize {
    extents[axis]
}

/// All indices below the extents, in order.
pub fn windows<const W: usize>(extents: [usize; W]) -> impl Iterator<Item = [usize; W]> {
    let is_empty = extents.contains(&0);
    let next = move |window: &[usize; W]| {
        let mut next = *window;
        for axis in (0..W).rev() {
            next[axis] += 1;
            if next[axis] < extents[axis] {
                return Some(next);
            }
            next[axis] = 0;
        }
        None
    };
    core::iter::successors((!is_empty).then_some([0; W]), next)
}

/// The largest extent of a label with which forms stay within their axes, for each of which the extent is given: the least over
/// them. The extents of other labels are known, those without an index count as of one; that of the label itself is not looked at.
///
/// `x[2*i + p]` with a `p` of 3 and an `x` of 10: 4, as 2*3 + 2 is within, and 2*4 + 2 is not.
#[must_use]
pub fn largest<const L: usize, const N: usize>(
    label: usize,
    mut extents: [usize; L],
    axes: [(usize, Form<L>); N],
) -> usize {
    extents[label] = 1;
    let of_axis = |(extent, form): (usize, Form<L>)| {
        let (least, largest) = form.range(&extents);
        let factor = form.factors[label] as i128;
        // How far the label can move until the form is at the last index, or at the first.
        let last = i128::try_from(extent).unwrap_or(i128::MAX).saturating_sub(1);
        let way = if factor < 0 { least } else { last.saturating_sub(largest) };
        if way < 0 || last < 0 {
            return 0;
        }
        let steps = way.checked_div(factor.saturating_abs()).unwrap_or(i128::MAX);
        usize::try_from(steps.saturating_add(1)).unwrap_or(usize::MAX)
    };
    axes.into_iter().map(of_axis).min().unwrap_or(0)
}
