//! The intermediate results of `tdigest` and `hll`, as the dynamic values that Kusto shows for small groups.
//!
//! Kusto thins large groups out and estimates from what is left; here all different values are kept, so
//! percentiles and counts are exact. The values of large groups therefore look different from Kusto's.

use indexmap::IndexMap;
use indexmap::IndexSet;
use kql_analysis::order::compare;
use kql_analysis::shed::Shed;
use kql_analysis::value::Value;

use crate::error::EvalError;
use crate::interrupt::{self, Pace};
use crate::key::Key;
use crate::limits::Limits;
use crate::operators::sort::in_order;
use crate::room::VALUE_BYTES;

/// The mark in front of a digest.
const DIGEST_MARK: i64 = 7;
/// The largest number of hashes that Kusto lists one by one, which a sketch names first.
const LISTED_HASHES: i64 = 1024;
/// The precision of a sketch whose call names no accuracy.
const PRECISION: i64 = 14;

fn list(items: Vec<Value>) -> Value {
    Value::array(items)
}

fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(items) => Some(items),
        _ => None,
    }
}

fn foreign(what: &str) -> EvalError {
    EvalError::new(format!("this is no result of {what}() that can be read")).with_hint(format!(
        "Make it with {what}() in the same query; large ones that Kusto has stored cannot be read."
    ))
}

/// Different values with their weights: `[[7],[values],[weights]]`.
#[derive(Debug, Default)]
pub(crate) struct Digest {
    centroids: Shed<IndexMap<Key, (Value, f64)>>,
}

impl Digest {
    /// Reads a digest; `None` for null.
    pub(crate) fn read(value: &Value) -> Result<Option<Self>, EvalError> {
        if *value == Value::Null {
            return Ok(None);
        }
        let Some([_, values, weights]) = items(value) else {
            return Err(foreign("tdigest"));
        };
        let (Some(values), Some(weights)) = (items(values), items(weights)) else {
            return Err(foreign("tdigest"));
        };
        let mut digest = Self::default();
        let mut pace = Pace::default();
        for (value, weight) in values.iter().zip(weights) {
            pace.row()?;
            let weight = number(weight).ok_or_else(|| foreign("tdigest"))?;
            digest.add(value, weight);
        }
        Ok(Some(digest))
    }

    /// Takes in a value; null and a weight that is not positive count nothing.
    pub(crate) fn add(&mut self, value: &Value, weight: f64) {
        if *value == Value::Null || weight.is_nan() || weight <= 0.0 {
            return;
        }
        let entry = self.centroids.entry(Key::of(value));
        entry.or_insert_with(|| (value.clone(), 0.0)).1 += weight;
    }

    /// Takes in all values of another digest; an error when the run is to end.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), EvalError> {
        let mut pace = Pace::default();
        for (value, weight) in other.centroids.values() {
            pace.row()?;
            self.add(value, *weight);
        }
        Ok(())
    }

    fn sorted(&self) -> Result<Vec<(&Value, f64)>, EvalError> {
        let pairs = self.centroids.values();
        let pairs = pairs.map(|(value, weight)| (value, *weight)).collect();
        in_order(pairs, usize::MAX, |(a, _), (b, _)| compare(a, b))
    }

    /// The digest as a dynamic value, null when it is empty.
    pub(crate) fn value(&self, limits: &Limits) -> Result<Value, EvalError> {
        check(limits, "tdigest", self.centroids.len())?;
        if self.centroids.is_empty() {
            return Ok(Value::Null);
        }
        let sorted = self.sorted()?;
        let weights = sorted.iter().map(|(_, weight)| weight_value(*weight));
        Ok(list(vec![
            list(vec![Value::Long(DIGEST_MARK)]),
            list(sorted.iter().map(|(value, _)| (*value).clone()).collect()),
            list(weights.collect()),
        ]))
    }

    /// The smallest value that a share of the weight does not exceed.
    pub(crate) fn percentile(&self, percent: f64) -> Result<Value, EvalError> {
        let sorted = self.sorted()?;
        let rank = self.total() * percent / 100.0;
        let mut passed = 0.0;
        let found = sorted.iter().find(|(_, weight)| {
            passed += weight;
            passed >= rank
        });
        let found = found.or(sorted.last());
        Ok(found.map_or(Value::Null, |(value, _)| (*value).clone()))
    }

    /// The weight of the values that are not larger.
    pub(crate) fn rank(&self, value: &Value) -> f64 {
        let pairs = self.centroids.values();
        pairs
            .filter(|(known, _)| compare(known, value).is_le())
            .map(|(_, weight)| weight)
            .sum()
    }

    /// Bytes that the different values take, estimated.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.centroids.len() * 3 * VALUE_BYTES
    }

    /// The weight of all values.
    pub(crate) fn total(&self) -> f64 {
        self.centroids.values().map(|(_, weight)| weight).sum()
    }
}

