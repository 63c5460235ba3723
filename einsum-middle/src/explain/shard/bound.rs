//! How many words at least some process receives, however the tensors lie.
//!
//! The bound, which does not depend on the memory of a process, is that of Al Daas, Ballard, Grigori, Kumar and Rouse (2022), "Tight
//! memory-independent parallel matrix multiplication communication lower bounds", for operands and a result of which each element is with
//! one process at the beginning and at the end. An einsum of two operands is a product of matrices, for each index of labels that all
//! three tensors have.

use std::fmt;

use crate::{
    few::sort_by,
    ir::{Einsum, Label},
};

/// The bound of an einsum of two operands.
pub(super) struct Bound {
    words: f64,
    processes: f64,
}

impl Bound {
    /// The bound, if extents are known, and every label is on two tensors at least.
    pub(super) fn new(einsum: &Einsum, processes: f64) -> Option<Self> {
        let [one, other] = einsum.operands.as_slice() else { return None };
        let mut matrix = [1.0, 1.0, 1.0];
        let mut batch = 1.0;
        for label in einsum.labels() {
            #[expect(clippy::cast_precision_loss, reason = "a bound is an estimate")]
            let extent = einsum.known_extent(&label)? as f64;
            let is_on = |labels: &crate::ir::Subscript, label: &Label| labels.has(label);
            let on = [&one.subscript, &other.subscript, &einsum.output].map(|labels| is_on(labels, &label));
            match on {
                [true, true, true] => batch *= extent,
                [true, false, true] => matrix[0] *= extent,
                [false, true, true] => matrix[1] *= extent,
                [true, true, false] => matrix[2] *= extent,
                _ => return None,
            }
        }
        // Each product of matrices has its own processes, if there are more of these than of products.
        let words = if processes > batch { product(matrix, processes / batch) } else { 0.0 };
        Some(Self { words, processes })
    }
}

/// The bound of a product of matrices of these extents.
fn product(mut extents: [f64; 3], processes: f64) -> f64 {
    sort_by(&mut extents, f64::total_cmp);
    let [small, middle, large] = extents;
    let accessed = if processes <= large / middle {
        (large * middle + large * small) / processes + middle * small
    } else if processes <= large * middle / (small * small) {
        2.0 * (large * middle * small * small / processes).sqrt() + large * middle / processes
    } else {
        3.0 * (large * middle * small / processes).powf(2.0 / 3.0)
    };
    let own = (large * middle + large * small + middle * small) / processes;
    (accessed - own).max(0.0)
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "lower bound on {} processes, of tensors without copies: {:.0} words, forward",
            self.processes, self.words
        )
    }
}
