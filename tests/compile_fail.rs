//! What rustc says about a mistake: `ui/RULE.rs` makes one, `ui/RULE.stderr` is all that is shown.
//!
//! After a change of messages: `TRYBUILD=overwrite cargo test --all-features --test compile_fail`, then read the diff.

#[test]
fn mistakes() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("tests/ui/*.rs");
    // (Notes on operands say more where matrices of other libraries are some.)
    if cfg!(all(feature = "nalgebra", feature = "faer")) {
        tests.compile_fail("tests/ui/features/*.rs");
    }
}
