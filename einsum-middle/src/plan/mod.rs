//! Chooses the steps: [`Einsum`] -> [`ContractionTree`].
//!
//! Operands meet in the best order that [`search`] finds, those within parentheses first. Where that
//! depends on extents that are not known, the tree has a step for each split that is best at some of
//! them, with a guard, and the run time chooses. A lone label, one that is on a
//! single operand and not on the output, is summed before its operand meets another, so that the
//! sum is over the smaller tensor. A label is contracted in the step after which nothing has it.
//!
//! AFTER THIS POINT: steps have one or two factors; see [`ContractionTree::verify`].

mod cap;
pub mod cost;
mod dense;
mod equals;
pub mod exact;
pub mod greedy;
mod layout;
pub mod limit;
mod maxima;
pub mod network;
pub mod options;
pub mod path;
mod planner;
mod points;
mod preference;
mod programme;
mod random;
mod reorder;
mod sample;
pub mod search;
#[cfg(feature = "shards")]
pub mod shard;
pub mod slicing;
pub mod splits;
mod symbolic;
mod verify;

use self::{
    cost::Objective, limit::TooLarge, options::Options, path::Path, planner::Planner, search::Search,
    slicing::AboveLimit, splits::Splits,
};
use crate::{
    few::Table,
    ir::{ContractionTree, Einsum, Label, MaxIntermediate},
    tuning::{BACKWARD_MAX_SPLITS, FORWARD_MAX_SPLITS, ONE_OF_MANY_MAX_SPLITS},
};

/// So many splits at most are left to the run time: each is a step that is compiled, and with its
/// gradients three. Twice as many where intermediates are limited, as there are two ends to meet.
fn most_splits(einsum: &Einsum, objective: Objective) -> usize {
    let most = match objective {
        Objective::Forward => FORWARD_MAX_SPLITS,
        Objective::ForwardAndBackward => BACKWARD_MAX_SPLITS,
    };
    if einsum.max_intermediate.is_some() { 2 * most } else { most }
}

/// The plans of one einsum, each in the orders that are best for what is asked of it.
#[derive(Clone, Debug)]
pub struct Plans {
    /// For the value alone.
    pub value: ContractionTree,
    /// For the value and its gradients.
    pub with_gradients: ContractionTree,
}

impl Plans {
    /// Plans an einsum for both.
    ///
    /// # Errors
    /// If the extents and the limit that are literals say already that not even slices are within it.
    pub fn new(einsum: &Einsum) -> Result<Self, AboveLimit> {
        let [value, with_gradients] =
            [Objective::Forward, Objective::ForwardAndBackward].map(|objective| plan(einsum, objective));
        Ok(Self { value: value?, with_gradients: with_gradients? })
    }
}

/// Plans an einsum: in the best order, where the extents that are literals say which that is, and
/// otherwise with a choice at run time; in slices, where no order is within the limit.
///
/// # Errors
/// If the extents and the limit that are literals say already that not even slices are within it.
pub fn plan(einsum: &Einsum, objective: Objective) -> Result<ContractionTree, AboveLimit> {
    plan_among(einsum, objective, most_splits(einsum, objective))
}

/// Plans an einsum that is one of several in a formula, of which the run time has no more choices together than of one.
///
/// # Errors
/// As [`plan`].
pub fn plan_one_of(einsum: &Einsum, count: usize) -> Result<ContractionTree, AboveLimit> {
    plan_among(einsum, Objective::Forward, (FORWARD_MAX_SPLITS / count.max(1)).max(ONE_OF_MANY_MAX_SPLITS))
}

fn plan_among(einsum: &Einsum, objective: Objective, max_splits: usize) -> Result<ContractionTree, AboveLimit> {
    let known = |label: &Label| einsum.known_extent(label);
    let max_intermediate = einsum.max_intermediate;
    let options = Options { objective, max_intermediate, max_splits };
    match search::einsum(einsum, &|label| known(label).map(number), &options) {
        Ok(search) => Ok(Planner::new(einsum, objective).undecided(&search)),
        Err(_) => sliced(einsum, &known, &options),
    }
}

/// Plans an einsum of which no order is within the limit (or no order of what is in some parentheses): in slices, which are
/// decided while compiling if all extents are known, and otherwise at run time.
///
/// # Errors
/// If that is known not to keep the limit either.
fn sliced(
    einsum: &Einsum,
    known: &dyn Fn(&Label) -> Option<u64>,
    options: &Options,
) -> Result<ContractionTree, AboveLimit> {
    let within = Options { max_intermediate: Some(MaxIntermediate::Given), ..*options };
    let search = search::einsum(einsum, &|label| known(label).map(number), &within)?;
    let limited = Einsum { max_intermediate: within.max_intermediate, ..einsum.clone() };
    let mut tree = Planner::new(&limited, options.objective).undecided(&search);
    let is_known = einsum.labels().iter().all(|label| known(label).is_some());
    let Some(MaxIntermediate::Known(limit)) = options.max_intermediate.filter(|_| is_known) else { return Ok(tree) };
    let slicing = slicing::slices(einsum, &tree, &|label| known(label).unwrap_or(1), limit).map_err(|smallest| {
        // No intermediate has less than one element.
        let is_exact = search.has_smallest() || smallest <= 1;
        TooLarge { limit: number(limit), smallest: number(smallest), is_exact }
    })?;
    tree.decide(&slicing.chosen);
    tree.slices = slicing.lengths;
    layout::arrange(&mut tree, options.objective, &Table::default());
    debug_assert_eq!(tree.verify(), Ok(()), "slices of `{einsum}`");
    Ok(tree)
}

#[allow(clippy::cast_precision_loss, reason = "costs are compared, not counted")]
fn number(extent: u64) -> f64 {
    extent as f64
}

/// Plans an einsum in the order in which it is written.
#[must_use]
pub fn as_written(einsum: &Einsum) -> ContractionTree {
    Planner::new(einsum, Objective::Forward).left_to_right()
}

/// Plans an einsum in the order that was searched for; `path` chooses where splits leave a choice.
#[must_use]
pub fn along(einsum: &Einsum, search: &Search, path: &dyn Fn(&Splits) -> Path) -> ContractionTree {
    Planner::new(einsum, Objective::Forward).along(search, &|splits| Some(path(splits)))
}
