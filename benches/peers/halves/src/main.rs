//! Our side of `run.py`: a line `spec extents rounds threads` is answered by the least nanoseconds of one call, and of one with its gradients.

use std::{hint::black_box, io::BufRead as _, time::Instant};

use einsum::{einsum, einsum_vjp};
use half::bf16;
use ndarray::{Array, Dimension, IntoDimension};

fn operand<D: Dimension, S: IntoDimension<Dim = D>>(shape: S, seed: u32) -> Array<bf16, D> {
    let mut next = seed;
    Array::from_shape_simple_fn(shape.into_dimension(), || {
        next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bf16::from_f64(f64::from(next >> 8) / f64::from(1 << 24) - 0.5)
    })
}

fn least<R>(rounds: usize, mut call: impl FnMut() -> R) -> u128 {
    let time = |call: &mut dyn FnMut() -> R| {
        let start = Instant::now();
        drop(black_box(call()));
        start.elapsed().as_nanos()
    };
    (0..rounds).map(|_| time(&mut call)).min().unwrap_or(0)
}

/// Shapes of both operands of each spec from its extents, in the order in which labels are first there.
macro_rules! cases {
    ($spec:ident, $extents:ident, $rounds:ident; $($text:literal: [$($label:ident),*] => $x:tt $w:tt;)*) => {
        match $spec {
            $($text => {
                let [$($label),*] = $extents[..] else { panic!("extents of all labels") };
                let (x, w) = (operand($x, 1), operand($w, 2));
                let forward = least($rounds, || einsum!($text, black_box(&x), black_box(&w)));
                let dy = einsum!($text, x, w);
                let both = least($rounds, || {
                    let (y, pullback) = einsum_vjp!($text, black_box(&x), black_box(&w));
                    (y, pullback(&dy))
                });
                (forward, both)
            })*
            _ => panic!("no such case: {}", $spec),
        }
    };
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [spec, extents, rounds] = words[..] else { panic!("a spec, its extents and a number of rounds") };
        let extents: Vec<usize> = extents.split(',').map(|extent| extent.parse().expect("an extent")).collect();
        let rounds: usize = rounds.parse().expect("a number of rounds");
        let (forward, both) = cases!(spec, extents, rounds;
            "ij,jk->ik": [i, j, k] => (i, j) (j, k);
            "ij,kj->ik": [i, j, k] => (i, j) (k, j);
            "bij,bjk->bik": [b, i, j, k] => (b, i, j) (b, j, k);
            "bhqd,bhkd->bhqk": [b, h, q, d, k] => (b, h, q, d) (b, h, k, d);
            "bhqk,bhkd->bhqd": [b, h, q, k, d] => (b, h, q, k) (b, h, k, d);
            "bik,jk->bij": [b, i, k, j] => (b, i, k) (j, k);
        );
        println!("{forward} {both}");
    }
}
