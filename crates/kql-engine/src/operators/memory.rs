//! What a run has computed so far: scalars, named tables, and the parts that subqueries run over.
//!
//! A value that was computed from a part of the rows is forgotten with that part; everything else is
//! computed once.

use std::sync::Arc;

use kql_analysis::plan::{Plan, Query, ScalarSource};
use kql_analysis::value::Value;

use super::Runner;
use crate::error::EvalError;
use crate::explain::{Context, Trace};
use crate::table::Table;

/// Values by the query's indexes.
#[derive(Default)]
pub(super) struct Memory {
    scalars: Vec<Option<Value>>,
    tables: Vec<Option<Table>>,
    /// Results of data-dependent plugins, in the order in which they are bound.
    late: Vec<Table>,
    /// The level of each remembered value that depends on a part.
    of_parts: Vec<(usize, Entry)>,
    /// The parts around the current operator, the outermost first.
    parts: Vec<Table>,
    /// The innermost level, counted from one, that the current computation has read; 0 for none.
    level: usize,
    /// Rows that operators over parts have made.
    part_rows: usize,
}

#[derive(Clone, Copy)]
enum Entry {
    Scalar(usize),
    Table(usize),
}

impl Memory {
    /// The same memory with a place for each scalar and table of a query.
    pub(super) fn sized_for(mut self, query: &Query) -> Self {
        self.scalars.resize(query.scalars.len(), None);
        self.tables.resize(query.shared.len(), None);
        self
    }

    /// Keeps the result of the next data-dependent plugin.
    pub(super) fn keep_late(&mut self, table: Table) {
        self.late.push(table);
    }

    /// Whether a subquery over a part is under way.
    fn is_over_part(&self) -> bool {
        !self.parts.is_empty()
    }

    fn remember(&mut self, entry: Entry) {
        if self.level > 0 {
            self.of_parts.push((self.level, entry));
        }
    }

    /// Forgets what depends on the parts of a level or of those inside it.
    fn forget(&mut self, level: usize) {
        let mut entries = std::mem::take(&mut self.of_parts);
        entries.retain(|(known, entry)| {
            let keep = *known < level;
            if !keep {
                self.clear(*entry);
            }
            keep
        });
        self.of_parts = entries;
    }

    fn clear(&mut self, entry: Entry) {
        match entry {
            Entry::Scalar(index) => self.scalars[index] = None,
            Entry::Table(index) => self.tables[index] = None,
        }
    }
}

