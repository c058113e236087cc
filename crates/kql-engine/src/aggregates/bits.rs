//! `binary_all_and`, `binary_all_or`, `binary_all_xor`.

use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;

/// A bitwise operation over all integers of the group; null for none.
pub(super) struct All {
    operation: fn(i64, i64) -> i64,
    result: Option<i64>,
}

impl All {
    pub(super) fn of(operation: fn(i64, i64) -> i64) -> Self {
        Self {
            operation,
            result: None,
        }
    }
}

impl Accumulator for All {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        let next = match arg(args, 0) {
            Value::Int(number) => i64::from(*number),
            Value::Long(number) => *number,
            _ => return Ok(()),
        };
        self.result = Some(
            self.result
                .map_or(next, |result| (self.operation)(result, next)),
        );
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.result.map_or(Value::Null, Value::Long)])
    }
}
