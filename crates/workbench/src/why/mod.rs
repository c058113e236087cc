//! Answers to questions about why a rule says what it says.

mod chart;
mod evidence;
mod incident;
mod together;

use kql_analysis::value::Value;
use kql_engine::explain::SourceRow;
use kql_syntax::text::LineIndex;
use rule_replay::timeline::Timeline;
use rule_replay::why::{Asked, Questions, RowFate};
use rule_replay::{Failure, Outcome, Tables, times, window};
use sentinel_rules::rule::Rule;

pub(crate) use chart::{charts, charts_of_alert};
use evidence::Evident;
pub(crate) use incident::incident;
pub(crate) use together::together;

use crate::origins::Origins;
use crate::protocol::{EmptyView, FateView, Problem, RuleVersion, WhyQuestion, WhyView};
use crate::session::Session;

/// The answer to a question about a run.
pub(crate) fn why(session: &Session, question: &WhyQuestion) -> Result<WhyView, Problem> {
    let logs = Logs::of(session)?;
    match question {
        WhyQuestion::ResultRow(version, row) => {
            let (rule, outcome) = ran(session, version)?;
            let outcome = outcome?;
            let asked = Asked::of_result_row(rule, outcome, session.now, *row);
            let (run, row) = asked.ok_or_else(|| gone(rule, "the result has no such row"))?;
            let evidence = questions(rule, &logs)?.behind(run, row..row + 1);
            let evidence = evidence.map_err(|failure| failed(rule, &failure))?;
            Ok(WhyView::Rows(logs.evident(session, rule).view(&evidence)))
        }
        WhyQuestion::Alert(key, alert) => {
            let (rule, timeline) = replayed(session, key)?;
            let evidence = questions(rule, &logs)?.behind_alert(timeline, *alert);
            let evidence = evidence.map_err(|failure| failed(rule, &failure))?;
            Ok(WhyView::Rows(logs.evident(session, rule).view(&evidence)))
        }
        WhyQuestion::Incident(key, number) => {
            let (rule, timeline) = replayed(session, key)?;
            let incident = timeline.incidents.get(*number);
            let alerts = &incident
                .ok_or_else(|| gone(rule, "there is no such incident"))?
                .alerts;
            let evidence = questions(rule, &logs)?.behind_alerts(timeline, alerts);
            let evidence = evidence.map_err(|failure| failed(rule, &failure))?;
            Ok(WhyView::Rows(logs.evident(session, rule).view(&evidence)))
        }
        WhyQuestion::LogRow(version, alert, log, row) => {
            let rule = rule_of(session, version)?;
            let row = logs.origins.place(log, *row);
            let row = row.ok_or_else(|| gone(rule, "the log has no such row"))?;
            let questions = questions(rule, &logs)?;
            let run = match alert {
                Some(alert) => run_of_alert(session, version, *alert)?,
                None => questions
                    .run_for(session.now, &row)
                    .map_err(|failure| failed(rule, &failure))?,
            };
            let fate = questions.fate(run, row);
            let fate = fate.map_err(|failure| failed(rule, &failure))?;
            Ok(WhyView::Fate(fate_view(session, &logs, rule, &fate)))
        }
        WhyQuestion::IncidentRow(key, number, log, row) => {
            let (rule, timeline) = replayed(session, key)?;
            let row = logs.origins.place(log, *row);
            let row = row.ok_or_else(|| gone(rule, "the log has no such row"))?;
            let run = run_that_reads(timeline, *number, logs.time_of(&row));
            let run = run.ok_or_else(|| gone(rule, "there is no such incident"))?;
            let fate = questions(rule, &logs)?.fate(run, row);
            let fate = fate.map_err(|failure| failed(rule, &failure))?;
            Ok(WhyView::Fate(fate_view(session, &logs, rule, &fate)))
        }
        WhyQuestion::Empty(version) => {
            let (rule, outcome) = ran(session, version)?;
            Ok(WhyView::Empty(empty(session, &logs, rule, outcome?)?))
        }
    }
}

/// A converted rule and its schedule.
pub(crate) fn replayed<'s>(
    session: &'s Session,
    key: &str,
) -> Result<(&'s Rule, &'s Timeline), Problem> {
    let loaded = &session.rules[session.rule_index(key)?];
    let rule = &loaded.converted.rule;
    let replayed = loaded.timeline.as_ref();
    let timeline = replayed.and_then(|replayed| replayed.timeline.as_ref().ok());
    let timeline = timeline.ok_or_else(|| gone(rule, "the schedule was not replayed"))?;
    Ok((rule, timeline))
}

/// The run that made an alert.
fn run_of_alert(session: &Session, version: &RuleVersion, alert: usize) -> Result<Asked, Problem> {
    let (rule, timeline) = replayed(session, &version.rule)?;
    let alert = timeline.alerts.get(alert);
    let run = alert.and_then(|alert| timeline.runs.get(alert.run));
    run.map(Asked::of)
        .ok_or_else(|| gone(rule, "there is no such alert"))
}

