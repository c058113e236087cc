//! Fits of curves to a series: one line, two lines, a polynomial.
//!
//! Fits are least squares; the polynomial is solved by Householder's QR decomposition of its Vandermonde
//! matrix (Golub and Van Loan, Matrix Computations, section 5.3), which stays exact for higher degrees.
//! Of two lines, the split with the smallest residual is taken, the first of equal ones.

use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use super::decomposition::{Line, mean};
use super::kernel::{Ctx, Table, arg, array, elements, integer, real};
use super::series_analysis::series;
use crate::error::EvalError;
use crate::interrupt;

pub(super) const KERNELS: Table = &[
    ("series_fit_line", |_, args| Ok(fit_line(args, columns))),
    ("series_fit_line_dynamic", |_, args| {
        Ok(fit_line(args, |fit| bag_of(&fit)))
    }),
    ("series_fit_2lines", |_, args| fit_2lines(args, columns)),
    ("series_fit_2lines_dynamic", |_, args| {
        fit_2lines(args, |fit| bag_of(&nested(fit)))
    }),
    ("series_fit_poly", fit_polynomial),
];

/// The highest degree of a polynomial.
const HIGHEST_DEGREE: usize = 32;
/// Points of a series for which every split is tried, which takes time with their square.
const LONGEST_SPLIT_SERIES: usize = 1 << 13;

