//! `make-series`: arrays of aggregates over the bins of an axis, one row per distinct key.

use std::sync::Arc;

use kql_analysis::plan::{MakeSeries, SeriesValue};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use super::bins::Bins;
use super::{Runner, project, summarize};
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::{Context, Elements, Links, SERIES};
use crate::interrupt;
use crate::key::Groups;
use crate::table::Table;

/// One row per distinct key, with an array per aggregate and the axis.
pub(super) fn make_series(
    runner: &mut Runner<'_>,
    series: &MakeSeries,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&series.input)?;
    let axis = runner.column(&series.axis.expr, &table)?;
    let bins = Bins::of(runner, series, &axis)?;
    let (inside, places) = bins.places(&axis);
    interrupt::check()?;
    let rows = table.rows();
    let table = match inside.len() == rows {
        true => table,
        false => table.take(&inside),
    };
    let keyed = project::named(runner, &table, &series.keys)?;
    let groups = Groups::of(keyed.columns(), table.rows());
    note(runner, &groups, (&inside, &places), rows);
    if series.from.is_none() || series.to.is_none() {
        let ends = Bins::ends(&axis);
        runner.note(|trace| trace.context(Context::Some(ends)));
    }
    let empty_default = series.nonempty && groups.is_empty();
    let count = if empty_default { 1 } else { groups.len() };
    bins.check(runner, count)?;
    let cell_of_row = groups.of_row.iter().zip(places);
    let width = bins.count() as u32;
    let cell_of_row = cell_of_row.map(|(group, place)| *group * width + place);
    let cells = Cells {
        cell_of_row: cell_of_row.collect(),
        bins: bins.count(),
        series: count,
    };
    let firsts = match empty_default {
        true => keyed.take(&[NO_ROW]),
        false => keyed.take(&groups.first_rows),
    };
    let mut columns = firsts.columns().to_vec();
    for value in &series.values {
        columns.extend(cells.arrays(runner, value, &table)?);
    }
    columns.push(bins.column(count));
    Ok(Table::with_rows(schema.clone(), columns, count))
}

/// Notes the series and the bin of each row; rows outside of the axis have none.
fn note(runner: &mut Runner<'_>, groups: &Groups, (inside, places): (&[u32], &[u32]), rows: usize) {
    runner.note(|trace| {
        let mut group_of_row = vec![NO_ROW; rows];
        let mut bin_of_row = vec![NO_ROW; rows];
        for ((row, group), place) in inside.iter().zip(&groups.of_row).zip(places) {
            if let Some(slot) = group_of_row.get_mut(*row as usize) {
                *slot = *group;
            }
            if let Some(slot) = bin_of_row.get_mut(*row as usize) {
                *slot = *place;
            }
        }
        trace.elements(Elements::Binned(bin_of_row));
        trace.approximate(0, Links::Group(group_of_row), SERIES);
    });
}

/// The cell of each input row: its series and bin.
struct Cells {
    cell_of_row: Vec<u32>,
    bins: usize,
    series: usize,
}

impl Cells {
    /// The array columns of an item; cells without rows hold the default.
    fn arrays(
        &self,
        runner: &mut Runner<'_>,
        value: &SeriesValue,
        table: &Table,
    ) -> Result<Vec<Column>, EvalError> {
        let default = runner.constant(&value.default)?;
        interrupt::check()?;
        let filled = Groups::of_numbers(&self.cell_of_row);
        let (calls, rows) = (&value.aggregates, &filled.of_row);
        let results = summarize::aggregated(runner, calls, table, rows, filled.len())?;
        let results = project::named(runner, &results, &value.outputs)?;
        let groups = self.group_of_cell(&filled);
        let columns = results.columns().iter();
        Ok(columns
            .map(|result| self.array(&groups, result, &default))
            .collect())
    }

    /// The group of rows in each cell.
    fn group_of_cell(&self, filled: &Groups) -> Vec<Option<usize>> {
        let mut group_of_cell = vec![None; self.bins * self.series];
        for (group, row) in filled.first_rows.iter().enumerate() {
            let cell = self.cell_of_row.get(*row as usize);
            if let Some(slot) = cell.and_then(|cell| group_of_cell.get_mut(*cell as usize)) {
                *slot = Some(group);
            }
        }
        group_of_cell
    }

    fn array(&self, groups: &[Option<usize>], result: &Column, default: &Value) -> Column {
        let value =
            |group: &Option<usize>| group.map_or(default.clone(), |group| result.get(group));
        let arrays = (0..self.series).map(|series| {
            let cells = groups.iter().skip(series * self.bins);
            Value::Array(Arc::new(cells.take(self.bins).map(value).collect()))
        });
        Column::from_values(ScalarType::Dynamic, arrays)
    }
}
