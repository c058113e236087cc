//! Functions of the results of `tdigest` and `hll`.
//!
//! A null argument makes the result null; a merge skips it.

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::conversion::convert;
use super::kernel::{Ctx, Table, arg, collected, elements, real, text};
use crate::error::EvalError;
use crate::sketch::{Digest, Hashes};

pub(super) const KERNELS: Table = &[
    ("percentile_tdigest", percentile),
    ("percentiles_array_tdigest", percentiles),
    ("rank_tdigest", |_, args| {
        Ok(digest(args)?.map_or(Value::Null, |digest| Value::Real(digest.rank(arg(args, 1)))))
    }),
    ("percentrank_tdigest", |_, args| {
        Ok(digest(args)?.map_or(Value::Null, |digest| {
            Value::Real(digest.rank(arg(args, 1)) / digest.total() * 100.0)
        }))
    }),
    ("merge_tdigest", merge_digests),
    ("tdigest_merge", merge_digests),
    ("hll_merge", merge_hashes),
    ("dcount_hll", |_, args| {
        let hashes = Hashes::read(arg(args, 0))?;
        Ok(hashes.map_or(Value::Null, |hashes| Value::Long(hashes.count())))
    }),
];

fn digest(args: &[Value]) -> Result<Option<Digest>, EvalError> {
    Digest::read(arg(args, 0))
}

/// A percentile, converted to the type named last.
fn percentile(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (Some(digest), Some(percent)) = (digest(args)?, real(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    let found = digest.percentile(percent)?;
    let ty = args.get(2).and_then(|ty| ScalarType::from_name(text(ty)));
    Ok(convert(&found, ty.unwrap_or(ScalarType::Dynamic)))
}

/// The percentiles that numbers and arrays of numbers name, as an array, converted to the type named last.
fn percentiles(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(digest) = digest(args)? else {
        return Ok(Value::Null);
    };
    let (ty, args) = match args {
        [rest @ .., Value::String(name)] => (ScalarType::from_name(name), rest),
        args => (None, args),
    };
    let wanted = args
        .iter()
        .skip(1)
        .flat_map(|value| elements(value).unwrap_or(std::slice::from_ref(value)));
    let found = wanted.map(|percent| match real(percent) {
        Some(percent) => {
            let found = digest.percentile(percent)?;
            Ok(convert(&found, ty.unwrap_or(ScalarType::Dynamic)))
        }
        None => Ok(Value::Null),
    });
    collected(found)
}

fn merge_digests(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut merged = Digest::default();
    for value in args {
        if let Some(digest) = Digest::read(value)? {
            merged.merge(&digest)?;
        }
    }
    merged.value(&ctx.limits)
}

fn merge_hashes(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut merged = Hashes::default();
    for value in args {
        if let Some(hashes) = Hashes::read(value)? {
            merged.merge(&hashes);
        }
    }
    merged.value(&ctx.limits)
}
