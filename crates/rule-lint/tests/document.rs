//! `docs/lints.md` is what the registry says, and codes are in order and given once.

use std::fs;
use std::path::Path;

use rule_lint::{ALL, page};

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lints.md");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, page()).expect("the page is written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "docs/lints.md is out of date; write it anew with UPDATE_EXPECT=1"
    );
}

#[test]
fn codes_and_names_are_given_once() {
    assert!(ALL.windows(2).all(|pair| pair[0].code < pair[1].code));
    let mut names: Vec<&str> = ALL.iter().map(|lint| lint.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ALL.len());
}
