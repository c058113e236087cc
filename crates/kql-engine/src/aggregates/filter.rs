//! The predicate of `sumif`, `make_set_if` and their relatives.

use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;

/// Passes on the rows whose predicate is true, without the predicate itself.
pub(super) struct If<A> {
    inner: A,
    predicate: usize,
    /// Whether the last row was passed on.
    passed: bool,
}

impl<A> If<A> {
    /// For aggregates of one value, whose predicate comes second.
    pub(super) fn first(inner: A) -> Self {
        Self {
            inner,
            predicate: 1,
            passed: false,
        }
    }

    /// For aggregates of two values, whose predicate comes third.
    pub(super) fn second(inner: A) -> Self {
        Self {
            inner,
            predicate: 2,
            passed: false,
        }
    }
}

impl<A: Accumulator> Accumulator for If<A> {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        self.passed = *arg(args, self.predicate) == Value::Bool(true);
        if !self.passed {
            return Ok(());
        }
        let mut rest = args.to_vec();
        rest.remove(self.predicate);
        self.inner.add(&rest)
    }

    fn chose(&self) -> bool {
        self.passed && self.inner.chose()
    }

    fn kept_bytes(&self) -> usize {
        self.inner.kept_bytes()
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Box::new(self.inner).finish(ctx)
    }
}
