//! `sliding_window_counts`: rows and different values in a window that ends with each bin.
//!
//! A bin without a row in its window is not in the result, as in Microsoft's example. Rows of the lookback
//! before the first bin are counted, which is not documented.

use std::collections::HashMap;

use kql_analysis::order::compare;
use kql_analysis::plan::SlidingCounts;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::key::{Groups, Key};
use crate::operators::Runner;
use crate::operators::source::step_from;
use crate::table::Table;

/// What is in the window at the moment.
#[derive(Default)]
struct Window {
    rows: i64,
    /// How often each value is in it.
    values: HashMap<u32, usize>,
}

impl Window {
    fn add(&mut self, values: &[u32], pace: &mut Pace) -> Result<(), EvalError> {
        self.rows += values.len() as i64;
        for value in values {
            pace.row()?;
            *self.values.entry(*value).or_default() += 1;
        }
        Ok(())
    }

    fn remove(&mut self, values: &[u32], pace: &mut Pace) -> Result<(), EvalError> {
        self.rows -= values.len() as i64;
        for value in values {
            pace.row()?;
            if let Some(count) = self.values.get_mut(value) {
                *count -= 1;
                if *count == 0 {
                    self.values.remove(value);
                }
            }
        }
        Ok(())
    }
}

/// One row per series and bin from the start to the end whose window has rows.
pub(super) fn counts(
    runner: &mut Runner<'_>,
    input: &Table,
    sliding: &SlidingCounts,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let mut table = TableBuilder::new(schema.clone());
    let [dimensions @ .., bins, values] = input.columns() else {
        return Ok(table.finish());
    };
    let (starts, width) = bin_starts(runner, sliding)?;
    let series = Groups::of(dimensions, input.rows());
    let rows = starts.len().saturating_mul(series.first_rows.len());
    let limits = &runner.options.limits;
    limits.check_rows("sliding_window_counts", rows)?;
    let mut pace = Pace::default();
    let places = places(bins, &starts);
    let values = Groups::of(std::slice::from_ref(values), input.rows());
    let mut of_series = vec![vec![Vec::new(); starts.len()]; series.first_rows.len()];
    let rows = series.of_row.iter().zip(places).zip(values.of_row);
    for ((group, place), value) in rows {
        pace.row()?;
        if let (Some(of_bins), Some(place)) = (of_series.get_mut(*group as usize), place) {
            of_bins[place].push(value);
        }
    }
    for (first, of_bins) in series.first_rows.iter().zip(of_series) {
        let mut window = Window::default();
        for (place, start) in starts.iter().enumerate() {
            pace.row()?;
            window.add(&of_bins[place], &mut pace)?;
            if let Some(left) = place.checked_sub(width) {
                window.remove(&of_bins[left], &mut pace)?;
            }
            // The first bins are those of the lookback alone.
            if place + 1 < width || window.rows == 0 {
                continue;
            }
            table.push(0, start.clone());
            for (index, column) in dimensions.iter().enumerate() {
                table.push(1 + index, column.get(*first as usize));
            }
            table.push(1 + dimensions.len(), Value::Long(window.rows));
            let different = Value::Long(window.values.len() as i64);
            table.push(2 + dimensions.len(), different);
            table.end_row();
        }
    }
    Ok(table.finish())
}

/// The place of each row's bin among those that start there, if it is one of them.
pub(super) fn places(bins: &Column, starts: &[Value]) -> Vec<Option<usize>> {
    let known: HashMap<Key, usize> = starts.iter().map(Key::of).zip(0..).collect();
    let groups = Groups::of(std::slice::from_ref(bins), bins.len());
    let place = |row: &u32| known.get(&Key::of(&bins.get(*row as usize))).copied();
    let places: Vec<Option<usize>> = groups.first_rows.iter().map(place).collect();
    let of_row = groups.of_row.iter();
    of_row
        .map(|group| places.get(*group as usize).copied().flatten())
        .collect()
}

/// The starts of the bins, those of the lookback first, and how many bins a window has.
fn bin_starts(
    runner: &mut Runner<'_>,
    sliding: &SlidingCounts,
) -> Result<(Vec<Value>, usize), EvalError> {
    let [start, end, lookback, step] = [
        runner.constant(&sliding.start)?,
        runner.constant(&sliding.end)?,
        runner.constant(&sliding.lookback)?,
        runner.constant(&sliding.step)?,
    ];
    let limit = runner.options.limits.series_bins;
    let too_many = || {
        EvalError::new(format!(
            "sliding_window_counts makes more than {limit} bins"
        ))
        .with_hint("Widen the bins.")
    };
    let moves = step_from(&start, &step, 1).is_some_and(|next| compare(&next, &start).is_gt());
    let width = (1..=limit as i64 + 1).take_while(|count| {
        let length = step_from(&step, &step, count - 1);
        length.is_some_and(|length| compare(&length, &lookback).is_le())
    });
    let width = if moves { width.count() } else { 0 };
    if width == 0 {
        let message =
            "sliding_window_counts takes a bin with a width, and a window of one bin or more";
        return Err(EvalError::new(message));
    }
    let mut starts = Vec::new();
    for index in 1 - width as i64.. {
        match step_from(&start, &step, index) {
            Some(bin) if compare(&bin, &end).is_le() => starts.push(bin),
            _ => break,
        }
        if starts.len() > limit {
            return Err(too_many());
        }
    }
    Ok((starts, width))
}
