//! Differences between versions: what counts, what does not, and where it is.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use kql_engine::Table;
use kql_syntax::SyntaxKind;
use proptest::prelude::*;
use rule_proof::Settings;
use rule_proof::diff::{diff, field_changes, query_changes};
use rule_replay::Tables;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};

fn check(old: &str, new: &str, expected: Expect) {
    let changes = query_changes(old, new);
    let lines: Vec<String> = changes.into_iter().map(|change| change.sentence).collect();
    expected.assert_eq(&lines.join("\n"));
}

const OLD: &str = "let threshold = 25;
let reads = AzureDiagnostics | where OperationName in ('KeyGet', 'KeyList') and ResultType == 'Success';
reads
| join kind=inner (Callers | where Known == false) on Caller
| summarize Count = count(), Last = max(TimeGenerated) by Caller, Resource
| where Count > threshold
| sort by Count";

#[test]
fn format_names_and_the_order_of_operands_do_not_count() {
    let new = "// the same, in other words
let known_reads = AzureDiagnostics
| where 'Success' == ResultType
| where (OperationName in ('KeyList', 'KeyGet'));
let most = 25;
known_reads
| join kind = inner (Callers | where (false == Known)) on $left.Caller == $right.Caller
| summarize Last = max(TimeGenerated), Count = count() by Resource, Caller
| filter most < Count
| order by Count desc";
    check(OLD, new, expect![""]);
}

/// Pairs that say the same in other words.
const SAME: &[(&str, &str)] = &[
    ("T | top 5 by n", "T | top 5 by n desc"),
    ("T | sort by n asc", "T | order by n asc nulls first"),
    (
        "T | lookup (U) on k",
        "T | lookup kind=leftouter U on $left.k == $right.k",
    ),
    ("union T, U", "union kind=outer U, T"),
    (
        "union isfuzzy=false (T | where n > 1), (U | where n > 2)",
        "union (U | where 2 < n), (T | where n > 1)",
    ),
    ("T | project-away a, b", "T | project-away b, a"),
    (
        "let l = dynamic(['a', 'b']); T | where k in (l)",
        "let names = dynamic(['b', \"a\"]); T | where k in (names)",
    ),
    (
        "let l = dynamic(['a', 'b']); T | where k has_any (l)",
        "T | where k has_any ('b', 'a')",
    ),
    (
        "let f = (x: long, y: long = 2) { x + y }; T | where f(n) > 1",
        "let plus = (one: long, two: long = 2) { two + one }; T | where 1 < plus(n)",
    ),
    (
        "let f = () { let g = (x: long) { x + 1 }; T | where g(n) > 1 }; f()",
        "let f = () { let h = (y: long) { y + 1 }; T | where h(n) > 1 }; f()",
    ),
    ("T | extend a = n, b = k", "T | extend b = k, a = n"),
    ("T | extend a = n, b = a", "T | extend b = a, a = n"),
    (
        "T | extend a = n | extend b = a, c = k",
        "T | extend c = k, a = n | extend b = a",
    ),
    (
        "T | extend a = n | extend b = k | project a, b, x",
        "T | project x, b = k, a = n",
    ),
    (
        "T | extend n = n + 1 | project n, k",
        "T | project n = 1 + n, k",
    ),
    (
        "T | extend a = n | where k == 'x' and a > 1",
        "T | where k == 'x' | extend a = n | where a > 1",
    ),
    (
        "let a = 5; let b = 5; T | where n > a and m > b",
        "let x = 5; let y = 5; T | where m > x and n > y",
    ),
    (
        "let A = T | where n > 1; A | take 5",
        "T | where n > 1 | take 5",
    ),
    (
        "let A = T | where n > 1; union A, (U | take 1)",
        "union (U | take 1), (T | where n > 1)",
    ),
    (
        "T | summarize x = any(k) by n",
        "T | summarize x = take_any(k) by n",
    ),
    (
        "T | project-rename a = n, b = k",
        "T | project-rename b = k, a = n",
    ),
    ("T | where n > 1 and n > 1", "T | where n > 1"),
    (
        "T | where n > 1 | where k == 'a'",
        "T | where k == 'a' and n > 1",
    ),
    ("T | where t > ago(60m)", "T | where t > ago(1h) // an hour"),
    (
        "T | where x == 'a' or y == 'b'",
        "T | where (y == \"b\") or (x == @'a')",
    ),
    (
        "T | summarize count(), max(n) by k, x",
        "T | summarize max(n), count() by x, k",
    ),
    ("T | mvexpand d | limit 5", "T | mv-expand d | take 5"),
];

