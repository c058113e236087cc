//! `parse` and `parse-where`: columns from the pieces of a text.
//!
//! A plain pattern is matched from the start to the end of the text: `*` and columns reach to the first
//! place of the text behind them, and a text at the end of the pattern must end the whole. A regular
//! expression is searched for, and its columns are greedy unless the flag `U` says otherwise.

mod pattern;

use kql_analysis::plan::{CaptureColumn, Parse, ParseKind, ParsePart};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use super::Runner;
use super::project::overlay;
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Links;
use crate::functions::to_text;
use crate::interrupt::Pace;
use crate::table::Table;
use pattern::Pattern;

/// The input with the captured columns; with `parse-where`, the rows that match alone.
pub(super) fn parse(
    runner: &mut Runner<'_>,
    parse: &Parse,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&parse.input)?;
    let source = runner.column(&parse.source, &table)?;
    let pattern = Pattern::new(&parse.kind, &parse.parts)?;
    let relaxed = parse.kind == ParseKind::Relaxed;
    let mut columns = Captures::new(parse.parts.iter().filter_map(|part| match part {
        ParsePart::Column(column) => Some(column),
        _ => None,
    }));
    let mut matching = Vec::new();
    let (room, mut pace) = (runner.room(), Pace::default());
    for (row, text) in source.iter().enumerate() {
        pace.row()?;
        let values = pattern.values(&to_text(&text), relaxed);
        if values.is_some() {
            matching.push(row as u32);
        }
        columns.push(values.as_deref());
        room.check(columns.held_bytes())?;
    }
    let table = overlay(&table, columns.finish(), schema);
    if parse.only_matches {
        runner.note(|trace| trace.link(0, Links::One(matching.clone())));
    }
    Ok(match parse.only_matches {
        true => table.take(&matching),
        false => table,
    })
}

/// The columns that take pieces of a text, as they grow.
pub(super) struct Captures {
    columns: Vec<(usize, ScalarType, ColumnBuilder)>,
}

impl Captures {
    /// No rows yet.
    pub(super) fn new<'a>(columns: impl Iterator<Item = &'a CaptureColumn>) -> Self {
        let columns =
            columns.map(|column| (column.target, column.ty, ColumnBuilder::new(column.ty)));
        Self {
            columns: columns.collect(),
        }
    }

    /// A row of values, or one of nothing: an empty text in text columns, null in others.
    pub(super) fn push(&mut self, values: Option<&[Value]>) {
        for (index, (_, ty, cells)) in self.columns.iter_mut().enumerate() {
            match values.and_then(|values| values.get(index)) {
                Some(value) => cells.push(value),
                None if *ty == ScalarType::String => cells.push_str(""),
                None => cells.push(&Value::Null),
            }
        }
    }

    /// Bytes that the columns hold so far.
    pub(super) fn held_bytes(&self) -> usize {
        let cells = self.columns.iter().map(|(_, _, cells)| cells.held_bytes());
        cells.sum()
    }

    /// The columns with their places in the result.
    pub(super) fn finish(self) -> Vec<(usize, Column)> {
        let columns = self.columns.into_iter();
        columns
            .map(|(target, _, cells)| (target, cells.finish()))
            .collect()
    }
}
