//! Contractions of candle's tensors: by `einsum!`, and by candle's own operations; forward, and forward and backward.
//!
//! Prints the table of the README. In turns, the least of many: `cargo bench -p einsum-compiler-candle`, or with a word for the cases
//! whose subscripts contain it.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use candle_core::{D, DType, Device, Result, Tensor, Var};
use candle_nn::ops::softmax;
use einsum_candle::{einsum, einsum_fn};

einsum_fn! {
    fn attention(q, k, v, scale) -> [b, i, h, d] {
        let s[b, h, i, j] = scale * q[b, i, h, e] * k[b, j, h, e];
        let p[b, h, i, j] = exp(s[b, h, i, j] - stop(max[j](s[b, h, i, j])));
        p[b, h, i, j] * v[b, j, h, d] / sum[j](p[b, h, i, j])
    }

    fn layer(x, w, c) -> [b, j] { relu(sum[i](x[b, i] * w[i, j]) + c[j]) }
}

/// How a result is computed.
type Compute = fn(&[Var]) -> Result<Tensor>;

/// Subscripts, the extents of the operands, and both ways.
struct Case {
    name: &'static str,
    extents: &'static [&'static [usize]],
    einsum: Compute,
    candle: Compute,
}

fn cases() -> Vec<Case> {
    macro_rules! case {
        ($name:expr, $extents:expr, $x:ident => $einsum:expr, $candle:expr) => {
            Case { name: $name, extents: &$extents, einsum: |$x| $einsum, candle: |$x| $candle }
        };
    }
    vec![
        case!("ij,jk->ik", [&[8, 8], &[8, 8]], x => einsum!("ij,jk->ik", x[0], x[1]), x[0].matmul(&x[1])),
        case!("ij,jk->ik", [&[64, 64], &[64, 64]], x => einsum!("ij,jk->ik", x[0], x[1]), x[0].matmul(&x[1])),
        case!("ij,jk->ik", [&[512, 512], &[512, 512]], x => einsum!("ij,jk->ik", x[0], x[1]), x[0].matmul(&x[1])),
        case!("ji,jk->ik", [&[512, 256], &[512, 384]], x => einsum!("ji,jk->ik", x[0], x[1]), x[0].t()?.matmul(&x[1])),
        case!("ij,j->i", [&[1024, 1024], &[1024]], x => einsum!("ij,j->i", x[0], x[1]), {
            x[0].matmul(&x[1].unsqueeze(1)?)?.squeeze(1)
        }),
        case!("bij,bjk->bik", [&[256, 24, 24], &[256, 24, 24]], x => einsum!("bij,bjk->bik", x[0], x[1]), x[0].matmul(&x[1])),
        case!("bik,kj->bij", [&[32, 64, 256], &[256, 128]], x => einsum!("bik,kj->bij", x[0], x[1]), {
            x[0].broadcast_matmul(&x[1])
        }),
        case!("bihd,bjhd->bhij", [&[4, 128, 8, 64], &[4, 128, 8, 64]], x => einsum!("bihd,bjhd->bhij", x[0], x[1]), {
            x[0].permute((0, 2, 1, 3))?.contiguous()?.matmul(&x[1].permute((0, 2, 3, 1))?.contiguous()?)
        }),
        case!("bhij,bjhd->bihd", [&[4, 8, 128, 128], &[4, 128, 8, 64]], x => einsum!("bhij,bjhd->bihd", x[0], x[1]), {
            x[0].matmul(&x[1].permute((0, 2, 1, 3))?.contiguous()?)?.permute((0, 2, 1, 3))?.contiguous()
        }),
        case!("aibj,jkil->abkl", [&[16, 24, 16, 24], &[24, 16, 24, 16]], x => einsum!("aibj,jkil->abkl", x[0], x[1]), {
            let x0 = x[0].permute((0, 2, 1, 3))?.reshape((256, 576))?;
            let x1 = x[1].permute((2, 0, 1, 3))?.reshape((576, 256))?;
            x0.matmul(&x1)?.reshape((16, 16, 16, 16))
        }),
        case!("bi,ijk,bk->bj", [&[64, 48], &[48, 48, 48], &[64, 48]], x => einsum!("bi,ijk,bk->bj", x[0], x[1], x[2]), {
            let t = x[0].matmul(&x[1].reshape((48, 48 * 48))?)?.reshape((64, 48, 48))?;
            t.matmul(&x[2].unsqueeze(2)?)?.squeeze(2)
        }),
        case!("bij,bij->b", [&[64, 96, 96], &[64, 96, 96]], x => einsum!("bij,bij->b", x[0], x[1]), {
            x[0].mul(&x[1])?.sum((1, 2))
        }),
        case!("ijkl->lkji", [&[32, 24, 40, 16]], x => einsum!("ijkl->lkji", x[0]), x[0].permute((3, 2, 1, 0))?.contiguous()),
        case!("bi,bj->ij", [&[512, 128], &[512, 256]], x => einsum!("bi,bj->ij", x[0], x[1]), x[0].t()?.matmul(&x[1])),
        case!("relu(x w + c)", [&[256, 256], &[256, 256], &[256]], x => layer(&x[0], &x[1], &x[2]), {
            x[0].matmul(&x[1])?.broadcast_add(&x[2])?.relu()
        }),
        case!("attention", [&[2, 256, 8, 64], &[2, 256, 8, 64], &[2, 256, 8, 64]], x => attention(&x[0], &x[1], &x[2], 0.125), {
            let heads = |x: &Var| x.permute((0, 2, 1, 3))?.contiguous();
            let (q, k, v) = (heads(&x[0])?, heads(&x[1])?, heads(&x[2])?);
            let weights = softmax(&(q.matmul(&k.t()?)? * 0.125)?, D::Minus1)?;
            weights.matmul(&v)?.permute((0, 2, 1, 3))?.contiguous()
        }),
    ]
}

