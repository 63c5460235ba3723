use candle_core::{Result, Tensor};
use einsum_candle::{einsum, einsum_fn};

einsum_fn! {
    fn layer(x, b) -> [i] { act::Softsign(x[i] + b[i]) }
}

fn main() {}

fn softsign(x: &Tensor) -> Result<Tensor> {
    einsum!([i] = Softsign(x[i]))
}
