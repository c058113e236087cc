//! House rules that no compiler checks.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines; long ones are flat tables.
const MAX_LINES: usize = 700;

/// Folders and files that belong to the project.
const PARTS: [&str; 14] = [
    "crates",
    "web",
    "rules",
    "public",
    "tests",
    "docs",
    ".ci",
    ".cargo",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "README.md",
    "CONTRIBUTING.md",
    "package-lock.json",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file of the project with its content.
fn files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for part in PARTS {
        collect(&root().join(part), &mut files);
    }
    assert!(files.len() > 100, "{} files", files.len());
    files
}

fn collect(path: &Path, files: &mut Vec<(PathBuf, String)>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            collect(&entry.expect("an entry").path(), files);
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        files.push((path.to_path_buf(), text));
    }
}

/// Files that break a rule, for the message of a failed test.
fn breaking(is_broken: impl Fn(&Path, &str) -> bool) -> Vec<PathBuf> {
    files()
        .into_iter()
        .filter(|(path, text)| is_broken(path, text))
        .map(|(path, _)| path)
        .collect()
}

fn is_rust(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

#[test]
fn every_source_file_opens_with_what_it_is() {
    let broken = breaking(|path, text| is_rust(path) && !text.starts_with("//!"));
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn no_source_file_is_too_long() {
    let broken = breaking(|path, text| is_rust(path) && text.lines().count() > MAX_LINES);
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    // The words are put together here, so that this file does not find itself.
    let words = ["todo", "unimplemented", "dbg"].map(|word| format!("{word}!("));
    let ignored = format!("#[{}]", "ignore");
    let broken = breaking(|path, text| {
        is_rust(path) && (words.iter().any(|word| text.contains(word)) || text.contains(&ignored))
    });
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn lock_files_name_no_registry() {
    let resolved = format!("\"{}\"", "resolved");
    let broken =
        breaking(|path, text| path.ends_with("package-lock.json") && text.contains(&resolved));
    assert!(broken.is_empty(), "{broken:?}");
}
