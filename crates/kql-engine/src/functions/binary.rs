//! Bitwise functions on longs.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, integer};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("binary_and", |_, args| combine(args, |a, b| a & b)),
    ("binary_or", |_, args| combine(args, |a, b| a | b)),
    ("binary_xor", |_, args| combine(args, |a, b| a ^ b)),
    ("binary_shift_left", |_, args| {
        shift(args, i64::wrapping_shl)
    }),
    ("binary_shift_right", |_, args| {
        shift(args, i64::wrapping_shr)
    }),
    ("binary_not", not),
    ("bitset_count_ones", count_ones),
];

fn combine(args: &[Value], operation: fn(i64, i64) -> i64) -> Result<Value, EvalError> {
    let operands = integer(arg(args, 0)).zip(integer(arg(args, 1)));
    Ok(operands.map_or(Value::Null, |(a, b)| Value::Long(operation(a, b))))
}

/// Shifts by the second argument modulo 64; null when that is negative.
fn shift(args: &[Value], operation: fn(i64, u32) -> i64) -> Result<Value, EvalError> {
    let places = integer(arg(args, 1)).filter(|places| *places >= 0);
    let operands = integer(arg(args, 0)).zip(places);
    Ok(operands.map_or(Value::Null, |(number, places)| {
        Value::Long(operation(number, (places % 64) as u32))
    }))
}

fn not(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(integer(arg(args, 0)).map_or(Value::Null, |n| Value::Long(!n)))
}

fn count_ones(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(integer(arg(args, 0)).map_or(Value::Null, |n| Value::Long(i64::from(n.count_ones()))))
}
