//! Every construct of the language at every target, on random extents, layouts and elements, against plain loops. Seeds here;
//! a fuzzer, by `fuzz/fuzz_targets/macros.rs`, finds bytes of its own.
#![allow(missing_docs, reason = "a test crate")]
#![allow(clippy::float_cmp, reason = "small integers are exact")]

mod case;
#[cfg(feature = "engine")]
mod engine;
mod entropy;
mod layout;
mod matrices;
mod number;
mod oracle;
mod sites;

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum_engine::machine::isa::{self, Isa, Level};
use entropy::{Entropy, of_seed};

#[cfg(feature = "engine")]
#[test]
fn steps_agree_with_plain_loops() {
    (0..SEEDS * 50).for_each(|seed| engine::step(&mut Entropy::new(&of_seed(seed))));
}

/// Steps are tried on every instruction set that the processor has, so that a machine without one tests nothing of it, and says
/// nothing. `EINSUM_TEST_ISA=portable|avx2|avx512` promises one, and all below it: where it is absent, this fails.
#[test]
fn the_promised_instruction_set_is_there() {
    let Ok(promised) = std::env::var("EINSUM_TEST_ISA") else { return };
    let promised = match promised.as_str() {
        "portable" => Level::Portable,
        "avx2" => Level::Avx2,
        "avx512" => Level::Avx512,
        other => panic!("EINSUM_TEST_ISA is `portable`, `avx2` or `avx512`, not `{other}`"),
    };
    let best = isa::available().next_back().map(Isa::level);
    assert!(best >= Some(promised), "EINSUM_TEST_ISA promises {promised:?}, the best of this processor is {best:?}");
}

/// How often each site is tried.
const SEEDS: u64 = 4;

#[test]
fn sites_agree_with_plain_loops() {
    let seeds = std::env::var("EINSUM_TEST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let mut failures = Vec::new();
    for (number, (name, site)) in (0..).zip(sites::SITES) {
        for seed in 0..seeds {
            let bytes = of_seed(seed << 16 | number);
            if catch_unwind(AssertUnwindSafe(|| site(&mut Entropy::new(&bytes)))).is_err() {
                failures.push(format!("{name}, seed {seed}"));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
