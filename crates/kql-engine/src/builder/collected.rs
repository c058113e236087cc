//! The cells that a builder has collected, stored by the type of the column.

use std::sync::Arc;

use kql_analysis::decimal::Decimal;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Items, Value};

use crate::column::{Cells, Data};
use crate::text_cells::TextCells;

/// Cells so far.
#[derive(Debug)]
pub(super) enum Collected {
    Bool(Fixed<bool>),
    Int(Fixed<i32>),
    Long(Fixed<i64>),
    Real(Fixed<f64>),
    Decimal(Fixed<Decimal>),
    Guid(Fixed<u128>),
    Text(TextCells),
    Any(Items),
}

impl Collected {
    /// No cells of a column of type `ty`.
    pub(super) fn of(ty: ScalarType) -> Self {
        match ty {
            ScalarType::Bool => Self::Bool(Fixed::default()),
            ScalarType::Int => Self::Int(Fixed::default()),
            ScalarType::Long | ScalarType::DateTime | ScalarType::TimeSpan => {
                Self::Long(Fixed::default())
            }
            ScalarType::Real => Self::Real(Fixed::default()),
            ScalarType::Decimal => Self::Decimal(Fixed::default()),
            ScalarType::Guid => Self::Guid(Fixed::default()),
            ScalarType::String => Self::Text(TextCells::default()),
            ScalarType::Dynamic | ScalarType::Unknown => Self::Any(Items::default()),
        }
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Bool(cells) => cells.values.len(),
            Self::Int(cells) => cells.values.len(),
            Self::Long(cells) => cells.values.len(),
            Self::Real(cells) => cells.values.len(),
            Self::Decimal(cells) => cells.values.len(),
            Self::Guid(cells) => cells.values.len(),
            Self::Text(cells) => cells.len(),
            Self::Any(cells) => cells.len(),
        }
    }

    /// So many nulls, in place of no cells.
    pub(super) fn begin(&mut self, leading: usize) {
        match self {
            Self::Bool(cells) => cells.begin(leading),
            Self::Int(cells) => cells.begin(leading),
            Self::Long(cells) => cells.begin(leading),
            Self::Real(cells) => cells.begin(leading),
            Self::Decimal(cells) => cells.begin(leading),
            Self::Guid(cells) => cells.begin(leading),
            Self::Text(cells) => cells.push_same("", leading),
            Self::Any(cells) => cells.resize(leading, Value::Null),
        }
    }

    /// Makes room for so many cells in all.
    pub(super) fn reserve(&mut self, all: usize) {
        match self {
            Self::Bool(cells) => cells.reserve(all),
            Self::Int(cells) => cells.reserve(all),
            Self::Long(cells) => cells.reserve(all),
            Self::Real(cells) => cells.reserve(all),
            Self::Decimal(cells) => cells.reserve(all),
            Self::Guid(cells) => cells.reserve(all),
            Self::Text(cells) => cells.reserve(all),
            Self::Any(cells) => {
                let more = all.saturating_sub(cells.len());
                cells.reserve_exact(more);
            }
        }
    }

    /// Bytes that the cells hold, estimated; what lists and bags own is left out.
    pub(super) fn held_bytes(&self) -> usize {
        match self {
            Self::Bool(cells) => cells.held_bytes(),
            Self::Int(cells) => cells.held_bytes(),
            Self::Long(cells) => cells.held_bytes(),
            Self::Real(cells) => cells.held_bytes(),
            Self::Decimal(cells) => cells.held_bytes(),
            Self::Guid(cells) => cells.held_bytes(),
            Self::Text(cells) => cells.held_bytes(),
            Self::Any(cells) => size_of_val(cells.as_slice()),
        }
    }

    /// The cells as a column stores them.
    pub(super) fn finish(self) -> Data {
        match self {
            Self::Bool(cells) => Data::Bool(cells.finish()),
            Self::Int(cells) => Data::Int(cells.finish()),
            Self::Long(cells) => Data::Long(cells.finish()),
            Self::Real(cells) => Data::Real(cells.finish()),
            Self::Decimal(cells) => Data::Decimal(cells.finish()),
            Self::Guid(cells) => Data::Guid(cells.finish()),
            Self::Text(cells) => cells.finish(),
            Self::Any(cells) => Data::Any(Arc::new(cells)),
        }
    }
}

/// Cells of one size so far.
#[derive(Debug, Default)]
pub(super) struct Fixed<T> {
    values: Vec<T>,
    /// Empty until the first null.
    nulls: Vec<bool>,
}

impl<T: Default> Fixed<T> {
    pub(super) fn push(&mut self, value: Option<T>) {
        let null = value.is_none();
        if null && self.nulls.is_empty() {
            self.nulls.resize(self.values.len(), false);
        }
        self.values.push(value.unwrap_or_default());
        if null || !self.nulls.is_empty() {
            self.nulls.push(null);
        }
    }

    /// Appends values, none of them null.
    pub(super) fn extend(&mut self, values: &[T])
    where
        T: Clone,
    {
        self.values.extend_from_slice(values);
        if !self.nulls.is_empty() {
            self.nulls.resize(self.values.len(), false);
        }
    }

    /// Bytes that the cells hold.
    fn held_bytes(&self) -> usize {
        size_of_val(self.values.as_slice()) + self.nulls.len()
    }

    /// Makes room for so many cells in all.
    fn reserve(&mut self, all: usize) {
        let more = all.saturating_sub(self.values.len());
        self.values.reserve_exact(more);
        if !self.nulls.is_empty() {
            self.nulls.reserve_exact(more);
        }
    }

    /// So many nulls, in place of no cells.
    fn begin(&mut self, nulls: usize)
    where
        T: Clone,
    {
        self.values.resize(nulls, T::default());
        self.nulls.resize(nulls, true);
    }

    fn finish(self) -> Cells<T> {
        let nulls = (!self.nulls.is_empty()).then(|| Arc::new(self.nulls));
        Cells {
            values: Arc::new(self.values),
            nulls,
        }
    }
}