/// The parts of a result with their names.
type Parts = Vec<(&'static str, Value)>;

/// All parts of a result as one array.
fn columns(parts: Parts) -> Value {
    array(parts.into_iter().map(|(_, value)| value).collect())
}

fn bag_of(parts: &[(&'static str, Value)]) -> Value {
    let members = parts
        .iter()
        .map(|(name, value)| ((*name).into(), value.clone()));
    Value::Bag(Arc::new(members.collect::<Bag>()))
}

fn reals(numbers: impl IntoIterator<Item = f64>) -> Value {
    array(numbers.into_iter().map(Value::Real).collect())
}

/// Sample variance.
pub(super) fn variance(numbers: &[f64]) -> f64 {
    let average = mean(numbers);
    let squares: f64 = numbers.iter().map(|x| (x - average) * (x - average)).sum();
    if numbers.len() < 2 {
        0.0
    } else {
        squares / (numbers.len() - 1) as f64
    }
}

/// How well fitted points explain a series: R square, variance and variance of the residual.
struct Quality {
    explained: f64,
    variance: f64,
    residual: f64,
}

impl Quality {
    fn of(numbers: &[f64], fitted: &[f64]) -> Self {
        let rest: Vec<f64> = numbers.iter().zip(fitted).map(|(x, f)| x - f).collect();
        let (variance, residual) = (variance(numbers), variance(&rest));
        let explained = if variance > 0.0 {
            1.0 - residual / variance
        } else {
            0.0
        };
        Self {
            explained,
            variance,
            residual,
        }
    }
}

fn points(line: Line, count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |index| line.at(index))
}

/// R square, slope, variance, residual variance, intercept and the fitted line.
fn fit_line(args: &[Value], give: fn(Parts) -> Value) -> Value {
    const NAMES: [&str; 6] = [
        "rsquare",
        "slope",
        "variance",
        "rvariance",
        "interception",
        "line_fit",
    ];
    let Some(numbers) = series(arg(args, 0)) else {
        return give(NAMES.map(|name| (name, Value::Null)).to_vec());
    };
    let line = Line::fit(&numbers);
    let fitted: Vec<f64> = points(line, numbers.len()).collect();
    let quality = Quality::of(&numbers, &fitted);
    let values = [
        Value::Real(quality.explained),
        Value::Real(line.slope),
        Value::Real(quality.variance),
        Value::Real(quality.residual),
        Value::Real(line.intercept),
        reals(fitted),
    ];
    give(NAMES.into_iter().zip(values).collect())
}

/// The names of the parts of two lines, in the order of the columns.
const TWO_LINES: [&str; 15] = [
    "rsquare",
    "split_idx",
    "variance",
    "rvariance",
    "line_fit",
    "right_rsquare",
    "right_slope",
    "right_interception",
    "right_variance",
    "right_rvariance",
    "left_rsquare",
    "left_slope",
    "left_interception",
    "left_variance",
    "left_rvariance",
];

/// Quality and fit of both lines together, and of each; a side's intercept is at its first point.
fn fit_2lines(args: &[Value], give: fn(Parts) -> Value) -> Result<Value, EvalError> {
    let Some(numbers) = series(arg(args, 0)).filter(|numbers| numbers.len() >= 4) else {
        return Ok(give(TWO_LINES.map(|name| (name, Value::Null)).to_vec()));
    };
    if numbers.len() > LONGEST_SPLIT_SERIES {
        return Err(EvalError::new(format!(
            "series_fit_2lines() splits at most {LONGEST_SPLIT_SERIES} points; the series has {}",
            numbers.len()
        ))
        .with_hint("Use wider bins."));
    }
    let split = best_split(&numbers)?;
    let (left, right) = numbers.split_at(split);
    let (left_line, right_line) = (Line::fit(left), Line::fit(right));
    let mut fitted: Vec<f64> = points(left_line, left.len()).collect();
    fitted.extend(points(right_line, right.len()));
    let whole = Quality::of(&numbers, &fitted);
    let mut values = vec![
        Value::Real(whole.explained),
        Value::Long(split as i64),
        Value::Real(whole.variance),
        Value::Real(whole.residual),
        reals(fitted),
    ];
    for (side, line) in [(right, right_line), (left, left_line)] {
        let quality = Quality::of(side, &points(line, side.len()).collect::<Vec<_>>());
        let numbers = [
            quality.explained,
            line.slope,
            line.intercept,
            quality.variance,
            quality.residual,
        ];
        values.extend(numbers.map(Value::Real));
    }
    Ok(give(TWO_LINES.into_iter().zip(values).collect()))
}

/// The first index of the right side of the best split; both sides have at least two points.
fn best_split(numbers: &[f64]) -> Result<usize, EvalError> {
    let left = squares(numbers.iter().copied())?;
    let right = squares(numbers.iter().rev().copied())?;
    let total = |split: &usize| {
        let at = |sums: &[f64], count: usize| sums.get(count).copied().unwrap_or(0.0);
        at(&left, *split) + at(&right, numbers.len() - split)
    };
    let best = (2..=numbers.len() - 2).min_by(|a, b| total(a).total_cmp(&total(b)));
    Ok(best.unwrap_or(2))
}

/// The squared residual of the line through the first points, by their number.
fn squares(numbers: impl Iterator<Item = f64>) -> Result<Vec<f64>, EvalError> {
    let mut known: Vec<f64> = Vec::new();
    let mut sums = vec![0.0];
    for number in numbers {
        interrupt::check()?;
        known.push(number);
        let line = Line::fit(&known);
        let rest = known.iter().enumerate().map(|(index, x)| {
            let distance = x - line.at(index);
            distance * distance
        });
        sums.push(rest.sum());
    }
    Ok(sums)
}

/// The parts of two lines with those of each side in a bag of its own.
fn nested(parts: Parts) -> Parts {
    let mut whole = Parts::new();
    for side in ["right", "left"] {
        let inner: Parts = parts
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix(side)?.strip_prefix('_')?;
                Some((name, value.clone()))
            })
            .collect();
        whole.push((side, bag_of(&inner)));
    }
    let common = parts
        .into_iter()
        .filter(|(name, _)| !name.starts_with("right_") && !name.starts_with("left_"));
    common.chain(whole).collect()
}

