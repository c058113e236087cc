//! Records to tables: each record finds its table, each value its typed column.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::types::ScalarType;
use kql_engine::{Table, TableBuilder};
use serde_json::Value as Json;

use crate::cell::{Cell, Fields};
use crate::convert;
use crate::flatten::flatten;
use crate::loaded::{Loaded, Warnings};
use crate::plan::{Kind, Plan, Slot, slot};
use crate::schema::{AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY, schema};
use crate::{loaded, stix};

/// Most rows that are read from one file.
pub const MAX_ROWS: usize = 20_000_000;
/// Most columns of a table; AzureDiagnostics itself stops at 500.
pub const MAX_COLUMNS: usize = 2_000;
/// Lists of names whose plans are kept.
const MAX_PLANS: usize = 64;
/// The column whose texts are upper case in stored rows.
const RESOURCE_TYPE: &str = "ResourceType";

/// Collects records of one file.
#[derive(Default)]
pub(crate) struct Records {
    tables: BTreeMap<&'static str, TableBuilder>,
    plans: Vec<Plan>,
    /// Plan of the record before.
    last_plan: usize,
    kinds: BTreeSet<&'static str>,
    unfit: BTreeSet<String>,
    rows: usize,
    pub warnings: Warnings,
}

impl Records {
    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that the rows so far hold, estimated.
    pub fn held_bytes(&self) -> usize {
        self.tables.values().map(TableBuilder::held_bytes).sum()
    }

    /// Adds the record of a JSON text that stands in a line, when the line is known.
    pub fn add_text(&mut self, text: &str, line: Option<usize>) {
        match Fields::of_object(text) {
            Ok(fields) => self.add(&fields, line),
            Err(error) => {
                let json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
                match json && !text.trim_start().starts_with('{') {
                    true => self.warnings.add(line, "this is no record"),
                    false => self
                        .warnings
                        .add(line, &format!("this is not JSON: {error}")),
                }
            }
        }
    }

    /// Adds a record that is already a JSON value.
    pub fn add_json(&mut self, record: &Json, line: Option<usize>) {
        match record {
            Json::Object(fields) => self.add(&Fields::of_map(fields), line),
            _ => self.warnings.add(line, "this is no record"),
        }
    }

    /// Adds a record.
    pub fn add(&mut self, fields: &Fields<'_>, line: Option<usize>) {
        if self.rows >= MAX_ROWS {
            let message = format!("left out: a file may have {MAX_ROWS} rows");
            return self.warnings.add(line, &message);
        }
        let plan = self.plan(fields);
        match self.plans.get(plan).map_or(Kind::Unknown, |plan| plan.kind) {
            Kind::Row(table) => {
                self.kinds.insert("table rows");
                self.row(table, plan, fields, line);
            }
            Kind::Raw => {
                self.kinds.insert("raw resource logs");
                self.made_row(AZURE_DIAGNOSTICS, &flatten(fields), line);
            }
            Kind::Indicator => {
                self.kinds.insert("STIX indicators");
                let object = fields.to_map();
                for (table, row) in [
                    (INDICATORS, stix::row(&object)),
                    (INDICATORS_LEGACY, stix::legacy_row(&object)),
                ] {
                    self.made_row(table, &Fields::of_map(&row), line);
                }
            }
            Kind::Batch => {
                if let Some(Json::Array(records)) = fields.to_map().get("records") {
                    records.iter().for_each(|record| self.add_json(record, line));
                }
            }
            Kind::OtherObject => {}
            Kind::Unknown => self.warnings.add(line, "neither an audit-log record nor an indicator: it has no OperationName, operationName or ObservableValue"),
        }
    }

    /// The plan for a record: that of the record before, a known one, or a new one.
    fn plan(&mut self, fields: &Fields<'_>) -> usize {
        let fits = |plan: &Plan| plan.fits(fields);
        if !self.plans.get(self.last_plan).is_some_and(fits) {
            self.last_plan = self.plans.iter().position(fits).unwrap_or_else(|| {
                if self.plans.len() >= MAX_PLANS {
                    self.plans.remove(0);
                }
                self.plans.push(Plan::of(fields));
                self.plans.len() - 1
            });
        }
        self.last_plan
    }

    /// A row that was made from a record of another shape.
    fn made_row(&mut self, name: &'static str, row: &Fields<'_>, line: Option<usize>) {
        let plan = self.plan(row);
        self.row(name, plan, row, line);
    }

    fn row(&mut self, name: &'static str, plan: usize, fields: &Fields<'_>, line: Option<usize>) {
        let new = || TableBuilder::new(schema(name).unwrap_or_default());
        let table = self.tables.entry(name).or_insert_with(new);
        let slots = self.plans.get_mut(plan).map(|plan| plan.slots.iter_mut());
        let cells = fields.names.iter().zip(&fields.cells);
        for ((column, cell), place) in cells.zip(slots.into_iter().flatten()) {
            if *cell == Cell::Null {
                continue;
            }
            if matches!(place, Slot::Undecided) {
                *place = slot(table, column, cell);
            }
            let Slot::Column(index, ty) = *place else {
                continue;
            };
            if !put(table, (index, ty), column, cell)
                && self.unfit.insert(format!("{name}.{column}"))
            {
                self.warnings.add(line, &format!("{column} is not of type {}; left empty here and wherever else it does not fit", ty.name()));
            }
        }
        table.end_row();
        self.rows += 1;
    }

    /// The tables, with `format` as the words for the file's shape.
    pub fn finish(self, format: &str) -> Vec<Loaded> {
        let kinds = self.kinds.iter().copied().collect::<Vec<_>>().join(" and ");
        // Warnings are of the file; they are shown once.
        let mut warnings = self.warnings.finish();
        let tables = self.tables.into_iter();
        tables
            .map(|(name, builder)| {
                let table: Table = builder.finish();
                let format = format!("{format} of {kinds}");
                loaded::describe(name, table, format, std::mem::take(&mut warnings))
            })
            .collect()
    }
}

/// Sets a cell of the current row; false when the value does not fit the column's type.
fn put(
    table: &mut TableBuilder,
    (index, ty): (usize, ScalarType),
    name: &str,
    cell: &Cell<'_>,
) -> bool {
    match cell {
        Cell::Text(text) if ty == ScalarType::String => {
            if name == RESOURCE_TYPE && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
                table.push_str(index, &text.to_uppercase());
            } else {
                table.push_str(index, text);
            }
            true
        }
        _ => match convert::value(cell, ty) {
            Some(value) => {
                table.push(index, value);
                true
            }
            None => false,
        },
    }
}