/// Pairs that look alike and do not say the same, with what is told.
const OTHER: &[(&str, &str, &str)] = &[
    (
        "let l = dynamic(['a', 'b']); T | where k == tostring(l[0])",
        "let l = dynamic(['b', 'a']); T | where k == tostring(l[0])",
        "Line 1: `l` is now `dynamic(['b', 'a'])`",
    ),
    (
        "let f = (x: string = 'VAULTS') { T | where k == x }; f()",
        "let f = (x: string = 'MANAGEDHSMS') { T | where k == x }; f()",
        "Line 1: the parameter is now `x: string = 'MANAGEDHSMS'`",
    ),
    (
        "let f = () { let g = (x: long) { x + 1 }; T | where g(n) > 1 }; f()",
        "let f = () { let g = (x: long) { x + 2 }; T | where g(n) > 1 }; f()",
        "Line 1: the filter is now `g(n) > 1`",
    ),
    (
        "T | extend a = n | extend b = a",
        "T | extend a = n, b = a",
        "the column `b = a` is new",
    ),
    (
        "T | extend n = 1 | project n, m = n",
        "T | project n = 1, m = n",
        "",
    ),
    (
        "T | extend a = n | where a > 1",
        "T | where a > 1 | extend a = n",
        "",
    ),
    ("T | extend n + 1, n + 2", "T | extend n + 2, n + 1", ""),
    (
        "T | summarize countif(a), countif(b)",
        "T | summarize countif(b), countif(a)",
        "",
    ),
    (
        "T | where a - (b - c) > 0",
        "T | where (a - b) - c > 0",
        "the filter is now",
    ),
    (
        "T | extend a = n / 2",
        "T | extend a = n / 2.0",
        "the column is now",
    ),
    ("union T, T", "union T", "is gone"),
    (
        "T | summarize any(k) by n",
        "T | summarize take_any(k) by n",
        "the aggregate is now",
    ),
    (
        "T | sort by n asc | where prev(n) == 1 and k == 'a'",
        "T | sort by n asc | where k == 'a' | where prev(n) == 1",
        "is gone",
    ),
    (
        "T | sort by n",
        "T | sort by n nulls first",
        "the sort key is now `n nulls first`",
    ),
    (
        "T | where n > 1",
        "T | where n >= 1",
        "the filter is now `n >= 1`",
    ),
    (
        "T | where n - 1 > x",
        "T | where 1 - n > x",
        "the filter is now `1 - n > x`",
    ),
    (
        "T | where k has 'a'",
        "T | where k contains 'a'",
        "the filter is now `k contains 'a'`",
    ),
    (
        "T | join (U) on k",
        "T | join kind=inner (U) on k",
        "the kind of join is now `kind=inner`",
    ),
    (
        "union (T | where n > 1), (U | where n > 2)",
        "union (U | where n > 2), (T | where n > 3)",
        "the filter is now `n > 3`, it was `n > 1`",
    ),
    ("T | take 5", "T | take 6", "now `take 6`"),
    (
        "T | where k in ('a', 'b')",
        "T | where k in~ ('a', 'b')",
        "now `k in~ ('a', 'b')`",
    ),
];

#[test]
fn spellings_of_the_same_are_no_difference() {
    for (old, new) in SAME {
        for (old, new) in [(old, new), (new, old)] {
            let told: Vec<String> = query_changes(old, new)
                .into_iter()
                .map(|change| change.sentence)
                .collect();
            assert!(told.is_empty(), "{old}\n{new}\n{told:?}");
        }
    }
}

#[test]
fn what_only_looks_alike_is_told() {
    for (old, new, expected) in OTHER {
        let told: Vec<String> = query_changes(old, new)
            .into_iter()
            .map(|change| change.sentence)
            .collect();
        assert!(!told.is_empty(), "{old}\n{new}");
        assert!(told.join("\n").contains(expected), "{old}\n{new}\n{told:?}");
    }
}

