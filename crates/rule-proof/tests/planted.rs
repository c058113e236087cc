//! Mistakes planted in converted queries, by kind of expression: each must be found with few logs that are
//! aimed at nothing, and a rewrite that changes nothing is named with its place. The cases are data.

use kql_engine::Table;
use rule_convert::{Applicability, Edit, convert, default_profile};
use rule_proof::{Input, Settings, Verdict, prove};
use rule_replay::Tables;
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

/// Half an hour after the day of the sample's spike.
const END: &str = "2026-03-02T00:30:00Z";
/// Logs that are aimed at nothing.
const CASES: usize = 60;

#[derive(Clone, Default)]
struct Case {
    query: String,
    name: String,
    before: String,
    after: String,
    verdict: String,
    finding: Option<String>,
}

fn cases(text: &str) -> Vec<Case> {
    let mut found: Vec<Case> = Vec::new();
    let (mut block, mut query) = (String::new(), String::new());
    let mut is_query = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            (block, query, is_query) = (name.to_owned(), String::new(), true);
        } else if let Some(name) = line.strip_prefix("--- ") {
            is_query = false;
            found.push(Case {
                query: query.clone(),
                name: format!("{block}: {name}"),
                ..Case::default()
            });
        } else if is_query {
            query.push_str(line);
            query.push('\n');
        } else if let Some(last) = found.last_mut() {
            match line.split_once(' ') {
                Some(("-", text)) => last.before = text.to_owned(),
                Some(("+", text)) => last.after = text.to_owned(),
                Some((">", text)) => last.verdict = text.to_owned(),
                Some(("!", text)) => last.finding = Some(text.to_owned()),
                _ => {}
            }
        }
    }
    found
}

fn original(query: &str) -> Rule {
    let indented: String = query.lines().map(|line| format!("  {line}\n")).collect();
    let yaml = format!(
        "id: 6d1e9a3a-6f3c-4c5b-9a86-0d9f3c8c2b11\nname: Planted\nkind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0\nquery: |\n{indented}"
    );
    let outcome = read("rule.yaml", yaml.as_bytes());
    outcome.rules.into_iter().next().expect("a rule")
}

fn verdict(case: &Case) -> String {
    let original = original(&case.query);
    let carried =
        |edit: &Edit| edit.applicability != Applicability::Manual && !edit.changes_meaning();
    let mut converted = convert(&original, default_profile())
        .apply(&original, &carried)
        .rule;
    assert!(
        converted.query.contains(&case.before),
        "{}\n{}",
        case.name,
        converted.query
    );
    converted.query = converted.query.replacen(&case.before, &case.after, 1);
    let schemas = audit_logs::schema::schemas().into_iter();
    let tables: Tables = schemas
        .map(|(name, schema)| (name.to_owned(), Table::empty(schema)))
        .collect();
    let input = Input {
        original: &original,
        converted: &converted,
        profile: Some(default_profile()),
        tables: &tables,
    };
    let settings = Settings {
        seed: 1,
        cases: CASES,
        scenario: None,
        end: kql_analysis::time::parse_datetime(END).expect("a time"),
    };
    let proof = prove(input, &settings, &mut |_, _| true)
        .unwrap_or_else(|error| panic!("{}: {error:?}", case.name));
    let lines = proof.not_told_apart.iter().map(|place| &place.sentence);
    assert!(
        proof.verdict != Verdict::NotToldApart
            || lines.clone().count() > 0 && proof.sentence.contains("line "),
        "{}: {}",
        case.name,
        proof.sentence
    );
    if let Some(title) = &case.finding {
        let mut findings = proof.findings.iter();
        let is_told = findings.any(|finding| finding.title == *title);
        assert!(is_told, "{}: no finding {title:?}", case.name);
    }
    match proof.verdict {
        Verdict::Same => "same".to_owned(),
        Verdict::Differs if proof.sentence.contains(" made of ResourceType, ") => {
            "made of the type".to_owned()
        }
        Verdict::Differs => "differs".to_owned(),
        Verdict::NotToldApart => "not told apart".to_owned(),
        _ => proof.sentence,
    }
}

fn check(text: &str) {
    let mut wrong = Vec::new();
    for case in cases(text) {
        let verdict = verdict(&case);
        if verdict != case.verdict {
            wrong.push(format!("{}: {verdict}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn planted_mistakes_are_found_and_rewrites_are_named() {
    check(include_str!("data/planted.txt"));
}

#[test]
fn mistakes_at_bounds_of_what_is_computed_are_found() {
    check(include_str!("data/bounds.txt"));
}
