//! `scan`: rows matched one by one against steps, each of which keeps a state.
//!
//! The state of a step holds the last row that each step up to it matched. A row is tried against the
//! last step first. It matches a step that the step before can hand its state to, or one that has a
//! state already; the first step always can begin. What a step has not matched reads as the declared
//! defaults.

mod matcher;
mod output;
mod states;
mod step;
mod view;

use std::sync::Arc;

use kql_analysis::plan::Scan;
use kql_analysis::types::Schema;

use super::Runner;
use crate::error::EvalError;
use crate::explain::{Context, Links, SCAN};
use crate::interrupt;
use crate::key::Groups;
use crate::table::Table;
use matcher::Matcher;
use output::Output;
use states::States;

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
    let mut output = Output::of(schema, scan.match_id, runner.is_traced());
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
    note(runner, &groups, &output);
    Ok(output.table.finish())
}

/// Notes the row of each match, and the rows that it rests on: those that led to its state and, where its
/// expressions read the state, to what stands in it. The number of a match counts others of its partition
/// too, and where the rows that lead to all matches are too many to be kept, the partition stands for them.
fn note(runner: &mut Runner<'_>, groups: &Groups, output: &Output) {
    runner.note(|trace| {
        trace.link(0, Links::One(output.rows.clone()));
        if let Some(behind) = &output.behind {
            trace.context(Context::OfResult(Arc::new(behind.clone())));
            if !output.match_id {
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
