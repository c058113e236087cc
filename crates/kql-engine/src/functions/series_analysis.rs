//! Functions that analyse a numeric series: decomposition, anomalies, outliers, periods,
//! statistics.
//!
//! A function with several results gives them as one array, which the engine spreads over columns. A
//! missing value of a series counts as its neighbours' interpolation.

use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use super::decomposition::{
    Components, Fence, Trend, decompose, detect_period, mean, outliers, periods, seasonal,
};
use super::fits::variance;
use super::kernel::{Ctx, Table, arg, array, elements, integer, real, text};
use super::series_gaps::{interpolated, neighbours};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("series_decompose", decomposed),
    ("series_decompose_anomalies", anomalies),
    ("series_decompose_forecast", forecast),
    ("series_outliers", outlier_scores),
    ("series_seasonal", season),
    ("series_periods_detect", detect_periods),
    ("series_periods_validate", validate_periods),
    ("series_stats", |_, args| {
        Ok(statistics(args).map_or(Value::Null, array))
    }),
    ("series_stats_dynamic", statistics_bag),
];

/// Score from which `series_seasonal` takes a period for one, as its documentation says.
const SEASON_THRESHOLD: f64 = 0.7;
/// Points of a series in which periods are looked for, which takes time with their square.
const LONGEST_PERIODIC_SERIES: usize = 1 << 14;

/// A series of numbers with gaps interpolated; `None` when the value is no array of numbers.
pub(super) fn series(value: &Value) -> Option<Vec<f64>> {
    let items = elements(value)?;
    let points: Vec<Option<f64>> = items.iter().map(real).collect();
    let around = neighbours(&points).into_iter().enumerate();
    let whole: Option<Vec<f64>> = around
        .map(|(index, around)| interpolated(index, around))
        .collect();
    whole.filter(|numbers| !numbers.is_empty())
}

/// An error unless a period may be looked for in a series of this length.
fn check_length(function: &str, length: usize) -> Result<(), EvalError> {
    if length <= LONGEST_PERIODIC_SERIES {
        return Ok(());
    }
    Err(EvalError::new(format!(
        "{function}() looks for periods in at most {LONGEST_PERIODIC_SERIES} points; the series has {length}"
    ))
    .with_hint("Use wider bins, or name the period."))
}

fn reals(numbers: Vec<f64>) -> Value {
    array(numbers.into_iter().map(Value::Real).collect())
}

/// The arguments that say how to decompose, from the index of the period on.
struct Settings {
    period: usize,
    trend: Trend,
    test_points: usize,
}

impl Settings {
    fn read(
        function: &str,
        numbers: &[f64],
        args: &[Value],
        first: usize,
        threshold: usize,
    ) -> Result<Self, EvalError> {
        let test_points = integer(arg(args, first + 2))
            .unwrap_or(0)
            .clamp(0, numbers.len() as i64);
        let learnt = numbers
            .get(..numbers.len() - test_points as usize)
            .unwrap_or_default();
        let period = match integer(arg(args, first)).unwrap_or(-1) {
            -1 => {
                check_length(function, learnt.len())?;
                detect_period(learnt, real(arg(args, threshold)).unwrap_or(0.6))?
            }
            given => usize::try_from(given).unwrap_or(0),
        };
        let trend = match text(arg(args, first + 1)) {
            "" | "avg" => Trend::Average,
            "linefit" => Trend::Line,
            "none" => Trend::None,
            other => {
                return Err(unknown_setting(
                    function,
                    "trend",
                    other,
                    "'avg', 'linefit' or 'none'",
                ));
            }
        };
        Ok(Self {
            period,
            trend,
            test_points: test_points as usize,
        })
    }

    fn apply(&self, numbers: &[f64]) -> Components {
        decompose(numbers, self.period, self.trend, self.test_points)
    }
}

