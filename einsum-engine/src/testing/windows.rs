//! Products that are added to windows, on slices, checked.

use crate::{
    number::Number,
    problem::{Axis, Problem, Source},
    testing::{Strides, are_apart, fits},
};

/// Adds the product of two factors, summed over labels that the result does not have, times `alpha`, at all windows, which are the labels of
/// `is_window`: returns whether it was one that there are loops for.
///
/// # Panics
/// If a tensor does not fit into its slice, or if elements of one window coincide.
pub fn add_windows<T: Number>(
    (extents, is_window): (&[usize], &[bool]),
    (out, of_out): (&mut [T], Strides<'_>),
    (lhs, of_lhs): (&[T], Strides<'_>),
    (rhs, of_rhs): (&[T], Strides<'_>),
    alpha: Option<T>,
) -> bool {
    let axis = |n: usize| {
        let (out, lhs, rhs) = (of_out.strides[n], of_lhs.strides[n], of_rhs.strides[n]);
        Axis { extent: extents[n], out, lhs, rhs, contracted: out == 0 }
    };
    let all: Vec<Axis> = (0..extents.len()).map(axis).collect();
    assert!(all.iter().all(|axis| axis.extent > 0), "there are no windows");
    let of = |is_asked: bool| (0..extents.len()).filter(|&n| is_window[n] == is_asked).map(axis).collect::<Vec<_>>();
    let (mut axes, windows) = (of(false), of(true));
    assert!(are_apart(&axes), "elements of a window coincide");
    assert!(fits(&all, |axis| axis.out, of_out.start, out.len()), "the result does not fit");
    assert!(fits(&all, |axis| axis.lhs, of_lhs.start, lhs.len()), "the first factor does not fit");
    assert!(fits(&all, |axis| axis.rhs, of_rhs.start, rhs.len()), "the second factor does not fit");
    let source =
        |factor: &[T], of: Strides<'_>| Source { pointer: factor.as_ptr().wrapping_add(of.start), conj: false };
    let factors = (source(lhs, of_lhs), Some(source(rhs, of_rhs)));
    let Some(add) = T::FAMILY.windows() else { return false };
    // SAFETY: it was just seen that every index of every tensor, of all windows, is inside of its slice, which is initialised and borrowed;
    // elements of one window differ; slices do not overlap; contracted axes have stride 0 in the result.
    unsafe {
        let out = out.as_mut_ptr().add(of_out.start);
        add(Problem::new(&mut axes, out, factors, (alpha, Some(T::ONE)), T::FAMILY), &windows)
    }
}
