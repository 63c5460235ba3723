//! What ran, for tests of what is planned: of the first step since it was last asked, in builds with debug assertions.
//!
//! The thread that computes a step notes how it is added up and what is fetched before it notes the way, by which it is known that all
//! else is of the parts that it is made of.

use std::cell::Cell;

use crate::plan::way::{Plan, Sum, Way};

thread_local! {
    static RAN: Cell<Ran> = const { Cell::new(Ran::NOTHING) };
}

/// What is known of the first step.
#[derive(Clone, Copy)]
struct Ran {
    way: Option<Way>,
    sum: Sum,
    fetch: bool,
    stream: bool,
}

impl Ran {
    const NOTHING: Self = Self { way: None, sum: Sum::WHOLE, fetch: false, stream: false };
}

/// Notes what is left of a step to be known, unless it is known by which loops it is computed. In a build without debug assertions
/// nothing is noted.
#[inline(always)]
fn change(change: impl FnOnce(&mut Ran)) {
    if !cfg!(debug_assertions) {
        return;
    }
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
    change(|ran| ran.way = Some(way));
}

/// Notes in how many parts a sum is added up.
#[inline(always)]
pub(crate) fn note_parts(parts: usize) {
    change(|ran| ran.sum.parts = parts);
}

/// Notes in how many spans a sum, or a part of it, is added up.
#[inline(always)]
pub(crate) fn note_spans(spans: usize) {
    change(|ran| ran.sum.spans = spans);
}

/// Notes whether what is summed is fetched ahead.
#[inline(always)]
pub(crate) fn note_fetch(fetch: bool) {
    change(|ran| ran.fetch = fetch);
}

/// Notes whether the result is written past the caches.
#[inline(always)]
pub(crate) fn note_stream(stream: bool) {
    change(|ran| ran.stream = stream);
}

/// The first step that was computed on this thread since this was last asked, as a plan. In a build without debug assertions there is
/// none.
pub(crate) fn take() -> Option<Plan> {
    let Ran { way, sum, fetch, stream } = RAN.try_with(|ran| ran.replace(Ran::NOTHING)).ok()?;
    way.map(|way| Plan { sum, fetch, stream, ..way.into() })
}
