//! `mv-expand`: one row per element of dynamic columns, several in step.

use std::sync::Arc;

use kql_analysis::plan::{ExpandColumn, Expansion, Plan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Bag, Items, Value};

use super::{Runner, project, select};
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Elements, Links};
use crate::interrupt::Pace;
use crate::room::VALUE_BYTES;
use crate::table::Table;

/// The rows of an `mv-expand`. An empty array gives no row, a null one row; shorter arrays are filled
/// up with nulls.
pub(super) fn expand(
    runner: &mut Runner<'_>,
    input: &Plan,
    expansion: &Expansion,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let (table, rows) = expanded(runner, "mv-expand", &table, expansion)?;
    runner.note(|trace| {
        trace.elements(Elements::Expanded(places(&rows)));
        trace.link(0, Links::One(rows));
    });
    Ok(table)
}

/// The place of each row among those that come from the same row.
fn places(rows: &[u32]) -> Vec<u32> {
    let same = rows.chunk_by(|a, b| a == b);
    same.flat_map(|rows| 0..rows.len() as u32).collect()
}

/// The expanded table, and the input row of each of its rows, in order.
pub(super) fn expanded(
    runner: &mut Runner<'_>,
    operator: &str,
    table: &Table,
    expansion: &Expansion,
) -> Result<(Table, Vec<u32>), EvalError> {
    let limit = match &expansion.limit {
        Some(limit) => select::row_count(runner, limit)?,
        None => usize::MAX,
    };
    let mut spread = Spread::of(&expansion.columns);
    let mut arrays = Vec::with_capacity(expansion.columns.len());
    for column in &expansion.columns {
        arrays.push(runner.column(&column.expr, table)?);
    }
    let mut pace = Pace::default();
    let mut items = Vec::with_capacity(arrays.len());
    let (room, width) = (runner.room(), kept_bytes(table, &expansion.columns));
    let rows = expected_rows(&arrays, table.rows(), limit)?;
    let bytes = width + arrays.len() * VALUE_BYTES;
    let fits = room.check(rows.saturating_mul(bytes)).is_ok();
    if fits && rows <= runner.options.limits.table_rows {
        spread.reserve(rows);
    }
    for row in 0..table.rows() {
        pace.row()?;
        items.clear();
        let cells = arrays.iter().map(|column| column.get(row));
        items.extend(cells.map(|cell| elements(cell, expansion.bag_as_array)));
        spread.push(row as u32, &items, limit, &mut pace)?;
        let rows = spread.rows.len();
        runner.options.limits.check_rows(operator, rows)?;
        room.check(rows * width + spread.held_bytes())?;
    }
    let source = spread.rows.clone();
    let rows = table.take(&spread.rows);
    let cells = spread.columns(&expansion.columns, expansion.item_index);
    Ok((project::overlay(&rows, cells, &expansion.schema), source))
}

/// The rows that arrays expand to, at least, as far as they are values.
fn expected_rows(arrays: &[Column], rows: usize, limit: usize) -> Result<usize, EvalError> {
    let (mut all, mut pace) = (0_usize, Pace::default());
    for row in 0..rows {
        pace.row()?;
        let counts = arrays.iter().map(|column| column.elements(row));
        all = counts.max().unwrap_or(0).min(limit).saturating_add(all);
    }
    Ok(all)
}

/// Bytes of a result row besides its elements: the cells of the input that no element replaces, and its place.
fn kept_bytes(table: &Table, expanded: &[ExpandColumn]) -> usize {
    let is_kept = |index: usize| expanded.iter().all(|column| column.target != index);
    let columns = table.columns().iter().enumerate();
    let kept = columns.filter(|(index, _)| is_kept(*index));
    kept.map(|(_, column)| column.cell_bytes()).sum::<usize>() + PLACE_BYTES
}

/// Bytes of the input row and of the place of an element.
const PLACE_BYTES: usize = 12;

/// The rows of the result so far.
struct Spread {
    /// The input row of each result row.
    rows: Vec<u32>,
    /// The place of each result row's element in its array.
    places: Vec<i64>,
    cells: Vec<ColumnBuilder>,
}

impl Spread {
    fn of(columns: &[ExpandColumn]) -> Self {
        let cells = columns.iter().map(|column| ColumnBuilder::new(column.ty));
        Self {
            rows: Vec::new(),
            places: Vec::new(),
            cells: cells.collect(),
        }
    }

    /// Makes room for all rows: cells that are moved to larger places again and again take longer, and the last
    /// time too long for a run that is to end.
    fn reserve(&mut self, rows: usize) {
        self.rows.reserve_exact(rows);
        self.places.reserve_exact(rows);
        self.cells.iter_mut().for_each(|cells| cells.reserve(rows));
    }

    fn push(
        &mut self,
        row: u32,
        items: &[Arc<Items>],
        limit: usize,
        pace: &mut Pace,
    ) -> Result<(), EvalError> {
        let longest = items.iter().map(|items| items.len()).max().unwrap_or(0);
        for place in 0..longest.min(limit) {
            pace.row()?;
            self.rows.push(row);
            self.places.push(place as i64);
            for (cells, items) in self.cells.iter_mut().zip(items) {
                cells.push(cast(items.get(place).unwrap_or(&Value::Null), cells.ty()));
            }
        }
        Ok(())
    }

    fn held_bytes(&self) -> usize {
        self.cells.iter().map(ColumnBuilder::held_bytes).sum()
    }

    fn columns(self, columns: &[ExpandColumn], item_index: Option<usize>) -> Vec<(usize, Column)> {
        let places = self.places;
        let cells = self.cells.into_iter().map(ColumnBuilder::finish);
        let targets = columns.iter().map(|column| column.target);
        let places = |target| (target, Column::from_whole_cells(ScalarType::Long, places));
        let index = item_index.map(places);
        targets.zip(cells).chain(index).collect()
    }
}

/// An element as far as `to typeof(…)` takes it: a type is applied, a text is not parsed.
fn cast(element: &Value, ty: ScalarType) -> &Value {
    match (element, ty) {
        (Value::String(_), ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown) => {
            element
        }
        (Value::String(_), _) => &Value::Null,
        _ => element,
    }
}

/// What a value expands to: the elements of an array, the members of a bag as bags of one or as pairs,
/// and anything else alone.
fn elements(value: Value, bag_as_array: bool) -> Arc<Items> {
    match value {
        Value::Array(items) => items,
        Value::Bag(bag) => {
            let members = bag.iter();
            let members = members.map(|(key, value)| member(key, value, bag_as_array));
            Arc::new(members.collect())
        }
        other => Arc::new(vec![other].into()),
    }
}

fn member(key: &Arc<str>, value: &Value, as_array: bool) -> Value {
    if as_array {
        let pair = vec![Value::String(Arc::clone(key)), value.clone()];
        return Value::array(pair);
    }
    let single = Bag::from_iter([(Arc::clone(key), value.clone())]);
    Value::Bag(Arc::new(single))
}
