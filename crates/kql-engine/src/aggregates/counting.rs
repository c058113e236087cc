//! `count` and `countif`.

use kql_analysis::value::Value;

use super::Accumulator;
use crate::error::EvalError;
use crate::functions::Ctx;

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
