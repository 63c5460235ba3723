//! Steps of the engine on random problems, against plain loops: see `tests/random/engine.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/random/engine.rs"]
mod engine;
#[path = "../../tests/random/entropy.rs"]
mod entropy;
#[path = "../../tests/random/number.rs"]
mod number;

fuzz_target!(|bytes: &[u8]| engine::step(&mut entropy::Entropy::new(bytes)));
