//! Tensors are read where they lie: what an einsum of views takes from the allocator is its result, and what kernels need.
#![expect(clippy::cast_precision_loss, reason = "they are small")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use candle_core::{DType, Device, Result, Tensor};
use einsum_candle::{einsum, einsum_fn};

struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator, which keeps the contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

einsum_fn! {
    fn exponentials(x) -> [i] { sum[j](exp(x[i, j])) }
}

/// The result of a function, which takes less than a part of these bytes: once the threads of its kernels, and what these keep, are there.
#[track_caller]
fn without_copies(what: &str, bytes: usize, run: impl Fn() -> Result<Tensor>) -> Vec<f64> {
    run().expect(what);
    let before = BYTES.load(Relaxed);
    let result = run().expect(what);
    let taken = BYTES.load(Relaxed) - before;
    assert!(taken < bytes / 8, "{what}: {taken} bytes were taken, of operands of {bytes}");
    result.to_dtype(DType::F64).and_then(|result| result.flatten_all()?.to_vec1()).expect(what)
}

#[test]
fn views_are_read_where_they_lie() -> Result<()> {
    const ROWS: usize = 1024;
    const COLUMNS: usize = 2048;
    const END: usize = ROWS / 2 + 1;
    let number = |row: usize, column: usize| ((row * 7 + column * 5) % 11) as f64;
    for dtype in [DType::F32, DType::F64] {
        let numbers: Vec<f64> = (0..ROWS * COLUMNS).map(|n| number(n / COLUMNS, n % COLUMNS)).collect();
        let x = Tensor::from_vec(numbers, (ROWS, COLUMNS), &Device::Cpu)?.to_dtype(dtype)?;
        let bytes = ROWS * COLUMNS * dtype.size_in_bytes();
        let ones = Tensor::ones(ROWS, dtype, &Device::Cpu)?;

        let sum = |column: usize, rows: std::ops::Range<usize>| rows.map(|row| number(row, column)).sum::<f64>();
        let transposed = x.t()?;
        let expected: Vec<f64> = (0..COLUMNS).map(|column| sum(column, 0..ROWS)).collect();
        let found = without_copies("transposed", bytes, || einsum!("ji,i->j", transposed, ones));
        assert_eq!(found, expected);

        let (first, last) = (x.narrow(0, 1, ROWS / 2)?, ones.narrow(0, 3, ROWS / 2)?);
        let expected: Vec<f64> = (0..COLUMNS).map(|column| sum(column, 1..END)).collect();
        assert_eq!(without_copies("narrowed", bytes / 2, || einsum!("ij,i->j", first, last)), expected);

        // A row that is read a million times.
        let row = x.narrow(0, 2, 1)?;
        let repeated = row.broadcast_as((1 << 20, COLUMNS))?.narrow(1, 5, 3)?;
        let expected: Vec<f64> = (5..8).map(|column| f64::from(1 << 20) * number(2, column)).collect();
        assert_eq!(
            without_copies("broadcast", (3 << 20) * dtype.size_in_bytes(), || einsum!("ij->j", repeated)),
            expected
        );

        // Twice the same storage, which is locked while it is read.
        let both = || einsum!("ij,ji->i", x, transposed);
        let squares = |row: usize| (0..COLUMNS).map(|column| number(row, column).powi(2)).sum::<f64>();
        assert_eq!(without_copies("both ways", bytes, both), (0..ROWS).map(squares).collect::<Vec<f64>>());

        let columns = transposed.narrow(1, 0, 3)?;
        let found = without_copies("formula", bytes, || exponentials(&columns));
        for (column, found) in found.into_iter().enumerate() {
            let expected = (0..3).map(|row| number(row, column).exp()).sum::<f64>();
            assert!((found / expected - 1.0).abs() < 1e-5, "{column}: {found}");
        }
    }
    Ok(())
}
