//! `summarize`: groups in order of first appearance, one accumulator per group and aggregate.

use kql_analysis::plan::{AggregateCall, NamedExpr, Plan};
use kql_analysis::shed::Shed;
use kql_analysis::types::{ColumnSchema, Schema};
use kql_analysis::value::Value;

use super::{Marked, Marks, Runner, project, typed_aggregate};
use crate::aggregates::{Accumulator, accumulator};
use crate::builder::ColumnBuilder;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::Links;
use crate::functions::Ctx;
use crate::interrupt::{self, Pace};
use crate::key::Groups;
use crate::room::{self, VALUE_BYTES};
use crate::table::Table;

/// An accumulator of each group.
type Accumulators = Shed<Vec<Box<dyn Accumulator>>>;

/// The aggregates whose result is a row of the group.
const CHOOSING: [&str; 8] = [
    "arg_max",
    "argmax",
    "arg_min",
    "argmin",
    "take_any",
    "any",
    "take_anyif",
    "anyif",
];

/// One row per group; without keys one row even when there is no input.
pub(super) fn summarize(
    runner: &mut Runner<'_>,
    input: &Plan,
    keys: &[NamedExpr],
    aggregates: &[AggregateCall],
    outputs: &[NamedExpr],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let keyed = project::named(runner, &table, keys)?;
    let groups = Groups::of(keyed.columns(), table.rows());
    let count = if keys.is_empty() { 1 } else { groups.len() };
    runner.note(|trace| trace.link(0, Links::Group(groups.of_row.clone())));
    let firsts = keyed.take(&groups.first_rows);
    let results = aggregated(runner, aggregates, &table, &groups.of_row, count)?;
    project::named(runner, &beside(&firsts, &results, count), outputs)
}

/// As [`summarize`] with keys, over rows with marks; rows of different marks are in different groups.
pub(super) fn marked(
    runner: &mut Runner<'_>,
    rows: &Marked,
    keys: &[NamedExpr],
    aggregates: &[AggregateCall],
    outputs: &[NamedExpr],
) -> Result<Marked, EvalError> {
    let keyed = project::named(runner, &rows.table, keys)?;
    let groups = Groups::of(keyed.columns(), rows.table.rows());
    let groups = groups.and(&rows.marks.groups());
    let firsts = keyed.take(&groups.first_rows);
    let results = aggregated(
        runner,
        aggregates,
        &rows.table,
        &groups.of_row,
        groups.len(),
    )?;
    let grouped = beside(&firsts, &results, groups.len());
    Ok(Marked {
        table: project::named(runner, &grouped, outputs)?,
        marks: rows.marks.take(&groups.first_rows),
    })
}

/// As [`summarize`] without keys, for each of so many parts that the marks of the rows number: one row for each,
/// also for a part that has no row.
pub(super) fn of_parts(
    runner: &mut Runner<'_>,
    rows: Marked,
    parts: usize,
    aggregates: &[AggregateCall],
    outputs: &[NamedExpr],
) -> Result<Marked, EvalError> {
    let part_of_row = rows.marks.into_vec();
    let results = aggregated(runner, aggregates, &rows.table, &part_of_row, parts)?;
    Ok(Marked {
        table: project::named(runner, &results, outputs)?,
        marks: Marks::Own(parts),
    })
}

/// The columns of two tables of equally many rows.
fn beside(keys: &Table, results: &Table, rows: usize) -> Table {
    let (mut schema, more) = (keys.schema().clone(), results.schema());
    schema.columns.extend(more.columns.iter().cloned());
    let columns = keys.columns().iter().chain(results.columns()).cloned();
    Table::with_rows(schema, columns.collect(), rows)
}

/// The columns of several aggregates, one row per group.
pub(super) fn aggregated(
    runner: &mut Runner<'_>,
    aggregates: &[AggregateCall],
    table: &Table,
    group_of_row: &[u32],
    groups: usize,
) -> Result<Table, EvalError> {
    let mut schema = Schema::default();
    let mut columns = Vec::new();
    for call in aggregates {
        let results = aggregate(runner, call, table, group_of_row, groups);
        let results = results.map_err(|error| error.at(call.range.clone()))?;
        runner.hold_all(&results);
        columns.extend(results);
        append_names(&mut schema, call);
    }
    Ok(Table::with_rows(schema, columns, groups))
}

