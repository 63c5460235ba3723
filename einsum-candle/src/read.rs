//! Tensors of candle's as views of arrays, where they lie.

use std::cell::RefCell;

use candle_core::{CpuStorage, CustomOp1, DType, Error, Layout, Result, Shape, Tensor, WithDType};
use einsum::Float;
use ndarray::{ArrayD, ArrayViewD, IxDyn, ShapeBuilder};

/// A number that is computed with.
pub(crate) trait Number: Float + WithDType {}

impl Number for f32 {}
impl Number for f64 {}

/// Calls a function with views of tensors; of one that is left out, with an empty view.
pub(crate) fn with_views<T: Number, R>(
    tensors: &[Option<&Tensor>],
    read: impl FnOnce(&[ArrayViewD<'_, T>]) -> Result<R>,
) -> Result<R> {
    let (read, result) = (RefCell::new(Some(read)), RefCell::new(None));
    let last = |held: &Held<'_>| {
        let views = held.iter().map(|held| match held {
            Some((storage, layout)) => view(T::cpu_storage_as_slice(storage)?, layout),
            None => of_nothing(&[0]),
        });
        let views: Vec<ArrayViewD<'_, T>> = views.collect::<Result<_>>()?;
        let read = read.take().expect("the last tensor is reached once");
        *result.borrow_mut() = Some(read(&views)?);
        Ok(())
    };
    read_on(tensors, &[], &last)?;
    Ok(result.take().expect("it was called"))
}

/// The tensors whose storage is held.
type Held<'a> = [Option<(&'a CpuStorage, &'a Layout)>];

fn read_on(rest: &[Option<&Tensor>], held: &Held<'_>, last: &dyn Fn(&Held<'_>) -> Result<()>) -> Result<()> {
    match rest {
        [] => last(held),
        [None, rest @ ..] => read_on(rest, &[held, &[None]].concat(), last),
        [Some(tensor), rest @ ..] => tensor.apply_op1_no_bwd(&Reader { rest, held, last }).map(drop),
    }
}

/// An operation that holds the storage of a tensor while others are read: candle's operations lock it so that one which is read already is
/// read again though another thread waits to write.
struct Reader<'a> {
    rest: &'a [Option<&'a Tensor>],
    held: &'a Held<'a>,
    last: &'a dyn Fn(&Held<'_>) -> Result<()>,
}

impl CustomOp1 for Reader<'_> {
    fn name(&self) -> &'static str {
        "einsum"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        read_on(self.rest, &[self.held, &[Some((storage, layout))]].concat(), self.last)?;
        Ok((CpuStorage::U8(Vec::new()), Shape::from(0)))
    }
}

/// A view of elements as they lie.
fn view<'a, T>(elements: &'a [T], layout: &Layout) -> Result<ArrayViewD<'a, T>> {
    // Of no elements, candle's strides may lead out of the storage.
    if layout.dims().contains(&0) {
        return of_nothing(layout.dims());
    }
    let elements = elements.get(layout.start_offset()..).unwrap_or_default();
    let shape = IxDyn(layout.dims()).strides(IxDyn(layout.stride()));
    ArrayViewD::from_shape(shape, elements).map_err(Error::wrap)
}

/// A view of no elements, with these extents.
fn of_nothing<'a, T>(extents: &[usize]) -> Result<ArrayViewD<'a, T>> {
    ArrayViewD::from_shape(IxDyn(extents), &[]).map_err(Error::wrap)
}

/// A tensor of indices.
pub(crate) fn indices(tensor: &Tensor) -> Result<ArrayD<i64>> {
    let indices = tensor.to_dtype(DType::I64)?.flatten_all()?.to_vec1()?;
    ArrayD::from_shape_vec(tensor.dims(), indices).map_err(Error::wrap)
}
