//! Cases in text files: parted by lines of `=`, each a query, a line `---` and what it gives.
//!
//! With `UPDATE_EXPECT=1` the files are written anew from the results.

use std::path::Path;

const CASE_END: &str = "\n====\n";
const EXPECTED: &str = "\n---\n";

/// Holds what `told` says of each query against the files of a folder beside this one.
pub fn check(folder: &str, told: impl Fn(&str) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths.iter().for_each(|path| check_file(path, &told));
}

fn check_file(path: &Path, told: impl Fn(&str) -> String) {
    let text = std::fs::read_to_string(path).unwrap();
    let cases = text.split(CASE_END).filter(|case| !case.trim().is_empty());
    let mut actual = String::new();
    for case in cases {
        let query = case.split(EXPECTED).next().unwrap().trim();
        actual += &format!("{query}{EXPECTED}{}{CASE_END}", told(query));
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, actual).unwrap();
        return;
    }
    assert_eq!(
        actual,
        text,
        "{} differs; see UPDATE_EXPECT",
        path.display()
    );
}
