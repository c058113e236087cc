//! The targets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use audit_logs::redact::{self, redact_text};
use audit_logs::{Loaded, Loader, load};
use kql_analysis::editor::{Question, ask};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_analysis::{Catalog, bind};
use kql_engine::limits::Limits;
use kql_engine::{RunOptions, Table, TableBuilder, run};
use kql_syntax::format::format;
use kql_syntax::{MAX_DIAGNOSTICS, parse};
use rule_convert::{Profile, convert, profile};
use sentinel_rules::rule::Rule;
use sentinel_rules::{ArmOptions, ReadOutcome, read, validate};

/// A name and what must hold for any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub fn targets() -> &'static [Target] {
    &[
        ("parse", parses),
        ("editor", answers),
        ("evaluate", evaluates),
        ("rules", reads_rules),
        ("deployments", reads_deployments),
        ("logs", loads_logs),
    ]
}

/// The target of a name.
pub fn target(name: &str) -> Option<fn(&[u8])> {
    let mut all = targets().iter();
    all.find(|(known, _)| *known == name).map(|(_, run)| *run)
}

/// A text prints back, its errors lie inside of it in order, and the usual form of a sound text is sound and
/// stays as it is.
fn parses(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let parsed = parse(&text);
    assert!(parsed.syntax().text() == *text, "does not print back");
    let found = parsed.diagnostics();
    assert!(found.len() <= MAX_DIAGNOSTICS, "too many errors");
    assert!(found.is_sorted_by_key(|error| error.range.start));
    let inside = |range: &std::ops::Range<usize>| text.get(range.clone()).is_some();
    assert!(found.iter().all(|error| inside(&error.range)));
    if let Ok(formatted) = format(&text) {
        assert!(parse(&formatted).diagnostics().is_empty(), "{formatted}");
        let again = format(&formatted);
        assert_eq!(
            again.ok().as_deref(),
            Some(formatted.as_str()),
            "not stable"
        );
    }
}

/// The editor answers every question at any place.
fn answers(bytes: &[u8]) {
    let (place, text) = bytes.split_at(bytes.len().min(2));
    let text = String::from_utf8_lossy(text);
    let place = place
        .iter()
        .fold(0, |sum, byte| sum * 256 + usize::from(*byte));
    let at = place % (text.encode_utf16().count() + 2);
    let rename = Question::Rename {
        at,
        name: "other".to_owned(),
    };
    for question in [
        Question::Analyse,
        Question::Complete { at },
        Question::Hover { at },
        Question::Signature { at },
        Question::Places { at },
        rename,
    ] {
        ask(&text, &question, &SMALL.0);
    }
}

/// A table with a column of each type, and what the binder knows of it.
static SMALL: LazyLock<(Catalog, BTreeMap<String, Table>)> = LazyLock::new(|| {
    use ScalarType::{Bool, DateTime, Dynamic, Int, Long, Real, TimeSpan};
    let schema = Schema::new([
        ("TimeGenerated", DateTime),
        ("s", ScalarType::String),
        ("n", Long),
        ("i", Int),
        ("r", Real),
        ("b", Bool),
        ("d", Dynamic),
        ("p", TimeSpan),
    ]);
    let mut table = TableBuilder::new(schema.clone());
    for row in 0..40_i64 {
        let values = [
            Value::DateTime(638_000_000_000_000_000 + row * 36_000_000_000),
            Value::String(format!("text {}", row % 7).into()),
            Value::Long(row - 20),
            Value::Int(i32::MAX - row as i32),
            Value::Real(row as f64 / 3.0),
            Value::Bool(row % 3 == 0),
            Value::array(vec![Value::Long(row), Value::String("a".into())]),
            Value::TimeSpan(row * 600_000_000),
        ];
        for (column, value) in values.into_iter().enumerate() {
            let value = match row % 11 {
                5 => Value::Null,
                _ => value,
            };
            table.push(column, value);
        }
        table.end_row();
    }
    let mut catalog = Catalog::default();
    catalog.tables.insert("T".to_owned(), schema);
    (catalog, BTreeMap::from([("T".to_owned(), table.finish())]))
});

