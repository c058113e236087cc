//! `in`, `!in`, `in~` and `!in~` over lists and over the first column of a table.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use kql_analysis::plan::{Haystack, InList};
use kql_analysis::shed::Shed;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Items, Value};

use super::call::map_rows;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::{Context, Trace};
use crate::functions::fold;
use crate::interrupt::Pace;
use crate::key::Key;
use crate::operators::Runner;
use crate::room::Room;
use crate::table::Table;

impl Runner<'_> {
    pub(super) fn membership(&mut self, list: &InList, table: &Table) -> Result<Column, EvalError> {
        let needle = self.column(&list.needle, table)?;
        let sought = Sought {
            ignore_case: list.ignore_case,
            negated: list.negated,
        };
        let haystack = match &list.haystack {
            Haystack::Table(plan) => {
                let column = self.first_column(plan)?;
                self.note(|trace| sought.note(trace, &needle, &column));
                vec![column]
            }
            Haystack::Values(items) => self.each_column(items, table)?,
        };
        let fixed = matches!(list.haystack, Haystack::Table(_))
            || haystack.iter().all(|item| item.as_constant().is_some());
        let room = self.room();
        if fixed {
            return sought.in_set(&needle, &haystack, table.rows(), room);
        }
        let mut args = vec![needle];
        args.extend(haystack);
        map_rows(&args, ScalarType::Bool, table.rows(), room, |values| {
            let (needle, items) = values.split_first().unwrap_or((&Value::Null, &[]));
            Ok(sought.answer(needle, &sought.set(items.iter())?))
        })
    }
}

/// How a membership test compares and answers.
#[derive(Clone, Copy)]
struct Sought {
    ignore_case: bool,
    negated: bool,
}

impl Sought {
    fn in_set(
        self,
        needle: &Column,
        haystack: &[Column],
        rows: usize,
        room: Room,
    ) -> Result<Column, EvalError> {
        let items: Items = haystack
            .iter()
            .flat_map(|column| match column.as_constant() {
                Some(value) => vec![value.clone()],
                None => column.iter().collect(),
            })
            .collect();
        let set = self.set(items.iter())?;
        if let Some(column) = self.in_wholes(needle, &set) {
            return Ok(column);
        }
        let needle = std::slice::from_ref(needle);
        map_rows(needle, ScalarType::Bool, rows, room, |values| {
            Ok(self.answer(values.first().unwrap_or(&Value::Null), &set))
        })
    }

    /// The answers for whole numbers, times or durations, none of them null.
    fn in_wholes(self, needle: &Column, set: &Shed<HashSet<Key>>) -> Option<Column> {
        let wholes = needle.wholes()?;
        let whole = |key: &Key| match (needle.ty(), key) {
            (ScalarType::Long, Key::Whole(whole))
            | (ScalarType::DateTime, Key::DateTime(whole))
            | (ScalarType::TimeSpan, Key::TimeSpan(whole)) => Some(*whole),
            // Another type is never equal.
            _ => None,
        };
        let mut sought: Vec<i64> = set.iter().filter_map(whole).collect();
        sought.sort_unstable();
        let answer = |whole: &i64| sought.binary_search(whole).is_ok() != self.negated;
        Some(Column::from_truths(wholes.iter().map(answer).collect()))
    }

    /// Notes the rows of the list that a value is in.
    fn note(self, trace: &mut Trace, needle: &Column, list: &Column) {
        let Some(node) = trace.aside() else { return };
        let mut number_of_key: Shed<HashMap<Key, u32>> = Shed::default();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        for (row, item) in (0u32..).zip(list.iter()) {
            for key in self.keys(&item) {
                let next = sets.len() as u32;
                let number = *number_of_key.entry(key).or_insert(next);
                if number == next {
                    sets.push(Vec::new());
                }
                if let Some(rows) = sets.get_mut(number as usize) {
                    rows.push(row);
                }
            }
        }
        let set_of_row = needle.iter().map(|value| {
            let number = number_of_key.get(&self.key(&value));
            number.copied().unwrap_or(NO_ROW)
        });
        let set_of_row: Vec<u32> = set_of_row.collect();
        trace.context(match trace.is_over_input() {
            true => Context::OfInput(node, set_of_row, Arc::new(sets)),
            false => {
                let found: BTreeSet<u32> = set_of_row.into_iter().collect();
                let rows = found.iter().filter_map(|set| sets.get(*set as usize));
                Context::Fixed(node, Arc::new(rows.flatten().copied().collect()))
            }
        });
    }

    /// The keys that an item of a list counts as.
    fn keys(self, item: &Value) -> Vec<Key> {
        match item {
            Value::Array(elements) => elements.iter().map(|item| self.key(item)).collect(),
            other => vec![self.key(other)],
        }
    }

    /// The keys of the items; a dynamic array counts as its elements.
    fn set<'a>(
        self,
        items: impl Iterator<Item = &'a Value>,
    ) -> Result<Shed<HashSet<Key>>, EvalError> {
        let (mut set, mut pace) = (Shed::from(HashSet::new()), Pace::default());
        for item in items {
            pace.row()?;
            set.extend(self.keys(item));
        }
        Ok(set)
    }

    fn key(self, value: &Value) -> Key {
        match value {
            Value::String(text) if self.ignore_case => Key::Text(fold(text).into()),
            Value::String(text) => Key::Text(Arc::clone(text)),
            other => Key::of(other),
        }
    }

    fn answer(self, needle: &Value, set: &Shed<HashSet<Key>>) -> Value {
        Value::Bool(set.contains(&self.key(needle)) != self.negated)
    }
}