fn unknown_setting(function: &str, setting: &str, given: &str, known: &str) -> EvalError {
    EvalError::new(format!(
        "{function}() does not know the {setting} {given:?}"
    ))
    .with_hint(format!("Use {known}."))
}

impl Components {
    /// Baseline, season, trend and residual.
    fn columns(self) -> Value {
        let columns = [self.baseline, self.seasonal, self.trend, self.residual];
        array(columns.map(reals).to_vec())
    }
}

/// A series taken apart.
fn decomposed(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(array(vec![Value::Null; 4]));
    };
    let parts = Settings::read("series_decompose", &numbers, args, 1, 4)?.apply(&numbers);
    Ok(parts.columns())
}

/// Flags (+1, -1, 0), scores and baseline.
fn anomalies(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    const NAME: &str = "series_decompose_anomalies";
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(array(vec![Value::Null; 3]));
    };
    let threshold = real(arg(args, 1)).unwrap_or(1.5);
    let settings = Settings::read(NAME, &numbers, args, 2, 6)?;
    let fence = fence(NAME, text(arg(args, 5)))?;
    let parts = settings.apply(&numbers);
    let scores = outliers(&parts.residual, fence, settings.test_points);
    let flag =
        |score: &f64| Value::Long(i64::from(*score > threshold) - i64::from(*score < -threshold));
    let flags = array(scores.iter().map(flag).collect());
    Ok(array(vec![flags, reals(scores), reals(parts.baseline)]))
}

fn fence(function: &str, method: &str) -> Result<Fence, EvalError> {
    match method {
        "" | "ctukey" => Ok(Fence::CTUKEY),
        "tukey" => Ok(Fence::TUKEY),
        other => Err(unknown_setting(
            function,
            "detection method",
            other,
            "'ctukey' or 'tukey'",
        )),
    }
}

/// The baseline, in which the last points are predicted, and what it is made of.
fn forecast(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(array(vec![Value::Null; 4]));
    };
    // Here the number of points comes first and the default trend is a line.
    let missing = Value::Null;
    let trend = match arg(args, 3) {
        Value::Null => Value::String("linefit".into()),
        given => given.clone(),
    };
    let period = args.get(2).unwrap_or(&missing).clone();
    let reordered = [
        Value::Null,
        period,
        trend,
        arg(args, 1).clone(),
        arg(args, 4).clone(),
    ];
    let settings = Settings::read("series_decompose_forecast", &numbers, &reordered, 1, 4)?;
    Ok(settings.apply(&numbers).columns())
}

/// Scores of a series' outliers; a value to ignore scores zero and is not learnt from.
fn outlier_scores(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    const NAME: &str = "series_outliers";
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let fence = fence(NAME, text(arg(args, 1)))?;
    if args.len() > 3 && !has_default_percentiles(args) {
        return Err(
            EvalError::new("series_outliers() with its own percentiles is not supported")
                .with_hint("Leave out the percentiles: 10 and 90 are the default."),
        );
    }
    let ignored = real(arg(args, 2));
    let counted = |item: &&Value| real(item).is_some_and(|number| Some(number) != ignored);
    let numbers: Vec<f64> = items.iter().filter(counted).filter_map(real).collect();
    let mut scores = outliers(&numbers, fence, 0).into_iter();
    let spread = items.iter().map(|item| {
        let score = if counted(&item) { scores.next() } else { None };
        Value::Real(score.unwrap_or(0.0))
    });
    Ok(array(spread.collect()))
}

/// Whether the percentiles of the call are those it would have without them.
fn has_default_percentiles(args: &[Value]) -> bool {
    let percentile = |index: usize, default: f64| real(arg(args, index)).unwrap_or(default);
    percentile(3, 10.0) == 10.0 && percentile(4, 90.0) == 90.0 && *arg(args, 5) == Value::Null
}

