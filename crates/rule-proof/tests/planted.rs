//! Mistakes planted in converted queries, by kind of expression: each must be found with few logs that are
//! aimed at nothing, and a rewrite that changes nothing is named with its place. The cases are data.

use kql_engine::Table;
use rule_convert::{Applicability, Edit, convert, default_profile};
use rule_proof::{Input, Settings, Verdict, prove};
use rule_replay::Tables;
use sentinel_rules::rule::Rule;
use sentinel_rules::{read, write_yaml};

/// Half an hour after the day of the sample's spike.
const END: &str = "2026-03-02T00:30:00Z";
/// What stands before a field of the rule.
const WITH: &str = "with ";
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

/// A rule with a query; lines before it that begin with `with` are fields of the rule.
fn original(query: &str) -> Rule {
    let is_field = |line: &&str| line.starts_with(WITH);
    let fields: String = query
        .lines()
        .take_while(is_field)
        .map(|line| format!("{}\n", &line[WITH.len()..]))
        .collect();
    let threshold = match fields.contains("triggerThreshold") {
        true => "",
        false => "triggerThreshold: 0\n",
    };
    let lines = query.lines().skip_while(is_field);
    let indented: String = lines.map(|line| format!("  {line}\n")).collect();
    rule(&format!(
        "id: 6d1e9a3a-6f3c-4c5b-9a86-0d9f3c8c2b11\nname: Planted\nkind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1d\ntriggerOperator: gt\n{threshold}{fields}query: |\n{indented}"
    ))
}

fn rule(yaml: &str) -> Rule {
    let outcome = read("rule.yaml", yaml.as_bytes());
    assert!(
        outcome.problems.is_empty(),
        "{:?}\n{yaml}",
        outcome.problems
    );
    outcome.rules.into_iter().next().expect("a rule")
}

/// A rule with one text in the place of another: in its query, or else in the fields around it.
fn with_mistake(converted: &Rule, case: &Case) -> Rule {
    let mut given = converted.clone();
    if converted.query.contains(&case.before) {
        given.query = converted.query.replacen(&case.before, &case.after, 1);
        return given;
    }
    let yaml = write_yaml(converted);
    assert!(yaml.contains(&case.before), "{}\n{yaml}", case.name);
    rule(&yaml.replacen(&case.before, &case.after, 1))
}

fn verdict(case: &Case) -> String {
    let original = original(&case.query);
    let carried =
        |edit: &Edit| edit.applicability != Applicability::Manual && !edit.changes_meaning();
    let converted = convert(&original, default_profile())
        .apply(&original, &carried)
        .rule;
    let converted = with_mistake(&converted, case);
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
