//! The sizes of the caches, found out once: blocks and thresholds in `plan/tuning.rs` are functions of them.
//!
//! They are those that the processor or the operating system reports (`reported`), or [`Caches::MEASURED`] where neither does, and without
//! the feature `std`, by which they are asked.
//! `EINSUM_CACHES=48K,2M,32M` in the environment, read once, or [`force`], for tests and measurements, describe others.
//!
//! Results are right whatever the sizes. Their last bits may differ, as longer or shorter parts of a sum are added up first.

use alloc::vec::Vec;
use core::{
    error::Error,
    fmt::{self, Display},
    str::FromStr,
    sync::atomic::{AtomicUsize, Ordering},
};

#[cfg(feature = "std")]
mod reported;

/// Bytes that one thread may expect to find again in each level, none of them 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caches {
    /// The L1 data cache.
    pub(crate) l1: usize,
    /// The L2 cache: of the core, or a share of one that several cores have.
    pub(crate) l2: usize,
    /// The last level, beyond which memory is: the L3 cache, or the L2 cache if there is none, or less of it.
    pub(crate) last: usize,
}

impl Caches {
    /// Those of the machine on which the numbers in `plan/tuning.rs` were measured: 48K,1M,32M.
    pub const MEASURED: Self = Self { l1: 48 << 10, l2: 1 << 20, last: 32 << 20 };

    /// The bytes of the L2 cache that a thread may expect to find again.
    #[must_use]
    pub fn l2(self) -> usize {
        self.l2
    }

    /// The bytes of the last cache that all threads may expect to find again.
    #[must_use]
    pub fn last(self) -> usize {
        self.last
    }

    /// Caches of so many bytes, of which the last one may be 0: there is none.
    fn of(l1: usize, l2: usize, l3: usize) -> Self {
        let [l1, l2] = [l1, l2].map(|bytes| bytes.clamp(1, MOST));
        Self { l1, l2, last: l3.min(MOST).max(l2) }
    }
}

/// More than a level has: so that a few times as much is a number of bytes, too.
const MOST: usize = usize::MAX / 8;

static L1: AtomicUsize = AtomicUsize::new(0);
static L2: AtomicUsize = AtomicUsize::new(0);
/// 0: nobody has asked yet; stored after the others.
static LAST: AtomicUsize = AtomicUsize::new(0);

/// The caches to reckon with: those of the machine, unless others are described.
#[inline(always)]
#[must_use]
pub fn current() -> Caches {
    match LAST.load(Ordering::Acquire) {
        0 => ask(),
        last => Caches { l1: L1.load(Ordering::Relaxed), l2: L2.load(Ordering::Relaxed), last },
    }
}

/// Describes the caches for the whole process, for tests and measurements; `None`: those that the environment describes, or the machine
/// has.
///
/// Steps that are being computed meanwhile may take some sizes of one and some of the other: they are right nevertheless.
pub fn force(caches: Option<Caches>) {
    let Some(Caches { l1, l2, last }) = caches else { return LAST.store(0, Ordering::Relaxed) };
    L1.store(l1, Ordering::Relaxed);
    L2.store(l2, Ordering::Relaxed);
    LAST.store(last, Ordering::Release);
}

#[cold]
#[inline(never)]
fn ask() -> Caches {
    #[cfg(feature = "std")]
    let caches = asked::described().unwrap_or_else(asked::of_machine);
    #[cfg(not(feature = "std"))]
    let caches = Caches::MEASURED;
    force(Some(caches));
    caches
}

/// The caches that the environment describes, or that this process may count on of those that are reported.
#[cfg(feature = "std")]
mod asked {
    use std::{num::NonZero, thread};

    use super::{Caches, Malformed, reported, reported::Cache};

