//! The logs that a proof tries whole, of rows that the original is about and of columns that a rule reads.

use std::collections::BTreeSet;

use audit_logs::generate::scenario;
use kql_analysis::types::ColumnSchema;
use kql_analysis::value::{TICKS_PER_SECOND, Value};
use kql_engine::{Column, Table};
use rule_convert::Profile;
use rule_replay::Tables;
use sentinel_rules::rule::Rule;

use crate::carry::{Carrying, Direction};
use crate::generate::{Base, Seen, scenario_tables};
use crate::log::{Kept, Log, Row, TIME_COLUMN};
use crate::prove::{Settings, Trial};
use crate::reading::Reading;

/// The sample scenario that is tried unless another one is named.
const SCENARIO: &str = "vault-all";
/// The samples of both resources.
pub(crate) const SAMPLES: [&str; 2] = [SCENARIO, "hsm-all"];
/// Texts of one column of the logs that are tried in other rows.
const MAX_SEEN: usize = 24;
/// Columns that are kept of every table, because the carrying looks at them.
const ALWAYS_KEPT: [&str; 4] = [
    TIME_COLUMN,
    "ResourceId",
    "_ResourceId",
    crate::carry::PROVIDER_COLUMN,
];

impl Trial<'_> {
    /// Logs that are tried whole: the loaded ones as they are and as the other resource's, and a sample.
    pub fn logs(&self, settings: &Settings) -> Vec<(String, Tables, Option<i64>)> {
        let mut logs = Vec::new();
        let carrying = &self.pair.carrying;
        let loaded = prune(self.input.tables, &self.kept);
        let Some(profile) = self.input.profile else {
            return self.logs_of_versions(loaded, settings);
        };
        let own = without(&loaded, carrying, Direction::Back);
        if has_carried(&own, carrying) {
            logs.push(("the loaded logs".to_owned(), own, None));
        }
        let foreign = without(&loaded, carrying, Direction::Forth);
        let back = carrying.tables(&foreign, Direction::Back);
        if has_carried(&back, carrying) {
            logs.push((
                format!("the loaded logs of {}, carried back", profile.to),
                back,
                None,
            ));
        }
        let chosen = settings.scenario.or_else(|| scenario(SCENARIO));
        if let Some(chosen) = chosen {
            let tables = scenario_tables(chosen, settings.seed, settings.end, &self.known);
            let tables = carrying.tables(&prune(&tables, &self.kept), Direction::Back);
            let name = format!("the sample {}", chosen.name);
            if let Some(step) = self.shorter_step() {
                let name = format!("{name}, the rules enabled at another time");
                let phase = settings.end.saturating_sub(step);
                logs.push((name, tables.clone(), Some(phase)));
            }
            logs.push((name, tables, Some(settings.end)));
        }
        logs
    }

    /// Texts that logs have in the columns that the rules differ at, and names of operations that a row may
    /// have.
    pub fn seen<'t>(&self, logs: impl Iterator<Item = &'t Tables>) -> Seen {
        let sources = self.unlike.sources();
        let mut seen = Seen::new();
        for tables in logs {
            for source in &sources {
                let table = tables.get(&source.table);
                let column = table.and_then(|table| table.column_named(&source.column));
                let known = seen.entry(source.clone()).or_default();
                column
                    .into_iter()
                    .for_each(|column| add_texts(known, column));
            }
        }
        for (source, known) in &mut seen {
            if source.column == self.pair.carrying.operation_column() {
                known.extend(self.input.profile.into_iter().flat_map(names_of_operations));
            }
        }
        seen
    }

    /// One row of each operation of a log, all at the time of the latest and run just after it.
    pub fn kinds_of_rows(&self, tables: &Tables) -> Option<Base> {
        let mut log = Log::of(tables, &self.kept);
        let mut latest = None;
        for sheet in &mut log.sheets {
            let operation = sheet.column(self.pair.carrying.operation_column());
            let mut seen = BTreeSet::new();
            let kind = |row: &Row| match operation.and_then(|column| row.get(column)) {
                Some(Value::String(name)) => name.to_string(),
                _ => String::new(),
            };
            sheet.rows.retain(|row| seen.insert(kind(row)));
            let time = sheet.column(TIME_COLUMN);
            let times = sheet.rows.iter().filter_map(|row| match row.get(time?)? {
                Value::DateTime(ticks) => Some(*ticks),
                _ => None,
            });
            latest = times.max().max(latest);
        }
        let latest = latest?;
        for sheet in &mut log.sheets {
            let operation = sheet.column(self.pair.carrying.operation_column());
            if let (Some(_), Some(column)) = (operation, sheet.column(TIME_COLUMN)) {
                (0..sheet.rows.len())
                    .for_each(|row| sheet.set(row, column, Value::DateTime(latest)));
            }
        }
        let time = latest.saturating_add(TICKS_PER_SECOND);
        Some(Base { log, time })
    }

    /// The shorter frequency of two rules that run at different ones: what that changes may depend on when they
    /// are enabled.
    fn shorter_step(&self) -> Option<i64> {
        let seconds = |rule: &Rule| Some(rule.schedule.as_ref()?.frequency.seconds);
        let (one, other) = (
            seconds(self.input.original)?,
            seconds(self.input.converted)?,
        );
        let shorter = i64::try_from(one.min(other)).ok()?;
        (one != other).then_some(shorter.saturating_mul(TICKS_PER_SECOND))
    }

    /// Logs on which two versions of a rule are tried: the loaded ones and a sample of each resource.
    fn logs_of_versions(
        &self,
        loaded: Tables,
        settings: &Settings,
    ) -> Vec<(String, Tables, Option<i64>)> {
        let mut logs = Vec::new();
        if loaded.values().any(|table| table.rows() > 0) {
            logs.push(("the loaded logs".to_owned(), loaded, None));
        }
        let samples = match settings.scenario {
            Some(chosen) => vec![chosen],
            None => SAMPLES.iter().filter_map(|name| scenario(name)).collect(),
        };
        for sample in samples {
            let tables = scenario_tables(sample, settings.seed, settings.end, &self.known);
            let name = format!("the sample {}", sample.name);
            logs.push((name, prune(&tables, &self.kept), Some(settings.end)));
        }
        logs
    }
}

