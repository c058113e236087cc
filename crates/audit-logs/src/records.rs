//! Records to tables: each record finds its table, each value its typed column.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::types::ScalarType;
use kql_engine::builder::ColumnBuilder;
use kql_engine::{Table, TableBuilder};
use serde_json::Value as Json;

use crate::cell::{Cell, Fields};
use crate::convert;
use crate::flatten::flatten;
use crate::loaded::{Loaded, Warnings};
use crate::plan::{Kind, Plan, Slot, slot};
use crate::schema::{AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY, schema};
use crate::stretch::{self, Row};
use crate::{loaded, stix};

/// Most rows that are read from one file.
pub const MAX_ROWS: usize = 20_000_000;
/// Most columns of a table; AzureDiagnostics itself stops at 500.
pub const MAX_COLUMNS: usize = 2_000;
/// Words for records that are rows already.
const ROWS: &str = "table rows";
/// Lists of names whose plans are kept.
const MAX_PLANS: usize = 64;
/// The column whose texts are upper case in stored rows.
const RESOURCE_TYPE: &str = "ResourceType";

/// Collects records of one file.
#[derive(Default)]
pub(crate) struct Records {
    tables: BTreeMap<&'static str, TableBuilder>,
    plans: Vec<Plan>,
    /// Plan of the row before.
    last_plan: usize,
    /// Plan of the record before as it stands in the file.
    record_plan: Option<usize>,
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

    /// The names that the next record probably has.
    pub(crate) fn expected_names(&self) -> &[String] {
        let plan = self.record_plan.and_then(|plan| self.plans.get(plan));
        plan.and_then(Plan::plain_names).unwrap_or_default()
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
        let plan = self.plan_of_record(fields);
        self.add_planned(plan, fields, line);
    }

    fn add_planned(&mut self, plan: usize, fields: &Fields<'_>, line: Option<usize>) {
        match self.plans.get(plan).map_or(Kind::Unknown, |plan| plan.kind) {
            Kind::Row(table) => {
                self.kinds.insert(ROWS);
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

    /// The table of a plan whose rows can be added column by column.
    pub(crate) fn table_of(&self, plan: usize) -> Option<&'static str> {
        match self.plans.get(plan)? {
            Plan {
                kind: Kind::Row(table),
                repeats: false,
                ..
            } => Some(table),
            _ => None,
        }
    }

    /// The plan for a record as it stands in the file, when it is known.
    pub(crate) fn known_plan(&mut self, fields: &Fields<'_>) -> Option<usize> {
        let same = self.record_plan.filter(|index| {
            let plan = self.plans.get(*index);
            fields.same_names && plan.is_some_and(|plan| plan.fits_words(fields))
        });
        let known = || self.plans.iter().position(|plan| plan.fits(fields));
        self.record_plan = Some(same.or_else(known)?);
        self.record_plan
    }

    /// The plan for a record as it stands in the file.
    fn plan_of_record(&mut self, fields: &Fields<'_>) -> usize {
        let plan = self.known_plan(fields);
        let plan = plan.unwrap_or_else(|| self.plan(fields));
        self.record_plan = Some(plan);
        plan
    }

    /// The plan for a record: that of the record before, a known one, or a new one.
    fn plan(&mut self, fields: &Fields<'_>) -> usize {
        let fits = |plan: &Plan| plan.fits(fields);
        if !self.plans.get(self.last_plan).is_some_and(fits) {
            self.last_plan = self.plans.iter().position(fits).unwrap_or_else(|| {
                if self.plans.len() >= MAX_PLANS {
                    self.plans.remove(0);
                    self.record_plan = None;
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
        self.decide(name, plan, fields);
        let slots = self.plans.get(plan).map(|plan| plan.slots.iter());
        let table = self.tables.entry(name).or_default();
        let mut unfit = Vec::new();
        for (slot, cell) in slots.into_iter().flatten().zip(&fields.cells) {
            let Slot::Column(index) = *slot else {
                continue;
            };
            let upper = is_upper(table, index);
            if *cell != Cell::Null
                && !table
                    .cell(index, 0)
                    .is_none_or(|cells| put(cells, upper, cell))
            {
                unfit.push((index, line));
            }
        }
        table.end_rows(1);
        self.rows += 1;
        self.warn_of(name, unfit);
    }

    /// Adds rows of one table column by column: a column's dictionary stays near while it is used.
    pub(crate) fn add_rows(&mut self, name: &'static str, rows: &[Row<'_>]) {
        self.kinds.insert(ROWS);
        for row in rows {
            self.decide(name, row.plan, &row.fields);
        }
        let table = self.tables.entry(name).or_default();
        let mut unfit = Vec::new();
        for (index, places) in stretch::columns(&self.plans, rows) {
            let upper = is_upper(table, index);
            if !upper
                && let Some(texts) = stretch::texts(table, index, &places, rows)
                && let Some(cells) = table.cell(index, 0)
            {
                cells.push_texts(&texts);
                continue;
            }
            for (ahead, row) in rows.iter().enumerate() {
                if let Some(cell) = places.of(row).filter(|cell| **cell != Cell::Null)
                    && !table
                        .cell(index, ahead)
                        .is_none_or(|cells| put(cells, upper, cell))
                {
                    unfit.push((index, row.line));
                }
            }
        }
        table.end_rows(rows.len());
        self.rows += rows.len();
        self.warn_of(name, unfit);
    }

    /// Gives each field with a first value its column.
    fn decide(&mut self, name: &'static str, plan: usize, fields: &Fields<'_>) {
        let new = || TableBuilder::new(schema(name).unwrap_or_default());
        let table = self.tables.entry(name).or_insert_with(new);
        let slots = self.plans.get_mut(plan).map(|plan| plan.slots.iter_mut());
        let cells = fields.names.iter().zip(&fields.cells);
        for ((column, cell), place) in cells.zip(slots.into_iter().flatten()) {
            if matches!(place, Slot::Undecided) && *cell != Cell::Null {
                *place = slot(table, column, cell);
            }
        }
    }

    /// Warns of values that do not fit their columns, once for each column.
    fn warn_of(&mut self, table: &'static str, unfit: Vec<(usize, Option<usize>)>) {
        for (index, line) in unfit {
            let builder = self.tables.get(table);
            let column = builder.and_then(|builder| builder.schema().columns.get(index));
            if let Some(column) = column
                && self.unfit.insert(format!("{table}.{}", column.name))
            {
                self.warnings.add(
                    line,
                    &format!(
                        "{} is not of type {}; left empty here and wherever else it does not fit",
                        column.name,
                        column.ty.name()
                    ),
                );
            }
        }
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

/// Whether the texts of a column are stored in upper case.
fn is_upper(table: &TableBuilder, column: usize) -> bool {
    let column = table.schema().columns.get(column);
    column.is_some_and(|column| column.name == RESOURCE_TYPE)
}

/// Appends a cell to a column, in upper case where texts are stored so; false when the value does not fit
/// the column's type.
fn put(cells: &mut ColumnBuilder, upper: bool, cell: &Cell<'_>) -> bool {
    match cell {
        Cell::Text(text) if cells.ty() == ScalarType::String => {
            if upper && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
                cells.push_str(&text.to_uppercase());
            } else {
                cells.push_str(text);
            }
            true
        }
        _ => match convert::value(cell, cells.ty()) {
            Some(value) => {
                cells.push(&value);
                true
            }
            None => false,
        },
    }
}
