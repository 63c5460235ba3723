//! Formulas: attention, convolution, gathers.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::ops::softmax;
use einsum_candle::{einsum, einsum_fn};

use crate::oracle::{Layout, assert_close, assert_gradients, tensor};

einsum_fn! {
    /// Attention of many heads.
    fn attention(q, k, v, scale) -> [b, h, i, d] {
        let s[b, h, i, j] = scale * q[b, h, i, e] * k[b, h, j, e];
        let p[b, h, i, j] = exp(s[b, h, i, j] - stop(max[j](s[b, h, i, j])));
        p[b, h, i, j] * v[b, h, j, d] / sum[j](p[b, h, i, j])
    }

    fn embedded(table, tokens) -> [b, n, d] { table[tokens[b, n], d] }
}

#[test]
fn attention_is_that_of_softmax() -> Result<()> {
    let (a, q) = tensor(&[2, 3, 5, 7], Layout::Transposed, 1, DType::F64)?;
    let (b, k) = tensor(&[2, 3, 11, 7], Layout::Narrowed, 2, DType::F64)?;
    let (c, v) = tensor(&[2, 3, 11, 13], Layout::Rows, 3, DType::F64)?;
    let scale = 0.25;
    let scores = (q.contiguous()?.matmul(&k.contiguous()?.t()?)? * scale)?;
    let exponentials = scores.broadcast_sub(&scores.max_keepdim(3)?.detach())?.exp()?;
    let expected = exponentials.broadcast_div(&exponentials.sum_keepdim(3)?)?.matmul(&v)?;
    let found = attention(&q, &k, &v, scale)?;
    assert_gradients(&found, &expected, &[a, b, c], 1e-10, "attention");
    assert_close(&found, &softmax(&scores, 3)?.matmul(&v)?, 1e-10, "softmax");
    Ok(())
}

#[test]
fn a_layer_is_one_formula() -> Result<()> {
    let (a, x) = tensor(&[5, 7], Layout::Transposed, 1, DType::F32)?;
    let (b, w) = tensor(&[7, 3], Layout::Narrowed, 2, DType::F32)?;
    let (c, bias) = tensor(&[3], Layout::Rows, 3, DType::F32)?;
    let found = einsum!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]))?;
    let expected = x.matmul(&w.contiguous()?)?.broadcast_add(&bias)?.relu()?;
    assert_gradients(&found, &expected, &[a, b, c], 1e-5, "layer");
    Ok(())
}

#[test]
fn a_convolution_is_that_of_conv2d() -> Result<()> {
    let (a, x) = tensor(&[2, 3, 11, 13], Layout::Rows, 1, DType::F32)?;
    let (b, w) = tensor(&[5, 3, 3, 2], Layout::Rows, 2, DType::F32)?;
    let found = einsum!([n, f, i, j] = x[n, c, i + p, j + q] * w[f, c, p, q])?;
    assert_gradients(
        &found,
        &x.contiguous()?.conv2d(&w.contiguous()?, 0, 1, 1, 1)?,
        &[a.clone(), b.clone()],
        1e-4,
        "conv2d",
    );
    // A stride that is known where the program runs. (candle finds gradients where windows reach the end.)
    let stride = 2;
    let (a, x) = tensor(&[2, 3, 11, 14], Layout::Rows, 3, DType::F32)?;
    let found = einsum!([n, f, i, j] = x[n, c, (stride) * i + p, (stride) * j + q] * w[f, c, p, q])?;
    assert_gradients(&found, &x.conv2d(&w, 0, 2, 1, 1)?, &[a, b], 1e-4, "strided");
    Ok(())
}

#[test]
fn rows_are_gathered() -> Result<()> {
    let (variable, table) = tensor(&[7, 3], Layout::Transposed, 1, DType::F32)?;
    for dtype in [DType::U32, DType::I64, DType::U8] {
        let tokens = Tensor::new(&[[1u32, 6, 1], [0, 2, 5]], &Device::Cpu)?.to_dtype(dtype)?;
        // (candle selects from contiguous tensors.)
        let expected =
            table.contiguous()?.index_select(&tokens.to_dtype(DType::U32)?.flatten_all()?, 0)?.reshape((2, 3, 3))?;
        assert_gradients(&embedded(&table, &tokens)?, &expected, std::slice::from_ref(&variable), 1e-6, "embedded");
        let found = einsum!([b, n, d] = table[tokens[b, n], d])?;
        assert_gradients(&found, &expected, std::slice::from_ref(&variable), 1e-6, "gathered");
    }
    Ok(())
}

#[test]
fn labels_are_numbers_of_the_elements() -> Result<()> {
    let x = Var::from_tensor(&Tensor::new(&[1f32, 1.0, 1.0], &Device::Cpu)?)?;
    assert_eq!(einsum!([i] = x[i] * (i as _))?.to_vec1::<f32>()?, [0.0, 1.0, 2.0]);
    assert_eq!(einsum!([i] = select(i < 1, x[i], 0))?.to_vec1::<f32>()?, [1.0, 0.0, 0.0]);
    Ok(())
}

#[test]
fn statements_share_a_block() -> Result<()> {
    let (a, x) = tensor(&[5, 7], Layout::Rows, 1, DType::F64)?;
    let found = einsum!({
        let norm[b] = sqrt(sum[i](x[b, i] * x[b, i]));
        [b, i] = x[b, i] / norm[b]
    })?;
    let expected = x.broadcast_div(&x.sqr()?.sum_keepdim(1)?.sqrt()?)?;
    assert_gradients(&found, &expected, &[a], 1e-12, "rows of length one");
    Ok(())
}
