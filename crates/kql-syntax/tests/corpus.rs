//! Real queries and damaged ones: the tree prints back byte for byte, the verdict is the official parser's,
//! and so is the place of the first error.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a skipped test says so"
)]

use std::fs;
use std::path::{Path, PathBuf};

use kql_syntax::text::LineIndex;
use kql_syntax::{Parse, parse};
use serde_json::Value;

/// Least share of texts with the same verdict.
const AGREEMENT: f64 = 0.999;
/// Least share of rejected damaged texts whose first error is in the same token.
const SAME_PLACE: f64 = 0.95;
/// Most errors for one mistake.
const MOST_ERRORS: usize = 5;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// What a file of queries with recorded verdicts gives.
#[derive(Default)]
struct Score {
    total: usize,
    /// Texts with another verdict.
    differing: Vec<String>,
    rejected: usize,
    /// Texts whose first error is elsewhere.
    elsewhere: Vec<String>,
    /// Texts with more than [`MOST_ERRORS`].
    noisy: Vec<String>,
}

impl Score {
    fn add(&mut self, case: &Value) {
        let text = case["query"].as_str().expect("a case has a query");
        let parsed = parse(text);
        let id = case["id"].as_str().expect("a case has an id");
        assert_eq!(
            parsed.syntax().to_string(),
            text,
            "{id} does not print back"
        );
        self.total += 1;
        let verdict = &case["verdict"];
        let valid = verdict["syntax_ok"].as_bool().expect("a verdict");
        let first = parsed.diagnostics().first();
        if first.is_none() != valid {
            self.differing
                .push(format!("{id}: {first:?}, official {verdict}"));
        }
        let (Some(first), false) = (first, valid) else {
            return;
        };
        self.rejected += 1;
        let official = verdict["first_error"].as_u64().expect("a place") as usize;
        let ours = LineIndex::new(text).utf16(first.range.start);
        if !is_same_token(&parsed, text, ours, official) {
            self.elsewhere
                .push(format!("{id} at {official}, not {ours}: {first:?}"));
        }
        if parsed.diagnostics().len() > MOST_ERRORS {
            self.noisy.push(format!("{id}: {:?}", parsed.diagnostics()));
        }
    }
}

/// Whether two places, in UTF-16 units, are in the same token or at its edges.
fn is_same_token(parsed: &Parse, text: &str, one: usize, other: usize) -> bool {
    let index = LineIndex::new(text);
    let syntax = parsed.syntax();
    let tokens = syntax
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia());
    let mut tokens = tokens.map(|token| {
        let range = token.text_range();
        index.utf16(range.start().into())..=index.utf16(range.end().into())
    });
    one == other || tokens.any(|token| token.contains(&one) && token.contains(&other))
}

fn score(file: &str) -> Option<Score> {
    let Some(shared) = shared() else {
        eprintln!("skipped: ../shared not present");
        return None;
    };
    let lines =
        fs::read_to_string(shared.join("corpus/rules").join(file)).expect("the corpus is readable");
    let mut score = Score::default();
    for line in lines.lines() {
        score.add(&serde_json::from_str(line).expect("a line is JSON"));
    }
    println!(
        "{file}: {} texts, {} with another verdict; {} rejected by both, {} first errors elsewhere, {} noisy",
        score.total,
        score.differing.len(),
        score.rejected,
        score.elsewhere.len(),
        score.noisy.len(),
    );
    let differing = score.differing.len() as f64 / score.total as f64;
    let list = score.differing.join("\n");
    println!("{list}\n{}", score.elsewhere.join("\n"));
    assert!(1.0 - differing >= AGREEMENT, "other verdicts on\n{list}");
    Some(score)
}

#[test]
fn real_queries_get_the_official_verdict() {
    score("queries.jsonl");
}

#[test]
fn damaged_queries_get_the_official_verdict_and_place() {
    let Some(score) = score("mutations.jsonl") else {
        return;
    };
    let elsewhere = score.elsewhere.len() as f64 / score.rejected as f64;
    let list = score.elsewhere.join("\n");
    assert!(
        1.0 - elsewhere >= SAME_PLACE,
        "first errors elsewhere in\n{list}"
    );
    let list = score.noisy.join("\n");
    assert!(score.noisy.is_empty(), "too many errors in\n{list}");
}
