//! Contractions against what the machine can do: `cargo bench -p einsum-compiler-engine --bench contract [filter]`.
//!
//! For every case the least and the median time, GFLOP/s, the fraction of the FMA peak measured in
//! this process, and the bound: max(flops / peak, bytes / bandwidth).

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a measurement"
)]

mod machine;

use einsum_engine::Number;
use einsum_engine::{
    machine::isa,
    testing::{Step, Strides, row_major},
};
use num_complex::{Complex32, Complex64};

use machine::{now, peak};

/// Bytes per second that a core copies.
const BANDWIDTH: f64 = 28e9;
/// How long a case is measured, if it reaches its bound.
const SECONDS: f64 = 0.4;

const CASES: &[(&str, &[(char, usize)])] = &[
    ("ij,jk->ik", &[('i', 4), ('j', 4), ('k', 4)]),
    ("ij,jk->ik", &[('i', 8), ('j', 8), ('k', 8)]),
    ("ij,jk->ik", &[('i', 12), ('j', 12), ('k', 12)]),
    ("ij,jk->ik", &[('i', 16), ('j', 16), ('k', 16)]),
    ("ij,jk->ik", &[('i', 24), ('j', 24), ('k', 24)]),
    ("ij,jk->ik", &[('i', 48), ('j', 48), ('k', 48)]),
    ("ij,jk->ik", &[('i', 64), ('j', 64), ('k', 64)]),
    ("ij,kj->ik", &[('i', 16), ('j', 16), ('k', 16)]),
    ("ij,kj->ik", &[('i', 64), ('j', 64), ('k', 64)]),
    ("ji,jk->ik", &[('i', 16), ('j', 16), ('k', 16)]),
    ("ij,jk->ik", &[('i', 96), ('j', 96), ('k', 96)]),
    ("ij,jk->ik", &[('i', 128), ('j', 128), ('k', 128)]),
    ("ij,jk->ik", &[('i', 192), ('j', 192), ('k', 192)]),
    ("ij,jk->ik", &[('i', 256), ('j', 256), ('k', 256)]),
    ("ij,jk->ik", &[('i', 512), ('j', 512), ('k', 512)]),
    ("ij,jk->ik", &[('i', 1024), ('j', 1024), ('k', 1024)]),
    ("ji,jk->ik", &[('i', 1024), ('j', 1024), ('k', 1024)]),
    ("ij,kj->ik", &[('i', 1024), ('j', 1024), ('k', 1024)]),
    ("ij,jk->ik", &[('i', 2048), ('j', 2048), ('k', 2048)]),
    ("bij,bjk->bik", &[('b', 16), ('i', 4), ('j', 4), ('k', 4)]),
    ("bij,bjk->bik", &[('b', 16), ('i', 16), ('j', 16), ('k', 16)]),
    ("bij,bjk->bik", &[('b', 256), ('i', 64), ('j', 64), ('k', 64)]),
    ("ijk,kl->ijl", &[('i', 3), ('j', 3), ('k', 3), ('l', 3)]),
    ("dabfe,fc->edcba", &[('a', 24), ('b', 24), ('c', 24), ('d', 24), ('e', 24), ('f', 24)]),
    ("aebd,ce->dcba", &[('a', 48), ('b', 48), ('c', 24), ('d', 48), ('e', 48)]),
    ("aced,eb->dcba", &[('a', 48), ('b', 24), ('c', 48), ('d', 48), ('e', 48)]),
    ("dabe,ec->dcba", &[('a', 48), ('b', 48), ('c', 24), ('d', 48), ('e', 48)]),
    ("bgfd,caeg->fedcba", &[('a', 24), ('b', 8), ('c', 8), ('d', 24), ('e', 8), ('f', 8), ('g', 24)]),
    ("cged,bafg->fedcba", &[('a', 24), ('b', 8), ('c', 8), ('d', 24), ('e', 8), ('f', 8), ('g', 24)]),
    ("ae,dcbe->dcba", &[('a', 72), ('b', 48), ('c', 48), ('d', 48), ('e', 72)]),
    ("ce,deba->dcba", &[('a', 48), ('b', 48), ('c', 48), ('d', 48), ('e', 48)]),
    ("dac,bcd->ba", &[('a', 192), ('b', 192), ('c', 192), ('d', 192)]),
    ("dca,bd->cba", &[('a', 192), ('b', 192), ('c', 192), ('d', 192)]),
    ("ca,bc->ba", &[('a', 1800), ('b', 1792), ('c', 1800)]),
    ("dfae,cebf->dcba", &[('a', 48), ('b', 36), ('c', 36), ('d', 36), ('e', 48), ('f', 48)]),
    ("bik,jk->bij", &[('b', 64), ('i', 128), ('k', 256), ('j', 256)]),
    ("bqhd,bkhd->bhqk", &[('b', 4), ('h', 8), ('q', 512), ('k', 512), ('d', 64)]),
    ("bhqk,bkhd->bqhd", &[('b', 4), ('h', 8), ('q', 512), ('k', 512), ('d', 64)]),
    ("jk,kl->jl", &[('j', 32), ('k', 2048), ('l', 32)]),
    ("ij,jl->il", &[('i', 2048), ('j', 32), ('l', 32)]),
    ("ijk,kr->ijr", &[('i', 256), ('j', 256), ('k', 256), ('r', 32)]),
    ("abc,ai->bci", &[('a', 128), ('b', 128), ('c', 128), ('i', 32)]),
    ("bci,bj->cij", &[('b', 128), ('c', 128), ('i', 32), ('j', 32)]),
    ("ik,kj->ij", &[('i', 4096), ('k', 4), ('j', 4096)]),
    ("bhwc,hwcf->bf", &[('b', 32), ('h', 8), ('w', 8), ('c', 64), ('f', 128)]),
    ("ijb,jkb->ikb", &[('i', 32), ('j', 32), ('k', 32), ('b', 64)]),
    ("ijb,jkb->ikb", &[('i', 64), ('j', 64), ('k', 64), ('b', 256)]),
    ("bij,bjk->ikb", &[('i', 32), ('j', 32), ('k', 32), ('b', 64)]),
    ("ijb,jkb->bik", &[('i', 32), ('j', 32), ('k', 32), ('b', 64)]),
    ("pij,qij->pq", &[('p', 24), ('q', 3), ('i', 64), ('j', 64)]),
    ("ij,jk->ik", &[('i', 4096), ('j', 4096), ('k', 2)]),
    ("ij,jk->ik", &[('i', 2), ('j', 4096), ('k', 4096)]),
];

