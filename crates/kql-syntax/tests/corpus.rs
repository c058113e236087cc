//! Real queries: the tree prints back byte for byte, and the verdict is the official parser's.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a skipped test says so"
)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// Checks every line of a file of queries with recorded verdicts; at least this share must agree.
/// Raise the share when the grammar gets better.
fn check(file: &str, least: f64) {
    let Some(shared) = shared() else {
        eprintln!("skipped: ../shared not present");
        return;
    };
    let lines =
        fs::read_to_string(shared.join("corpus/rules").join(file)).expect("the corpus is readable");
    let mut wrong = Vec::new();
    let mut total = 0.0;
    for line in lines.lines() {
        let case: Value = serde_json::from_str(line).expect("a line is JSON");
        let text = case["query"].as_str().expect("a case has a query");
        let parse = kql_syntax::parse(text);
        assert_eq!(
            parse.syntax().to_string(),
            text,
            "{} does not print back",
            case["id"]
        );
        total += 1.0;
        let accepted = parse.diagnostics().is_empty();
        if accepted
            != case["verdict"]["syntax_ok"]
                .as_bool()
                .expect("a case has a verdict")
        {
            wrong.push(format!(
                "{} accepted={accepted} {:?}",
                case["id"],
                parse.diagnostics().first()
            ));
        }
    }
    let agreement = 1.0 - wrong.len() as f64 / total;
    println!("{file}: agreement {agreement:.4}");
    assert!(
        agreement >= least,
        "{agreement}, differs on\n{}",
        wrong.join("\n")
    );
}

#[test]
fn real_queries_get_the_official_verdict() {
    check("queries.jsonl", 0.969);
}

#[test]
fn mutated_queries_get_the_official_verdict() {
    check("mutations.jsonl", 0.941);
}
