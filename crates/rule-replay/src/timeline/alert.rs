//! From the rows of a run to its alerts.

use std::ops::Range;

use kql_analysis::value::Value;
use kql_engine::Table;
use sentinel_rules::rule::{EventGrouping, Rule, RuleKind, Severity};

use super::assumptions::{Asked, Assumptions};
use super::clock::Due;
use super::custom::custom_details;
use super::details::{Heading, give_up_varied};
use crate::cut::Cut;
use crate::entities::{Entity, extract};
use crate::replay::TIME_COLUMN;

/// Alerts of one run of a scheduled rule with an alert per row (documented: 150, the last over all rows).
pub const MAX_ALERTS_PER_RUN: usize = 150;
/// The same for an NRT rule (documented: 30).
pub const MAX_ALERTS_PER_NRT_RUN: usize = 30;

/// Pairs of columns that hold the time of an alert's events, in the order in which they are looked for.
/// Which ones Sentinel takes is not documented.
const TIMES: [(&str, &str); 4] = [
    (TIME_COLUMN, TIME_COLUMN),
    ("timestamp", "timestamp"),
    ("StartTimeUtc", "EndTimeUtc"),
    ("StartTime", "EndTime"),
];

/// An alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Index of the run that made it.
    pub run: usize,
    /// When it was made, in ticks.
    pub made: i64,
    /// Time of its first and last event, in ticks.
    pub events: (i64, i64),
    /// Display name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Severity; `None` when the rule gives none.
    pub severity: Option<Severity>,
    /// MITRE tactics.
    pub tactics: Vec<String>,
    /// Result rows that it stands for.
    pub rows: Table,
    /// Numbers of these rows in the result of the run.
    pub result_rows: Range<usize>,
    /// Whether it sums up a run that had more rows than alerts.
    pub summary: bool,
    /// Entities.
    pub entities: Vec<Entity>,
    /// Custom details: key and values.
    pub custom_details: Vec<(String, Vec<String>)>,
    /// Dynamic properties, such as `ProductName`, with their values.
    pub properties: Vec<(String, String)>,
    /// What it leaves out of what its rows give, and why.
    pub cuts: Vec<Cut>,
}

/// The alerts of a run whose trigger was met.
pub(super) fn alerts(
    rule: &Rule,
    assumptions: Assumptions,
    run: usize,
    due: Due,
    result: &Table,
) -> Vec<Alert> {
    let parts = parts(rule, result);
    let described = |rows: &Table| match assumptions.is_other(Asked::OverrideRow) {
        true => rows.rows().saturating_sub(1),
        false => 0,
    };
    let mut headings: Vec<Heading> = parts
        .iter()
        .map(|(rows, ..)| Heading::of_alert(rule, rows, described(rows)))
        .collect();
    give_up_varied(rule, &mut headings);
    let made = |((rows, result_rows, summary), heading): (Part, Heading)| {
        let (entities, mut cuts) = extract(rule, &rows);
        let (custom_details, of_details) = custom_details(rule, &rows);
        cuts.extend(of_details.into_iter().chain(heading.cuts));
        Alert {
            run,
            made: due.made,
            events: match assumptions.is_other(Asked::EventTimes) {
                true => (due.span.from, due.span.to),
                false => events(&rows, due),
            },
            name: heading.name,
            description: heading.description,
            severity: heading.severity,
            tactics: heading.tactics,
            properties: heading.properties,
            entities,
            custom_details,
            cuts,
            rows,
            result_rows,
            summary,
        }
    };
    parts.into_iter().zip(headings).map(made).collect()
}

/// Rows of an alert with their numbers, and whether it sums up the run.
type Part = (Table, Range<usize>, bool);

/// The rows of each alert with their numbers, and whether it sums up the run. Which rows come first is the order of the
/// result; without `sort` in the query Kusto does not promise one.
fn parts(rule: &Rule, result: &Table) -> Vec<Part> {
    let most = match rule.kind {
        RuleKind::Scheduled => MAX_ALERTS_PER_RUN,
        RuleKind::Nrt => MAX_ALERTS_PER_NRT_RUN,
    };
    if rule.event_grouping == EventGrouping::SingleAlert || result.rows() == 0 {
        return vec![(result.clone(), 0..result.rows(), false)];
    }
    let single = if result.rows() > most {
        most - 1
    } else {
        result.rows()
    };
    let rows = (0..single).map(|row| (result.take(&[row as u32]), row..row + 1, false));
    let all = || (result.clone(), 0..result.rows(), true);
    let rest = (single < result.rows()).then(all);
    rows.chain(rest).collect()
}

/// Time of the first and last event of the rows; the span that the run asks for when they hold none.
fn events(rows: &Table, due: Due) -> (i64, i64) {
    let found = TIMES.iter().find_map(|(start, end)| {
        let first = times(rows, start).min()?;
        Some((first, times(rows, end).max()?))
    });
    found.unwrap_or((due.span.from, due.span.to))
}

fn times<'r>(rows: &'r Table, column: &str) -> impl Iterator<Item = i64> + use<'r> {
    let column = rows.column_named(column);
    let values = column.into_iter().flat_map(|column| column.iter());
    values.filter_map(|value| match value {
        Value::DateTime(ticks) => Some(ticks),
        _ => None,
    })
}
