//! The subquery of `mv-apply` and `partition` over all parts at once.
//!
//! Each row carries the number of its part, and rows of different parts never meet. The rows are those that the
//! subquery gives for one part after the other, in the same order.

use kql_analysis::plan::{Node, Plan, Query};

use super::alone::{by_rows, grouping, is_local};
use super::{Marked, Marks, Runner, met, select, sort, summarize};
use crate::column::Column;
use crate::error::EvalError;
use crate::explain;
use crate::interrupt;
use crate::rows_of_keys::RowsOfKeys;
use crate::step::Step;
use crate::table::Table;

/// Whether a subquery is a chain of operators that can run over all parts at once.
pub(super) fn can_be(query: &Query, body: &Plan) -> bool {
    match &body.node {
        Node::Part { .. } => true,
        _ => input(query, body).is_some_and(|input| can_be(query, input)),
    }
}

/// The input of an operator that can run over all parts at once.
fn input<'p>(query: &Query, plan: &'p Plan) -> Option<&'p Plan> {
    match &plan.node {
        Node::Distinct { input } | Node::Count { input } => Some(input),
        Node::Sort { input, keys } => keys
            .iter()
            .all(|key| is_local(query, &key.expr))
            .then_some(input),
        Node::Take { input, count } => is_local(query, count).then_some(input),
        Node::Top { input, count, keys } => {
            let are_local = keys.iter().all(|key| is_local(query, &key.expr));
            (are_local && is_local(query, count)).then_some(input)
        }
        _ => by_rows(query, plan).or_else(|| grouping(query, plan)),
    }
}

/// The rows that a subquery gives, with the number of the part that each is of. `start` has the rows of all parts,
/// part after part; there are `parts` of them.
pub(super) fn over_parts(
    runner: &mut Runner<'_>,
    body: &Plan,
    start: Marked,
    parts: usize,
) -> Result<Marked, EvalError> {
    let query = runner.query;
    let Some(input) = input(query, body) else {
        return Ok(start);
    };
    let (operator, held) = (runner.operator, runner.held());
    runner
        .enter()
        .map_err(|error| error.at(body.range.clone()))?;
    let rows = over_parts(runner, input, start, parts);
    runner.depth -= 1;
    let rows = rows?;
    runner.operator = explain::operator(&body.node);
    let done = counted(runner, body, rows, parts).and_then(|done| {
        interrupt::still_wanted()?;
        let bytes = runner.bytes_of(&done.table);
        runner.hold_again(held + bytes);
        runner.room().check(0).map(|()| done)
    });
    runner.operator = operator;
    done.map_err(|error| error.at(body.range.clone()))
}

/// Runs one operator, with a step of it when the run is explained. What a step met is told of a single part only.
fn counted(
    runner: &mut Runner<'_>,
    plan: &Plan,
    rows: Marked,
    parts: usize,
) -> Result<Marked, EvalError> {
    let rows_in = rows.table.rows();
    let before = runner.options.explain.then(|| rows.table.clone());
    let done = operator(runner, plan, rows, parts)?;
    if let Some(before) = before {
        let is_emptied = parts == 1 && rows_in > 0 && done.table.rows() == 0;
        let met = match &plan.node {
            Node::Where { predicate, .. } if is_emptied => met::met(runner, predicate, &before)?,
            _ => Vec::new(),
        };
        runner.steps.push(Step {
            range: plan.range.clone(),
            rows_in,
            rows_out: done.table.rows(),
            met,
        });
    }
    Ok(done)
}

fn operator(
    runner: &mut Runner<'_>,
    plan: &Plan,
    rows: Marked,
    parts: usize,
) -> Result<Marked, EvalError> {
    match &plan.node {
        Node::Summarize {
            keys,
            aggregates,
            outputs,
            ..
        } if keys.is_empty() => summarize::of_parts(runner, rows, parts, aggregates, outputs),
        Node::Count { .. } => Ok(count(plan, rows, parts)),
        Node::Sort { keys, .. } => {
            let order = sort::order(runner, &rows.table, keys)?;
            Ok(by_part(rows, &order, parts, usize::MAX))
        }
        Node::Top { keys, count, .. } => {
            let count = select::row_count(runner, count)?;
            let order = sort::order(runner, &rows.table, keys)?;
            Ok(by_part(rows, &order, parts, count))
        }
        Node::Take { count, .. } => {
            let count = select::row_count(runner, count)?;
            let order: Vec<u32> = (0..rows.table.rows() as u32).collect();
            Ok(by_part(rows, &order, parts, count))
        }
        _ => runner.over_marked(plan, rows),
    }
}

/// The rows part after part, those of a part in the given order, of each part at most so many.
fn by_part(rows: Marked, order: &[u32], parts: usize, most: usize) -> Marked {
    let part_of_place = rows.marks.take(order).into_vec();
    let places = RowsOfKeys::of(&part_of_place, parts);
    let mut chosen = Vec::with_capacity(order.len());
    for part in 0..parts as u32 {
        let places = places.get(part).iter().take(most);
        chosen.extend(places.filter_map(|place| order.get(*place as usize)));
    }
    rows.take(&chosen)
}

/// The number of rows of each part.
fn count(plan: &Plan, rows: Marked, parts: usize) -> Marked {
    let places = RowsOfKeys::of(&rows.marks.into_vec(), parts);
    let counts = (0..parts as u32).map(|part| places.get(part).len() as i64);
    let counts: Vec<i64> = counts.collect();
    let columns = plan.schema.columns.iter();
    let columns = columns.map(|column| Column::from_whole_cells(column.ty, counts.clone()));
    let columns = columns.collect();
    Marked {
        table: Table::with_rows(plan.schema.clone(), columns, parts),
        marks: Marks::Own(parts),
    }
}
