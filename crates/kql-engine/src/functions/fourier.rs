//! `series_fft` and `series_ifft`: the discrete Fourier transform of a series of complex numbers.
//!
//! Lengths that are powers of two are transformed by halving (Cooley and Tukey), short ones by the
//! definition, others as a convolution (Bluestein). Like Kusto, the forward transform is not scaled and the inverse is divided
//! by the length.

use std::f64::consts::PI;

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, array, check_elements, elements, real};
use crate::error::EvalError;
use crate::interrupt::{self, Pace};

pub(super) const KERNELS: Table = &[
    ("series_fft", |ctx, args| {
        transformed(ctx, "series_fft", args, false)
    }),
    ("series_ifft", |ctx, args| {
        transformed(ctx, "series_ifft", args, true)
    }),
];

/// The longest series that is summed by the definition, which takes time with its square.
const SUMMED_LENGTH: usize = 1024;

/// Lengths from which on the transform asks whether the run is to end.
const LONG: usize = 1 << 11;

/// Real and imaginary part.
type Complex = (f64, f64);

fn times((a, b): Complex, (c, d): Complex) -> Complex {
    (a * c - b * d, a * d + b * c)
}

/// The point of the unit circle at a part of a turn.
fn turn(part: f64) -> Complex {
    let angle = 2.0 * PI * part;
    (libm::cos(angle), libm::sin(angle))
}

/// Real and imaginary series; both null when an argument is no series of numbers.
fn transformed(ctx: &Ctx, name: &str, args: &[Value], inverse: bool) -> Result<Value, EvalError> {
    let Some(series) = complex_series(args) else {
        return Ok(array(vec![Value::Null; 2]));
    };
    check_elements(ctx, name, series.len().saturating_mul(4))?;
    let scale = if inverse { series.len() as f64 } else { 1.0 };
    let result = transform(&series, if inverse { 1.0 } else { -1.0 })?;
    let part = |pick: fn(&Complex) -> f64| {
        array(
            result
                .iter()
                .map(|point| Value::Real(pick(point) / scale))
                .collect(),
        )
    };
    Ok(array(vec![part(|point| point.0), part(|point| point.1)]))
}

fn complex_series(args: &[Value]) -> Option<Vec<Complex>> {
    let numbers = |value: &Value| {
        elements(value)?
            .iter()
            .map(real)
            .collect::<Option<Vec<_>>>()
    };
    let reals = numbers(arg(args, 0))?;
    let imaginary = match args.get(1) {
        Some(series) => numbers(series)?,
        None => vec![0.0; reals.len()],
    };
    (imaginary.len() == reals.len()).then(|| reals.into_iter().zip(imaginary).collect())
}

/// The sums of the series with the turns of every frequency, in the direction of `sign`.
fn transform(series: &[Complex], sign: f64) -> Result<Vec<Complex>, EvalError> {
    if series.len().is_power_of_two() {
        halved(series, sign)
    } else if series.len() <= SUMMED_LENGTH {
        Ok(summed(series, sign))
    } else {
        convolved(series, sign)
    }
}

/// The transform as it is defined, which loses the fewest digits.
fn summed(series: &[Complex], sign: f64) -> Vec<Complex> {
    let length = series.len();
    let turns: Vec<Complex> = (0..length)
        .map(|index| turn(sign * index as f64 / length as f64))
        .collect();
    let at = |frequency: usize| {
        let terms = series.iter().enumerate().filter_map(|(index, point)| {
            let turn = turns.get(index * frequency % length)?;
            Some(times(*point, *turn))
        });
        terms.fold((0.0, 0.0), |(re, im), (a, b)| (re + a, im + b))
    };
    (0..length).map(at).collect()
}

/// The transform of a length that is a power of two; an error when the run is to end.
fn halved(series: &[Complex], sign: f64) -> Result<Vec<Complex>, EvalError> {
    let length = series.len();
    if length < 2 {
        return Ok(series.to_vec());
    }
    let every_other = |first| series.iter().skip(first).step_by(2).copied();
    let even = halved(&every_other(0).collect::<Vec<_>>(), sign)?;
    let odd = halved(&every_other(1).collect::<Vec<_>>(), sign)?;
    if length >= LONG {
        interrupt::check()?;
    }
    let turned = turned(&odd, |index| turn(sign * index as f64 / length as f64))?;
    let pairs = || even.iter().zip(&turned);
    let low = pairs().map(|(a, b)| (a.0 + b.0, a.1 + b.1));
    let high = pairs().map(|(a, b)| (a.0 - b.0, a.1 - b.1));
    Ok(low.chain(high).collect())
}

/// Each point times a point that belongs to its place; an error when the run is to end.
fn turned(points: &[Complex], by: impl Fn(usize) -> Complex) -> Result<Vec<Complex>, EvalError> {
    let mut pace = Pace::default();
    let points = points.iter().enumerate();
    let turned = points.map(|(index, point)| {
        pace.row()?;
        Ok(times(*point, by(index)))
    });
    turned.collect()
}

/// Bluestein's algorithm: products of indexes become differences of squares.
fn convolved(series: &[Complex], sign: f64) -> Result<Vec<Complex>, EvalError> {
    let length = series.len();
    let chirp: Vec<Complex> = (0..length)
        .map(|index| {
            // The square is taken modulo the length of a turn, which keeps the angle exact.
            let square = (index as u64 * index as u64) % (2 * length as u64).max(1);
            turn(sign * square as f64 / (2 * length) as f64)
        })
        .collect();
    let padded = (2 * length).next_power_of_two();
    let mut first: Vec<Complex> = series
        .iter()
        .zip(&chirp)
        .map(|(point, chirp)| times(*point, *chirp))
        .collect();
    first.resize(padded, (0.0, 0.0));
    let mut second = vec![(0.0, 0.0); padded];
    for (index, (re, im)) in chirp.iter().enumerate() {
        let conjugate = (*re, -im);
        for place in [index, (padded - index) % padded] {
            if let Some(slot) = second.get_mut(place) {
                *slot = conjugate;
            }
        }
    }
    let (first, second) = (halved(&first, -1.0)?, halved(&second, -1.0)?);
    let pairs = first.into_iter().zip(second);
    let product: Vec<Complex> = pairs.map(|(a, b)| times(a, b)).collect();
    let points = halved(&product, 1.0)?.into_iter().zip(&chirp);
    let scaled =
        |point: Complex, chirp| times((point.0 / padded as f64, point.1 / padded as f64), chirp);
    Ok(points.map(|(point, chirp)| scaled(point, *chirp)).collect())
}
