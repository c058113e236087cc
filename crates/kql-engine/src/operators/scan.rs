//! `scan`: rows matched one by one against steps, each of which keeps a state.
//!
//! The state of a step holds the last row that each step up to it matched. A row is tried against the
//! last step first. It matches a step that the step before can hand its state to, or one that has a
//! state already; the first step always can begin. What a step has not matched reads as the declared
//! defaults.

use std::sync::Arc;

use kql_analysis::plan::{Expr, ExprKind, Haystack, Scan, ScanOutput, ScanStep};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::Runner;
use crate::builder::{ColumnBuilder, TableBuilder};
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::{Context, Links, SCAN};
use crate::interrupt;
use crate::key::Groups;
use crate::table::Table;

/// Rows between two looks at what is held.
const ROWS_BETWEEN: usize = 256;

/// The rows that match a step, in the order of the matches.
pub(super) fn scan(
    runner: &mut Runner<'_>,
    scan: &Scan,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&scan.input)?;
    let keys = runner.each_column(&scan.partition, &table)?;
    let groups = Groups::of(&keys, table.rows());
    let matcher = Matcher::of(runner, scan, &table, schema)?;
    let mut states = vec![States::of(scan.steps.len()); groups.len()];
    let mut output = Output::of(schema, runner.is_traced());
    for (row, group) in groups.of_row.iter().enumerate() {
        if let Some(states) = states.get_mut(*group as usize) {
            matcher.take(runner, states, row, &mut output)?;
        }
        let rows = output.table.rows();
        runner.options.limits.check_rows("scan", rows)?;
        if row % ROWS_BETWEEN == 0 {
            interrupt::check()?;
            runner.room().check(output.table.held_bytes())?;
        }
    }
    for mut states in states {
        for step in 0..scan.steps.len() {
            matcher.release(&mut states, step, &mut output);
        }
    }
    note(runner, &groups, &output, scan.match_id);
    Ok(output.table.finish())
}

/// Notes the row of each match, and the rows that it rests on: those that led to its state and, where its
/// expressions read the state, to what stands in it. The number of a match counts others of its partition
/// too, and where the rows that lead to all matches are too many to be kept, the partition stands for them.
fn note(runner: &mut Runner<'_>, groups: &Groups, output: &Output, match_id: bool) {
    runner.note(|trace| {
        trace.link(0, Links::One(output.rows.clone()));
        if let Some(behind) = &output.behind {
            trace.context(Context::OfResult(Arc::new(behind.clone())));
            if !match_id {
                return;
            }
        }
        let mut partitions = vec![Vec::new(); groups.len()];
        for (row, group) in (0u32..).zip(&groups.of_row) {
            if let Some(rows) = partitions.get_mut(*group as usize) {
                rows.push(row);
            }
        }
        trace.context(Context::Partition(
            groups.of_row.clone(),
            Arc::new(partitions),
            SCAN,
        ));
    });
}

/// The result so far, with the input row of each of its rows.
struct Output {
    table: TableBuilder,
    rows: Vec<u32>,
    /// The rows behind each row of the result; `None` when there are more than [`MAX_BEHIND`].
    behind: Option<Vec<Vec<u32>>>,
    held: usize,
}

/// Most numbers of rows behind all matches.
const MAX_BEHIND: usize = 1 << 20;

impl Output {
    fn of(schema: &Schema, traced: bool) -> Self {
        Self {
            table: TableBuilder::new(schema.clone()),
            rows: Vec::new(),
            behind: traced.then(Vec::new),
            held: 0,
        }
    }

    /// Keeps the rows behind a row of the result.
    fn keep(&mut self, rows: &[u32]) {
        self.held += rows.len();
        match self.held > MAX_BEHIND {
            true => self.behind = None,
            false => self
                .behind
                .iter_mut()
                .for_each(|all| all.push(rows.to_vec())),
        }
    }
}

/// A matched row: its number, and the input's cells and the declared ones.
struct Match {
    row: u32,
    cells: Vec<Value>,
    /// The rows that it rests on, itself among them, in order; none when the run is not explained.
    behind: Vec<u32>,
}

type Record = Arc<Match>;

/// What a step knows: the record of each step up to it.
#[derive(Clone)]
struct State {
    records: Vec<Record>,
    sequence: i64,
}

/// The states of all steps over one partition.
#[derive(Clone)]
struct States {
    steps: Vec<Option<State>>,
    /// The last match of each step that gives only its last one, with its sequence.
    pending: Vec<Option<(Record, i64)>>,
    sequences: i64,
}

impl States {
    fn of(steps: usize) -> Self {
        Self {
            steps: vec![None; steps],
            pending: vec![None; steps],
            sequences: 0,
        }
    }
}

/// An expression of a step: its values when the input alone decides, or the expression.
enum Valued<'a> {
    Known(Column),
    Stateful(&'a Expr),
}

