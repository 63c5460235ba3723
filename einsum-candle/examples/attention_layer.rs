//! A layer of attention with four heads learns to look up: an item of a sequence asks for a key, and the value beside that key is the answer.
//!
//! The layer is einsums and formulas of candle's tensors; candle's autograd and `AdamW` train it.
//!
//! `cargo run --release -p einsum-compiler-candle --example attention_layer`

use candle_core::{D, Device, IndexOp, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, loss::cross_entropy};
use einsum_candle::{einsum, einsum_fn};

einsum_fn! {
    /// Weighted means of `v` in every head, `softmax(q k^T * scale) v`, without the matrix of all weights in memory.
    fn attention(q, k, v, scale) -> [b, i, h, d] {
        let s[b, h, i, j] = scale * q[b, i, h, e] * k[b, j, h, e];
        let p[b, h, i, j] = exp(s[b, h, i, j] - stop(max[j](s[b, h, i, j])));
        p[b, h, i, j] * v[b, j, h, d] / sum[j](p[b, h, i, j])
    }

    /// The features of each item in every head.
    fn in_heads(x, w) = "bic,chd->bihd";

    /// Each item, with what all heads have seen added.
    fn mixed(x, seen, out) -> [b, i, c] { x[b, i, c] + sum[h, d](seen[b, i, h, d] * out[h, d, c]) }
}

const KEYS: usize = 8;
/// A key, a value, and whether the item asks.
const FEATURES: usize = KEYS + 2;
const HEADS: usize = 4;
const SIZE: usize = 6;
const SEQUENCES: usize = 64;

/// The variables of the layer, which are learnt.
struct Layer {
    q: Var,
    k: Var,
    v: Var,
    out: Var,
    classes: Var,
}

impl Layer {
    fn new(random: &mut Random) -> Result<Self> {
        let mut variable = |extents: &[usize]| {
            let numbers = (0..extents.iter().product()).map(|_| 0.8 * random.next() - 0.4).collect::<Vec<f32>>();
            Var::from_tensor(&Tensor::from_vec(numbers, extents, &Device::Cpu)?)
        };
        let projection = [FEATURES, HEADS, SIZE];
        let (q, k, v) = (variable(&projection)?, variable(&projection)?, variable(&projection)?);
        Ok(Self { q, k, v, out: variable(&[HEADS, SIZE, FEATURES])?, classes: variable(&[FEATURES, 2])? })
    }

    fn variables(&self) -> Vec<Var> {
        [&self.q, &self.k, &self.v, &self.out, &self.classes].map(Clone::clone).to_vec()
    }

    /// For each sequence two numbers, the larger of which says what the answer is.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (q, k, v) = (in_heads(x, &self.q)?, in_heads(x, &self.k)?, in_heads(x, &self.v)?);
        let items = mixed(x, &attention(&q, &k, &v, 1.0)?, &self.out)?;
        einsum!("bc,cn->bn", items.i((.., 0))?, self.classes)
    }
}

/// Sequences of all keys in some order, each with a value, after an item that asks for one of them; and what the answers are.
fn sequences(random: &mut Random) -> Result<(Tensor, Tensor)> {
    let (mut features, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..SEQUENCES {
        let asked = random.below(KEYS);
        let mut item = |key: usize, value: f32, asks: f32| {
            features.extend((0..KEYS).map(|other| f32::from(u8::from(other == key))));
            features.extend([value, asks]);
        };
        item(asked, 0.0, 1.0);
        let first = random.below(KEYS);
        for position in 0..KEYS {
            let (key, is_one) = ((3 * position + first) % KEYS, random.below(2));
            item(key, if is_one == 1 { 1.0 } else { -1.0 }, 0.0);
            if key == asked {
                answers.push(u32::from(is_one == 1));
            }
        }
    }
    let extents = (SEQUENCES, KEYS + 1, FEATURES);
    Ok((Tensor::from_vec(features, extents, &Device::Cpu)?, Tensor::from_vec(answers, SEQUENCES, &Device::Cpu)?))
}

/// Trains a layer, and says of which part of new sequences it tells the answer.
fn trained(steps: usize, mut told: impl FnMut(usize, f32)) -> Result<f32> {
    let mut random = Random(7);
    let layer = Layer::new(&mut random)?;
    let mut optimiser = AdamW::new(layer.variables(), ParamsAdamW { lr: 0.02, ..ParamsAdamW::default() })?;
    for step in 0..=steps {
        let (x, answers) = sequences(&mut random)?;
        let loss = cross_entropy(&layer.forward(&x)?, &answers)?;
        optimiser.backward_step(&loss)?;
        told(step, loss.to_scalar()?);
    }
    let (x, answers) = sequences(&mut random)?;
    let right = layer.forward(&x)?.argmax(D::Minus1)?.eq(&answers)?;
    right.to_dtype(candle_core::DType::F32)?.mean_all()?.to_scalar()
}

fn main() -> Result<()> {
    let right = trained(300, |step, loss| {
        if step % 50 == 0 {
            println!("step {step:3}: loss {loss:.4}");
        }
    })?;
    println!("answers that are right, of new sequences: {:.0} %", 100.0 * right);
    Ok(())
}

/// Numbers that look random, the same ones each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as usize % bound
    }

    /// From 0 to 1.
    fn next(&mut self) -> f32 {
        f32::from(u16::try_from(self.below(1 << 16)).unwrap_or(0)) / f32::from(u16::MAX)
    }
}

#[test]
fn it_learns_to_look_up() -> Result<()> {
    let right = trained(300, |_, _| {})?;
    assert!(right > 0.95, "{right}");
    Ok(())
}
