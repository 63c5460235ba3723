//! Products that are added to a tensor at windows which overlap, all of them at once.

use core::array;

use einsum_engine::{Axis, Problem, Source, extents};

use super::{
    form::Form,
    reach::{Reach, ReachMut},
};
use crate::{
    element::Element,
    tensor::view::{View, ViewMut},
    tuning::WINDOWS_MIN_TERMS,
};

/// Adds the product of two tensors to a third one, each at forms of labels, summed over the labels that are not on it; if `scale` is given,
/// times that. Returns whether that is left to be done, window by window.
///
/// # Panics
/// If a form leads out of its tensor, or if a view has an ellipsis.
pub fn are_windows_left<T: Element, const L: usize, const A: usize, const B: usize, const C: usize>(
    extents: [usize; L],
    (lhs, of_lhs): (View<'_, T, A>, [Form<L>; A]),
    (rhs, of_rhs): (View<'_, T, B>, [Form<L>; B]),
    (target, of_target): (ViewMut<'_, T, C>, [Form<L>; C]),
    scale: Option<T>,
) -> bool {
    let Some(add) = (const { T::FAMILY.windows() }) else { return true };
    if lhs.is_converted() || rhs.is_converted() || extents::count(extents) < WINDOWS_MIN_TERMS {
        return true;
    }
    let (lhs, rhs) = (Reach::new(extents, lhs, of_lhs), Reach::new(extents, rhs, of_rhs));
    let target = ReachMut::new(extents, target, of_target);
    let (Some(of_lhs), Some(of_rhs)) = (lhs.pointer, rhs.pointer) else { return true };
    let axis = |label: usize| {
        let out = target.place.strides[label];
        let (lhs, rhs) = (lhs.place.strides[label], rhs.place.strides[label]);
        Axis { extent: extents[label], out, lhs, rhs, contracted: out == 0 }
    };
    let is_window = target.place.clashing;
    let part = |of: bool| array::from_fn(|label| if is_window[label] == of { axis(label) } else { Axis::POINT });
    let (mut axes, windows): ([Axis; L], [Axis; L]) = (part(false), part(true));
    let [of_lhs, of_rhs] = [of_lhs, of_rhs].map(|pointer| Source { pointer, conj: false });
    // SAFETY: an index below the extents of all labels, of which there are some of each, leads to an element of each tensor, as
    // `Reached::new` has seen: valid for reads, and of the target for writes, of which none is one of a factor, as the target is
    // borrowed mutably. Labels with a stride of 0 in the target are summed over. Along the others, but for those that clash, which are
    // the windows, distinct indices lead to distinct elements. There is a `beta` of one.
    unsafe {
        let problem = Problem::new(&mut axes, target.pointer, (of_lhs, Some(of_rhs)), (scale, Some(T::ONE)), T::FAMILY);
        !add(problem, &windows)
    }
}
