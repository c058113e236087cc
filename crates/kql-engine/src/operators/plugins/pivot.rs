//! `pivot`: a row per key, and a column per value of the pivot column in order of first appearance.

use std::collections::HashMap;

use kql_analysis::plan::AggregateCall;
use kql_analysis::text::value_text;
use kql_analysis::types::{ColumnSchema, ScalarType};
use kql_analysis::value::Value;

use super::{UniqueNames, check_columns};
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Links;
use crate::interrupt;
use crate::key::Groups;
use crate::operators::{Runner, summarize};
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
        of: cells(&rows, &names),
        values,
        rows: count,
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
        interrupt::check()?;
        let name = column_name(&pivot.get(*first as usize), pivot.ty());
        schema.columns.push(ColumnSchema {
            name: unique.take(&name),
            ty: values.ty(),
        });
        columns.push(cells.column(index as u32));
    }
    Ok(Table::with_rows(schema, columns, count))
}

fn column_name(value: &Value, ty: ScalarType) -> String {
    value_text(value, ty).into_owned()
}

/// The input row of each key and name.
fn cells(rows: &Groups, names: &Groups) -> HashMap<(u32, u32), u32> {
    let places = rows.of_row.iter().zip(&names.of_row);
    let places = places.map(|(row, name)| (*row, *name));
    places.zip(0..).collect()
}

struct Cells<'t> {
    of: HashMap<(u32, u32), u32>,
    values: &'t Column,
    rows: usize,
    empty: Value,
}

impl Cells<'_> {
    fn column(&self, name: u32) -> Column {
        let mut cells = ColumnBuilder::new(self.values.ty());
        for row in 0..self.rows as u32 {
            match self.of.get(&(row, name)) {
                Some(source) => cells.push(&self.values.get(*source as usize)),
                None => cells.push(&self.empty),
            }
        }
        cells.finish()
    }
}