    /// The caches that the environment describes. A description that cannot be read is refused, in one line, and the caches of the machine are reckoned with: a program that
    /// runs should not end for it, nor silently be tuned for something else.
    pub(super) fn described() -> Option<Caches> {
        let text = std::env::var_os("EINSUM_CACHES").filter(|text| !text.is_empty())?;
        let caches = text.to_str().unwrap_or_default().parse();
        if let Err(Malformed) = caches {
            eprintln!("einsum: EINSUM_CACHES={} is not used: {Malformed}", text.display());
        }
        caches.ok()
    }

    /// The caches that the machine reports, as far as this process may count on them.
    pub(super) fn of_machine() -> Caches {
        let Some([l1, l2, l3]) = reported::levels() else { return Caches::MEASURED };
        // (This reads files: only where it matters.)
        let ours =
            |cache: Cache| thread::available_parallelism().map_or(cache.sharers, NonZero::get).min(cache.sharers);
        Caches::of(l1.bytes, share_of_l2(l2, ours), share_of_l3(l3, ours))
    }

    /// What one thread may count on of an L2 cache: all of it, or an equal part if it belongs to a cluster of cores. (Two processors that
    /// share one are one core.)
    pub(super) fn share_of_l2(cache: Cache, ours: impl Fn(Cache) -> usize) -> usize {
        if cache.sharers > 2 { cache.bytes / ours(cache) } else { cache.bytes }
    }

    /// What our threads may count on of an L3 cache, one alone or all together on one step: as large a part as our processors are of those
    /// that share it, but not less than what was measured for one thread, of a cache that eight cores share. (Virtual machines have few
    /// processors, mostly, and read that they have all of a large cache: few processors have more than half of that.
    /// Xeon of 260 MiB, a machine of two processors, f32: `ij->ji` of 4096 takes 30 ms if all is taken for theirs, 10.5 with 32 MiB,
    /// `i,j->ij` 8 and 3.2.)
    pub(super) fn share_of_l3(cache: Cache, ours: impl Fn(Cache) -> usize) -> usize {
        let least = Caches::MEASURED.last;
        let share = (cache.bytes / cache.sharers).min(least / 2);
        if cache.bytes <= least { cache.bytes } else { (share * ours(cache)).max(least) }
    }
}

/// The error of a text that is no description of caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sizes of L1, L2 and L3 are wanted, such as `48K,2M,32M`, or `48K,2M` where there is no L3")
    }
}

impl Error for Malformed {}

impl FromStr for Caches {
    type Err = Malformed;

    /// Reads bytes of L1, L2 and L3, of which the last may be 0 or left out: `48K,2M,32M`, `32768,1M`.
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let sizes = text.split(',').map(bytes).collect::<Option<Vec<_>>>().ok_or(Malformed)?;
        match sizes[..] {
            [l1, l2, ref l3 @ ..] if l1 > 0 && l2 > 0 && l3.len() <= 1 => {
                Ok(Self::of(l1, l2, l3.first().copied().unwrap_or(0)))
            }
            _ => Err(Malformed),
        }
    }
}

