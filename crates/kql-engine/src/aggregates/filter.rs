//! The predicate of `sumif`, `make_set_if` and their relatives.

use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;

/// Passes on the rows whose predicate is true, without the predicate itself.
pub(super) struct If<A> {
    inner: A,
    predicate: usize,
}

impl<A> If<A> {
    /// For aggregates of one value, whose predicate comes second.
    pub(super) fn first(inner: A) -> Self {
        Self {
            inner,
            predicate: 1,
        }
    }

    /// For aggregates of two values, whose predicate comes third.
    pub(super) fn second(inner: A) -> Self {
        Self {
            inner,
            predicate: 2,
        }
    }
}

impl<A: Accumulator> Accumulator for If<A> {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if *arg(args, self.predicate) != Value::Bool(true) {
            return Ok(());
        }
        let mut rest = args.to_vec();
        rest.remove(self.predicate);
        self.inner.add(&rest)
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Box::new(self.inner).finish(ctx)
    }
}
