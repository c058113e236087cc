//! Small rules and logs whose outcome can be counted by hand.

#![allow(
    dead_code,
    clippy::expect_used,
    reason = "each suite takes what it needs"
)]

use audit_logs::load;
use kql_analysis::time::{format_datetime, parse_datetime};
use kql_analysis::value::TICKS_PER_SECOND;
use rule_replay::Tables;
use rule_replay::timeline::{Options, Timeline, simulate};
use sentinel_rules::rule::Rule;

/// One minute in ticks.
pub const MINUTE: i64 = 60 * TICKS_PER_SECOND;

/// A time of the day that the tests are about.
pub fn at(time: &str) -> i64 {
    parse_datetime(&format!("2026-03-01T{time}Z")).expect("a time")
}

/// The rule of a YAML text.
pub fn rule(text: &str) -> Rule {
    let outcome = sentinel_rules::read("rule.yaml", text.as_bytes());
    assert!(outcome.problems.is_empty(), "{:?}", outcome.problems);
    outcome.rules.into_iter().next().expect("a rule")
}

/// A rule on deleted keys; `fields` are added to it.
pub fn deletes(schedule: &str, fields: &str) -> Rule {
    rule(&format!(
        r#"id: 0b5c3a52-3f0e-4c55-9d0a-6f1f0f6f0001
name: Key deleted
description: Somebody deleted a key.
severity: Low
tactics: [Impact]
query: |
  AzureDiagnostics | where OperationName == "KeyDelete" | extend Caller = CallerIPAddress
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: CallerIPAddress
{schedule}
{fields}
"#
    ))
}

/// Reads each event up to 24 times.
pub const HOURLY_OVER_A_DAY: &str = "kind: Scheduled\nqueryFrequency: 1h\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0";
/// Once a day.
pub const DAILY: &str = "kind: Scheduled\nqueryFrequency: 1d\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0";
/// Every five minutes, so that windows meet.
pub const FIVE_MINUTES: &str = "kind: Scheduled\nqueryFrequency: 5m\nqueryPeriod: 5m\ntriggerOperator: gt\ntriggerThreshold: 0";
/// Near real time.
pub const NRT: &str = "kind: NRT";

/// A log of deleted keys: time and caller of each.
pub fn log(events: &[(i64, &str)]) -> Tables {
    let row = |(time, caller): &(i64, &str)| {
        let time = format_datetime(*time);
        format!(
            r#"{{"OperationName":"KeyDelete","TimeGenerated":"{time}","CallerIPAddress":"{caller}"}}"#
        )
    };
    let text: Vec<String> = events.iter().map(row).collect();
    let loaded = load("log", text.join("\n").as_bytes()).expect("rows");
    loaded
        .into_iter()
        .map(|one| (one.table_name, one.table))
        .collect()
}

/// From a time of that day on, all else by default.
pub fn options(from: &str, to: i64) -> Options {
    Options::between(at(from), to)
}

/// The timeline of a rule that can be run.
pub fn replay(rule: &Rule, tables: &Tables, options: Options) -> Timeline {
    simulate(rule, tables, options).expect("a timeline")
}

/// The alerts of each incident.
pub fn alerts_of(timeline: &Timeline) -> Vec<&[usize]> {
    timeline
        .incidents
        .iter()
        .map(|incident| incident.alerts.as_slice())
        .collect()
}

/// An alert for each row.
pub const PER_ROW: &str = "eventGroupingSettings:\n  aggregationKind: AlertPerResult";

/// A log of deleted keys within one minute, each by another caller.
pub fn many(count: i64) -> Tables {
    let callers: Vec<String> = (0..count).map(|n| format!("203.0.113.{n}")).collect();
    let event =
        |(n, caller): (i64, &'static str)| (at("10:00:00") + n * TICKS_PER_SECOND / 10, caller);
    let events = (0..).zip(callers.iter().map(|caller| &*String::leak(caller.clone())));
    log(&events.map(event).collect::<Vec<_>>())
}
