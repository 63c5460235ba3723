//! Extents of labels.

use std::fmt;

use crate::{few::List, ir::Label};

/// Extents of labels, as they are given: by the user, or as an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extents(pub Vec<(Label, u64)>);

impl Extents {
    /// The extent of a label, if it is known.
    #[must_use]
    pub fn get(&self, label: &Label) -> Option<f64> {
        // Extents above 2^53 are too large for any memory, and only compared.
        #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
        self.whole(label).map(|extent| extent as f64)
    }

    /// The extent of a label, as a whole number.
    pub(super) fn whole(&self, label: &Label) -> Option<u64> {
        self.0.iter().find(|(other, _)| other == label).map(|(_, extent)| *extent)
    }
}

/// `a = 128, i = 32`
impl fmt::Display for Extents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.0.mapped(|(label, extent)| format!("{label} = {extent}"));
        f.write_str(&each.join(", "))
    }
}
