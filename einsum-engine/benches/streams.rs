//! Time of steps that are no generalised matrix product, against what the memory allows.
//!
//! `cargo bench -p einsum-compiler-engine --bench streams [-- FILTER]`. Warm: into a buffer that is written
//! again and again; fresh: into a new one every time, first touches of its pages included.

#![allow(clippy::pedantic, clippy::uninit_vec, clippy::unwrap_used, missing_docs, reason = "a measurement")]

use std::{hint::black_box, time::Instant};

use einsum_engine::Number;
use einsum_engine::testing::{Step, Strides};
use num_complex::Complex32;

/// Bytes per nanosecond that one core reads and copies from memory and from the second-level cache.
const MEMORY: f64 = 30.0;
const CACHE: f64 = 110.0;

const CASES: &[(&str, &str, &[usize])] = &[
    ("transpose2_4096", "ij->ji", &[4096, 4096]),
    ("transpose2_4097", "ij->ji", &[4097, 4099]),
    ("transpose2_512", "ij->ji", &[512, 512]),
    ("perm_3210_64", "ijkl->lkji", &[64, 64, 64, 64]),
    ("perm_0213_64", "ijkl->ikjl", &[64, 64, 64, 64]),
    ("perm_210_256", "ijk->kji", &[256, 256, 256]),
    ("perm_120_257", "ijk->jki", &[257, 255, 251]),
    ("perm_short_3", "ij->ji", &[2_000_000, 3]),
    ("perm_short_rev", "ij->ji", &[3, 2_000_000]),
    ("copy_4096", "ij->ij", &[4096, 4096]),
    ("reduce_all_256", "ijk->", &[256, 256, 256]),
    ("reduce_first_256", "ijk->jk", &[256, 256, 256]),
    ("reduce_mid_256", "ijk->ik", &[256, 256, 256]),
    ("reduce_last_256", "ijk->ij", &[256, 256, 256]),
    ("reduce_ik_256", "ijk->j", &[256, 256, 256]),
    ("reduce_perm_256", "ijk->ki", &[256, 256, 256]),
    ("reduce_short_last", "ij->i", &[2_000_000, 3]),
    ("reduce_short_first", "ij->j", &[2_000_000, 3]),
    ("diag_4096", "ii->i", &[4096]),
    ("frob_4096", "ij,ij->", &[4096, 4096]),
    ("frob_t_4096", "ij,ji->", &[4096, 4096]),
    ("dot_1e6", "i,i->", &[1_000_000]),
    ("matvec_4096", "ij,j->i", &[4096, 4096]),
    ("vecmat_4096", "ij,i->j", &[4096, 4096]),
    ("matvec_256", "ij,j->i", &[256, 256]),
    ("vecmat_256", "ij,i->j", &[256, 256]),
    ("hadamard_4096", "ij,ij->ij", &[4096, 4096]),
    ("hadamard_t_2048", "ij,ji->ij", &[2048, 2048]),
    ("outer_4096", "i,j->ij", &[4096, 4096]),
    ("khatri_rao_kr", "ir,jr->rij", &[1024, 16, 1024]),
    ("khatri_rao_rj", "ri,rj->rij", &[16, 1024, 1024]),
    ("khatri_rao_last", "ir,jr->ijr", &[1024, 16, 1024]),
    ("batched_inner", "bhd,bhd->bh", &[4096, 32, 64]),
    ("batched_inner_4", "bd,bd->b", &[1_000_000, 4]),
    ("s_dot_8", "i,i->", &[8]),
    ("s_dot_512", "i,i->", &[512]),
    ("s_matvec_16", "ij,j->i", &[16, 16]),
    ("s_vecmat_16", "ij,i->j", &[16, 16]),
    ("s_perm_4", "ijkl->lkji", &[4, 4, 4, 4]),
    ("s_trace_4", "ii->", &[4]),
    ("s_sum_16", "ij->", &[16, 16]),
    ("s_mm_4", "ik,kj->ij", &[4, 4, 4]),
];

struct Case {
    extents: Vec<usize>,
    contracted: Vec<bool>,
    strides: [Vec<isize>; 3],
    lens: [usize; 3],
    two: bool,
    distinct: [usize; 3],
}

