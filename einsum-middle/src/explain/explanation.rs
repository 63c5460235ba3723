//! A checked [`Einsum`] and its plans -> the [`Orders`] that are listed; with their gradients and loops -> [`Explanation`].

use super::{
    costs::{self, Costs},
    extents::Extents,
    trees,
};
use crate::{
    few::{Set, sort_by},
    grad::Vjp,
    ir::{ContractionTree, Einsum, Label, MaxIntermediate},
    lower::Lowered,
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

/// The orders that are listed: trees, or what later passes have made of them.
#[derive(Clone, Debug)]
pub struct Orders<Steps = ContractionTree> {
    objective: Objective,
    /// At least one.
    each: Vec<Steps>,
    /// Whether there are more, too many to be listed.
    has_more: bool,
    /// Whether `einsum!` is explained, and `einsum_vjp!` takes other orders.
    gradients_differ: bool,
}

/// One way to compute it, and its gradients.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The steps to the result.
    pub forward: Lowered,
    /// The costs of the steps.
    pub costs: Costs,
    /// The steps to the cotangents of all operands.
    pub backward: Lowered,
    /// The costs of the steps to cotangents.
    pub gradient_costs: Costs,
}

impl Explanation {
    /// Explains an einsum by the orders of the macro that computes what is asked for, each with its gradients.
    #[must_use]
    pub fn new(einsum: &Einsum, orders: Orders<Vjp<Lowered>>) -> Self {
        let extents = &Extents(einsum.known.clone());
        let Orders { objective, each, has_more, gradients_differ } = orders;
        let mut trees: Vec<Tree> = each.into_iter().map(|steps| Tree::new(steps, extents)).collect();
        let limit = einsum.max_intermediate.and_then(MaxIntermediate::known).unwrap_or(f64::INFINITY);
        if trees.iter().any(|tree| tree.may_be_within(limit)) {
            trees.retain(|tree| tree.may_be_within(limit));
        }
        sort_by(&mut trees, |a, b| a.at_equal_extents().total_cmp(&b.at_equal_extents()));
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

impl Orders {
    /// Lists the orders that the macro which computes what is asked for can run.
    #[must_use]
    pub fn new(objective: Objective, plans: &Plans) -> Self {
        let shapes = |trees: &[ContractionTree]| trees.iter().map(trees::shape).collect::<Set<_>>();
        let ((each, has_more), gradients_differ) = match objective {
            Objective::ForwardAndBackward => (trees::of(&plans.with_gradients), false),
            Objective::Forward => {
                let of_value = trees::of(&plans.value);
                let differ = shapes(&trees::of(&plans.with_gradients).0) != shapes(&of_value.0);
                (of_value, differ)
            }
        };
        Self { objective, each, has_more, gradients_differ }
    }
}

impl<Steps> Orders<Steps> {
    /// Makes something else of every order.
    #[must_use]
    pub fn map<Other>(self, made: impl FnMut(Steps) -> Other) -> Orders<Other> {
        let Self { objective, each, has_more, gradients_differ } = self;
        Orders { objective, each: each.into_iter().map(made).collect(), has_more, gradients_differ }
    }
}

impl Tree {
    fn new(Vjp { forward, backward }: Vjp<Lowered>, extents: &Extents) -> Self {
        let (costs, gradient_costs) = (Costs::new(&forward.tree, extents), Costs::new(&backward.tree, extents));
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
