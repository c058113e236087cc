//! `sum`, `avg`, `variance`, `stdev` and `covariance`.
//!
//! Integer sums wrap round as in Kusto. A variance is rounded to ten decimals before anything is made of
//! it, as recorded results of Kusto are.

use kql_analysis::decimal::Decimal;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;

/// Sum of numbers or timespans, in the type of the result.
pub(super) struct Sum {
    ty: ScalarType,
    whole: i64,
    real: f64,
    decimal: Option<Decimal>,
}

impl Sum {
    pub(super) fn of(ty: ScalarType) -> Self {
        Self {
            ty,
            whole: 0,
            real: 0.0,
            decimal: Some(Decimal::default()),
        }
    }
}

impl Accumulator for Sum {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        match arg(args, 0) {
            Value::Real(number) => self.real += number,
            Value::Decimal(number) => {
                self.decimal = self.decimal.and_then(|sum| sum.checked_add(*number));
            }
            value => self.whole = self.whole.wrapping_add(whole(value).unwrap_or(0)),
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![match self.ty {
            ScalarType::Int => Value::Int(self.whole as i32),
            ScalarType::Long => Value::Long(self.whole),
            ScalarType::TimeSpan => Value::TimeSpan(self.whole),
            ScalarType::Decimal => self.decimal.map_or(Value::Null, Value::Decimal),
            _ => Value::Real(self.real + self.whole as f64),
        }])
    }
}

/// Mean of numbers, datetimes or timespans; not a number for no rows.
pub(super) struct Average {
    ty: ScalarType,
    count: i64,
    whole: i64,
    real: f64,
    decimal: Option<Decimal>,
}

impl Average {
    pub(super) fn of(ty: ScalarType) -> Self {
        Self {
            ty,
            count: 0,
            whole: 0,
            real: 0.0,
            decimal: Some(Decimal::default()),
        }
    }

    /// The mean of times in ticks, with the sum taken apart so that it cannot overflow.
    fn ticks(&self) -> Option<i64> {
        (self.count > 0).then(|| self.whole + libm::round(self.real / self.count as f64) as i64)
    }
}

impl Accumulator for Average {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        match arg(args, 0) {
            Value::Null => return Ok(()),
            Value::DateTime(ticks) | Value::TimeSpan(ticks) => {
                // The first time is the origin: distances from it are small enough for a real.
                if self.count == 0 {
                    self.whole = *ticks;
                }
                self.real += (*ticks as f64) - (self.whole as f64);
            }
            Value::Real(number) => self.real += number,
            Value::Decimal(number) => {
                self.decimal = self.decimal.and_then(|sum| sum.checked_add(*number));
            }
            value => match whole(value) {
                Some(number) => self.whole = self.whole.wrapping_add(number),
                None => return Ok(()),
            },
        }
        self.count += 1;
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![match self.ty {
            ScalarType::DateTime => self.ticks().map_or(Value::Null, Value::DateTime),
            ScalarType::TimeSpan => self.ticks().map_or(Value::Null, Value::TimeSpan),
            ScalarType::Decimal => self
                .decimal
                .and_then(|sum| sum.checked_div(Decimal::from(self.count)))
                .map_or(Value::Null, Value::Decimal),
            _ => Value::Real((self.real + self.whole as f64) / self.count as f64),
        }])
    }
}

/// Variance or standard deviation of numbers, of a sample or of a whole population.
pub(super) struct Spread {
    sample: bool,
    deviation: bool,
    moments: Moments,
}

impl Spread {
    pub(super) fn variance(sample: bool) -> Self {
        Self {
            sample,
            deviation: false,
            moments: Moments::default(),
        }
    }

    pub(super) fn deviation(sample: bool) -> Self {
        Self {
            sample,
            deviation: true,
            moments: Moments::default(),
        }
    }
}

impl Accumulator for Spread {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if let Some(number) = number(arg(args, 0)) {
            self.moments.add(number, number);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        let variance = self.moments.covariance(self.sample);
        Ok(vec![Value::Real(if self.deviation {
            libm::sqrt(variance)
        } else {
            variance
        })])
    }
}

/// Covariance of pairs of numbers.
pub(super) struct Covariance {
    sample: bool,
    moments: Moments,
}

impl Covariance {
    pub(super) fn of(sample: bool) -> Self {
        Self {
            sample,
            moments: Moments::default(),
        }
    }
}

impl Accumulator for Covariance {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if let Some((x, y)) = number(arg(args, 0)).zip(number(arg(args, 1))) {
            self.moments.add(x, y);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Real(self.moments.covariance(self.sample))])
    }
}

/// Running means and co-moment of pairs (Welford's algorithm, which stays exact for distant means).
#[derive(Default)]
struct Moments {
    count: f64,
    mean_x: f64,
    mean_y: f64,
    comoment: f64,
}

impl Moments {
    fn add(&mut self, x: f64, y: f64) {
        self.count += 1.0;
        let distance = x - self.mean_x;
        self.mean_x += distance / self.count;
        self.mean_y += (y - self.mean_y) / self.count;
        self.comoment += distance * (y - self.mean_y);
    }

    /// Zero for fewer than two pairs; rounded to ten decimals.
    fn covariance(&self, sample: bool) -> f64 {
        if self.count < 2.0 {
            return if self.comoment.is_nan() {
                f64::NAN
            } else {
                0.0
            };
        }
        let spread = self.comoment / if sample { self.count - 1.0 } else { self.count };
        let scaled = libm::round(spread * 1e10) / 1e10;
        if scaled.is_finite() { scaled } else { spread }
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) | Value::TimeSpan(number) => Some(*number),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Real(number) => Some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        other => whole(other).map(|number| number as f64),
    }
}
