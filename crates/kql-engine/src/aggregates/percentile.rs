//! `percentile`, `percentiles` and their weighted and array forms.
//!
//! Kusto estimates percentiles of large groups with a t-digest; here they are exact: the nearest-rank
//! value of the sorted group, up to [`GROUP_VALUES`] values.

use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;
use crate::interrupt::Pace;
use crate::operators::sort::sorted;

/// Values that one group may have.
const GROUP_VALUES: usize = 1 << 22;

/// Values of a group with their weights, and the percentiles asked for.
pub(super) struct Percentiles {
    as_array: bool,
    /// Result columns, for a group without rows.
    columns: usize,
    weighted: bool,
    values: Vec<(Value, f64)>,
    wanted: Vec<f64>,
}

impl Percentiles {
    /// One result column per percentile.
    pub(super) fn columns(columns: usize) -> Self {
        Self {
            as_array: false,
            columns,
            weighted: false,
            values: Vec::new(),
            wanted: Vec::new(),
        }
    }

    /// All percentiles in one array.
    pub(super) fn array() -> Self {
        Self {
            as_array: true,
            ..Self::columns(1)
        }
    }

    /// The second argument is the weight of the first.
    pub(super) fn weighted(self) -> Self {
        Self {
            weighted: true,
            ..self
        }
    }

    /// The first value, of values in order, up to which the weights reach a share of all.
    fn nearest_rank(&self, order: &[u32], rank: f64) -> Result<Value, EvalError> {
        let (mut passed, mut pace) = (0.0, Pace::default());
        for (value, weight) in self.in_order(order) {
            pace.row()?;
            passed += weight;
            if passed >= rank {
                return Ok(value.clone());
            }
        }
        let last = self.in_order(order).next_back();
        Ok(last.map_or(Value::Null, |(value, _)| value.clone()))
    }

    fn in_order<'v>(
        &'v self,
        order: &'v [u32],
    ) -> impl DoubleEndedIterator<Item = &'v (Value, f64)> {
        order
            .iter()
            .filter_map(|row| self.values.get(*row as usize))
    }
}

impl Accumulator for Percentiles {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        let first = if self.weighted { 2 } else { 1 };
        if self.wanted.is_empty() {
            self.wanted = args.iter().skip(first).flat_map(listed).collect();
        }
        let weight = if self.weighted {
            number(arg(args, 1)).unwrap_or(0.0)
        } else {
            1.0
        };
        if *arg(args, 0) != Value::Null && weight > 0.0 {
            self.values.push((arg(args, 0).clone(), weight));
        }
        if self.values.len() > GROUP_VALUES {
            return Err(EvalError::new(format!(
                "a percentile has more than {GROUP_VALUES} values in a group"
            ))
            .with_hint("Filter the rows or group by more columns."));
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        size_of_val(self.values.as_slice())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        if self.wanted.is_empty() {
            return Ok(vec![Value::Null; self.columns]);
        }
        let value = |row: u32| {
            self.values
                .get(row as usize)
                .map_or(&Value::Null, |(value, _)| value)
        };
        let order = sorted(self.values.len(), usize::MAX, |a, b| {
            compare(value(a), value(b))
        })?;
        let (mut total, mut pace) = (0.0, Pace::default());
        for (_, weight) in self.in_order(&order) {
            pace.row()?;
            total += weight;
        }
        let wanted = self.wanted.iter();
        let found = wanted.map(|percent| self.nearest_rank(&order, total * percent / 100.0));
        let found: Vec<Value> = found.collect::<Result<_, _>>()?;
        Ok(if self.as_array {
            vec![Value::array(found)]
        } else {
            found
        })
    }
}

/// The percentiles that an argument names: a number or an array of numbers.
fn listed(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(items) => items.iter().filter_map(number).collect(),
        single => number(single).into_iter().collect(),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        _ => None,
    }
}
