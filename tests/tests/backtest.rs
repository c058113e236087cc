//! The query of a back-test, run by our own engine, gives the counts of the replay.

use std::collections::BTreeMap;

use audit_logs::generate::{Options as Sample, generate, scenario};
use audit_logs::load;
use audit_logs::write::{Format, Shape, write};
use kql_analysis::bind;
use kql_analysis::time::{format_datetime, parse_datetime};
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};
use kql_engine::{RunOptions, Table, run};
use rule_convert::{convert, default_profile};
use rule_replay::Tables;
use rule_replay::backtest::{Backtest, Form, backtest};
use rule_replay::prepared::catalog;
use rule_replay::timeline::{Options, RunOutcome, simulate};
use sentinel_rules::rule::{Rule, RuleKind};
use sentinel_rules::{bundled, read};

const HOUR: i64 = 3_600 * TICKS_PER_SECOND;

fn end() -> i64 {
    parse_datetime("2026-03-02T00:30:00Z").expect("a time")
}

/// The tables of a vault's and an HSM's sample log with their indicators.
fn sample() -> Tables {
    let mut parts: BTreeMap<String, Vec<Table>> = BTreeMap::new();
    for name in ["vault-all", "hsm-all"] {
        let options = Sample {
            seed: 7,
            rows: 0,
            end: end(),
            documented_shape: false,
        };
        let sample = generate(scenario(name).expect("a scenario"), &options);
        for shape in [Shape::Raw, Shape::Stix] {
            let bytes = write(&sample, Format { shape, gzip: false });
            for loaded in load(name, &bytes).expect("rows") {
                parts
                    .entry(loaded.table_name)
                    .or_default()
                    .push(loaded.table);
            }
        }
    }
    workbench::tables(parts)
}

fn originals() -> Vec<Rule> {
    bundled()
        .into_iter()
        .flat_map(|(file, text)| read(file, text.as_bytes()).rules)
        .collect()
}

fn converted(rule: &Rule) -> Rule {
    convert(rule, default_profile()).apply(rule, &|_| true).rule
}

/// Runs of a back-test's query: time, rows, and whether the rule fires.
fn asked(made: &Backtest, tables: &Tables) -> Vec<(String, u64, bool)> {
    let bound = bind(&made.query, &catalog(tables));
    let errors: Vec<String> = bound
        .diagnostics
        .iter()
        .map(|found| found.message.clone())
        .collect();
    let query = bound
        .query
        .unwrap_or_else(|| panic!("{errors:?}\n{}", made.query));
    let options = RunOptions {
        // The query must not ask for the time.
        now: 0,
        ..RunOptions::default()
    };
    let table = run(&query, tables, &options)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", made.query))
        .tables
        .remove(0);
    (0..table.rows())
        .map(
            |row| match [0, 1, 2].map(|column| table.value(row, column)) {
                [Value::DateTime(time), Value::Long(rows), Value::Bool(fires)] => (
                    format_datetime(time),
                    u64::try_from(rows).expect("a count"),
                    fires,
                ),
                other => panic!("{other:?}"),
            },
        )
        .collect()
}

/// Runs of the replay, without the quiet minutes of an NRT rule.
fn replayed(rule: &Rule, tables: &Tables, options: Options) -> Vec<(String, u64, bool)> {
    let timeline = simulate(rule, tables, options).expect("a timeline");
    let told = timeline.runs.iter().map(|run| match run.outcome {
        RunOutcome::Fired { rows, .. } => (format_datetime(run.time), rows, true),
        RunOutcome::Quiet { rows } => (format_datetime(run.time), rows, false),
        RunOutcome::Suppressed => panic!("no rule here is suppressed"),
    });
    told.filter(|(_, rows, _)| rule.kind == RuleKind::Scheduled || *rows > 0)
        .collect()
}

fn options(rule: &Rule) -> Options {
    let frequency = rule.schedule.as_ref().map_or(HOUR, |one| {
        i64::try_from(one.frequency.seconds).expect("a frequency") * TICKS_PER_SECOND
    });
    let span = if frequency >= TICKS_PER_DAY {
        15 * TICKS_PER_DAY
    } else {
        30 * HOUR
    };
    Options {
        from: end() - span,
        to: end() + HOUR,
        ..Options::default()
    }
}

