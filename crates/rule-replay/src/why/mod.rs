//! Questions to a run of a rule: the log rows behind its result, what became of a log row, and why
//! nothing was found.
//!
//! Each question runs the rule once more at that time, with the operators noting where rows come from.
//! Row numbers are those of the tables as they are loaded, counted from 0.

mod absence;
mod asked;
mod columns;

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::plan::Query;
use kql_analysis::value::Value;
use kql_engine::explain::words::Words;
use kql_engine::explain::{
    Behind, Emptied, Explained, Fate, SourceRow, Without, explain, without_conditions,
};
use kql_engine::step::Step;
use kql_engine::{RunResult, Table};
use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

pub use asked::Asked;
pub use columns::columns_read;

use crate::outcome::Failure;
use crate::prepared::{Tables, bound, catalog, failure, options};
use crate::replay::TIME_COLUMN;
use crate::timeline::Timeline;
use crate::window::{self, Window};
use crate::words::{counted, trigger};

/// The log rows behind rows of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// The run.
    pub run: Asked,
    /// The rows of its result that are meant, counted from 0.
    pub result_rows: Range<usize>,
    /// What is behind them.
    pub behind: Behind,
    /// What is not exact in it, in sentences.
    pub notes: Vec<String>,
}

impl Evidence {
    /// Adds what is behind other rows. A row that is needed for one of them is needed.
    fn add(&mut self, other: Self) {
        for (table, rows) in other.behind.tables {
            let known = self.behind.tables.entry(table).or_default();
            let exact: BTreeSet<u32> = known.exact.iter().copied().chain(rows.exact).collect();
            let possible = known.possible.iter().copied().chain(rows.possible);
            let possible: BTreeSet<u32> = possible.filter(|row| !exact.contains(row)).collect();
            known.exact = exact.into_iter().collect();
            known.possible = possible.into_iter().collect();
        }
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}

/// What became of a log row in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowFate {
    /// The run.
    pub run: Asked,
    /// The row.
    pub row: SourceRow,
    /// Where it was left out, and the result rows that it is in.
    pub fate: Fate,
    /// The same in sentences.
    pub sentences: Vec<String>,
}

/// Why a run's result has no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emptiness {
    /// The run.
    pub run: Asked,
    /// Rows in and out of each operator, in order of execution.
    pub steps: Vec<Step>,
    /// The operators that let no row through.
    pub emptied: Vec<Emptied>,
    /// The conditions without which there are rows.
    pub without: Vec<Without>,
    /// Conditions that were not tried.
    pub untried: usize,
    /// The same in sentences.
    pub sentences: Vec<String>,
}

/// A rule or a query on tables, ready for questions.
#[derive(Debug)]
pub struct Questions<'a> {
    text: &'a str,
    query: Query,
    rule: Option<&'a Rule>,
    tables: &'a Tables,
}

impl<'a> Questions<'a> {
    /// Questions to runs of a rule. Fails with the first error of syntax or binding.
    pub fn to_rule(rule: &'a Rule, tables: &'a Tables) -> Result<Self, Failure> {
        Ok(Self {
            rule: Some(rule),
            ..Self::to_query(&rule.query, tables)?
        })
    }

    /// Questions to a query. Fails with the first error of syntax or binding.
    pub fn to_query(text: &'a str, tables: &'a Tables) -> Result<Self, Failure> {
        Ok(Self {
            text,
            query: bound(text, tables)?,
            rule: None,
            tables,
        })
    }

    fn explain(&self, run: Asked, watch: Option<SourceRow>) -> Result<Explained, Failure> {
        let options = options(run.window, run.now);
        explain(&self.query, self.tables, &options, watch).map_err(failure)
    }

    /// What a run gives, with its steps.
    pub fn run(&self, run: Asked) -> Result<RunResult, Failure> {
        let options = options(run.window, run.now);
        kql_engine::run(&self.query, self.tables, &options).map_err(failure)
    }

    /// The log rows behind rows of a run's result.
    pub fn behind(&self, run: Asked, result_rows: Range<usize>) -> Result<Evidence, Failure> {
        let explained = self.explain(run, None)?;
        let statement = explained.result.tables.len().saturating_sub(1);
        let rows = explained.result.tables.last().map_or(0, Table::rows);
        if result_rows.end > rows {
            return Err(Failure {
                message: format!("the result of this run has {}", counted(rows as u64, "row")),
                hint: "ask about one of them".to_owned(),
                range: 0..0,
            });
        }
        let behind = explained.behind(statement, result_rows.clone());
        let mut notes = Words::of(self.text).approximations(&behind);
        notes.extend(absence::note(&self.query));
        Ok(Evidence {
            notes,
            run,
            result_rows,
            behind,
        })
    }

