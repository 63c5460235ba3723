//! Memory that starts cache lines while operands are made, so that all peers have buffers of one alignment.

use std::{
    alloc::{GlobalAlloc, Layout},
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether allocations start cache lines. Off while a peer is timed: what it allocates is `malloc`'s, as it is for users.
pub static ALIGNED: AtomicBool = AtomicBool::new(true);

pub struct Memory;

// SAFETY: blocks are libc's, of the size and at least the alignment asked for, and `free` takes those of both functions.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: malloc aligns to 16; posix_memalign takes powers of two from 8 on, and writes the pointer if it returns 0.
        unsafe {
            if layout.align() <= 16 && !ALIGNED.load(Ordering::Relaxed) {
                return libc::malloc(layout.size()).cast();
            }
            let mut block = ptr::null_mut();
            match libc::posix_memalign(&mut block, layout.align().max(64), layout.size()) {
                0 => block.cast(),
                _ => ptr::null_mut(),
            }
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the block is from `alloc`.
        unsafe { libc::free(block.cast()) }
    }
}
