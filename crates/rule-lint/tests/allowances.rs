//! A comment that allows a finding is written so that the finding is allowed, and nothing else changes.

use rule_lint::{Environment, Finding, lint, with_allowance};
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

fn rule(query: &str) -> Rule {
    let text = format!(
        "id: 0bd3dbb1-4f9b-4a7c-9a6e-0d6cb4a2d9f1\nname: A rule\nkind: NRT\nseverity: Low\nquery: {query:?}\n"
    );
    read("a.yaml", text.as_bytes()).rules.remove(0)
}

fn found(rule: &Rule, code: &str) -> Vec<Finding> {
    let mut all = lint(rule, &Environment::default());
    all.retain(|finding| finding.code == code);
    all
}

/// Allows the first finding of a code and gives the new query.
fn allowed(query: &str, code: &str) -> String {
    let mut rule = rule(query);
    let finding = found(&rule, code).remove(0);
    rule.query = with_allowance(query, &finding, "as\nmeant");
    let after = found(&rule, code).remove(0);
    let reason = after.suppression.map(|one| one.reason);
    assert_eq!(reason.as_deref(), Some("as meant"), "{}", rule.query);
    assert!(found(&rule, "RL0090").is_empty());
    rule.query
}

#[test]
fn behind_the_line_of_its_place() {
    let query = "AzureDiagnostics\n| where clientInfo_s contains \"python\"\n| take 5";
    let written = allowed(query, "RL0060");
    let line = "| where clientInfo_s contains \"python\" // rulesmith-allow RL0060: as meant\n";
    assert!(written.contains(line), "{written}");
    // On the last line too, and where lines end as Windows ends them.
    assert!(allowed(query, "RL0051").ends_with("| take 5 // rulesmith-allow RL0051: as meant"));
    let windows = allowed("AzureDiagnostics\r\n| take 5\r\n| count", "RL0051");
    assert!(windows.contains("| take 5 // rulesmith-allow RL0051: as meant\r\n"));
}

#[test]
fn on_a_line_of_its_own_where_no_comment_fits() {
    let field = allowed("AzureDiagnostics | take 5", "RL0015");
    assert!(field.starts_with("// rulesmith-allow RL0015: as meant\nAzureDiagnostics"));
    let behind_a_comment = allowed("AzureDiagnostics\n| take 5 // a few\n| count", "RL0051");
    assert!(behind_a_comment.starts_with("// rulesmith-allow RL0051"));
    let text = "AzureDiagnostics\n| take 5 | where id_s == ```a\nb```";
    assert!(allowed(text, "RL0051").starts_with("// rulesmith-allow RL0051"));
}

#[test]
fn in_any_letter_case_and_not_behind_other_words() {
    let reason = |comment: &str| {
        let rule = rule(&format!("{comment}\nAzureDiagnostics | take 5"));
        let finding = found(&rule, "RL0051").remove(0);
        finding.suppression.map(|one| one.reason)
    };
    let meant = Some("as meant".to_owned());
    assert_eq!(reason("// rulesmith-allow RL0051: as meant"), meant);
    assert_eq!(reason("//Rulesmith-Allow rl0051, RL0015: as meant"), meant);
    assert_eq!(reason("// rulesmith-allow RL0051"), Some(String::new()));
    assert_eq!(reason("// rulesmith-allows RL0051: as meant"), None);
    assert_eq!(reason("// few // rulesmith-allow RL0051: as meant"), None);
}
