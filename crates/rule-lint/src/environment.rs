//! What is known around a rule: tables, loaded logs and their values, operations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use kql_analysis::Catalog;
use kql_analysis::types::{ColumnSchema, Schema};
use kql_engine::Table;
use rule_convert::{Catalogue, default_profile};

use crate::further;

/// Most different values of a column for it to count as one with known values.
const MAX_VALUES: usize = 500;
/// Fewest rows of a log from which a missing value says something.
const MIN_ROWS: usize = 20;

/// Tables, values and operations that lints compare with.
#[derive(Clone, Debug)]
pub struct Environment {
    /// The known tables, with the further columns of the loaded logs.
    pub(crate) tables: Catalog,
    /// As `tables`, but loaded tables have just the columns of the logs; `None` without logs.
    pub(crate) loaded: Option<Catalog>,
    /// The different values of text columns, by table and column.
    values: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Default for Environment {
    fn default() -> Self {
        static KNOWN: LazyLock<Catalog> = LazyLock::new(further::tables);
        Self {
            tables: KNOWN.clone(),
            loaded: None,
            values: BTreeMap::new(),
        }
    }
}

impl Environment {
    /// The known tables and these loaded ones.
    pub fn with_logs(logs: &BTreeMap<String, Table>) -> Self {
        let mut all = Self::default();
        let mut loaded = all.tables.clone();
        let filled = logs.iter().filter(|(_, table)| table.rows() > 0);
        for (name, table) in filled {
            let known = all.tables.tables.entry(name.clone()).or_default();
            extend(known, table.schema());
            loaded.tables.insert(name.clone(), filled_columns(table));
            all.learn(name, table);
        }
        all.loaded = Some(loaded);
        all
    }

    fn learn(&mut self, name: &str, table: &Table) {
        if table.rows() < MIN_ROWS {
            return;
        }
        for (column, schema) in table.columns().iter().zip(&table.schema().columns) {
            let Some((_, texts)) = column.texts() else {
                continue;
            };
            if texts.len() <= MAX_VALUES {
                let values = texts.iter().map(|text| text.to_string()).collect();
                self.values
                    .insert((name.to_owned(), schema.name.clone()), values);
            }
        }
    }

    /// The values of a column in the loaded logs, when it has few enough.
    pub(crate) fn values(&self, table: &str, column: &str) -> Option<&BTreeSet<String>> {
        self.values.get(&(table.to_owned(), column.to_owned()))
    }

    /// The operations of a Managed HSM.
    pub(crate) fn operations(&self) -> &'static Catalogue {
        &default_profile().operations
    }
}

fn extend(known: &mut Schema, more: &Schema) {
    for column in &more.columns {
        if known.index_of(&column.name).is_none() {
            known.columns.push(column.clone());
        }
    }
}

/// The columns of a table that hold a value in some row: files are read into all known columns.
fn filled_columns(table: &Table) -> Schema {
    let columns = table.columns().iter().zip(&table.schema().columns);
    let filled = columns.filter(|(column, _)| match column.texts() {
        Some((_, texts)) => texts.iter().any(|text| !text.is_empty()),
        None => column
            .iter()
            .any(|value| value != kql_analysis::value::Value::Null),
    });
    let columns: Vec<ColumnSchema> = filled.map(|(_, schema)| schema.clone()).collect();
    columns.into()
}
