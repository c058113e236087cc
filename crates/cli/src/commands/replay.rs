//! `rulesmith replay`: run rules on their schedule over logs, and tell runs, alerts and incidents.

mod document;
mod told;
mod what_if;

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use kql_analysis::time::parse_timespan;
use kql_engine::Table;
use kql_syntax::text::LineIndex;
use rule_replay::Tables;
use rule_replay::timeline::{
    Assumptions, Options, RowTimes, Timeline, merge, simulate, time_of_last_reader,
};
use sentinel_rules::rule::Rule;
use serde_json::json;

use crate::commands::choices::{self, Format};
use crate::commands::rules::read_all;
use crate::files::{self, Failure};
use crate::sources::load;
use document::{document, together};
use told::{tell, tell_assumptions, tell_together};

/// Arguments of `replay`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives
    #[arg(required = true)]
    rules: Vec<String>,
    /// Audit logs; may be repeated
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    logs: Vec<String>,
    /// Threat-intelligence indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    indicators: Vec<String>,
    /// When the rules are enabled, which is their first run; without it, at the first row of the logs
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Last time at which a run is due; without it, late enough for the last row of the logs to be read
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Time between an event and its ingestion, such as 3m
    #[arg(long, value_name = "TIMESPAN", default_value = "0m")]
    delay: String,
    /// Take something for granted otherwise than by default, where Microsoft documents nothing; may be
    /// repeated; --assumptions lists what there is
    #[arg(long, value_name = "NAME=VALUE")]
    assume: Vec<String>,
    /// Also list what is taken for granted, with its default and how sure that is
    #[arg(long)]
    assumptions: bool,
    /// Also tell what all rules did, in one list by time
    #[arg(long)]
    together: bool,
    /// Tell what changes when a control of the rule is set otherwise; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Tell how alerts and incidents hang on a control; may be repeated
    #[arg(long, value_name = "NAME")]
    curve: Vec<String>,
    /// Values to try for --curve, instead of interesting ones; may be repeated
    #[arg(long = "at", value_name = "VALUE", requires = "curve")]
    at: Vec<String>,
    /// List the controls that --set and --curve take
    #[arg(long)]
    controls: bool,
    /// How the outcome is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Replays every rule; the status is 1 when a rule could not be read or run.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let read = read_all(&arguments.rules)?;
    let (tables, span) = tables(&arguments.logs, &arguments.indicators)?;
    let span = span.ok_or_else(|| Failure::new("--logs: no row has a time in TimeGenerated"))?;
    let mut sound = !read.had_problems && !read.rules.is_empty();
    let mut documents = Vec::new();
    let mut timelines = Vec::new();
    let times = Times::of(arguments, span)?;
    let questions = what_if::Questions::of(arguments)?;
    let row_times = (arguments.format == Format::Json).then(|| RowTimes::of(&tables));
    for rule in &read.rules {
        let options = times.options(rule);
        let told = simulate(rule, &tables, options).and_then(|timeline| {
            let answers =
                questions.answer(rule, &timeline, &tables, &|rule| times.options(rule))?;
            Ok((timeline, answers))
        });
        match told {
            Ok((timeline, answers)) => {
                match &row_times {
                    Some(row_times) => {
                        let mut document = document(rule, options, &timeline, row_times);
                        answers.add_to(&mut document);
                        documents.push(document);
                    }
                    None => {
                        tell(rule, options, &timeline)?;
                        answers.tell()?;
                    }
                }
                timelines.push((rule, timeline));
            }
            Err(failure) => {
                sound = false;
                let line = LineIndex::new(&rule.query).line(failure.range.start);
                let message = format!(
                    "{}, line {line}: {}; {}",
                    rule.name, failure.message, failure.hint
                );
                files::warn(message.trim_end_matches("; "));
            }
        }
    }
    let all: Vec<(&Rule, &Timeline)> = timelines.iter().map(|(rule, one)| (*rule, one)).collect();
    let merged = arguments.together.then(|| merge(&all));
    if let (Some(merged), Format::Text) = (&merged, arguments.format) {
        tell_together(merged)?;
    }
    if arguments.assumptions && arguments.format == Format::Text {
        tell_assumptions(times.assumptions)?;
    }
    if arguments.format == Format::Json {
        let mut whole = json!({ "rules": documents, "assumptions": times.assumptions.all() });
        if let Some(merged) = &merged {
            whole["together"] = together(merged);
        }
        let text = serde_json::to_string_pretty(&whole);
        files::print_line(&text.map_err(|error| Failure::new(error.to_string()))?)?;
    }
    Ok(ExitCode::from(u8::from(!sound)))
}

/// The tables of all files, and the span of the audit logs.
pub(crate) fn tables(
    logs: &[String],
    indicators: &[String],
) -> Result<(Tables, Option<(i64, i64)>), Failure> {
    let mut parts: BTreeMap<String, Vec<Table>> = BTreeMap::new();
    let mut span: Option<(i64, i64)> = None;
    let logs = logs.iter().map(|file| (file, true));
    let indicators = indicators.iter().map(|file| (file, false));
    for (file, is_log) in logs.chain(indicators) {
        let loader = load(file)?;
        let loaded = loader.finish();
        let loaded = loaded.map_err(|error| Failure::new(format!("{error}; {}", error.remedy)))?;
        for one in loaded {
            if let (true, Some((first, last))) = (is_log, one.span) {
                let known = span.unwrap_or((first, last));
                span = Some((known.0.min(first), known.1.max(last)));
            }
            parts.entry(one.table_name).or_default().push(one.table);
        }
    }
    Ok((workbench::tables(parts), span))
}

/// The span to replay: as asked, or from the first row until a run has read the last one.
struct Times {
    from: i64,
    last: i64,
    to: Option<i64>,
    delay: i64,
    assumptions: Assumptions,
}

impl Times {
    fn of(arguments: &Arguments, (first, last): (i64, i64)) -> Result<Self, Failure> {
        let time = |name: &str, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| choices::time(name, text)).transpose()
        };
        let delay = parse_timespan(&arguments.delay).filter(|delay| *delay >= 0);
        let delay = delay.ok_or_else(|| {
            Failure::new(format!(
                "--delay: `{}` is not a timespan; write it like 3m",
                arguments.delay
            ))
        })?;
        Ok(Self {
            from: time("from", &arguments.from)?.unwrap_or(first),
            last,
            to: time("to", &arguments.to)?,
            delay,
            assumptions: assumptions(&arguments.assume)?,
        })
    }

    fn options(&self, rule: &Rule) -> Options {
        let end = || time_of_last_reader(rule, self.from, self.last, self.delay);
        Options {
            from: self.from,
            to: self.to.unwrap_or_else(end),
            ingestion_delay: self.delay,
            assumptions: self.assumptions,
        }
    }
}

fn assumptions(settings: &[String]) -> Result<Assumptions, Failure> {
    let mut assumptions = Assumptions::default();
    for setting in settings {
        let (name, value) = setting.split_once('=').ok_or_else(|| {
            Failure::new(format!(
                "--assume: `{setting}` has no value; write NAME=VALUE"
            ))
        })?;
        let set = assumptions.set(name.trim(), value);
        set.map_err(|wrong| Failure::new(format!("--assume: {wrong}")))?;
    }
    Ok(assumptions)
}
