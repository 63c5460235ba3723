//! What rustc says about a mistake: `ui/RULE.rs` makes one, `ui/RULE.stderr` is all that is shown.
//!
//! After a change of messages: `TRYBUILD=overwrite cargo test --all-features --test compile_fail`, then read the diff.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
