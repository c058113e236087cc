//! Chains of operators that treat each row alone or in groups, with a mark carried beside each row.
//!
//! A mark tells which row of the source a row came from, or which of many runs it belongs to. Rows of
//! different marks never meet in a group, so that one evaluation gives what one for each mark would give.

use kql_analysis::plan::{Node, Plan};

use super::{Runner, project, summarize};
use crate::error::EvalError;
use crate::interrupt;
use crate::key::Groups;
use crate::table::Table;

/// Rows with their marks.
pub(crate) struct Marked {
    /// The rows.
    pub(crate) table: Table,
    /// The mark of each row.
    pub(crate) marks: Marks,
}

/// A mark for each row.
pub(crate) enum Marks {
    /// Its own number, of so many rows.
    Own(usize),
    /// Any numbers.
    Of(Vec<u32>),
}

impl Marks {
    /// The marks in order of the rows.
    pub(crate) fn into_vec(self) -> Vec<u32> {
        match self {
            Self::Own(rows) => (0..rows as u32).collect(),
            Self::Of(marks) => marks,
        }
    }

    /// Groups of rows with the same mark.
    pub(super) fn groups(&self) -> Groups {
        match self {
            Self::Own(rows) => Groups::of_numbers(&Self::Own(*rows).into_vec()),
            Self::Of(marks) => Groups::of_numbers(marks),
        }
    }

    /// The marks of these rows.
    pub(super) fn take(&self, rows: &[u32]) -> Self {
        Self::Of(match self {
            Self::Own(_) => rows.to_vec(),
            Self::Of(marks) => {
                let mark = |row: &u32| marks.get(*row as usize).copied();
                rows.iter()
                    .map(|row| mark(row).unwrap_or_default())
                    .collect()
            }
        })
    }
}

impl Marked {
    /// These rows with their marks.
    pub(super) fn take(&self, rows: &[u32]) -> Self {
        Self {
            table: self.table.take(rows),
            marks: self.marks.take(rows),
        }
    }
}

impl Runner<'_> {
    /// Runs a chain over rows that `source` gives for its first operator.
    pub(crate) fn marked(
        &mut self,
        plan: &Plan,
        source: &mut dyn FnMut(&mut Self, &Plan) -> Result<Marked, EvalError>,
    ) -> Result<Marked, EvalError> {
        interrupt::check()?;
        let rows = self.marked_rows(plan, source)?;
        interrupt::still_wanted()?;
        Ok(rows)
    }

    fn marked_rows(
        &mut self,
        plan: &Plan,
        source: &mut dyn FnMut(&mut Self, &Plan) -> Result<Marked, EvalError>,
    ) -> Result<Marked, EvalError> {
        let input = match &plan.node {
            Node::Where { input, .. }
            | Node::Project { input, .. }
            | Node::Extend { input, .. }
            | Node::Summarize { input, .. }
            | Node::Distinct { input } => input,
            Node::Pass { input } => return self.marked(input, source),
            Node::Shared { index } => {
                let query = self.query;
                let shared = query.shared.get(*index);
                return match shared.and_then(|shared| shared.plan.as_ref()) {
                    Some(plan) => self.marked(plan, source),
                    None => source(self, plan),
                };
            }
            _ => return source(self, plan),
        };
        let rows = self.marked(input, source)?;
        self.over_marked(plan, rows)
    }

    /// Runs one operator of a chain over the rows of its input; any other gives them as they are.
    pub(super) fn over_marked(&mut self, plan: &Plan, rows: Marked) -> Result<Marked, EvalError> {
        match &plan.node {
            Node::Where { predicate, .. } => {
                let kept = self.rows_where(predicate, &rows.table)?;
                Ok(match kept.len() == rows.table.rows() {
                    true => rows,
                    false => rows.take(&kept),
                })
            }
            Node::Project { columns, .. } => {
                let table = project::named(self, &rows.table, columns)?;
                Ok(Marked { table, ..rows })
            }
            Node::Extend { columns, .. } => {
                let table = project::extended(self, &rows.table, columns, &plan.schema)?;
                Ok(Marked { table, ..rows })
            }
            Node::Summarize {
                keys,
                aggregates,
                outputs,
                ..
            } => summarize::marked(self, &rows, keys, aggregates, outputs),
            Node::Distinct { .. } => {
                let groups = Groups::of(rows.table.columns(), rows.table.rows());
                let groups = groups.and(&rows.marks.groups());
                Ok(rows.take(&groups.first_rows))
            }
            _ => Ok(rows),
        }
    }
}
