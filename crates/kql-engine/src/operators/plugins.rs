//! The plugins of `evaluate`, one file each.

mod activity_counts;
mod address_lookup;
mod bag_unpack;
mod common_values;
mod pivot;
mod rolling_percentile;
mod rows_near;
mod schema_merge;
mod sliding_counts;

use std::collections::BTreeSet;

use kql_analysis::plan::{Evaluate, Plugin};
use kql_analysis::text::value_text;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use super::Runner;
use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Links;
use crate::functions::convert;
use crate::interrupt::Pace;
use crate::room::{Room, VALUE_BYTES};
use crate::table::Table;

/// Columns that a plugin may make of data.
const MADE_COLUMNS: usize = 2_000;
/// Cells that a plugin may make of data.
const MADE_CELLS: usize = 50_000_000;

/// The result of a plugin; with the columns of the schema when the query declares them.
pub(super) fn evaluate(
    runner: &mut Runner<'_>,
    evaluate: &Evaluate,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let input = runner.plan(&evaluate.input)?;
    let table = match &evaluate.plugin {
        Plugin::BagUnpack(unpack) => {
            bag_unpack::unpack(runner.room(), &input, unpack, evaluate.declared)?
        }
        Plugin::Pivot(call) => pivot::pivot(runner, &input, call)?,
        Plugin::Narrow => narrow(runner, &input, schema)?,
        Plugin::SchemaMerge { keep_order } => schema_merge::merge(&input, *keep_order, schema),
        Plugin::RollingPercentile(rolling) => {
            rolling_percentile::percentiles(runner, &input, rolling, schema)?
        }
        Plugin::SlidingCounts(sliding) => sliding_counts::counts(runner, &input, sliding, schema)?,
        Plugin::ActivityCounts => activity_counts::counts(&input, schema)?,
        Plugin::RowsNear {
            condition,
            before,
            after,
        } => rows_near::rows(runner, &input, condition, [before, after])?,
        Plugin::CommonValues(sketches) => common_values::counts(runner, &input, sketches, schema)?,
        Plugin::AddressLookup(lookup) => address_lookup::lookup(runner, &input, lookup, schema)?,
    };
    if let Some(links) = links(&evaluate.plugin, &input) {
        runner.note(|trace| trace.link(0, links));
    }
    Ok(match evaluate.declared {
        true => declared(&table, schema),
        false => table,
    })
}

/// How the rows of a plugin that says nothing itself hang together with its input's.
fn links(plugin: &Plugin, input: &Table) -> Option<Links> {
    match plugin {
        Plugin::BagUnpack(_) | Plugin::CommonValues(_) => Some(Links::Same),
        Plugin::Narrow => {
            let columns = input.schema().len();
            let rows = (0..input.rows() as u32).flat_map(|row| std::iter::repeat_n(row, columns));
            Some(Links::One(rows.collect()))
        }
        _ => None,
    }
}

/// The declared columns: those of the plugin's result with the same names, converted.
fn declared(table: &Table, schema: &Schema) -> Table {
    let columns = schema.columns.iter().map(|wanted| {
        let found = table.column_named(&wanted.name);
        match found {
            Some(column) if column.ty() == wanted.ty => column.clone(),
            Some(column) => {
                let values = column.iter();
                Column::from_values(
                    wanted.ty,
                    values.map(|value| converted(&value, column.ty(), wanted.ty)),
                )
            }
            None => Column::constant(&absent(wanted.ty), wanted.ty, table.rows()),
        }
    });
    Table::with_rows(schema.clone(), columns.collect(), table.rows())
}

fn converted(value: &Value, from: ScalarType, to: ScalarType) -> Value {
    match to {
        ScalarType::String => Value::String(value_text(value, from).as_ref().into()),
        _ => convert(value, to),
    }
}

/// What stands where there is nothing: an empty text, or null.
fn absent(ty: ScalarType) -> Value {
    match ty {
        ScalarType::String => Value::String("".into()),
        _ => Value::Null,
    }
}

/// `narrow`: row, column and text of each cell.
fn narrow(runner: &Runner<'_>, input: &Table, schema: &Schema) -> Result<Table, EvalError> {
    let cells = input.rows().saturating_mul(input.schema().len());
    runner.options.limits.check_rows("narrow", cells)?;
    let mut table = TableBuilder::new(schema.clone());
    let mut pace = Pace::default();
    for row in 0..input.rows() {
        pace.row()?;
        for (index, column) in input.schema().columns.iter().enumerate() {
            table.push(0, Value::Long(row as i64));
            table.push_str(1, &column.name);
            table.push_str(2, &value_text(&input.value(row, index), column.ty));
            table.end_row();
        }
    }
    Ok(table.finish())
}

/// Gives out column names; one that is taken gets a number.
#[derive(Default)]
struct UniqueNames(BTreeSet<String>);

impl UniqueNames {
    fn take(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut number = 0;
        while !self.0.insert(unique.clone()) {
            number += 1;
            unique = format!("{name}{number}");
        }
        unique
    }
}

/// An error when a plugin would make too many columns or cells.
fn check_columns(room: Room, plugin: &str, columns: usize, rows: usize) -> Result<(), EvalError> {
    room.check(
        columns
            .min(MADE_COLUMNS)
            .saturating_mul(rows)
            .saturating_mul(VALUE_BYTES),
    )?;
    let excess = match columns {
        _ if columns > MADE_COLUMNS => format!("columns than the limit of {MADE_COLUMNS}"),
        _ if columns.saturating_mul(rows) > MADE_CELLS => {
            format!("cells than the limit of {MADE_CELLS}")
        }
        _ => return Ok(()),
    };
    Err(EvalError::new(format!("{plugin} makes more {excess}"))
        .with_hint("Filter the rows before it, or declare the columns of its result."))
}
