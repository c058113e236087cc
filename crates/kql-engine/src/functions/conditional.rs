//! Choice and emptiness: `iff`, `case`, `coalesce`, `isempty`, `isnull` and their relatives.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("iff", iff),
    ("iif", iff),
    ("case", case),
    ("coalesce", coalesce),
    ("isnull", |_, args| Ok(Value::Bool(is_null(arg(args, 0))))),
    ("isnotnull", |_, args| {
        Ok(Value::Bool(!is_null(arg(args, 0))))
    }),
    ("notnull", |_, args| Ok(Value::Bool(!is_null(arg(args, 0))))),
    ("isempty", |_, args| Ok(Value::Bool(is_empty(arg(args, 0))))),
    ("isnotempty", |_, args| {
        Ok(Value::Bool(!is_empty(arg(args, 0))))
    }),
    ("notempty", |_, args| {
        Ok(Value::Bool(!is_empty(arg(args, 0))))
    }),
];

fn iff(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let chosen = if truth(arg(args, 0)) { 1 } else { 2 };
    Ok(arg(args, chosen).clone())
}

fn case(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut pairs = args.chunks_exact(2);
    let chosen = pairs
        .find(|pair| truth(arg(pair, 0)))
        .map(|pair| arg(pair, 1))
        .or(args.last());
    Ok(chosen.cloned().unwrap_or(Value::Null))
}

/// The first argument that has a value; an empty string has none here.
fn coalesce(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let chosen = args.iter().find(|value| !is_empty(value));
    Ok(chosen.or(args.last()).cloned().unwrap_or(Value::Null))
}

/// A condition holds only when it is true; null counts as false.
fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(b) => *b,
        Value::Int(n) => *n != 0,
        Value::Long(n) => *n != 0,
        _ => false,
    }
}

fn is_null(value: &Value) -> bool {
    matches!(value, Value::Null)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}
