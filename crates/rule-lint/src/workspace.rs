//! Columns that depend on the workspace: what cannot be known here is no error.
//!
//! Records of AzureDiagnostics and of custom tables bring their columns with them, named after their type.
//! Parsers of solutions give what their newest version gives. Every table of a workspace has a few columns
//! that its reference page does not list.

use std::collections::BTreeMap;

use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::{Bound, Catalog, Diagnostic, bind};

/// Most times that a query is bound with further columns.
const MAX_ROUNDS: usize = 3;
/// The table whose columns come into being with its records.
const DIAGNOSTICS: &str = "AzureDiagnostics";
/// How custom tables end.
const CUSTOM: &str = "_CL";
/// A column that the reference lists for every table of the service, and that parsers do not give.
const OF_THE_SERVICE: &str = "_IsBillable";
/// Endings that the service gives to the columns of such records.
const ENDINGS: [(&str, ScalarType); 5] = [
    ("_s", ScalarType::String),
    ("_g", ScalarType::String),
    ("_d", ScalarType::Real),
    ("_b", ScalarType::Bool),
    ("_t", ScalarType::DateTime),
];
/// Columns that every table of a workspace has, and those that its agents add.
const STANDARD: [(&str, ScalarType); 13] = [
    ("TenantId", ScalarType::String),
    ("TimeGenerated", ScalarType::DateTime),
    ("Type", ScalarType::String),
    ("_ItemId", ScalarType::String),
    ("_TimeReceived", ScalarType::DateTime),
    ("_ResourceId", ScalarType::String),
    ("_SubscriptionId", ScalarType::String),
    ("_IsBillable", ScalarType::String),
    ("_BilledSize", ScalarType::Real),
    ("MG", ScalarType::String),
    ("SourceComputerId", ScalarType::String),
    ("TimeCollected", ScalarType::DateTime),
    ("EventOriginId", ScalarType::String),
];

/// A query bound against what is known, and against what a workspace may have besides.
pub(crate) struct Tolerant {
    /// Bound with the further columns.
    pub bound: Bound,
    /// What only a workspace can tell: columns that were taken for there.
    pub doubtful: Vec<Diagnostic>,
}

/// Binds a query; a column that a workspace may have is no error.
pub(crate) fn bind_tolerantly(query: &str, known: &Catalog) -> Tolerant {
    let strict = bind(query, known);
    let mut bound = strict.clone();
    let mut tables = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let unknown = bound.diagnostics.iter().filter(|found| is_column(found));
        let names: Vec<(&str, bool)> = unknown
            .filter_map(|found| Some((query.get(found.range.clone())?, found.hint.is_some())))
            .collect();
        if names.is_empty() {
            break;
        }
        let before = tables.clone();
        for (name, schema) in &known.tables {
            let known = tables.get(name).unwrap_or(schema);
            if let Some(more) = widened(name, known, &names) {
                tables.insert(name.clone(), more);
            }
        }
        if tables == before {
            break;
        }
        let mut more = known.clone();
        more.tables.extend(tables.clone());
        bound = bind(query, &more);
    }
    let still = |found: &Diagnostic| {
        let mut left = bound.diagnostics.iter();
        left.any(|one| one.range == found.range && one.code == found.code)
    };
    let doubtful = strict.diagnostics.iter();
    let doubtful = doubtful.filter(|found| is_column(found) && !still(found));
    let doubtful = doubtful.cloned().collect();
    Tolerant { bound, doubtful }
}

fn is_column(found: &Diagnostic) -> bool {
    found.code == "RS2006"
}

/// A table with what it may have of these names; `None` when that is nothing. A name that is near to a
/// known one is a slip.
fn widened(table: &str, known: &Schema, names: &[(&str, bool)]) -> Option<Schema> {
    let is_service = known.index_of(OF_THE_SERVICE).is_some();
    if table.ends_with(CUSTOM) || !is_service && table != DIAGNOSTICS {
        return (!known.open).then(|| known.clone().opened(true));
    }
    let mut more = known.clone();
    for (name, is_near) in names {
        let ends = |(ending, _): &&(&str, ScalarType)| {
            table == DIAGNOSTICS && !is_near && name.ends_with(ending)
        };
        let column = STANDARD.iter().find(|(standard, _)| standard == name);
        let column = column.or_else(|| ENDINGS.iter().find(ends));
        if let Some((_, ty)) = column
            && more.index_of(name).is_none()
        {
            more.columns.push(ColumnSchema {
                name: (*name).to_owned(),
                ty: *ty,
            });
        }
    }
    (more.columns.len() > known.columns.len()).then_some(more)
}
