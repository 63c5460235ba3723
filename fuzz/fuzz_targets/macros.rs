//! Call sites of the macros on random extents, layouts and elements, against plain loops: see `tests/random/`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/random/case.rs"]
mod case;
#[path = "../../tests/random/entropy.rs"]
mod entropy;
#[path = "../../tests/random/layout.rs"]
mod layout;
#[path = "../../tests/random/number.rs"]
mod number;
#[path = "../../tests/random/oracle.rs"]
mod oracle;
#[path = "../../tests/random/sites.rs"]
mod sites;

fuzz_target!(|bytes: &[u8]| {
    let mut entropy = entropy::Entropy::new(bytes);
    let site = entropy.below(256 * 256) % sites::SITES.len();
    sites::SITES[site].1(&mut entropy);
});
