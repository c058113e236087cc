//! Microsoft's Key Vault rules: every one converts, parses as before, and converts to itself.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::fs;
use std::path::{Path, PathBuf};

use rule_convert::{Applicability, convert, default_accepted, default_profile};
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

fn rules() -> Vec<Rule> {
    let shared = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    if !shared.is_dir() {
        eprintln!("skipped: ../shared not present");
        return Vec::new();
    }
    let mut rules = Vec::new();
    for folder in ["rules", "package"] {
        collect(
            &shared.join("corpus/keyvault-solution").join(folder),
            &mut rules,
        );
    }
    rules
}

fn collect(folder: &Path, rules: &mut Vec<Rule>) {
    for entry in fs::read_dir(folder).expect("the corpus is readable") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => collect(&path, rules),
            false => rules.extend(
                read(
                    &path.display().to_string(),
                    &fs::read(&path).expect("readable"),
                )
                .rules,
            ),
        }
    }
}

#[test]
fn every_rule_converts_and_converts_to_itself() {
    let profile = default_profile();
    for rule in rules() {
        let conversion = convert(&rule, profile);
        let converted = conversion.apply(&rule, &default_accepted);
        let place = &rule.origin.file;
        assert!(!converted.rule.query.contains("VAULTS"), "{place}");
        assert!(converted.rule.query.contains("MANAGEDHSMS"), "{place}");
        assert!(
            converted.new_errors.is_empty(),
            "{place}: {:?}",
            converted.new_errors
        );
        assert_ne!(converted.rule.id, rule.id, "{place}");
        assert_ne!(converted.rule.name, rule.name, "{place}");
        let again = convert(&converted.rule, profile);
        assert!(
            again.is_converted && again.edits.is_empty(),
            "{place}: {:?}",
            again.edits
        );
        let all = conversion.apply(&rule, &|_| true);
        assert!(all.new_errors.is_empty(), "{place}: {:?}", all.new_errors);
    }
}

#[test]
fn no_edit_gives_the_rule_back() {
    let profile = default_profile();
    for rule in rules() {
        assert_eq!(convert(&rule, profile).apply(&rule, &|_| false).rule, rule);
    }
}

#[test]
fn dead_operations_and_missing_filters_are_proposed_for_review() {
    let profile = default_profile();
    for rule in rules() {
        let edits = convert(&rule, profile).edits;
        let has = |kind: &str| {
            edits.iter().any(|edit| {
                edit.id.starts_with(kind) && edit.applicability == Applicability::Review
            })
        };
        let threat_intelligence = rule.query.contains("ThreatIntel");
        assert_eq!(
            has("operations@"),
            !threat_intelligence,
            "{}",
            rule.origin.file
        );
        let unfiltered = rule
            .origin
            .file
            .contains("KeyvaultMassSecretRetrieval/1.0.2")
            || rule
                .origin
                .file
                .contains("KeyvaultMassSecretRetrieval/1.0.3");
        if unfiltered {
            assert!(has("filter@"), "{}", rule.origin.file);
        }
    }
}
