//! The operands of a call site as arrays.

use candle_core::{Result, Tensor};
use ndarray::{ArrayD, ArrayViewD};

use crate::{
    program::{Operands, Program},
    read::{Number, indices, with_views},
};

/// Calls a function of arrays with operands, and with what follows them.
pub(crate) fn on_arrays<P: Program, T: Number, R>(
    tensors: &[Tensor],
    compute: impl FnOnce(&Operands<'_, T>, &[ArrayViewD<'_, T>]) -> Result<R>,
) -> Result<R> {
    let described = P::SITE.operands;
    let is_index = |number: usize| described.get(number).is_some_and(|operand| operand.is_index);
    let numbers: Vec<Option<&Tensor>> =
        tensors.iter().enumerate().map(|(number, tensor)| (!is_index(number)).then_some(tensor)).collect();
    let read = tensors[..described.len()].iter().zip(described);
    let read =
        read.map(|(tensor, operand)| if operand.is_index { indices(tensor) } else { Ok(ArrayD::default(vec![0])) });
    let indices: Vec<ArrayD<i64>> = read.collect::<Result<_>>()?;
    with_views::<T, R>(&numbers, |views| {
        let (arrays, others) = views.split_at(described.len());
        compute(&Operands { arrays, indices: &indices }, others)
    })
}
