//! One scalar value of any Kusto type, and the text forms of datetime and timespan.
//!
//! Strings and containers are shared, so that a clone costs a counter.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::decimal::Decimal;
use crate::shed::Shed;

/// Ticks (100 ns) in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks (100 ns) in a day.
pub const TICKS_PER_DAY: i64 = 86_400 * TICKS_PER_SECOND;

/// Keys and values of a property bag, in order of insertion.
pub type Bag = Shed<IndexMap<Arc<str>, Value>>;

/// Values one after another.
pub type Items = Shed<Vec<Value>>;

/// A scalar value. In a dynamic column any variant may stand; elsewhere the one of the column's type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value. Strings have none: there it reads as the empty string.
    Null,
    /// Truth value.
    Bool(bool),
    /// 32-bit integer.
    Int(i32),
    /// 64-bit integer.
    Long(i64),
    /// 64-bit float.
    Real(f64),
    /// Decimal number.
    Decimal(Decimal),
    /// Text.
    String(Arc<str>),
    /// Ticks since 0001-01-01T00:00:00Z.
    DateTime(i64),
    /// Ticks.
    TimeSpan(i64),
    /// 128-bit identifier, most significant byte first as printed.
    Guid(u128),
    /// Dynamic array.
    Array(Arc<Items>),
    /// Dynamic property bag.
    Bag(Arc<Bag>),
}

impl Value {
    /// An array of values.
    pub fn array(items: impl Into<Items>) -> Self {
        Self::Array(Arc::new(items.into()))
    }
}