/// The columns of each table that the rules or the carrying read.
pub(crate) fn kept(reading: &Reading, known: &Tables, carrying: &Carrying) -> Kept {
    let mut kept = Kept::new();
    for (name, table) in known {
        let is_read = |column: &&ColumnSchema| {
            let source = crate::reading::Source {
                table: name.clone(),
                column: column.name.clone(),
            };
            let always = ALWAYS_KEPT.contains(&column.name.as_str())
                || column.name == carrying.type_column()
                || column.name == carrying.operation_column();
            always || reading.columns.contains_key(&source)
        };
        if reading.columns.keys().any(|source| source.table == *name) {
            let columns = table.schema().columns.iter().filter(is_read).cloned();
            kept.insert(name.clone(), columns.collect());
        }
    }
    kept
}

/// Adds the texts of a column that are not there yet.
fn add_texts(known: &mut Vec<String>, column: &Column) {
    for row in 0..column.len() {
        match column.get(row) {
            _ if known.len() >= MAX_SEEN => break,
            Value::String(text) if !known.iter().any(|one| **one == *text) => {
                known.push(text.to_string());
            }
            _ => {}
        }
    }
}

/// Operations that the target logs, or may log.
fn names_of_operations(profile: &Profile) -> impl Iterator<Item = String> {
    let all = profile.operations.operations();
    let logged = all.filter(|one| profile.operations.never_logged(&one.name).is_none());
    logged.map(|one| one.name.clone())
}

/// The tables with columns that no rule reads emptied, so that runs cost less.
fn prune(tables: &Tables, kept: &Kept) -> Tables {
    let pruned = tables.iter().map(|(name, table)| {
        let Some(kept) = kept.get(name) else {
            return (name.clone(), table.take(&[]));
        };
        let columns = table.schema().columns.iter().zip(table.columns());
        let columns = columns.map(|(schema, column)| {
            match kept.iter().any(|kept| kept.name == schema.name) {
                true => column.clone(),
                false => Column::constant(&Value::Null, schema.ty, table.rows()),
            }
        });
        (
            name.clone(),
            Table::with_rows(table.schema().clone(), columns.collect(), table.rows()),
        )
    });
    pruned.collect()
}

/// The tables without the rows that a direction carries.
pub(crate) fn without(tables: &Tables, carrying: &Carrying, direction: Direction) -> Tables {
    let rest = tables.iter().map(|(name, table)| {
        let carried = carrying.is_carried(table, direction);
        let rows: Vec<u32> = (0..)
            .zip(&carried)
            .filter(|(_, carried)| !**carried)
            .map(|(row, _)| row)
            .collect();
        let rest = if rows.len() == table.rows() {
            table.clone()
        } else {
            table.take(&rows)
        };
        (name.clone(), rest)
    });
    rest.collect()
}

fn has_carried(tables: &Tables, carrying: &Carrying) -> bool {
    tables
        .values()
        .any(|table| carrying.is_carried(table, Direction::Forth).contains(&true))
}
