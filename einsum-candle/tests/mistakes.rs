//! What rustc says about a mistake: `ui/RULE.rs` makes one, `ui/RULE.stderr` is all that is shown.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
