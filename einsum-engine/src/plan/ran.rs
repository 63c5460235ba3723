//! What ran, for tests of what is planned: of the first step since it was last asked, in builds with debug assertions.
//!
//! The thread that computes a step notes how it is added up and what is fetched before it notes the way, by which it is known that all
//! else is of the parts that it is made of.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
use crate::plan::way::Sum;
use crate::plan::way::{Plan, Way};

#[cfg(debug_assertions)]
thread_local! {
    static RAN: Cell<Ran> = const { Cell::new(Ran::NOTHING) };
}

/// What is known of the first step.
#[cfg(debug_assertions)]
#[derive(Clone, Copy)]
struct Ran {
    way: Option<Way>,
    sum: Sum,
    fetch: bool,
    stream: bool,
}

#[cfg(debug_assertions)]
impl Ran {
    const NOTHING: Self = Self { way: None, sum: Sum::WHOLE, fetch: false, stream: false };
}

/// Notes what is left of a step to be known, unless it is known by which loops it is computed.
#[cfg(debug_assertions)]
fn change(change: impl FnOnce(&mut Ran)) {
    let _ = RAN.try_with(|ran| {
        let mut known = ran.get();
        if known.way.is_none() {
            change(&mut known);
            ran.set(known);
        }
    });
}

/// Notes what a step is computed by.
#[inline(always)]
pub(crate) fn note(way: Way) {
    #[cfg(debug_assertions)]
    change(|ran| ran.way = Some(way));
    #[cfg(not(debug_assertions))]
    let _ = way;
}

/// Notes in how many parts a sum is added up.
#[inline(always)]
pub(crate) fn note_parts(parts: usize) {
    #[cfg(debug_assertions)]
    change(|ran| ran.sum.parts = parts);
    #[cfg(not(debug_assertions))]
    let _ = parts;
}

/// Notes in how many spans a sum, or a part of it, is added up.
#[inline(always)]
pub(crate) fn note_spans(spans: usize) {
    #[cfg(debug_assertions)]
    change(|ran| ran.sum.spans = spans);
    #[cfg(not(debug_assertions))]
    let _ = spans;
}

/// Notes whether what is summed is fetched ahead.
#[inline(always)]
pub(crate) fn note_fetch(fetch: bool) {
    #[cfg(debug_assertions)]
    change(|ran| ran.fetch = fetch);
    #[cfg(not(debug_assertions))]
    let _ = fetch;
}

/// Notes whether the result is written past the caches.
#[inline(always)]
pub(crate) fn note_stream(stream: bool) {
    #[cfg(debug_assertions)]
    change(|ran| ran.stream = stream);
    #[cfg(not(debug_assertions))]
    let _ = stream;
}

/// The first step that was computed on this thread since this was last asked, as a plan. In a build without debug assertions there is
/// none.
pub(crate) fn take() -> Option<Plan> {
    #[cfg(debug_assertions)]
    return RAN
        .try_with(|ran| ran.replace(Ran::NOTHING))
        .ok()
        .and_then(|Ran { way, sum, fetch, stream }| way.map(|way| Plan { sum, fetch, stream, ..way.into() }));
    #[cfg(not(debug_assertions))]
    None
}
