//! Einsums by candle's own operations: every operand is permuted to all labels, multiplied with the others, and summed; and tensors to try
//! these on.

use candle_core::{D, DType, Device, Result, Tensor, Var};

/// The extents of labels: distinct primes, and a few that are none.
pub(crate) fn extent(label: char) -> usize {
    match label {
        'i' => 2,
        'j' => 3,
        'k' => 5,
        'l' => 7,
        'm' => 11,
        'b' => 4,
        'n' => 1,
        _ => unreachable!("no extent of `{label}`"),
    }
}

/// How a variable is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Layout {
    Rows,
    Transposed,
    Narrowed,
    Broadcast,
}

pub(crate) const LAYOUTS: [Layout; 4] = [Layout::Rows, Layout::Transposed, Layout::Narrowed, Layout::Broadcast];

/// A variable, and a tensor of these extents that is a view of it.
pub(crate) fn tensor(dims: &[usize], layout: Layout, seed: usize, dtype: DType) -> Result<(Var, Tensor)> {
    let variable = |dims: &[usize]| -> Result<Var> {
        let count: usize = dims.iter().product();
        #[expect(clippy::cast_precision_loss, reason = "they are small")]
        let numbers: Vec<f64> = (0..count).map(|n| ((n * 7 + seed * 5) % 11) as f64 / 4.0 - 1.25).collect();
        Var::from_tensor(&Tensor::from_vec(numbers, dims, &Device::Cpu)?.to_dtype(dtype)?)
    };
    Ok(match layout {
        Layout::Rows => {
            let variable = variable(dims)?;
            let tensor = variable.as_tensor().clone();
            (variable, tensor)
        }
        Layout::Transposed => {
            let reversed: Vec<usize> = dims.iter().rev().copied().collect();
            let variable = variable(&reversed)?;
            let axes: Vec<usize> = (0..dims.len()).rev().collect();
            let tensor = variable.permute(axes)?;
            (variable, tensor)
        }
        Layout::Narrowed => {
            let mut longer: Vec<usize> = dims.iter().map(|extent| extent + 2).collect();
            longer.push(2);
            let variable = variable(&longer)?;
            let mut tensor = variable.narrow(D::Minus1, 1, 1)?.squeeze(D::Minus1)?;
            for (axis, extent) in dims.iter().enumerate() {
                tensor = tensor.narrow(axis, 1, *extent)?;
            }
            (variable, tensor)
        }
        Layout::Broadcast => {
            let mut shorter = dims.to_vec();
            if let Some(first) = shorter.first_mut() {
                *first = 1;
            }
            let variable = variable(&shorter)?;
            let tensor = variable.broadcast_as(dims)?;
            (variable, tensor)
        }
    })
}

/// The einsum of these operands, whose labels are each there once in an operand.
pub(crate) fn composed(subscripts: &str, operands: &[Tensor]) -> Result<Tensor> {
    let (inputs, output) = subscripts.split_once("->").expect("an arrow");
    let mut labels: Vec<char> = output.chars().collect();
    for label in inputs.chars().filter(|label| *label != ',') {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let mut product: Option<Tensor> = None;
    for (input, operand) in inputs.split(',').zip(operands) {
        let present: Vec<char> = labels.iter().copied().filter(|label| input.contains(*label)).collect();
        let axes: Vec<usize> = present.iter().map(|label| input.find(*label).expect("it is there")).collect();
        let permuted = if axes.is_empty() { operand.clone() } else { operand.permute(axes)? };
        let dims: Vec<usize> =
            labels.iter().map(|label| if input.contains(*label) { extent(*label) } else { 1 }).collect();
        let spread = permuted.reshape(dims)?;
        product = Some(match product {
            None => spread,
            Some(product) => product.broadcast_mul(&spread)?,
        });
    }
    let mut product = product.expect("an operand");
    for axis in (output.chars().count()..labels.len()).rev() {
        product = product.sum(axis)?;
    }
    Ok(product)
}

/// Asserts that two tensors have equal extents and elements that are close.
#[track_caller]
pub(crate) fn assert_close(found: &Tensor, expected: &Tensor, tolerance: f64, what: &str) {
    assert_eq!(found.dims(), expected.dims(), "{what}");
    assert_eq!(found.dtype(), expected.dtype(), "{what}");
    let numbers = |tensor: &Tensor| -> Result<Vec<f64>> { tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1() };
    let (found, expected) = (numbers(found).expect(what), numbers(expected).expect(what));
    for (position, (x, y)) in found.iter().zip(&expected).enumerate() {
        assert!((x - y).abs() <= tolerance * y.abs().max(1.0), "{what}: element {position} is {x}, not {y}");
    }
}

/// A loss in which every element has another weight.
pub(crate) fn loss(y: &Tensor) -> Result<Tensor> {
    #[expect(clippy::cast_precision_loss, reason = "they are small")]
    let weights: Vec<f64> = (0..y.elem_count()).map(|n| ((n * 3) % 7) as f64 - 2.5).collect();
    let weights = Tensor::from_vec(weights, y.dims(), &Device::Cpu)?.to_dtype(y.dtype())?;
    (y * weights)?.sum_all()
}

/// Asserts that values and the gradients of all variables agree.
#[track_caller]
pub(crate) fn assert_gradients(found: &Tensor, expected: &Tensor, variables: &[Var], tolerance: f64, what: &str) {
    assert_close(found, expected, tolerance, what);
    let found = loss(found).and_then(|loss| loss.backward()).expect(what);
    let expected = loss(expected).and_then(|loss| loss.backward()).expect(what);
    for (number, variable) in variables.iter().enumerate() {
        let what = format!("{what}, gradient {number}");
        assert_close(found.get(variable).expect(&what), expected.get(variable).expect(&what), tolerance, &what);
    }
}
