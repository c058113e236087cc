//! Bitwise functions on longs.

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, integer};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("binary_and", |_, args| combine(args, |a, b| a & b)),
    ("binary_or", |_, args| combine(args, |a, b| a | b)),
    ("binary_xor", |_, args| combine(args, |a, b| a ^ b)),
    ("binary_shift_left", |_, args| {
        combine(args, |a, b| a.wrapping_shl(b as u32))
    }),
    ("binary_shift_right", |_, args| {
        combine(args, |a, b| a.wrapping_shr(b as u32))
    }),
    ("binary_not", not),
    ("bitset_count_ones", count_ones),
];

fn combine(args: &[Value], operation: fn(i64, i64) -> i64) -> Result<Value, EvalError> {
    let operands = integer(arg(args, 0)).zip(integer(arg(args, 1)));
    Ok(operands.map_or(Value::Null, |(a, b)| Value::Long(operation(a, b))))
}

fn not(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(integer(arg(args, 0)).map_or(Value::Null, |n| Value::Long(!n)))
}

fn count_ones(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(integer(arg(args, 0)).map_or(Value::Null, |n| Value::Long(i64::from(n.count_ones()))))
}
