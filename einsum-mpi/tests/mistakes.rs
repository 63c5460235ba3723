//! Mistakes that rustc finds, each with the message that it prints.

#[test]
#[cfg(not(feature = "mpi"))]
fn each_has_one_message_that_says_what_to_write() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
