//! What a run holds, operator by operator: a table counts from when it is made until the operator that
//! reads it is done; a named table of the query counts from then on.

use kql_analysis::plan::{Expr, ExprKind};

use super::Runner;
use crate::column::Column;
use crate::room::{self, Counted, Room};
use crate::table::Table;

impl Runner<'_> {
    /// The room that the operator which is under way has.
    pub(crate) fn room(&self) -> Room {
        Room::of(self.operator, self.held + self.kept, self.run_bytes)
    }

    /// Bytes that a table holds besides the given ones and those that are kept.
    pub(super) fn bytes_of(&mut self, table: &Table) -> usize {
        match room::is_small(table.rows()) {
            true => room::of_containers(table),
            false => self.counted().besides(table),
        }
    }

    /// As [`Self::hold`], of columns that are no input's.
    pub(super) fn hold_all(&mut self, columns: &[Column]) {
        for column in columns {
            self.held += self.bytes_of_column(column);
        }
    }

    fn bytes_of_column(&mut self, column: &Column) -> usize {
        match room::is_small(column.len()) {
            true => column.container_bytes(),
            false => self.counted().besides_column(column),
        }
    }

    /// Counts columns that were computed for the operator which is under way; it gives them back when it
    /// is done. Columns of the input are counted with it.
    pub(crate) fn hold(&mut self, expr: &Expr, column: &Column) {
        if matches!(expr.kind, ExprKind::Call(..) | ExprKind::Array(_)) {
            self.held += self.bytes_of_column(column);
        }
    }

    /// What is held now.
    pub(crate) fn held(&self) -> usize {
        self.held
    }

    /// Gives back what was held since.
    pub(crate) fn hold_again(&mut self, held: usize) {
        self.held = held;
    }

    /// Counts a table that lives as long as the run.
    pub(super) fn hold_on(&mut self, table: &Table) {
        if !room::is_small(table.rows()) {
            let mut counted = std::mem::take(self.counted());
            self.kept += counted.take_in(table);
            self.counted = Some(counted);
        }
    }

    fn counted(&mut self) -> &mut Counted {
        let (tables, limits) = (self.tables, self.options.limits);
        let run_bytes = &mut self.run_bytes;
        self.counted.get_or_insert_with(|| {
            let mut counted = Counted::default();
            let given = tables.values().map(|table| counted.take_in(table)).sum();
            *run_bytes = limits.run_bytes_beside(given);
            counted
        })
    }
}
