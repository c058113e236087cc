//! Hashable forms of values, and the numbering of equal rows for grouping and joining.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::HashMap;
use kql_analysis::decimal::Decimal;
use kql_analysis::text::json_text;
use kql_analysis::value::Value;

use crate::column::Column;

/// Reals up to this size are told from whole numbers exactly.
const EXACT_REAL: f64 = 9_007_199_254_740_992.0;

/// A value as equality sees it: whole numbers of different types are one, and so are both zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Null,
    Bool(bool),
    Whole(i64),
    Real(u64),
    Decimal(Decimal),
    Text(Arc<str>),
    DateTime(i64),
    TimeSpan(i64),
    Guid(u128),
    Container(String),
}

impl Key {
    /// The key of a value.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Int(number) => Self::Whole(i64::from(*number)),
            Value::Long(number) => Self::Whole(*number),
            Value::Real(number) => Self::of_real(*number),
            Value::Decimal(number) => match number.to_whole() {
                Some(whole) if number.is_whole() => Self::Whole(whole),
                _ => Self::Decimal(*number),
            },
            Value::String(text) => Self::Text(Arc::clone(text)),
            Value::DateTime(ticks) => Self::DateTime(*ticks),
            Value::TimeSpan(ticks) => Self::TimeSpan(*ticks),
            Value::Guid(id) => Self::Guid(*id),
            Value::Array(_) | Value::Bag(_) => Self::Container(json_text(value)),
        }
    }

    fn of_real(number: f64) -> Self {
        if number.fract() == 0.0 && number.abs() < EXACT_REAL {
            return Self::Whole(number as i64);
        }
        let number = if number.is_nan() { f64::NAN } else { number };
        Self::Real(number.to_bits())
    }
}

/// Rows numbered by group, groups in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// The group of each row.
    pub(crate) of_row: Vec<u32>,
    /// The first row of each group.
    pub(crate) first_rows: Vec<u32>,
}

impl Groups {
    /// Groups the rows whose cells are equal in all columns; one group when there is no column.
    pub(crate) fn of(columns: &[Column], rows: usize) -> Self {
        let mut columns = columns.iter();
        let Some(first) = columns.next() else {
            return Self::number((0..rows).map(|_| ()));
        };
        columns.fold(Self::of_column(first), |groups, column| {
            let next = Self::of_column(column);
            Self::number(groups.of_row.into_iter().zip(next.of_row))
        })
    }

    fn of_column(column: &Column) -> Self {
        match column.texts() {
            Some((codes, texts)) => {
                // Two codes may stand for one text.
                let of_code = Self::number(texts.iter()).of_row;
                Self::number((0..codes.len()).map(|row| of_code.get(codes.get(row)? as usize)))
            }
            None => Self::number(column.iter().map(|value| Key::of(&value))),
        }
    }

    fn number<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> Self {
        let mut known = HashMap::new();
        let mut groups = Self::default();
        for (row, key) in keys.enumerate() {
            let next = groups.first_rows.len() as u32;
            let group = *known.entry(key).or_insert(next);
            if group == next {
                groups.first_rows.push(row as u32);
            }
            groups.of_row.push(group);
        }
        groups
    }

    /// Number of groups.
    pub(crate) fn len(&self) -> usize {
        self.first_rows.len()
    }
}
