//! What the expressions of a step of `scan` see.

use kql_analysis::value::Value;

use super::Runner;
use super::matcher::Matcher;
use super::states::Record;
use super::step::Valued;
use crate::column::Column;
use crate::error::EvalError;
use crate::table::Table;

/// A row together with what the steps have matched, as expressions see it.
pub(super) struct View<'a> {
    matcher: &'a Matcher<'a>,
    row: usize,
    known: &'a [Record],
    /// Made when an expression first needs it.
    table: Option<Table>,
}

impl<'a> View<'a> {
    pub(super) fn of(matcher: &'a Matcher<'a>, row: usize, known: &'a [Record]) -> Self {
        Self {
            matcher,
            row,
            known,
            table: None,
        }
    }

    /// The input's cells, and the declared ones at their defaults.
    pub(super) fn cells(&self) -> Vec<Value> {
        let columns = self.matcher.rows.columns().iter();
        columns.map(|column| column.get(self.row)).collect()
    }

    /// The value of an expression of a step.
    pub(super) fn value(
        &mut self,
        runner: &mut Runner<'_>,
        valued: &Valued<'_>,
    ) -> Result<Value, EvalError> {
        match valued {
            Valued::Known(column) => Ok(column.get(self.row)),
            Valued::Stateful(expr) => {
                let table = self.table.take().unwrap_or_else(|| self.wide_row());
                let value = runner.column(expr, &table)?.get(0);
                self.table = Some(table);
                Ok(value)
            }
        }
    }

    /// The row as a table: its cells, and then those of the record of each step.
    fn wide_row(&self) -> Table {
        let matcher = self.matcher;
        let mut cells = self.cells();
        for step in 0..matcher.steps.len() {
            let record = self.known.get(step).unwrap_or(&matcher.empty);
            cells.extend(record.cells.iter().cloned());
        }
        let columns = cells.iter().zip(&matcher.wide.columns);
        let columns = columns.map(|(cell, column)| Column::constant(cell, column.ty, 1));
        Table::with_shared_schema(&matcher.wide, columns.collect(), 1)
    }
}
