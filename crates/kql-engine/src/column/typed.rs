//! Cells by their type: what a column hands out as slices and codes, and columns made of such.

use std::sync::Arc;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::{Cells, Column, Data, Dictionary};
use crate::codes::Codes;
use crate::ids::Ids;
use crate::lists::Lists;

impl Column {
    /// The codes and the dictionary of a text column that has them.
    pub fn texts(&self) -> Option<(&Codes, &[Arc<str>])> {
        match self.data() {
            Data::Text(codes, texts) => Some((codes, texts)),
            _ => None,
        }
    }

    /// The cells of a column of texts that are identifiers and have no dictionary.
    pub(crate) fn ids(&self) -> Option<&Ids> {
        match self.data() {
            Data::Ids(ids) => Some(ids),
            _ => None,
        }
    }

    /// Numbers of a column of texts that are identifiers and have no dictionary; they compare as the texts.
    pub fn id_numbers(&self) -> Option<impl Iterator<Item = u128> + '_> {
        match self.data() {
            Data::Ids(ids) => Some(ids.numbers()),
            _ => None,
        }
    }

    /// The codes and the shared dictionary of a column of texts, a constant one too.
    pub(crate) fn dictionary(&self) -> Option<(Arc<Codes>, Dictionary)> {
        match self.data() {
            Data::Text(codes, texts) => Some((Arc::clone(codes), Arc::clone(texts))),
            Data::Constant(Value::String(text), rows) => {
                let codes = std::iter::repeat_n(0, *rows).collect();
                Some((Arc::new(codes), Arc::new(vec![Arc::clone(text)].into())))
            }
            _ => None,
        }
    }

    /// Arrays of texts.
    pub(crate) fn from_lists(lists: Lists) -> Self {
        Self::from_data(ScalarType::Dynamic, Data::Lists(Arc::new(lists)))
    }

    /// Truth values, none of them null.
    pub(crate) fn from_truths(truths: Vec<bool>) -> Self {
        let cells = Cells::without_nulls(truths);
        Self::from_data(ScalarType::Bool, Data::Bool(cells))
    }

    /// Whole numbers of a type that is stored as 64-bit integers; nulls where there is none.
    pub(crate) fn from_wholes(ty: ScalarType, wholes: &[Option<i64>]) -> Self {
        Self::from_data(ty, Data::Long(Cells::from_options(wholes)))
    }

    /// As [`Self::from_wholes`], none of them null.
    pub(crate) fn from_whole_cells(ty: ScalarType, wholes: Vec<i64>) -> Self {
        Self::from_data(ty, Data::Long(Cells::without_nulls(wholes)))
    }

    /// The cells of a column of truth values without nulls.
    pub(crate) fn truths(&self) -> Option<&[bool]> {
        match self.data() {
            Data::Bool(cells) => cells.all(),
            _ => None,
        }
    }

    /// The cells of a column of 64-bit integers, datetimes (in ticks) or timespans without nulls.
    pub(crate) fn wholes(&self) -> Option<&[i64]> {
        match self.data() {
            Data::Long(cells) => cells.all(),
            _ => None,
        }
    }

    /// The cells of a column of reals without nulls.
    pub(crate) fn reals(&self) -> Option<&[f64]> {
        match self.data() {
            Data::Real(cells) => cells.all(),
            _ => None,
        }
    }
}
