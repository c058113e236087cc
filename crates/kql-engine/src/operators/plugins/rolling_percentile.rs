//! `rolling_percentile`: the nearest-rank percentile of the values in the last bins.

use kql_analysis::order::compare;
use kql_analysis::plan::RollingPercentile;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::functions::convert;
use crate::interrupt::{self, Pace};
use crate::key::Groups;
use crate::operators::Runner;
use crate::operators::source::step_from;
use crate::table::Table;

use super::sliding_counts::places;

/// One row per bin from the first to the last and per series.
pub(super) fn percentiles(
    runner: &mut Runner<'_>,
    input: &Table,
    rolling: &RollingPercentile,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let step = runner.constant(&rolling.step)?;
    let percent = real(&runner.constant(&rolling.percent)?).filter(|x| (0.0..=100.0).contains(x));
    let window = whole(&runner.constant(&rolling.window)?).filter(|bins| *bins > 0);
    let (Some(percent), Some(window)) = (percent, window) else {
        return Err(EvalError::new(
            "rolling_percentile takes a percentile from 0 to 100 and a positive number of bins",
        ));
    };
    let [dimensions @ .., bins, values] = input.columns() else {
        return Err(EvalError::new(
            "rolling_percentile reads a table without columns",
        ));
    };
    let different = Groups::of(std::slice::from_ref(bins), bins.len());
    let different = different.first_rows.iter();
    let different = different.map(|row| bins.get(*row as usize));
    let starts = bin_starts(runner, different, &step)?;
    let series = Groups::of(dimensions, input.rows());
    let rows = starts.len().saturating_mul(series.first_rows.len());
    runner
        .options
        .limits
        .check_rows("rolling_percentile", rows)?;
    let mut table = TableBuilder::new(schema.clone());
    let of_series = binned(&series, &starts, bins, values)?;
    for (first, of_bin) in series.first_rows.iter().zip(of_series) {
        for (place, start) in starts.iter().enumerate() {
            interrupt::check()?;
            let from = (place + 1).saturating_sub(window);
            table.push(0, start.clone());
            for (index, column) in dimensions.iter().enumerate() {
                table.push(1 + index, column.get(*first as usize));
            }
            let value = nearest_rank(&of_bin[from..=place], percent);
            table.push(1 + dimensions.len(), value);
            table.end_row();
        }
    }
    Ok(table.finish())
}

/// The values of each bin of each series.
fn binned(
    series: &Groups,
    starts: &[Value],
    bins: &Column,
    values: &Column,
) -> Result<Vec<Vec<Vec<Value>>>, EvalError> {
    let mut pace = Pace::default();
    let mut of_series = vec![vec![Vec::new(); starts.len()]; series.first_rows.len()];
    let groups = series.of_row.iter().zip(places(bins, starts));
    for (row, (group, place)) in groups.enumerate() {
        pace.row()?;
        let value = values.get(row);
        let of_bins = of_series.get_mut(*group as usize);
        if let (Some(of_bins), Some(place)) = (of_bins, place)
            && value != Value::Null
        {
            of_bins[place].push(value);
        }
    }
    Ok(of_series)
}

/// The starts of all bins from the first to the last.
fn bin_starts(
    runner: &Runner<'_>,
    bins: impl Iterator<Item = Value>,
    step: &Value,
) -> Result<Vec<Value>, EvalError> {
    let mut bins: Vec<Value> = bins.filter(|bin| *bin != Value::Null).collect();
    bins.sort_by(compare);
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else {
        return Ok(Vec::new());
    };
    let mut starts = Vec::new();
    for index in 0.. {
        match step_from(first, step, index) {
            Some(start) if compare(&start, last).is_le() => starts.push(start),
            _ => return Ok(starts),
        }
        let limit = runner.options.limits.series_bins;
        if starts.len() > limit {
            let message = format!("rolling_percentile makes more than {limit} bins");
            return Err(EvalError::new(message).with_hint("Widen the bins."));
        }
        if starts.len() > 1 && starts[starts.len() - 2] == starts[starts.len() - 1] {
            return Err(EvalError::new(
                "the bins of rolling_percentile have no width",
            ));
        }
    }
    Ok(starts)
}

fn nearest_rank(bins: &[Vec<Value>], percent: f64) -> Value {
    let mut values: Vec<&Value> = bins.iter().flatten().collect();
    values.sort_by(|left, right| compare(left, right));
    let rank = (values.len() as f64 * percent / 100.0).ceil() as usize;
    let found = values.get(rank.saturating_sub(1));
    found.map_or(Value::Null, |value| (*value).clone())
}

fn real(value: &Value) -> Option<f64> {
    match convert(value, kql_analysis::types::ScalarType::Real) {
        Value::Real(number) => Some(number),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<usize> {
    match convert(value, kql_analysis::types::ScalarType::Long) {
        Value::Long(number) => usize::try_from(number).ok(),
        _ => None,
    }
}
