//! The rule as a function of the time of the run, called for each run of the span.

use std::collections::BTreeMap;
use std::fmt::Write;

use sentinel_rules::rule::{Rule, RuleKind};

use super::edits::{Edits, Reading, failure, frequency};
use super::{MAX_CALLED_RUNS, datetime, fires};
use crate::outcome::Failure;
use crate::replay::TIME_COLUMN;
use crate::timeline::Options;

/// Writes the query; refuses a span with too many runs, and an NRT rule, whose runs are not known.
pub(super) fn query(
    rule: &Rule,
    reading: &Reading,
    options: Options,
    runs: usize,
) -> Result<String, Failure> {
    if rule.kind == RuleKind::Nrt {
        let message = "this near-real-time rule runs every minute, and its query is not one whose minutes can be told apart by a column";
        let hint = "use operators that work row by row or group, without joins and subqueries";
        return Err(failure(message, hint, 0..0));
    }
    if runs == 0 || runs > MAX_CALLED_RUNS {
        let message = format!(
            "the span holds {runs} runs; this rule can be called for 1 to {MAX_CALLED_RUNS} in one query"
        );
        return Err(failure(message, "choose a shorter span", 0..0));
    }
    let period = rule.schedule.as_ref().map(|one| one.period.to_short());
    let period = period.unwrap_or_default();
    let (time, function) = (reading.fresh("RunTime"), reading.fresh("RuleAt"));
    let mut text = format!("let {function} = ({time}: datetime) {{\n");
    let mut edits = Edits::default();
    let mut cut = BTreeMap::new();
    for (range, table) in &reading.tables {
        let windowed = cut
            .entry(table)
            .or_insert_with(|| reading.fresh(&format!("{table}InRun")));
        edits.replace(range.clone(), windowed.clone());
    }
    for (table, windowed) in &cut {
        let _ = writeln!(
            text,
            "let {windowed} = {table} | where {TIME_COLUMN} >= {time} - {period} and {TIME_COLUMN} < {time};"
        );
    }
    edits.move_clocks(reading, &time, &rule.query);
    edits.append(
        reading.result.syntax(),
        &format!("\n| summarize Rows = count()\n| extend RunTime = {time}"),
    );
    text.push_str(&edits.apply(reading.text(rule)));
    text.push_str("\n};\nunion\n");
    let step = frequency(rule);
    for index in 0..runs {
        let at = options.from + step * i64::try_from(index).unwrap_or(i64::MAX);
        let comma = if index + 1 < runs { "," } else { "" };
        let _ = writeln!(text, "    ({function}({})){comma}", datetime(at));
    }
    let _ = write!(
        text,
        "| project RunTime, Rows, Fires = {}\n| sort by RunTime asc\n",
        fires(rule)
    );
    Ok(text)
}
