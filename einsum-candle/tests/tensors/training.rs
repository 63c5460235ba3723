//! Models that candle's optimisers train.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, SGD};
use einsum_candle::{einsum, einsum_fn};

use crate::oracle::assert_close;

einsum_fn! {
    fn hidden(x, w, c) -> [b, j] { tanh(sum[i](x[b, i] * w[i, j]) + c[j]) }
    fn output(h, v) = "bj,jk->bk";
}

fn numbers(dims: (usize, usize), scale: f64) -> Result<Tensor> {
    let count = dims.0 * dims.1;
    #[expect(clippy::cast_precision_loss, reason = "they are small")]
    let numbers: Vec<f64> = (0..count).map(|n| scale * (n as f64 * 1.7 + 0.3).sin()).collect();
    Tensor::from_vec(numbers, dims, &Device::Cpu)
}

/// The parameters of the model, the same ones each time.
fn parameters() -> Result<[Var; 3]> {
    let bias = Tensor::zeros(13, DType::F64, &Device::Cpu)?;
    Ok([
        Var::from_tensor(&numbers((3, 13), 0.7)?)?,
        Var::from_tensor(&bias)?,
        Var::from_tensor(&numbers((13, 2), 0.5)?)?,
    ])
}

/// The mean of squares of what a model of two layers misses.
fn compiled([w, c, v]: &[Var; 3], x: &Tensor, y: &Tensor) -> Result<Tensor> {
    let found = output(&hidden(x, w, c)?, v)?;
    let difference = (found - y)?;
    let squares = einsum!("bk,bk->", difference, difference)?;
    squares / f64::from(u32::try_from(y.elem_count()).expect("they are few"))
}

/// The same by candle's own operations.
fn composed([w, c, v]: &[Var; 3], x: &Tensor, y: &Tensor) -> Result<Tensor> {
    let found = x.matmul(w.as_tensor())?.broadcast_add(c.as_tensor())?.tanh()?.matmul(v.as_tensor())?;
    (found - y)?.sqr()?.mean_all()
}

type Loss = fn(&[Var; 3], &Tensor, &Tensor) -> Result<Tensor>;

fn losses(loss: Loss, mut step: impl FnMut(&Tensor) -> Result<()>, parameters: &[Var; 3]) -> Result<Vec<f64>> {
    let x = numbers((31, 3), 1.5)?;
    let y = Tensor::cat(&[x.narrow(1, 0, 1)?.sin()?, x.narrow(1, 1, 1)?.sqr()?], 1)?;
    let mut losses = Vec::new();
    for _ in 0..300 {
        let loss = loss(parameters, &x, &y)?;
        losses.push(loss.to_scalar::<f64>()?);
        step(&loss)?;
    }
    Ok(losses)
}

#[test]
fn adamw_trains_as_with_candles_own_operations() -> Result<()> {
    let run = |loss: Loss| -> Result<(Vec<f64>, [Var; 3])> {
        let parameters = parameters()?;
        let settings = ParamsAdamW { lr: 0.02, ..ParamsAdamW::default() };
        let mut optimiser = AdamW::new(parameters.to_vec(), settings)?;
        Ok((losses(loss, |loss| optimiser.backward_step(loss), &parameters)?, parameters))
    };
    let ((found, x), (expected, y)) = (run(compiled)?, run(composed)?);
    assert!(found[299] < 0.02 * found[0], "from {} to {}", found[0], found[299]);
    assert!(found.iter().zip(&expected).all(|(x, y)| (x - y).abs() < 1e-9), "{found:?} {expected:?}");
    x.iter().zip(&y).for_each(|(x, y)| assert_close(x, y, 1e-7, "a trained parameter"));
    Ok(())
}

#[test]
fn sgd_trains_too() -> Result<()> {
    let parameters = parameters()?;
    let mut optimiser = SGD::new(parameters.to_vec(), 0.1)?;
    let losses = losses(compiled, |loss| optimiser.backward_step(loss), &parameters)?;
    assert!(losses[299] < 0.2 * losses[0], "from {} to {}", losses[0], losses[299]);
    Ok(())
}