fn main() {
    let filter: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let peak = peak();
    println!("{:?}; FMA peak f32 {:.1} GFLOP/s", isa::current().level(), peak / 1e9);
    for (spec, sizes) in CASES {
        let wanted = |types: &str| {
            filter.iter().all(|word| *spec == word || types == word || format!("{}", sizes[0].1) == *word)
        };
        let named = |types: &str| if filter.iter().any(|word| word == types) { wanted(types) } else { false };
        if wanted("f32") {
            case::<f32>("f32", spec, sizes, peak, 2.0, |n| n as f32);
        }
        if wanted("f64") {
            case::<f64>("f64", spec, sizes, peak / 2.0, 2.0, |n| n as f64);
        }
        if named("c32") {
            case::<Complex32>("c32", spec, sizes, peak, 8.0, |n| Complex32::new(n as f32, 1.0));
        }
        if named("c64") {
            case::<Complex64>("c64", spec, sizes, peak / 2.0, 8.0, |n| Complex64::new(n as f64, 1.0));
        }
    }
}

fn case<T: Number>(
    name: &str,
    spec: &str,
    sizes: &[(char, usize)],
    peak: f64,
    flops: f64,
    number: impl Fn(usize) -> T,
) {
    let (factors, result) = spec.split_once("->").unwrap();
    let (first, second) = factors.split_once(',').unwrap();
    let extents: Vec<_> = sizes.iter().map(|&(_, extent)| extent).collect();
    let contracted: Vec<_> = sizes.iter().map(|&(label, _)| !result.contains(label)).collect();
    let [(a, a_len), (b, b_len), (c, c_len)] = [first, second, result].map(|subscript| row_major(subscript, sizes));
    let tensor = |len: usize| -> Vec<T> { (0..len).map(|n| number(n % 7)).collect() };
    let (x, y, mut z) = (tensor(a_len), tensor(b_len), tensor(c_len));
    let mut step = Step::new(
        (&extents, &contracted),
        (&mut z, Strides { start: 0, strides: &c }),
        (&x, Strides { start: 0, strides: &a }, false),
        Some((&y, Strides { start: 0, strides: &b }, false)),
        (None, None),
    );
    let work = flops * extents.iter().map(|&extent| extent as f64).product::<f64>();
    let bytes = (a_len + b_len + c_len) as f64 * size_of::<T>() as f64;
    let bound = (work / peak).max(if bytes > 4e6 { bytes / BANDWIDTH } else { 0.0 });
    let repeat = ((2e-4 / bound) as usize).clamp(1, 20_000);
    step.run();
    let samples = ((SECONDS / (bound * repeat as f64)) as usize).clamp(5, 200);
    let mut times: Vec<f64> = (0..samples)
        .map(|_| {
            let start = now();
            for _ in 0..repeat {
                step.run();
            }
            (now() - start) / repeat as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let (least, median) = (times[0], times[samples / 2]);
    let text: Vec<_> = sizes.iter().map(|(_, extent)| extent.to_string()).collect();
    println!(
        "{name} {spec:20} {:24} min {:>12} med {:>12} {:6.1} GF/s {:4.0}% of peak  {:5.2} x bound ({})",
        text.join(","),
        time(least),
        time(median),
        work / least / 1e9,
        100.0 * work / least / peak,
        least / bound,
        time(bound)
    );
}

/// In the unit that suits.
fn time(seconds: f64) -> String {
    if seconds < 1e-6 { format!("{:.1} ns", seconds * 1e9) } else { format!("{:.2} us", seconds * 1e6) }
}
