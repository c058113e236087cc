//! `rulesmith format` as a pipeline runs it.

mod common;

use std::fs;
use std::path::Path;

use common::{rulesmith, text};

#[test]
fn format_prints_checks_and_writes_queries() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = |name: &str| dir.join(name).display().to_string();
    let (query, broken) = (path("format-q.kql"), path("format-broken.kql"));
    fs::write(&query, "T|where a==1 // one\n").expect("written");
    fs::write(&broken, "T | where (").expect("written");
    let formatted = "T\n| where a == 1 // one\n";
    assert_eq!(text(&rulesmith(&["format", &query]).stdout), formatted);
    let checked = rulesmith(&["format", "--check", &query]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(text(&checked.stdout).trim(), query);
    assert!(rulesmith(&["format", "--write", &query]).status.success());
    assert_eq!(fs::read_to_string(&query).expect("read"), formatted);
    assert!(rulesmith(&["format", "--check", &query]).status.success());
    let refused = rulesmith(&["format", &broken]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("broken.kql:1:12: RS1001"));
}
