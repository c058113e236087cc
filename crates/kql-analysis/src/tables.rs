//! Tables of Microsoft Sentinel and Log Analytics that rules read, with their columns in order.
//!
//! The columns are facts of Microsoft's table reference. A workspace may have further columns and tables
//! of its own; those come with the logs that are loaded.

use std::sync::LazyLock;

use indexmap::IndexMap;

use crate::bind::Bound;
use crate::catalog::Catalog;
use crate::types::{ColumnSchema, ScalarType, Schema};

/// A table a line: its name and its columns, set apart by tabs, each with the letter of its type unless
/// it is text. These are the tables that rules about vaults and pools read; the page has them before the others.
const USUAL: &str = include_str!("../data/tables.txt");

/// All other tables, in the same form.
const MORE: &str = include_str!("../data/more_tables.txt");

type ByName = IndexMap<&'static str, &'static str>;

static USUAL_BY_NAME: LazyLock<ByName> = LazyLock::new(|| by_name(USUAL));
static MORE_BY_NAME: LazyLock<ByName> = LazyLock::new(|| by_name(MORE));

fn by_name(lines: &'static str) -> ByName {
    let lines = lines.lines();
    lines.filter_map(|line| line.split_once('\t')).collect()
}

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
    USUAL_BY_NAME.keys().chain(MORE_BY_NAME.keys()).copied()
}

/// The columns of a table.
pub fn schema(table: &str) -> Option<Schema> {
    let found = USUAL_BY_NAME.get(table);
    let found = found.or_else(|| MORE_BY_NAME.get(table));
    found.map(|columns| read(columns))
}

/// All tables.
pub fn catalog() -> Catalog {
    of(USUAL_BY_NAME.iter().chain(MORE_BY_NAME.iter()))
}

/// Binds a query against all tables. Only a query that needs the unusual ones costs reading them.
pub fn bind(query: &str) -> Bound {
    static FEW: LazyLock<Catalog> = LazyLock::new(|| of(USUAL_BY_NAME.iter()));
    static ALL: LazyLock<Catalog> = LazyLock::new(catalog);
    let bound = crate::bind(query, &FEW);
    match bound.looked_beyond {
        false => bound,
        true => crate::bind(query, &ALL),
    }
}

fn of<'a>(tables: impl Iterator<Item = (&'a &'static str, &'a &'static str)>) -> Catalog {
    Catalog {
        tables: tables
            .map(|(name, columns)| ((*name).to_owned(), read(columns)))
            .collect(),
        ..Catalog::default()
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