fn season(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let period = match integer(arg(args, 1)) {
        Some(given) => usize::try_from(given).unwrap_or(0),
        None => {
            check_length("series_seasonal", numbers.len())?;
            detect_period(&numbers, SEASON_THRESHOLD)?
        }
    };
    Ok(reals(seasonal(&numbers, period, numbers.len())))
}

/// Periods and their scores, best first, filled up with zeros.
fn detect_periods(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(array(vec![Value::Null; 2]));
    };
    check_length("series_periods_detect", numbers.len())?;
    let shortest = real(arg(args, 1)).unwrap_or(0.0);
    let longest = real(arg(args, 2)).unwrap_or(f64::INFINITY);
    let count = integer(arg(args, 3)).unwrap_or(1).clamp(0, 16) as usize;
    let mut found = periods(&numbers, shortest, longest)?;
    found.resize(count, (0, 0.0));
    let (lengths, scores) = found
        .into_iter()
        .map(|(lag, score)| (lag as f64, score))
        .unzip();
    Ok(array(vec![reals(lengths), reals(scores)]))
}

/// The given periods with their scores; zero for what is no period of the series.
fn validate_periods(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)) else {
        return Ok(array(vec![Value::Null; 2]));
    };
    check_length("series_periods_validate", numbers.len())?;
    let found = periods(&numbers, 0.0, f64::INFINITY)?;
    let lengths: Vec<f64> = args.iter().skip(1).filter_map(real).collect();
    let score = |length: &f64| {
        let matching = found.iter().find(|(lag, _)| *lag as f64 == *length);
        matching.map_or(0.0, |(_, score)| *score)
    };
    let scores = lengths.iter().map(score).collect();
    Ok(array(vec![reals(lengths), reals(scores)]))
}

/// A bag of an array's items under their names.
fn named(items: &Value, names: &[&str]) -> Value {
    let values = elements(items).unwrap_or_default().iter().cloned();
    let bag: Bag = names
        .iter()
        .map(|name| (*name).into())
        .zip(values)
        .collect();
    Value::Bag(Arc::new(bag))
}

/// The finite numbers of a series with their places; `None` when others are among them, unless the second
/// argument says to ignore these.
fn finite(args: &[Value]) -> Option<Vec<(usize, f64)>> {
    let items = elements(arg(args, 0))?;
    let numbers: Vec<(usize, f64)> = items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((index, real(item).filter(|x| x.is_finite())?)))
        .collect();
    let ignore = *arg(args, 1) == Value::Bool(true);
    (ignore || numbers.len() == items.len()).then_some(numbers)
}

/// Minimum and its index, maximum and its index, mean, standard deviation, variance.
fn statistics(args: &[Value]) -> Option<Vec<Value>> {
    let numbers = finite(args)?;
    let first = *numbers.first()?;
    let smallest = numbers.iter().fold(
        first,
        |best, next| if next.1 < best.1 { *next } else { best },
    );
    let largest = numbers.iter().fold(
        first,
        |best, next| if next.1 > best.1 { *next } else { best },
    );
    let values: Vec<f64> = numbers.iter().map(|(_, value)| *value).collect();
    let variance = variance(&values);
    Some(vec![
        Value::Real(smallest.1),
        Value::Long(smallest.0 as i64),
        Value::Real(largest.1),
        Value::Long(largest.0 as i64),
        Value::Real(mean(&values)),
        Value::Real(libm::sqrt(variance)),
        Value::Real(variance),
    ])
}

fn statistics_bag(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    const NAMES: [&str; 9] = [
        "min", "min_idx", "max", "max_idx", "avg", "stdev", "variance", "sum", "len",
    ];
    let Some(mut columns) = statistics(args) else {
        return Ok(Value::Null);
    };
    let items = elements(arg(args, 0)).unwrap_or_default();
    let numbers = finite(args).unwrap_or_default();
    columns.push(Value::Real(numbers.iter().map(|(_, x)| x).sum()));
    columns.push(Value::Long(items.len() as i64));
    Ok(named(&array(columns), &NAMES))
}
