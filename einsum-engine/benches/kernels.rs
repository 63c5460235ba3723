//! Micro-kernels against the peak: `cargo bench -p einsum-compiler-engine --bench kernels`.
//!
//! Every shape of a tile, of every element and instruction set that this processor has, by itself: micro-panels of both
//! factors in the first-level cache, the result written. A shape that leaves lanes of a vector empty computes for these as
//! well; what counts is what was asked for.

#![allow(clippy::cast_precision_loss, missing_docs, reason = "a measurement")]

mod machine;

use std::hint::black_box;

use einsum_engine::{machine::isa, testing::PackedTile};
use num_complex::{Complex32, Complex64};

use machine::{now, peak};

/// Contracted indices: both micro-panels of the largest tile take 33 KiB.
const DEPTH: usize = 192;

/// Times the shapes of an element, of tiles of so many rows and columns.
macro_rules! element {
    ($isa:ident, $T:ty, $element:expr, $flops:expr, $peak:expr, $shapes:expr) => {
        let [rows, columns] = PackedTile::<$T>::largest($isa);
        let mut line = String::new();
        for shape in $shapes(rows, columns) {
            let mut tile = PackedTile::<$T>::new($isa, shape, DEPTH, $element);
            let flops = $flops * (shape[0] * shape[1] * DEPTH) as f64;
            let seconds = seconds(|| {
                black_box(tile.run());
            });
            line += &format!("  {}x{} {:.0} %", shape[0], shape[1], 100.0 * flops / seconds / $peak);
        }
        println!("  {:<10}{line}", stringify!($T));
    };
}

fn main() {
    println!("fraction of the peak by rows x columns, {DEPTH} contracted indices");
    for isa in isa::available() {
        isa::force(Some(isa));
        let peak = peak();
        println!("{:?}, peak in f32 {:.0} GFLOP/s", isa.level(), peak / 1e9);
        element!(isa, f32, 0.5, 2.0, peak, real);
        element!(isa, f64, 0.5, 2.0, peak / 2.0, real);
        element!(isa, Complex32, Complex32::new(0.5, 0.25), 8.0, peak, complex);
        element!(isa, Complex64, Complex64::new(0.5, 0.25), 8.0, peak / 2.0, complex);
    }
}

/// The shapes of tiles of real numbers: two vectors of rows or one, all columns or two thirds or one third of them; and one
/// row less.
fn real(rows: usize, columns: usize) -> Vec<[usize; 2]> {
    let all = |rows| [columns, 2 * columns / 3, columns / 3].map(|columns| [rows, columns]);
    [all(rows), all(rows - 1), all(rows / 2)].concat()
}

/// Those of tiles of complex numbers.
fn complex(rows: usize, columns: usize) -> Vec<[usize; 2]> {
    vec![[rows, columns], [rows, columns / 2]]
}

/// How long a call takes: the least of many times.
fn seconds(mut call: impl FnMut()) -> f64 {
    const REPEAT: u32 = 200;
    let mut once = || {
        let start = now();
        (0..REPEAT).for_each(|_| call());
        (now() - start) / f64::from(REPEAT)
    };
    (0..200).map(|_| once()).fold(f64::INFINITY, f64::min)
}
