//! Times small contractions of ours and of other libraries in one process: see `../README.md`.

#![allow(clippy::type_complexity)] // tuples of operands
#![cfg_attr(not(feature = "all"), allow(dead_code))] // peers of the other class

mod bench;
#[cfg(feature = "dynamic")]
mod dynamic;
mod eigen;
mod fixed;
mod foreign;
mod glam_types;
#[cfg(feature = "dynamic")]
mod kernels;
mod memory;
mod oracle;
mod product;
mod report;
#[cfg(feature = "dynamic")]
mod user;
mod value;

use report::Report;

#[global_allocator]
static MEMORY: memory::Memory = memory::Memory;

/// Usage: small [ROUNDS] [FILTER], with a part of a group and a case as filter.
fn main() {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map_or(101, |text| text.parse().expect("the number of rounds"));
    let mut report = Report::new(rounds, arguments.next());
    pin(1);
    eigen::introduce(&mut report);
    foreign::introduce(&mut report);
    #[cfg(any(feature = "fixed", feature = "all"))]
    {
        fixed::all::<f32>(&mut report);
        fixed::all::<f64>(&mut report);
    }
    #[cfg(feature = "dynamic")]
    {
        dynamic::all::<f32>(&mut report);
        dynamic::all::<f64>(&mut report);
        user::all(&mut report);
    }
}

/// Keeps the process on one core.
fn pin(core: usize) {
    // SAFETY: a set of cores is plain bits, all zero at first.
    let failed = unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(core, &mut cores);
        libc::sched_setaffinity(0, size_of_val(&cores), &cores)
    };
    assert_eq!(failed, 0, "core {core} cannot be had");
}
