//! The bins of an axis of `make-series`.
//!
//! Ticks and integers are counted exactly; reals as reals are.

use std::sync::Arc;

use kql_analysis::plan::{Expr, MakeSeries};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Runner, source};
use crate::column::Column;
use crate::error::EvalError;
use crate::selection::rows_where;

/// Equally long bins from a start (included) to an end.
pub(super) struct Bins {
    start: Value,
    step: Value,
    count: usize,
}

impl Bins {
    /// Bounds that are not given are those of the data: the first bin that has rows and the last one.
    pub(super) fn of(
        runner: &mut Runner<'_>,
        series: &MakeSeries,
        axis: &Column,
    ) -> Result<Self, EvalError> {
        let step = runner.constant(&series.step)?;
        if source::is_positive(&step) != Some(true) {
            return Err(EvalError::new("the step of make-series must be positive")
                .at(series.step.range.clone()));
        }
        let mut bounds = Bounds {
            from: constant(runner, series.from.as_ref())?,
            to: constant(runner, series.to.as_ref())?,
            step,
            in_range: series.in_range,
        };
        if bounds.in_range {
            bounds.from = bounds.from.as_ref().map(|from| bounds.floor(from));
        }
        let Some((start, count)) = bounds.resolve(axis) else {
            return Ok(Self {
                start: Value::Null,
                step: bounds.step,
                count: 0,
            });
        };
        let limit = runner.options.limits.series_bins;
        let bins = Self {
            start,
            step: bounds.step,
            count: usize::try_from(count).unwrap_or(usize::MAX).min(limit + 1),
        };
        bins.check(runner, 1)?;
        Ok(bins)
    }

    /// The rows with the least and the greatest value, which decide where an axis without bounds begins and
    /// ends.
    pub(super) fn ends(axis: &Column) -> Vec<u32> {
        let (least, greatest) = extremes(axis);
        let row_of = |wanted: &Value| axis.iter().position(|value| value == *wanted);
        let ends = [least, greatest].into_iter().flatten();
        ends.filter_map(|end| row_of(&end))
            .map(|row| row as u32)
            .collect()
    }

    /// Number of bins.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// An error when that many series have too many bins.
    pub(super) fn check(&self, runner: &Runner<'_>, series: usize) -> Result<(), EvalError> {
        let (limit, bins) = (runner.options.limits.series_bins, self.count);
        if series.saturating_mul(bins) <= limit {
            return Ok(());
        }
        Err(EvalError::new(format!(
            "make-series makes {series} series of {bins} bins; the limit is {limit} bins"
        ))
        .with_hint("Use a longer step, a shorter range or fewer keys."))
    }

    /// The rows whose values are in a bin, and the bin of each.
    pub(super) fn places(&self, axis: &Column) -> (Vec<u32>, Vec<u32>) {
        if let (Some(bins), Some(ticks)) = (self.ticks(axis), axis.wholes()) {
            return bins.places(ticks);
        }
        let mut inside = (Vec::new(), Vec::new());
        for (row, value) in (0..).zip(axis.iter()) {
            if let Some(place) = self.place(&value) {
                inside.0.push(row);
                inside.1.push(place as u32);
            }
        }
        inside
    }

    /// Bins of times, in ticks.
    fn ticks(&self, axis: &Column) -> Option<TickBins> {
        match (axis.ty(), &self.start, &self.step) {
            (ScalarType::DateTime, Value::DateTime(start), Value::TimeSpan(step)) if *step > 0 => {
                TickBins::of(*start, *step, self.count)
            }
            _ => None,
        }
    }

    fn counted(&self, place: i64) -> Option<usize> {
        let place = usize::try_from(place).ok()?;
        (place < self.count).then_some(place)
    }

    /// The bin of a value.
    fn place(&self, value: &Value) -> Option<usize> {
        self.counted(steps(&self.start, value, &self.step)?)
    }

    /// The starts of all bins, the same in each row.
    pub(super) fn column(&self, rows: usize) -> Column {
        let starts = (0..self.count).map(|bin| {
            source::step_from(&self.start, &self.step, bin as i64).unwrap_or(Value::Null)
        });
        let starts = Value::Array(Arc::new(starts.collect()));
        Column::constant(&starts, ScalarType::Dynamic, rows)
    }
}

/// Bins of times.
struct TickBins {
    start: i64,
    step: i64,
    /// Where the last bin ends.
    end: i64,
}

impl TickBins {
    /// `None` when the bins are so long that dividing reals would not give the places exactly.
    fn of(start: i64, step: i64, count: usize) -> Option<Self> {
        /// Whole numbers below this are reals, and so close to a multiple of another one no quotient of
        /// theirs is rounded up to it.
        const EXACT: i64 = 1 << 53;
        let length = step.checked_mul(i64::try_from(count).ok()?)?;
        let is_exact = length.checked_add(step)? < EXACT;
        let end = start.checked_add(length)?;
        is_exact.then_some(Self { start, step, end })
    }

