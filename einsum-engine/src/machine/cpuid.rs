//! The processor, asked about itself.

use std::arch::x86_64::{__cpuid_count, CpuidResult};

/// The answer of the processor, if it has the leaf.
pub(crate) fn ask(leaf: u32, number: u32) -> Option<CpuidResult> {
    #[allow(unused_unsafe, reason = "it is safe in later releases")]
    // SAFETY: every processor of this architecture has the instruction.
    let answer = |leaf, number| unsafe { __cpuid_count(leaf, number) };
    let last = answer(leaf & 1 << 31, 0).eax;
    (leaf <= last).then(|| answer(leaf, number))
}
