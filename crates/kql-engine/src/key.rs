//! Hashable forms of values, and the numbering of equal rows for grouping and joining.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::HashMap;
use kql_analysis::decimal::Decimal;
use kql_analysis::shed::Shed;
use kql_analysis::text::json_text;
use kql_analysis::value::Value;

use crate::codes::Codes;
use crate::column::Column;
use crate::interrupt::Pace;
use crate::joined::{Joined, numbered};

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
pub(crate) const UNMET: u32 = u32::MAX;

impl Groups {
    /// Groups the rows whose cells are equal in all columns; one group when there is no column.
    pub(crate) fn of(columns: &[Column], rows: usize) -> Self {
        let varying = columns
            .iter()
            .filter(|column| column.as_constant().is_none());
        let mut found: Option<Self> = None;
        let mut joined: Option<Joined> = None;
        for column in varying {
            let groups = Self::of_column(column);
            if groups.len() <= 1 {
                continue;
            }
            match (&mut joined, found.take()) {
                (Some(joined), _) => joined.and(&groups),
                (None, Some(first)) => joined = Some(Joined::of(&first, &groups)),
                (None, None) => found = Some(groups),
            }
        }
        match (joined, found) {
            (Some(joined), _) => joined.groups(),
            (None, Some(only)) => only,
            (None, None) => Self::single(rows),
        }
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
            return numbered(numbers.iter().map(|number| u64::from(*number)));
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
        match (self.len(), other.len()) {
            (_, 0 | 1) => self,
            (0 | 1, _) => other.clone(),
            _ => Joined::of(&self, other).groups(),
        }
    }

    fn of_column(column: &Column) -> Self {
        match column.texts() {
            Some((codes, texts)) if codes.len() >= texts.len() / 4 => {
                Self::of_codes(codes, texts.len())
            }
            Some((codes, _)) => {
                let mut numbers = Vec::with_capacity(codes.len());
                codes.for_each(|code| numbers.push(u64::from(code)));
                numbered(numbers.into_iter())
            }
            None => match (column.wholes(), column.id_numbers()) {
                (Some(wholes), _) => numbered(wholes.iter().map(|whole| *whole as u64)),
                (None, Some(numbers)) => Self::number(column.len(), numbers),
                (None, None) => {
                    Self::number(column.len(), column.iter().map(|value| Key::of(&value)))
                }
            },
        }
    }

    /// Each code stands for a text of its own.
    fn of_codes(codes: &Codes, texts: usize) -> Self {
        let mut of_code = vec![UNMET; texts];
        let mut groups = Self::for_rows(codes.len());
        codes.for_each(|code| {
            if let Some(group) = of_code.get_mut(code as usize) {
                groups.push(group);
            }
        });
        groups
    }

    /// No groups yet, with room for so many rows.
    pub(crate) fn for_rows(rows: usize) -> Self {
        Self {
            of_row: Vec::with_capacity(rows),
            first_rows: Vec::new(),
        }
    }

    /// Ends the numbering of so many rows of a run that is to end; nothing of it is used.
    pub(crate) fn cut_short(&mut self, rows: usize) {
        self.of_row.resize(rows, 0);
    }

    /// Appends a row of a group; a group that has not been met begins with it.
    pub(crate) fn push(&mut self, group: &mut u32) {
        if *group == UNMET {
            *group = self.first_rows.len() as u32;
            self.first_rows.push(self.of_row.len() as u32);
        }
        self.of_row.push(*group);
    }

    fn number<K: Eq + Hash + 'static>(rows: usize, keys: impl Iterator<Item = K>) -> Self {
        let mut known = Shed::from(HashMap::new());
        let mut groups = Self::for_rows(rows);
        let mut pace = Pace::default();
        for key in keys {
            if pace.is_over() {
                groups.cut_short(rows);
                break;
            }
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
