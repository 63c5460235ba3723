//! Losses of the rules of the deciding room: `RAYON_NUM_THREADS=1 cargo bench -p einsum-compiler-engine --bench tune [filter]`.
//!
//! Every GEMM of a grid of shapes is computed as the engine decides and by each of the loops that it might have chosen, in turns. The loss is the
//! least time of the decision over the least of all. For each rule the geometric mean of its losses and how many lose more than a twentieth;
//! then the steps that lose most, or `all` of them. A filter is a part of a specification, or the name of a type.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a measurement"
)]

mod machine;

use std::collections::BTreeMap;

use einsum_engine::{
    Number,
    machine::{caches, isa},
    testing::{Step, Strides, row_major},
};

use machine::{now, peak};

/// Products of matrices, and of many: each label of the grid takes all of its extents.
const GRID: &[(&str, &[usize])] = &[
    ("ij,jk->ik", &[4, 12, 33, 100, 320]),
    ("ij,kj->ik", &[4, 12, 33, 100, 320]),
    ("ji,jk->ik", &[4, 12, 33, 100, 320]),
    ("ji,kj->ik", &[4, 12, 33, 100, 320]),
    ("bij,bjk->bik", &[4, 16, 48, 200]),
    ("bij,bkj->bik", &[4, 16, 48, 200]),
    ("ijb,jkb->ikb", &[4, 16, 48, 200, 4000, 4096]),
    ("bij,bjk->ikb", &[4, 16, 48, 200, 4000, 4096]),
    ("ijb,jkb->bik", &[4, 16, 48, 200, 4000, 4096]),
    ("bij,jkb->ikb", &[4, 16, 48, 200, 4000, 4096]),
];

/// Multiplications of a step, at most.
const MOST: usize = 20_000_000;

/// Steps that lose most, which are printed.
const WORST: usize = 40;

/// How often each is timed, and for how long at least, in seconds.
const ROUNDS: usize = 5;
const SAMPLE: f64 = 2e-4;

/// A step that was measured: its rule, its loss, and all times.
struct Measured {
    rule: String,
    loss: f64,
    text: String,
}

fn main() {
    let mut filter: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let is_whole = filter.iter().any(|word| word == "all");
    filter.retain(|word| word != "all");
    println!("{:?}; {}; FMA peak f32 {:.1} GFLOP/s", isa::current().level(), caches::current(), peak() / 1e9);
    let mut measured = Vec::new();
    for (spec, extents) in GRID {
        let labels: Vec<char> = spec.chars().filter(char::is_ascii_alphabetic).fold(Vec::new(), |mut known, label| {
            if !known.contains(&label) {
                known.push(label);
            }
            known
        });
        for number in 0..extents.len().pow(labels.len() as u32) {
            let place = |n: usize| number / extents.len().pow(n as u32) % extents.len();
            let sizes: Vec<_> = labels.iter().enumerate().map(|(n, &label)| (label, extents[place(n)])).collect();
            if sizes.iter().map(|(_, extent)| extent).product::<usize>() > MOST {
                continue;
            }
            let is_wanted = |name: &str| filter.iter().all(|word| spec.contains(word.as_str()) || name == word);
            if is_wanted("f32") {
                measured.extend(case("f32", spec, &sizes, |n| n as f32, by_f32));
            }
            if is_wanted("f64") {
                measured.extend(case("f64", spec, &sizes, |n| n as f64, by_f64));
            }
        }
    }
    table(&mut measured, if is_whole { usize::MAX } else { WORST });
}

fn by_f32(step: &mut Step<'_, f32>, way: usize) -> Option<String> {
    step.run_by(way)
}

fn by_f64(step: &mut Step<'_, f64>, way: usize) -> Option<String> {
    step.run_by(way)
}

/// Times a step as the engine computes it, and by all loops that there are for it.
fn case<T: Number>(
    name: &str,
    spec: &str,
    sizes: &[(char, usize)],
    number: impl Fn(usize) -> T,
    run_by: impl Fn(&mut Step<'_, T>, usize) -> Option<String>,
) -> Option<Measured> {
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
    let plan = step.plan();
    let ways: Vec<_> = (0..4).filter_map(|way| run_by(&mut step, way).map(|name| (way, name))).collect();
    let mut least = vec![f64::MAX; ways.len() + 1];
    for _ in 0..ROUNDS {
        least[0] = least[0].min(sample(|| step.run()));
        for (least, (way, _)) in least[1..].iter_mut().zip(&ways) {
            *least = least.min(sample(|| {
                run_by(&mut step, *way);
            }));
        }
    }
    let best = least.iter().copied().fold(f64::MAX, f64::min);
    let others: Vec<_> =
        ways.iter().zip(&least[1..]).map(|((_, way), time)| format!("{way} {:.2}", time * 1e6)).collect();
    let sizes: Vec<_> = sizes.iter().map(|(label, extent)| format!("{label}={extent}")).collect();
    let text = format!("{name} {spec} {}: {plan} {:.2} us; {}", sizes.join(" "), least[0] * 1e6, others.join(", "));
    (ways.len() > 1).then(|| Measured { rule: plan.to_string(), loss: least[0] / best, text })
}

/// Seconds that a call takes.
fn sample(mut call: impl FnMut()) -> f64 {
    let (start, mut count, mut most) = (now(), 0, 1_usize);
    loop {
        for _ in 0..most {
            call();
        }
        count += most;
        let time = now() - start;
        if time >= SAMPLE {
            return time / count as f64;
        }
        most = most.saturating_mul(2);
    }
}

/// Prints what rules lose, and so many steps, those that lose most first.
fn table(measured: &mut [Measured], most: usize) {
    let mut rules: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for step in &*measured {
        rules.entry(&step.rule).or_default().push(step.loss);
        rules.entry("all").or_default().push(step.loss);
    }
    for (rule, losses) in rules {
        let mean = (losses.iter().map(|loss| loss.ln()).sum::<f64>() / losses.len() as f64).exp();
        let many = losses.iter().filter(|&&loss| loss > 1.05).count();
        let worst = losses.iter().copied().fold(1.0, f64::max);
        println!("{rule:16} {:5} steps, loss {mean:.3}, {many} of more than 1.05, at most {worst:.2}", losses.len());
    }
    measured.sort_by(|a, b| b.loss.total_cmp(&a.loss));
    for step in measured.iter().take(most) {
        println!("{:5.2} {}", step.loss, step.text);
    }
}
