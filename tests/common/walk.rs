//! Nested loops of oracles.

/// A loop for every label, the first outermost: visits the places that its values select, one in each tensor.
pub(crate) fn walk(labels: &[(usize, Vec<usize>)], places: &mut [usize], visit: &mut impl FnMut(&[usize])) {
    let Some(((extent, steps), inner)) = labels.split_first() else { return visit(places) };
    for _ in 0..*extent {
        walk(inner, places, visit);
        for (number, step) in steps.iter().enumerate() {
            places[number] += step;
        }
    }
    for (number, step) in steps.iter().enumerate() {
        places[number] -= step * extent;
    }
}
