//! Clippy on the crate in `lints/`, which uses every macro under the strictest lints.

use std::{env, fs, path::Path, process::Command};

/// The manifest is copied below the target directory, together with the lock file, by which Cargo
/// finds all dependencies where this test's own build has left them: it needs no network, and
/// writes nothing beside the sources.
#[test]
fn clippy_has_nothing_to_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = root.join("tests/lints");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    let manifest = fs::read_to_string(fixture.join("Cargo.toml")).expect("the manifest is there");
    let manifest = manifest.replace("\"../..\"", &format!("{root:?}"));
    let library = format!("\n[lib]\npath = {:?}\n", fixture.join("src/lib.rs"));
    fs::create_dir_all(&copy).expect("the target directory is writable");
    fs::write(copy.join("Cargo.toml"), manifest + &library).expect("the target directory is writable");
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock")).expect("the build of this test has left a lock file");
    let mut clippy = Command::new(env!("CARGO"));
    clippy.args(["clippy", "--offline", "--color", "never", "--manifest-path"]).arg(copy.join("Cargo.toml"));
    let output = clippy.arg("--target-dir").arg(copy.join("target")).output().expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
