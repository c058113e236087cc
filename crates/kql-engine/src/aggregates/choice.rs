//! Aggregates that choose a row: `min`, `max`, `arg_min`, `arg_max`, `take_any`.
//!
//! Of equal candidates the first stays. Not-a-number wins against every number, as in Kusto.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;

/// The row with the smallest or largest first argument.
pub(super) struct Extreme {
    wanted: Ordering,
    /// Result columns; the first arguments are theirs.
    columns: usize,
    best: Option<Vec<Value>>,
    /// Whether the last row is the best one.
    chose: bool,
}

impl Extreme {
    pub(super) fn least(columns: usize) -> Self {
        Self {
            wanted: Ordering::Less,
            columns,
            best: None,
            chose: false,
        }
    }

    pub(super) fn greatest(columns: usize) -> Self {
        Self {
            wanted: Ordering::Greater,
            columns,
            best: None,
            chose: false,
        }
    }

    /// A null is taken only while there is nothing else.
    fn improves(&self, candidate: &Value) -> bool {
        let Some(best) = &self.best else {
            return true;
        };
        match (candidate, arg(best, 0)) {
            (Value::Null, _) => false,
            (_, Value::Null) => true,
            (_, Value::Real(best)) if best.is_nan() => false,
            (Value::Real(number), _) if number.is_nan() => true,
            (candidate, best) => compare(candidate, best) == self.wanted,
        }
    }
}

impl Accumulator for Extreme {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        self.chose = self.improves(arg(args, 0));
        if self.chose {
            self.best = Some(args.iter().take(self.columns).cloned().collect());
        }
        Ok(())
    }

    fn chose(&self) -> bool {
        self.chose
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(self.best.unwrap_or_else(|| vec![Value::Null; self.columns]))
    }
}

/// Any row: here the first one, and with a single column the first that is not null.
pub(super) struct First {
    columns: usize,
    row: Option<Vec<Value>>,
    /// Whether the last row is the one taken.
    chose: bool,
}

impl First {
    pub(super) fn of(columns: usize) -> Self {
        Self {
            columns,
            row: None,
            chose: false,
        }
    }
}

impl Accumulator for First {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        self.chose = match &self.row {
            None => true,
            Some(row) => self.columns == 1 && *arg(row, 0) == Value::Null,
        };
        if self.chose {
            self.row = Some(args.to_vec());
        }
        Ok(())
    }

    fn chose(&self) -> bool {
        self.chose
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(self.row.unwrap_or_else(|| vec![Value::Null; self.columns]))
    }
}
