//! The bundled rules bind, find what their samples say, and agree with the rules they render.

use std::collections::BTreeMap;
use std::fs;

use kql_engine::case::evaluate_case;
use rulesmith_tests::rendered::{RENDERED, microsofts_rules};
use sentinel_rules::bundled::{Expectation, Pack, SampleCase, samples};
use sentinel_rules::rule::Rule;
use sentinel_rules::{bundled, read};
use serde_json::{Value, json};

/// Columns that the tables have beyond those of the samples, and those that do not hold text.
const COLUMNS: [(&str, &str, &str); 18] = [
    ("AzureActivity", "TimeGenerated", "datetime"),
    ("AzureActivity", "ResourceId", "string"),
    ("AzureDiagnostics", "TimeGenerated", "datetime"),
    ("AzureDiagnostics", "httpStatusCode_d", "real"),
    ("AzureDiagnostics", "identity_claim_appid_g", "string"),
    ("AzureDiagnostics", "SubscriptionId", "string"),
    ("AzureDiagnostics", "CorrelationId", "string"),
    ("AzureDiagnostics", "Type", "string"),
    (
        "AzureDiagnostics",
        "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s",
        "string",
    ),
    ("ThreatIntelIndicators", "TimeGenerated", "datetime"),
    ("ThreatIntelIndicators", "ValidUntil", "datetime"),
    ("ThreatIntelIndicators", "Confidence", "int"),
    ("ThreatIntelIndicators", "IsActive", "bool"),
    ("ThreatIntelIndicators", "Data", "dynamic"),
    ("ThreatIntelIndicators", "AdditionalFields", "dynamic"),
    ("ThreatIntelIndicators", "Tags", "string"),
    ("ThreatIntelIndicators", "Type", "string"),
    ("ThreatIntelIndicators", "Pattern", "string"),
];

fn rule_of(file: &str, text: &str) -> Rule {
    read(file, text.as_bytes()).rules.remove(0)
}

/// The tables of a case, with the columns that any case of the rule fills.
fn tables(case: &SampleCase, cases: &[SampleCase]) -> Value {
    let mut columns: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for rows in cases.iter().flat_map(|case| &case.rows) {
        let table = columns.entry(&rows.table).or_default();
        table.extend(rows.row.keys().map(|column| (column.as_str(), "string")));
    }
    for (table, column, ty) in COLUMNS {
        columns.entry(table).or_default().insert(column, ty);
    }
    let tables = columns.into_iter().map(|(table, columns)| {
        let groups = case.rows.iter().filter(|group| group.table == table);
        let rows = groups.flat_map(|group| group.expand()).map(|row| {
            let cell = |column: &&str| row.get(*column).cloned().unwrap_or_default();
            columns.keys().map(cell).collect::<Value>()
        });
        let rows: Vec<Value> = rows.collect();
        let columns = columns
            .iter()
            .map(|(name, ty)| json!({"name": name, "type": ty}));
        (
            table,
            json!({"columns": columns.collect::<Vec<_>>(), "rows": rows}),
        )
    });
    tables
        .map(|(name, table)| (name.to_owned(), table))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Entities of each result row, as type and values, sorted.
fn entities(
    rule: &Rule,
    case: &SampleCase,
    cases: &[SampleCase],
) -> Vec<Vec<(String, Vec<Value>)>> {
    let line = json!({"query": rule.query, "tables": tables(case, cases), "now": case.now});
    let answer: Value = serde_json::from_str(&evaluate_case(&line.to_string())).expect("JSON");
    let place = format!("{}, {}", rule.name, case.name);
    assert!(answer.get("error").is_none(), "{place}: {answer}");
    let columns = answer["columns"].as_array().expect("columns");
    let index = |name: &str| columns.iter().position(|column| column["name"] == name);
    let rows = answer["rows"].as_array().expect("rows").iter().map(|row| {
        let mapped = rule.entity_mappings.iter().map(|mapping| {
            let fields = mapping.field_mappings.iter().map(|field| {
                let index = index(&field.column_name);
                row[index.unwrap_or_else(|| panic!("{place}: {}", field.column_name))].clone()
            });
            (mapping.entity_type.clone(), fields.collect())
        });
        mapped.collect()
    });
    let mut rows: Vec<Vec<(String, Vec<Value>)>> = rows.collect();
    rows.sort_by_key(|row| format!("{row:?}"));
    rows
}

#[test]
fn every_sample_case_is_found_or_not_as_it_says() {
    let samples = Pack::ALL.into_iter().flat_map(|pack| {
        let samples = pack.samples().expect("the sample files are readable");
        pack.rules().into_iter().zip(samples)
    });
    let mut wrong = Vec::new();
    for ((file, text), (_, cases)) in samples {
        let rule = rule_of(file, text);
        for case in &cases {
            let rows = entities(&rule, case, &cases).len();
            if (rows > 0) != (case.expect == Expectation::MustHit) {
                wrong.push(format!("{file}, {}: {rows} rows", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn microsofts_rules_give_the_same_rows_and_entities() {
    let Some(folder) = microsofts_rules() else {
        return;
    };
    let samples = samples().expect("the sample files are readable");
    for (((file, text), (_, cases)), (rendered, source)) in
        bundled().into_iter().zip(&samples).zip(RENDERED)
    {
        assert_eq!(file, rendered);
        let original = fs::read_to_string(folder.join(source)).expect("the rule is readable");
        let (ours, theirs) = (rule_of(file, text), rule_of(source, &original));
        for case in cases {
            assert_eq!(
                entities(&ours, case, cases),
                entities(&theirs, case, cases),
                "{file}, {}",
                case.name
            );
        }
    }
}

#[test]
fn rules_of_the_managed_hsm_pack_have_nothing_to_convert() {
    for (file, text) in Pack::ManagedHsm.rules() {
        let rule = rule_of(file, text);
        let conversion = rule_convert::convert(&rule, rule_convert::default_profile());
        assert!(conversion.is_converted, "{file}: {:?}", conversion.edits);
    }
}
