//! Tile registers of the processor (AMX), which hold matrices: found out once.
//!
//! Code that uses them may run only where there are [`Tiles`], and the only way to these is [`current`]: it asks the processor, and the
//! operating system for the permission that Linux wants to be asked for. They belong to the level of AVX-512: `EINSUM_ISA=avx2`, or
//! [`isa::force`], turns them off.

use core::sync::atomic::{AtomicU8, Ordering};

use crate::machine::isa::{self, Level};

/// Tiles of products of `bf16`, which this process may use: nobody else can make them.
///
/// Unsafe code may rely on: the instructions of `amx-tile` and `amx-bf16`, in every thread of the process; palette 1, of 8 tiles
/// of 16 rows of 64 bytes; and all that [`Level::Avx512`] says.
#[derive(Clone, Copy, Debug)]
pub struct Tiles(());

/// 0: nobody has asked yet; 1: there are none; 2: there are.
static STATE: AtomicU8 = AtomicU8::new(0);

/// The tiles, if there are any and the level of instructions has them.
#[inline]
#[must_use]
pub fn current() -> Option<Tiles> {
    let are_there = match STATE.load(Ordering::Relaxed) {
        1 => false,
        2 => true,
        _ => ask(),
    };
    (are_there && isa::current().level() == Level::Avx512).then_some(Tiles(()))
}

#[cold]
fn ask() -> bool {
    // (Where lower instructions are asked for from the start, nothing is asked of the system.)
    if isa::current().level() != Level::Avx512 {
        return false;
    }
    let are_there = found();
    STATE.store(1 + u8::from(are_there), Ordering::Relaxed);
    are_there
}

#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_os = "linux", feature = "std", not(miri)))]
fn found() -> bool {
    has_tiles() && is_permitted()
}

/// On other systems, nobody knows whom to ask.
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "64", target_os = "linux", feature = "std", not(miri))))]
fn found() -> bool {
    false
}

/// Whether the processor has the instructions, in tiles of the usual size, and the system keeps their state.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_os = "linux", feature = "std", not(miri)))]
fn has_tiles() -> bool {
    use core::arch::x86_64::_xgetbv;

    use crate::machine::cpuid::ask as ask_processor;

    /// `amx-bf16` and `amx-tile`.
    const INSTRUCTIONS: u32 = 1 << 22 | 1 << 24;
    /// The configuration of tiles, and what they hold.
    const STATE: u64 = 1 << 17 | 1 << 18;
    const XSAVE_IS_ON: u32 = 1 << 27;
    let has_instructions = ask_processor(7, 0).is_some_and(|answer| answer.edx & INSTRUCTIONS == INSTRUCTIONS);
    let has_xsave = ask_processor(1, 0).is_some_and(|answer| answer.ecx & XSAVE_IS_ON != 0);
    if !has_instructions || !has_xsave {
        return false;
    }
    // SAFETY: the processor has `xsave`, and the system has turned it on, as was just asked.
    if unsafe { _xgetbv(0) } & STATE != STATE {
        return false;
    }
    let Some(palette) = ask_processor(0x1d, 1) else { return false };
    let [bytes_per_row, tiles, rows] = [palette.ebx & 0xffff, palette.ebx >> 16, palette.ecx & 0xffff];
    tiles >= 8 && bytes_per_row == 64 && rows == 16
}

/// Asks Linux for the permission to use tiles, for all threads of the process.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64", target_os = "linux", feature = "std", not(miri)))]
fn is_permitted() -> bool {
    const ARCH_PRCTL: i64 = 158;
    const ARCH_REQ_XCOMP_PERM: i64 = 0x1023;
    const TILE_DATA: i64 = 18;
    let refused: i64;
    // SAFETY: a system call with numbers for arguments: it reads and writes no memory of the process. It changes `rax`, `rcx`, `r11` and
    // no other register.
    unsafe {
        core::arch::asm!(
            "syscall",
            inout("rax") ARCH_PRCTL => refused,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") TILE_DATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    refused == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_stay_what_they_are() {
        assert_eq!(current().is_some(), current().is_some());
    }
}
