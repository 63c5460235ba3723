//! What rustc says about a mistake: `ui/RULE.rs` makes one, `ui/RULE.stderr` is all that is shown.

#[test]
#[ignore = "builds candle once more, for a minute: `.ci/nightly` asks for it"]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
