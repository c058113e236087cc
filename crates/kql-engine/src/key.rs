//! Hashable forms of values, and the numbering of equal rows for grouping and joining.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::HashMap;
use kql_analysis::decimal::Decimal;
use kql_analysis::text::json_text;
use kql_analysis::value::Value;

use crate::codes::Codes;
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
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// The group of each row.
    pub(crate) of_row: Vec<u32>,
    /// The first row of each group.
    pub(crate) first_rows: Vec<u32>,
}

/// Stands for a code or pair of groups that has not been met.
const UNMET: u32 = u32::MAX;

impl Groups {
    /// Groups the rows whose cells are equal in all columns; one group when there is no column.
    pub(crate) fn of(columns: &[Column], rows: usize) -> Self {
        let mut columns = columns
            .iter()
            .filter(|column| column.as_constant().is_none());
        let Some(first) = columns.next() else {
            return Self::single(rows);
        };
        columns.fold(Self::of_column(first), |groups, column| {
            groups.and(&Self::of_column(column))
        })
    }

    /// All rows as one group.
    fn single(rows: usize) -> Self {
        Self {
            of_row: vec![0; rows],
            first_rows: if rows > 0 { vec![0] } else { Vec::new() },
        }
    }

    /// Groups that a number for each row gives.
    pub(crate) fn of_numbers(numbers: &[u32]) -> Self {
        let most = numbers.iter().max().map_or(0, |most| *most as usize);
        if most > numbers.len().saturating_mul(2).max(1 << 12) {
            return Self::number(numbers.iter());
        }
        let mut known = vec![UNMET; most + 1];
        let mut groups = Self::default();
        groups.of_row.reserve(numbers.len());
        for number in numbers {
            if let Some(known) = known.get_mut(*number as usize) {
                groups.push(known);
            }
        }
        groups
    }

    /// Rows that are in one group of both.
    pub(crate) fn and(self, other: &Self) -> Self {
        let rows = self.of_row.len();
        if self.len() <= 1 && !other.is_empty() {
            return other.clone();
        }
        let pairs = self.of_row.iter().zip(&other.of_row);
        let room = self.len().saturating_mul(other.len());
        if room > rows.saturating_mul(2).max(1 << 12) {
            return Self::number(pairs);
        }
        // Few enough pairs to have a place each.
        let width = other.len();
        let mut known = vec![UNMET; room];
        let mut groups = Self::default();
        groups.of_row.reserve(rows);
        for (left, right) in pairs {
            let place = *left as usize * width + *right as usize;
            if let Some(known) = known.get_mut(place) {
                groups.push(known);
            }
        }
        groups
    }

    fn of_column(column: &Column) -> Self {
        match column.texts() {
            Some((codes, texts)) if codes.len() >= texts.len() / 4 => Self::of_codes(codes, texts),
            Some((codes, texts)) => {
                let text = |row| texts.get(codes.get(row)? as usize);
                Self::number((0..codes.len()).map(text))
            }
            None => match column.wholes() {
                Some(wholes) => Self::number(wholes.iter()),
                None => Self::number(column.iter().map(|value| Key::of(&value))),
            },
        }
    }

    /// Each text is looked up when its code is first met; two codes may stand for one text.
    fn of_codes(codes: &Codes, texts: &[Arc<str>]) -> Self {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut of_code = vec![UNMET; texts.len()];
        let mut groups = Self::default();
        groups.of_row.reserve(codes.len());
        codes.for_each(|code| {
            let place = code as usize;
            if let (Some(group), Some(text)) = (of_code.get_mut(place), texts.get(place)) {
                if *group == UNMET {
                    *group = known.get(text.as_ref()).copied().unwrap_or(UNMET);
                }
                groups.push(group);
                if known.len() < groups.len() {
                    known.insert(text, *group);
                }
            }
        });
        groups
    }

    /// Appends a row of a group; a group that has not been met begins with it.
    fn push(&mut self, group: &mut u32) {
        if *group == UNMET {
            *group = self.first_rows.len() as u32;
            self.first_rows.push(self.of_row.len() as u32);
        }
        self.of_row.push(*group);
    }

    fn number<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> Self {
        let mut known = HashMap::new();
        let mut groups = Self::default();
        for key in keys {
            groups.push(known.entry(key).or_insert(UNMET));
        }
        groups
    }

    /// Number of groups.
    pub(crate) fn len(&self) -> usize {
        self.first_rows.len()
    }

    /// Whether there is no group.
    pub(crate) fn is_empty(&self) -> bool {
        self.first_rows.is_empty()
    }
}
