//! Compiled einsums and formulas as Python functions on numpy arrays: read where they lie, with any strides, and returned without a copy.

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum::{EinsumError, einsum_fn, try_einsum};
use numpy::{
    IntoPyArray, PyArray2, PyArray3, PyReadonlyArray1, PyReadonlyArray2, PyReadonlyArray3, PyReadwriteArray2,
};
use pyo3::{exceptions::PyValueError, prelude::*};

einsum_fn! {
    /// Scaled attention of every head.
    fn attended(q, k, v) -> [h, i, d] {
        let s[h, i, j] = q[h, i, e] * k[h, j, e];
        let p[h, i, j] = exp(s[h, i, j] - max[j](s[h, i, j]));
        p[h, i, j] * v[h, j, d] / sum[j](p[h, i, j])
    }
}

type Gradients<'py> = (Bound<'py, PyArray3<f32>>, Bound<'py, PyArray3<f32>>, Bound<'py, PyArray3<f32>>);

#[pymodule]
mod einsum_numpy {
    #[pymodule_export]
    use super::{attention, attention_backward, layer, multiply_into};
}

/// `relu(x w + b)`; arrays whose extents disagree are a `ValueError`.
#[pyfunction]
fn layer<'py>(
    py: Python<'py>,
    x: PyReadonlyArray2<'py, f32>,
    w: PyReadonlyArray2<'py, f32>,
    b: PyReadonlyArray1<'py, f32>,
) -> PyResult<Bound<'py, PyArray2<f32>>> {
    let (x, w, b) = (x.as_array(), w.as_array(), b.as_array());
    let y = py.detach(|| try_einsum!([i, j] = relu(sum[k](x[i, k] * w[k, j]) + b[j])));
    Ok(y.map_err(|error| refused(&error))?.into_pyarray(py))
}

/// `out += alpha * x w`, in place.
#[pyfunction]
#[pyo3(signature = (x, w, out, alpha = 1.0))]
fn multiply_into<'py>(
    py: Python<'py>,
    x: PyReadonlyArray2<'py, f32>,
    w: PyReadonlyArray2<'py, f32>,
    mut out: PyReadwriteArray2<'py, f32>,
    alpha: f32,
) -> PyResult<()> {
    let (x, w, mut out) = (x.as_array(), w.as_array(), out.as_array_mut());
    let done = py.detach(|| try_einsum!("ij,jk->ik", x, w, out = &mut out, alpha = alpha, beta = 1.0));
    done.map_err(|error| refused(&error))
}

/// Attention of every head: `q`, `k` and `v` have the axes head, token, feature.
#[pyfunction]
fn attention<'py>(
    py: Python<'py>,
    q: PyReadonlyArray3<'py, f32>,
    k: PyReadonlyArray3<'py, f32>,
    v: PyReadonlyArray3<'py, f32>,
) -> PyResult<Bound<'py, PyArray3<f32>>> {
    let (q, k, v) = (q.as_array(), k.as_array(), v.as_array());
    Ok(checked(py, || attended(&q, &k, &v))?.into_pyarray(py))
}

/// The gradients of `q`, `k` and `v` for that of the result, `dy`.
#[pyfunction]
fn attention_backward<'py>(
    py: Python<'py>,
    q: PyReadonlyArray3<'py, f32>,
    k: PyReadonlyArray3<'py, f32>,
    v: PyReadonlyArray3<'py, f32>,
    dy: PyReadonlyArray3<'py, f32>,
) -> PyResult<Gradients<'py>> {
    let (q, k, v, dy) = (q.as_array(), k.as_array(), v.as_array(), dy.as_array());
    let (dq, dk, dv) = checked(py, || attended::backward(&q, &k, &v, &dy))?;
    Ok((dq.into_pyarray(py), dk.into_pyarray(py), dv.into_pyarray(py)))
}

/// What a function of `einsum_fn!` gives, which panics where extents disagree: that is a `ValueError`, too. (The message is on the standard error
/// output as well, as that of any panic.)
fn checked<Y: Send>(py: Python<'_>, compute: impl FnOnce() -> Y + Send) -> PyResult<Y> {
    py.detach(|| catch_unwind(AssertUnwindSafe(compute))).map_err(|panic| {
        let formatted = panic.downcast_ref::<String>().map(String::as_str);
        let message = formatted.or_else(|| panic.downcast_ref::<&str>().copied());
        PyValueError::new_err(message.unwrap_or("an einsum panicked").to_owned())
    })
}

fn refused(error: &EinsumError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
