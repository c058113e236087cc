//! Findings lead to their place in the file, in YAML and JSON, and into SARIF.

use kql_syntax::text::LineIndex;
use rule_lint::{Environment, Finding, Located, Places, lint, sarif};
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

const YAML: &str = "id: 0bd3dbb1-4f9b-4a7c-9a6e-0d6cb4a2d9f1
name: Rule
severity: Low
kind: NRT
version: '1'
query: |
  let é = 1; // a comment
  AzureDiagnostics
    | where NoSuch == é
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Adress
        columnName: Resource
";

fn template(query: &str) -> String {
    let query = serde_json::Value::from(query);
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "contentVersion": "1.0.0.0",
 "resources": [ {{ "type": "Microsoft.SecurityInsights/alertRules", "kind": "NRT", "name": "no-guid",
   "properties": {{ "displayName": "Rule", "severity": "Low", "enabled": true, "tactics": [ "Impakt" ], "query": {query} }} }} ] }}"#
    )
}

/// The rule of a file, and the text that a finding of a code points at.
fn found(file: &str, text: &str, code: &str) -> (Rule, Finding, String) {
    let outcome = read(file, text.as_bytes());
    let rule = outcome.rules.into_iter().next().expect("a rule");
    let findings = lint(&rule, &Environment::default());
    let finding = findings.into_iter().find(|one| one.code == code);
    let finding = finding.unwrap_or_else(|| panic!("no {code}"));
    let range = Places::new(text).range(&rule, &finding).expect("a place");
    let pointed = text.get(range).expect("on letters").to_owned();
    (rule, finding, pointed)
}

#[test]
fn places_in_yaml() {
    assert_eq!(found("r.yaml", YAML, "RL0002").2, "NoSuch");
    assert_eq!(found("r.yaml", YAML, "RL0013").2, "Adress");
    assert_eq!(found("r.yaml", YAML, "RL0023").2, "'1'");
}

#[test]
fn places_in_one_quoted_text() {
    let query = "let a = \"\u{e9}\\\\\";\nAzureDiagnostics\n| where NoSuch == a";
    assert_eq!(found("r.json", &template(query), "RL0002").2, "NoSuch");
    assert_eq!(found("r.json", &template(query), "RL0024").2, "\"Impakt\"");
    let bracket = "['AzureDiagnostics'] | project ['NoSuch']";
    let escaped = template(&format!("[{bracket}"));
    assert_eq!(found("r.json", &escaped, "RL0002").2, "['NoSuch']");
}

#[test]
fn a_folded_query_is_pointed_at_as_a_whole() {
    // Folding joins lines: a comment would take the next one in.
    let text = YAML
        .replace("query: |", "query: >")
        .replace(" // a comment", "");
    let (_, _, pointed) = found("r.yaml", &text, "RL0002");
    assert!(pointed.contains("NoSuch"), "{pointed}");
}

#[test]
fn sarif_has_what_its_schema_requires() {
    let (rule, finding, _) = found("r.yaml", YAML, "RL0002");
    let lines = LineIndex::new(YAML);
    let place = Places::new(YAML).range(&rule, &finding);
    let located = Located {
        in_original: None,
        file: "my rules/r.yaml",
        place: place.map(|range| (&lines, range)),
        rule: &rule.name,
        query: &rule.query,
        finding: &finding,
    };
    let log = sarif(&[located], "1.2.3");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "rulesmith");
    let result = &run["results"][0];
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(driver["rules"][index]["id"], result["ruleId"]);
    assert_eq!(result["level"], "error");
    assert!(result["message"]["text"].is_string());
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "my%20rules/r.yaml");
    let region = &physical["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"]),
        (&9.into(), &13.into())
    );
    assert_eq!(
        (&region["endLine"], &region["endColumn"]),
        (&9.into(), &19.into())
    );
}

#[test]
fn a_column_of_the_workspace_is_asked_for_once() {
    let query = "AzureDiagnostics | where isnotempty(addedIpRule_Value_s) and addedIpRule_Value_s != 'a' | project TimeGenerated, addedIpRule_Value_s, other_s";
    let text = format!("id: a\nname: Rule\nkind: NRT\nquery: {query}\n");
    let outcome = read("rule.yaml", text.as_bytes());
    let findings = lint(&outcome.rules[0], &Environment::default());
    let asked = findings.iter().filter(|one| one.code == "RL0008");
    let asked: Vec<&str> = asked
        .filter_map(|one| query.get(one.range.clone()?))
        .collect();
    assert_eq!(asked, ["addedIpRule_Value_s", "other_s"]);
}
