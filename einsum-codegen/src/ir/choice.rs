//! What the extents decide at run time: in which order operands meet.

use std::fmt;

use super::Label;

/// Subsets of operands, and the ways to compute each: those of fewer operands first, so that what a
/// subset is made of is before it. The last is all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// For every subset its alternatives; none for what is there from the start.
    pub subsets: Vec<Vec<Alternative>>,
}

/// One way to compute a subset: as the product of two others.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The numbers of these subsets.
    pub parts: [usize; 2],
    /// What the extents are multiplied by.
    pub coefficient: f64,
    /// The labels whose extents multiply to the cost.
    pub labels: Vec<Label>,
}

/// When a step is taken: if this is the alternative chosen for this subset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// Number of the choice in its tree.
    pub choice: usize,
    /// Number of the subset in the choice.
    pub subset: usize,
    /// Number of the alternative.
    pub alternative: usize,
}

impl Choice {
    /// Checks that parts are before what is made of them, and that there is a way to all.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        for (number, alternatives) in self.subsets.iter().enumerate() {
            if alternatives.iter().any(|alternative| alternative.parts.iter().any(|part| *part >= number)) {
                return Err(format!("subset {number} is made of one that is not before it"));
            }
        }
        match self.subsets.last() {
            Some(all) if !all.is_empty() => Ok(()),
            _ => Err("there is no way to compute all".to_owned()),
        }
    }
}

/// A line for every subset with alternatives: `4 = 0 1 (2 i j k) | 1 2 (2 j k l)`.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line_break = "";
        for (number, alternatives) in self.subsets.iter().enumerate().filter(|(_, all)| !all.is_empty()) {
            let texts: Vec<String> = alternatives.iter().map(ToString::to_string).collect();
            write!(f, "{line_break}{number} = {}", texts.join(" | "))?;
            line_break = "\n";
        }
        Ok(())
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lhs, rhs] = self.parts;
        write!(f, "{lhs} {rhs} ({}", self.coefficient)?;
        self.labels.iter().try_for_each(|label| write!(f, " {label}"))?;
        f.write_str(")")
    }
}
