//! What ran, for tests of what is planned: of the first step since it was last asked, in builds with debug assertions.

#[cfg(debug_assertions)]
use std::cell::Cell;

use crate::plan::way::Way;

#[cfg(debug_assertions)]
thread_local! {
    static RAN: Cell<Option<Way>> = const { Cell::new(None) };
}

/// Notes what a step is computed by, unless a step that it is a part of was noted.
#[inline(always)]
pub(crate) fn note(way: Way) {
    #[cfg(debug_assertions)]
    let _ = RAN.try_with(|ran| ran.set(ran.get().or(Some(way))));
    #[cfg(not(debug_assertions))]
    let _ = way;
}

/// What the first step was computed by on this thread since this was last asked.
#[cfg(debug_assertions)]
pub(crate) fn take() -> Option<Way> {
    RAN.try_with(Cell::take).ok().flatten()
}

/// Nothing: it is not noted in this build.
#[cfg(not(debug_assertions))]
pub(crate) fn take() -> Option<Way> {
    None
}
