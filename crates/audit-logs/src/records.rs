//! Records to tables: each record finds its table, each value its typed column.

use std::collections::{BTreeMap, BTreeSet};

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::{Table, TableBuilder};
use serde_json::{Map, Value as Json};

use crate::flatten::{flatten, is_raw};
use crate::load::{Loaded, Warning, Warnings};
use crate::schema::{AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY, schema, suffix_type};
use crate::{convert, stix};

/// Most rows that are read from one file.
pub const MAX_ROWS: usize = 20_000_000;
/// Most columns of a table; AzureDiagnostics itself stops at 500.
pub const MAX_COLUMNS: usize = 2_000;

/// Collects records of one file.
pub(crate) struct Records {
    tables: BTreeMap<&'static str, TableBuilder>,
    kinds: BTreeSet<&'static str>,
    resource_types: BTreeMap<String, usize>,
    unfit: BTreeSet<String>,
    rows: usize,
    pub warnings: Warnings,
}

impl Records {
    pub fn new() -> Self {
        Self {
            tables: BTreeMap::new(),
            kinds: BTreeSet::new(),
            resource_types: BTreeMap::new(),
            unfit: BTreeSet::new(),
            rows: 0,
            warnings: Warnings::default(),
        }
    }

    /// Adds a record that stands in a line, when the line is known.
    pub fn add(&mut self, record: &Json, line: Option<usize>) {
        let Json::Object(fields) = record else {
            return self.warnings.add(line, "this is no record");
        };
        if let Some(Json::Array(inner)) = fields.get("records") {
            return inner.iter().for_each(|record| self.add(record, line));
        }
        if self.rows >= MAX_ROWS {
            return self
                .warnings
                .add(line, &format!("left out: a file may have {MAX_ROWS} rows"));
        }
        if is_raw(fields) {
            self.kinds.insert("raw resource logs");
            self.row(AZURE_DIAGNOSTICS, &flatten(fields), line);
        } else if stix::is_indicator(fields) {
            self.kinds.insert("STIX indicators");
            self.row(INDICATORS, &stix::row(fields), line);
            self.row(INDICATORS_LEGACY, &stix::legacy_row(fields), line);
        } else if stix::is_other_object(fields) {
            // Bundles hold relations and identities beside the indicators.
        } else {
            match table_of(fields) {
                Some(table) => {
                    self.kinds.insert("table rows");
                    self.row(table, &with_resource_type(table, fields), line);
                }
                None => self.warnings.add(line, "neither an audit-log record nor an indicator: it has no OperationName, operationName or ObservableValue"),
            }
        }
    }

    fn row(&mut self, name: &'static str, fields: &Map<String, Json>, line: Option<usize>) {
        let table = self
            .tables
            .entry(name)
            .or_insert_with(|| TableBuilder::new(schema(name).unwrap_or_default()));
        for (column, json) in fields
            .iter()
            .filter(|(column, json)| !json.is_null() && *column != "TableName")
        {
            let index = match table.schema().index_of(column) {
                Some(index) => index,
                None if table.schema().len() >= MAX_COLUMNS => continue,
                None => table.add_column(
                    column,
                    suffix_type(column).unwrap_or_else(|| convert::inferred(json)),
                ),
            };
            let ty = table
                .schema()
                .columns
                .get(index)
                .map_or(ScalarType::String, |column| column.ty);
            match convert::cell(json, ty) {
                Some(value) => table.push(index, value),
                None if self.unfit.insert(format!("{name}.{column}")) => {
                    self.warnings.add(line, &format!("{column} is not of type {}; left empty here and wherever else it does not fit", ty.name()));
                }
                None => {}
            }
        }
        table.end_row();
        self.rows += 1;
        if let Some(Json::String(resource_type)) = fields.get("ResourceType") {
            *self
                .resource_types
                .entry(resource_type.to_uppercase())
                .or_default() += 1;
        }
    }

    /// The tables, with `format` as the words for the file's shape.
    pub fn finish(self, format: &str) -> Vec<Loaded> {
        let kinds = self.kinds.iter().copied().collect::<Vec<_>>().join(" and ");
        let mut warnings: Vec<Warning> = self.warnings.finish();
        let mut loaded = Vec::new();
        for (name, builder) in self.tables {
            let table = builder.finish();
            let resource_types = match name {
                AZURE_DIAGNOSTICS => self
                    .resource_types
                    .iter()
                    .map(|(kind, count)| (kind.clone(), *count))
                    .collect(),
                _ => Vec::new(),
            };
            loaded.push(Loaded {
                table_name: name.to_owned(),
                format: format!("{format} of {kinds}{}", resources(&resource_types)),
                span: span(&table),
                filled_columns: filled(&table),
                resource_types,
                // Warnings are of the file; they are shown once.
                warnings: std::mem::take(&mut warnings),
                table,
            });
        }
        loaded
    }
}

/// The table that a row belongs to, by its own word or by its columns.
fn table_of(fields: &Map<String, Json>) -> Option<&'static str> {
    let said = fields.get("Type").and_then(Json::as_str);
    for known in [AZURE_DIAGNOSTICS, INDICATORS, INDICATORS_LEGACY] {
        if said == Some(known) {
            return Some(known);
        }
    }
    let has = |column: &str| fields.contains_key(column);
    if has("ObservableValue") || has("ObservableKey") {
        Some(INDICATORS)
    } else if has("IndicatorId") || has("NetworkIP") || has("ExpirationDateTime") {
        Some(INDICATORS_LEGACY)
    } else if has("OperationName") || (has("ResourceType") && has("TimeGenerated")) {
        Some(AZURE_DIAGNOSTICS)
    } else {
        None
    }
}

/// A row whose resource type is upper case, as stored rows have it.
fn with_resource_type(table: &str, fields: &Map<String, Json>) -> Map<String, Json> {
    let mut fields = fields.clone();
    if let Some(Json::String(kind)) = fields.get_mut("ResourceType")
        && table == AZURE_DIAGNOSTICS
    {
        *kind = kind.to_uppercase();
    }
    fields
}

fn resources(types: &[(String, usize)]) -> String {
    let names: Vec<&str> = types
        .iter()
        .map(|(name, _)| match name.as_str() {
            "VAULTS" => "Key Vault",
            "MANAGEDHSMS" => "Managed HSM",
            other => other,
        })
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    }
}

/// First and last time of the rows.
fn span(table: &Table) -> Option<(i64, i64)> {
    let column = table.schema().index_of("TimeGenerated")?;
    let times = (0..table.rows()).filter_map(|row| match table.value(row, column) {
        Value::DateTime(ticks) => Some(ticks),
        _ => None,
    });
    times.fold(None, |span, time| match span {
        None => Some((time, time)),
        Some((first, last)) => Some((time.min(first), time.max(last))),
    })
}

/// Columns that hold a value in some row.
fn filled(table: &Table) -> Vec<String> {
    let has_value = |index: usize| {
        (0..table.rows()).any(|row| match table.value(row, index) {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            _ => true,
        })
    };
    let columns = table.schema().columns.iter().enumerate();
    columns
        .filter(|(index, _)| has_value(*index))
        .map(|(_, column)| column.name.clone())
        .collect()
}
