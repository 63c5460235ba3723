//! What is going to be computed, for people: a checked [`Einsum`] -> [`Explanation`], which is shown
//! as a table.
//!
//! Everything in it is what other passes have made: the trees that the search leaves to the run time,
//! their gradients, and their loops. Nothing here decides anything.

mod costs;
mod display;
mod kernel;
mod table;
mod trees;

use proc_macro2::TokenStream;

pub use self::{
    costs::{Costs, Row, number, quantity, sum},
    display::{largest, nests, speed_up, step_rows},
    kernel::Kernel,
    table::aligned,
};
use crate::{
    ast::{Form, Invocation},
    check,
    error::Errors,
    grad::Vjp,
    ir::{ContractionTree, Einsum, Label, MaxIntermediate},
    parse,
    plan::{
        self,
        cost::{Monomial, Polynomial},
        search::{self, Options},
        slicing::AboveLimit,
    },
};

/// How an einsum is computed, and what that costs.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What is computed.
    pub einsum: Einsum,
    /// The extents that are known.
    pub extents: Extents,
    /// How many elements an intermediate may have, if that is limited.
    pub max_intermediate: Option<MaxIntermediate>,
    /// The flops of one nest of loops over all labels.
    pub naive: Monomial,
    /// The trees that the search has left, those first that are best where all unknown extents are
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
    /// What they cost.
    pub costs: Costs,
    /// The steps to the cotangents of all operands.
    pub backward: ContractionTree,
    /// What these cost.
    pub gradient_costs: Costs,
}

/// Extents of labels, as they are given: by the user, or as an example.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extents(pub Vec<(Label, u64)>);

const NOT_A_NUMBER: &str = "expected a number: an explanation is written while the program is compiled";

impl Explanation {
    /// Explains what is in the parentheses of `explain!`, after the path of the runtime.
    ///
    /// # Errors
    /// The mistakes in it, as the other macros tell them.
    pub fn parse(input: TokenStream, options: &Options) -> Result<Self, Errors> {
        let invocation = parse::explanation(input)?;
        check::arguments(&invocation.arguments, Form::Value)?;
        let einsum = check::invocation(&invocation, Form::Value)?;
        let extents = Extents::of(&invocation)?;
        let max_intermediate = einsum.max_intermediate.or(options.max_intermediate);
        Self::new(&einsum, &extents, &Options { max_intermediate, ..*options }).map_err(|error| {
            let mut errors = Errors::default();
            errors.push(invocation.subscripts.span, format!("einsum `{einsum}`: {error}"));
            errors
        })
    }

    /// Explains an einsum.
    ///
    /// # Errors
    /// If all orders have an intermediate that is larger than the options allow, even in slices.
    pub fn new(einsum: &Einsum, extents: &Extents, options: &Options) -> Result<Self, AboveLimit> {
        let max_intermediate = options.max_intermediate;
        let (trees, has_more) = match search::einsum(einsum, &|label| extents.get(label), options) {
            Ok(search) => trees::of(einsum, &search, max_intermediate),
            Err(_) => Self::sliced(einsum, extents, options)?,
        };
        let mut trees: Vec<Tree> = trees.into_iter().map(|tree| Tree::new(einsum, tree, extents)).collect();
        let limit = max_intermediate.and_then(MaxIntermediate::known).unwrap_or(f64::INFINITY);
        if trees.iter().any(|tree| tree.may_be_within(limit)) {
            trees.retain(|tree| tree.may_be_within(limit));
        }
        trees.sort_by(|a, b| a.at_equal_extents().total_cmp(&b.at_equal_extents()));
        let naive = costs::naive(einsum, extents);
        let (einsum, extents) = (einsum.clone(), extents.clone());
        Ok(Self { einsum, extents, max_intermediate, naive, trees, has_more })
    }

    /// The trees where no order is within the limit: one, in slices, or if not all extents are known, all that the run
    /// time may slice.
    fn sliced(
        einsum: &Einsum,
        extents: &Extents,
        options: &Options,
    ) -> Result<(Vec<ContractionTree>, bool), AboveLimit> {
        let tree = plan::sliced(einsum, &|label| extents.whole(label), options)?;
        if !tree.slices.is_empty() {
            return Ok((vec![tree], false));
        }
        let max_intermediate = Some(MaxIntermediate::Given);
        let search = search::einsum(einsum, &|label| extents.get(label), &Options { max_intermediate, ..*options })?;
        Ok(trees::of(einsum, &search, max_intermediate))
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
        let costs = Costs::new(einsum, &forward, extents);
        let gradient_costs = Costs::new(einsum, &backward, extents);
        Self { forward, costs, backward, gradient_costs }
    }

    /// What it costs where all unknown extents are the same, and neither large nor small.
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

impl Extents {
    /// The extent of a label, if it is known.
    #[must_use]
    pub fn get(&self, label: &Label) -> Option<f64> {
        // Extents above 2^53 are too large for any memory, and only compared.
        #[expect(clippy::cast_precision_loss, reason = "costs are estimates")]
        self.whole(label).map(|extent| extent as f64)
    }

    /// The extent of a label, as a whole number.
    fn whole(&self, label: &Label) -> Option<u64> {
        self.0.iter().find(|(other, _)| other == label).map(|(_, extent)| *extent)
    }

    /// The extents of an invocation, which must be literals: nothing is evaluated for an explanation.
    fn of(invocation: &Invocation) -> Result<Self, Errors> {
        let mut errors = Errors::default();
        let mut extents = Self::default();
        for extent in &invocation.extents {
            match check::integer(&extent.value) {
                Some(value) => extents.0.push((check::label_of(&extent.label), value)),
                None => errors.push(crate::ast::spanned(&extent.value), NOT_A_NUMBER),
            }
        }
        if let Some(limit) = invocation.arguments.max_intermediate.as_ref().filter(|l| check::integer(l).is_none()) {
            errors.push(crate::ast::spanned(limit), NOT_A_NUMBER);
        }
        errors.propagate(extents)
    }
}