    /// The log rows behind an alert of a timeline.
    pub fn behind_alert(&self, timeline: &Timeline, alert: usize) -> Result<Evidence, Failure> {
        let found = timeline.alerts.get(alert);
        let run = found.and_then(|alert| Some((alert, timeline.runs.get(alert.run)?)));
        let (alert, run) = run.ok_or_else(|| Failure {
            message: "there is no such alert".to_owned(),
            hint: "replay the rule again".to_owned(),
            range: 0..0,
        })?;
        self.behind(Asked::of(run), alert.result_rows.clone())
    }

    /// The log rows behind alerts of a timeline, together. The run is that of the first of them.
    pub fn behind_alerts(
        &self,
        timeline: &Timeline,
        alerts: &[usize],
    ) -> Result<Evidence, Failure> {
        let mut all: Option<Evidence> = None;
        for alert in alerts {
            let one = self.behind_alert(timeline, *alert)?;
            match &mut all {
                None => all = Some(one),
                Some(all) => all.add(one),
            }
        }
        all.ok_or_else(|| Failure {
            message: "there is no such alert".to_owned(),
            hint: "replay the rule again".to_owned(),
            range: 0..0,
        })
    }

    /// What became of a row of a table in a run.
    pub fn fate(&self, run: Asked, row: SourceRow) -> Result<RowFate, Failure> {
        self.check(&row)?;
        let explained = self.explain(run, Some(row.clone()))?;
        let fate = explained.fate();
        let mut sentences = Words::of(self.text).fate(&fate);
        let rows = explained.result.tables.last().map_or(0, Table::rows) as u64;
        if !fate.kept.is_empty() {
            sentences.extend(self.below_threshold(rows));
        }
        Ok(RowFate {
            run,
            row,
            fate,
            sentences,
        })
    }

    /// That a result does not meet the rule's trigger.
    fn below_threshold(&self, rows: u64) -> Option<String> {
        let rule = self.rule.filter(|rule| !rule.fires(rows))?;
        let schedule = rule.schedule.as_ref()?;
        Some(format!(
            "The run still raises no alert: its result has {}, and the rule asks for {}.",
            counted(rows, "row"),
            trigger(schedule)
        ))
    }

    /// Why a run finds nothing; `None` when its result has rows.
    pub fn emptiness(&self, run: Asked) -> Result<Option<Emptiness>, Failure> {
        let explained = self.explain(run, None)?;
        let statement = explained.result.tables.len().saturating_sub(1);
        let emptied = explained.emptied(statement);
        if explained
            .result
            .tables
            .last()
            .is_some_and(|table| table.rows() > 0)
        {
            return Ok(None);
        }
        let options = options(run.window, run.now);
        let catalog = catalog(self.tables);
        let tried = without_conditions(self.text, &catalog, self.tables, &options);
        let (without, untried) = tried.map_err(failure)?;
        Ok(Some(Emptiness {
            sentences: Words::of(self.text).empty(&emptied, &without, untried),
            run,
            steps: explained.result.steps,
            emptied,
            without,
            untried,
        }))
    }

    /// The run at a time that a log row is asked about: the run at `now` of a scheduled rule, the run over
    /// the row's minute of an NRT rule.
    pub fn run_for(&self, now: i64, row: &SourceRow) -> Result<Asked, Failure> {
        self.check(row)?;
        let Some(rule) = self.rule else {
            return Ok(Asked { now, window: None });
        };
        if let Some(window) = window::scheduled(rule, now) {
            return Ok(Asked {
                now,
                window: Some(window),
            });
        }
        let table = self.tables.get(&row.table);
        let times = table.and_then(|table| table.column_named(TIME_COLUMN));
        let window = times.and_then(|times| match times.get(row.row) {
            Value::DateTime(time) => Some(window::minute_of(time)),
            _ => None,
        });
        let day = Window {
            from: now.saturating_sub(window::NRT_LOOKBACK),
            to: now,
        };
        Ok(Asked {
            now: window.map_or(now, window::now_after),
            window: Some(window.unwrap_or(day)),
        })
    }

    fn check(&self, row: &SourceRow) -> Result<(), Failure> {
        let rows = self.tables.get(&row.table).map(Table::rows);
        match rows {
            Some(rows) if row.row < rows => Ok(()),
            Some(rows) => Err(Failure {
                message: format!("{} has {}", row.table, counted(rows as u64, "row")),
                hint: "ask about one of them".to_owned(),
                range: 0..0,
            }),
            None => Err(Failure {
                message: format!("there is no table {}", row.table),
                hint: "name a loaded table".to_owned(),
                range: 0..0,
            }),
        }
    }
}
