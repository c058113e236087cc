//! `rulesmith explain`: the log rows behind a result row, what became of a log row, and why a result is
//! empty.

mod answer;

use std::process::ExitCode;

use clap::Args;
use kql_engine::explain::SourceRow;
use kql_syntax::text::LineIndex;
use rule_replay::Tables;
use rule_replay::timeline::{Options, Timeline, simulate, time_of_last_reader};
use rule_replay::why::{Asked, Questions};
use rule_replay::words::counted;
use rule_replay::{outcome, window};
use sentinel_rules::rule::{Rule, RuleKind};

use crate::commands::choices::{Format, time};
use crate::commands::rules::read_all;
use crate::files::{self, Failure};
use crate::sources::Sources;
use answer::Answers;

/// Arguments of `explain`.
#[derive(Args)]
pub struct Arguments {
    /// File with a rule, or with a query when its name ends in .kql
    rule: String,
    /// Audit logs and indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// Rows of a table, as NAME=FILE; may be repeated
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// The time of the run, such as 2026-03-02T00:30:00Z
    #[arg(long, value_name = "TIME", required_unless_present = "alert")]
    now: Option<String>,
    /// Tell the log rows behind this row of the result, counted from 1
    #[arg(long, value_name = "N")]
    result_row: Option<usize>,
    /// Tell the log rows behind this alert of the rule's schedule, counted from 1, as `replay` lists them
    #[arg(long, value_name = "N", conflicts_with_all = ["result_row", "row"])]
    alert: Option<usize>,
    /// When the rule is enabled, for --alert; without it, at the first row of the logs
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Tell what became of this row of a table, counted from 1
    #[arg(long, value_name = "TABLE:N")]
    row: Option<String>,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Explains a run of a rule, or a query.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = arguments.now.as_deref().map(|text| time("now", text));
    let now = now.transpose()?.unwrap_or_default();
    let row = arguments.row.as_deref().map(source_row).transpose()?;
    let sources = sources(&arguments.logs, &arguments.tables)?;
    let span = sources.span();
    let (tables, origins) = sources.finish();
    let subject = Subject::read(&arguments.rule)?;
    let questions = subject.questions(&tables)?;
    let answers = Answers {
        tables: &tables,
        origins: &origins,
        text: subject.text(),
        json: arguments.format == Format::Json,
    };
    let answer = match (&row, arguments.result_row) {
        _ if arguments.alert.is_some() => {
            let number = arguments.alert.unwrap_or_default();
            let (rule, timeline) = subject.timeline(&tables, span, arguments.from.as_deref())?;
            let alert = number
                .checked_sub(1)
                .filter(|one| *one < timeline.alerts.len());
            let alert = alert.ok_or_else(|| {
                let made = counted(timeline.alerts.len() as u64, "alert");
                Failure::new(format!("--alert: {} raises {made}", rule.name))
            })?;
            let evidence = questions.behind_alert(&timeline, alert);
            answers.evidence(&evidence.map_err(|failure| subject.failure(&failure))?)
        }
        (Some(row), _) => {
            let run = questions.run_for(now, row);
            let fate = run.and_then(|run| questions.fate(run, row.clone()));
            answers.fate(&fate.map_err(|failure| subject.failure(&failure))?)
        }
        (None, Some(number)) => {
            let (run, number) = subject.result_row(&tables, now, number)?;
            let evidence = questions.behind(run, number..number + 1);
            answers.evidence(&evidence.map_err(|failure| subject.failure(&failure))?)
        }
        (None, None) => {
            let run = subject.run(now);
            let result = questions
                .run(run)
                .map_err(|failure| subject.failure(&failure))?;
            let empty = questions
                .emptiness(run)
                .map_err(|failure| subject.failure(&failure))?;
            answers.steps(run, &result, empty.as_ref())
        }
    };
    files::print_line(answer.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// The tables of logs and of `NAME=FILE` pairs.
pub(crate) fn sources(logs: &[String], pairs: &[String]) -> Result<Sources, Failure> {
    let mut sources = Sources::of_tables(pairs)?;
    for file in logs {
        sources.add_log(file)?;
    }
    Ok(sources)
}

/// `TABLE:N`, counted from 1.
fn source_row(text: &str) -> Result<SourceRow, Failure> {
    let parts = text.rsplit_once(':').and_then(|(table, number)| {
        let row = number.parse::<usize>().ok()?.checked_sub(1)?;
        Some(SourceRow {
            table: table.to_owned(),
            row,
        })
    });
    parts.ok_or_else(|| {
        Failure::new(format!(
            "--row: write TABLE:N instead of `{text}`, with N from 1"
        ))
    })
}

/// What is explained.
pub(crate) enum Subject {
    /// A query in a file of this name.
    Query(String, String),
    /// A rule.
    Rule(Box<Rule>),
}

impl Subject {
    /// Reads a query from a file whose name ends in .kql, a rule from any other.
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        if file.ends_with(".kql") {
            return Ok(Self::Query(file.to_owned(), files::read_text(file)?));
        }
        let mut rules = read_all(std::slice::from_ref(&file.to_owned()))?.rules;
        match (rules.pop(), rules.len()) {
            (Some(rule), 0) => Ok(Self::Rule(Box::new(rule))),
            (None, _) => Err(Failure::new(format!(
                "{file} holds no rule; a file with a query ends in .kql"
            ))),
            (_, more) => Err(Failure::new(format!(
                "{file} holds {} rules; give a file with one of them",
                more + 1
            ))),
        }
    }

    /// Its query.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Query(_, text) => text,
            Self::Rule(rule) => &rule.query,
        }
    }

    fn questions<'a>(&'a self, tables: &'a Tables) -> Result<Questions<'a>, Failure> {
        let questions = match self {
            Self::Query(_, text) => Questions::to_query(text, tables),
            Self::Rule(rule) => Questions::to_rule(rule, tables),
        };
        questions.map_err(|failure| self.failure(&failure))
    }

    /// The run at a time: a scheduled rule over its period, an NRT rule over the day before, a query over
    /// everything.
    pub(crate) fn run(&self, now: i64) -> Asked {
        let window = match self {
            Self::Query(..) => None,
            Self::Rule(rule) => Some(window::scheduled(rule, now).unwrap_or(window::Window {
                from: now.saturating_sub(window::NRT_LOOKBACK),
                to: now,
            })),
        };
        Asked { now, window }
    }

    /// The rule on its schedule over the span of the logs.
    fn timeline(
        &self,
        tables: &Tables,
        span: Option<(i64, i64)>,
        from: Option<&str>,
    ) -> Result<(&Rule, Timeline), Failure> {
        let (Self::Rule(rule), Some((first, last))) = (self, span) else {
            return Err(Failure::new("--alert: give a rule and logs with times"));
        };
        let from = from.map(|text| time("from", text)).transpose()?;
        let from = from.unwrap_or(first);
        let options = Options {
            from,
            to: time_of_last_reader(rule, from, last, 0),
            ..Options::default()
        };
        let timeline = simulate(rule, tables, options);
        Ok((rule, timeline.map_err(|failure| self.failure(&failure))?))
    }

    /// The run that a row of the result, counted from 1, comes from, and its number there from 0.
    fn result_row(
        &self,
        tables: &Tables,
        now: i64,
        number: usize,
    ) -> Result<(Asked, usize), Failure> {
        let counted_from_one = || Failure::new("--result-row: rows are counted from 1");
        let number = number.checked_sub(1).ok_or_else(counted_from_one)?;
        match self {
            Self::Rule(rule) if rule.kind == RuleKind::Nrt => {
                let outcome = rule_replay::replay(rule, tables, now);
                let outcome = outcome.map_err(|failure| self.failure(&failure))?;
                let found = Asked::of_result_row(rule, &outcome, now, number);
                found.ok_or_else(|| Failure::new("--result-row: the result has fewer rows"))
            }
            _ => Ok((self.run(now), number)),
        }
    }

    /// A failure with the name of its file and the line.
    pub(crate) fn failure(&self, failure: &outcome::Failure) -> Failure {
        let name = match self {
            Self::Query(file, _) => file,
            Self::Rule(rule) => &rule.name,
        };
        let line = LineIndex::new(self.text()).line(failure.range.start);
        let message = format!("{name}, line {line}: {}; {}", failure.message, failure.hint);
        Failure::new(message.trim_end_matches("; "))
    }
}
