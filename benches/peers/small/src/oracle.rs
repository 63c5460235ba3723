//! An einsum in one loop over all indices, to check every peer against.

use crate::value::Value;

pub type Extents<'a> = &'a [(char, usize)];

/// Elements of a tensor with this subscript.
pub fn size(term: &str, extents: Extents) -> usize {
    term.chars().map(|label| extents[position(label, extents)].1).product()
}

/// The einsum of row-major operands.
pub fn einsum<T: Value>(subscripts: &str, extents: Extents, operands: &[&[T]]) -> Vec<T> {
    let (inputs, output) = subscripts.split_once("->").unwrap();
    let labels: Vec<char> = extents.iter().map(|e| e.0).filter(|&label| subscripts.contains(label)).collect();
    let extents: Vec<(char, usize)> = labels.iter().map(|&label| extents[position(label, extents)]).collect();
    let offset = |term: &str, index: &[usize]| {
        term.chars().map(|label| position(label, &extents)).fold(0, |offset, at| offset * extents[at].1 + index[at])
    };
    let mut y = vec![T::ZERO; size(output, &extents)];
    let mut index = vec![0; extents.len()];
    for _ in 0..extents.iter().map(|e| e.1).product() {
        let factors = inputs.split(',').zip(operands).map(|(term, x)| x[offset(term, &index)]);
        let at = offset(output, &index);
        y[at] = y[at].plus(factors.fold(T::ONE, T::times));
        advance(&mut index, &extents);
    }
    y
}

fn position(label: char, extents: Extents) -> usize {
    extents.iter().position(|e| e.0 == label).unwrap()
}

fn advance(index: &mut [usize], extents: Extents) {
    for (i, e) in index.iter_mut().zip(extents).rev() {
        *i += 1;
        if *i < e.1 {
            return;
        }
        *i = 0;
    }
}

/// Numbers between -1 and 1, always the same.
pub fn random() -> impl FnMut() -> f64 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 23) as f64 - 1.0
    }
}
