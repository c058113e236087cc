//! Logs to start from: the rows of one run on which the original raises an alert, few of them, found on the
//! loaded logs and on the sample scenario; without any, rows made of the constants in the rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use audit_logs::generate::{Options, Random, Scenario, generate};
use audit_logs::load;
use audit_logs::write::{Format, Shape, write};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::Table;
use rule_replay::Tables;
use rule_replay::window::Window;

use super::pool::{Pool, addressed};
use crate::log::{Kept, Log, Row, Sheet};
use crate::pair::{Pair, Side};
use crate::shrink::shrink;

/// Trials while a base is shrunk; it need not be the smallest.
const MAX_TRIALS: usize = 90;
/// Bases of one log.
pub const MAX_BASES: usize = 3;
/// Made-up rows of a table that no log fills.
const MADE_UP_ROWS: usize = 3;

/// A log with a time at which it is run.
#[derive(Clone, Debug)]
pub struct Base {
    /// The rows.
    pub log: Log,
    /// Time of the run, in ticks.
    pub time: i64,
}

/// The tables of a generated scenario, with the columns of `known`.
pub fn scenario_tables(scenario: &Scenario, seed: u64, end: i64, known: &Tables) -> Tables {
    let options = Options {
        seed,
        rows: 0,
        end,
        documented_shape: false,
    };
    let sample = generate(scenario, &options);
    let mut tables: Tables = known
        .iter()
        .map(|(name, table)| (name.clone(), table.take(&[])))
        .collect();
    for shape in [Shape::Raw, Shape::Stix] {
        let bytes = write(&sample, Format { shape, gzip: false });
        for loaded in load(scenario.name, &bytes).unwrap_or_default() {
            if let Some(table) = tables.get_mut(&loaded.table_name) {
                *table = Table::concat(&[table.clone(), loaded.table]);
            }
        }
    }
    tables
}

/// Shrinks the rows of runs on which the original gives rows, and fires where it must.
pub fn of_runs(
    pair: &Pair<'_>,
    (tables, known): (&Tables, &Tables),
    kept: &Kept,
    runs: &[(i64, Window)],
    must_fire: bool,
) -> Vec<Base> {
    let chosen = spread(runs.len(), MAX_BASES);
    let runs = chosen.into_iter().filter_map(|place| runs.get(place));
    let base = |(time, window): &(i64, Window)| {
        let log = Log::of(&rule_replay::window::rows_in(tables, *window), kept);
        let shows = |log: &Log| {
            let (tables, _) = pair.carrying.read(&log.tables(known));
            let run = pair.run(Side::Original, &tables, *time);
            run.is_ok_and(|run| (run.fires || !must_fire) && run.result.rows() > 0)
        };
        shows(&log).then(|| Base {
            log: shrink(&log, MAX_TRIALS, shows),
            time: *time,
        })
    };
    runs.filter_map(base).collect()
}

/// Places spread over a list: the first, the last, and some between.
fn spread(length: usize, most: usize) -> Vec<usize> {
    let places =
        (0..most).map(|number| number * length.saturating_sub(1) / most.saturating_sub(1).max(1));
    let places: BTreeSet<usize> = places.filter(|place| *place < length).collect();
    places.into_iter().collect()
}

/// A few rows of every table that the rules read, each cell a constant that stands beside its column.
pub(super) fn made_up(pool: &Pool<'_>, random: &mut Random, kept: &Kept, time: i64) -> Base {
    let mut log = Log::default();
    for (table, columns) in kept {
        let mut sheet = Sheet {
            table: table.clone(),
            columns: Arc::new(columns.clone()),
            rows: Vec::new(),
        };
        for number in 0..MADE_UP_ROWS {
            let cells = (0..columns.len())
                .map(|column| pool.filler(random, &sheet, column, (time, number)));
            let row: Row = Arc::new(cells.collect());
            sheet.rows.push(row);
        }
        log.sheets.push(sheet);
    }
    Base { log, time }
}

impl Pool<'_> {
    fn filler(
        &self,
        random: &mut Random,
        sheet: &Sheet,
        column: usize,
        (time, number): (i64, usize),
    ) -> Value {
        let Some(schema) = sheet.columns.get(column) else {
            return Value::Null;
        };
        match (schema.name.as_str(), schema.ty) {
            (name, _) if name == self.carrying.type_column() => {
                super::pool::text(self.carrying.original_type())
            }
            (crate::carry::PROVIDER_COLUMN, _) => super::pool::text(crate::carry::PROVIDER),
            _ if self
                .reading
                .paths
                .contains_key(&Self::source(sheet, column)) =>
            {
                let constants = self.constants(sheet, column).into_iter();
                let bags = self.bags((sheet, column), constants);
                bags.get(number % bags.len().max(1))
                    .cloned()
                    .unwrap_or(Value::Null)
            }
            (name, ScalarType::String) if self.carrying.is_id(name) => {
                super::pool::text(&self.carrying.made_up_id(number))
            }
            (name, ScalarType::String) => {
                let constants = self.constants(sheet, column);
                let paths = constants.iter().filter(|text| text.len() > 1);
                let paths: Vec<String> = paths.filter_map(|text| addressed(text, "")).collect();
                // A path may be asked for by itself, in an address, and with more behind it.
                let constant = match (number, super::pool::pick(random, &paths)) {
                    (1, Some(address)) => Some(address.clone()),
                    (2, Some(address)) => Some(format!("{address}x")),
                    _ => super::pool::pick(random, &constants).cloned(),
                };
                let constant = constant.filter(|text| self.carrying.is_natural(text, name));
                let made = format!("{}-{number}", name.to_lowercase());
                super::pool::text(&constant.unwrap_or(made))
            }
            (_, ScalarType::DateTime) => {
                let before = random.below(self.period.unsigned_abs().max(1)) as i64;
                Value::DateTime(time - 1 - before.min(time - 1))
            }
            (_, ty @ (ScalarType::Int | ScalarType::Long | ScalarType::Real)) if number > 0 => {
                let made = self.exact_number(random, (sheet, column), ty);
                made.unwrap_or(Value::Null)
            }
            _ => self.value(random, &Log::default(), (sheet, column), time),
        }
    }
}