/// R square, coefficients from the highest power down, variance, residual variance and fitted points.
fn fit_polynomial(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let missing = || Ok(array(vec![Value::Null; 5]));
    let Some(numbers) = series(arg(args, 0)) else {
        return missing();
    };
    let degree = args.get(2).map_or(Some(1), integer);
    let Some(degree) = degree.and_then(|degree| usize::try_from(degree).ok()) else {
        return missing();
    };
    if degree > HIGHEST_DEGREE {
        return Err(EvalError::new(format!(
            "series_fit_poly() fits a degree of at most {HIGHEST_DEGREE}, not {degree}"
        ))
        .with_hint("Use a lower degree."));
    }
    let places: Option<Vec<f64>> = match args.get(1) {
        None => Some((1..=numbers.len()).map(|index| index as f64).collect()),
        Some(series) => elements(series).and_then(|items| items.iter().map(real).collect()),
    };
    let Some(places) = places.filter(|places| places.len() == numbers.len()) else {
        return missing();
    };
    let Some(coefficients) = polynomial(&places, &numbers, degree) else {
        return missing();
    };
    let value = |x: &f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let fitted: Vec<f64> = places.iter().map(value).collect();
    let quality = Quality::of(&numbers, &fitted);
    Ok(array(vec![
        Value::Real(quality.explained),
        reals(coefficients.iter().copied()),
        Value::Real(quality.variance),
        Value::Real(quality.residual),
        reals(fitted),
    ]))
}

/// The coefficients of the least-squares polynomial, highest power first; `None` when the points do not
/// determine it.
fn polynomial(places: &[f64], numbers: &[f64], degree: usize) -> Option<Vec<f64>> {
    let width = degree + 1;
    if places.len() < width {
        return None;
    }
    let powers = |x: &f64| {
        let mut row: Vec<f64> = (0..width)
            .map(|power| libm::pow(*x, power as f64))
            .collect();
        row.reverse();
        row
    };
    let mut rows: Vec<Vec<f64>> = places.iter().map(powers).collect();
    for (row, number) in rows.iter_mut().zip(numbers) {
        row.push(*number);
    }
    for column in 0..width {
        reflect(&mut rows, column)?;
    }
    back_substituted(&rows, width)
}

/// Householder's reflection that clears a column below its diagonal.
fn reflect(rows: &mut [Vec<f64>], column: usize) -> Option<()> {
    let at = |row: &Vec<f64>| row.get(column).copied().unwrap_or(0.0);
    let mut normal: Vec<f64> = rows.iter().skip(column).map(at).collect();
    let length = libm::sqrt(normal.iter().map(|x| x * x).sum());
    let first = normal.first_mut()?;
    *first += if *first < 0.0 { -length } else { length };
    let square: f64 = normal.iter().map(|x| x * x).sum();
    if square <= 0.0 || !square.is_finite() {
        return None;
    }
    let width = rows.first()?.len();
    for target in column..width {
        let cell = |row: &Vec<f64>| row.get(target).copied().unwrap_or(0.0);
        let below = || rows.iter().skip(column).map(cell);
        let product: f64 = below().zip(&normal).map(|(a, n)| a * n).sum();
        let factor = 2.0 * product / square;
        for (row, n) in rows.iter_mut().skip(column).zip(&normal) {
            if let Some(cell) = row.get_mut(target) {
                *cell -= factor * n;
            }
        }
    }
    Some(())
}

/// Solves the triangle that the reflections leave.
fn back_substituted(rows: &[Vec<f64>], width: usize) -> Option<Vec<f64>> {
    let mut solved = vec![0.0; width];
    for index in (0..width).rev() {
        let row = rows.get(index)?;
        let known: f64 = row
            .iter()
            .zip(&solved)
            .skip(index + 1)
            .map(|(a, x)| a * x)
            .sum();
        let pivot = row.get(index).copied().filter(|pivot| *pivot != 0.0)?;
        let value = (row.get(width)? - known) / pivot;
        *solved.get_mut(index)? = value;
    }
    solved.iter().all(|x| x.is_finite()).then_some(solved)
}
