use candle_core::{Device, Result, Tensor};
use einsum_candle::{einsum_fn, einsum_vjp};

einsum_fn! {
    fn linear(x, w) = "bi,ij->bj";
}

fn main() -> Result<()> {
    let x = Tensor::new(&[[1f32, 2.0], [3.0, 4.0]], &Device::Cpu)?;
    linear::backward(&x, &x, &linear(&x, &x)?);
    Ok(())
}
