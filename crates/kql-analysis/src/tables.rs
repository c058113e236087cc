//! Tables of Microsoft Sentinel and Log Analytics that rules read, with their columns in order.
//!
//! The columns are facts of Microsoft's table reference. A workspace may have further columns and tables
//! of its own; those come with the logs that are loaded.

use std::sync::LazyLock;

use indexmap::IndexMap;

use crate::catalog::Catalog;
use crate::types::{ColumnSchema, ScalarType, Schema};

/// A table a line: its name and its columns, set apart by tabs, each with the letter of its type unless
/// it is text.
const TABLES: &str = include_str!("../data/tables.txt");

static BY_NAME: LazyLock<IndexMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = TABLES.lines();
    lines.filter_map(|line| line.split_once('\t')).collect()
});

/// Functions that every Sentinel workspace has; what they give stands in the workspace, not in logs.
const FUNCTIONS: [(&str, &str, bool); 2] = [
    (
        "_GetWatchlist",
        "_DTItemId\t_DTItemType\t_DTItemStatus\t_DTTimestamp:t\tLastUpdatedTimeUTC:t\tSearchKey\tWatchlistItem:y",
        true,
    ),
    ("_GetWatchlistAlias", "WatchlistAlias", false),
];

/// Names of the tables.
pub fn names() -> impl Iterator<Item = &'static str> {
    BY_NAME.keys().copied()
}

/// The columns of a table.
pub fn schema(table: &str) -> Option<Schema> {
    BY_NAME.get(table).map(|columns| read(columns))
}

/// All tables.
pub fn catalog() -> Catalog {
    let tables = BY_NAME.iter();
    Catalog {
        tables: tables
            .map(|(name, columns)| ((*name).to_owned(), read(columns)))
            .collect(),
    }
}

/// The columns that a function of the workspace gives; `None` when there is none of that name.
pub fn function(name: &str) -> Option<Schema> {
    let (_, columns, open) = FUNCTIONS.iter().find(|(known, ..)| *known == name)?;
    Some(read(columns).opened(*open))
}

/// Names of the workspace's functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, ..)| *name)
}

fn read(columns: &str) -> Schema {
    let columns = columns.split('\t').map(|column| {
        let (name, letter) = column.split_once(':').unwrap_or((column, ""));
        ColumnSchema {
            name: name.to_owned(),
            ty: of_letter(letter),
        }
    });
    columns.collect::<Vec<_>>().into()
}

fn of_letter(letter: &str) -> ScalarType {
    match letter {
        "b" => ScalarType::Bool,
        "c" => ScalarType::Decimal,
        "g" => ScalarType::Guid,
        "i" => ScalarType::Int,
        "l" => ScalarType::Long,
        "r" => ScalarType::Real,
        "t" => ScalarType::DateTime,
        "w" => ScalarType::TimeSpan,
        "y" => ScalarType::Dynamic,
        _ => ScalarType::String,
    }
}
