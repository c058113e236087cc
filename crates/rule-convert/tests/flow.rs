//! Conversion of queries that hide the kind of resource, as data: each file of cases holds
//! query and outcome.
//!
//! Besides the text, each case is run: the original on rows of vaults, the converted query on the same
//! rows carried over to Managed HSMs and on those of vaults. `UPDATE_EXPECT=1` fills in the outcomes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use kql_engine::case::evaluate_case;
use rule_convert::{Mode, Target, convert_as, default_accepted, default_profile};
use sentinel_rules::read;
use sentinel_rules::rule::Rule;
use serde_json::{Value, json};

fn rule(query: &str) -> Rule {
    let yaml = format!(
        "id: a\nname: Key Vault rule\nkind: NRT\nquery: {}\n",
        Value::from(query)
    );
    read("case.yaml", yaml.as_bytes())
        .rules
        .pop()
        .expect("a rule")
}

/// Rows of a vault, or carried over to a Managed HSM, among rows of other resources.
fn tables(hsm: bool) -> Value {
    let (kind, host) = match hsm {
        true => ("MANAGEDHSMS", "managedhsm.azure.net"),
        false => ("VAULTS", "vault.azure.net"),
    };
    let id = |provider: &str, kind: &str, name: &str| {
        format!(
            "/SUBSCRIPTIONS/11111111-2222-4333-8444-555555555555/RESOURCEGROUPS/APPS/PROVIDERS/{provider}/{kind}/{name}"
        )
    };
    let names = [
        "TimeGenerated",
        "ResourceType",
        "ResourceProvider",
        "Resource",
        "ResourceId",
        "_ResourceId",
        "Category",
        "OperationName",
        "ResultType",
        "CallerIPAddress",
        "requestUri_s",
        "id_s",
    ];
    let row = |provider: &str, kind: &str, name: &str, host: &str, operation: &str| {
        let uri = format!(
            "https://{}.{host}/keys/k1?api-version=7.4",
            name.to_lowercase()
        );
        json!([
            "2026-03-02T00:00:00Z",
            kind,
            provider,
            name,
            id(provider, kind, name),
            id(provider, kind, name).to_lowercase(),
            "AuditEvent",
            operation,
            "Success",
            "203.0.113.7",
            uri,
            uri
        ])
    };
    let rows = json!([
        row("MICROSOFT.KEYVAULT", kind, "ONE", host, "KeyGet"),
        row("MICROSOFT.KEYVAULT", kind, "ONE", host, "KeyDelete"),
        row("MICROSOFT.KEYVAULT", kind, "TWO", host, "KeyGet"),
        row(
            "MICROSOFT.STORAGE",
            "STORAGEACCOUNTS",
            "FILES",
            "blob.core.windows.net",
            "GetBlob"
        ),
        row(
            "MICROSOFT.LOGIC",
            "WORKFLOWS",
            "FLOW",
            "logic.azure.com",
            "Run"
        ),
    ]);
    let columns: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "type": if *name == "TimeGenerated" { "datetime" } else { "string" }}))
        .collect();
    json!({"AzureDiagnostics": {"columns": columns, "rows": rows}})
}

/// How many rows a query gives, or that it does not run.
fn rows(query: &str, hsm: bool) -> String {
    let line = json!({"query": query, "tables": tables(hsm), "now": "2026-03-02T01:00:00Z"});
    let answer: Value = serde_json::from_str(&evaluate_case(&line.to_string())).expect("JSON");
    match (&answer["rows"], &answer["error"]) {
        (Value::Array(rows), _) => rows.len().to_string(),
        (_, error) => format!("({})", error.as_str().unwrap_or("no answer")),
    }
}

fn outcome(title: &str, query: &str) -> String {
    let mode = match title.contains("[widen]") {
        true => Mode::Widen,
        false => Mode::Replace,
    };
    let rule = rule(query);
    let conversion = convert_as(&rule, default_profile(), mode);
    let converted = conversion.apply(&rule, &default_accepted);
    let after = &converted.rule.query;
    let mut out = match after == query {
        true => "unchanged\n".to_owned(),
        false => format!("{after}\n"),
    };
    let _ = writeln!(
        out,
        "rows: {} of vaults before, {} of HSMs after, {} of vaults after",
        rows(query, false),
        rows(after, true),
        rows(after, false)
    );
    for edit in &conversion.edits {
        if matches!(edit.target, Target::Query { .. }) && !default_accepted(edit) {
            let _ = writeln!(
                out,
                "{:?} {}: {} -> {} ({})",
                edit.applicability,
                edit.id,
                edit.before.trim(),
                edit.after.trim(),
                edit.reason
            );
        }
    }
    for kept in &conversion.kept {
        let _ = writeln!(out, "kept {}: {}", kept.text, kept.reason);
    }
    // Whatever is accepted, the query still parses; converting again changes nothing.
    let all = conversion.apply(&rule, &|_| true);
    assert!(
        all.new_errors.is_empty(),
        "{title}: {:?}\n{}",
        all.new_errors,
        all.rule.query
    );
    let again = convert_as(&converted.rule, default_profile(), mode);
    let twice = again.apply(&converted.rule, &default_accepted);
    assert_eq!(twice.rule, converted.rule, "{title}: converting twice");
    out
}

/// Cases of a file, filled in anew or compared.
fn run_cases(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(file);
    let text = fs::read_to_string(&path).expect("the cases are readable");
    let mut lines = String::new();
    for case in text.split("=== ").skip(1) {
        let (title, rest) = case.split_once('\n').expect("a title");
        let query = rest.split("\n---\n").next().unwrap_or(rest).trim_end();
        let _ = write!(
            lines,
            "=== {title}\n{query}\n---\n{}\n",
            outcome(title, query)
        );
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &lines).expect("the cases are writable");
    } else {
        assert_eq!(
            lines, text,
            "run with UPDATE_EXPECT=1 and review the difference"
        );
    }
}

#[test]
fn every_case_converts_as_written() {
    run_cases("flow.txt");
}

#[test]
fn well_hidden_kinds_convert_as_written() {
    run_cases("hidden.txt");
}

#[test]
fn names_made_of_values_and_other_disguises_convert_as_written() {
    run_cases("more-hidden.txt");
}

#[test]
fn kinds_in_further_disguises_convert_as_written() {
    run_cases("disguised.txt");
}

#[test]
fn kinds_through_tables_defaults_and_parts_convert_as_written() {
    run_cases("through-tables.txt");
}

#[test]
fn kinds_that_are_left_out_or_never_met_convert_as_written() {
    run_cases("exclusion.txt");
}

#[test]
fn kinds_that_a_flag_leaves_out_convert_as_written() {
    run_cases("flags.txt");
}

#[test]
fn changes_that_treat_other_kinds_alike_convert_as_written() {
    run_cases("alike.txt");
}

#[test]
fn kinds_beside_operations_convert_as_written() {
    run_cases("combined.txt");
}

#[test]
fn names_of_certain_resources_become_questions() {
    run_cases("certain-names.txt");
}