struct Step<'a> {
    plan: &'a ScanStep,
    condition: Valued<'a>,
    assignments: Vec<(usize, Valued<'a>)>,
}

struct Matcher<'a> {
    steps: Vec<Step<'a>>,
    /// The input with the declared columns at their defaults.
    rows: Table,
    /// Of a step that has matched nothing.
    empty: Record,
    /// A schema for the rows that expressions read, one copy of the columns for the row and each step.
    wide: Arc<Schema>,
    match_id: bool,
}

impl<'a> Matcher<'a> {
    fn of(
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
            match_id: scan.match_id,
        })
    }

    /// Tries a row against all steps.
    fn take(
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
        let mut view = View {
            matcher: self,
            row,
            known,
            table: None,
        };
        if view.value(runner, &step.condition)? != Value::Bool(true) {
            return Ok(None);
        }
        let mut record: Vec<Value> = view.cells();
        for (index, assigned) in &step.assignments {
            let value = view.value(runner, assigned)?;
            if let (Some(cell), Some(column)) = (
                record.get_mut(*index),
                self.rows.schema().columns.get(*index),
            ) {
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
            Some(ScanOutput::All) => self.write(&record, sequence, output),
            Some(ScanOutput::Last) => states.pending[place] = Some((record, sequence)),
            Some(ScanOutput::None) | None => {}
        }
    }

    /// Ends the series of a step.
    fn release(&self, states: &mut States, place: usize, output: &mut Output) {
        if let Some((record, sequence)) = states.pending[place].take() {
            self.write(&record, sequence, output);
        }
    }

    fn write(&self, record: &Record, sequence: i64, output: &mut Output) {
        for (column, value) in record.cells.iter().enumerate() {
            output.table.push(column, value.clone());
        }
        if self.match_id {
            output.table.push(record.cells.len(), Value::Long(sequence));
        }
        output.table.end_row();
        output.rows.push(record.row);
        output.keep(&record.behind);
    }
}

impl<'a> Step<'a> {
    /// The rows behind a match: those of the steps before, which have to be there, and of what the step itself
    /// matched last when an expression may read that.
    fn behind(&self, place: usize, row: u32, known: &[Record]) -> Vec<u32> {
        let assigned = self.assignments.iter().map(|(_, assigned)| assigned);
        let mut valued = assigned.chain([&self.condition]);
        let reads = valued.any(|valued| matches!(valued, Valued::Stateful(_)));
        let needed = known.iter().take(if reads { known.len() } else { place });
        let mut rows: Vec<u32> = needed.flat_map(|record| &record.behind).copied().collect();
        rows.push(row);
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    fn of(runner: &mut Runner<'_>, plan: &'a ScanStep, rows: &Table) -> Result<Self, EvalError> {
        let mut assignments = Vec::with_capacity(plan.assignments.len());
        for (index, expr) in &plan.assignments {
            assignments.push((*index, valued(runner, expr, rows)?));
        }
        Ok(Self {
            plan,
            condition: valued(runner, &plan.condition, rows)?,
            assignments,
        })
    }
}

fn valued<'a>(
    runner: &mut Runner<'_>,
    expr: &'a Expr,
    rows: &Table,
) -> Result<Valued<'a>, EvalError> {
    match reads_state(expr, rows.schema().len()) {
        true => Ok(Valued::Stateful(expr)),
        false => Ok(Valued::Known(runner.column(expr, rows)?)),
    }
}

/// Whether an expression reads a column behind the row's own.
fn reads_state(expr: &Expr, width: usize) -> bool {
    let any = |exprs: &[Expr]| exprs.iter().any(|expr| reads_state(expr, width));
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) => false,
        ExprKind::Column(index) => *index >= width,
        ExprKind::Call(_, args) | ExprKind::Array(args) => any(args),
        ExprKind::Index(base, index) => reads_state(base, width) || reads_state(index, width),
        ExprKind::In(list) => {
            let values = match &list.haystack {
                Haystack::Values(values) => any(values),
                Haystack::Table(_) => false,
            };
            values || reads_state(&list.needle, width)
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

/// A row together with what the steps have matched, as expressions see it.
struct View<'a> {
    matcher: &'a Matcher<'a>,
    row: usize,
    known: &'a [Record],
    /// Made when an expression first needs it.
    table: Option<Table>,
}

impl View<'_> {
    fn cells(&self) -> Vec<Value> {
        let columns = self.matcher.rows.columns().iter();
        columns.map(|column| column.get(self.row)).collect()
    }

    fn value(&mut self, runner: &mut Runner<'_>, valued: &Valued<'_>) -> Result<Value, EvalError> {
        match valued {
            Valued::Known(column) => Ok(column.get(self.row)),
            Valued::Stateful(expr) => {
                if self.table.is_none() {
                    self.table = Some(self.wide_row());
                }
                match &self.table {
                    Some(table) => Ok(runner.column(expr, table)?.get(0)),
                    None => Ok(Value::Null),
                }
            }
        }
    }

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