/// The first run of an incident's alerts that reads a time; the first of all when none does.
fn run_that_reads(timeline: &Timeline, incident: usize, time: Option<i64>) -> Option<Asked> {
    let alerts = &timeline.incidents.get(incident)?.alerts;
    let runs = || {
        let alerts = alerts.iter().filter_map(|one| timeline.alerts.get(*one));
        alerts.filter_map(|alert| timeline.runs.get(alert.run))
    };
    let mut reading = runs()
        .filter(|run| time.is_some_and(|time| (run.window.from..run.window.to).contains(&time)));
    reading.next().or_else(|| runs().next()).map(Asked::of)
}

/// The loaded rows as one table for each name, and the logs that they came from.
pub(crate) struct Logs {
    pub tables: Tables,
    pub origins: Origins,
}

impl Logs {
    pub fn of(session: &Session) -> Result<Self, Problem> {
        let mut origins = Origins::default();
        for log in &session.logs {
            let loaded = &log.loaded;
            origins.add(&loaded.table_name, &log.key, loaded.table.rows());
        }
        Ok(Self {
            tables: session.tables()?,
            origins,
        })
    }

    /// When a row is of.
    fn time_of(&self, row: &SourceRow) -> Option<i64> {
        let table = self.tables.get(&row.table)?;
        match table.column_named("TimeGenerated")?.get(row.row) {
            Value::DateTime(time) => Some(time),
            _ => None,
        }
    }

    fn evident<'a>(&'a self, session: &'a Session, rule: &'a Rule) -> Evident<'a> {
        Evident {
            session,
            logs: self,
            rule,
        }
    }
}

fn questions<'a>(rule: &'a Rule, logs: &'a Logs) -> Result<Questions<'a>, Problem> {
    Questions::to_rule(rule, &logs.tables).map_err(|failure| failed(rule, &failure))
}

pub(crate) fn rule_of<'s>(
    session: &'s Session,
    version: &RuleVersion,
) -> Result<&'s Rule, Problem> {
    let loaded = &session.rules[session.rule_index(&version.rule)?];
    Ok(match version.converted {
        true => &loaded.converted.rule,
        false => &loaded.rule,
    })
}

/// A rule and what its last run gave.
#[allow(
    clippy::type_complexity,
    reason = "a rule, and its outcome or why there is none"
)]
fn ran<'s>(
    session: &'s Session,
    version: &RuleVersion,
) -> Result<(&'s Rule, Result<&'s Outcome, Problem>), Problem> {
    let loaded = &session.rules[session.rule_index(&version.rule)?];
    let (rule, run) = match version.converted {
        true => (&loaded.converted.rule, &loaded.converted_run),
        false => (&loaded.rule, &loaded.run),
    };
    let outcome = match run {
        Some(Ok(outcome)) => Ok(outcome),
        Some(Err(failure)) => Err(failed(rule, failure)),
        None => Err(gone(rule, "the rule was not run")),
    };
    Ok((rule, outcome))
}

fn fate_view(session: &Session, logs: &Logs, rule: &Rule, fate: &RowFate) -> FateView {
    let lines = LineIndex::new(&rule.query);
    let places = fate.fate.stops.iter().map(|stop| {
        let range = lines.utf16_range(&stop.range);
        (range.start, range.end)
    });
    let evident = logs.evident(session, rule);
    let (log, row) = evident.origin(&fate.row.table, fate.row.row);
    let key = logs.origins.find(&fate.row.table, fate.row.row);
    FateView {
        run: run_words(fate.run),
        row: format!("Row {} of {log}", row + 1),
        log: key.map(|(key, _)| key.to_owned()).unwrap_or_default(),
        number: row,
        cells: evident.filled(&fate.row.table, fate.row.row),
        sentences: fate.sentences.clone(),
        places: places.collect(),
        kept: !fate.fate.kept.is_empty(),
    }
}

/// Why no run of an outcome finds anything. Of the runs of an NRT rule the last one is asked.
fn empty(
    session: &Session,
    logs: &Logs,
    rule: &Rule,
    outcome: &Outcome,
) -> Result<EmptyView, Problem> {
    let runs = Asked::of_outcome(rule, outcome, session.now);
    let run = runs.last().copied().unwrap_or(Asked {
        now: session.now,
        window: Some(window::Window {
            from: session.now.saturating_sub(window::NRT_LOOKBACK),
            to: session.now,
        }),
    });
    let found = questions(rule, logs)?.emptiness(run);
    let found = found.map_err(|failure| failed(rule, &failure))?;
    let Some(found) = found else {
        return Err(gone(rule, "the result has rows"));
    };
    let lines = LineIndex::new(&rule.query);
    let places = found.emptied.iter().map(|one| {
        let range = lines.utf16_range(&one.range);
        (range.start, range.end)
    });
    Ok(EmptyView {
        run: run_words(run),
        places: places.collect(),
        sentences: found.sentences,
    })
}

/// A run in words.
pub(crate) fn run_words(run: Asked) -> String {
    match run.window {
        Some(window) => format!(
            "Run of {} over {} to {}",
            times::minute(run.now),
            times::minute(window.from),
            times::minute(window.to)
        ),
        None => format!("Run of {}", times::minute(run.now)),
    }
}

pub(crate) fn failed(rule: &Rule, failure: &Failure) -> Problem {
    Problem::about(&rule.name, failure.message.clone(), failure.hint.clone())
}

fn gone(rule: &Rule, what: &str) -> Problem {
    Problem::about(&rule.name, what, "run the rules again")
}