    /// The rows of the times in a bin, and the bin of each.
    fn places(&self, ticks: &[i64]) -> (Vec<u32>, Vec<u32>) {
        let rows = rows_where(ticks, |tick| (self.start..self.end).contains(&tick));
        // Dividing whole numbers of 64 bits is what takes long here.
        let step = self.step as f64;
        let place = |row: &u32| {
            let tick = ticks.get(*row as usize).copied().unwrap_or(self.start);
            ((tick - self.start) as f64 / step) as u32
        };
        let places = rows.iter().map(place).collect();
        (rows, places)
    }
}

fn constant(runner: &mut Runner<'_>, expr: Option<&Expr>) -> Result<Option<Value>, EvalError> {
    match expr {
        Some(expr) => Ok(Some(runner.constant(expr)?).filter(|value| *value != Value::Null)),
        None => Ok(None),
    }
}

/// The bounds as a query gives them.
struct Bounds {
    from: Option<Value>,
    to: Option<Value>,
    step: Value,
    in_range: bool,
}

impl Bounds {
    /// The start and the number of bins; `None` when there is nothing to begin with.
    fn resolve(&self, axis: &Column) -> Option<(Value, i64)> {
        let (least, greatest) = match (&self.from, &self.to) {
            (Some(_), Some(_)) => (None, None),
            _ => extremes(axis),
        };
        let start = match (&self.from, &self.to) {
            (Some(from), _) => from.clone(),
            // With an end alone, the bins lead up to it.
            (None, Some(to)) => {
                let back = ceiling_steps(least.as_ref()?, to, &self.step)?;
                source::step_from(to, &self.step, back.checked_neg()?)?
            }
            (None, None) => self.floor(least.as_ref()?),
        };
        let count = match &self.to {
            Some(to) if self.in_range => steps(&start, to, &self.step)?.checked_add(1)?,
            Some(to) => ceiling_steps(&start, to, &self.step)?,
            None => steps(&start, greatest.as_ref()?, &self.step)?.checked_add(1)?,
        };
        Some((start, count.max(0)))
    }

    /// The multiple of the step at or below a value.
    fn floor(&self, value: &Value) -> Value {
        let zero = match value {
            Value::DateTime(_) => Value::DateTime(0),
            Value::TimeSpan(_) => Value::TimeSpan(0),
            Value::Real(_) | Value::Decimal(_) => Value::Real(0.0),
            _ => Value::Long(0),
        };
        let multiple = steps(&zero, value, &self.step);
        let floor = multiple.and_then(|count| source::step_from(&zero, &self.step, count));
        floor.unwrap_or(Value::Null)
    }
}

/// The least and the greatest value that has a place on an axis.
fn extremes(axis: &Column) -> (Option<Value>, Option<Value>) {
    if let (ScalarType::DateTime, Some(ticks)) = (axis.ty(), axis.wholes()) {
        let (least, greatest) = (ticks.iter().min(), ticks.iter().max());
        let time = |ticks: Option<&i64>| ticks.copied().map(Value::DateTime);
        return (time(least), time(greatest));
    }
    let present = || axis.iter().filter(|value| real(value).is_some());
    let order = |a: &Value, b: &Value| kql_analysis::order::compare(a, b);
    (present().min_by(order), present().max_by(order))
}

/// Whole steps from one value to another, rounded down.
fn steps(from: &Value, to: &Value, step: &Value) -> Option<i64> {
    match (whole(from), whole(to), whole(step)) {
        (Some(from), Some(to), Some(step)) => to.checked_sub(from)?.checked_div_euclid(step),
        _ => whole_steps(libm::floor((real(to)? - real(from)?) / real(step)?)),
    }
}

/// Steps from one value to another, rounded up.
fn ceiling_steps(from: &Value, to: &Value, step: &Value) -> Option<i64> {
    match (whole(from), whole(to), whole(step)) {
        (Some(from), Some(to), Some(step)) => {
            let back = from.checked_sub(to)?.checked_div_euclid(step)?;
            back.checked_neg()
        }
        _ => whole_steps(libm::ceil((real(to)? - real(from)?) / real(step)?)),
    }
}

fn whole_steps(steps: f64) -> Option<i64> {
    steps.is_finite().then_some(steps as i64)
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => Some(*number),
        _ => None,
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Real(number) => (!number.is_nan()).then_some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        other => whole(other).map(|number| number as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_whole_numbers(
            start in -1_000_000..1_000_000_000_000_000i64,
            step in 1..100_000_000_000i64,
            count in 0..2_000usize,
            near in proptest::collection::vec((-3..2_003i64, -2..3i64), 0..80),
        ) {
            let Some(bins) = TickBins::of(start, step, count) else {
                return Ok(());
            };
            let ticks: Vec<i64> = near.iter().map(|(bin, beside)| start + bin * step + beside).collect();
            let expected: (Vec<u32>, Vec<u32>) = (0..)
                .zip(&ticks)
                .map(|(row, tick)| (row, (tick - start).div_euclid(step)))
                .filter(|(_, place)| (0..count as i64).contains(place))
                .map(|(row, place)| (row, place as u32))
                .unzip();
            prop_assert_eq!(bins.places(&ticks), expected);
        }
    }
}
