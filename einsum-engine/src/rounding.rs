//! Numbers rounded to the upper halves of their bits: to `bf16`.

use core::mem::MaybeUninit;

use crate::{
    extents,
    machine::{
        isa,
        threads::{self, shared::Shared},
    },
    plan::tuning::ROUNDED_RATE,
};

/// Rounds numbers to the nearest that have 16 bits, those of `bf16`, or of two as near to the even one; NaNs stay so, and are quiet.
///
/// # Panics
/// If there is not room for as many.
pub fn round_to_upper_halves(from: &[f32], to: &mut [MaybeUninit<u16>]) {
    assert_eq!(from.len(), to.len(), "numbers and room for them");
    // SAFETY: threads have ranges that do not overlap: they write different elements. Those that are read are `Sync`, and those that are
    // written `Send`.
    let shared = unsafe { Shared::new(to.as_mut_ptr()) };
    threads::for_each_chunk(from.len(), ROUNDED_RATE.nanoseconds(1, from.len()), |range| {
        let to = shared.get().wrapping_offset(extents::offset(range.start, 1));
        // SAFETY: the range is one of the room, and no other thread's.
        let to = unsafe { core::slice::from_raw_parts_mut(to, range.len()) };
        round(&from[range], to);
    });
}

fn round(from: &[f32], to: &mut [MaybeUninit<u16>]) {
    match isa::current().level() {
        // SAFETY: the processor has the instructions, as the level says.
        #[cfg(target_arch = "x86_64")]
        isa::Level::Avx512 => unsafe { by_avx512(from, to) },
        // SAFETY: the processor has the instructions, as the level says.
        #[cfg(target_arch = "x86_64")]
        isa::Level::Avx2 => unsafe { by_avx2(from, to) },
        _ => by_any(from, to),
    }
}

/// # Safety
/// - The processor has the instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn by_avx512(from: &[f32], to: &mut [MaybeUninit<u16>]) {
    by_any(from, to);
}

/// # Safety
/// - The processor has the instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn by_avx2(from: &[f32], to: &mut [MaybeUninit<u16>]) {
    by_any(from, to);
}

#[inline(always)]
fn by_any(from: &[f32], to: &mut [MaybeUninit<u16>]) {
    for (to, &from) in to.iter_mut().zip(from) {
        to.write(rounded(from));
    }
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "the upper half was shifted down")]
fn rounded(number: f32) -> u16 {
    const QUIET: u32 = 1 << 6;
    let bits = number.to_bits();
    let nearest = bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16;
    (if number.is_nan() { bits >> 16 | QUIET } else { nearest }) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_and_the_even_one_of_two() {
        let one = 0x3f80_0000;
        for (bits, expected) in [
            (one, 0x3f80),
            (one + 0x7fff, 0x3f80),
            (one + 0x8000, 0x3f80),
            (one + 0x8001, 0x3f81),
            (one + 0x1_8000, 0x3f82),
            (0x7f7f_ffff, 0x7f80),
            (0x7f80_0000, 0x7f80),
            (0xff80_0001, 0xffc0),
            (0x8000_0000, 0x8000),
            (0x0000_8001, 0x0001),
        ] {
            assert_eq!(rounded(f32::from_bits(bits)), expected, "{bits:x}");
            // As many as vectors and a few more, on every level.
            let mut to = [MaybeUninit::new(0); 37];
            for isa in isa::available() {
                isa::force(Some(isa));
                round_to_upper_halves(&[f32::from_bits(bits); 37], &mut to);
                // SAFETY: all are written.
                assert!(to.iter().all(|to| unsafe { to.assume_init() } == expected));
            }
            isa::force(None);
        }
    }
}
