//! Why a rule did not fire, and what to know about its outcome.

use crate::times;
use kql_engine::Table;
use kql_engine::explain::words::met;
use kql_engine::step::Step;
use sentinel_rules::rule::{Rule, RuleKind};

use crate::entities::missing_columns;
use crate::outcome::Run;
use crate::prepared::{Prepared, Tables};
use crate::window::{self, Window};
use crate::words::counted;

/// Longest text of a step that a note quotes, in characters.
const QUOTED_CHARACTERS: usize = 90;

/// The notes of an outcome, most useful first.
pub fn of(
    prepared: &Prepared<'_>,
    tables: &Tables,
    now: i64,
    runs: &[Run],
    result: &Table,
    steps: &[Step],
) -> Vec<String> {
    let rule = prepared.rule;
    let mut notes = Vec::new();
    if result.rows() == 0 {
        notes.extend(empty_window(rule, tables, now).or_else(|| dropping_step(rule, steps)));
    }
    if rule.kind == RuleKind::Nrt && !runs.is_empty() {
        notes.push(
            "NRT rules go by ingestion time. The log has none, so TimeGenerated stands in for it."
                .to_owned(),
        );
    }
    if prepared.query().reads_ingestion_time {
        notes.push(
            "The query asks for ingestion_time(). The log has none, so TimeGenerated stands in for it."
                .to_owned(),
        );
    }
    notes.extend(of_entities(rule, result));
    notes
}

/// What a rule says about entities that its result cannot give.
pub(crate) fn of_entities(rule: &Rule, result: &Table) -> Vec<String> {
    let mut notes = Vec::new();
    let missing = missing_columns(rule, result);
    if !missing.is_empty() {
        notes.push(format!(
            "The entity mapping names columns that the result does not have: {}. Sentinel leaves those entities out.",
            missing.join(", ")
        ));
    }
    if rule.extra.contains_key("sentinelEntitiesMappings") {
        notes.push("The rule takes entities from the alerts in a column (sentinelEntitiesMappings). They are not computed here, because what such a column holds is not documented: alerts lack these entities, and incidents that are grouped by entities may be others than in Sentinel.".to_owned());
    }
    notes
}

/// That no table holds a row in the span that the rule reads.
fn empty_window(rule: &Rule, tables: &Tables, now: i64) -> Option<String> {
    let span = window::scheduled(rule, now).unwrap_or(Window {
        from: now.saturating_sub(window::NRT_LOOKBACK),
        to: now,
    });
    let any = tables.values().any(|table| window::holds_rows(table, span));
    (!any).then(|| {
        format!(
            "No loaded row lies between {} and {}, which is what this run reads. Choose another time, or load a log of that span.",
            times::minute(span.from),
            times::minute(span.to)
        )
    })
}

/// The first step that took rows and let none through, with the values it met.
fn dropping_step(rule: &Rule, steps: &[Step]) -> Option<String> {
    let step = steps
        .iter()
        .rev()
        .find(|step| step.rows_in > 0 && step.rows_out == 0)?;
    let line = kql_syntax::text::LineIndex::new(&rule.query).line(step.range.start);
    let text = quote(rule.query.get(step.range.clone()).unwrap_or_default());
    let met = met(&step.met);
    Some(format!(
        "Line {line}, `{text}`, let none of {} through.{met}",
        counted(step.rows_in as u64, "row")
    ))
}

/// A step on one line, shortened.
fn quote(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED_CHARACTERS) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
