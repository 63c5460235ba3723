//! The caches of this processor, as it reports them, or the operating system.
//!
//! | who | where | what is not taken from there |
//! | --- | --- | --- |
//! | `cpuid` | x86-64 | processors with cores of two kinds, of which it reports the one that happens to ask; L2 caches of clusters, as it reports how many addresses there are for those that share one, not how many do |
//! | `/sys`, of the first processor | Linux: all others | |
//!
//! Nobody is asked on other systems and processors, nor under Miri.

/// A cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cache {
    pub(super) bytes: usize,
    /// How many processors, as the operating system counts them, share it: at least 1.
    pub(super) sharers: usize,
}

/// The first two or three levels for data, the third without bytes if there is none; or that nobody says.
pub(super) fn levels() -> Option<[Cache; 3]> {
    sorted(cpuid::caches()).or_else(|| sorted(sys::caches()))
}

/// Sorts caches for data by their levels, from 1 on, of which the first two must be there.
fn sorted(found: Vec<(usize, Cache)>) -> Option<[Cache; 3]> {
    let mut levels = [Cache { bytes: 0, sharers: 1 }; 3];
    for (level, cache) in found {
        if let Some(place) = level.checked_sub(1).and_then(|level| levels.get_mut(level)) {
            *place = Cache { sharers: cache.sharers.max(1), ..cache };
        }
    }
    levels[..2].iter().all(|cache| cache.bytes > 0).then_some(levels)
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod cpuid {
    use std::arch::x86_64::CpuidResult;

    use super::Cache;
    use crate::machine::cpuid::ask;

    /// More caches than a processor has: some answer on and on.
    const MOST: u32 = 16;

    /// Types of caches that have no data.
    const INSTRUCTIONS: u32 = 2;

    /// The caches for data, and their levels.
    pub(super) fn caches() -> Vec<(usize, Cache)> {
        let leaf = leaf();
        let answers = (0..MOST).map_while(|number| ask(leaf, number)).take_while(|answer| answer.eax & 0x1f != 0);
        let caches: Vec<_> = answers.filter(|answer| answer.eax & 0x1f != INSTRUCTIONS).map(cache).collect();
        let has_clusters = caches.iter().any(|&(level, cache)| level == 2 && cache.sharers > 2);
        if has_clusters || is_hybrid() { Vec::new() } else { caches }
    }

    /// The leaf that tells of caches: AMD's, or Intel's.
    fn leaf() -> u32 {
        let is_amd = ask(0x8000_0001, 0).is_some_and(|answer| answer.ecx & 1 << 22 != 0);
        if is_amd { 0x8000_001d } else { 4 }
    }

    /// Whether there are cores of two kinds.
    fn is_hybrid() -> bool {
        ask(7, 0).is_some_and(|answer| answer.edx & 1 << 15 != 0)
    }

    /// The level of a cache, and the cache.
    fn cache(answer: CpuidResult) -> (usize, Cache) {
        let field = |word: u32, from: u32, to: u32| (word >> from) as usize & ((1 << (to - from)) - 1);
        let CpuidResult { eax, ebx, ecx, .. } = answer;
        let [ways, partitions, line] = [(22, 32), (12, 22), (0, 12)].map(|(from, to)| field(ebx, from, to) + 1);
        let bytes = (ways * partitions * line).saturating_mul(ecx as usize + 1);
        (field(eax, 5, 8), Cache { bytes, sharers: field(eax, 14, 26) + 1 })
    }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
mod cpuid {
    pub(super) fn caches() -> Vec<(usize, super::Cache)> {
        Vec::new()
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
mod sys {
    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use super::Cache;

    /// The caches for data, and their levels.
    pub(super) fn caches() -> Vec<(usize, Cache)> {
        caches_in(Path::new("/sys/devices/system/cpu/cpu0/cache"))
    }

    /// The caches that a directory describes, in one of its own each: `index0`, `index1`..
    fn caches_in(directory: &Path) -> Vec<(usize, Cache)> {
        let caches = (0..).map(|number| directory.join(format!("index{number}"))).take_while(|cache| cache.is_dir());
        let read = |cache: PathBuf| {
            let word = |name| fs::read_to_string(cache.join(name)).ok();
            let level = word("level")?.trim().parse().ok()?;
            let bytes = word("size")?.trim().strip_suffix('K')?.parse::<usize>().ok()?.checked_mul(1 << 10)?;
            let sharers = word("shared_cpu_list").and_then(|list| count(list.trim())).unwrap_or(1);
            (word("type")?.trim() != "Instruction").then_some((level, Cache { bytes, sharers }))
        };
        caches.filter_map(read).collect()
    }

    /// How many numbers a list has: `0-3,8`.
    fn count(list: &str) -> Option<usize> {
        list.split(',').try_fold(0, |count: usize, part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let [first, last] = [first, last].map(|number| number.parse::<usize>().ok());
            count.checked_add(last?.checked_sub(first?)?)?.checked_add(1)
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::machine::caches::reported::sorted;

        #[test]
        fn lists_are_counted() {
            let lists = ["0", "0-1", "0-3,8", "1,3,5-8", "", "a", "3-1"];
            assert_eq!(lists.map(count), [Some(1), Some(2), Some(5), Some(6), None, None, None]);
        }

        #[test]
        fn directories_are_read() {
            let directory = std::env::temp_dir().join(format!("einsum-caches-{}", std::process::id()));
            let caches = [
                ("1", "Data", "64K", "0"),
                ("1", "Instruction", "128K", "0"),
                ("2", "Unified", "2048K", "0-3"),
                ("3", "Unified", "8192K", "0-7"),
            ];
            for (number, (level, kind, size, shared)) in caches.into_iter().enumerate() {
                let cache = directory.join(format!("index{number}"));
                fs::create_dir_all(&cache).expect("a directory");
                for (name, text) in [("level", level), ("type", kind), ("size", size), ("shared_cpu_list", shared)] {
                    fs::write(cache.join(name), format!("{text}\n")).expect("a file");
                }
            }
            let levels = sorted(caches_in(&directory));
            fs::remove_dir_all(&directory).expect("it was there");
            let cache = |bytes, sharers| Cache { bytes, sharers };
            assert_eq!(levels, Some([cache(64 << 10, 1), cache(2 << 20, 4), cache(8 << 20, 8)]));
            assert_eq!(sorted(caches_in(&directory)), None);
        }
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod sys {
    pub(super) fn caches() -> Vec<(usize, super::Cache)> {
        Vec::new()
    }
}

#[cfg(all(test, target_arch = "x86_64", target_os = "linux", not(miri)))]
mod tests {
    use super::*;

    #[test]
    fn the_processor_says_what_the_operating_system_says() {
        let [Some(processor), Some(system)] = [cpuid::caches(), sys::caches()].map(sorted) else { return };
        assert_eq!(processor.map(|cache| cache.bytes), system.map(|cache| cache.bytes));
    }
}
