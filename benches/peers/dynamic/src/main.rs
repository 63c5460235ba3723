//! Times einsums whose subscripts are read at run time: `einsum::dynamic` and the crate `ndarray-einsum`, each with what it has found out about
//! the subscripts kept, and with subscripts that are read anew; and beside them `einsum!`, which has read them while this was compiled.
//!
//! A line of the input is `subscripts;extents;extents;..`, as in `ij,jk->ik;2,3;3,5`. A line of the output has the subscripts and five times in
//! microseconds, the macro's first, the least of many calls, in turns; and the sum of the result, which `run.py` compares with numpy's.

use std::{
    hint::black_box,
    io::{self, BufRead},
    time::{Duration, Instant},
};

use einsum::{
    dynamic::{Einsum, Tensor},
    einsum,
};
use ndarray::{ArrayD, ArrayView, Dimension, Ix1, Ix2, Ix3, Ix4, IxDyn};
use ndarray_einsum::{ArrayLike, OptimizationMethod};

/// The elements of an operand: the same in `run.py`.
fn operand(extents: &[usize], seed: usize) -> ArrayD<f32> {
    let count: usize = extents.iter().product();
    let elements = (0..count).map(|n| ((n * 7 + seed * 5) % 11) as f32 / 8.0 - 0.5).collect();
    ArrayD::from_shape_vec(IxDyn(extents), elements).expect("they fit")
}

/// An operand with a static rank, as programs have it that use the macro.
fn of_rank<D: Dimension>(operand: &ArrayD<f32>) -> ArrayView<'_, f32, D> {
    operand.view().into_dimensionality().expect("it has this rank")
}

/// `by_macro`: a function for each of these subscripts, with the ranks of its operands.
macro_rules! by_macro {
    ($($subscripts:literal: $($x:ident $D:ty),+;)+) => {
        fn by_macro<'a>(subscripts: &str, operands: &'a [ArrayD<f32>]) -> Box<dyn Fn() + 'a> {
            let mut operands = operands.iter();
            match subscripts {
                $($subscripts => {
                    $(let $x = of_rank::<$D>(operands.next().expect("an operand"));)+
                    Box::new(move || {
                        black_box(einsum!($subscripts, $($x),+));
                    })
                })+
                _ => panic!("`{subscripts}` is in no macro: add it to `by_macro!`"),
            }
        }
    };
}

by_macro! {
    "ij,jk->ik": x Ix2, y Ix2;
    "ij,j->i": x Ix2, y Ix1;
    "i,i->": x Ix1, y Ix1;
    "i,j->ij": x Ix1, y Ix1;
    "ii->": x Ix2;
    "ii->i": x Ix2;
    "bij,bjk->bik": x Ix3, y Ix3;
    "bihd,bjhd->bhij": x Ix4, y Ix4;
    "ijk,jkl->il": x Ix3, y Ix3;
    "ijkl->lkji": x Ix4;
    "bij,bij->b": x Ix3, y Ix3;
    "ij,jk,kl->il": x Ix2, y Ix2, z Ix2;
    "bi,ijk,bk->bj": x Ix2, y Ix3, z Ix2;
    "abc,ai,bj,ck->ijk": x Ix3, a Ix2, b Ix2, c Ix2;
}

fn main() {
    for line in io::stdin().lock().lines().map(|line| line.expect("a line")) {
        let mut parts = line.split(';');
        let subscripts = parts.next().expect("subscripts");
        let extents = parts.map(|extents| {
            extents.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().expect("a number")).collect()
        });
        let extents: Vec<Vec<usize>> = extents.collect();
        let operands: Vec<ArrayD<f32>> =
            extents.iter().enumerate().map(|(number, extents)| operand(extents, number)).collect();
        let ours: Vec<&dyn Tensor<f32>> = operands.iter().map(|operand| operand as &dyn Tensor<f32>).collect();
        let peers: Vec<&dyn ArrayLike<f32>> = operands.iter().map(|operand| operand as &dyn ArrayLike<f32>).collect();
        let kept = Einsum::new(subscripts).expect(subscripts);
        let path = ndarray_einsum::einsum_path(subscripts, &peers, OptimizationMethod::Naive).expect(subscripts);
        let compiled = by_macro(subscripts, &operands);
        let times = in_turns(&[
            &*compiled,
            &|| drop(black_box(kept.run(&ours))),
            &|| drop(black_box(einsum::dynamic::einsum(subscripts, &ours))),
            &|| drop(black_box(path.contract_operands(&peers))),
            &|| drop(black_box(ndarray_einsum::einsum(subscripts, &peers))),
        ]);
        let sum = kept.run(&ours).expect(subscripts).iter().map(|element| f64::from(*element)).sum::<f64>();
        let times: Vec<String> = times.iter().map(|time| format!("{:.3}", time.as_secs_f64() * 1e6)).collect();
        println!("{subscripts} {} {sum}", times.join(" "));
    }
}

/// The least time of each.
fn in_turns(all: &[&dyn Fn()]) -> Vec<Duration> {
    let (mut least, start) = (vec![Duration::MAX; all.len()], Instant::now());
    while start.elapsed() < Duration::from_millis(800) {
        for (least, compute) in least.iter_mut().zip(all) {
            let start = Instant::now();
            compute();
            let mut calls = 1;
            while start.elapsed() < Duration::from_micros(100) && calls < 64 {
                compute();
                calls += 1;
            }
            *least = (*least).min(start.elapsed() / calls);
        }
    }
    least
}
