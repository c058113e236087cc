//! Scalar types and table schemas of KQL, with the spellings Kusto uses for them.

use serde::{Deserialize, Serialize};

pub use crate::columns::Columns;

/// One of Kusto's scalar types; `Unknown` marks an expression whose type an error hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScalarType {
    /// True or false.
    Bool,
    /// 32-bit signed integer.
    Int,
    /// 64-bit signed integer.
    Long,
    /// 64-bit IEEE 754 number.
    Real,
    /// Decimal number of up to 38 digits.
    Decimal,
    /// UTF-8 text; has no null, only the empty string.
    String,
    /// Point in UTC time, in ticks of 100 ns since 0001-01-01.
    DateTime,
    /// Signed duration in ticks of 100 ns.
    TimeSpan,
    /// 128-bit identifier.
    Guid,
    /// Any of the other types, an array or a property bag.
    Dynamic,
    /// Not known, because the expression has an error.
    Unknown,
}

impl ScalarType {
    /// The name Kusto prints, such as `long` or `datetime`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
            Self::Unknown => "unknown",
        }
    }

    /// The type that a name or one of its aliases stands for, in any letter case Kusto accepts.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" => Self::Int,
            "long" | "int64" => Self::Long,
            "real" | "double" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" => Self::Dynamic,
            _ => return None,
        })
    }

    /// Whether arithmetic on numbers applies to the type.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }
}

/// A named and typed column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSchema {
    /// Name, case-sensitive.
    pub name: String,
    /// Type of every cell.
    #[serde(rename = "type")]
    pub ty: ScalarType,
}

/// The ordered columns of a table. Names are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schema {
    /// Columns in order.
    pub columns: Columns,
    /// Whether the table may have further columns that only running the query tells.
    #[serde(skip)]
    pub open: bool,
}

impl From<Columns> for Schema {
    fn from(columns: Columns) -> Self {
        Self {
            columns,
            open: false,
        }
    }
}

impl From<Vec<ColumnSchema>> for Schema {
    fn from(columns: Vec<ColumnSchema>) -> Self {
        Columns::from(columns).into()
    }
}

impl Schema {
    /// Builds a schema from names and types.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, ScalarType)>) -> Self {
        let columns = columns
            .into_iter()
            .map(|(name, ty)| ColumnSchema {
                name: name.into(),
                ty,
            })
            .collect::<Vec<_>>();
        columns.into()
    }

    /// A table of which nothing is known.
    pub fn unknown() -> Self {
        Self {
            columns: Columns::default(),
            open: true,
        }
    }

    /// The same columns, and perhaps more.
    pub fn opened(mut self, open: bool) -> Self {
        self.open |= open;
        self
    }

    /// Index of the column with exactly this name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no column.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }
}
