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
    pub(super) fn places(&self, axis: &Column) -> (Vec<u32>, Vec<usize>) {
        let places: Vec<Option<usize>> = match (self.ticks(axis), axis.wholes()) {
            (Some((start, step)), Some(ticks)) => {
                let place = |tick: &i64| Some(tick.checked_sub(start)?.div_euclid(step));
                ticks
                    .iter()
                    .map(|tick| self.counted(place(tick)?))
                    .collect()
            }
            _ => axis.iter().map(|value| self.place(&value)).collect(),
        };
        let inside = (0..).zip(places);
        inside
            .filter_map(|(row, place)| Some((row, place?)))
            .unzip()
    }

    /// Start and step of bins of times, in ticks.
    fn ticks(&self, axis: &Column) -> Option<(i64, i64)> {
        match (axis.ty(), &self.start, &self.step) {
            (ScalarType::DateTime, Value::DateTime(start), Value::TimeSpan(step)) if *step > 0 => {
                Some((*start, *step))
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
        let (least, greatest) = extremes(axis);
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
