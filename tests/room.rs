//! What there is no memory for is an error of `try_einsum!`, and nothing is computed or written.
#![allow(missing_docs, reason = "a test crate")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use einsum::try_einsum;
use ndarray::{Array1, Array2};

/// The system's allocator, which refuses what is larger than this.
struct Limited;

static MOST: AtomicUsize = AtomicUsize::new(usize::MAX);

// SAFETY: every call is passed on to the system's allocator, which keeps the contract, or gives no memory, as an allocator may.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > MOST.load(Relaxed) {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static LIMITED: Limited = Limited;

#[test]
fn there_is_an_error_and_no_abort() {
    results();
    intermediates();
}

/// 2^27 elements of 8 bytes are 1 GiB, of which there are 256 MiB and one.
fn results() {
    let (x, w) = (Array1::<f64>::ones(1 << 14), Array1::<f64>::ones(1 << 13));
    MOST.store(1 << 28, Relaxed);
    let refused = try_einsum!("i,j->ij", x, w);
    let of_numbers = try_einsum!("...,j->...j", x, w);
    MOST.store(usize::MAX, Relaxed);
    assert!(refused.is_err() && of_numbers.is_err());
}

fn intermediates() {
    let x = Array2::<f32>::ones((1, 1 << 14));
    let wide = x.broadcast((1 << 14, 1 << 14)).expect("an axis of extent 1 is repeated");
    let mut y = Array1::from_elem(1 << 14, 7.0);
    MOST.store(1 << 28, Relaxed);
    let refused = try_einsum!("(ij,jk),k->i", wide, wide, x.row(0), out = &mut y);
    MOST.store(usize::MAX, Relaxed);
    assert!(refused.is_err());
    assert!(y.iter().all(|&y| y > 6.9 && y < 7.1), "nothing was written");
}