#[test]
fn every_kind_of_part_is_told_with_its_places() {
    let new = "let threshold = 26;
let reads = AzureDiagnostics | where OperationName in ('KeyGet');
reads
| join kind=leftouter (Callers | where Known == true) on Resource
| extend Day = startofday(TimeGenerated)
| summarize Count = dcount(Caller) by Caller
| where Count >= threshold
| sort by Count asc
| take 10";
    check(
        OLD,
        new,
        expect![[r#"
            Line 1: `threshold` is now `26`, it was `25` (line 1 of the old version).
            Line 2: the filter is now `OperationName in ('KeyGet')`, it was `OperationName in ('KeyGet', 'KeyList')` (line 2 of the old version).
            Line 4: the kind of join is now `kind=leftouter`, it was `kind=inner` (line 4 of the old version).
            The filter `ResultType == 'Success'` is gone (line 2 of the old version).
            Line 4: the filter is now `Known == true`, it was `Known == false` (line 4 of the old version).
            Line 4: the join key is now `Resource`, it was `Caller` (line 4 of the old version).
            Line 5: the operator `extend Day = startofday(TimeGenerated)` is new.
            Line 6: the aggregate is now `Count = dcount(Caller)`, it was `Count = count()` (line 5 of the old version).
            The aggregate `Last = max(TimeGenerated)` is gone (line 5 of the old version).
            Line 7: the filter is now `Count >= threshold`, it was `Count > threshold` (line 6 of the old version).
            The group key `Resource` is gone (line 5 of the old version).
            Line 8: the sort key is now `Count asc`, it was `Count` (line 7 of the old version).
            Line 9: the operator `take 10` is new."#]],
    );
}

#[test]
fn spellings_of_one_value_are_the_same() {
    check(
        "T | where Time > ago(1d) and Name <> \"a\" | extend X = iif(A, 1, 2) | limit 5",
        "T | where Name != 'a' and ago(24h) < Time | extend X = iff(A, 1, 2) | take 5",
        expect![[""]],
    );
}

#[test]
fn a_function_is_compared_by_what_its_parameters_do() {
    check(
        "let f = (a: string, b: long) { T | where Name == a and Size > b }; f('x', 1)",
        "let g = (name: string, size: long) { T | where Size > size and Name == name }; g('x', 1)",
        expect![[""]],
    );
    check(
        "let f = (a: string) { T | where Name == a }; f('x')",
        "let f = (a: string) { T | where Name != a }; f('x')",
        expect![
            "Line 1: the filter is now `Name != a`, it was `Name == a` (line 1 of the old version)."
        ],
    );
}

#[test]
fn a_value_that_is_named_in_one_version_only_is_compared_where_it_is_used() {
    check(
        "let most = 5; T | where Count > most",
        "T | where Count > 5",
        expect![[""]],
    );
    check(
        "let most = 5; T | where Count > most",
        "T | where Count > 6",
        expect![
            "Line 1: the filter is now `Count > 6`, it was `Count > most` (line 1 of the old version)."
        ],
    );
}

fn rule(text: &str) -> Rule {
    let outcome = read("rule.yaml", text.as_bytes());
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    outcome.rules.into_iter().next().expect("a rule")
}

#[test]
fn fields_are_told_one_by_one() {
    let (_, text) = bundled()[0];
    let old = rule(text);
    let new = rule(
        &text
            .replace("queryPeriod: 1d", "queryPeriod: 2d")
            .replace("columnName: UPNSuffix", "columnName: Name")
            .replace("triggerThreshold: 0", "triggerThreshold: 3"),
    );
    let lines: Vec<String> = field_changes(&old, &new)
        .into_iter()
        .map(|change| format!("{}: {} -> {}", change.field, change.before, change.after))
        .collect();
    expect![[r#"
        queryPeriod: 1 day -> 2 days
        trigger: more than 0 rows -> more than 3 rows
        entityMappings Account: AadUserId from AadUserId, Name from Name, UPNSuffix from UPNSuffix -> AadUserId from AadUserId, Name from Name, UPNSuffix from Name"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn rows_and_incidents_are_compared_on_logs() {
    let schemas = audit_logs::schema::schemas().into_iter();
    let tables: Tables = schemas
        .map(|(name, schema)| (name.to_owned(), Table::empty(schema)))
        .collect();
    let rules: BTreeMap<&str, &str> = bundled().into_iter().collect();
    let text = rules["mass-retrieval.yaml"];
    let (old, new) = (rule(text), rule(&text.replace("= 25;", "= 30;")));
    let settings = Settings {
        seed: 1,
        cases: 20,
        scenario: None,
        end: kql_analysis::time::parse_datetime("2026-03-02T00:30:00Z").expect("a time"),
    };
    let found = diff(&old, &new, &tables, &settings, &mut |_, _| true).expect("both run");
    let vault = &found.logs[0];
    assert_eq!(vault.name, "the sample vault-all");
    assert_eq!(
        (vault.differing_runs, vault.alerts, vault.incidents),
        (1, (1, 0), (1, 0))
    );
    assert_eq!(vault.shown[0].counts, (2, 0));
    assert_eq!(vault.only_old.len(), 1);
    let example = found.example.expect("an example");
    assert_eq!(example.tables[0].rows.len(), 26);
    let same = diff(&old, &old, &tables, &settings, &mut |_, _| true).expect("both run");
    assert!(same.example.is_none() && same.query.is_empty() && same.fields.is_empty());
    assert!(same.logs.iter().all(|log| log.differing_runs == 0));
}

/// The tokens of a query with other blanks and comments between them; names of `let`s get a new ending.
fn reformatted(query: &str, gaps: &[u8], ending: &str) -> String {
    let root = kql_syntax::parse(query).syntax();
    let lets: Vec<String> = root
        .descendants()
        .filter_map(kql_syntax::ast::Let::cast)
        .filter_map(|declaration| Some(declaration.name()?.text()))
        .collect();
    let tokens = root
        .descendants_with_tokens()
        .filter_map(|element| element.into_token());
    let mut text = String::new();
    let mut gaps = gaps.iter().cycle();
    for token in tokens.filter(|token| !token.kind().is_trivia()) {
        text.push_str(token.text());
        let is_let =
            token.kind() == SyntaxKind::Word && lets.iter().any(|name| name == token.text());
        text.push_str(if is_let { ending } else { "" });
        text.push_str(match gaps.next() {
            Some(0) => "\n",
            Some(1) => " // a comment | where false\n",
            Some(2) => "\t  ",
            _ => " ",
        });
    }
    text
}

#[test]
fn a_table_that_is_computed_once_holds_the_same() {
    let once = "let T = materialize(AzureDiagnostics | where A == 'a'); T | count";
    let plain = "let T = AzureDiagnostics | where A == 'a'; T | count";
    check(once, plain, expect![""]);
    check(
        "let T = materialize(AzureDiagnostics | take 5); union T, T",
        "let T = AzureDiagnostics | take 5; union T, T",
        expect![[r#"
            Line 1: the operator `AzureDiagnostics` is new.
            Line 1: the operator `AzureDiagnostics` is new.
            Line 1: the operator `take 5` is new.
            Line 1: the operator `take 5` is new.
            The table `T` is gone (line 1 of the old version).
            The table `T` is gone (line 1 of the old version)."#]],
    );
}

#[test]
fn a_name_that_stands_for_something_else_is_told() {
    check(
        "let l = dynamic(['a', 'b']); AzureDiagnostics | where A in (l)",
        "let l = datatable(x: string)['a', 'b']; AzureDiagnostics | where A in (l)",
        expect![
            "Line 1: the filter `A in (l)` reads as before, but line 1 has `let l = datatable(x: string)['a', 'b']`, where it had `let l = dynamic(['a', 'b'])` (line 1 of the old version)."
        ],
    );
}

#[test]
fn tables_that_name_each_other_twice_do_not_grow() {
    let mut query = "let t0 = T | where n > 1;\n".to_owned();
    for number in 1..60 {
        let before = number - 1;
        query.push_str(&format!(
            "let t{number} = union t{before}, t{before} | where n > {number};\n"
        ));
    }
    let whole = format!("{query}t59");
    assert!(query_changes(&whole, &whole).is_empty());
    let other = whole.replacen("n > 1;", "n > 2;", 1);
    assert_eq!(query_changes(&whole, &other).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn another_format_is_no_difference(
        gaps in prop::collection::vec(0_u8..5, 1..40),
        ending in "(_x)?",
        number in 0_usize..5,
    ) {
        let query = rule(bundled()[number].1).query;
        let other = reformatted(&query, &gaps, &ending);
        let changes = query_changes(&query, &other);
        prop_assert!(changes.is_empty(), "{changes:#?}\n{other}");
    }

    #[test]
    fn no_text_breaks_the_comparison(old in "\\PC*", new in "[a-z|(){}\\[\\]=,;'\" ]*") {
        query_changes(&old, &new);
        prop_assert!(query_changes(&old, &old).is_empty());
    }
}
