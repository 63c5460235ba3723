//! Tensors as programs use them: repeated along an axis, read twice, of other types, of no elements, differentiated twice.

use candle_core::{DType, Device, Result, Tensor, Var};
use einsum_candle::{einsum, einsum_fn};

use crate::oracle::{Layout, assert_close, assert_gradients, loss, tensor};

einsum_fn! {
    fn affine(x, w, scale, shift) -> [b, j] { scale * sum[i](x[b, i] * w[i, j]) + shift[j] }
    fn softmax(x) -> [b, j] {
        let p[b, j] = exp(x[b, j] - stop(max[k](x[b, k])));
        p[b, j] / sum[j](p[b, j])
    }
}

/// Extents of 1 repeat as in candle's `broadcast_mul`, and their gradients are sums.
#[test]
fn gradients_of_what_repeats_are_sums() -> Result<()> {
    for (left, right) in [([3, 1], [3, 5]), ([1, 5], [3, 1]), ([1, 1], [3, 5]), ([3, 5], [1, 5]), ([1, 1], [1, 1])] {
        for layout in [Layout::Rows, Layout::Transposed, Layout::Narrowed] {
            let (a, x) = tensor(&left, layout, 1, DType::F64)?;
            let (b, w) = tensor(&right, Layout::Transposed, 2, DType::F64)?;
            let what = format!("{left:?} {right:?} {layout:?}");
            let expected = x.broadcast_mul(&w)?;
            assert_gradients(&einsum!("ij,ij->ij", x, w)?, &expected, &[a.clone(), b.clone()], 1e-12, &what);
            let sums = expected.sum(0)?;
            assert_gradients(&einsum!("ij,ij->j", x, w)?, &sums, &[a.clone(), b.clone()], 1e-12, &what);
            let ellipses = einsum!("...j,...j->...j", x, w)?;
            assert_gradients(&ellipses, &expected, &[a, b], 1e-12, &what);
        }
    }
    Ok(())
}

/// One variable, read as it lies and transposed, by one einsum and by several; the graph is gone through twice.
#[test]
fn a_variable_is_read_both_ways() -> Result<()> {
    let (x, _) = tensor(&[7, 7], Layout::Rows, 3, DType::F64)?;
    let found = einsum!("ij,jk,ki->", x, x.t()?, x)?;
    let expected = x.matmul(&x.t()?)?.mul(&x.t()?)?.sum_all()?;
    assert_gradients(&found, &expected, std::slice::from_ref(&x), 1e-10, "three times");
    let hidden = einsum!("ij,kj->ik", x, x)?;
    let found = (einsum!("ij,ij->ij", hidden, hidden)? + &hidden)?;
    let square = x.matmul(&x.t()?)?;
    let expected = (square.sqr()? + square)?;
    assert_gradients(&found, &expected, std::slice::from_ref(&x), 1e-9, "a result twice");
    let (first, second) = (loss(&found)?.backward()?, loss(&found)?.backward()?);
    assert_close(first.get(&x).expect("a gradient"), second.get(&x).expect("a gradient"), 0.0, "backward, again");
    Ok(())
}

/// Where candle detaches cotangents, as it does unless it is asked not to (`second.rs`), a second `backward` goes as far as through its own operations.
#[test]
fn a_second_backward_goes_as_far_as_candles() -> Result<()> {
    let (x, _) = tensor(&[5], Layout::Rows, 1, DType::F64)?;
    let second = |y: &Tensor| -> Result<Tensor> {
        let gradient = y.backward()?.get(&x).expect("a gradient").clone();
        Ok(gradient.sum_all()?.backward()?.get(&x).expect("a gradient of it").clone())
    };
    let squares = einsum!("i,i->i", x, x)?;
    let found = second(&einsum!("i,i->", squares, squares)?)?;
    assert_close(&found, &second(&x.sqr()?.sqr()?.sum_all()?)?, 1e-12, "two operations");
    assert_close(&found, &(x.sqr()? * 4.0)?, 1e-12, "the cotangent of the square is taken for a constant");
    assert_close(&second(&einsum!("i,i,i->", x, x, x)?)?, &(x.as_tensor() * 6.0)?, 1e-12, "one operation");
    Ok(())
}

/// Formulas of halves are those of `f32` of the same numbers, rounded once; so are their gradients.
#[test]
fn halves_are_computed_with_in_f32() -> Result<()> {
    for (dtype, tolerance) in [(DType::F16, 2e-3), (DType::BF16, 1.6e-2)] {
        let (a, x) = tensor(&[3, 37], Layout::Transposed, 1, dtype)?;
        let (b, w) = tensor(&[37, 5], Layout::Narrowed, 2, dtype)?;
        let (c, shift) = tensor(&[5], Layout::Rows, 3, dtype)?;
        let single = |tensor: &Tensor| tensor.to_dtype(DType::F32)?.contiguous();
        let product = single(&x)?.matmul(&single(&w)?)?;
        let expected = (product * 0.25)?.broadcast_add(&single(&shift)?)?.to_dtype(dtype)?;
        let found = affine(&x, &w, 0.25, &shift)?;
        assert_gradients(&found, &expected, &[a.clone(), b, c], tolerance, "a layer");
        let expected = candle_nn::ops::softmax(&single(&x)?, 1)?.to_dtype(dtype)?;
        assert_close(&softmax(&x)?, &expected, tolerance, "softmax");
        let gradients = loss(&softmax(&x)?)?.backward()?;
        assert_eq!(gradients.get(&a).expect("a gradient").dtype(), dtype);
    }
    Ok(())
}

/// Sums of nothing are zeros, the greatest of nothing is the least there is, and gradients have the extents of their operands.
#[test]
fn formulas_of_nothing() -> Result<()> {
    let none = |dims: &[usize]| Var::from_tensor(&Tensor::zeros(dims, DType::F32, &Device::Cpu)?);
    let (x, w, c) = (none(&[2, 0])?, none(&[0, 3])?, Var::from_tensor(&Tensor::new(&[1f32, 2.0, 3.0], &Device::Cpu)?)?);
    let y = affine(&x, &w, 2.0, &c)?;
    assert_eq!(y.to_vec2::<f32>()?, [[1.0, 2.0, 3.0]; 2]);
    let gradients = y.sum_all()?.backward()?;
    for (variable, dims) in [(&x, vec![2, 0]), (&w, vec![0, 3]), (&c, vec![3])] {
        assert_eq!(gradients.get(variable).expect("a gradient").dims(), dims);
    }
    assert_eq!(gradients.get(&c).expect("a gradient").to_vec1::<f32>()?, [2.0; 3]);
    let rows = none(&[0, 7])?;
    assert_eq!(softmax(&rows)?.dims(), [0, 7]);
    assert_eq!(softmax(&rows)?.sum_all()?.backward()?.get(&rows).expect("a gradient").dims(), [0, 7]);
    let columns = none(&[3, 0])?;
    assert_eq!(softmax(&columns)?.dims(), [3, 0], "no element asks for the greatest");
    assert_eq!(einsum!([b] = max[k](columns[b, k]))?.to_vec1::<f32>()?, [f32::NEG_INFINITY; 3]);
    Ok(())
}
