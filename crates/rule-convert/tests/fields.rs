//! The fields around the query follow the conversion, and name columns that the result has.

use rule_convert::{
    Applicability, Mode, convert, convert_as, default_accepted, default_profile, profile,
};
use sentinel_rules::rule::Rule;
use sentinel_rules::{read, write_yaml};

const RULE: &str = r#"
id: 11111111-2222-4333-8444-555555555555
name: Sensitive Azure Key Vault operations
description: Key Vault keys are deleted
severity: Low
version: 2.3.4
kind: NRT
requiredDataConnectors:
  - connectorId: AzureKeyVault
    dataTypes: [KeyVaultData]
query: |
  AzureDiagnostics
  | where ResourceType =~ "VAULTS"
  | summarize Operations = make_set(OperationName), n = count() by CallerIPAddress, Resource
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: callerIpAddress
  - entityType: Account
    fieldMappings:
      - identifier: Name
        columnName: Operations
customDetails:
  Count: n
  Who: Caller
alertDetailsOverride:
  alertDisplayNameFormat: Key Vault {{Resource}} of {{Key Vault}}
  alertSeverityColumnName: Level
metadata:
  source: somewhere
"#;

fn rule(text: &str) -> Rule {
    read("rule.yaml", text.as_bytes())
        .rules
        .pop()
        .expect("a rule")
}

#[test]
fn texts_connectors_and_provenance_follow() {
    let rule = rule(RULE);
    let conversion = convert(&rule, default_profile());
    let converted = conversion.apply(&rule, &default_accepted).rule;
    assert_eq!(converted.name, "Sensitive Azure Managed HSM operations");
    assert_eq!(converted.description, "Managed HSM keys are deleted");
    assert_eq!(converted.version.as_deref(), Some("1.0.0"));
    assert!(converted.connectors.is_empty());
    let overridden = converted
        .alert_details_override
        .as_ref()
        .expect("alert texts");
    // A placeholder is the name of a column and stays.
    assert_eq!(
        overridden["alertDisplayNameFormat"],
        "Managed HSM {{Resource}} of {{Key Vault}}"
    );
    let metadata = &converted.extra["metadata"];
    assert_eq!(metadata["source"], "somewhere");
    assert_eq!(metadata["convertedFrom"]["id"], rule.id.as_str());
    assert_eq!(metadata["convertedFrom"]["version"], "2.3.4");
    assert_eq!(converted.severity, rule.severity);
    // The file keeps it, and the converted rule has nothing to convert.
    let again = read("again.yaml", write_yaml(&converted).as_bytes())
        .rules
        .remove(0);
    assert_eq!(
        again.extra["metadata"]["convertedFrom"]["profile"],
        "key-vault-to-managed-hsm"
    );
    assert!(convert(&again, default_profile()).is_converted);
}

#[test]
fn columns_that_the_result_lacks_are_hints() {
    let conversion = convert(&rule(RULE), default_profile());
    let hints: Vec<String> = conversion
        .edits
        .iter()
        .filter(|edit| edit.applicability == Applicability::Manual)
        .map(|edit| format!("{}: {}", edit.id, edit.reason))
        .collect();
    expect_test::expect_file!["fields.txt"].assert_eq(&(hints.join("\n") + "\n"));
}

#[test]
fn a_widened_rule_has_an_id_and_a_name_of_its_own_and_keeps_its_connector() {
    let rule = rule(RULE);
    let one = convert(&rule, default_profile())
        .apply(&rule, &default_accepted)
        .rule;
    let both = convert_as(&rule, default_profile(), Mode::Widen)
        .apply(&rule, &default_accepted)
        .rule;
    assert_ne!(one.id, both.id);
    assert_ne!(rule.id, both.id);
    assert_eq!(
        both.name,
        "Sensitive Azure Key Vault operations (vault and Managed HSM)"
    );
    assert_eq!(both.connectors, rule.connectors);
}

#[test]
fn the_resource_specific_table_gives_the_old_columns() {
    let to_table = profile("key-vault-to-resource-specific").expect("a bundled profile");
    let rule = rule(RULE);
    let conversion = convert(&rule, to_table);
    let query = conversion.apply(&rule, &default_accepted).rule.query;
    expect_test::expect_file!["resource-specific.txt"].assert_eq(&query);
    // For a Managed HSM nobody knows whether the table is filled: it is for review then.
    let hsm = convert(&rule, default_profile())
        .apply(&rule, &default_accepted)
        .rule;
    let moved = convert(&hsm, to_table);
    let table = moved
        .edits
        .iter()
        .find(|edit| edit.id.starts_with("table@"))
        .expect("the table");
    assert_eq!(table.applicability, Applicability::Review);
    assert_eq!(table.certainty, rule_convert::Certainty::Unknown);
    // Converting again changes nothing.
    let done = conversion.apply(&rule, &default_accepted).rule;
    assert!(convert(&done, to_table).edits.is_empty());
}

#[test]
fn the_legacy_table_of_indicators_is_replaced_for_review() {
    let text = RULE.replace(
        "  AzureDiagnostics\n",
        "  ThreatIntelligenceIndicator\n  | where Active == true and isnotempty(NetworkIP)\n  | join kind=inner (AzureDiagnostics) on $left.NetworkIP == $right.CallerIPAddress\n",
    );
    let rule = rule(&text);
    let conversion = convert(&rule, default_profile());
    let edit = conversion
        .edits
        .iter()
        .find(|edit| edit.id.starts_with("indicators@"))
        .expect("an edit");
    assert_eq!(edit.applicability, Applicability::Review);
    assert!(
        edit.after.contains("ThreatIntelIndicators") && edit.after.contains("Active = IsActive"),
        "{}",
        edit.after
    );
}
