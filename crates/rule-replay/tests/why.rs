//! Questions to runs, charts of series and merged timelines, on small logs that can be checked by hand.

#![allow(clippy::unwrap_used)]

use audit_logs::load;
use kql_analysis::time::{format_datetime, parse_datetime};
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use kql_engine::explain::SourceRow;
use rule_replay::chart::charts;
use rule_replay::timeline::{EventKind, Options, merge, simulate};
use rule_replay::why::{Asked, Questions};
use rule_replay::{Tables, replay, window};
use sentinel_rules::rule::Rule;

const HOUR: i64 = 3_600 * TICKS_PER_SECOND;

fn at(time: &str) -> i64 {
    parse_datetime(&format!("2026-03-01T{time}Z")).unwrap()
}

fn rule(name: &str, query: &str, schedule: &str) -> Rule {
    let indented = query.replace('\n', "\n  ");
    let text = format!(
        "id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0002\nname: {name}\nseverity: Low\ntactics: [Impact]\n\
         query: |\n  {indented}\n{schedule}\n"
    );
    let outcome = sentinel_rules::read("rule.yaml", text.as_bytes());
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    outcome.rules.into_iter().next().unwrap()
}

const HOURLY: &str = "kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0";
const HOURLY_FROM_THREE: &str = "kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 2";
const NRT: &str = "kind: NRT";

/// A log: time, operation and caller of each event.
fn log(events: &[(i64, &str, &str)]) -> Tables {
    let row = |(time, operation, caller): &(i64, &str, &str)| {
        let time = format_datetime(*time);
        format!(
            r#"{{"OperationName":"{operation}","TimeGenerated":"{time}","CallerIPAddress":"{caller}"}}"#
        )
    };
    let text: Vec<String> = events.iter().map(row).collect();
    let loaded = load("log", text.join("\n").as_bytes()).unwrap();
    loaded
        .into_iter()
        .map(|one| (one.table_name, one.table))
        .collect()
}

fn small_log() -> Tables {
    log(&[
        (at("09:10:00"), "KeyGet", "10.0.0.1"),
        (at("08:50:00"), "KeyDelete", "10.0.0.2"),
        (at("09:20:00"), "KeyDelete", "10.0.0.1"),
        (at("09:30:00"), "KeyDelete", "10.0.0.3"),
        (at("09:40:00"), "KeyDelete", "10.0.0.1"),
    ])
}

const DELETES: &str = "AzureDiagnostics\n| where OperationName == \"KeyDelete\"\n\
                       | summarize Deleted = count() by CallerIPAddress";

fn row(row: usize) -> SourceRow {
    SourceRow {
        table: "AzureDiagnostics".to_owned(),
        row,
    }
}

fn ten() -> Asked {
    Asked {
        now: at("10:00:00"),
        window: Some(window::Window {
            from: at("09:00:00"),
            to: at("10:00:00"),
        }),
    }
}

#[test]
fn an_alert_leads_to_its_log_rows() {
    let rule = rule("Deletes", DELETES, HOURLY);
    let tables = small_log();
    let options = Options {
        from: at("10:00:00"),
        to: at("10:00:00"),
        ..Options::default()
    };
    let timeline = simulate(&rule, &tables, options).unwrap();
    let questions = Questions::to_rule(&rule, &tables).unwrap();
    let evidence = questions.behind_alert(&timeline, 0).unwrap();
    assert_eq!(evidence.run, ten());
    // The alert stands for both rows of the result; the row before the window is not among them.
    assert_eq!(evidence.behind.rows("AzureDiagnostics"), [2, 3, 4]);
    let first = questions.behind(ten(), 0..1).unwrap();
    assert_eq!(first.behind.rows("AzureDiagnostics"), [2, 4]);
    assert!(first.notes.is_empty());
    assert!(questions.behind_alert(&timeline, 1).is_err());
    assert!(questions.behind(ten(), 2..3).is_err());
}

#[test]
fn a_log_row_is_told_what_became_of_it() {
    let rule = rule("Deletes", DELETES, HOURLY_FROM_THREE);
    let tables = small_log();
    let questions = Questions::to_rule(&rule, &tables).unwrap();
    let told = |number| questions.fate(ten(), row(number)).unwrap().sentences;
    assert_eq!(
        told(0),
        [
            "Line 2, `where OperationName == \"KeyDelete\"`: `OperationName == \"KeyDelete\"` was false: \
             OperationName was KeyGet.",
            "It is in no row of the result."
        ]
    );
    assert_eq!(
        told(1).first().unwrap(),
        "Line 1, `AzureDiagnostics`: its time is not in the span that the run reads."
    );
    assert_eq!(
        told(2),
        [
            "Kept until the end: it is in result row 1.",
            "The run still raises no alert: its result has 2 rows, and the rule asks for more than 2 rows."
        ]
    );
    assert!(questions.fate(ten(), row(5)).is_err());
    assert_eq!(questions.run_for(at("10:00:00"), &row(2)).unwrap(), ten());
}

