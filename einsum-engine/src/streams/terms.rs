//! Terms, which are summed or written: an element, or a product of two, at every index of an axis.

use crate::{
    extents,
    number::Number,
    problem::Axis,
    streams::{
        complex::Parts,
        step::{Cursor, StreamStep, second},
    },
};

/// Terms along an axis.
pub(super) trait Term<T>: Copy {
    /// The terms along `axis`, at a place.
    ///
    /// # Safety
    /// - The factors of `step` are valid for reads at every index of the axis from `cursor` on; it has one at least.
    /// - They lie along the axis as the type says: side by side, or as one number, or in any strides.
    unsafe fn new(step: &StreamStep<T>, cursor: Cursor<T>, axis: &Axis) -> Self;

    /// The term at an index.
    ///
    /// # Safety
    /// - The index is below the extent of the axis of [`Self::new`], whose factors are still valid for reads.
    unsafe fn at(self, index: usize) -> T;

    /// The terms from `index` on.
    ///
    /// # Safety
    /// - `index + N` is at most the extent of the axis of [`Self::new`], whose factors are still valid for reads.
    unsafe fn read<const N: usize>(self, index: usize) -> [T; N];

    /// Sums side by side, as they are added up before they are numbers. By value: the compiler keeps arrays
    /// in vector registers, where it makes a mess of loops over elements of arrays in memory.
    type Sums<const N: usize>: Copy;

    /// Sums of nothing.
    fn zero<const N: usize>() -> Self::Sums<N>;

    /// `N` sums, with a term from `index` on each.
    ///
    /// # Safety
    /// - `index + N` is at most the extent of the axis of [`Self::new`], whose factors are still valid for reads.
    unsafe fn add<const N: usize>(self, sums: Self::Sums<N>, index: usize) -> Self::Sums<N>;

    /// The sums of both.
    fn merge<const N: usize>(a: Self::Sums<N>, b: Self::Sums<N>) -> Self::Sums<N>;

    /// The sums as numbers; `conj` is that of the step.
    fn total<const N: usize>(sums: Self::Sums<N>, conj: bool) -> [T; N];
}

/// Sums, one by one.
#[inline(always)]
pub(super) fn plus<T: Number, const N: usize>(a: [T; N], b: [T; N]) -> [T; N] {
    std::array::from_fn(|n| a[n].plus(b[n]))
}

/// Sums of terms that are numbers at once.
macro_rules! sums_of_numbers {
    (|$term:ident, $n:ident| $read:expr) => {
        #[inline(always)]
        unsafe fn read<const N: usize>($term, $n: usize) -> [T; N] {
            // SAFETY: the indices are below the extent by the contract, so that the elements are valid
            // for reads by that of `new`.
            #[allow(unused_unsafe, reason = "a constant needs none")]
            unsafe { $read }
        }

        type Sums<const N: usize> = [T; N];

        #[inline(always)]
        fn zero<const N: usize>() -> [T; N] {
            [T::ZERO; N]
        }

        #[inline(always)]
        unsafe fn add<const N: usize>($term, sums: [T; N], $n: usize) -> [T; N] {
            // SAFETY: by this function's contract, which has the same clauses.
            plus(sums, unsafe { $term.read($n) })
        }

        #[inline(always)]
        fn merge<const N: usize>(a: [T; N], b: [T; N]) -> [T; N] {
            plus(a, b)
        }

        #[inline(always)]
        fn total<const N: usize>(sums: [T; N], _conj: bool) -> [T; N] {
            sums
        }
    };
}

/// Elements side by side.
///
/// # Safety
/// - `pointer` is valid for reads of `N` elements.
#[inline(always)]
unsafe fn side_by_side<T: Number, const N: usize>(pointer: *const T) -> [T; N] {
    // SAFETY: by the contract `N` elements can be read, side by side.
    unsafe { pointer.cast::<[T; N]>().read() }
}

/// How the factors lie along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TermKind {
    /// One number at every index: [`Constant`].
    Constant,
    /// Elements of the first factor side by side: [`One`].
    One,
    /// Elements of the first factor in any stride: [`OneStrided`].
    OneStrided,
    /// Elements side by side, times one number: [`Scaled`].
    Scaled,
    /// Products of elements side by side: [`Pair`].
    Pair,
    /// Products of elements in any strides: [`PairStrided`].
    PairStrided,
}

impl TermKind {
    /// How the factors of a step lie along one of its axes. Only the second factor is ever repeated.
    #[inline(always)]
    pub(super) fn of<T>(step: &StreamStep<T>, axis: &Axis) -> Self {
        match (step.two, axis.lhs, axis.rhs) {
            (false, 0, _) | (true, 0, 0) => TermKind::Constant,
            (false, 1, _) => TermKind::One,
            (false, ..) => TermKind::OneStrided,
            (true, 1, 0) => TermKind::Scaled,
            (true, 1, 1) => TermKind::Pair,
            (true, ..) => TermKind::PairStrided,
        }
    }
}

