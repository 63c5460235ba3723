//! What documents link to is there, in a repository and in the documentation.

use std::{collections::BTreeSet, fs, path::Path};

const README: &str = include_str!("../../README.md");
const LIBRARY: &str = include_str!("../../src/lib.rs");

/// Name and target of every link that is defined in a text.
fn definitions(text: &'static str) -> Vec<(&'static str, &'static str)> {
    let definition = |line: &'static str| line.trim_start_matches("//! ").strip_prefix('[')?.split_once("]: ");
    text.lines().filter_map(definition).collect()
}

fn names(definitions: &[(&'static str, &'static str)]) -> BTreeSet<&'static str> {
    definitions.iter().map(|definition| definition.0).collect()
}

#[test]
fn files_that_documents_link_to_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, file) in definitions(README) {
        assert!(root.join(file).exists(), "README links `{name}` to `{file}`, which is not there");
    }
    for document in
        ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/safety.md", "benches/README.md", "benches/order/README.md"]
    {
        let text = fs::read_to_string(root.join(document)).expect("a document can be read");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|link| link.0);
        for link in links.filter(|link| !link.starts_with("http") && !link.starts_with('#')) {
            let file = root.join(document).with_file_name(link);
            assert!(file.exists(), "{document} links to `{link}`, which is not there");
        }
    }
}

#[test]
fn links_lead_to_files_and_to_documentation() {
    let network = BTreeSet::from(["network"]);
    let documented = names(&definitions(LIBRARY));
    assert_eq!(names(&definitions(README)), &documented | &network);
    assert!(LIBRARY.contains(r#"concat!("[network]: data:image/svg+xml;base64,""#));
}

/// A file with `unsafe` in it stands in `docs/safety.md`, by its name.
#[test]
fn what_is_unsafe_is_accounted_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let safety = fs::read_to_string(root.join("docs/safety.md")).expect("a document can be read");
    let mut folders = vec![root.join("einsum-runtime/src"), root.join("einsum-engine/src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file can be read");
            let is_unsafe =
                ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait"].iter().any(|word| text.contains(word));
            let name = path.file_name().expect("a file has a name").to_string_lossy();
            let is_told = safety.contains(&*name) || folder.ends_with("testing") && safety.contains("`testing/`");
            assert!(!is_unsafe || is_told, "docs/safety.md does not say what `{}` relies on", path.display());
        }
    }
}