#[test]
fn a_run_that_finds_nothing_is_explained() {
    let query = "AzureDiagnostics\n| where ResourceType =~ \"VAULTS\" and OperationName == \"KeyDelete\"\n| count\n| where Count > 0";
    let rule = rule("Deletes", query, HOURLY);
    let tables = small_log();
    let questions = Questions::to_rule(&rule, &tables).unwrap();
    let empty = questions.emptiness(ten()).unwrap().unwrap();
    assert_eq!(
        empty.sentences,
        [
            "Line 4, `where Count > 0`, gave no row; it had 1 row. There, Count was 0 (1).",
            "If `ResourceType =~ \"VAULTS\"` (line 2) were not there: 1 row.",
            "If `Count > 0` (line 4) were not there: 1 row."
        ]
    );
    let counts: Vec<(usize, usize)> = empty
        .steps
        .iter()
        .map(|step| (step.rows_in, step.rows_out))
        .collect();
    assert_eq!(counts, [(4, 4), (4, 0), (0, 1), (1, 0)]);
}

#[test]
fn result_rows_of_a_near_real_time_rule_lead_to_their_run() {
    let rule = rule(
        "Deletes",
        "AzureDiagnostics | where OperationName == \"KeyDelete\"",
        NRT,
    );
    let tables = small_log();
    let now = at("10:00:00");
    let outcome = replay(&rule, &tables, now).unwrap();
    let questions = Questions::to_rule(&rule, &tables).unwrap();
    let (run, number) = Asked::of_result_row(&rule, &outcome, now, 2).unwrap();
    let evidence = questions.behind(run, number..number + 1).unwrap();
    assert_eq!(evidence.behind.rows("AzureDiagnostics"), [3]);
    assert_eq!(questions.run_for(now, &row(3)).unwrap(), run);
    assert!(Asked::of_result_row(&rule, &outcome, now, 4).is_none());
}

#[test]
fn a_query_is_asked_without_a_window() {
    let tables = small_log();
    let questions = Questions::to_query(DELETES, &tables).unwrap();
    let run = questions.run_for(at("10:00:00"), &row(1)).unwrap();
    assert_eq!(run.window, None);
    assert_eq!(
        questions.fate(run, row(1)).unwrap().fate.kept,
        [(0, vec![0])]
    );
}

#[test]
fn timelines_of_several_rules_are_one() {
    let first = rule("Deletes", DELETES, HOURLY);
    let second = rule(
        "Reads",
        "AzureDiagnostics | where OperationName == \"KeyGet\"",
        HOURLY,
    );
    let tables = small_log();
    let options = Options {
        from: at("09:00:00"),
        to: at("11:00:00"),
        ..Options::default()
    };
    let timelines = [&first, &second].map(|rule| simulate(rule, &tables, options).unwrap());
    let merged = merge(&[(&first, &timelines[0]), (&second, &timelines[1])]);
    let counts: Vec<_> = merged
        .lanes
        .iter()
        .map(|lane| {
            (
                lane.rule.as_str(),
                lane.runs,
                lane.fired,
                lane.alerts,
                lane.incidents,
            )
        })
        .collect();
    assert_eq!(counts, [("Deletes", 3, 2, 2, 2), ("Reads", 3, 1, 1, 1)]);
    let events: Vec<_> = merged
        .events
        .iter()
        .map(|event| {
            (
                format_datetime(event.time)[11..16].to_owned(),
                event.kind,
                event.lane,
            )
        })
        .collect();
    let expected = [
        ("09:00", EventKind::Fired, 0),
        ("09:05", EventKind::Alert, 0),
        ("09:05", EventKind::Incident, 0),
        ("10:00", EventKind::Fired, 0),
        ("10:00", EventKind::Fired, 1),
        ("10:05", EventKind::Alert, 0),
        ("10:05", EventKind::Alert, 1),
        ("10:05", EventKind::Incident, 0),
        ("10:05", EventKind::Incident, 1),
    ];
    assert_eq!(
        events,
        expected.map(|(time, kind, lane)| (time.to_owned(), kind, lane))
    );
}

