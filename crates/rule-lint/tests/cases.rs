//! Every lint has rules that it finds something in and rules that it does not: `cases/`, one file a lint.
//!
//! A case is a list of fields that replace those of a sound rule. `rows` are log rows of AzureDiagnostics.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value as Cell;
use kql_engine::{Table, column::Column};
use rule_lint::{ALL, Environment, lint_together};
use sentinel_rules::rule::Rule;
use sentinel_rules::{read, yaml};
use serde_json::{Map, Value};

/// A rule in which no lint finds anything.
const SOUND: &str = r#"{
    "id": "0bd3dbb1-4f9b-4a7c-9a6e-0d6cb4a2d9f1",
    "name": "A sound rule",
    "kind": "Scheduled",
    "severity": "Low",
    "version": "1.0.0",
    "queryFrequency": "1d",
    "queryPeriod": "1d",
    "triggerOperator": "gt",
    "triggerThreshold": 0,
    "tactics": ["CredentialAccess"],
    "relevantTechniques": ["T1003"],
    "query": "AzureDiagnostics | where OperationName == 'KeyGet' | project TimeGenerated, CallerIPAddress",
    "entityMappings": [{ "entityType": "IP", "fieldMappings": [{ "identifier": "Address", "columnName": "CallerIPAddress" }] }]
}"#;

fn rule(changes: &Map<String, Value>) -> Rule {
    let mut fields: Map<String, Value> = serde_json::from_str(SOUND).expect("JSON");
    for (name, value) in changes {
        match value {
            Value::Null => fields.shift_remove(name),
            value => fields.insert(name.clone(), value.clone()),
        };
    }
    let lines = fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}\n"));
    let text: String = lines.collect();
    let outcome = read("case.yaml", text.as_bytes());
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    outcome.rules.into_iter().next().expect("a rule")
}

/// A log of twenty equal rows.
fn environment(row: Option<&Map<String, Value>>) -> Environment {
    let Some(row) = row else {
        return Environment::default();
    };
    let names: Vec<&String> = row.keys().collect();
    let schema = Schema::new(names.iter().map(|name| (name.as_str(), ScalarType::String)));
    let columns = row.values().map(|value| {
        let text = value.as_str().expect("a text");
        let cells = std::iter::repeat_n(Cell::String(text.into()), 20);
        Column::from_values(ScalarType::String, cells)
    });
    let table = Table::new(schema, columns.collect());
    Environment::with_logs(&BTreeMap::from([("AzureDiagnostics".to_owned(), table)]))
}

/// The codes found in a case.
fn codes(case: &Value) -> Vec<(&'static str, String)> {
    let mut changes = case.as_object().expect("fields").clone();
    let row = changes.shift_remove("row");
    let twice = changes.shift_remove("twice").is_some();
    let environment = environment(row.as_ref().and_then(Value::as_object));
    let rule = rule(&changes);
    let rules = if twice {
        vec![&rule, &rule]
    } else {
        vec![&rule]
    };
    let findings = lint_together(&rules, &environment).into_iter().flatten();
    let open = findings.filter(|finding| finding.suppression.is_none());
    open.map(|finding| {
        let place = finding.range.and_then(|range| rule.query.get(range));
        (finding.code, place.map_or(finding.field, str::to_owned))
    })
    .collect()
}

fn cases() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a file");
        let Value::Object(lints) = yaml::read(&text).expect("YAML") else {
            panic!("a map of codes");
        };
        all.extend(lints);
    }
    all
}

#[test]
fn a_sound_rule_has_no_findings() {
    assert_eq!(codes(&Value::Object(Map::new())), Vec::new());
}

/// What is wrong with one case of a lint; nothing when it is as it should be.
fn complaint(code: &str, case: &Value, hits: bool, place: Option<&str>) -> Option<String> {
    let found = codes(case);
    let own = found.iter().find(|(one, _)| *one == code);
    match (own, hits) {
        (None, true) => Some(format!("{code} missed {case}: {found:?}")),
        (Some(_), false) => Some(format!("{code} found in {case}: {found:?}")),
        (Some((_, at)), true) if place.is_some_and(|place| place != at) => {
            Some(format!("{code} is at `{at}` in {case}"))
        }
        _ => None,
    }
}

#[test]
fn every_lint_hits_and_misses() {
    let cases = cases();
    let mut complaints = Vec::new();
    for lint in ALL {
        let own = cases.get(lint.code);
        let place = own.and_then(|own| own.get("place")?.as_str());
        for (kind, hits) in [("hit", true), ("miss", false)] {
            let list = own.and_then(|own| own.get(kind)?.as_array());
            let list = list.filter(|list| !list.is_empty());
            if list.is_none() {
                complaints.push(format!("{} has no {kind}", lint.code));
            }
            let list = list.into_iter().flatten();
            complaints.extend(list.filter_map(|case| complaint(lint.code, case, hits, place)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
