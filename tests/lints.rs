//! Clippy on the crate in `lints/`, which uses every macro under the strictest lints.

use std::{env, fs, path::Path, process::Command};

/// The manifest is copied below the target directory, together with the lock file, by which Cargo
/// finds all dependencies where this test's own build has left them: it needs no network, and
/// writes nothing beside the sources. What it builds is where `compile_fail` builds, by the same
/// options, so that the compiler of the macros is compiled for one of them alone.
#[test]
fn clippy_has_nothing_to_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = root.join("tests/lints");
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    let manifest = fs::read_to_string(fixture.join("Cargo.toml")).expect("the manifest is there");
    let manifest = manifest.replace("../..", format!("{root:?}").trim_matches('"'));
    let library = format!("\n[lib]\npath = {:?}\n", fixture.join("src/lib.rs"));
    fs::create_dir_all(&copy).expect("the target directory is writable");
    fs::write(copy.join("Cargo.toml"), manifest + &library).expect("the target directory is writable");
    fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock")).expect("the build of this test has left a lock file");
    let mut clippy = Command::new(env!("CARGO"));
    clippy.args(["clippy", "--offline", "--color", "never", "--manifest-path"]).arg(copy.join("Cargo.toml"));
    clippy.args(["--target", &host()]).arg("--target-dir").arg(copy.join("../../tests/trybuild"));
    let output = clippy.env("CARGO_INCREMENTAL", "0").output().expect("Cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The target that rustc compiles for if nothing is said. (If it is said, Cargo keeps macros apart from what uses them.)
fn host() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().expect("rustc runs");
    let text = String::from_utf8(output.stdout).expect("it prints text");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("it says what it compiles for").to_owned()
}
