//! A rule about both kinds of resource is held against the original on its logs, against the plain conversion
//! on logs of the target, and against both on mixed logs.

use std::path::Path;

use kql_engine::Table;
use rule_convert::{Edit, Mode, convert_as, default_accepted, default_profile};
use rule_proof::{Paired, Proof, Settings, Verdict};
use rule_replay::Tables;
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

const SETTINGS: Settings = Settings {
    seed: 1,
    cases: 120,
    scenario: None,
    end: (739_676 * 24 * 60 + 30) * 60 * 10_000_000,
};

fn known() -> Tables {
    let schemas = audit_logs::schema::schemas().into_iter();
    schemas
        .map(|(name, schema)| (name.to_owned(), Table::empty(schema)))
        .collect()
}

fn rule(name: &str) -> Rule {
    let path = format!("../../rules/key-vault/{name}.yaml");
    let text = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a rule");
    read(name, &text).rules.remove(0)
}

/// Proves a rule with its widened conversion, in which one text is replaced by another.
fn proof(original: &Rule, before: &str, after: &str) -> Proof {
    let profile = default_profile();
    let conversion = convert_as(original, profile, Mode::Widen);
    let accepted = |edit: &Edit| default_accepted(edit);
    let mut pair = Paired::new(original, &conversion, (profile, Mode::Widen), &accepted);
    let query = &pair.converted.query;
    assert!(query.contains(before), "{query}");
    pair.converted.query = query.replacen(before, after, 1);
    pair.prove(profile, &known(), &SETTINGS, &mut |_, _| true)
        .expect("all three rules run")
}

fn found(name: &str, before: &str, after: &str, kind: &str) {
    let proof = proof(&rule(name), before, after);
    assert_eq!(proof.verdict, Verdict::Differs, "{}", proof.sentence);
    assert!(proof.sentence.contains(kind), "{}", proof.sentence);
    assert!(proof.counter_example.is_some());
}

#[test]
fn a_widened_rule_does_what_both_rules_do() {
    let proof = proof(&rule("sensitive-operations"), "", "");
    assert_eq!(proof.verdict, Verdict::Same, "{}", proof.sentence);
    assert!(proof.counter_example.is_none());
}

#[test]
fn what_takes_rows_of_both_together_is_named_and_shown() {
    let proof = proof(&rule("mass-retrieval"), "", "");
    assert_eq!(proof.verdict, Verdict::Same, "{}", proof.sentence);
    assert!(
        proof.sentence.contains("`summarize Reads = count()"),
        "{}",
        proof.sentence
    );
    let together = proof.together.expect("an example");
    assert!(!together.original.fires && together.converted.fires);
}

#[test]
fn a_kind_that_was_lost_is_found() {
    let both = r#"("VAULTS", "MANAGEDHSMS")"#;
    found(
        "sensitive-operations",
        both,
        r#"("MANAGEDHSMS")"#,
        "logs of VAULTS",
    );
    found(
        "sensitive-operations",
        both,
        r#"("VAULTS")"#,
        "logs of MANAGEDHSMS",
    );
}

#[test]
fn a_mistake_for_one_kind_is_found() {
    let success = r#"ResultType =~ "Success""#;
    let only_vaults = r#"(ResultType =~ "Success" or ResourceType == "VAULTS")"#;
    found(
        "sensitive-operations",
        success,
        only_vaults,
        "logs of VAULTS",
    );
    let only_hsms = r#"(ResultType =~ "Success" or ResourceType == "MANAGEDHSMS")"#;
    found(
        "sensitive-operations",
        success,
        only_hsms,
        "logs of MANAGEDHSMS",
    );
}

#[test]
fn a_rule_that_treats_rows_alone_gives_the_rows_of_both() {
    let mut original = rule("sensitive-operations");
    original.query = "AzureDiagnostics | where ResourceType =~ \"VAULTS\" and OperationName == \"KeyDelete\" | project TimeGenerated, CallerIPAddress, ResourceType".to_owned();
    original.entity_mappings.clear();
    let proof = proof(&original, "", "");
    assert_eq!(proof.verdict, Verdict::Same, "{}", proof.sentence);
    let example = proof.together;
    let rows = example.map(|one| (one.original.row_count, one.converted.row_count));
    assert!(rows.is_none_or(|(one, other)| one == other), "{rows:?}");
}
