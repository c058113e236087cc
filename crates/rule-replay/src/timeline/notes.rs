//! What to know about a timeline, one sentence each.

use sentinel_rules::rule::{Rule, RuleKind};

use super::alert::Alert;
use super::simulate::{RunOutcome, TimelineRun};
use crate::cut::CutPart;
use crate::prepared::Tables;
use crate::window::{Window, times};
use crate::words::counted;

/// What to know about a timeline.
pub(super) fn notes(
    rule: &Rule,
    reads_ingestion_time: bool,
    runs: &[TimelineRun],
    alerts: &[Alert],
    incidents: usize,
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(read_again(rule));
    if rule.kind == RuleKind::Nrt {
        notes.push("NRT rules go by ingestion time. The log has none, so TimeGenerated and the chosen delay stand in for it.".to_owned());
    }
    if reads_ingestion_time {
        notes.push("The query asks for ingestion_time(). The log has none, so TimeGenerated and the chosen delay stand in for it.".to_owned());
    }
    let skipped = runs
        .iter()
        .filter(|run| run.outcome == RunOutcome::Suppressed)
        .count();
    if skipped > 0 {
        notes.push(format!(
            "{} paused by suppression; what only they would have read is never evaluated.",
            counted(skipped as u64, "run")
        ));
    }
    if rule.incident_configuration.is_none() && !alerts.is_empty() {
        notes.push(format!(
            "The rule does not say whether alerts make incidents; {}.",
            match incidents {
                0 => "they are taken to make none",
                _ => "each is taken to make one, as the wizard has it",
            }
        ));
    }
    if let Some(alert) = alerts.first() {
        notes.extend(crate::notes::of_entities(rule, &alert.rows));
    }
    if alerts.iter().any(|alert| alert.summary) {
        notes.push("A run had more rows than it may make alerts: the first have one each, the last alert is over all. Kusto promises which rows come first only after `sort` or `top`.".to_owned());
    }
    notes.extend(of_cuts(alerts));
    notes
}

/// How often an event is read, when that is more than once.
fn read_again(rule: &Rule) -> Option<String> {
    let schedule = rule.schedule.as_ref()?;
    let (frequency, period) = (schedule.frequency.seconds, schedule.period.seconds);
    (period > frequency && frequency > 0).then(|| {
        let times = period.div_ceil(frequency);
        format!(
            "The period is longer than the frequency: an event is read by up to {times} runs and can raise an alert in each."
        )
    })
}

/// What alerts leave out, counted.
fn of_cuts(alerts: &[Alert]) -> Vec<String> {
    let mut notes = Vec::new();
    for (part, what) in [
        (CutPart::Entities, "entities left out"),
        (CutPart::CustomDetails, "custom details left out"),
        (
            CutPart::AlertDetails,
            "the rule's own details where their rows gave none that fit",
        ),
    ] {
        let has_cut = |alert: &&Alert| alert.cuts.iter().any(|cut| cut.part == part);
        let count = alerts.iter().filter(has_cut).count() as u64;
        if count > 0 {
            let alerts = counted(count, "alert");
            notes.push(format!("{alerts} with {what}; each says what and why."));
        }
    }
    notes
}

/// That rows lie between the windows of two runs, where no run reads them.
pub(super) fn unread(rule: &Rule, tables: &Tables, windows: &[Window]) -> Option<String> {
    let schedule = rule.schedule.as_ref()?;
    let pairs = windows.iter().zip(windows.iter().skip(1));
    let gaps = pairs.map(|(one, next)| (one.to, next.from));
    let gaps: Vec<(i64, i64)> = gaps.filter(|(from, to)| from < to).collect();
    if gaps.is_empty() {
        return None;
    }
    let lies_in_gap = |time: &i64| {
        let after = gaps.partition_point(|(from, _)| from <= time);
        let gap = after.checked_sub(1).and_then(|index| gaps.get(index));
        gap.is_some_and(|(_, to)| time < to)
    };
    let rows = counted(times(tables).filter(lies_in_gap).count() as u64, "row");
    Some(match schedule.period < schedule.frequency {
        true => format!(
            "The period is shorter than the frequency, which Sentinel refuses: {rows} of the log between the windows of two runs, read by none."
        ),
        false => format!(
            "Rows that are ingested more than five minutes after a run are not in it, and the next run no longer asks for their time: {rows} of the log read by none. Lengthen the period by the delay, and let the query ask for ingestion_time() > ago(the frequency)."
        ),
    })
}
