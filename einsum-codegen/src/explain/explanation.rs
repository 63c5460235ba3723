//! A checked [`Einsum`] and its plans -> [`Explanation`].

use std::collections::BTreeSet;

use super::{
    costs::{self, Costs},
    extents::Extents,
    trees,
};
use crate::{
    grad::Vjp,
    ir::{ContractionTree, Einsum, Label, MaxIntermediate},
    plan::{
        Plans,
        cost::{Monomial, Objective, Polynomial},
    },
};

/// How an einsum is computed, and what that costs.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The einsum that is computed.
    pub einsum: Einsum,
    /// The extents that are known.
    pub extents: Extents,
    /// The cost that the macro which is explained is planned for: its value, or its value and gradients.
    pub objective: Objective,
    /// Whether `einsum!` is explained, and `einsum_vjp!` takes other orders.
    pub gradients_differ: bool,
    /// The flops of one nest of loops over all labels.
    pub naive: Monomial,
    /// The trees that the expansion can run, those first that are best where all unknown extents are
    /// the same. There is at least one.
    pub trees: Vec<Tree>,
    /// Whether there are more, too many to be listed: these are chosen most often, at sample extents.
    pub has_more: bool,
}

/// One way to compute it, and its gradients.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The steps to the result.
    pub forward: ContractionTree,
    /// The costs of these.
    pub costs: Costs,
    /// The steps to the cotangents of all operands.
    pub backward: ContractionTree,
    /// The costs of the steps to cotangents.
    pub gradient_costs: Costs,
}

impl Explanation {
    /// Explains an einsum: the plan of the macro that computes what is asked for.
    #[must_use]
    pub fn new(einsum: &Einsum, objective: Objective, plans: &Plans) -> Self {
        let extents = &Extents(einsum.known.clone());
        let shapes = |trees: &[ContractionTree]| trees.iter().map(trees::shape).collect::<BTreeSet<_>>();
        let ((trees, has_more), gradients_differ) = match objective {
            Objective::ForwardAndBackward => (trees::of(&plans.with_gradients), false),
            Objective::Forward => {
                let of_value = trees::of(&plans.value);
                let differ = shapes(&trees::of(&plans.with_gradients).0) != shapes(&of_value.0);
                (of_value, differ)
            }
        };
        let mut trees: Vec<Tree> = trees.into_iter().map(|tree| Tree::new(einsum, tree, extents)).collect();
        let limit = einsum.max_intermediate.and_then(MaxIntermediate::known).unwrap_or(f64::INFINITY);
        if trees.iter().any(|tree| tree.may_be_within(limit)) {
            trees.retain(|tree| tree.may_be_within(limit));
        }
        trees.sort_by(|a, b| a.at_equal_extents().total_cmp(&b.at_equal_extents()));
        let naive = costs::naive(einsum, extents);
        let (einsum, extents) = (einsum.clone(), extents.clone());
        Self { einsum, extents, objective, gradients_differ, naive, trees, has_more }
    }

    /// The labels whose extent is not known.
    #[must_use]
    pub fn unknown(&self) -> Vec<Label> {
        self.einsum.labels().into_iter().filter(|label| self.extents.get(label).is_none()).collect()
    }
}

impl Tree {
    fn new(einsum: &Einsum, forward: ContractionTree, extents: &Extents) -> Self {
        let vjp = Vjp::new(&forward, &einsum.wrt);
        // Of several blocks nothing is kept for the backward.
        let backward = if forward.slices.is_empty() { vjp.backward } else { vjp.fused() };
        let costs = Costs::new(&forward, extents);
        let gradient_costs = Costs::new(&backward, extents);
        Self { forward, costs, backward, gradient_costs }
    }

    /// The flops where all unknown extents are the same, and neither large nor small.
    fn at_equal_extents(&self) -> f64 {
        self.costs.flops.value(|_| 64.0)
    }

    /// Whether, at some extents, no intermediate has more elements than that.
    fn may_be_within(&self, limit: f64) -> bool {
        self.costs.largest.iter().all(|size| size.coefficient <= limit)
    }

    /// The flops of the result and of all gradients.
    #[must_use]
    pub fn total(&self) -> Polynomial {
        let parts = [&self.costs.flops, &self.gradient_costs.flops];
        parts.into_iter().flat_map(|part| part.monomials().iter().cloned()).collect()
    }
}
