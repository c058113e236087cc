//! The proof finds what is wrong with a converted rule, and finds nothing where nothing is wrong.
//!
//! `data/mutations.txt` holds mistakes in the converted bundled rules; each of them must be found.

use std::collections::BTreeMap;

use kql_engine::Table;
use rule_convert::{Applicability, Edit, convert, default_accepted, default_profile};
use rule_proof::{Input, Proof, Settings, Verdict, prove};
use rule_replay::Tables;
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read, write_yaml};

/// Half an hour after the day of the sample's spike.
const END: &str = "2026-03-02T00:30:00Z";

fn settings(cases: usize) -> Settings {
    Settings {
        seed: 1,
        cases,
        scenario: None,
        end: kql_analysis::time::parse_datetime(END).expect("a time"),
    }
}

fn known() -> Tables {
    let schemas = audit_logs::schema::schemas().into_iter();
    schemas
        .map(|(name, schema)| (name.to_owned(), Table::empty(schema)))
        .collect()
}

fn rule(text: &str) -> Rule {
    let outcome = read("rule.yaml", text.as_bytes());
    assert!(
        outcome.problems.is_empty(),
        "{:?}\n{text}",
        outcome.problems
    );
    outcome.rules.into_iter().next().expect("a rule")
}

fn converted(original: &Rule, accepted: &dyn Fn(&Edit) -> bool) -> Rule {
    convert(original, default_profile())
        .apply(original, accepted)
        .rule
}

/// Every edit that only carries the rule over.
fn all(edit: &Edit) -> bool {
    edit.applicability != Applicability::Manual && !edit.changes_meaning()
}

fn proof(original: &Rule, converted: &Rule, cases: usize) -> Proof {
    let tables = known();
    let input = Input {
        original,
        converted,
        profile: Some(default_profile()),
        tables: &tables,
    };
    prove(input, &settings(cases), &mut |_, _| true).expect("both run")
}

struct Mutation {
    rule: String,
    name: String,
    before: String,
    after: String,
}

fn mutations() -> Vec<Mutation> {
    let text = include_str!("data/mutations.txt");
    let mut found: Vec<Mutation> = Vec::new();
    for line in text.lines() {
        let last = found.last_mut();
        match (line.split_once(' '), last) {
            (Some(("-", before)), Some(last)) => last.before = before.to_owned(),
            (Some(("+", after)), Some(last)) => last.after = after.to_owned(),
            _ => {}
        }
        let heading = line
            .strip_prefix('[')
            .and_then(|line| line.split_once("] "));
        if let Some((rule, name)) = heading {
            found.push(Mutation {
                rule: rule.to_owned(),
                name: name.to_owned(),
                before: String::new(),
                after: String::new(),
            });
        }
    }
    found
}

/// Bundled rules by the stem of their file.
fn rules() -> BTreeMap<String, Rule> {
    let rules = bundled().into_iter();
    rules
        .map(|(file, text)| (file.trim_end_matches(".yaml").to_owned(), rule(text)))
        .collect()
}

#[test]
fn every_mistake_is_found() {
    let rules = rules();
    let mut missed = Vec::new();
    for mutation in mutations() {
        let original = &rules[&mutation.rule];
        let yaml = write_yaml(&converted(original, &all));
        assert!(
            yaml.contains(&mutation.before),
            "{}: {}\n{yaml}",
            mutation.rule,
            mutation.name
        );
        let wrong = rule(&yaml.replacen(&mutation.before, &mutation.after, 1));
        let proof = proof(original, &wrong, 400);
        if proof.verdict != Verdict::Differs {
            missed.push(format!("[{}] {}", mutation.rule, mutation.name));
        }
    }
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

#[test]
fn the_bundled_rules_mean_the_same_after_conversion() {
    for (name, original) in rules() {
        for (decisions, accepted) in [
            ("default", &default_accepted as &dyn Fn(&Edit) -> bool),
            ("all", &all),
        ] {
            let proof = proof(&original, &converted(&original, accepted), 120);
            assert_eq!(
                proof.verdict,
                Verdict::Same,
                "{name} {decisions}: {}",
                proof.sentence
            );
        }
    }
}
