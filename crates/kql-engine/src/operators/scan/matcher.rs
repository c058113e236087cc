//! How rows are tried against the steps of a `scan`.

use std::sync::Arc;

use kql_analysis::plan::{Scan, ScanOutput};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::Runner;
use super::output::Output;
use super::states::{Match, Record, State, States};
use super::step::Step;
use super::view::View;
use crate::builder::ColumnBuilder;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::table::Table;

/// Tries rows against the steps.
pub(super) struct Matcher<'a> {
    pub(super) steps: Vec<Step<'a>>,
    /// The input with the declared columns at their defaults.
    pub(super) rows: Table,
    /// Of a step that has matched nothing.
    pub(super) empty: Record,
    /// A schema for the rows that expressions read, one copy of the columns for the row and each step.
    pub(super) wide: Arc<Schema>,
}

impl<'a> Matcher<'a> {
    pub(super) fn of(
        runner: &mut Runner<'_>,
        scan: &'a Scan,
        table: &Table,
        schema: &Schema,
    ) -> Result<Self, EvalError> {
        let width = table.schema().len() + scan.defaults.len();
        let mut own = Schema::default();
        own.columns
            .extend(schema.columns.iter().take(width).cloned());
        let (rows, empty) = with_defaults(runner, scan, table, &own)?;
        let mut wide = Schema::default();
        for _ in 0..=scan.steps.len() {
            wide.columns.extend(own.columns.iter().cloned());
        }
        let mut steps = Vec::with_capacity(scan.steps.len());
        for plan in &scan.steps {
            steps.push(Step::of(runner, plan, &rows)?);
        }
        Ok(Self {
            steps,
            rows,
            empty: Arc::new(Match {
                row: NO_ROW,
                cells: empty,
                behind: Vec::new(),
            }),
            wide: Arc::new(wide),
        })
    }

    /// Tries a row against all steps.
    pub(super) fn take(
        &self,
        runner: &mut Runner<'_>,
        states: &mut States,
        row: usize,
        output: &mut Output,
    ) -> Result<(), EvalError> {
        for place in (0..self.steps.len()).rev() {
            if self.promote(runner, states, place, row, output)? {
                continue;
            }
            self.repeat(runner, states, place, row, output)?;
        }
        Ok(())
    }

    /// A match that takes over the state of the step before.
    fn promote(
        &self,
        runner: &mut Runner<'_>,
        states: &mut States,
        place: usize,
        row: usize,
        output: &mut Output,
    ) -> Result<bool, EvalError> {
        let Some(before) = place.checked_sub(1) else {
            return Ok(false);
        };
        let Some(state) = states.steps[before].clone() else {
            return Ok(false);
        };
        let Some(record) = self.matched(runner, place, row, &state.records)? else {
            return Ok(false);
        };
        self.release(states, before, output);
        self.release(states, place, output);
        states.steps[before] = None;
        let mut records = state.records;
        records.push(Arc::clone(&record));
        let sequence = state.sequence;
        states.steps[place] = Some(State { records, sequence });
        self.give(states, place, record, sequence, output);
        Ok(true)
    }

    /// A match of a step that has a state, or of the first step.
    fn repeat(
        &self,
        runner: &mut Runner<'_>,
        states: &mut States,
        place: usize,
        row: usize,
        output: &mut Output,
    ) -> Result<(), EvalError> {
        let known = match &states.steps[place] {
            Some(state) => state.records.clone(),
            None if place == 0 => Vec::new(),
            None => return Ok(()),
        };
        let Some(record) = self.matched(runner, place, row, &known)? else {
            return Ok(());
        };
        let state = states.steps[place].get_or_insert_with(|| {
            let sequence = states.sequences;
            states.sequences += 1;
            State {
                records: Vec::new(),
                sequence,
            }
        });
        state.records.truncate(place);
        state.records.push(Arc::clone(&record));
        let sequence = state.sequence;
        self.give(states, place, record, sequence, output);
        Ok(())
    }

    /// The row with a step's assignments, when it meets the step's condition.
    fn matched(
        &self,
        runner: &mut Runner<'_>,
        place: usize,
        row: usize,
        known: &[Record],
    ) -> Result<Option<Record>, EvalError> {
        let Some(step) = self.steps.get(place) else {
            return Ok(None);
        };
        let mut view = View::of(self, row, known);
        if view.value(runner, &step.condition)? != Value::Bool(true) {
            return Ok(None);
        }
        let mut record: Vec<Value> = view.cells();
        for (index, assigned) in &step.assignments {
            let value = view.value(runner, assigned)?;
            let column = self.rows.schema().columns.get(*index);
            if let (Some(cell), Some(column)) = (record.get_mut(*index), column) {
                *cell = ColumnBuilder::fit(&value, column.ty);
            }
        }
        let behind = match runner.is_traced() {
            true => step.behind(place, row as u32, known),
            false => Vec::new(),
        };
        Ok(Some(Arc::new(Match {
            row: row as u32,
            cells: record,
            behind,
        })))
    }

    /// Adds a match to the result, now or when its series ends.
    fn give(
        &self,
        states: &mut States,
        place: usize,
        record: Record,
        sequence: i64,
        output: &mut Output,
    ) {
        match self.steps.get(place).map(|step| step.plan.output) {
            Some(ScanOutput::All) => output.write(&record, sequence),
            Some(ScanOutput::Last) => states.pending[place] = Some((record, sequence)),
            Some(ScanOutput::None) | None => {}
        }
    }

    /// Ends the series of a step.
    pub(super) fn release(&self, states: &mut States, place: usize, output: &mut Output) {
        if let Some((record, sequence)) = states.pending[place].take() {
            output.write(&record, sequence);
        }
    }
}

/// The input with the declared columns, and the record of a step that has matched nothing.
fn with_defaults(
    runner: &mut Runner<'_>,
    scan: &Scan,
    table: &Table,
    schema: &Schema,
) -> Result<(Table, Vec<Value>), EvalError> {
    let mut columns = table.columns().to_vec();
    let declared = schema.columns.iter().skip(columns.len());
    let types = table.schema().columns.iter();
    let mut empty: Vec<Value> = types
        .map(|column| ColumnBuilder::fit(&Value::Null, column.ty))
        .collect();
    for (default, column) in scan.defaults.iter().zip(declared) {
        let value = ColumnBuilder::fit(&runner.constant(default)?, column.ty);
        columns.push(Column::constant(&value, column.ty, table.rows()));
        empty.push(value);
    }
    Ok((
        Table::with_rows(schema.clone(), columns, table.rows()),
        empty,
    ))
}