impl TermKind {
    /// How the factors of a sum lie along one of its axes. Constants, which are rarely added up, are walked through like
    /// others.
    #[inline(always)]
    pub(super) fn of_sum<T>(step: &StreamStep<T>, axis: &Axis) -> Self {
        match Self::of(step, axis) {
            TermKind::Constant if step.two => TermKind::PairStrided,
            TermKind::Constant => TermKind::OneStrided,
            kind => kind,
        }
    }
}

impl TermKind {
    /// Whether terms are read as whole vectors.
    pub(super) fn is_side_by_side(self) -> bool {
        matches!(self, TermKind::One | TermKind::Scaled | TermKind::Pair)
    }
}

impl TermKind {
    /// Whether the factors, one or two, lie side by side.
    pub(super) fn is_pair(self) -> bool {
        matches!(self, TermKind::One | TermKind::Pair)
    }
}

/// Calls a generic function with the type of terms of a kind: one for those that are read as whole
/// vectors, another for those that are not, whose unrolled loops would only be long. Constants have a case of their
/// own, or none: see [`TermKind::of_sum`].
macro_rules! of_kind {
    ($kind:expr, $T:ident, |$K:ident| $call:expr) => {
        of_kind!($kind, $T, |$K| $call, |$K| $call)
    };
    ($kind:expr, $T:ident, |$K:ident| $vectors:expr, |$L:ident| $strided:expr) => {{
        use crate::number::is_complex;
        use crate::streams::terms;
        match $kind {
            TermKind::One => {
                type $K<$T> = terms::One<$T>;
                $vectors
            }
            TermKind::Scaled => {
                type $K<$T> = terms::Scaled<$T>;
                $vectors
            }
            TermKind::Pair if const { is_complex::<$T>() } => {
                type $K<$T> = terms::PairComplex<$T>;
                $vectors
            }
            TermKind::Pair => {
                type $K<$T> = terms::Pair<$T>;
                $vectors
            }
            TermKind::Constant => unreachable!("constants have a case of their own"),
            TermKind::OneStrided => {
                #[allow(dead_code)]
                type $L<$T> = terms::OneStrided<$T>;
                $strided
            }
            TermKind::PairStrided => {
                #[allow(dead_code)]
                type $L<$T> = terms::PairStrided<$T>;
                $strided
            }
        }
    }};
}
pub(super) use of_kind;

/// Calls a generic function with the type of terms of a kind that is not [`TermKind::is_pair`].
macro_rules! of_other_kind {
    ($kind:expr, $T:ident, |$K:ident| $call:expr) => {{
        use crate::streams::terms;
        match $kind {
            TermKind::Scaled => {
                type $K<$T> = terms::Scaled<$T>;
                $call
            }
            TermKind::OneStrided => {
                type $K<$T> = terms::OneStrided<$T>;
                $call
            }
            TermKind::PairStrided => {
                type $K<$T> = terms::PairStrided<$T>;
                $call
            }
            TermKind::Constant | TermKind::One | TermKind::Pair => {
                unreachable!("these have a case of their own")
            }
        }
    }};
}
pub(super) use of_other_kind;

/// The terms of factors that do not move along the axis: one number.
#[derive(Clone, Copy)]
pub(super) struct Constant<T>(T);

/// Elements side by side.
#[derive(Clone, Copy)]
pub(super) struct One<T>(*const T);

/// Elements in any stride.
#[derive(Clone, Copy)]
pub(super) struct OneStrided<T>(*const T, isize);

/// Elements side by side, times one number.
#[derive(Clone, Copy)]
pub(super) struct Scaled<T>(*const T, T);

/// Products of elements side by side.
#[derive(Clone, Copy)]
pub(super) struct Pair<T>(*const T, *const T);

/// Products of complex numbers side by side, the second ones conjugated or not.
#[derive(Clone, Copy)]
pub(super) struct PairComplex<T>(*const T, *const T, bool);

/// Products of elements in any strides.
#[derive(Clone, Copy)]
pub(super) struct PairStrided<T> {
    lhs: (*const T, isize),
    rhs: (*const T, isize),
    conj: bool,
}

