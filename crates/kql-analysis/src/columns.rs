//! The columns of a table, shared between all plans that have the same.
//!
//! A wide table keeps its columns through most operators of a query, so a copy costs nothing until it is
//! changed.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::types::ColumnSchema;

/// Columns in order. A clone shares them until one of both changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Arc<Vec<ColumnSchema>>);

impl Deref for Columns {
    type Target = Vec<ColumnSchema>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Columns {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Vec<ColumnSchema>> for Columns {
    fn from(columns: Vec<ColumnSchema>) -> Self {
        Self(Arc::new(columns))
    }
}

impl FromIterator<ColumnSchema> for Columns {
    fn from_iter<I: IntoIterator<Item = ColumnSchema>>(columns: I) -> Self {
        Vec::from_iter(columns).into()
    }
}

impl IntoIterator for Columns {
    type Item = ColumnSchema;
    type IntoIter = std::vec::IntoIter<ColumnSchema>;

    fn into_iter(self) -> Self::IntoIter {
        Arc::unwrap_or_clone(self.0).into_iter()
    }
}

impl<'c> IntoIterator for &'c Columns {
    type Item = &'c ColumnSchema;
    type IntoIter = std::slice::Iter<'c, ColumnSchema>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl Serialize for Columns {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_slice().serialize(serializer)
    }
}

impl<'d> Deserialize<'d> for Columns {
    fn deserialize<D: serde::Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}
