//! From one layout to another, an axis at a time.

use super::{
    types::{AxisId, Layout, Placement},
    words::MoveKind,
};

/// The layouts between two, each of which differs from the last on one axis, with that axis: first what sends nothing, then what
/// makes parts smaller, and last what makes them larger. `None` if only a sum could lie as it shall.
#[must_use]
pub fn route(from: &Layout, to: &Layout) -> Option<Vec<(AxisId, Layout)>> {
    let mut layouts = Vec::new();
    let mut layout = from.clone();
    while layout != *to {
        let (axis, next) = next(&layout, to)?;
        layout = layout.with(axis, next);
        layouts.push((axis, layout.clone()));
    }
    Some(layouts)
}

/// The best of the moves that can be made next. A label is on one axis at a time: where two axes wait for the label of the other, one of
/// them is gathered first.
fn next(layout: &Layout, to: &Layout) -> Option<(AxisId, Placement)> {
    let axes = (0..layout.0.len()).map(AxisId).filter(|axis| layout.on(*axis) != to.on(*axis));
    let is_free = |placement: &Placement| match placement {
        Placement::Varying(label) => layout.axis_of(label).is_none(),
        _ => true,
    };
    let mut moves = Vec::new();
    let mut waiting = Vec::new();
    for axis in axes {
        let wanted = to.on(axis);
        let kind = MoveKind::of(layout.on(axis), wanted)?;
        if is_free(wanted) {
            moves.push((kind, axis, wanted.clone()));
        } else {
            waiting.push((axis, Placement::Replicate));
        }
    }
    let rank = |kind: &MoveKind| match kind {
        MoveKind::Split(_) => 0,
        MoveKind::ReduceScatter(_) => 1,
        MoveKind::AllToAll(..) => 2,
        MoveKind::AllReduce => 3,
        MoveKind::AllGather(_) => 4,
    };
    let best = moves.into_iter().min_by_key(|(kind, axis, _)| (rank(kind), *axis));
    best.map(|(_, axis, placement)| (axis, placement)).or_else(|| waiting.into_iter().next())
}
