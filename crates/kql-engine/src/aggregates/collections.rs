//! Aggregates that collect values: `make_list`, `make_set`, `make_bag`.
//!
//! Elements of dynamic arrays are collected one by one. A collection stops growing at the size given in
//! the call, or at Kusto's default of [`LARGEST_COLLECTION`].

use std::collections::HashSet;
use std::sync::Arc;

use kql_analysis::shed::Shed;
use kql_analysis::text::json_text;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Bag, Items, Value};

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::Ctx;
use crate::room::{TEXT_BYTES, VALUE_BYTES, owned};

/// Elements that a collection keeps when the call names no size.
pub(crate) const LARGEST_COLLECTION: usize = 1_048_576;

/// The size that the call names as its second argument.
fn size(args: &[Value]) -> usize {
    let named = match arg(args, 1) {
        Value::Int(size) => usize::try_from(*size).ok(),
        Value::Long(size) => usize::try_from(*size).ok(),
        _ => None,
    };
    named.unwrap_or(LARGEST_COLLECTION).min(LARGEST_COLLECTION)
}

/// The values that an argument contributes.
fn contributed(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// All values in order.
pub(super) struct List {
    keep_nulls: bool,
    items: Items,
    /// Bytes that the items own.
    owned: usize,
}

impl List {
    /// Nulls of a dynamic column are values and stay.
    pub(super) fn without_nulls(ty: ScalarType) -> Self {
        Self {
            keep_nulls: ty == ScalarType::Dynamic,
            items: Items::default(),
            owned: 0,
        }
    }

    pub(super) fn with_nulls() -> Self {
        Self {
            keep_nulls: true,
            items: Items::default(),
            owned: 0,
        }
    }
}

impl Accumulator for List {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        let room = size(args).saturating_sub(self.items.len());
        let keep_nulls = self.keep_nulls;
        let kept = contributed(arg(args, 0))
            .iter()
            .filter(|item| keep_nulls || **item != Value::Null);
        for item in kept.take(room) {
            self.owned += owned(item);
            self.items.push(item.clone());
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.owned + self.items.len() * VALUE_BYTES
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Array(Arc::new(self.items))])
    }
}

/// Different values in order of first appearance.
pub(super) struct Set {
    keep_nulls: bool,
    seen: Shed<HashSet<String>>,
    items: Items,
    /// Bytes of the texts by which items are known, and of what items own.
    owned: usize,
}

impl Set {
    pub(super) fn of(ty: ScalarType) -> Self {
        Self {
            keep_nulls: ty == ScalarType::Dynamic,
            seen: Shed::default(),
            items: Items::default(),
            owned: 0,
        }
    }
}

impl Accumulator for Set {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        for item in contributed(arg(args, 0)) {
            let counts = self.keep_nulls || *item != Value::Null;
            if !counts || self.items.len() >= size(args) {
                continue;
            }
            let text = json_text(item);
            let bytes = TEXT_BYTES + text.len() + owned(item);
            if self.seen.insert(text) {
                self.owned += bytes;
                self.items.push(item.clone());
            }
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.owned + self.items.len() * VALUE_BYTES
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Array(Arc::new(self.items))])
    }
}

/// The members of all bags; of several values of a key the first stays.
#[derive(Default)]
pub(super) struct Merged {
    bag: Bag,
    kept: usize,
}

impl Accumulator for Merged {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        let Value::Bag(members) = arg(args, 0) else {
            return Ok(());
        };
        for (key, value) in members.iter() {
            if self.bag.len() < size(args) || self.bag.contains_key(key) {
                let owned = owned(value);
                self.bag.entry(key.clone()).or_insert_with(|| {
                    self.kept += TEXT_BYTES + key.len() + VALUE_BYTES + owned;
                    value.clone()
                });
            }
        }
        Ok(())
    }

    fn kept_bytes(&self) -> usize {
        self.kept
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![Value::Bag(Arc::new(self.bag))])
    }
}
