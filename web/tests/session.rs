//! The session in a browser gives what it gives natively, to the last digit.
//! `crates/workbench/tests/story.rs` checks the same file natively.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web::prose::{Piece, pieces};
use web::segments::{Mark, lines, segments};
use workbench::Session;
use workbench::protocol::{GridQuery, GridSource, Journal, Question, Reply, Request, TokenView};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_sample_gives_the_same_results_as_natively() {
    let mut session = Session::new();
    session.handle(
        Request::Open {
            journal: Journal::default(),
        },
        &mut |_| {},
    );
    session.handle(
        Request::LoadSample {
            name: "hsm-all".to_owned(),
        },
        &mut |_| {},
    );
    let reply = session.handle(Request::Run { rule: None }, &mut |_| {});
    let Reply::View { view, .. } = reply else {
        panic!("{reply:?}")
    };
    let results: Vec<_> = view
        .rules
        .iter()
        .map(|rule| {
            (
                &rule.run,
                &rule.converted_run,
                rows(&mut session, &rule.key),
            )
        })
        .collect();
    let text = serde_json::to_string_pretty(&results).expect("JSON");
    assert_eq!(
        text,
        include_str!("../../tests/data/hsm-all-results.json").trim_end()
    );
}

/// The first rows that the converted rule found.
fn rows(session: &mut Session, rule: &str) -> Reply {
    let question = Question::Grid(GridQuery {
        source: GridSource::Converted(rule.to_owned()),
        sort: None,
        filter: String::new(),
        first: 0,
        count: 200,
        turned: Vec::new(),
        sight: None,
    });
    session.handle(Request::Ask { question }, &mut |_| {})
}

#[wasm_bindgen_test]
fn segments_together_are_the_query() {
    let query = "T | where a == \"😀é\" // x";
    let tokens = [
        (0, 1, "name"),
        (2, 3, "punctuation"),
        (4, 9, "keyword"),
        (15, 20, "string"),
    ];
    let tokens: Vec<TokenView> = tokens
        .into_iter()
        .map(|(start, end, class)| TokenView {
            start,
            end,
            class: class.to_owned(),
        })
        .collect();
    let mark = Mark {
        start: 15,
        end: 20,
        number: 1,
        class: "applied",
        title: String::new(),
    };
    let pieces = segments(query, &tokens, &[mark]);
    assert_eq!(
        pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect::<String>(),
        query
    );
    assert!(
        pieces
            .iter()
            .any(|piece| piece.mark == Some(0) && piece.text == "\"😀é\"")
    );
}

#[wasm_bindgen_test]
fn lines_of_a_query_end_at_its_breaks() {
    let lines = lines(segments("T\r\n\n| take 1", &[], &[]));
    let texts = lines
        .iter()
        .map(|line| line.iter().map(|piece| piece.text.as_str()).collect());
    let texts: Vec<String> = texts.collect();
    assert_eq!(texts, ["T\r\n", "\n", "| take 1"]);
}

#[wasm_bindgen_test]
fn what_stands_between_backticks_is_code() {
    assert_eq!(
        pieces("line 2, `where a`, let none through"),
        [
            Piece::Words("line 2, "),
            Piece::Code("where a"),
            Piece::Words(", let none through"),
        ]
    );
    assert_eq!(pieces("one ` alone"), [Piece::Words("one ` alone")]);
}