impl Runner<'_> {
    /// The part of the rows at a level.
    pub(super) fn part(&mut self, level: usize) -> Result<Table, EvalError> {
        let part = self.memory.parts.get(level).cloned();
        let part = part.ok_or_else(|| EvalError::new("a subquery is read outside of its rows"))?;
        self.memory.level = self.memory.level.max(level + 1);
        self.note(|trace| trace.read_part(level));
        self.rows_in = part.rows();
        Ok(part)
    }

    /// Runs a subquery over a part of the rows.
    pub(super) fn over_part(&mut self, part: Table, body: &Plan) -> Result<Table, EvalError> {
        let outer = std::mem::take(&mut self.memory.level);
        self.memory.parts.push(part);
        let depth = self.memory.parts.len();
        let result = self.plan(body);
        self.memory.parts.pop();
        self.memory.forget(depth);
        self.memory.level = outer.max(self.memory.level.min(depth - 1));
        result
    }

    /// The result of a data-dependent plugin.
    pub(super) fn late(&mut self, index: usize) -> Result<Table, EvalError> {
        let table = self.memory.late.get(index).cloned();
        let table = table.ok_or_else(|| EvalError::new("a plugin is read before it has run"))?;
        self.rows_in = table.rows();
        self.note(|trace| trace.read_late(index));
        Ok(table)
    }

    /// Counts the rows of an operator that runs over a part.
    pub(super) fn count_part_rows(&mut self, rows: usize) -> Result<(), EvalError> {
        if !self.memory.is_over_part() {
            return Ok(());
        }
        let limit = self.options.limits.part_rows;
        self.memory.part_rows = self.memory.part_rows.saturating_add(rows + 1);
        if self.memory.part_rows <= limit {
            return Ok(());
        }
        Err(EvalError::new(format!(
            "the subqueries of mv-apply and partition make more than {limit} rows"
        ))
        .with_hint("Filter the rows before, or use summarize instead."))
    }

    /// A named table of the query, run on first use.
    pub(super) fn shared(&mut self, index: usize) -> Result<Table, EvalError> {
        if let Some(Some(table)) = self.memory.tables.get(index) {
            let table = table.clone();
            self.memory
                .touch(|entry| matches!(entry, Entry::Table(known) if known == index));
            self.rows_in = table.rows();
            self.note(|trace| trace.read_shared(index));
            return Ok(table);
        }
        let query = self.query;
        let shared = query.shared.get(index);
        let plan = shared.and_then(|shared| shared.plan.as_ref());
        let Some(plan) = plan else {
            let name = shared.map_or("", |shared| shared.name.as_str());
            return Err(EvalError::new(format!(
                "the table {name} is read before the `as` that names it has run"
            ))
            .with_hint("Define it with `let` instead."));
        };
        let outer = std::mem::take(&mut self.memory.level);
        let table = self.plan(plan)?;
        self.keep(index, &table);
        self.memory.level = self.memory.level.max(outer);
        Ok(table)
    }

    /// Runs a table and keeps its rows under a name of the query.
    pub(super) fn store(&mut self, input: &Plan, index: usize) -> Result<Table, EvalError> {
        if let Some(Some(_)) = self.memory.tables.get(index) {
            return self.shared(index);
        }
        let table = self.plan(input)?;
        self.keep(index, &table);
        Ok(table)
    }

    fn keep(&mut self, index: usize, table: &Table) {
        if let Some(slot) = self.memory.tables.get_mut(index) {
            *slot = Some(table.clone());
            if !self.memory.is_over_part() {
                self.hold_on(table);
            }
            self.memory.remember(Entry::Table(index));
            self.note(|trace| trace.keep_shared(index));
        }
    }

    /// A scalar of the query, computed on first use.
    pub(crate) fn scalar(&mut self, index: usize) -> Result<Value, EvalError> {
        if let Some(Some(value)) = self.memory.scalars.get(index) {
            let value = value.clone();
            self.memory
                .touch(|entry| matches!(entry, Entry::Scalar(known) if known == index));
            self.note(|trace| trace.read_scalar(index));
            return Ok(value);
        }
        let query = self.query;
        let Some(scalar) = query.scalars.get(index) else {
            return Err(EvalError::new("the query reads a scalar that it lacks"));
        };
        let outer = std::mem::take(&mut self.memory.level);
        let mut before = Vec::new();
        self.note(|trace| before = trace.take_contexts());
        let value = match &scalar.source {
            ScalarSource::Expr(expr) => self.constant(expr)?,
            ScalarSource::FirstCell(plan) => {
                let table = self.aside(plan)?;
                self.note(note_first_row);
                table.value(0, 0)
            }
        };
        self.note(|trace| trace.keep_scalar(index, before));
        if let Some(slot) = self.memory.scalars.get_mut(index) {
            *slot = Some(value.clone());
            self.memory.remember(Entry::Scalar(index));
        }
        self.memory.level = self.memory.level.max(outer);
        Ok(value)
    }
}

/// Of the table that was set aside, the first row is read.
fn note_first_row(trace: &mut Trace) {
    if let Some(node) = trace.aside() {
        trace.context(Context::Fixed(node, Arc::new(vec![0])));
    }
}

impl Memory {
    /// Notes that the current computation reads a remembered value.
    fn touch(&mut self, is_it: impl Fn(Entry) -> bool) {
        let levels = self.of_parts.iter().filter(|(_, entry)| is_it(*entry));
        let level = levels.map(|(level, _)| *level).max().unwrap_or(0);
        self.level = self.level.max(level);
    }
}
