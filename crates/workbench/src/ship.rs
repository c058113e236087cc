//! Answers the questions of the page about exports, hand-over, back-tests and sharing.

use audit_logs::redact::{Options as Redaction, redact};
use kql_analysis::time::parse_datetime;
use rule_replay::backtest::backtest;
use rule_replay::prepared::catalog;
use rule_replay::timeline::Options;
use sentinel_rules::{Difference, LineChange};

use crate::export::{Check, chosen, export_rules};
use crate::handover::{self, Fields};
use crate::kusto_script::kusto_script;
use crate::links::{Link, data_explorer, log_analytics};
use crate::protocol::{
    BacktestAsk, BacktestView, CheckView, ExportAsk, ExportFile, ExportView, HandoverAsk, Problem,
    RedactAsk, RedactView, Steps,
};
use crate::replay::{self, Ground};
use crate::session::Session;

/// Lines around a changed one that are shown.
const CONTEXT: usize = 2;

/// Converted rules as a file, read back.
pub(crate) fn export(session: &Session, ask: &ExportAsk) -> Result<ExportView, Problem> {
    let rules = chosen(session, &ask.rules)?;
    let exported = export_rules(&rules, &ask.format, &ask.automation)?;
    Ok(ExportView {
        name: exported.format.file.to_owned(),
        mime: exported.format.mime.to_owned(),
        bytes: exported.bytes.into(),
        checks: exported.checks.into_iter().map(check).collect(),
    })
}

fn check(check: Check) -> CheckView {
    let findings = check.findings.into_iter();
    CheckView {
        rule: check.rule,
        findings: findings
            .map(|(_, message, remedy)| format!("{message}; {remedy}"))
            .collect(),
        left_out: check
            .differences
            .iter()
            .filter(|difference| difference.after.is_none())
            .map(|difference| difference.field.clone())
            .collect(),
        lines: check.differences.iter().flat_map(lines).collect(),
    }
}

fn lines(difference: &Difference) -> Vec<String> {
    let mut out = vec![format!("@ {}", difference.field)];
    if difference.lines.is_empty() {
        out.extend(difference.before.iter().map(|text| format!("- {text}")));
        out.extend(difference.after.iter().map(|text| format!("+ {text}")));
        return out;
    }
    let changed = |line: &LineChange| !matches!(line, LineChange::Same(_));
    let marks: Vec<usize> = (0..difference.lines.len())
        .filter(|index| changed(&difference.lines[*index]))
        .collect();
    for (index, line) in difference.lines.iter().enumerate() {
        if marks.iter().any(|mark| mark.abs_diff(index) <= CONTEXT) {
            out.push(match line {
                LineChange::Same(text) => format!("  {text}"),
                LineChange::Removed(text) => format!("- {text}"),
                LineChange::Added(text) => format!("+ {text}"),
            });
        }
    }
    out
}

/// The steps for all converted rules.
pub(crate) fn steps(session: &Session, ask: &HandoverAsk) -> Result<Steps, Problem> {
    let rules = chosen(session, &[])?;
    handover::steps(&ask.fields, ask.shell, &rules).map_err(|problems| together(&problems))
}

/// Several problems of fields as one.
fn together(problems: &[Problem]) -> Problem {
    let list = |part: fn(&Problem) -> &String| -> String {
        let parts: Vec<&str> = problems.iter().map(|one| part(one).as_str()).collect();
        parts.join("; ")
    };
    Problem::about("Fields", list(|one| &one.message), list(|one| &one.remedy))
}

/// The back-test of a converted rule.
pub(crate) fn backtested(session: &Session, ask: &BacktestAsk) -> Result<BacktestView, Problem> {
    let rule = &session.rules[session.rule_index(&ask.rule)?].converted.rule;
    let options = span(session, rule, ask)?;
    let tables = session.tables()?;
    let made = backtest(rule, &catalog(&tables), options)
        .map_err(|failure| Problem::about(&rule.name, failure.message, failure.hint))?;
    let told = |problem: Problem| format!("{}; {}", problem.message, problem.remedy);
    let data_explorer = match ask.cluster.rsplit_once('/') {
        Some((cluster, database)) => data_explorer(&made.query, cluster, database).map_err(told),
        None => Err("fill in cluster and database, with a slash between".to_owned()),
    };
    Ok(BacktestView {
        log_analytics: workspace_link(&made.query, &ask.fields),
        data_explorer,
        query: made.query,
        notes: made.notes,
    })
}

fn workspace_link(query: &str, fields: &Fields) -> Result<Link, String> {
    let filled = [
        &fields.subscription,
        &fields.resource_group,
        &fields.workspace,
    ];
    if filled.iter().any(|field| field.is_empty()) {
        return Err("fill in subscription, resource group and workspace".to_owned());
    }
    let checked = fields
        .checked()
        .map_err(|problems| together(&problems).message)?;
    log_analytics(query, &checked.workspace_id()).map_err(|problem| problem.message)
}

fn span(
    session: &Session,
    rule: &sentinel_rules::rule::Rule,
    ask: &BacktestAsk,
) -> Result<Options, Problem> {
    let log = replay::span(&session.logs);
    let (first, last) = log.unwrap_or((session.now, session.now));
    let time = |text: &str, or: i64| match text.trim() {
        "" => Ok(or),
        text => parse_datetime(text).ok_or_else(|| {
            Problem::about(
                text,
                "this is no time",
                "write it like 2026-03-02T00:30:00Z",
            )
        }),
    };
    let known = Ground::of(session, (first, last)).options(rule);
    Ok(Options {
        from: time(&ask.from, known.from)?,
        to: time(&ask.to, known.to)?,
        ..Options::default()
    })
}

/// A log without what names somebody.
pub(crate) fn redacted(ask: &RedactAsk) -> Result<RedactView, Problem> {
    let options = Redaction {
        seed: seed(&ask.seed),
        keep: ask.keep.clone(),
    };
    let redacted = redact(&ask.name, &ask.bytes, &options)?;
    let counts = redacted.replaced.iter();
    let counts: Vec<String> = counts
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    Ok(RedactView {
        name: format!("redacted-{}", ask.name.trim_end_matches(".gz")),
        told: match counts.is_empty() {
            true => "Nothing was replaced.".to_owned(),
            false => format!("Replaced: {}.", counts.join(", ")),
        },
        text: redacted.text,
    })
}

/// The seed that a text says: a number, or a number made of its letters.
pub(crate) fn seed(text: &str) -> u64 {
    text.trim().parse().unwrap_or_else(|_| {
        // FNV-1a.
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    })
}

/// The loaded rows as a script for Azure Data Explorer.
pub(crate) fn script(session: &Session) -> Result<ExportFile, Problem> {
    let tables = session.tables()?;
    let filled = tables.iter().filter(|(_, table)| table.rows() > 0);
    let scripts: Result<Vec<String>, Problem> = filled
        .map(|(name, table)| kusto_script(name, table))
        .collect();
    let scripts = scripts?;
    if scripts.is_empty() {
        return Err(Problem::about(
            "Script",
            "no row is loaded",
            "load a log or a sample first",
        ));
    }
    Ok(ExportFile {
        name: "loaded-rows.kql".to_owned(),
        mime: "text/plain".to_owned(),
        text: scripts.join("\n"),
        command: String::new(),
    })
}
