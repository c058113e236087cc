//! The aggregate functions of `summarize` and `make-series`: one accumulator per group and call.

mod counting;

use kql_analysis::plan::AggregateCall;
use kql_analysis::value::Value;

use crate::error::EvalError;
use crate::functions::Ctx;

/// Takes in a group's rows one by one and then gives the aggregate's result columns.
pub trait Accumulator {
    /// Takes in the arguments of one row.
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError>;

    /// The values of the result columns, parallel to [`AggregateCall::names`].
    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError>;
}

/// A fresh accumulator for a call of the registry aggregate `name`, or `None` when the engine does
/// not implement it.
pub fn accumulator(name: &str, _call: &AggregateCall) -> Option<Box<dyn Accumulator>> {
    Some(match name {
        "count" => Box::new(counting::Count::default()),
        _ => return None,
    })
}
