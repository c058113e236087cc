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
    pub(crate) marks: Vec<u32>,
}

impl Marked {
    /// The marks of these rows.
    pub(super) fn marks_of(&self, rows: &[u32]) -> Vec<u32> {
        let mark = |row: &u32| self.marks.get(*row as usize).copied();
        rows.iter()
            .map(|row| mark(row).unwrap_or_default())
            .collect()
    }

    fn take(&self, rows: &[u32]) -> Self {
        Self {
            table: self.table.take(rows),
            marks: self.marks_of(rows),
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
        match &plan.node {
            Node::Where { input, predicate } => {
                let rows = self.marked(input, source)?;
                let kept = self.column(predicate, &rows.table)?.true_rows();
                Ok(match kept.len() == rows.table.rows() {
                    true => rows,
                    false => rows.take(&kept),
                })
            }
            Node::Project { input, columns } => {
                let rows = self.marked(input, source)?;
                let table = project::named(self, &rows.table, columns)?;
                Ok(Marked { table, ..rows })
            }
            Node::Extend { input, columns } => {
                let rows = self.marked(input, source)?;
                let table = project::extended(self, &rows.table, columns, &plan.schema)?;
                Ok(Marked { table, ..rows })
            }
            Node::Summarize {
                input,
                keys,
                aggregates,
                outputs,
            } => {
                let rows = self.marked(input, source)?;
                summarize::marked(self, &rows, keys, aggregates, outputs)
            }
            Node::Distinct { input } => {
                let rows = self.marked(input, source)?;
                let groups = Groups::of(rows.table.columns(), rows.table.rows());
                let groups = groups.and(&Groups::of_numbers(&rows.marks));
                Ok(rows.take(&groups.first_rows))
            }
            Node::Pass { input } => self.marked(input, source),
            Node::Shared { index } => {
                let query = self.query;
                let shared = query.shared.get(*index);
                match shared.and_then(|shared| shared.plan.as_ref()) {
                    Some(plan) => self.marked(plan, source),
                    None => source(self, plan),
                }
            }
            _ => source(self, plan),
        }
    }
}