/// Bounds under which any query comes to an end soon.
const LIMITS: Limits = Limits {
    array_elements: 2_000,
    string_bytes: 100_000,
    table_rows: 20_000,
    series_bins: 5_000,
    part_rows: 20_000,
    plan_depth: 400,
    trace_rows: 100_000,
    run_bytes: 16 * 1024 * 1024,
    all_bytes: usize::MAX,
};

/// A query that can be bound runs to a result or an error, with the columns that were foretold.
fn evaluates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (catalog, tables) = &*SMALL;
    let bound = bind(&text, catalog);
    let refused = bound.diagnostics.iter().any(|found| found.is_error());
    assert_ne!(
        refused,
        bound.query.is_some(),
        "a plan exactly without errors"
    );
    let Some(query) = bound.query else { return };
    let options = RunOptions {
        now: 638_100_000_000_000_000,
        limits: LIMITS,
        ..RunOptions::default()
    };
    let Ok(result) = run(&query, tables, &options) else {
        return;
    };
    let foretold = bound.result.filter(|schema| !schema.open);
    if let (Some(foretold), Some(table)) = (foretold, result.tables.last()) {
        let names = |schema: &Schema| -> Vec<String> {
            let columns = schema.columns.iter();
            columns.map(|column| column.name.clone()).collect()
        };
        assert_eq!(names(&foretold), names(table.schema()), "other columns");
    }
}

/// A rule file gives rules and problems; each rule can be checked, converted and written, and what is
/// written reads back.
fn reads_rules(bytes: &[u8]) {
    let outcome = read("rule", bytes);
    for rule in &outcome.rules {
        validate(rule);
        convert(rule, to_hsm());
        let yaml = sentinel_rules::write_yaml(rule);
        let again = read("rule.yaml", yaml.as_bytes());
        assert_eq!(again.rules.len(), 1, "{:?}\n{yaml}", again.problems);
    }
}

fn to_hsm() -> &'static Profile {
    profile("key-vault-to-managed-hsm").expect("the profile comes with the crate")
}

/// What Bicep and Terraform files give can be written again, and reads back as many rules.
fn reads_deployments(bytes: &[u8]) {
    let outcome = read("deployment", bytes);
    let options = ArmOptions::default();
    type Writer = fn(&[Rule], &ArmOptions) -> Result<String, sentinel_rules::Problem>;
    let writers: [Writer; 3] = [
        sentinel_rules::write_arm,
        sentinel_rules::write_bicep,
        sentinel_rules::write_terraform,
    ];
    for write in writers {
        if let Ok(text) = write(&outcome.rules, &options) {
            let again: ReadOutcome = read("written", text.as_bytes());
            assert_eq!(
                again.rules.len(),
                outcome.rules.len(),
                "{:?}\n{text}",
                again.problems
            );
        }
    }
}

/// A log gives tables or an error, the same in one piece and in two; redacting it ends.
fn loads_logs(bytes: &[u8]) {
    let whole = load("log", bytes);
    let mut loader = Loader::new("log");
    let (first, second) = bytes.split_at(bytes.len() / 2);
    loader.push(first);
    loader.push(second);
    let parts = loader.finish();
    let shape = |loaded: &[Loaded]| -> Vec<(String, usize, usize)> {
        let each = loaded.iter();
        each.map(|one| (one.table_name.clone(), one.table.rows(), one.warnings.len()))
            .collect()
    };
    // Of a damaged archive, what was unpacked before the damage is kept, which hangs on the pieces.
    let packed = bytes.starts_with(&[0x1f, 0x8b]);
    assert!(
        packed || whole.as_deref().map(shape).ok() == parts.as_deref().map(shape).ok(),
        "another result in two pieces"
    );
    let options = redact::Options {
        seed: 1,
        keep: Vec::new(),
    };
    redact_text(&String::from_utf8_lossy(bytes), &options);
}
