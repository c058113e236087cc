//! The run as a column beside the columns of the log: rows are told apart by it wherever they are grouped.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr, Operator, range_of};
use sentinel_rules::rule::Rule;

use super::edits::{Edits, Reading};
use super::{datetime, fires};
use crate::replay::TIME_COLUMN;
use crate::timeline::Options;

/// How an operator takes the column along.
enum Carry {
    /// As it stands.
    Kept,
    /// In its list.
    Listed,
    /// In its `by`.
    Grouped,
}

/// Writes the query; `None` when the rule reads more than one table, or an operator looks across rows in a
/// way that a column cannot tell apart.
pub(super) fn query(rule: &Rule, reading: &Reading, options: Options) -> Option<String> {
    let Expr::Pipeline(pipeline) = &reading.result else {
        return None;
    };
    let [(table, _)] = reading.tables.as_slice() else {
        return None;
    };
    let source = pipeline.source()?;
    let pipelines = reading.root.descendants().filter(|node| {
        matches!(
            node.kind(),
            SyntaxKind::Pipeline | SyntaxKind::Subquery | SyntaxKind::Lambda
        )
    });
    let asks_early = reading.clocks.iter().any(|(range, _)| {
        reading
            .lets
            .iter()
            .any(|one| range_of(one).contains(&range.start))
    });
    if pipelines.count() != 1 || source.range().start != table.start || asks_early {
        return None;
    }
    let run = reading.fresh("RunTime");
    let mut edits = Edits::default();
    edits.append(source.syntax(), &assigned(rule, &run, options));
    for operator in pipeline.operators() {
        match carry(&operator)? {
            Carry::Kept => {}
            Carry::Listed => edits.append(operator.syntax(), &format!(", {run}")),
            Carry::Grouped => {
                let mut clauses = operator.syntax().children();
                let by = clauses.find(|node| node.kind() == SyntaxKind::ByClause)?;
                edits.append(&by, &format!(", {run}"));
            }
        }
    }
    edits.move_clocks(reading, &run, &rule.query);
    let per_run = reading.fresh("PerRun");
    let start = range_of(reading.result.syntax()).start;
    edits.replace(start..start, format!("let {per_run} = "));
    edits.append(
        reading.result.syntax(),
        &format!("\n| summarize Rows = count() by RunTime = {run}"),
    );
    let body = edits.apply(reading.text(rule));
    Some(format!("{body};\n{}", completed(rule, &per_run, options)))
}

/// What gives each row of the log its runs.
fn assigned(rule: &Rule, run: &str, options: Options) -> String {
    let (from, to) = (datetime(options.from), datetime(options.to));
    let Some(schedule) = &rule.schedule else {
        return format!(
            "\n| extend {run} = bin({TIME_COLUMN}, 1m) + 3m\n| where {run} - 3m >= {from} and {run} <= {to}"
        );
    };
    let (step, period) = (schedule.frequency.to_short(), schedule.period.to_short());
    let first = format!("bin_at({TIME_COLUMN}, {step}, {from}) + {step}");
    let runs = if schedule.frequency == schedule.period {
        format!("| extend {run} = {first}")
    } else {
        format!(
            "| mv-expand {run} = range({first}, {TIME_COLUMN} + {period}, {step}) to typeof(datetime)"
        )
    };
    format!(
        "\n| where {TIME_COLUMN} >= {from} - {period} and {TIME_COLUMN} < {to}\n{runs}\n| where {run} between ({from} .. {to})"
    )
}

/// The runs of the span, with those that give no row.
fn completed(rule: &Rule, per_run: &str, options: Options) -> String {
    let fires = fires(rule);
    let end = format!("| project RunTime, Rows, Fires = {fires}\n| sort by RunTime asc\n");
    let Some(schedule) = &rule.schedule else {
        return format!("{per_run}\n{end}");
    };
    let (from, to) = (datetime(options.from), datetime(options.to));
    let step = schedule.frequency.to_short();
    format!(
        "range RunTime from {from} to {to} step {step}\n| join kind=leftouter {per_run} on RunTime\n| extend Rows = coalesce(Rows, 0)\n{end}"
    )
}

fn carry(operator: &Operator) -> Option<Carry> {
    match operator.kind() {
        SyntaxKind::WhereOperator
        | SyntaxKind::ExtendOperator
        | SyntaxKind::ProjectRenameOperator
        | SyntaxKind::ProjectReorderOperator
        | SyntaxKind::ParseOperator => Some(Carry::Kept),
        SyntaxKind::ProjectAwayOperator if !operator.syntax().text().contains_char('*') => {
            Some(Carry::Kept)
        }
        SyntaxKind::ProjectOperator | SyntaxKind::ProjectKeepOperator => Some(Carry::Listed),
        SyntaxKind::DistinctOperator if !operator.syntax().text().contains_char('*') => {
            Some(Carry::Listed)
        }
        SyntaxKind::SummarizeOperator if !operator.by().is_empty() => Some(Carry::Grouped),
        _ => None,
    }
}