/// Hashes of different values: `[[1024,14],["hash", …],[]]`.
#[derive(Debug)]
pub(crate) struct Hashes {
    precision: i64,
    hashes: IndexSet<i64>,
}

impl Default for Hashes {
    fn default() -> Self {
        Self {
            precision: PRECISION,
            hashes: IndexSet::new(),
        }
    }
}

impl Hashes {
    /// Reads a sketch; `None` for null.
    pub(crate) fn read(value: &Value) -> Result<Option<Self>, EvalError> {
        if *value == Value::Null {
            return Ok(None);
        }
        let Some([head, hashes, registers]) = items(value) else {
            return Err(foreign("hll"));
        };
        let precision = match items(head) {
            Some([_, Value::Long(precision)]) => *precision,
            _ => return Err(foreign("hll")),
        };
        interrupt::check()?;
        let mut pace = Pace::default();
        let listed: Option<IndexSet<i64>> = items(hashes).and_then(|hashes| {
            let hash = |hash: &Value| match hash {
                Value::String(text) if !pace.is_over() => text.parse().ok(),
                _ => None,
            };
            hashes.iter().map(hash).collect()
        });
        interrupt::still_wanted()?;
        match (listed, items(registers)) {
            (Some(hashes), Some([])) => Ok(Some(Self { precision, hashes })),
            _ => Err(foreign("hll")),
        }
    }

    /// The accuracy of the call, from 0 to 4, sets the precision that the sketch names.
    pub(crate) fn set_accuracy(&mut self, accuracy: i64) {
        self.precision = match accuracy {
            0 => 12,
            2 => 16,
            3 => 17,
            4 => 18,
            _ => PRECISION,
        };
    }

    /// Takes in the hash of a value.
    pub(crate) fn add(&mut self, hash: u64) {
        self.hashes.insert(hash as i64);
    }

    /// Takes in all hashes of another sketch.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.precision = other.precision;
        self.hashes.extend(&other.hashes);
    }

    /// The hashes that another sketch has too.
    pub(crate) fn in_common(&self, other: &Self) -> Self {
        let hashes = self.hashes.iter().copied();
        Self {
            precision: self.precision,
            hashes: hashes.filter(|hash| other.hashes.contains(hash)).collect(),
        }
    }

    /// Bytes that the hashes take, estimated.
    pub(crate) fn kept_bytes(&self) -> usize {
        self.hashes.len() * VALUE_BYTES
    }

    /// Number of different values.
    pub(crate) fn count(&self) -> i64 {
        self.hashes.len() as i64
    }

    /// The sketch as a dynamic value, null when it is empty.
    pub(crate) fn value(&self, limits: &Limits) -> Result<Value, EvalError> {
        check(limits, "hll", self.hashes.len())?;
        if self.hashes.is_empty() {
            return Ok(Value::Null);
        }
        let mut pace = Pace::default();
        let mut hashes = Vec::with_capacity(self.hashes.len());
        for hash in &self.hashes {
            pace.row()?;
            hashes.push(Value::String(hash.to_string().into()));
        }
        Ok(list(vec![
            list(vec![
                Value::Long(LISTED_HASHES),
                Value::Long(self.precision),
            ]),
            list(hashes),
            list(Vec::new()),
        ]))
    }
}

fn check(limits: &Limits, what: &str, count: usize) -> Result<(), EvalError> {
    if count <= limits.array_elements {
        return Ok(());
    }
    let limit = limits.array_elements;
    Err(EvalError::new(format!(
        "{what}() has {count} different values in a group; the limit is {limit}"
    ))
    .with_hint("Filter the rows or group by more columns."))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        _ => None,
    }
}

fn weight_value(weight: f64) -> Value {
    let whole = weight as i64;
    if whole as f64 == weight {
        Value::Long(whole)
    } else {
        Value::Real(weight)
    }
}
