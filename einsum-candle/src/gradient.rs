//! Gradients of a call site, and gradients of these.

use std::marker::PhantomData;

use candle_core::{Error, Result, Tensor};
use ndarray::{ArrayD, ArrayViewD, IxDyn, ShapeBuilder};

use crate::{
    arrays::on_arrays,
    program::Program,
    read::Number,
    record::{Node, computed, record},
};

/// The value of a call site; its inputs are the operands.
pub(crate) struct Value<P>(pub(crate) P);

impl<P: Program> Node for Value<P> {
    fn backward<T: Number>(&self, operands: &[Tensor], cotangent: &Tensor, wanted: &[usize]) -> Result<Vec<Tensor>> {
        let inputs = with(operands, cotangent);
        let arrays = on_arrays::<P, T, _>(&inputs, |operands, others| {
            // One at a time, where all have intermediates in common, would compute these more than once.
            let all = wanted.len() > 1 && wanted.iter().copied().eq(P::SITE.numbers());
            let arrays = if all {
                self.0.backward(operands, &others[0])
            } else {
                wanted.iter().map(|number| self.0.backward_one(*number, operands, &others[0])).collect()
            };
            arrays.map_err(Error::msg)
        })?;
        let gradient = |(number, array): (&usize, ArrayD<T>)| {
            record(Gradient { program: self.0, number: *number }, inputs.clone(), computed(array))
        };
        wanted.iter().zip(arrays).map(gradient).collect()
    }
}

/// The gradient of one operand; its inputs are the operands, and the cotangent of the value.
struct Gradient<P> {
    program: P,
    number: usize,
}

impl<P: Program> Node for Gradient<P> {
    fn backward<T: Number>(&self, inputs: &[Tensor], cotangent: &Tensor, wanted: &[usize]) -> Result<Vec<Tensor>> {
        let (inputs, zero) = (with(inputs, cotangent), [T::default()]);
        let arrays = on_arrays::<P, T, _>(&inputs, |operands, others| {
            let tangents = P::SITE.numbers().map(|number| {
                if number == self.number { Ok(others[1].view()) } else { zeros(operands.array(number).shape(), &zero) }
            });
            let tangents: Vec<ArrayViewD<'_, T>> = tangents.collect::<Result<_>>()?;
            self.program.double_backward(operands, &others[0], &tangents).map_err(Error::msg)
        })?;
        let numbers: Vec<usize> = P::SITE.numbers().chain([P::SITE.operands.len()]).collect();
        let arrays = numbers.into_iter().zip(arrays).filter(|(number, _)| wanted.contains(number));
        arrays.map(|(_, array)| record(Second::<P>(PhantomData), inputs.clone(), computed(array))).collect()
    }
}

/// Zeros of these extents, which are one.
fn zeros<'a, T>(extents: &[usize], zero: &'a [T; 1]) -> Result<ArrayViewD<'a, T>> {
    let strides = vec![0; extents.len()];
    ArrayViewD::from_shape(IxDyn(extents).strides(IxDyn(&strides)), zero).map_err(Error::wrap)
}

/// A gradient of a gradient.
struct Second<P>(PhantomData<P>);

impl<P: Program> Node for Second<P> {
    fn backward<T: Number>(&self, _: &[Tensor], _: &Tensor, _: &[usize]) -> Result<Vec<Tensor>> {
        P::SITE.error("gradients are derived twice, and this is the third; `detach` what is not to be differentiated")
    }
}

/// Tensors, and one more.
fn with(tensors: &[Tensor], more: &Tensor) -> Vec<Tensor> {
    tensors.iter().chain([more]).cloned().collect()
}
