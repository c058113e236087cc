//! The language service: cases in `tests/editor/service.kql`, and what holds for every text and offset.
//!
//! A case is a query with `‸` at the offset, behind a line that asks: `# places`, `# rename NAME`,
//! `# signature`, `# hover` or `# fixes`. It ends with a line of `====`; behind its line of `----` stands
//! the answer. Run with `UPDATE_EXPECT=1` to write what is found.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement is taken and told"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kql_analysis::Catalog;
use kql_analysis::editor::{Answer, Edit, Question, ask};
use kql_analysis::types::{ScalarType, Schema};
use proptest::prelude::*;

/// The sign that stands at the offset.
const CARET: char = '‸';

fn catalog() -> Catalog {
    use ScalarType::{DateTime, Dynamic, Long, String};
    let mut catalog = Catalog::default();
    let logs = Schema::new([
        ("TimeGenerated", DateTime),
        ("OperationName", String),
        ("DurationMs", Long),
        ("Properties", Dynamic),
    ]);
    let users = Schema::new([("User", String), ("Department", String)]);
    catalog.tables.insert("Logs".to_owned(), logs);
    catalog.tables.insert("Users".to_owned(), users);
    catalog
}

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn cut(text: &str, (start, end): (usize, usize)) -> String {
    String::from_utf16_lossy(&units(text)[start..end])
}

/// A text with changes made, from the last to the first.
fn changed(text: &str, edits: &[Edit]) -> String {
    let mut all = units(text);
    for edit in edits.iter().rev() {
        all.splice(edit.start..edit.end, edit.text.encode_utf16());
    }
    String::from_utf16(&all).expect("whole characters were changed")
}

fn answer(kind: &str, text: &str, at: usize) -> String {
    let catalog = catalog();
    let (kind, name) = kind.split_once(' ').unwrap_or((kind, ""));
    let question = match kind {
        "places" => Question::Places { at },
        "signature" => Question::Signature { at },
        "hover" => Question::Hover { at },
        "rename" => Question::Rename {
            at,
            name: name.to_owned(),
        },
        _ => Question::Analyse,
    };
    match ask(text, &question, &catalog) {
        Answer::Places(found) => {
            let mut shown = format!("{}: {}\n", found.name, found.role);
            for (title, places) in [("introduced", found.declarations), ("used", found.uses)] {
                for place in places {
                    let _ = writeln!(shown, "{title} at {}: {}", place.0, cut(text, place));
                }
            }
            shown
        }
        Answer::Signature(found) => {
            let label = &found.labels[found.active];
            let parameter = found.parameter.map(|place| cut(label, place));
            format!("{label}\nat {parameter:?}\n{}\n", found.text)
        }
        Answer::Hover(found) => format!(
            "{}: {} {}\n",
            cut(text, (found.start, found.end)),
            found.title,
            found.text
        ),
        Answer::Edits(found) => {
            let note = found.note.map(|note| format!("({note})\n"));
            format!(
                "{}\n{}",
                changed(text, &found.edits),
                note.unwrap_or_default()
            )
        }
        Answer::Analysis(found) => {
            let mut shown = String::new();
            for problem in &found.problems {
                let _ = writeln!(shown, "{} {}", problem.code, problem.message);
                for fix in &problem.fixes {
                    let fixed = changed(text, std::slice::from_ref(&fix.edit));
                    let _ = writeln!(shown, "  {} → {fixed}", fix.title);
                }
            }
            shown
        }
        Answer::Refused { reason } => format!("refused: {reason}\n"),
        Answer::Nothing | Answer::Completions(_) => "nothing\n".to_owned(),
    }
}

#[test]
fn answers_are_those_of_the_cases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editor/service.kql");
    let text = fs::read_to_string(&path).expect("a file of cases");
    let mut found = String::new();
    for case in text.split("====\n").filter(|case| !case.trim().is_empty()) {
        let question = case.split("----\n").next().unwrap_or_default();
        let (kind, query) = question.split_once('\n').expect("a case asks something");
        let query = query.trim_end();
        let at = query.find(CARET).map_or(0, |at| units(&query[..at]).len());
        let kind = kind.trim_start_matches("# ");
        let answer = answer(kind, &query.replace(CARET, ""), at);
        let _ = write!(found, "{question}----\n{answer}====\n");
    }
    match std::env::var_os("UPDATE_EXPECT") {
        Some(_) => fs::write(&path, found).expect("the file is writable"),
        None => assert_eq!(text, found),
    }
}

