//! Microsoft's own files: all load, and what is written reads back equal and fits the schema.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::fs;
use std::path::{Path, PathBuf};

use sentinel_rules::rule::{Origin, Rule};
use sentinel_rules::{ArmOptions, ReadOutcome, read, write_arm, write_yaml};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        eprintln!("skipped: ../shared not present");
        return None;
    }
    Some(folder)
}

/// Reads every rule file below a folder of the corpus, in order of path.
fn read_all(folder: &Path) -> ReadOutcome {
    let mut all = ReadOutcome::default();
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the corpus is readable")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        let outcome = match path.is_dir() {
            true => read_all(&path),
            false => read(
                &path.display().to_string(),
                &fs::read(&path).expect("the file is readable"),
            ),
        };
        all.rules.extend(outcome.rules);
        all.problems.extend(outcome.problems);
        all.skipped.extend(outcome.skipped);
    }
    all
}

/// The rule without its place, which differs after a round trip.
fn content(rule: &Rule) -> Rule {
    Rule {
        origin: Origin::default(),
        ..rule.clone()
    }
}

#[test]
fn every_rule_file_of_the_solution_loads() {
    let Some(shared) = shared() else { return };
    let outcome = read_all(&shared.join("corpus/keyvault-solution/rules"));
    assert!(outcome.problems.is_empty(), "{:#?}", outcome.problems);
    assert_eq!((outcome.rules.len(), outcome.skipped.len()), (26, 1));
}

#[test]
fn both_packages_load_with_ids_and_versions() {
    let Some(shared) = shared() else { return };
    let outcome = read_all(&shared.join("corpus/keyvault-solution/package"));
    assert!(outcome.problems.is_empty(), "{:#?}", outcome.problems);
    let found: Vec<(String, Option<String>)> = outcome
        .rules
        .iter()
        .map(|rule| (rule.id.clone(), rule.version.clone()))
        .collect();
    assert_eq!(found.len(), 8);
    for (id, version) in found {
        assert_eq!(id.len(), 36, "{id}");
        assert!(
            version.is_some_and(|version| version.starts_with("1.0.")),
            "{id}"
        );
    }
}

#[test]
fn yaml_reads_back_equal() {
    let Some(shared) = shared() else { return };
    for rule in read_all(&shared.join("corpus/keyvault-solution")).rules {
        let text = write_yaml(&rule);
        let back = read("back.yaml", text.as_bytes());
        assert!(back.problems.is_empty(), "{:?}\n{text}", back.problems);
        assert_eq!(content(&back.rules[0]), content(&rule), "{text}");
    }
}

#[test]
fn templates_fit_the_schema_and_read_back() {
    let Some(shared) = shared() else { return };
    let schema = fs::read_to_string(shared.join("schemas/analytics-rule-template.schema.json"))
        .expect("a schema");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON"))
        .expect("a valid schema");
    for rule in read_all(&shared.join("corpus/keyvault-solution")).rules {
        let text =
            write_arm(std::slice::from_ref(&rule), &ArmOptions::default()).expect("a template");
        let template = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<String> = schema
            .iter_errors(&template)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", rule.origin.file);
        let back = read("back.json", text.as_bytes());
        assert!(back.problems.is_empty(), "{:?}", back.problems);
        assert_eq!(back.rules[0].query, rule.query);
        assert_eq!(back.rules[0].schedule, rule.schedule);
        assert_eq!(back.rules[0].entity_mappings, rule.entity_mappings);
        assert_eq!(back.rules[0].id, rule.id);
    }
}