#[test]
fn a_series_gives_a_chart_with_its_flagged_points() {
    let mut events = Vec::new();
    for day in 0..14 {
        let count = if day == 12 { 60 } else { 10 + day % 2 };
        for minute in 0..count {
            let time = at("01:00:00") - (13 - day) * TICKS_PER_DAY + minute * HOUR / 60;
            events.push((time, "SecretGet", "10.0.0.7"));
        }
    }
    events.push((at("02:00:00") - TICKS_PER_DAY, "SecretGet", "10.0.0.8"));
    let tables = log(&events);
    let query = "let series = AzureDiagnostics\n\
        | make-series Reads = count() on TimeGenerated from startofday(ago(14d)) to startofday(now()) step 1d by CallerIPAddress;\n\
        series | extend (anomalies, score, baseline) = series_decompose_anomalies(Reads, 3, -1, 'linefit')\n\
        | mv-expand Reads, TimeGenerated, anomalies | where anomalies > 0 and CallerIPAddress == 'none'";
    let run = Asked {
        now: at("06:00:00") + TICKS_PER_DAY,
        window: None,
    };
    let charts = charts(query, &tables, run).unwrap();
    assert_eq!(charts.len(), 1);
    let chart = charts.first().unwrap();
    assert_eq!((chart.title.as_str(), chart.anomalies), ("Reads", true));
    assert_eq!(chart.series.len(), 2);
    let series = chart.series.first().unwrap();
    assert_eq!(
        series.keys,
        [("CallerIPAddress".to_owned(), "10.0.0.7".to_owned())]
    );
    assert_eq!(series.points.len(), 14);
    let flagged: Vec<&_> = series
        .points
        .iter()
        .filter(|point| point.flag > 0)
        .collect();
    assert_eq!(flagged.len(), 1);
    let point = flagged.first().unwrap();
    assert_eq!(
        (point.time, point.value),
        (at("00:00:00") - TICKS_PER_DAY, Some(60.0))
    );
    assert!(point.score.unwrap() > 3.0 && point.baseline < point.value);
}

#[test]
fn a_series_without_anomalies_is_a_chart_of_its_values() {
    let query =
        "AzureDiagnostics | make-series n = count() on TimeGenerated step 1h | render timechart";
    let run = Asked {
        now: at("10:00:00"),
        window: None,
    };
    let charts = charts(query, &small_log(), run).unwrap();
    let chart = charts.first().unwrap();
    assert!(!chart.anomalies);
    let values: Vec<Option<f64>> = chart.series[0]
        .points
        .iter()
        .map(|point| point.value)
        .collect();
    assert_eq!(values, [Some(1.0), Some(4.0)]);
}

#[test]
fn rows_that_are_rendered_over_time_are_a_chart() {
    let query = "AzureDiagnostics | summarize n = count() by bin(TimeGenerated, 1h), OperationName | render timechart";
    let run = Asked {
        now: at("10:00:00"),
        window: None,
    };
    let found = charts(query, &small_log(), run).unwrap();
    let names: Vec<_> = found[0]
        .series
        .iter()
        .map(|series| (series.keys[0].1.as_str(), series.points.len()))
        .collect();
    assert_eq!(
        (found.len(), names),
        (1, vec![("KeyGet", 1), ("KeyDelete", 2)])
    );
    let table = query.replace("timechart", "table");
    assert!(charts(&table, &small_log(), run).unwrap().is_empty());
}

#[test]
fn rows_that_keep_others_out_are_told_of() {
    let found = |filter: &str| {
        let query = format!("AzureDiagnostics | {filter} | count");
        let tables = small_log();
        let questions = Questions::to_query(&query, &tables).unwrap();
        let run = questions.run_for(at("10:00:00"), &row(1)).unwrap();
        let notes = questions.behind(run, 0..1).unwrap().notes;
        notes
            .iter()
            .any(|note| note.starts_with("Other rows can matter"))
    };
    let deletes = "(AzureDiagnostics | where OperationName == 'KeyDelete' | project OperationName)";
    assert!(found(&format!(
        "join kind=leftanti {deletes} on OperationName"
    )));
    assert!(found(&format!("where OperationName !in {deletes}")));
    assert!(found(&format!("where not(OperationName in {deletes})")));
    assert!(found(&format!(
        "join kind=leftouter {deletes} on OperationName | where isempty(OperationName1)"
    )));
    assert!(found(
        "summarize n = count(), t = min(TimeGenerated) by OperationName | sort by t asc | extend p = prev(n)"
    ));
    assert!(!found(
        "sort by TimeGenerated asc | extend p = prev(OperationName)"
    ));
    assert!(!found(&format!("where OperationName in {deletes}")));
    assert!(!found(&format!(
        "join kind=inner {deletes} on OperationName"
    )));
    assert!(!found("where OperationName !in ('KeyGet')"));
}
