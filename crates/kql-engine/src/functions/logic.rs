//! `and`, `or`, `not` with three truth values: a null operand leaves the answer open unless the other
//! operand decides it.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[("and", and), ("or", or), ("not", not), ("assert", assert)];

fn and(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(fold(args, false))
}

fn or(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(fold(args, true))
}

fn not(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(truth(arg(args, 0)).map_or(Value::Null, |b| Value::Bool(!b)))
}

/// True, or an error with the message of the second argument.
fn assert(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    match truth(arg(args, 0)) {
        Some(true) => Ok(Value::Bool(true)),
        _ => Err(
            EvalError::new(format!("assert() failed: {}", text(arg(args, 1))))
                .with_hint("The query demands that this condition holds."),
        ),
    }
}

/// `decisive` if any operand has that value; else null if any operand is null; else the opposite.
fn fold(args: &[Value], decisive: bool) -> Value {
    let mut open = false;
    for value in args {
        match truth(value) {
            Some(b) if b == decisive => return Value::Bool(decisive),
            Some(_) => {}
            None => open = true,
        }
    }
    if open {
        Value::Null
    } else {
        Value::Bool(!decisive)
    }
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Int(n) => Some(*n != 0),
        Value::Long(n) => Some(*n != 0),
        _ => None,
    }
}
