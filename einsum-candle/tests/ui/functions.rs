use candle_core::{Device, Result, Tensor};
use einsum_candle::einsum_fn;

einsum_fn! {
    fn typed(x: [f32; 3], w) = "i,i->";
    fn cast(x as f64, w) = "i,i->";
    fn asked(x, w) = "i,i->", wrt = [x];
    fn indices(x) -> [i] { argmax[j](x[i, j]) }
    fn numbered(x) -> [i] { x[i] * (i as f64) }
    fn missing(x) = "i,i->";
    fn linear(x, w) = "bi,ij->bj";
}

fn main() -> Result<()> {
    let x = Tensor::new(&[[1f32, 2.0], [3.0, 4.0]], &Device::Cpu)?;
    typed(&x, &x)?;
    linear(x, &x)?;
    Ok(())
}
