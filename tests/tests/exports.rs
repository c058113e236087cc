//! What the page exports fits the strict schema of `../shared/schemas` and reads back as it was.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::fs;
use std::path::{Path, PathBuf};

use rule_convert::{Applicability, convert, default_profile};
use sentinel_rules::{ArmOptions, bundled, read, validate, write_arm};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        eprintln!("skipped: ../shared not present");
        return None;
    }
    Some(folder)
}

#[test]
fn the_converted_bundled_rules_fit_the_schema_in_one_template() {
    let Some(shared) = shared() else { return };
    let schema = fs::read_to_string(shared.join("schemas/analytics-rule-template.schema.json"))
        .expect("a schema");
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON"))
        .expect("a valid schema");
    for all in [false, true] {
        let converted: Vec<_> = bundled()
            .into_iter()
            .flat_map(|(file, text)| read(file, text.as_bytes()).rules)
            .map(|rule| {
                let accepted =
                    |edit: &rule_convert::Edit| all || edit.applicability == Applicability::Safe;
                convert(&rule, default_profile())
                    .apply(&rule, &accepted)
                    .rule
            })
            .collect();
        assert!(converted.iter().all(|rule| validate(rule).is_empty()));
        let text = write_arm(&converted, &ArmOptions::default()).expect("a template");
        let template = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<String> = schema
            .iter_errors(&template)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let back = read("template.json", text.as_bytes());
        let pairs: Vec<(String, String)> = back
            .rules
            .into_iter()
            .map(|rule| (rule.id, rule.query))
            .collect();
        let written: Vec<(String, String)> = converted
            .into_iter()
            .map(|rule| (rule.id, rule.query))
            .collect();
        assert_eq!(pairs, written);
    }
}
