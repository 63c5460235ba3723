use candle_core::{Device, Result, Tensor};
use einsum_candle::einsum;

fn main() -> Result<()> {
    let x = Tensor::new(&[[1f32, 2.0], [3.0, 4.0]], &Device::Cpu)?;
    let mut y = x.zeros_like()?;
    einsum!(y[i, k] += x[i, j] * x[j, k])?;
    Ok(())
}
