//! Views of matrices that lie in the memory of another library.

use einsum_engine::extents;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, ShapeBuilder};

/// Views a matrix of these extents and strides, in elements, whose element at `[0, 0]` is at `pointer`.
///
/// # Safety
/// For every index below `extents`, `pointer` moved by the sum of `index * stride` is valid for reads of a `T` for `'a`, and all these
/// elements are in one allocation.
///
/// # Panics
/// If there are more than `isize::MAX` indices.
#[inline(always)]
pub(super) unsafe fn view<'a, T>(pointer: *const T, extents: [usize; 2], strides: [isize; 2]) -> ArrayView2<'a, T> {
    if extents.contains(&0) {
        return ArrayView2::from_shape(extents, &[]).unwrap_or_else(|_| too_many(extents));
    }
    let place = Place::new(extents, strides);
    // SAFETY: by the contract an element is at every index, the one at `first` among them, from which `strides` lead to the others
    // forwards (see `Place`): all are in one allocation, so that no distance between two of them overflows. `Place` has counted the indices.
    let mut view = unsafe { ArrayView2::from_shape_ptr(extents.strides(place.strides), pointer.offset(place.first)) };
    for axis in 0..2 {
        if place.is_reversed[axis] {
            view.invert_axis(Axis(axis));
        }
    }
    view
}

/// Views a matrix to be written, of these extents and strides, in elements, whose element at `[0, 0]` is at `pointer`.
///
/// # Safety
/// For every index below `extents`, `pointer` moved by the sum of `index * stride` is valid for reads and writes of a `T` for `'a`, all
/// these elements are in one allocation, and nothing else reaches them meanwhile.
///
/// # Panics
/// If there are more than `isize::MAX` indices, or two of them may be one element.
#[inline(always)]
pub(super) unsafe fn view_mut<'a, T>(
    pointer: *mut T,
    extents: [usize; 2],
    strides: [isize; 2],
) -> ArrayViewMut2<'a, T> {
    if extents.contains(&0) {
        return ArrayViewMut2::from_shape(extents, &mut []).unwrap_or_else(|_| too_many(extents));
    }
    let place = Place::new(extents, strides);
    place.assert_apart(extents);
    // SAFETY: as in `view`; and `assert_apart` has shown that no two indices share an element.
    let mut view =
        unsafe { ArrayViewMut2::from_shape_ptr(extents.strides(place.strides), pointer.offset(place.first)) };
    for axis in 0..2 {
        if place.is_reversed[axis] {
            view.invert_axis(Axis(axis));
        }
    }
    view
}

#[cold]
#[inline(never)]
fn too_many([rows, columns]: [usize; 2]) -> ! {
    panic!(
        "a matrix of {rows} rows and {columns} columns has more than `isize::MAX` indices: pass a part of it, or a row or column that repeats"
    )
}

/// The elements of a matrix that is not empty, from the one of the lowest address on: no stride is negative.
struct Place {
    /// How far it is from the element at `[0, 0]` to the one of the lowest address.
    first: isize,
    strides: [usize; 2],
    is_reversed: [bool; 2],
}

impl Place {
    #[inline(always)]
    fn new(extents: [usize; 2], strides: [isize; 2]) -> Self {
        if extents::exact(extents).is_none() {
            too_many(extents);
        }
        // (Along an axis of one index nobody moves, whatever its stride is.)
        let is_reversed = [0, 1].map(|axis| strides[axis] < 0 && extents[axis] > 1);
        let first =
            [0, 1].map(|axis| if is_reversed[axis] { extents::offset(extents[axis] - 1, strides[axis]) } else { 0 });
        let strides = [0, 1].map(|axis| if extents[axis] > 1 { strides[axis].unsigned_abs() } else { 0 });
        Self { first: first[0] + first[1], strides, is_reversed }
    }

