//! `make-series`: arrays of aggregates over the bins of an axis, one row per distinct key.

use std::sync::Arc;

use kql_analysis::plan::{AggregateCall, MakeSeries};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use super::{Runner, project, source, summarize};
use crate::column::Column;
use crate::error::EvalError;
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
    let inside: Vec<u32> = (0..table.rows() as u32)
        .filter(|row| bins.place(&axis.get(*row as usize)).is_some())
        .collect();
    let (table, axis) = (table.take(&inside), axis.take(&inside));
    let keyed = project::named(runner, &table, &series.keys)?;
    let groups = Groups::of(keyed.columns(), table.rows());
    let empty_default = series.nonempty && groups.len() == 0;
    let count = if empty_default { 1 } else { groups.len() };
    check_bins(runner, count, bins.count)?;
    let cell_of_row = groups.of_row.iter().zip(axis.iter()).map(|(group, time)| {
        let place = bins.place(&time).unwrap_or(0);
        *group as usize * bins.count + place
    });
    let cell_of_row: Vec<usize> = cell_of_row.collect();
    let firsts = match empty_default {
        true => keyed.take(&[crate::column::NO_ROW]),
        false => keyed.take(&groups.first_rows),
    };
    let mut columns = firsts.columns().to_vec();
    for (call, default) in &series.aggregates {
        let default = runner.constant(default)?;
        let cells = Cells {
            cell_of_row: &cell_of_row,
            bins: bins.count,
            series: count,
        };
        let arrays = cells.aggregate(runner, call, &default, &table);
        columns.push(arrays.map_err(|error| error.at(call.range.clone()))?);
    }
    columns.push(bins.column(count));
    Ok(Table::with_rows(schema.clone(), columns, count))
}

fn check_bins(runner: &Runner<'_>, series: usize, bins: usize) -> Result<(), EvalError> {
    let limit = runner.options.limits.series_bins;
    if series.saturating_mul(bins) <= limit {
        return Ok(());
    }
    Err(EvalError::new(format!(
        "make-series makes {series} series of {bins} bins; the limit is {limit} bins"
    ))
    .with_hint("Use a longer step, a shorter range or fewer keys."))
}

/// The bins of an axis: equally long, from a start (included) to an end.
struct Bins {
    start: Value,
    step: Value,
    count: usize,
}

impl Bins {
    /// Bounds that are not given are those of the data.
    fn of(runner: &mut Runner<'_>, series: &MakeSeries, axis: &Column) -> Result<Self, EvalError> {
        let step = runner.constant(&series.step)?;
        if source::is_positive(&step) != Some(true) {
            return Err(EvalError::new("the step of make-series must be positive")
                .at(series.step.range.clone()));
        }
        let present = || {
            axis.iter()
                .map(|value| size(&value))
                .filter(|size| !size.is_nan())
        };
        let width = size(&step);
        let given = match &series.from {
            Some(from) => Some(runner.constant(from)?),
            None => None,
        };
        let end = match &series.to {
            Some(to) => Some(size(&runner.constant(to)?)),
            None => present().reduce(f64::max),
        };
        let least = present().reduce(f64::min);
        let start = match (given, least) {
            (Some(start), _) => start,
            (None, Some(least)) => located(axis.ty(), floor(least, width, end, series)),
            (None, None) => Value::Null,
        };
        let length = end.unwrap_or(f64::NAN) - size(&start);
        let bins = if series.to.is_some() {
            libm::ceil(length / width)
        } else {
            libm::floor(length / width) + 1.0
        };
        let limit = runner.options.limits.series_bins;
        let count = if bins > limit as f64 {
            limit + 1
        } else {
            bins.max(0.0) as usize
        };
        check_bins(runner, 1, count)?;
        Ok(Self { start, step, count })
    }

    /// The bin of a value.
    fn place(&self, value: &Value) -> Option<usize> {
        let distance = match (value, &self.start) {
            (Value::DateTime(value), Value::DateTime(start))
            | (Value::TimeSpan(value), Value::TimeSpan(start)) => match self.step {
                Value::TimeSpan(step) => {
                    value.checked_sub(*start)?.checked_div_euclid(step)? as f64
                }
                _ => return None,
            },
            _ => libm::floor((size(value) - size(&self.start)) / size(&self.step)),
        };
        let inside = distance >= 0.0 && distance < self.count as f64;
        inside.then_some(distance as usize)
    }

    /// The starts of all bins, the same in each row.
    fn column(&self, rows: usize) -> Column {
        let starts = (0..self.count).map(|bin| {
            source::step_from(&self.start, &self.step, bin as i64).unwrap_or(Value::Null)
        });
        let starts = Value::Array(Arc::new(starts.collect()));
        Column::constant(&starts, ScalarType::Dynamic, rows)
    }
}

/// Without a start, bins lie at multiples of the step; with an end alone, they lead up to it.
fn floor(least: f64, width: f64, end: Option<f64>, series: &MakeSeries) -> f64 {
    match (end, &series.to) {
        (Some(end), Some(_)) => end - libm::ceil((end - least) / width) * width,
        _ => libm::floor(least / width) * width,
    }
}

fn located(ty: ScalarType, size: f64) -> Value {
    match ty {
        ScalarType::DateTime => Value::DateTime(size as i64),
        ScalarType::TimeSpan => Value::TimeSpan(size as i64),
        ScalarType::Int | ScalarType::Long => Value::Long(size as i64),
        _ => Value::Real(size),
    }
}

/// A number, datetime or timespan as a real; NaN for anything else.
fn size(value: &Value) -> f64 {
    match value {
        Value::Int(number) => f64::from(*number),
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => *number as f64,
        Value::Real(number) => *number,
        _ => f64::NAN,
    }
}

/// The cell of each input row: its series and bin.
struct Cells<'a> {
    cell_of_row: &'a [usize],
    bins: usize,
    series: usize,
}

impl Cells<'_> {
    /// The array column of an aggregate's first result; cells without rows hold the default.
    fn aggregate(
        &self,
        runner: &mut Runner<'_>,
        call: &AggregateCall,
        default: &Value,
        table: &Table,
    ) -> Result<Column, EvalError> {
        let filled = Groups::of(&[self.numbers()], self.cell_of_row.len());
        let results = summarize::aggregate(runner, call, table, &filled.of_row, filled.len())?;
        let mut group_of_cell = vec![None; self.bins * self.series];
        for (group, row) in filled.first_rows.iter().enumerate() {
            let cell = self.cell_of_row.get(*row as usize);
            if let Some(slot) = cell.and_then(|cell| group_of_cell.get_mut(*cell)) {
                *slot = Some(group);
            }
        }
        let result = results.first();
        let result = result.ok_or_else(|| EvalError::new("the aggregate gives no column"))?;
        let value =
            |group: &Option<usize>| group.map_or(default.clone(), |group| result.get(group));
        let arrays = (0..self.series).map(|series| {
            let cells = group_of_cell.iter().skip(series * self.bins);
            Value::Array(Arc::new(cells.take(self.bins).map(value).collect()))
        });
        Ok(Column::from_values(ScalarType::Dynamic, arrays))
    }

    fn numbers(&self) -> Column {
        let numbers = self
            .cell_of_row
            .iter()
            .map(|cell| Value::Long(*cell as i64));
        Column::from_values(ScalarType::Long, numbers)
    }
}
