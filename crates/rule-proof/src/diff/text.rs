//! A comparison of versions as lines of text, and its sentence.

use rule_replay::words::counted;

use super::outcome::{Found, LogDiff, RunDiff};
use super::{FieldChange, QueryChange, RuleDiff};

/// Rows of a run that are printed.
const PRINTED_ROWS: usize = 3;

/// The outcome of a comparison in a sentence.
pub(super) fn sentence(fields: &[FieldChange], query: &[QueryChange], found: &Found) -> String {
    let does = match &found.example {
        Some(example) => format!("They do different things. {}", example.difference.sentence),
        None if found.tried.fired == 0 => format!(
            "Neither raised an alert in any of {}, so nothing is shown about what they do.",
            counted(found.tried.cases as u64, "case")
        ),
        None => format!(
            "They did the same in {}, of which {} raised alerts.",
            counted(found.tried.cases as u64, "case"),
            found.tried.fired
        ),
    };
    format!("{} {does}", said(fields, query))
}

/// How much of what two versions say differs, in a sentence.
pub(super) fn said(fields: &[FieldChange], query: &[QueryChange]) -> String {
    let said = match query.len() {
        0 => "The queries say the same".to_owned(),
        count => format!("The queries differ in {}", counted(count as u64, "part")),
    };
    let fields = match fields.len() {
        0 => "the fields are the same".to_owned(),
        count => format!(
            "{} differ{}",
            counted(count as u64, "field"),
            if count == 1 { "s" } else { "" }
        ),
    };
    format!("{said}, and {fields}.")
}

/// The comparison in lines.
pub fn lines(diff: &RuleDiff) -> Vec<String> {
    let mut lines = vec![
        format!("{} -> {}", diff.old, diff.new),
        format!("  {}", diff.sentence),
    ];
    lines.extend(diff.fields.iter().map(|change| {
        let value = |text: &str| match text.lines().next() {
            None => "nothing".to_owned(),
            Some(line) => format!("`{line}`"),
        };
        format!(
            "  {}: is now {}, it was {}.",
            change.field,
            value(&change.after),
            value(&change.before)
        )
    }));
    lines.extend(
        diff.query
            .iter()
            .map(|change| format!("  {}", change.sentence)),
    );
    lines.extend(diff.logs.iter().flat_map(log_lines));
    if let Some(example) = &diff.example {
        lines.push("  The smallest log that was found on which they differ:".to_owned());
        lines.extend(crate::text::example_lines(
            example,
            ("old version", "new version"),
        ));
    }
    lines
}

fn log_lines(log: &LogDiff) -> Vec<String> {
    let mut lines = vec![format!(
        "  On {}: the rows differ in {} of {}; alerts {} and {}, incidents {} and {} (old and new).",
        log.name,
        log.differing_runs,
        counted(log.runs as u64, "run"),
        log.alerts.0,
        log.alerts.1,
        log.incidents.0,
        log.incidents.1
    )];
    if let Some(run) = log.shown.first() {
        lines.extend(run_lines(run));
    }
    let only = |version: &str, incidents: &[super::IncidentLine]| {
        let words = |one: &super::IncidentLine| {
            format!(
                "    only {version}: {} {} incident, {}, {}",
                one.time,
                one.severity,
                counted(one.alerts as u64, "alert"),
                one.entities
            )
        };
        incidents.iter().map(words).collect::<Vec<_>>()
    };
    lines.extend(only("old", &log.only_old));
    lines.extend(only("new", &log.only_new));
    lines
}

fn run_lines(run: &RunDiff) -> Vec<String> {
    let mut lines = vec![format!(
        "    first at {}: {} only in the old version, {} only in the new one",
        run.time,
        counted(run.counts.0 as u64, "row"),
        counted(run.counts.1 as u64, "row")
    )];
    let rows = |version: &str, columns: &[String], rows: &[Vec<String>]| {
        let words = |row: &Vec<String>| {
            let cells = columns.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            let cells: Vec<String> = cells
                .map(|(name, cell)| format!("{name} = {cell}"))
                .collect();
            format!("      {version}: {}", cells.join(", "))
        };
        rows.iter()
            .take(PRINTED_ROWS)
            .map(words)
            .collect::<Vec<_>>()
    };
    lines.extend(rows("old", &run.old_columns, &run.only_old));
    lines.extend(rows("new", &run.new_columns, &run.only_new));
    lines
}
