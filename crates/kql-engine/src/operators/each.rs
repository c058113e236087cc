//! `mv-apply` and `partition`: a subquery over each part of the rows, the results one after the other.
//!
//! Parts come in the order of their first row.

use kql_analysis::plan::{Each, EachColumn, Expansion, Expr, Split};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::{Marked, Marks, Runner, expand, together};
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::{Links, Why};
use crate::key::Groups;
use crate::rows_of_keys::RowsOfKeys;
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
    let mut steps = std::mem::take(&mut runner.steps);
    if !at_once(runner, each, &parts, &mut result) {
        one_by_one(runner, each, &parts, &mut result)?;
    }
    steps.append(&mut runner.steps);
    runner.steps = steps;
    runner.rows_in = rows_in;
    result.check(runner, parts.operator)?;
    note(runner, each, &parts, &result);
    Ok(result.finish(&table, schema))
}

/// Runs the subquery over the rows of all parts, if it can; otherwise nothing is done. What is explained row by
/// row is noted part by part. All parts may not fit into memory where each of them does; and of several errors
/// that of the first part is told.
fn at_once(runner: &mut Runner<'_>, each: &Each, parts: &Parts, result: &mut Results<'_>) -> bool {
    let is_plain = !runner.is_traced() && !parts.firsts.is_empty();
    if !is_plain || !together::can_be(runner.query, &each.body) {
        return false;
    }
    let held = runner.held();
    let body = together::over_parts(runner, &each.body, parts.together(), parts.firsts.len());
    runner.hold_again(held);
    let Ok(body) = body else {
        runner.steps.clear();
        return false;
    };
    let marks = body.marks.into_vec();
    let firsts = marks
        .iter()
        .filter_map(|part| parts.firsts.get(*part as usize));
    result.add(firsts.copied(), &body.table);
    true
}

/// Runs the subquery over one part after the other.
fn one_by_one(
    runner: &mut Runner<'_>,
    each: &Each,
    parts: &Parts,
    result: &mut Results<'_>,
) -> Result<(), EvalError> {
    let mut steps = Vec::new();
    let rows_of_part = RowsOfKeys::of(&parts.of_row, parts.firsts.len());
    for (place, first) in parts.firsts.iter().enumerate() {
        let rows = rows_of_part.get(place as u32);
        let part = parts.table.take(rows);
        runner.note(|trace| trace.begin_part(&each.body, parts.origins(*first, rows)));
        let body = runner.over_part(part, &each.body)?;
        let from = result.rows.len() as u32;
        runner.note(|trace| {
            trace.end_part();
            trace.link(place + 1, Links::Span(from));
        });
        merge_steps(&mut steps, std::mem::take(&mut runner.steps));
        result.add(std::iter::repeat_n(*first, body.rows()), &body);
        result.check(runner, parts.operator)?;
    }
    runner.steps = steps;
    Ok(())
}

/// Notes which input rows the result's own columns come from, and the watched ones that are in no part.
fn note(runner: &mut Runner<'_>, each: &Each, parts: &Parts, result: &Results<'_>) {
    let outer = |output: &EachColumn| matches!(output, EachColumn::Outer(_));
    let is_outer = parts.is_expansion && each.outputs.iter().any(outer);
    let watched = runner.asked(|trace| trace.watched(0));
    let in_a_part = |row: &u32| parts.firsts.binary_search(row).is_ok();
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

/// The rows of all parts.
struct Parts {
    operator: &'static str,
    is_expansion: bool,
    table: Table,
    /// The part of each row of the table.
    of_row: Vec<u32>,
    /// The input row that each part begins with.
    firsts: Vec<u32>,
}

impl Parts {
    /// The input row of each row of a part.
    fn origins(&self, first: u32, rows: &[u32]) -> Vec<u32> {
        match self.is_expansion {
            true => vec![first; rows.len()],
            false => rows.to_vec(),
        }
    }

    /// The rows part after part, with the numbers of their parts.
    fn together(&self) -> Marked {
        if self.of_row.is_sorted() {
            return Marked {
                table: self.table.clone(),
                marks: Marks::Of(self.of_row.clone()),
            };
        }
        let parts = self.firsts.len();
        let rows = RowsOfKeys::of(&self.of_row, parts);
        let rows = rows.of_keys(0..parts);
        Marked {
            table: self.table.take(rows),
            marks: Marks::Of(self.of_row.clone()).take(rows),
        }
    }

    /// A part for each input row that expands to something.
    fn expanded(
        runner: &mut Runner<'_>,
        table: &Table,
        expansion: &Expansion,
    ) -> Result<Self, EvalError> {
        let operator = "mv-apply";
        let (table, sources) = expand::expanded(runner, operator, table, expansion)?;
        let mut firsts: Vec<u32> = Vec::new();
        let mut of_row = Vec::with_capacity(sources.len());
        for source in sources {
            if firsts.last() != Some(&source) {
                firsts.push(source);
            }
            of_row.push(firsts.len() as u32 - 1);
        }
        Ok(Self {
            operator,
            is_expansion: true,
            table,
            of_row,
            firsts,
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
        Ok(Self {
            operator: "partition",
            is_expansion: false,
            table: table.clone(),
            of_row: groups.of_row,
            firsts: groups.first_rows,
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

    /// Adds rows of the subquery, each with the input row of its part.
    fn add(&mut self, firsts: impl Iterator<Item = u32>, body: &Table) {
        self.rows.extend(firsts);
        for (cells, output) in self.cells.iter_mut().zip(self.outputs) {
            if let EachColumn::Body(index) = output {
                if let Some(column) = body.column(*index) {
                    cells.extend(column);
                }
                cells.fill(self.rows.len());
            }
        }
    }

    fn check(&self, runner: &Runner<'_>, operator: &str) -> Result<(), EvalError> {
        let limits = &runner.options.limits;
        limits.check_rows(operator, self.rows.len())?;
        runner.room().check(self.held_bytes())
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
/// a step met in one part says nothing of the others.
fn merge_steps(all: &mut Vec<Step>, part: Vec<Step>) {
    let mut from = 0;
    for step in part {
        let mut known = all.iter_mut().enumerate().skip(from);
        match known.find(|(_, known)| known.range == step.range) {
            Some((place, known)) => {
                known.rows_in += step.rows_in;
                known.rows_out += step.rows_out;
                known.met.clear();
                from = place + 1;
            }
            None => {
                all.push(step);
                from = all.len();
            }
        }
    }
}
