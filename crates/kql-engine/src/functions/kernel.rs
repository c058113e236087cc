//! What a scalar function is to the engine: a kernel found by its registry name.
//!
//! Kernels are pure: the same arguments and the same [`Ctx`] give the same value on every platform.

use std::sync::Arc;

use kql_analysis::types::ScalarType;
use kql_analysis::value::{Items, Value};

use super::conversion::to_text;
use super::string_operators::folded;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::limits::Limits;

/// What a kernel may know besides its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Ctx {
    /// The time that `now()` gives, in ticks since 0001-01-01T00:00:00Z.
    pub now: i64,
    /// Bounds on what a kernel may make.
    pub limits: Limits,
}

/// A function of one row's arguments.
pub type RowKernel = fn(&Ctx, &[Value]) -> Result<Value, EvalError>;

/// A function of one row's arguments and of their static types.
pub type TypedKernel = fn(&Ctx, &[Value], &[ScalarType]) -> Result<Value, EvalError>;

/// How a function is computed.
#[derive(Clone, Copy, Debug)]
pub enum Kernel {
    /// Row by row.
    Row(RowKernel),
    /// Row by row, where the answer depends on the static types too: `tostring` of a bool is `True`,
    /// but of a dynamic true it is `true`.
    Typed(TypedKernel),
    /// Row by row, as a test of one text for another.
    Test(TextTest),
}

impl Kernel {
    /// The value for one row's arguments of these static types.
    pub fn call(
        &self,
        ctx: &Ctx,
        args: &[Value],
        types: &[ScalarType],
    ) -> Result<Value, EvalError> {
        match self {
            Self::Row(row) => row(ctx, args),
            Self::Typed(typed) => typed(ctx, args, types),
            Self::Test(test) => {
                let (haystack, needle) = (to_text(arg(args, 0)), to_text(arg(args, 1)));
                Ok(Value::Bool(test.holds(&haystack, &needle)))
            }
        }
    }
}

/// Whether something holds for a text and another.
#[derive(Clone, Copy, Debug)]
pub struct TextTest {
    /// The test of a haystack for a needle.
    pub(super) test: fn(&str, &str) -> bool,
    /// Whether both are compared in lower case; a test may also see to that itself.
    pub(super) folds: bool,
    /// What the test is to give.
    pub(super) expected: bool,
}

impl TextTest {
    /// Whether it holds.
    pub(crate) fn holds(&self, haystack: &str, needle: &str) -> bool {
        let found = match self.folds {
            true => (self.test)(&folded(haystack), &folded(needle)),
            false => (self.test)(haystack, needle),
        };
        found == self.expected
    }
}

/// A family's kernels with their registry names.
pub(super) type Table = &'static [(&'static str, RowKernel)];

/// Tests of texts.
pub(super) type TestTable = &'static [(&'static str, TextTest)];

/// A family's kernels that need static types.
pub(super) type TypedTable = &'static [(&'static str, TypedKernel)];

/// The argument at `index`; null when the call has fewer.
pub(super) fn arg(args: &[Value], index: usize) -> &Value {
    args.get(index).unwrap_or(&Value::Null)
}

/// An integer argument of any numeric type; `None` for null and for everything else.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        Value::Bool(b) => Some(i64::from(*b)),
        Value::Real(x) if x.is_finite() => Some(*x as i64),
        Value::Decimal(x) => x.to_whole(),
        _ => None,
    }
}

/// A number of any numeric type as a real; `None` for null and for everything else.
pub(super) fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Int(n) => Some(f64::from(*n)),
        Value::Long(n) => Some(*n as f64),
        Value::Real(x) => Some(*x),
        Value::Decimal(x) => Some(x.to_real()),
        _ => None,
    }
}

/// A text argument; null and everything that is not text read as the empty string.
pub(super) fn text(value: &Value) -> &str {
    match value {
        Value::String(s) => s,
        _ => "",
    }
}

/// What became of a text argument: the argument itself where nothing did, so that it stays shared.
pub(super) fn changed(value: &Value, text: impl AsRef<str>) -> Value {
    match value {
        Value::String(same) if **same == *text.as_ref() => value.clone(),
        _ => string(text),
    }
}

/// A text result.
pub(super) fn string(text: impl AsRef<str>) -> Value {
    Value::String(text.as_ref().into())
}

/// An array result.
pub(super) fn array(items: Vec<Value>) -> Value {
    Value::array(items)
}

/// An array of results; an error when one is, and when the run is to end while they are made.
pub(super) fn collected(
    results: impl Iterator<Item = Result<Value, EvalError>>,
) -> Result<Value, EvalError> {
    let (mut items, mut pace) = (Items::default(), Pace::default());
    items.reserve(results.size_hint().0);
    for result in results {
        pace.row()?;
        items.push(result?);
    }
    Ok(Value::Array(Arc::new(items)))
}

/// The elements of an array argument.
pub(super) fn elements(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

/// An error unless an array of `count` elements may be made.
pub(super) fn check_elements(ctx: &Ctx, name: &str, count: usize) -> Result<(), EvalError> {
    if count <= ctx.limits.array_elements {
        return Ok(());
    }
    let limit = ctx.limits.array_elements;
    Err(EvalError::new(format!(
        "{name}() would make {count} elements; the limit is {limit}"
    ))
    .with_hint("Filter the rows or shorten the arrays before this call."))
}

/// An error unless a text of `bytes` bytes may be made.
pub(super) fn check_bytes(ctx: &Ctx, name: &str, bytes: usize) -> Result<(), EvalError> {
    if bytes <= ctx.limits.string_bytes {
        return Ok(());
    }
    let limit = ctx.limits.string_bytes;
    Err(EvalError::new(format!(
        "{name}() would make a string of {bytes} bytes; the limit is {limit}"
    ))
    .with_hint("Shorten the strings before this call."))
}