fn main() -> Result<()> {
    let word = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    println!("| einsum | extents | einsum, us | candle, us | ratio | with backward, us | candle, us | ratio |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for case in cases() {
        if word.as_ref().is_none_or(|word| case.name.contains(word.as_str())) {
            measured(&case)?;
        }
    }
    Ok(())
}

fn measured(case: &Case) -> Result<()> {
    let operands = case
        .extents
        .iter()
        .map(|extents| Var::from_tensor(&Tensor::randn(0.0, 1.0, *extents, &Device::Cpu)?.to_dtype(DType::F32)?));
    let operands: Vec<Var> = operands.collect::<Result<_>>()?;
    let (found, expected) = ((case.einsum)(&operands)?, (case.candle)(&operands)?);
    let difference = (found - &expected)?.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
    let largest = expected.abs()?.flatten_all()?.max(0)?.to_scalar::<f32>()?;
    assert!(difference <= 1e-4 * largest, "{}: they differ by {difference}, of {largest}", case.name);
    // A loss whose gradient costs little beside what is measured, and the same for both.
    let backward = |compute: Compute| compute(&operands)?.sum_all()?.backward().map(drop);
    let forward = in_turns(&|| (case.einsum)(&operands).map(drop), &|| (case.candle)(&operands).map(drop))?;
    let both = in_turns(&|| backward(case.einsum), &|| backward(case.candle))?;
    let extents: Vec<String> = case.extents.iter().map(|extents| format!("{extents:?}")).collect();
    print!("| `{}` | {} |", case.name, extents.join(" "));
    for (einsum, candle) in [forward, both] {
        print!(" {:.1} | {:.1} | {:.2} |", micros(einsum), micros(candle), micros(candle) / micros(einsum));
    }
    println!();
    Ok(())
}

/// The least time of each, in turns.
fn in_turns(x: &dyn Fn() -> Result<()>, y: &dyn Fn() -> Result<()>) -> Result<(Duration, Duration)> {
    let (mut least, start) = ((Duration::MAX, Duration::MAX), Instant::now());
    while start.elapsed() < Duration::from_millis(600) {
        least = (least.0.min(timed(x)?), least.1.min(timed(y)?));
    }
    Ok(least)
}

/// The time of one call, in a few of them.
fn timed(compute: &dyn Fn() -> Result<()>) -> Result<Duration> {
    const CALLS: u32 = 4;
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(compute()?);
    }
    Ok(start.elapsed() / CALLS)
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