fn append_names(schema: &mut Schema, call: &AggregateCall) {
    for (name, ty) in call.names.iter().zip(&call.types) {
        schema.columns.push(ColumnSchema {
            name: name.clone(),
            ty: *ty,
        });
    }
}

/// The result columns of an aggregate: one row per group.
fn aggregate(
    runner: &mut Runner<'_>,
    call: &AggregateCall,
    table: &Table,
    group_of_row: &[u32],
    groups: usize,
) -> Result<Vec<Column>, EvalError> {
    let args = runner.each_column(&call.args, table)?;
    interrupt::check()?;
    if runner.trace.is_none()
        && let Some(columns) = typed_aggregate::columns(call, &args, group_of_row, groups)
    {
        return Ok(columns);
    }
    let room = runner.room();
    let mut kept = groups.saturating_mul(size_of_val(&*fresh(call)?) + VALUE_BYTES);
    room.check(kept)?;
    let mut accumulators = Accumulators::from(Vec::with_capacity(groups));
    let mut pace = Pace::default();
    for _ in 0..groups {
        pace.row()?;
        accumulators.push(fresh(call)?);
    }
    let mut values = Vec::with_capacity(args.len());
    let mut chosen = vec![NO_ROW; groups];
    let mut pace = Pace::default();
    let mut add = |row: usize, group: u32| {
        pace.row()?;
        values.clear();
        values.extend(args.iter().map(|column| column.get(row)));
        if let Some(accumulator) = accumulators.get_mut(group as usize) {
            let before = accumulator.kept_bytes();
            accumulator.add(&values)?;
            kept += accumulator.kept_bytes() - before;
            room.check(kept)?;
            if let (true, Some(chosen)) = (accumulator.chose(), chosen.get_mut(group as usize)) {
                *chosen = row as u32;
            }
        }
        Ok::<(), EvalError>(())
    };
    match typed_aggregate::rows_that_count(call, &args, group_of_row) {
        Some(rows) => {
            for row in rows {
                let group = group_of_row.get(row as usize).copied();
                add(row as usize, group.unwrap_or_default())?;
            }
        }
        None => {
            for (row, group) in group_of_row.iter().enumerate() {
                add(row, *group)?;
            }
        }
    }
    if CHOOSING.contains(&call.aggregate.name) {
        runner.note(|trace| trace.chosen(chosen));
    }
    finish(runner, call, accumulators)
}

/// A new accumulator of a call.
pub(super) fn fresh(call: &AggregateCall) -> Result<Box<dyn Accumulator>, EvalError> {
    let name = call.aggregate.name;
    accumulator(name, call).ok_or_else(|| {
        EvalError::new(format!("the aggregate {name} is not supported"))
            .with_hint("The support page lists the aggregates that are.")
    })
}

/// The value of an aggregate over no rows.
pub(super) fn over_nothing(runner: &Runner<'_>, call: &AggregateCall) -> Result<Value, EvalError> {
    let columns = finish(runner, call, vec![fresh(call)?].into())?;
    Ok(columns.first().map_or(Value::Null, |column| column.get(0)))
}

fn finish(
    runner: &Runner<'_>,
    call: &AggregateCall,
    mut accumulators: Accumulators,
) -> Result<Vec<Column>, EvalError> {
    let ctx = Ctx {
        now: runner.options.now,
        limits: runner.options.limits,
    };
    let mut columns: Vec<ColumnBuilder> = call
        .types
        .iter()
        .map(|ty| ColumnBuilder::new(*ty))
        .collect();
    let (room, mut owned, mut pace) = (runner.room(), 0, Pace::default());
    accumulators.reverse();
    let mut groups = 0;
    while let Some(accumulator) = accumulators.pop() {
        pace.row()?;
        groups += 1;
        let values = accumulator.finish(&ctx)?;
        owned += values.iter().map(room::owned).sum::<usize>();
        room.check(owned)?;
        for (column, value) in columns.iter_mut().zip(&values) {
            column.push(value);
        }
        columns.iter_mut().for_each(|column| column.fill(groups));
    }
    Ok(columns.into_iter().map(ColumnBuilder::finish).collect())
}
