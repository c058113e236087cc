//! `mv-apply` and `partition`: a subquery over each part of the rows, the results one after the other.
//!
//! Parts come in the order of their first row.

use kql_analysis::plan::{Each, EachColumn, Expansion, Expr, Split};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::{Runner, expand};
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Links, Why};
use crate::key::Groups;
use crate::step::Step;
use crate::table::Table;

/// The results of the subquery over all parts.
pub(super) fn each(
    runner: &mut Runner<'_>,
    each: &Each,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&each.input)?;
    let parts = match &each.split {
        Split::Expansion(expansion) => Parts::expanded(runner, &table, expansion)?,
        Split::Key { key, most } => Parts::by_key(runner, &table, key, *most)?,
    };
    let rows_in = runner.rows_in;
    let mut result = Results::of(each, schema);
    let outer_steps = std::mem::take(&mut runner.steps);
    let mut steps = Vec::new();
    for (place, (first, rows)) in parts.rows.iter().enumerate() {
        let part = parts.table.take(rows);
        runner.note(|trace| trace.begin_part(&each.body, parts.origins(*first, rows)));
        let body = runner.over_part(part, &each.body)?;
        let from = result.rows.len() as u32;
        runner.note(|trace| {
            trace.end_part();
            trace.link(place + 1, Links::Span(from));
        });
        merge_steps(&mut steps, std::mem::take(&mut runner.steps));
        result.add(*first, &body);
        runner
            .options
            .limits
            .check_rows(parts.operator, result.rows.len())?;
        runner.room().check(result.held_bytes())?;
    }
    runner.steps = outer_steps;
    runner.steps.append(&mut steps);
    runner.rows_in = rows_in;
    note(runner, each, &parts, &result);
    Ok(result.finish(&table, schema))
}

/// Notes which input rows the result's own columns come from, and the watched ones that are in no part.
fn note(runner: &mut Runner<'_>, each: &Each, parts: &Parts, result: &Results<'_>) {
    let outer = |output: &EachColumn| matches!(output, EachColumn::Outer(_));
    let is_outer = parts.is_expansion && each.outputs.iter().any(outer);
    let watched = runner.asked(|trace| trace.watched(0));
    let in_a_part = |row: &u32| {
        parts
            .rows
            .binary_search_by_key(row, |(first, _)| *first)
            .is_ok()
    };
    runner.note(|trace| {
        trace.link(
            0,
            match is_outer {
                true => Links::One(result.rows.clone()),
                false => Links::None,
            },
        );
        for row in watched {
            if parts.is_expansion && !in_a_part(&row) {
                trace.reason(0, row, Why::NothingToExpand);
            }
        }
    });
}

/// The rows of each part, with the input row that the part begins with.
struct Parts {
    operator: &'static str,
    is_expansion: bool,
    table: Table,
    rows: Vec<(u32, Vec<u32>)>,
}

impl Parts {
    /// The input row of each row of a part.
    fn origins(&self, first: u32, rows: &[u32]) -> Vec<u32> {
        match self.is_expansion {
            true => vec![first; rows.len()],
            false => rows.to_vec(),
        }
    }

    /// A part for each input row that expands to something.
    fn expanded(
        runner: &mut Runner<'_>,
        table: &Table,
        expansion: &Expansion,
    ) -> Result<Self, EvalError> {
        let operator = "mv-apply";
        let (table, source) = expand::expanded(runner, operator, table, expansion)?;
        let mut rows: Vec<(u32, Vec<u32>)> = Vec::new();
        for (row, source) in source.into_iter().enumerate() {
            match rows.last_mut() {
                Some((first, part)) if *first == source => part.push(row as u32),
                _ => rows.push((source, vec![row as u32])),
            }
        }
        Ok(Self {
            operator,
            is_expansion: true,
            table,
            rows,
        })
    }

    fn by_key(
        runner: &mut Runner<'_>,
        table: &Table,
        key: &Expr,
        most: Option<usize>,
    ) -> Result<Self, EvalError> {
        let key = runner.column(key, table)?;
        let groups = Groups::of(&[key], table.rows());
        if let Some(most) = most.filter(|most| groups.len() > *most) {
            let message = format!(
                "partition makes {} parts; the limit is {most}",
                groups.len()
            );
            let hint = "Write `partition hint.strategy=native by …`.";
            return Err(EvalError::new(message).with_hint(hint));
        }
        let firsts = groups.first_rows.iter();
        let mut rows: Vec<(u32, Vec<u32>)> = firsts.map(|first| (*first, Vec::new())).collect();
        for (row, group) in groups.of_row.iter().enumerate() {
            if let Some((_, part)) = rows.get_mut(*group as usize) {
                part.push(row as u32);
            }
        }
        Ok(Self {
            operator: "partition",
            is_expansion: false,
            table: table.clone(),
            rows,
        })
    }
}

/// The subquery's results so far.
struct Results<'a> {
    outputs: &'a [EachColumn],
    /// Parallel to the outputs; nothing is added for those of the input.
    cells: Vec<ColumnBuilder>,
    /// The input row of each result row.
    rows: Vec<u32>,
}

impl<'a> Results<'a> {
    fn of(each: &'a Each, schema: &Schema) -> Self {
        let columns = schema.columns.iter();
        Self {
            outputs: &each.outputs,
            cells: columns
                .map(|column| ColumnBuilder::new(column.ty))
                .collect(),
            rows: Vec::new(),
        }
    }

    fn add(&mut self, first: u32, body: &Table) {
        let rows = self.rows.len() + body.rows();
        self.rows.resize(rows, first);
        for (cells, output) in self.cells.iter_mut().zip(self.outputs) {
            if let EachColumn::Body(index) = output {
                if let Some(column) = body.column(*index) {
                    cells.extend(column);
                }
                cells.fill(rows);
            }
        }
    }

    fn held_bytes(&self) -> usize {
        let cells: usize = self.cells.iter().map(ColumnBuilder::held_bytes).sum();
        cells + size_of_val(self.rows.as_slice())
    }

    fn finish(self, input: &Table, schema: &Schema) -> Table {
        let rows = self.rows;
        let columns = self.cells.into_iter().zip(self.outputs);
        let columns = columns.map(|(cells, output)| match output {
            EachColumn::Body(_) => cells.finish(),
            EachColumn::Outer(index) => match input.column(*index) {
                Some(column) => column.take(&rows),
                None => Column::constant(&Value::Null, cells.ty(), rows.len()),
            },
        });
        Table::with_rows(schema.clone(), columns.collect(), rows.len()).with_schema(schema)
    }
}

/// Adds the rows of a part's steps to those of the parts before it, which come in the same order. What
/// a step met is kept while no part has given it a row.
fn merge_steps(all: &mut Vec<Step>, part: Vec<Step>) {
    let mut from = 0;
    for step in part {
        let mut known = all.iter_mut().enumerate().skip(from);
        match known.find(|(_, known)| known.range == step.range) {
            Some((place, known)) => {
                known.rows_in += step.rows_in;
                known.rows_out += step.rows_out;
                if known.rows_out > 0 {
                    known.met.clear();
                }
                from = place + 1;
            }
            None => all.push(step),
        }
    }
}