/// Defines the terms of a type by what they are made of and what they are.
macro_rules! term {
    ($Name:ident, |$step:ident, $cursor:ident, $axis:ident| $new:expr, |$term:ident, $n:ident| $at:expr, $read:expr) => {
        impl<T: Number> Term<T> for $Name<T> {
            #[inline(always)]
            unsafe fn new($step: &StreamStep<T>, $cursor: Cursor<T>, $axis: &Axis) -> Self {
                $new
            }

            #[inline(always)]
            unsafe fn at($term, $n: usize) -> T {
                // SAFETY: the index is below the extent by the contract, so that the element is
                // valid for reads by that of `new`.
                unsafe { $at }
            }

            sums_of_numbers!(|$term, $n| $read);
        }
    };
}

impl<T: Number> Term<T> for Constant<T> {
    #[inline(always)]
    unsafe fn new(step: &StreamStep<T>, cursor: Cursor<T>, _axis: &Axis) -> Self {
        // SAFETY: by the contract the axis has an index, and the factors are valid for reads at index 0. (Without a second
        // factor its pointer is that of the first.)
        let (lhs, rhs) = unsafe { (*cursor.lhs, second(cursor.rhs, step.conj)) };
        Self(if step.two { lhs.times(rhs) } else { lhs })
    }

    #[inline(always)]
    unsafe fn at(self, _index: usize) -> T {
        self.0
    }

    sums_of_numbers!(|self, _index| [self.0; N]);
}

term!(One, |_step, cursor, _axis| One(cursor.lhs), |self, n| *self.0.add(n), side_by_side(self.0.add(n)));
term!(
    OneStrided,
    |_step, cursor, axis| OneStrided(cursor.lhs, axis.lhs),
    |self, n| *self.0.offset(extents::offset(n, self.1)),
    std::array::from_fn(|m| self.at(n + m))
);
term!(
    Scaled,
    |step, cursor, _axis| {
        // SAFETY: by the contract the axis has an index, and the second factor is valid for reads at index 0.
        Scaled(cursor.lhs, unsafe { second(cursor.rhs, step.conj) })
    },
    |self, n| (*self.0.add(n)).times(self.1),
    {
        let lhs: [T; N] = side_by_side(self.0.add(n));
        std::array::from_fn(|m| lhs[m].times(self.1))
    }
);
term!(Pair, |_step, cursor, _axis| Pair(cursor.lhs, cursor.rhs), |self, n| (*self.0.add(n)).times(*self.1.add(n)), {
    let [lhs, rhs]: [[T; N]; 2] = [side_by_side(self.0.add(n)), side_by_side(self.1.add(n))];
    std::array::from_fn(|m| lhs[m].times(rhs[m]))
});
term!(
    PairStrided,
    |step, cursor, axis| PairStrided { lhs: (cursor.lhs, axis.lhs), rhs: (cursor.rhs, axis.rhs), conj: step.conj },
    |self, n| {
        let [lhs, rhs] = [self.lhs, self.rhs].map(|(pointer, stride)| pointer.offset(extents::offset(n, stride)));
        (*lhs).times(second(rhs, self.conj))
    },
    std::array::from_fn(|m| self.at(n + m))
);

impl<T: Number> Term<T> for PairComplex<T> {
    #[inline(always)]
    unsafe fn new(step: &StreamStep<T>, cursor: Cursor<T>, _axis: &Axis) -> Self {
        Self(cursor.lhs, cursor.rhs, step.conj)
    }

    #[inline(always)]
    unsafe fn at(self, index: usize) -> T {
        // SAFETY: the index is below the extent by the contract, so that the elements are valid for
        // reads by that of `new`.
        unsafe { (*self.0.add(index)).times(second(self.1.add(index), self.2)) }
    }

    #[inline(always)]
    unsafe fn read<const N: usize>(self, index: usize) -> [T; N] {
        // SAFETY: by this function's contract `index + n` is below the extent.
        std::array::from_fn(|n| unsafe { self.at(index + n) })
    }

    type Sums<const N: usize> = [Parts<T>; N];

    #[inline(always)]
    fn zero<const N: usize>() -> [Parts<T>; N] {
        [Parts::ZERO; N]
    }

    #[inline(always)]
    unsafe fn add<const N: usize>(self, sums: [Parts<T>; N], index: usize) -> [Parts<T>; N] {
        // SAFETY: the indices are below the extent by the contract, so that the elements are valid for
        // reads by that of `new`.
        let [lhs, rhs]: [[T; N]; 2] = unsafe { [side_by_side(self.0.add(index)), side_by_side(self.1.add(index))] };
        std::array::from_fn(|n| sums[n].add(lhs[n], rhs[n]))
    }

    #[inline(always)]
    fn merge<const N: usize>(a: [Parts<T>; N], b: [Parts<T>; N]) -> [Parts<T>; N] {
        std::array::from_fn(|n| a[n].merge(b[n]))
    }

    #[inline(always)]
    fn total<const N: usize>(sums: [Parts<T>; N], conj: bool) -> [T; N] {
        sums.map(|sum| sum.total(conj))
    }
}
