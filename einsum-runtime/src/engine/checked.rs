//! Problems over slices, checked: the safe way to one, for tests and measurements.

use super::{Axis, Problem, Source};

/// A tensor in a slice: where index 0 along all axes is, and, of a factor, whether it is conjugated.
#[derive(Clone, Copy, Debug)]
pub struct Place<S> {
    /// The slice.
    pub slice: S,
    /// The position of index 0 along all axes.
    pub start: usize,
    /// Whether elements are conjugated as they are read.
    pub conj: bool,
}

impl<S> From<S> for Place<S> {
    fn from(slice: S) -> Self {
        Self { slice, start: 0, conj: false }
    }
}

impl Axis {
    /// A label with its strides in the result, the first and the second factor.
    #[must_use]
    pub fn new(extent: usize, [out, lhs, rhs]: [isize; 3], contracted: bool) -> Self {
        Self { extent, out, lhs, rhs, contracted }
    }
}

impl<'a, T> Problem<'a, T> {
    /// A step over slices.
    ///
    /// # Panics
    /// If an index leads out of a slice, if two indices may lead to one element of the result, or if a
    /// contracted axis moves in the result.
    #[must_use]
    pub fn from_slices(
        axes: &'a mut [Axis],
        out: Place<&'a mut [T]>,
        (lhs, rhs): (Place<&'a [T]>, Option<Place<&'a [T]>>),
        (alpha, beta): (Option<T>, Option<T>),
    ) -> Self {
        let extents = || axes.iter().map(|axis| axis.extent);
        if extents().all(|extent| extent > 0) {
            let place = |start, len, strides: fn(&Axis) -> isize| {
                assert!(within(start, len, extents().zip(axes.iter().map(strides))), "an index leads out of a slice");
            };
            place(lhs.start, lhs.slice.len(), |axis| axis.lhs);
            if let Some(rhs) = rhs {
                place(rhs.start, rhs.slice.len(), |axis| axis.rhs);
            }
        }
        let kept = || axes.iter().filter(|axis| !axis.contracted);
        if kept().all(|axis| axis.extent > 0) {
            let strides = kept().map(|axis| (axis.extent, axis.out));
            assert!(within(out.start, out.slice.len(), strides), "an index leads out of the result");
            assert!(distinct(kept()), "two indices may lead to one element of the result");
        }
        assert!(axes.iter().all(|axis| !axis.contracted || axis.out == 0), "a contracted axis moves in the result");
        let source =
            |place: Place<&[T]>| Source { pointer: place.slice.as_ptr().wrapping_add(place.start), conj: place.conj };
        let sources = (source(lhs), rhs.map(source));
        let out = out.slice.as_mut_ptr().wrapping_add(out.start);
        // SAFETY:
        // - every index stays within the slices, which are initialised and borrowed for `'a`: checked;
        // - different indices have different elements of the result: checked; no factor has one of
        //   them, since it is borrowed mutably;
        // - contracted axes have stride 0 in the result: checked.
        unsafe { Self::new(axes, out, sources, (alpha, beta)) }
    }
}

/// Whether all indices are within a slice.
fn within(start: usize, len: usize, axes: impl Iterator<Item = (usize, isize)>) -> bool {
    let (mut low, mut high) = (start as i128, start as i128);
    for (extent, stride) in axes {
        let span = (extent as i128 - 1) * stride as i128;
        low += span.min(0);
        high += span.max(0);
    }
    low >= 0 && high < len as i128
}

/// Whether each axis strides over all that the axes of smaller strides reach.
fn distinct<'a>(axes: impl Iterator<Item = &'a Axis>) -> bool {
    let mut strides: Vec<_> =
        axes.filter(|axis| axis.extent > 1).map(|axis| (axis.out.unsigned_abs(), axis.extent)).collect();
    strides.sort_unstable();
    let mut reached = 0;
    strides.iter().all(|&(stride, extent)| {
        let free = stride as u128 > reached;
        reached += stride as u128 * (extent as u128 - 1);
        free
    })
}
