//! From the cotangent of a result to those of the operands.

use core::fmt;
use std::{sync::Arc, vec::Vec};

use einsum_runtime::{Differentiable, Element};
use ndarray::{ArrayD, ArrayViewD};

use super::{
    error::Error,
    plan::{Gradients, Slot, given},
    tensor::Tensor,
};

/// The pullback of an einsum at its operands: a linear function from a cotangent of the result to the cotangents of all operands.
pub struct Pullback<'a, T> {
    plans: Arc<Gradients>,
    operands: Vec<ArrayViewD<'a, T>>,
    /// The values of the forward that the backward reads, by their numbers.
    kept: Vec<(usize, ArrayD<T>)>,
}

impl<'a, T: Element + Differentiable> Pullback<'a, T> {
    /// The value, and its pullback.
    pub(super) fn new(plans: Arc<Gradients>, operands: Vec<ArrayViewD<'a, T>>) -> Result<(ArrayD<T>, Self), Error> {
        let mut slots = given(plans.forward.slots(), operands.clone());
        plans.forward.run(&mut slots)?;
        let results = &plans.forward.results;
        let kept = results[1..].iter().map(|&value| (value, slots[value].take())).collect();
        let value = slots[results[0]].take();
        Ok((value, Self { plans, operands, kept }))
    }

    /// The cotangents of all operands, in the shapes of these, from that of the result. Of complex numbers they are as in torch: the
    /// partner is conjugated.
    ///
    /// # Errors
    /// If the cotangent has other extents than the result, or if there is no room for a tensor.
    pub fn gradients(&self, cotangent: &dyn Tensor<T>) -> Result<Vec<ArrayD<T>>, Error> {
        const WHAT: &str = "the cotangent";
        let Gradients { forward, backward, cotangent: number } = &*self.plans;
        let cotangent = cotangent.checked_view().map_err(|extents| forward.other_result(WHAT, &extents))?;
        forward.check_result(WHAT, cotangent.shape())?;
        let mut slots = given(backward.slots(), self.operands.iter().map(ArrayViewD::view).collect());
        slots[*number] = Slot::Given(cotangent);
        for (value, array) in &self.kept {
            slots[*value] = Slot::Given(array.view());
        }
        backward.run(&mut slots)?;
        Ok(backward.results.iter().map(|&value| slots[value].take()).collect())
    }
}

impl<T> fmt::Debug for Pullback<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pullback").field("subscripts", &self.plans.forward.subscripts).finish_non_exhaustive()
    }
}
