//! Records a result that was computed here as an operation of candle's, for its autograd.

use std::sync::{Mutex, PoisonError};

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, DType, Error, Layout, Result, Shape, Tensor};
use ndarray::ArrayD;

use crate::read::Number;

/// What an operation is differentiated by.
pub(crate) trait Node: Send + Sync + 'static {
    /// The cotangents of the inputs of these numbers, from that of the result.
    fn backward<T: Number>(&self, inputs: &[Tensor], cotangent: &Tensor, wanted: &[usize]) -> Result<Vec<Tensor>>;
}

/// The elements of a result in the order of its axes, and their extents.
pub(crate) type Computed = (CpuStorage, Shape);

/// A result that was computed as an array.
pub(crate) fn computed<T: Number>(array: ArrayD<T>) -> Computed {
    let shape = Shape::from(array.shape());
    let elements = if array.is_standard_layout() {
        match array.into_raw_vec_and_offset() {
            (elements, None | Some(0)) => elements,
            (elements, Some(offset)) => elements[offset..].to_vec(),
        }
    } else {
        array.iter().copied().collect()
    };
    (T::to_cpu_storage_owned(elements), shape)
}

/// The tensor of a result, which candle differentiates by those inputs that are variables or depend on one.
pub(crate) fn record(node: impl Node, inputs: Vec<Tensor>, result: Computed) -> Result<Tensor> {
    let wanted = inputs.iter().enumerate().filter(|(_, input)| input.track_op() && input.dtype().is_float());
    let wanted: Vec<usize> = wanted.map(|(number, _)| number).collect();
    let first = inputs.first().cloned();
    let tracked: Vec<Tensor> = wanted.iter().map(|number| inputs[*number].clone()).collect();
    let operation = Recorded { node, inputs, wanted, result: Mutex::new(Some(result)) };
    match tracked.as_slice() {
        [] => first.ok_or_else(|| Error::msg("an einsum has an operand"))?.apply_op1_no_bwd(&operation),
        [x] => x.apply_op1(operation),
        [x, y] => x.apply_op2(y, operation),
        [x, y, z] => x.apply_op3(y, z, operation),
        [x, y, others @ ..] => x.apply_op3(y, &joined(others)?, operation),
    }
}

/// An operation whose result is there already.
struct Recorded<N> {
    node: N,
    inputs: Vec<Tensor>,
    /// The inputs that have cotangents.
    wanted: Vec<usize>,
    /// The result, until candle has taken it.
    result: Mutex<Option<Computed>>,
}

impl<N: Node> Recorded<N> {
    fn taken(&self) -> Result<Computed> {
        let result = self.result.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.ok_or_else(|| Error::msg("the result of an einsum is taken once"))
    }

    fn cotangents(&self, cotangent: &Tensor) -> Result<impl Iterator<Item = Tensor>> {
        let cotangents = match cotangent.dtype() {
            DType::F64 => self.node.backward::<f64>(&self.inputs, cotangent, &self.wanted),
            _ => self.node.backward::<f32>(&self.inputs, cotangent, &self.wanted),
        };
        Ok(cotangents?.into_iter())
    }
}

const NAME: &str = "einsum";

impl<N: Node> CustomOp1 for Recorded<N> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<Computed> {
        self.taken()
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, cotangent: &Tensor) -> Result<Option<Tensor>> {
        Ok(self.cotangents(cotangent)?.next())
    }
}

impl<N: Node> CustomOp2 for Recorded<N> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> Result<Computed> {
        self.taken()
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, _: &Tensor, cotangent: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let mut cotangents = self.cotangents(cotangent)?;
        Ok((cotangents.next(), cotangents.next()))
    }
}

impl<N: Node> CustomOp3 for Recorded<N> {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<Computed> {
        self.taken()
    }

    fn bwd(
        &self,
        _: &Tensor,
        _: &Tensor,
        _: &Tensor,
        _: &Tensor,
        cotangent: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let mut cotangents = self.cotangents(cotangent)?;
        let (first, second) = (cotangents.next(), cotangents.next());
        let others: Vec<Tensor> = cotangents.collect();
        let third = if let [only] = others.as_slice() { only.clone() } else { flattened(&others)? };
        Ok((first, second, Some(third)))
    }
}

/// A tensor of zeros that is never read, whose cotangent is those of tensors, one after the other.
fn joined(tensors: &[Tensor]) -> Result<Tensor> {
    let length: usize = tensors.iter().map(Tensor::elem_count).sum();
    let zeros = match tensors.first().map(Tensor::dtype) {
        Some(DType::F64) => CpuStorage::F64(vec![0.0; length]),
        _ => CpuStorage::F32(vec![0.0; length]),
    };
    record(Joined, tensors.to_vec(), (zeros, Shape::from(length)))
}

/// Tensors one after the other.
fn flattened(tensors: &[Tensor]) -> Result<Tensor> {
    let flat: Vec<Tensor> = tensors.iter().map(Tensor::flatten_all).collect::<Result<_>>()?;
    Tensor::cat(&flat, 0)
}

struct Joined;

impl Node for Joined {
    fn backward<T: Number>(&self, inputs: &[Tensor], cotangent: &Tensor, wanted: &[usize]) -> Result<Vec<Tensor>> {
        let mut start = 0;
        let parts = inputs.iter().map(|input| {
            let length = input.elem_count();
            start += length;
            cotangent.narrow(0, start - length, length)?.reshape(input.shape())
        });
        let parts: Vec<Tensor> = parts.collect::<Result<_>>()?;
        Ok(wanted.iter().map(|number| parts[*number].clone()).collect())
    }
}
