//! From a difference on a log to the counter-example that is shown.

use kql_analysis::text::value_text;
use kql_analysis::time::format_datetime;
use kql_engine::Table;
use rule_replay::Tables;
use rule_replay::timeline::SingleRun;

use crate::compare::Difference;
use crate::generate::Base;
use crate::log::{Kept, Log};
use crate::pair::Pair;
use crate::shrink::{MAX_TRIALS, empty_cells, shrink};
use crate::verdict::{CounterExample, ExampleOutcome, ExampleTable};

/// Rows of a result that are shown.
const SHOWN_ROWS: usize = 20;
/// Trials while cells are emptied.
const MAX_TRIALS_OF_CELLS: usize = 200;
/// Rows up to which a log is shrunk once more when cells have been emptied.
const MAX_ROWS_TWICE: usize = 40;
/// Entities that are shown.
const SHOWN_ENTITIES: usize = 20;

/// The smallest log on which the rules differ, as far as the trials reach.
pub(crate) fn smallest(
    pair: &Pair<'_>,
    base: &Base,
    known: &Tables,
    found_on: &str,
) -> Option<CounterExample> {
    let difference = |log: &Log| {
        let tables = log.tables(known);
        let (left, right) = pair.carrying.read(&tables);
        let both = pair.at(&left, &right, base.time).ok()?;
        both.difference
    };
    let differs = |log: &Log| difference(log).is_some();
    if !differs(&base.log) {
        return None;
    }
    let log = shrink(&base.log, MAX_TRIALS, differs);
    let aspect = |log: &Log| difference(log).map(|one| one.aspect);
    let shown_aspect = aspect(&log);
    let log = empty_cells(&log, MAX_TRIALS_OF_CELLS, |log| aspect(log) == shown_aspect);
    let log = match log.rows() <= MAX_ROWS_TWICE {
        true => shrink(&log, MAX_TRIALS_OF_CELLS, |log| aspect(log) == shown_aspect),
        false => log,
    };
    let tables = log.tables(known);
    let (left, right) = pair.carrying.read(&tables);
    let both = pair.at(&left, &right, base.time).ok()?;
    Some(CounterExample {
        difference: both.difference?,
        found_on: found_on.to_owned(),
        time: format_datetime(base.time),
        tables: shown(&log, &left, &right),
        original: outcome(&both.original),
        converted: outcome(&both.converted),
    })
}

/// The smallest log of the original's resource on which the converted rule finds something.
pub(crate) fn smallest_crossing(
    pair: &Pair<'_>,
    base: &Base,
    known: &Tables,
    difference: Difference,
) -> CounterExample {
    let crosses = |log: &Log| {
        let side = crate::pair::Side::Converted;
        pair.crosses(side, &log.tables(known), base.time)
            .unwrap_or(false)
    };
    let log = shrink(&base.log, MAX_TRIALS, crosses);
    let log = empty_cells(&log, MAX_TRIALS_OF_CELLS, crosses);
    let tables = log.tables(known);
    let run = |side| pair.run(side, &tables, base.time).ok();
    let outcome = |side| run(side).map(|run| outcome(&run)).unwrap_or_default();
    CounterExample {
        difference,
        found_on: "rows of the original's resource, not carried".to_owned(),
        time: format_datetime(base.time),
        tables: shown(&log, &tables, &tables),
        original: outcome(crate::pair::Side::Original),
        converted: outcome(crate::pair::Side::Converted),
    }
}

/// A difference that no single run shows.
pub(crate) fn without_rows(difference: Difference, found_on: &str, time: i64) -> CounterExample {
    CounterExample {
        difference,
        found_on: found_on.to_owned(),
        time: format_datetime(time),
        tables: Vec::new(),
        original: ExampleOutcome::default(),
        converted: ExampleOutcome::default(),
    }
}

/// The rows that both rules read at a time, of the columns that matter.
pub(crate) fn base_at(pair: &Pair<'_>, tables: &Tables, kept: &Kept, time: i64) -> Option<Base> {
    let empty: Tables = tables
        .iter()
        .map(|(name, table)| (name.clone(), table.take(&[])))
        .collect();
    let both = pair.at(&empty, &empty, time).ok()?;
    let window = rule_replay::window::Window {
        from: both.original.window.from.min(both.converted.window.from),
        to: both.original.window.to.max(both.converted.window.to),
    };
    let inside = rule_replay::window::rows_in(tables, window);
    Some(Base {
        log: Log::of(&inside, kept),
        time,
    })
}

pub(crate) fn shown(log: &Log, tables: &Tables, carried: &Tables) -> Vec<ExampleTable> {
    let sheets = log.sheets.iter().filter(|sheet| !sheet.rows.is_empty());
    let sheets = sheets.filter_map(|sheet| {
        let (left, right) = (tables.get(&sheet.table)?, carried.get(&sheet.table)?);
        let names = sheet.columns.iter().map(|column| column.name.clone());
        let names: Vec<String> = names.filter(|name| is_filled(left, name)).collect();
        Some(ExampleTable {
            name: sheet.table.clone(),
            rows: cells(left, &names, usize::MAX),
            carried: cells(right, &names, usize::MAX),
            columns: names,
        })
    });
    sheets.collect()
}

fn is_filled(table: &Table, name: &str) -> bool {
    let names = [name.to_owned()];
    cells(table, &names, usize::MAX)
        .iter()
        .flatten()
        .any(|cell| !cell.is_empty())
}

fn cells(table: &Table, names: &[String], most: usize) -> Vec<Vec<String>> {
    let places: Vec<Option<usize>> = names
        .iter()
        .map(|name| table.schema().index_of(name))
        .collect();
    let cell = |row: usize, place: &Option<usize>| {
        let column = place.and_then(|place| table.schema().columns.get(place));
        let value = place.map(|place| table.value(row, place));
        match (value, column) {
            (Some(value), Some(column)) => value_text(&value, column.ty).into_owned(),
            _ => String::new(),
        }
    };
    let rows = 0..table.rows().min(most);
    rows.map(|row| places.iter().map(|place| cell(row, place)).collect())
        .collect()
}

pub(crate) fn outcome(run: &SingleRun) -> ExampleOutcome {
    let names = run.result.schema().columns.iter();
    let names: Vec<String> = names.map(|column| column.name.clone()).collect();
    let entities = run.alerts.iter().flat_map(|alert| &alert.entities);
    let entities = entities.map(|entity| {
        let identifiers = entity.identifiers.iter();
        let words: Vec<String> = identifiers
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        format!("{} {}", entity.entity_type, words.join(" "))
    });
    ExampleOutcome {
        fires: run.fires,
        rows: cells(&run.result, &names, SHOWN_ROWS),
        columns: names,
        row_count: run.result.rows(),
        entities: entities.take(SHOWN_ENTITIES).collect(),
    }
}
