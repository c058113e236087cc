//! `in`, `!in`, `in~` and `!in~` over lists and over the first column of a table.

use std::collections::HashSet;
use std::sync::Arc;

use kql_analysis::plan::{Haystack, InList};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::call::map_rows;
use crate::column::Column;
use crate::error::EvalError;
use crate::key::Key;
use crate::operators::Runner;
use crate::table::Table;

impl Runner<'_> {
    pub(super) fn membership(&mut self, list: &InList, table: &Table) -> Result<Column, EvalError> {
        let needle = self.column(&list.needle, table)?;
        let sought = Sought {
            ignore_case: list.ignore_case,
            negated: list.negated,
        };
        let haystack = match &list.haystack {
            Haystack::Table(plan) => vec![self.first_column(plan)?],
            Haystack::Values(items) => self.each_column(items, table)?,
        };
        let fixed = matches!(list.haystack, Haystack::Table(_))
            || haystack.iter().all(|item| item.as_constant().is_some());
        if fixed {
            return sought.in_set(&needle, &haystack, table.rows());
        }
        let mut args = vec![needle];
        args.extend(haystack);
        map_rows(&args, ScalarType::Bool, table.rows(), |values| {
            let (needle, items) = values.split_first().unwrap_or((&Value::Null, &[]));
            Ok(sought.answer(needle, &sought.set(items.iter())))
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
    ) -> Result<Column, EvalError> {
        let items: Vec<Value> = haystack
            .iter()
            .flat_map(|column| match column.as_constant() {
                Some(value) => vec![value.clone()],
                None => column.iter().collect(),
            })
            .collect();
        let set = self.set(items.iter());
        let needle = std::slice::from_ref(needle);
        map_rows(needle, ScalarType::Bool, rows, |values| {
            Ok(self.answer(values.first().unwrap_or(&Value::Null), &set))
        })
    }

    /// The keys of the items; a dynamic array counts as its elements.
    fn set<'a>(self, items: impl Iterator<Item = &'a Value>) -> HashSet<Key> {
        let mut set = HashSet::new();
        for item in items {
            match item {
                Value::Array(elements) => set.extend(elements.iter().map(|item| self.key(item))),
                other => {
                    set.insert(self.key(other));
                }
            }
        }
        set
    }

    fn key(self, value: &Value) -> Key {
        match value {
            Value::String(text) if self.ignore_case => Key::Text(text.to_lowercase().into()),
            Value::String(text) => Key::Text(Arc::clone(text)),
            other => Key::of(other),
        }
    }

    fn answer(self, needle: &Value, set: &HashSet<Key>) -> Value {
        Value::Bool(set.contains(&self.key(needle)) != self.negated)
    }
}
