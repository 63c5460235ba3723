//! Checks the operands of a call site before they are arrays: they are on the CPU, and of one type of numbers.

use candle_core::{DType, Error, Result, Tensor};

use crate::{
    given::Given,
    program::{Described, Site},
};

impl Site {
    /// The type of the elements of all operands, which are such as are computed with.
    pub(crate) fn check(&self, operands: &[Given<'_>]) -> Result<DType> {
        let mut first: Option<(&Described, DType)> = None;
        for (described, operand) in self.operands.iter().zip(operands) {
            let Given::Tensor(tensor) = operand else {
                self.check_number(described)?;
                continue;
            };
            self.check_place(described, tensor)?;
            self.check_rank(described, tensor)?;
            let dtype = tensor.dtype();
            match first {
                _ if described.is_index => self.check_indices(described, dtype)?,
                None => {
                    self.check_type(described, dtype)?;
                    first = Some((described, dtype));
                }
                Some((other, expected)) if expected != dtype => {
                    return self.unequal((other, expected), (described, dtype));
                }
                Some(_) => {}
            }
        }
        Ok(first.map_or(DType::F64, |(_, dtype)| dtype))
    }

    /// A number has no axes, and is no index.
    fn check_number(&self, Described { text, subscript, is_number, is_index }: &Described) -> Result<()> {
        if *is_number && !is_index {
            return Ok(());
        }
        let asked = match (is_index, subscript.is_empty()) {
            (true, _) => "a tensor of indices is asked for".to_owned(),
            (_, true) => "a tensor with axes is asked for".to_owned(),
            _ => format!("its subscript `{subscript}` asks for a tensor with axes"),
        };
        self.error(format!("`{text}` is a number, where {asked}"))
    }

    fn check_place(&self, Described { text, .. }: &Described, tensor: &Tensor) -> Result<()> {
        if tensor.device().is_cpu() {
            return Ok(());
        }
        let (place, help) = (tensor.device().location(), format!("move it there: `{text}.to_device(&Device::Cpu)?`"));
        self.error(format!("`{text}` is on the device {place:?}, and einsums are computed on the CPU; {help}"))
    }

    /// A tensor that is read as a number has no axes. (Other ranks are compared by the functions of arrays.)
    fn check_rank(&self, Described { text, is_number, .. }: &Described, tensor: &Tensor) -> Result<()> {
        if !is_number || tensor.rank() == 0 {
            return Ok(());
        }
        let (axes, dims) = (tensor.rank(), tensor.dims());
        let plural = if axes == 1 { "axis" } else { "axes" };
        let first = if axes == 1 { "0".to_owned() } else { format!("({})", vec!["0"; axes].join(", ")) };
        let help =
            format!("its subscript is empty; write a label for each axis, or take one element: `{text}.i({first})?`");
        self.error(format!("`{text}` has {axes} {plural}, of extents {dims:?}, but {help}"))
    }

    fn check_indices(&self, Described { text, .. }: &Described, dtype: DType) -> Result<()> {
        if dtype.is_int() {
            return Ok(());
        }
        self.error(format!(
            "`{text}` holds indices, which are integers, but is of {dtype:?}; convert it: `{text}.to_dtype(DType::I64)?`"
        ))
    }

    fn check_type(&self, Described { text, .. }: &Described, dtype: DType) -> Result<()> {
        if matches!(dtype, DType::F32 | DType::F64 | DType::F16 | DType::BF16) {
            return Ok(());
        }
        self.error(format!(
            "`{text}` is of {dtype:?}, and einsums are of F32, F64, F16 or BF16; convert it: `{text}.to_dtype(DType::F32)?`"
        ))
    }

    fn unequal<Y>(&self, (first, expected): (&Described, DType), (second, found): (&Described, DType)) -> Result<Y> {
        let (first, second) = (first.text, second.text);
        self.error(format!(
            "`{first}` is of {expected:?}, but `{second}` of {found:?}; convert one: `{second}.to_dtype(DType::{expected:?})?`"
        ))
    }

    /// The error that says this of the einsum.
    pub(crate) fn error<Y>(&self, what: impl std::fmt::Display) -> Result<Y> {
        Err(Error::msg(format!("einsum `{}`: {what}", self.subscripts)))
    }
}