    /// Panics unless different indices are different elements, which holds where a step along one axis is longer than all of the other.
    #[inline(always)]
    fn assert_apart(&self, extents: [usize; 2]) {
        let reach = [0, 1].map(|axis| extents::count([extents[axis] - 1, self.strides[axis]]));
        let is_apart = |axis: usize| extents[axis] == 1 || self.strides[axis] > 0;
        let is_nested = |inner: usize, outer: usize| extents[outer] == 1 || reach[inner] < self.strides[outer];
        assert!(
            is_apart(0) && is_apart(1) && (is_nested(0, 1) || is_nested(1, 0)),
            "the elements of a matrix to be written overlap: extents {extents:?}, strides {:?}",
            self.strides
        );
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    /// All elements that a view of these extents and strides has, by its indices, of `0..len` in order.
    fn elements(len: usize, first: usize, extents: [usize; 2], strides: [isize; 2]) -> Vec<usize> {
        let all: Vec<usize> = (0..len).collect();
        let reaches = |index: [usize; 2]| {
            first.wrapping_add_signed(index[0].cast_signed() * strides[0] + index[1].cast_signed() * strides[1])
        };
        let indices = || (0..extents[0]).flat_map(|row| (0..extents[1]).map(move |column| [row, column]));
        assert!(indices().all(|index| reaches(index) < len));
        // SAFETY: at every index there is an element of `all`.
        let view = unsafe { view(&raw const all[first], extents, strides) };
        assert_eq!(view.dim(), extents.into());
        assert!(indices().all(|index| view[index] == reaches(index)));
        view.iter().copied().collect()
    }

    #[test]
    fn strides_lead_anywhere() {
        assert_eq!(elements(12, 0, [3, 4], [1, 3]), [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
        assert_eq!(elements(12, 8, [3, 2], [-4, 1]), [8, 9, 4, 5, 0, 1]);
        assert_eq!(elements(12, 11, [2, 3], [-6, -2]), [11, 9, 7, 5, 3, 1]);
        assert_eq!(elements(12, 5, [2, 3], [0, -1]), [5, 4, 3, 5, 4, 3]);
        // Along an axis of one index nobody moves.
        assert_eq!(elements(3, 2, [1, 3], [isize::MIN, -1]), [2, 1, 0]);
        assert_eq!(elements(1, 0, [1, 1], [-7, isize::MAX]), [0]);
    }

    #[test]
    fn nothing_is_reached_of_what_is_empty() {
        for extents in [[0, 5], [5, 0], [0, 0]] {
            // SAFETY: there is no index.
            let view = unsafe { view::<f64>(core::ptr::dangling(), extents, [isize::MIN, isize::MAX]) };
            assert_eq!(view.dim(), extents.into());
        }
    }

    #[test]
    fn elements_that_are_written_are_apart() {
        let is_apart = |extents, strides| catch_unwind(|| Place::new(extents, strides).assert_apart(extents)).is_ok();
        assert!(
            is_apart([3, 4], [1, 3])
                && is_apart([3, 4], [4, 1])
                && is_apart([3, 4], [-4, -1])
                && is_apart([3, 4], [2, 6])
        );
        assert!(is_apart([1, 4], [0, 1]) && is_apart([4, 1], [1, 0]) && is_apart([1, 1], [0, 0]));
        assert!(
            !is_apart([3, 4], [1, 2])
                && !is_apart([3, 4], [3, 1])
                && !is_apart([3, 4], [0, 1])
                && !is_apart([3, 4], [1, 0])
        );
        assert!(!is_apart([3, 4], [1, -2]) && !is_apart([4, 1], [0, 9]) && !is_apart([2, 2], [1, 1]));
    }

    #[test]
    fn indices_are_counted() {
        assert!(catch_unwind(|| Place::new([usize::MAX, 2], [0, 0])).is_err());
        assert!(catch_unwind(|| Place::new([usize::MAX / 3, 2], [0, 0])).is_err());
    }
}
