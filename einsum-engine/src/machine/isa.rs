//! The instruction sets of the processor, found out once.
//!
//! A kernel that is compiled for more than the baseline of the target may run only where an [`Isa`]
//! says so: the only way to one is [`available`] (or [`current`], the best of these), which asks the
//! processor. `EINSUM_ISA=portable|avx2|avx512` in the environment, read once, or [`force`], for
//! tests, choose a lower one.

use core::sync::atomic::{AtomicU8, Ordering};

/// An instruction set that this processor has: nobody else can make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Isa(Level);

/// The instruction sets that kernels are compiled for, each a superset of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The baseline of the target: SSE2, NEON.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, VL, BW and DQ, beyond [`Level::Avx2`].
    Avx512,
}

impl Isa {
    /// The level of the instruction set.
    ///
    /// Unsafe code may rely on the processor to have its features: kernels for [`Level::Avx2`] are
    /// `#[target_feature(enable = "avx2,fma")]`, and kernels for [`Level::Avx512`]
    /// `"avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"`.
    #[inline]
    #[must_use]
    pub fn level(self) -> Level {
        self.0
    }
}

/// 0: nobody has asked yet; else 1 more than the level.
static CURRENT: AtomicU8 = AtomicU8::new(0);

const LEVELS: [Level; 3] = [Level::Portable, Level::Avx2, Level::Avx512];

/// The instruction set to use: the best that the processor has, unless a lower one is chosen.
#[inline]
#[must_use]
pub fn current() -> Isa {
    match CURRENT.load(Ordering::Relaxed) {
        1 => Isa(Level::Portable),
        2 => Isa(Level::Avx2),
        3 => Isa(Level::Avx512),
        _ => detect(),
    }
}

/// The first of four values if nobody has asked for the instruction set yet, and else that of its level; the value of a level is chosen only if the
/// processor has it. (No branch: what follows is in one block with what was before, and the compiler writes the
/// results of several calls where they are moved to.)
#[inline]
#[must_use]
pub fn choose<F: Copy>(values: &[F; 4]) -> F {
    values[usize::from(CURRENT.load(Ordering::Relaxed) & 3)]
}

/// The instruction set to use, if it is known: nobody is asked.
#[cfg(feature = "kernels")]
#[inline]
pub(crate) fn known() -> Option<Isa> {
    match CURRENT.load(Ordering::Relaxed) {
        1 => Some(Isa(Level::Portable)),
        2 => Some(Isa(Level::Avx2)),
        3 => Some(Isa(Level::Avx512)),
        _ => None,
    }
}

/// Chooses the instruction set for the whole process, for tests and measurements; `None`: the
/// best one.
pub fn force(isa: Option<Isa>) {
    // Only levels that the processor has are ever stored.
    CURRENT.store(isa.map_or(0, |isa| isa.0 as u8 + 1), Ordering::Relaxed);
}

/// All instruction sets that this processor has, the best one last.
pub fn available() -> impl DoubleEndedIterator<Item = Isa> {
    LEVELS.into_iter().filter(|&level| has(level)).map(Isa)
}

#[cold]
fn detect() -> Isa {
    let chosen = chosen();
    let isa = available().rfind(|isa| isa.0 <= chosen).unwrap_or(Isa(Level::Portable));
    force(Some(isa));
    isa
}

/// The highest level that the environment allows.
#[cfg(feature = "std")]
fn chosen() -> Level {
    match std::env::var("EINSUM_ISA").ok().as_deref() {
        Some("portable") => Level::Portable,
        Some("avx2") => Level::Avx2,
        _ => Level::Avx512,
    }
}

#[cfg(not(feature = "std"))]
fn chosen() -> Level {
    Level::Avx512
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn has(level: Level) -> bool {
    use std::is_x86_feature_detected as detected;
    match level {
        Level::Portable => true,
        Level::Avx2 => detected!("avx2") && detected!("fma"),
        Level::Avx512 => {
            has(Level::Avx2)
                && detected!("avx512f")
                && detected!("avx512vl")
                && detected!("avx512bw")
                && detected!("avx512dq")
        }
    }
}

/// Other processors have one level, and without `std` nobody can be asked.
#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
fn has(level: Level) -> bool {
    level == Level::Portable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_baseline_is_there_and_the_best_comes_last() {
        let isas: Vec<_> = available().collect();
        assert_eq!(isas[0].level(), Level::Portable);
        assert!(isas.is_sorted());
        assert!(isas.contains(&current()));
    }
}
