//! `tdigest`, `hll` and the aggregates that merge their results.

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::{Ctx, hash_of};
use crate::sketch::{Digest, Hashes};

/// All different values of a group with their weights.
#[derive(Default)]
pub(super) struct TDigest {
    digest: Digest,
}

impl Accumulator for TDigest {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        let weight = match args.get(1) {
            None => 1.0,
            Some(Value::Int(weight)) => f64::from(*weight),
            Some(Value::Long(weight)) => *weight as f64,
            Some(Value::Real(weight)) => *weight,
            Some(_) => 0.0,
        };
        self.digest.add(arg(args, 0), weight);
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.digest.kept_bytes()
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.digest.value(&ctx.limits)?])
    }
}

/// The values of all digests of a group.
#[derive(Default)]
pub(super) struct MergedDigests {
    digest: Digest,
}

impl Accumulator for MergedDigests {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if let Some(digest) = Digest::read(arg(args, 0))? {
            self.digest.merge(&digest)?;
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.digest.kept_bytes()
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.digest.value(&ctx.limits)?])
    }
}

/// The hashes of all different values of a group.
pub(super) struct HyperLogLog {
    ty: ScalarType,
    hashes: Hashes,
}

impl HyperLogLog {
    /// Of values of a static type, which decides how they are hashed.
    pub(super) fn of(ty: ScalarType) -> Self {
        Self {
            ty,
            hashes: Hashes::default(),
        }
    }
}

impl Accumulator for HyperLogLog {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        match args.get(1) {
            Some(Value::Int(accuracy)) => self.hashes.set_accuracy(i64::from(*accuracy)),
            Some(Value::Long(accuracy)) => self.hashes.set_accuracy(*accuracy),
            _ => {}
        }
        if *arg(args, 0) != Value::Null {
            self.hashes.add(hash_of(arg(args, 0), self.ty));
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.hashes.kept_bytes()
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.hashes.value(&ctx.limits)?])
    }
}

/// The hashes of all sketches of a group.
#[derive(Default)]
pub(super) struct MergedHashes {
    hashes: Hashes,
}

impl Accumulator for MergedHashes {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        if let Some(hashes) = Hashes::read(arg(args, 0))? {
            self.hashes.merge(&hashes);
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.hashes.kept_bytes()
    }

    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.hashes.value(&ctx.limits)?])
    }
}
