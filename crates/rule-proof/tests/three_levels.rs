//! Versions of rules at the three levels of a comparison: what the query says, which rows come out, which
//! incidents follow. The cases are data; with `UPDATE_EXPECT=1` the file is written anew from the results.

use std::path::Path;

use kql_engine::Table;
use rule_proof::Settings;
use rule_proof::diff::{RuleDiff, diff};
use rule_replay::Tables;
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

/// Half an hour after the day of the sample's spike.
const END: &str = "2026-03-02T00:30:00Z";
/// Generated logs of each comparison.
const CASES: usize = 60;

fn rule(query: &str) -> Rule {
    let indented: String = query.lines().map(|line| format!("  {line}\n")).collect();
    let yaml = format!(
        "id: 6d1e9a3a-6f3c-4c5b-9a86-0d9f3c8c2b12\nname: Versions\nkind: Scheduled\nseverity: Low\nqueryFrequency: 6h\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0\nentityMappings:\n  - entityType: IP\n    fieldMappings:\n      - identifier: Address\n        columnName: Address\nquery: |\n{indented}"
    );
    let outcome = read("rule.yaml", yaml.as_bytes());
    outcome.rules.into_iter().next().expect("a rule")
}

fn compared(old: &str, new: &str) -> RuleDiff {
    let schemas = audit_logs::schema::schemas().into_iter();
    let tables: Tables = schemas
        .map(|(name, schema)| (name.to_owned(), Table::empty(schema)))
        .collect();
    let settings = Settings {
        seed: 1,
        cases: CASES,
        scenario: None,
        end: kql_analysis::time::parse_datetime(END).expect("a time"),
    };
    diff(&rule(old), &rule(new), &tables, &settings, &mut |_, _| true)
        .unwrap_or_else(|error| panic!("{error:?}\n{new}"))
}

/// The levels at which two versions differ.
fn levels(found: &RuleDiff) -> String {
    let rows = found.example.is_some() || found.logs.iter().any(|log| log.differing_runs > 0);
    let incidents = found.logs.iter();
    let incidents = incidents.filter(|log| !log.only_old.is_empty() || !log.only_new.is_empty());
    let differs = [
        ("query", !found.query.is_empty()),
        ("rows", rows),
        ("incidents", incidents.count() > 0),
    ];
    let levels: Vec<&str> = differs
        .into_iter()
        .filter_map(|(level, differs)| differs.then_some(level))
        .collect();
    match levels.is_empty() {
        true => "same".to_owned(),
        false => levels.join(", "),
    }
}

/// A text of the file: `\n` is a new line.
fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}

#[test]
fn versions_differ_at_the_levels_that_are_stated() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/versions.txt");
    let text = std::fs::read_to_string(&path).expect("the cases");
    let (mut query, mut new, mut before) = (String::new(), String::new(), String::new());
    let (mut is_query, mut name, mut actual) = (false, String::new(), String::new());
    for line in text.lines() {
        let mut told = line.to_owned();
        match line.split_once(' ') {
            Some(("===", _)) => (query, is_query) = (String::new(), true),
            Some(("---", case)) => {
                (new, is_query) = (query.clone(), false);
                case.clone_into(&mut name);
            }
            Some(("-", part)) => before = unescaped(part),
            Some(("+", part)) => {
                assert!(new.contains(&before), "{name}: {before}\n{new}");
                new = new.replace(&before, &unescaped(part));
            }
            Some((">", stated)) => {
                let found = compared(&query, &new);
                told = format!("> {}", levels(&found));
                // What the query does not show, no log may show.
                let rows_alone = found.query.is_empty() && told != "> same";
                assert!(!rows_alone, "{name}: {told}\n{new}");
                if stated == "same" {
                    assert!(found.query.is_empty(), "{name}: {:#?}", found.query);
                }
            }
            _ if is_query && !line.is_empty() => query.push_str(&format!("{line}\n")),
            _ => {}
        }
        actual.push_str(&told);
        actual.push('\n');
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return std::fs::write(&path, actual).expect("the file is written");
    }
    assert_eq!(actual, text, "differs; see UPDATE_EXPECT");
}
