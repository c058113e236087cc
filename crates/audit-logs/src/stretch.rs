//! Rows of one table that stand behind one another in a file, seen column by column.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::types::ScalarType;
use kql_engine::TableBuilder;

use crate::cell::{Cell, Fields};
use crate::plan::{Plan, Slot};

/// A row before its cells are in columns.
#[derive(Debug)]
pub(crate) struct Row<'t> {
    pub plan: usize,
    pub fields: Fields<'t>,
    pub line: Option<usize>,
}

/// Which field of a row goes to a column, by the row's plan.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<Option<usize>>);

impl Places {
    /// The cell of a row's field.
    pub fn of<'f>(&self, row: &'f Row<'_>) -> Option<&'f Cell<'f>> {
        row.fields.cells.get((*self.0.get(row.plan)?)?)
    }
}

/// The columns of a table that rows have fields for.
pub(crate) fn columns(plans: &[Plan], rows: &[Row<'_>]) -> BTreeMap<usize, Places> {
    let used: BTreeSet<usize> = rows.iter().map(|row| row.plan).collect();
    let mut columns: BTreeMap<usize, Places> = BTreeMap::new();
    for (index, plan) in used
        .iter()
        .filter_map(|index| Some((*index, plans.get(*index)?)))
    {
        for (field, slot) in plan.slots.iter().enumerate() {
            if let Slot::Column(column) = slot {
                let places = &mut columns.entry(*column).or_default().0;
                places.resize(plans.len(), None);
                if let Some(place) = places.get_mut(index) {
                    *place = Some(field);
                }
            }
        }
    }
    columns
}

/// The cells of a column of texts, where all rows have texts or nothing.
pub(crate) fn texts<'f>(
    table: &TableBuilder,
    column: usize,
    places: &Places,
    rows: &'f [Row<'_>],
) -> Option<Vec<&'f str>> {
    if table.schema().columns.get(column)?.ty != ScalarType::String {
        return None;
    }
    let texts = rows.iter().map(|row| match places.of(row) {
        Some(Cell::Text(text)) => Some(text.as_ref()),
        Some(Cell::Null) | None => Some(""),
        Some(_) => None,
    });
    texts.collect()
}
