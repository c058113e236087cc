//! Every version of Microsoft's Key Vault rules binds, but for those that are broken at the source.
//!
//! Uses the optional folder `../shared` beside the project; skipped, and says so, when it is absent.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::{Catalog, bind};
use serde::Deserialize;

/// Texts that Microsoft's own binder refuses too, with the name that it does not find.
const BROKEN: [(&str, &str); 3] = [
    ("hunting-b819f673.yaml", "timeframe"),
    ("1.0.0-5b670648.yaml", "entityMappings"),
    ("1.3.0-baac0a03.yaml", "TimeGenerated"),
];

/// Files that hold a comment and a query instead of YAML.
const NOT_YAML: &str = "unversioned-d7ee8a4b.yaml";

const DIAGNOSTICS: [&str; 18] = [
    "TenantId",
    "ResourceId",
    "Category",
    "ResourceGroup",
    "SubscriptionId",
    "ResourceProvider",
    "Resource",
    "ResourceType",
    "OperationName",
    "OperationVersion",
    "ResultType",
    "ResultSignature",
    "ResultDescription",
    "CallerIPAddress",
    "CorrelationId",
    "Type",
    "_ResourceId",
    "SourceSystem",
];

#[derive(Deserialize)]
struct Rule {
    query: String,
}

fn rules_folder() -> Option<PathBuf> {
    let shared = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("corpus/keyvault-solution/rules");
    folder.is_dir().then_some(folder)
}

fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for rule in fs::read_dir(folder).expect("the folder is readable") {
        for version in fs::read_dir(rule.expect("a folder").path()).expect("a folder of versions") {
            let path = version.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("a text");
            found.push((name.into_owned(), text));
        }
    }
    found.sort();
    found
}

fn query(name: &str, text: &str) -> String {
    if name == NOT_YAML {
        return text.to_owned();
    }
    let text = text.trim_start_matches('\u{feff}');
    let rule: Rule = serde_saphyr::from_str(text).expect("a rule is YAML");
    rule.query
}

/// Tables with the columns that a query names; the suffix of a column tells its type.
fn catalog(query: &str) -> Catalog {
    let words: BTreeSet<&str> = query
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .collect();
    let suffixed = words.into_iter().filter_map(|word| {
        let ty = match word.rsplit_once('_')?.1 {
            "s" | "g" => ScalarType::String,
            "d" => ScalarType::Real,
            "b" => ScalarType::Bool,
            _ => return None,
        };
        Some((word.to_owned(), ty))
    });
    let fixed = DIAGNOSTICS.map(|name| (name.to_owned(), ScalarType::String));
    let mut columns = vec![
        ("TimeGenerated".to_owned(), ScalarType::DateTime),
        ("DurationMs".to_owned(), ScalarType::Long),
    ];
    columns.extend(fixed);
    columns.extend(suffixed);
    let mut catalog = Catalog::default();
    let tables = [
        ("AzureDiagnostics", Schema::new(columns)),
        ("ThreatIntelligenceIndicator", indicators()),
        ("ThreatIntelIndicators", stix_indicators()),
    ];
    catalog
        .tables
        .extend(tables.map(|(name, schema)| (name.to_owned(), schema)));
    catalog
}

fn indicators() -> Schema {
    use ScalarType::{Bool, DateTime, Real, String};
    Schema::new([
        ("TimeGenerated", DateTime),
        ("IndicatorId", String),
        ("Action", String),
        ("Active", Bool),
        ("ActivityGroupNames", String),
        ("ConfidenceScore", Real),
        ("Description", String),
        ("DomainName", String),
        ("EmailSourceIpAddress", String),
        ("ExpirationDateTime", DateTime),
        ("NetworkDestinationIP", String),
        ("NetworkIP", String),
        ("NetworkSourceIP", String),
        ("ThreatType", String),
        ("Type", String),
        ("Url", String),
    ])
}

fn stix_indicators() -> Schema {
    use ScalarType::{Bool, DateTime, Dynamic, Int, String};
    Schema::new([
        ("TimeGenerated", DateTime),
        ("Id", String),
        ("Confidence", Int),
        ("Created", DateTime),
        ("Data", Dynamic),
        ("AdditionalFields", Dynamic),
        ("IsActive", Bool),
        ("IsDeleted", Bool),
        ("ObservableKey", String),
        ("ObservableValue", String),
        ("Pattern", String),
        ("Tags", String),
        ("Type", String),
        ("ValidFrom", DateTime),
        ("ValidUntil", DateTime),
    ])
}

#[test]
fn every_version_binds() {
    let Some(folder) = rules_folder() else {
        eprintln!("skipped: ../shared not present");
        return;
    };
    let texts = texts(&folder);
    assert!(texts.len() >= 27, "only {} rule files", texts.len());
    for (name, text) in texts {
        let query = query(&name, &text);
        let bound = bind(&query, &catalog(&query));
        match BROKEN.iter().find(|(broken, _)| *broken == name) {
            None => assert!(bound.query.is_some(), "{name}: {:#?}", bound.diagnostics),
            Some((_, missing)) => assert!(
                bound
                    .diagnostics
                    .iter()
                    .any(|found| found.is_error() && found.message.contains(missing)),
                "{name}: {:#?}",
                bound.diagnostics
            ),
        }
    }
}
