//! What documents link to, and the tests that they name, are there, in a repository and in the documentation.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const README: &str = include_str!("../../README.md");
const LIBRARY: &str = include_str!("../../src/lib.rs");

/// Name and target of every link that is defined in a text.
fn definitions(text: &str) -> Vec<(&str, &str)> {
    fn definition(line: &str) -> Option<(&str, &str)> {
        line.trim_start_matches("//! ").trim_start_matches("/// ").strip_prefix('[')?.split_once("]: ")
    }
    text.lines().filter_map(definition).collect()
}

fn names<'a>(definitions: &[(&'a str, &'a str)]) -> BTreeSet<&'a str> {
    definitions.iter().map(|definition| definition.0).collect()
}

/// Links have to lead somewhere on the host of a repository, where nobody knows the paths of Rust: to a file that is there, to an
/// address, or to a heading.
#[test]
fn files_that_documents_link_to_are_there() {
    let mut count = 0;
    for document in documents(&root()) {
        let text = fs::read_to_string(&document).expect("a document can be read");
        let prose = without_code(&text);
        let inline = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|link| link.0);
        for link in inline.chain(definitions(&text).into_iter().map(|definition| definition.1)) {
            if link.starts_with("http") || link.starts_with('#') {
                continue;
            }
            let file = link.split('#').next().unwrap_or_default();
            assert!(
                document.with_file_name(file).exists(),
                "{} links to `{link}`, which is not there",
                document.display()
            );
            count += 1;
        }
    }
    assert!(count > 40, "{count} links to files were found");
}

/// The text without what is between back quotes, where `sum[k](..)` is no link.
fn without_code(text: &str) -> String {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|text| text.split('`').enumerate().filter(|(n, _)| n % 2 == 0).map(|(_, text)| text)).collect()
}

/// Code that is wider than a page of the documentation is cut off there, with what a comment at its end says.
#[test]
fn code_is_no_wider_than_a_page() {
    const COLUMNS: usize = 94;
    let included = LIBRARY.split('"').filter_map(|text| text.strip_prefix("../"));
    let included = included.filter(|name| Path::new(name).extension() == Some("md".as_ref()));
    let others = ["docs/shards.md", "einsum-mpi/docs/language.md", "einsum-candle/README.md"];
    let sources = ["src/macros.rs", "src/dynamic/mod.rs", "src/dynamic/einsum.rs", "src/dynamic/pullback.rs"];
    let mut count = 0;
    for name in included.chain(others).chain(sources) {
        let text = fs::read_to_string(root().join(name)).expect("a document can be read");
        let mut is_code = false;
        for line in text.lines() {
            let shown = line.trim_start().trim_start_matches("//! ").trim_start_matches("/// ");
            let line = if Path::new(name).extension() == Some("rs".as_ref()) { shown } else { line };
            is_code ^= shown.starts_with("```");
            let is_wide = is_code && !shown.starts_with("# ") && line.chars().count() > COLUMNS;
            assert!(!is_wide, "{name}: more than {COLUMNS} columns\n{line}");
            count += usize::from(is_code);
        }
    }
    assert!(count > 900, "{count} lines of code were found");
}

/// Tests and other files of the repository that documents name, from its root or from that of a crate.
#[test]
fn files_that_documents_name_are_there() {
    let crates =
        ["", "einsum-codegen", "einsum-engine", "einsum-runtime", "einsum-cli"].map(|folder| root().join(folder));
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/safety.md"] {
        let text = fs::read_to_string(root().join(document)).expect("a document can be read");
        let names = text.split('`').skip(1).step_by(2).filter(|name| {
            name.starts_with("tests/") && name.chars().all(|c| c.is_alphanumeric() || "/_-.".contains(c))
        });
        for name in names {
            assert!(
                crates.iter().any(|folder| folder.join(name).exists()),
                "{document} names `{name}`, which is not there"
            );
        }
    }
}

/// What is documentation as well has its links defined twice: before it is included, to documentation, and at its end, to files.
#[test]
fn links_lead_to_files_and_to_documentation() {
    let library = LIBRARY.split_once("mod explanation;").expect("the documentation of the crate comes first");
    assert_eq!(names(&definitions(README)), &names(&definitions(library.0)) | &pictures(library.0));
    assert!(pictures(library.0).contains("network"));
    for item in library.1.split("\n\n").filter(|item| item.contains("include_str!")) {
        let mut files = item.split('"').filter(|text| Path::new(text).extension() == Some("md".as_ref()));
        let name = files.next().expect("the name of a file").trim_start_matches("../");
        let text = fs::read_to_string(root().join(name)).expect("a document can be read");
        assert_eq!(names(&definitions(&text)), &names(&definitions(item)) | &pictures(item), "{name}");
    }
}

/// The links whose definitions are pictures as text, as the documentation has no files.
fn pictures(source: &str) -> BTreeSet<&str> {
    source
        .split("concat!(\"[")
        .skip(1)
        .filter_map(|rest| rest.split_once("]: data:image/svg+xml;base64,"))
        .map(|link| link.0)
        .collect()
}

/// Pictures are in `docs/` twice: as they are, and, for the documentation, as text.
#[test]
fn pictures_as_text_are_the_pictures() {
    let mut count = 0;
    for entry in fs::read_dir(root().join("docs")).expect("a folder can be read") {
        let path = entry.expect("it can be read").path();
        if path.extension().is_some_and(|end| end == "base64") {
            let text = fs::read_to_string(&path).expect("a file can be read");
            let picture = fs::read(path.with_extension("svg")).expect("the picture is there");
            assert_eq!(decoded(&text), picture, "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= 3, "{count} pictures");
}

fn decoded(base64: &str) -> Vec<u8> {
    let value = |digit: u8| match digit {
        b'A'..=b'Z' => u32::from(digit - b'A'),
        b'a'..=b'z' => u32::from(digit - b'a') + 26,
        b'0'..=b'9' => u32::from(digit - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let three = |four: &[u8]| {
        let digits: Vec<u8> = four.iter().copied().filter(|digit| *digit != b'=').collect();
        let bits = digits.iter().fold(0, |bits, digit| bits << 6 | value(*digit)) << (6 * (4 - digits.len()));
        bits.to_be_bytes()[1..digits.len()].to_vec()
    };
    base64.as_bytes().chunks(4).flat_map(three).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All documents below a folder, but for those in `target`, and in what is hidden.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder can be read").map(|entry| entry.expect("it can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let mut documents: Vec<_> =
        files.into_iter().filter(|file| file.extension().is_some_and(|end| end == "md")).collect();
    for folder in folders {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy();
        if name != "target" && name != "corpus" && name != "artifacts" && !name.starts_with('.') {
            documents.extend(self::documents(&folder));
        }
    }
    documents
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