/// A number of bytes: `48K`, `2M`, `1G`, `512`.
fn bytes(text: &str) -> Option<usize> {
    let text = text.trim();
    let (number, unit) = match text.chars().last()?.to_ascii_uppercase() {
        'K' => (&text[..text.len() - 1], 1 << 10),
        'M' => (&text[..text.len() - 1], 1 << 20),
        'G' => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let is_number = number.bytes().all(|digit| digit.is_ascii_digit());
    let number: usize = number.parse().ok().filter(|_| is_number)?;
    number.checked_mul(unit).filter(|&bytes| bytes <= MOST)
}

impl Display for Caches {
    /// Writes what [`Caches::from_str`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (before, bytes) in [("", self.l1), (",", self.l2), (",", self.last)] {
            match bytes.trailing_zeros() {
                20.. => write!(f, "{before}{}M", bytes >> 20)?,
                10.. => write!(f, "{before}{}K", bytes >> 10)?,
                _ => write!(f, "{before}{bytes}")?,
            }
        }
        Ok(())
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::{
        asked::{of_machine, share_of_l2, share_of_l3},
        reported::Cache,
        *,
    };

    fn read(text: &str) -> Option<[usize; 3]> {
        text.parse().ok().map(|Caches { l1, l2, last }| [l1, l2, last])
    }

    #[test]
    fn descriptions_are_read() {
        assert_eq!("48K,1M,32M".parse(), Ok(Caches::MEASURED));
        assert_eq!(read("32768, 2m"), Some([32 << 10, 2 << 20, 2 << 20]));
        assert_eq!(read("1K,2K,0"), Some([1 << 10, 2 << 10, 2 << 10]));
        assert_eq!(read("48K,2M,1M"), Some([48 << 10, 2 << 20, 2 << 20]));
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in
            ["", "48K", "0,1M", "1K,0", "1K,2K,3K,4K", "48K,,32M", "48KiB,2M", "a,b", "-1,2", "+1,2", "K,M", "48K,2M,ä"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        for too_large in [format!("48K,{}0", usize::MAX), format!("48K,{}", usize::MAX), format!("1,1,{}G", usize::MAX)]
        {
            assert_eq!(read(&too_large), None, "{too_large}");
        }
    }

    #[test]
    fn descriptions_are_written_as_they_are_read() {
        for text in ["48K,1M,32M", "1000,1500K,2047M"] {
            assert_eq!(text.parse::<Caches>().map(|caches| caches.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn who_shares_a_cache_has_a_part_of_it() {
        let cache = |mebibytes: usize, sharers| Cache { bytes: mebibytes << 20, sharers };
        let l2 = |cache, ours| share_of_l2(cache, |_| ours) >> 20;
        assert_eq!([l2(cache(2, 2), 2), l2(cache(4, 4), 4), l2(cache(4, 4), 1)], [2, 1, 4]);
        let l3 = |cache, ours| share_of_l3(cache, |_| ours) >> 20;
        assert_eq!([l3(cache(0, 1), 1), l3(cache(20, 32), 20)], [0, 20]);
        assert_eq!([2, 56, 112].map(|ours| l3(cache(112, 112), ours)), [32, 56, 112]);
        // A virtual machine that reads that all is its own.
        assert_eq!(
            [(260, 2), (260, 4), (96, 8)].map(|(bytes, sharers)| l3(cache(bytes, sharers), sharers)),
            [32, 64, 96]
        );
    }

    #[test]
    fn the_machine_has_caches() {
        let caches = of_machine();
        assert!(0 < caches.l1 && caches.l1 <= caches.l2 && caches.l2 <= caches.last, "{caches}");
    }

    /// In processes of its own, as each reads the environment once.
    #[cfg(not(any(miri, target_family = "wasm")))]
    #[test]
    fn the_environment_describes_caches() {
        const INSIDE: &str = "EINSUM_CACHES_ARE_SHOWN";
        if std::env::var_os(INSIDE).is_some() {
            return println!("[{}]", current());
        }
        let shown = |described: &str| {
            let name = "machine::caches::tests::the_environment_describes_caches";
            let output = std::process::Command::new(std::env::current_exe().expect("this program"))
                .args(["--exact", name, "--nocapture"])
                .envs([(INSIDE, "1"), ("EINSUM_CACHES", described)])
                .output()
                .expect("it runs");
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        let [caches, refused] = shown("1K,16K,3M");
        assert!(caches.contains("[1K,16K,3M]") && !refused.contains("EINSUM_CACHES"), "{caches} {refused}");
        let [caches, refused] = shown("1K;16K");
        assert!(caches.contains(&format!("[{}]", of_machine())), "{caches}");
        assert!(refused.contains("EINSUM_CACHES=1K;16K is not used: sizes of L1, L2 and L3 are wanted"), "{refused}");
    }
}
