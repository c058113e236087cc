//! `count`, `countif`, `dcount` and `count_distinct`.
//!
//! Kusto estimates `dcount`; here it is exact, up to [`DISTINCT_VALUES`] values.

use std::collections::HashSet;

use kql_analysis::shed::Shed;
use kql_analysis::text::json_text;
use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;
use crate::room::TEXT_BYTES;

/// Distinct values that one group may have.
const DISTINCT_VALUES: usize = 1 << 22;

/// Number of rows.
#[derive(Default)]
pub(super) struct Count {
    rows: i64,
}

impl Accumulator for Count {
    fn add(&mut self, _: &[Value]) -> Result<(), EvalError> {
        self.rows += 1;
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Long(self.rows)])
    }
}

/// Number of rows whose predicate is true.
#[derive(Default)]
pub(super) struct CountIf {
    rows: i64,
}

impl Accumulator for CountIf {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        self.rows += i64::from(*arg(args, 0) == Value::Bool(true));
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Long(self.rows)])
    }
}

/// Number of different values; nulls do not count, empty strings do.
#[derive(Default)]
pub(super) struct Distinct {
    seen: Shed<HashSet<String>>,
    kept: usize,
}

impl Accumulator for Distinct {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if *arg(args, 0) != Value::Null {
            let text = json_text(arg(args, 0));
            let bytes = TEXT_BYTES + text.len();
            if self.seen.insert(text) {
                self.kept += bytes;
            }
        }
        if self.seen.len() > DISTINCT_VALUES {
            return Err(EvalError::new(format!(
                "a group has more than {DISTINCT_VALUES} distinct values"
            ))
            .with_hint("Filter the rows or group by more columns."));
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.kept
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Long(self.seen.len() as i64)])
    }
}