/// Asks everything at an offset; all places must lie inside of the text, between characters.
fn ask_all(text: &str, at: usize, catalog: &Catalog) {
    let whole = |start: usize, end: usize| {
        let units = units(text);
        let inside = start <= end && end <= units.len();
        assert!(
            inside && String::from_utf16(&units[start..end]).is_ok(),
            "{text}"
        );
    };
    let name = "renamed".to_owned();
    let questions = [
        Question::Analyse,
        Question::Complete { at },
        Question::Hover { at },
        Question::Signature { at },
        Question::Places { at },
        Question::Rename { at, name },
        Question::Format,
    ];
    for question in questions {
        match ask(text, &question, catalog) {
            Answer::Analysis(found) => {
                for token in found.tokens.chunks(3) {
                    whole(token[0] as usize, token[1] as usize);
                }
                found.folds.iter().for_each(|fold| whole(fold.0, fold.1));
                for problem in &found.problems {
                    whole(problem.start, problem.end);
                    for fix in &problem.fixes {
                        changed(text, std::slice::from_ref(&fix.edit));
                    }
                }
            }
            Answer::Completions(found) => whole(found.start, found.end),
            Answer::Hover(found) => whole(found.start, found.end),
            Answer::Places(found) => {
                let all = found.declarations.iter().chain(&found.uses);
                all.for_each(|place| whole(place.0, place.1));
            }
            Answer::Edits(found) => {
                assert!(found.edits.is_sorted_by_key(|edit| edit.start));
                changed(text, &found.edits);
            }
            Answer::Signature(_) | Answer::Nothing | Answer::Refused { .. } => {}
        }
    }
}

/// A rule of 10,000 characters, as large ones are: lists, joins, long conditions.
fn large_rule() -> String {
    let mut text =
        "let limit = 25;\nlet Names = dynamic([\"SecretGet\", \"KeyGet\"]);\nLogs\n".to_owned();
    let mut number = 0;
    while text.len() < 9_500 {
        number += 1;
        let _ = writeln!(
            text,
            "| extend Part{number} = iff(OperationName has \"Get\" and DurationMs > limit * {number}, \
             tostring(Properties.key{number}), strcat(OperationName, \"-{number}\")) // step {number}\n\
             | where Part{number} !in (Names) or DurationMs between ({number} .. 1000)"
        );
    }
    text + "| join kind=leftouter (Users | project User, Department) on $left.Part1 == $right.User\n\
        | summarize Count = count(), Who = make_set(User, 100) by bin(TimeGenerated, 1h), Department\n"
}

/// What is asked at every key. The limit is for an unoptimised build on a busy machine; the release build
/// takes a hundredth of it.
#[test]
fn analysis_of_a_large_rule_is_quick() {
    let (text, catalog) = (large_rule(), catalog());
    let Answer::Analysis(found) = ask(&text, &Question::Analyse, &catalog) else {
        panic!("analysis answers an analysis");
    };
    assert!(
        text.len() > 9_500 && found.problems.is_empty(),
        "{:?}",
        found.problems
    );
    let rounds = 20;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        ask(&text, &Question::Analyse, &catalog);
    }
    let each = start.elapsed() / rounds;
    println!("{} characters: {each:?} for each change", text.len());
    assert!(each.as_millis() < 1000, "{each:?}");
}

/// Pieces of queries, sound and not.
const PIECES: [&str; 44] = [
    "Logs",
    "Users",
    "|",
    "where",
    "OperationName",
    "==",
    "=",
    "1",
    "\n",
    "// ä😀\n",
    "\"x😀\"",
    "\"",
    "and",
    "(",
    ")",
    ",",
    "extend",
    "x",
    "summarize",
    "count()",
    "by",
    "let",
    ";",
    "join",
    "on",
    "$left.x",
    "$right.x",
    "in",
    "[",
    "]",
    "dynamic(",
    "project",
    "{",
    "}",
    "f",
    "(a: long)",
    "strcat(",
    "union",
    "mv-expand",
    "parse x with * y",
    "as t",
    "😀",
    "render",
    "timechart",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_text_has_answers(
        words in proptest::collection::vec(prop::sample::select(&PIECES[..]), 0..30),
        at in 0..200_usize,
    ) {
        let catalog = catalog();
        for text in [words.join(" "), words.concat()] {
            ask_all(&text, at, &catalog);
        }
    }
}

#[test]
fn every_offset_has_answers() {
    let catalog = catalog();
    let text = "let 😀 = 1; let f = (t: (x: long), n: long = 2) { t | where x > n };\n\
        Logs | extend x = DurationMs, ['a b'] = \"😀\" | invoke f(3) | join kind=inner (Users | project x = 1) on x";
    for at in 0..units(text).len() + 3 {
        ask_all(text, at, &catalog);
    }
}
