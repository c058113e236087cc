//! `pivot`: a row per key, and a column per value of the pivot column in order of first appearance.

use kql_analysis::plan::AggregateCall;
use kql_analysis::text::value_text;
use kql_analysis::types::{ColumnSchema, ScalarType};
use kql_analysis::value::Value;

use super::{UniqueNames, check_columns};
use crate::builder::ColumnBuilder;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::Links;
use crate::interrupt::Pace;
use crate::key::Groups;
use crate::operators::{Runner, summarize};
use crate::rows_of_keys::RowsOfKeys;
use crate::table::Table;

/// The input turned round: its last columns are the pivot column and the value.
pub(super) fn pivot(
    runner: &mut Runner<'_>,
    input: &Table,
    call: &AggregateCall,
) -> Result<Table, EvalError> {
    let keys = input.columns().len().saturating_sub(2);
    let [key_columns @ .., pivot, values] = input.columns() else {
        return Err(EvalError::new("pivot reads a table without columns"));
    };
    let empty = summarize::over_nothing(runner, call)?;
    let rows = Groups::of(key_columns, input.rows());
    let count = rows.first_rows.len();
    runner.note(|trace| trace.link(0, Links::Group(rows.of_row.clone())));
    let names = Groups::of(std::slice::from_ref(pivot), input.rows());
    check_columns(runner.room(), "pivot", names.first_rows.len(), count)?;
    let cells = Cells {
        of_names: RowsOfKeys::of(&names.of_row, names.len()),
        key_of_row: &rows.of_row,
        values,
        keys: count,
        empty,
    };
    let keyed = input.take(&rows.first_rows);
    let mut unique = UniqueNames::default();
    let mut schema = keyed.schema().clone();
    schema.columns.truncate(keys);
    schema.columns.iter().for_each(|column| {
        unique.take(&column.name);
    });
    let mut columns: Vec<Column> = keyed.columns()[..keys].to_vec();
    for (index, first) in names.first_rows.iter().enumerate() {
        let name = column_name(&pivot.get(*first as usize), pivot.ty());
        schema.columns.push(ColumnSchema {
            name: unique.take(&name),
            ty: values.ty(),
        });
        columns.push(cells.column(index)?);
    }
    Ok(Table::with_rows(schema, columns, count))
}

fn column_name(value: &Value, ty: ScalarType) -> String {
    value_text(value, ty).into_owned()
}

/// The cells by name and key.
struct Cells<'t> {
    of_names: RowsOfKeys,
    key_of_row: &'t [u32],
    values: &'t Column,
    keys: usize,
    empty: Value,
}

impl Cells<'_> {
    /// The cells of a name, one for each key.
    fn column(&self, name: usize) -> Result<Column, EvalError> {
        let mut source_of_key = vec![NO_ROW; self.keys];
        for row in self.of_names.of_keys(name..name + 1) {
            let key = self.key_of_row.get(*row as usize);
            if let Some(source) = key.and_then(|key| source_of_key.get_mut(*key as usize)) {
                *source = *row;
            }
        }
        let mut cells = ColumnBuilder::new(self.values.ty());
        let mut pace = Pace::default();
        for source in source_of_key {
            pace.row()?;
            match source {
                NO_ROW => cells.push(&self.empty),
                source => cells.push(&self.values.get(source as usize)),
            }
        }
        Ok(cells.finish())
    }
}
