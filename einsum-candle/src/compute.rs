//! The value of a call site: its operands are checked, read, and what was computed is recorded.

use candle_core::{DType, Device, Error, Result, Tensor};

use crate::{
    arrays::on_arrays,
    given::Given,
    gradient::Value,
    program::Program,
    read::Number,
    record::{computed, record},
};

/// Computes what is written at a call site.
///
/// # Errors
/// If the operands do not fit the subscripts, or are not such as are computed with.
pub fn compute<P: Program>(program: P, operands: &[Given<'_>]) -> Result<Tensor> {
    let dtype = P::SITE.check(operands)?;
    let tensors = operands.iter().zip(P::SITE.operands).map(|(operand, described)| match *operand {
        Given::Tensor(tensor) if are_half(dtype) && !described.is_index => tensor.to_dtype(DType::F32),
        Given::Tensor(tensor) => Ok(tensor.clone()),
        Given::Number(number) => Tensor::new(number, &Device::Cpu)?.to_dtype(computed_as(dtype)),
    });
    let tensors: Vec<Tensor> = tensors.collect::<Result<_>>()?;
    match computed_as(dtype) {
        DType::F64 => value::<P, f64>(program, tensors),
        _ => value::<P, f32>(program, tensors)?.to_dtype(dtype),
    }
}

fn value<P: Program, T: Number>(program: P, operands: Vec<Tensor>) -> Result<Tensor> {
    let value = on_arrays::<P, T, _>(&operands, |operands, _| program.value(operands).map_err(Error::msg))?;
    record(Value(program), operands, computed(value))
}

/// Whether numbers of a type are computed with as `F32`.
fn are_half(dtype: DType) -> bool {
    matches!(dtype, DType::F16 | DType::BF16)
}

/// The type that numbers of a type are computed with.
fn computed_as(dtype: DType) -> DType {
    if are_half(dtype) { DType::F32 } else { dtype }
}