/// Extents are those of the labels in the order in which they are first written.
fn parse(subscripts: &str, extents: &[usize]) -> Case {
    let (inputs, out) = subscripts.split_once("->").unwrap();
    let (lhs, rhs) = inputs.split_once(',').unwrap_or((inputs, ""));
    let mut labels: Vec<char> = Vec::new();
    for label in subscripts.chars().filter(char::is_ascii_alphabetic) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let extent = |label| extents[labels.iter().position(|&other| other == label).unwrap()];
    let mut strides = [const { Vec::new() }; 3];
    strides.iter_mut().for_each(|strides| strides.resize(labels.len(), 0));
    let mut lens = [1; 3];
    let mut distinct = [1; 3];
    for (n, subscript) in [out, lhs, rhs].into_iter().enumerate() {
        for (at, label) in subscript.char_indices().rev() {
            strides[n][labels.iter().position(|&other| other == label).unwrap()] += lens[n] as isize;
            lens[n] *= extent(label);
            distinct[n] *= if subscript[..at].contains(label) { 1 } else { extent(label) };
        }
    }
    let contracted = labels.iter().map(|&label| !out.contains(label)).collect();
    let extents = labels.iter().map(|&label| extent(label)).collect();
    Case { extents, contracted, strides, lens, two: inputs.contains(','), distinct }
}

fn step<'a, T: Number>(case: &Case, out: &'a mut [T], lhs: &'a [T], rhs: &'a [T]) -> Step<'a, T> {
    let [out_strides, lhs_strides, rhs_strides] = [0, 1, 2].map(|n| Strides { start: 0, strides: &case.strides[n] });
    let rhs = case.two.then_some((rhs, rhs_strides, false));
    Step::new((&case.extents, &case.contracted), (out, out_strides), (lhs, lhs_strides, false), rhs, (None, None))
}

/// Median and minimum of the nanoseconds of one call.
fn time(mut call: impl FnMut()) -> (f64, f64) {
    let start = Instant::now();
    call();
    let once = start.elapsed().as_nanos().max(1) as usize;
    let calls = (200_000 / once).clamp(1, 20_000);
    let rounds = (300_000_000 / (once * calls)).clamp(5, 200);
    let mut times: Vec<_> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| call());
            start.elapsed().as_nanos() as f64 / calls as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[0])
}

fn measure<T: Number>(name: &str, subscripts: &str, extents: &[usize], element: impl Fn(usize) -> T) {
    let case = parse(subscripts, extents);
    let [out_len, lhs_len, rhs_len] = case.lens;
    let (lhs, rhs): (Vec<_>, Vec<_>) = ((0..lhs_len).map(&element).collect(), (0..rhs_len).map(&element).collect());
    let mut out = vec![T::ZERO; out_len];
    let mut warm = step(&case, &mut out, &lhs, &rhs);
    let (median, minimum) = time(|| black_box(&mut warm).run());
    let fresh = time(|| {
        let mut out = vec![T::ZERO; out_len];
        step(&case, &mut out, &lhs, &rhs).run();
    });
    let bytes = case
        .distinct
        .iter()
        .zip([true, true, case.two])
        .filter(|of| of.1)
        .map(|of| of.0 * size_of::<T>())
        .sum::<usize>() as f64;
    let bound = bytes / if bytes > 1.5e6 { MEMORY } else { CACHE };
    let fresh = fresh.0;
    println!(
        "{name:18} {:8} {:>13.1} {:>13.1} {:>13.1} {:>8.1} {:>8.2}",
        std::any::type_name::<T>().rsplit("::").next().unwrap().trim_end_matches('>'),
        minimum,
        median,
        fresh,
        bytes / minimum,
        minimum / bound
    );
}

fn main() {
    let filters: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    println!(
        "{:18} {:8} {:>13} {:>13} {:>13} {:>8} {:>8}",
        "case", "element", "minimum ns", "median ns", "fresh ns", "GB/s", "/ bound"
    );
    for (name, subscripts, extents) in CASES {
        if filters.is_empty() || filters.iter().any(|filter| name.contains(&filter[..])) {
            measure(name, subscripts, extents, |n| (n % 97) as f32);
            if std::env::var("F64").is_ok() {
                measure(name, subscripts, extents, |n| (n % 97) as f64);
            }
            if std::env::var("C32").is_ok() {
                measure(name, subscripts, extents, |n| Complex32::new((n % 97) as f32, 1.0));
            }
        }
    }
}