/// Both answers for a rule; gives the form of the query and how many runs fired.
fn agrees(rule: &Rule, tables: &Tables) -> (Form, usize) {
    let options = options(rule);
    let made = backtest(rule, &catalog(tables), options)
        .unwrap_or_else(|failure| panic!("{}: {failure:?}", rule.name));
    let found = asked(&made, tables);
    assert_eq!(
        found,
        replayed(rule, tables, options),
        "{}\n{}",
        rule.name,
        made.query
    );
    (
        made.form,
        found.iter().filter(|(_, _, fires)| *fires).count(),
    )
}

#[test]
fn one_query_gives_the_counts_of_the_replay() {
    let tables = sample();
    let mut told = String::new();
    for original in originals() {
        let converted = converted(&original);
        let (form, fired) = agrees(&original, &tables);
        let (converted_form, converted_fired) = agrees(&converted, &tables);
        told.push_str(&format!(
            "{}: {form:?} {fired}, converted {converted_form:?} {converted_fired}\n",
            original.name
        ));
    }
    expect_test::expect![[r#"
        Sensitive operation in Azure Key Vault: Grouped 1, converted Grouped 1
        Sensitive operation in Azure Key Vault (near real time): Grouped 2, converted Grouped 1
        Mass retrieval from Azure Key Vault: Called 1, converted Called 1
        Unusual number of Azure Key Vault reads from one address: Called 1, converted Called 1
        Azure Key Vault used from an address known to threat intelligence: Called 1, converted Called 1
    "#]].assert_eq(&told);
}

#[test]
fn overlapping_windows_and_every_trigger_are_counted() {
    let tables = sample();
    for (period, operator, threshold) in [
        ("6h", "gt", 0),
        ("1h", "lt", 1),
        ("1d", "eq", 3),
        ("90m", "ne", 0),
    ] {
        for query in [
            "AzureDiagnostics | where OperationName == \"KeyGet\" // keys only",
            "let names = dynamic([\"KeyGet\"]);\nAzureDiagnostics\n| where OperationName in (names) and TimeGenerated > ago(45m)\n| summarize Reads = count() by CallerIPAddress // callers\n| where Reads > 1\n| project CallerIPAddress, Reads;\n",
            "AzureDiagnostics | distinct OperationName, Resource",
            "let busy = AzureDiagnostics | where TimeGenerated > ago(1h) | summarize by CallerIPAddress;\nAzureDiagnostics | where CallerIPAddress in (busy) | join kind=inner AzureDiagnostics on CorrelationId | count",
        ] {
            let text = format!(
                "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0001\nname: Probe\nseverity: Low\nkind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: {period}\ntriggerOperator: {operator}\ntriggerThreshold: {threshold}\nquery: {}\n",
                serde_json::Value::from(query)
            );
            agrees(&read("probe.yaml", text.as_bytes()).rules[0], &tables);
        }
    }
}

#[test]
fn what_cannot_be_moved_is_refused_by_name() {
    let tables = sample();
    let refused = |query: &str, kind: &str| {
        let schedule =
            "queryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0";
        let schedule = if kind == "NRT" { "" } else { schedule };
        let text = format!(
            "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0001\nname: Probe\nseverity: Low\nkind: {kind}\n{schedule}\nquery: {}\n",
            serde_json::Value::from(query)
        );
        let rule = &read("probe.yaml", text.as_bytes()).rules[0];
        let failure = backtest(rule, &catalog(&tables), options(rule)).expect_err("a refusal");
        format!(
            "{} ({:?})",
            failure.message,
            rule.query.get(failure.range).unwrap_or_default()
        )
    };
    let told = [
        refused(
            "AzureDiagnostics | where ingestion_time() > ago(1h)",
            "Scheduled",
        ),
        refused("union * | take 1", "Scheduled"),
        refused("AzureDiagnostics | as All | take 1", "Scheduled"),
        refused("set truncationmaxrecords=1; AzureDiagnostics", "Scheduled"),
        refused(
            "AzureDiagnostics | join AzureDiagnostics on CorrelationId",
            "NRT",
        ),
        refused("NoSuchTable", "Scheduled"),
    ];
    expect_test::expect![[r#"
        `ingestion_time()` cannot be moved to the time of another run ("ingestion_time()")
        `*` chooses tables that are not named in place ("*")
        the operator `as` cannot stand in a query for many runs ("as All")
        a `set` statement cannot stand in a query for many runs ("set truncationmaxrecords=1")
        this near-real-time rule runs every minute, and its query is not one whose minutes can be told apart by a column ("")
        there is no table `NoSuchTable` ("NoSuchTable")"#]].assert_eq(&told.join("\n"));
}
