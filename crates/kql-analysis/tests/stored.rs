//! Functions that a workspace stores, given beside a query.

use kql_analysis::check::{CheckReport, check_linked};
use kql_analysis::stored::StoredFunctions;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let columns = [("n", ScalarType::Long), ("s", ScalarType::String)];
    catalog.tables.insert("T".to_owned(), Schema::new(columns));
    catalog
}

fn functions(text: &str) -> StoredFunctions {
    StoredFunctions::read(text).expect("a file of functions")
}

fn checked(query: &str, functions: &StoredFunctions) -> CheckReport {
    let linked = functions.link(query).expect("a linked query");
    check_linked(query, &linked, &catalog())
}

const CHAIN: &str = "let Twice = (x: long) { x * 2 };
let Parser = (low: long = 0) { T | where n > low | extend m = Twice(n) };
let Latest = view () { Parser(1) | summarize arg_max(m, *) };";

#[test]
fn functions_that_call_each_other_stand_in_any_order() {
    let reversed: Vec<&str> = CHAIN.lines().rev().collect();
    for text in [CHAIN, &reversed.join("\n")] {
        let report = checked("Latest | project m, s", &functions(text));
        assert!(
            report.semantic_errors.is_empty(),
            "{:?}",
            report.semantic_errors
        );
        let columns = report.result_columns.expect("columns").columns;
        let columns: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(columns, ["m", "s"]);
    }
}

#[test]
fn only_what_a_query_reaches_is_bound() {
    let stored = functions("let Good = () { T };\nlet Bad = () { Absent | take 1 };");
    assert!(checked("Good | count", &stored).semantic_errors.is_empty());
    assert_eq!(stored.link("T | count").expect("linked").text, "T | count");
}

#[test]
fn findings_stand_in_the_query() {
    let stored = functions("let Bad = () { Absent | take 1 };");
    let query = "T | where nn > 1\n| union (Bad)";
    let found = checked(query, &stored).semantic_errors;
    let said: Vec<_> = found
        .iter()
        .map(|one| {
            (
                &query[one.start..one.start + one.length],
                one.message.as_str(),
            )
        })
        .collect();
    assert_eq!(said[0].0, "nn");
    assert_eq!(said[1].0, "Bad");
    assert!(
        said[1]
            .1
            .starts_with("in the function `Bad`: there is no table `Absent`"),
        "{said:?}"
    );
}

#[test]
fn a_function_of_the_query_hides_a_stored_one() {
    let stored = functions("let f = (x: long) { x + 1 };");
    let query = "let f = (x: string) { strcat(x, '!') }; T | project f(s)";
    let linked = stored.link(query).expect("linked");
    assert_eq!(linked.text, query);
    assert!(bind(&linked.text, &catalog()).query.is_some());
}

#[test]
fn a_function_that_calls_itself_is_not_known_there() {
    let stored = functions("let f = (x: long) { g(x) };\nlet g = (x: long) { f(x) };");
    let found = checked("print f(1)", &stored).semantic_errors;
    assert!(
        found
            .iter()
            .any(|one| one.message.contains("there is no function")),
        "{found:?}"
    );
}

#[test]
fn a_function_without_parameters_may_be_its_body_alone() {
    let mut stored = StoredFunctions::default();
    stored
        .add("Body", "let low = 1;\nT\n| where n > low // the last line")
        .expect("a body");
    stored
        .add("Lambda", "(x: long) { x + 1 }")
        .expect("a lambda");
    let report = checked("Body | project Lambda(n)", &stored);
    assert!(
        report.semantic_errors.is_empty(),
        "{:?}",
        report.semantic_errors
    );
    let said = stored.add("Broken", "T | where (").expect_err("no body");
    assert!(said.starts_with("the function `Broken`: "), "{said}");
    assert!(StoredFunctions::read("T | take 1").is_err());
}

#[test]
fn a_watchlist_may_be_given_as_a_function() {
    let stored = functions(
        "let _GetWatchlist = (name: string) { datatable(list: string, SearchKey: string)['vips', 'ann'] | where list == name };",
    );
    let linked = stored
        .link("_GetWatchlist('vips') | project SearchKey")
        .expect("linked");
    assert!(bind(&linked.text, &catalog()).query.is_some());
}
