//! Cells of one size: their values side by side, and which of them are null.

use std::sync::Arc;

use crate::codes::gathered;
use crate::selection::rows_where;

/// Fixed-size cells; `nulls`, when present, is parallel and marks cells without a value.
#[derive(Clone, Debug)]
pub(crate) struct Cells<T> {
    pub(crate) values: Arc<Vec<T>>,
    pub(crate) nulls: Option<Arc<Vec<bool>>>,
}

impl<T: Copy + Default> Cells<T> {
    /// The value of a row; `None` when it is null or there is no such row.
    pub(super) fn get(&self, row: usize) -> Option<T> {
        let null = self.nulls.as_ref().and_then(|nulls| nulls.get(row));
        if null == Some(&true) {
            return None;
        }
        self.values.get(row).copied()
    }

    /// The cells of these rows, in this order; null for a row that does not exist.
    pub(super) fn take(&self, rows: &[u32]) -> Self {
        if self.nulls.is_none()
            && let Some(values) = gathered(&self.values, rows)
        {
            return Self::without_nulls(values);
        }
        let cells: Vec<Option<T>> = rows.iter().map(|row| self.get(*row as usize)).collect();
        Self::from_options(&cells)
    }

    /// The rows that hold a value for which `holds` is true.
    pub(super) fn rows_where(&self, holds: impl Fn(T) -> bool) -> Vec<u32> {
        let mut rows = rows_where(&self.values, holds);
        if let Some(nulls) = &self.nulls {
            rows.retain(|row| nulls.get(*row as usize) != Some(&true));
        }
        rows
    }

    /// Cells that all have a value.
    pub(super) fn without_nulls(values: Vec<T>) -> Self {
        Self {
            values: Arc::new(values),
            nulls: None,
        }
    }

    /// The values, when none is null.
    pub(super) fn all(&self) -> Option<&[T]> {
        match self.nulls {
            None => Some(&self.values),
            Some(_) => None,
        }
    }

    pub(super) fn from_options(cells: &[Option<T>]) -> Self {
        let any_null = cells.iter().any(Option::is_none);
        let nulls = any_null.then(|| Arc::new(cells.iter().map(Option::is_none).collect()));
        let values = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
        Self {
            values: Arc::new(values),
            nulls,
        }
    }
}
