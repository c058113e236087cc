//! Records to tables: each record finds its table, each value its typed column.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kql_analysis::types::ScalarType;
use kql_engine::builder::ColumnBuilder;
use kql_engine::{Table, TableBuilder};
use serde_json::Value as Json;

use crate::cell::{Cell, Fields};
use crate::convert;
use crate::flatten::flatten;
use crate::loaded::{Loaded, Warnings};
use crate::names::{Names, Way};
use crate::plan::{Kind, Plan, Slot};
use crate::raw::Raw;
use crate::schema::{AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY, schema};
use crate::stretch::{Stretch, Together, has_small};
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
    /// The plan that makes room for the next one when there are too many.
    oldest_plan: usize,
    /// The lists of names of the plans.
    pub names: Names,
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

    /// Names of the tables that rows so far go to.
    pub fn tables(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.tables.keys().copied()
    }

    /// Bytes that the rows so far hold, estimated.
    pub fn held_bytes(&self) -> usize {
        self.tables.values().map(TableBuilder::held_bytes).sum()
    }

    /// Makes room in the tables when there will be so many times the rows.
    pub fn reserve(&mut self, times: f64) {
        for table in self.tables.values_mut() {
            let rows = table.rows() as f64 * times;
            table.reserve((rows as usize).min(MAX_ROWS));
        }
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

    /// The names that a plan is for.
    pub(crate) fn names_of(&self, plan: usize) -> Arc<Vec<String>> {
        let plan = self.plans.get(plan);
        plan.map_or_else(Arc::default, |plan| Arc::clone(&plan.names))
    }

    /// The plan for a record of these cells whose names went this way, when there is one.
    pub(crate) fn plan_of(&self, way: Way, cells: &[Raw], text: &str) -> Option<usize> {
        let fits = |plan: &&usize| {
            let plan = self.plans.get(**plan);
            plan.is_some_and(|plan| plan.fits_cells(cells, text))
        };
        self.names.plans(way).iter().find(fits).copied()
    }

    /// The plan for a record: that of the record before, a known one, or a new one.
    fn plan(&mut self, fields: &Fields<'_>) -> usize {
        let fits = |plan: &Plan| plan.fits(fields);
        if !self.plans.get(self.last_plan).is_some_and(fits) {
            let known = self.plans.iter().position(fits);
            self.last_plan = known.unwrap_or_else(|| self.add_plan(Plan::of(fields)));
        }
        self.last_plan
    }

    fn add_plan(&mut self, mut plan: Plan) -> usize {
        let index = match self.plans.len() < MAX_PLANS {
            true => self.plans.len(),
            false => {
                let next = (self.oldest_plan + 1) % MAX_PLANS;
                std::mem::replace(&mut self.oldest_plan, next)
            }
        };
        if let Some(way) = self.plans.get(index).and_then(|old| old.way) {
            self.names.drop_plan(way, index);
        }
        plan.way = self.names.reach(&plan.names);
        if let Some(way) = plan.way {
            self.names.add_plan(way, index);
        }
        match self.plans.get_mut(index) {
            Some(old) => *old = plan,
            None => self.plans.push(plan),
        }
        index
    }

    /// A row that was made from a record of another shape.
    fn made_row(&mut self, name: &'static str, row: &Fields<'_>, line: Option<usize>) {
        let plan = self.plan(row);
        self.row(name, plan, row, line);
    }

    fn row(&mut self, name: &'static str, plan: usize, fields: &Fields<'_>, line: Option<usize>) {
        self.decide(name, plan, |field| {
            let cell = fields.cells.get(field)?;
            (*cell != Cell::Null).then(|| cell.shared())
        });
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

    /// Where the cells of a row go, whose plan and table these are.
    pub(crate) fn slots_of(
        &mut self,
        plan: usize,
        table: &'static str,
        cells: &[Raw],
        text: &str,
    ) -> &[Slot] {
        self.decide(table, plan, |field| {
            let cell = cells.get(field)?;
            (!cell.is_null()).then(|| cell.cell(text))
        });
        self.plans.get(plan).map_or(&[], |plan| &plan.slots)
    }

    /// Adds rows column by column: a column's dictionary stays near while it is used.
    pub(crate) fn add_rows(&mut self, stretch: &mut Stretch<'_>) {
        self.kinds.insert(ROWS);
        let (name, text, rows) = (stretch.table, stretch.text, stretch.lines.len());
        let table = self.tables.entry(name).or_default();
        let mut unfit = Vec::new();
        for (index, cells) in stretch.columns() {
            let upper = is_upper(table, index);
            let ty = table.schema().columns.get(index).map(|column| column.ty);
            if let Some(together) = ty.and_then(|ty| Together::of(ty, upper, cells, text))
                && let Some(column) = table.cell(index, 0)
            {
                together.push(column);
                continue;
            }
            for (row, cell) in cells.iter().enumerate() {
                if !cell.is_null()
                    && !table
                        .cell(index, row)
                        .is_none_or(|column| put(column, upper, &cell.cell(text)))
                {
                    unfit.push((index, row));
                }
            }
        }
        table.end_rows(rows);
        self.rows += rows;
        let line = |row: usize| stretch.lines.get(row).copied().flatten();
        let unfit = unfit.into_iter().map(|(index, row)| (index, line(row)));
        self.warn_of(name, unfit.collect());
    }

    /// Gives each field with a first value its column.
    fn decide<'t>(
        &mut self,
        name: &'static str,
        plan: usize,
        value: impl Fn(usize) -> Option<Cell<'t>>,
    ) {
        let plan = self.plans.get_mut(plan).filter(|plan| !plan.is_decided());
        if let Some(plan) = plan {
            let new = || TableBuilder::new(schema(name).unwrap_or_default());
            plan.decide(self.tables.entry(name).or_insert_with(new), value);
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
            if upper && has_small(text) {
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
