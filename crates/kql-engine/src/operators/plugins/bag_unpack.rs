//! `bag_unpack`: a column for each key of the bags in a column, sorted by name.
//!
//! A column has the type of its values, or dynamic when they are of several types; nulls do not count.

use std::collections::BTreeMap;
use std::sync::Arc;

use kql_analysis::plan::{BagUnpack, Conflict};
use kql_analysis::types::{ColumnSchema, ScalarType, Schema};
use kql_analysis::value::Value;

use super::{absent, check_columns};
use crate::builder::{ColumnBuilder, value_type};
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::room::Room;
use crate::table::Table;

/// Keys with the types of their values.
type Slots = BTreeMap<Arc<str>, Option<ScalarType>>;

/// The input with the bags' values as columns. A key with the name of the unpacked column takes its
/// place. When the query declares the columns, its input's stay as they are.
pub(super) fn unpack(
    room: Room,
    input: &Table,
    unpack: &BagUnpack,
    declared: bool,
) -> Result<Table, EvalError> {
    let Some(bags) = input.column(unpack.column) else {
        return Err(EvalError::new(
            "bag_unpack reads a column that is not there",
        ));
    };
    let mut slots = slots(bags, unpack)?;
    check_columns(room, "bag_unpack", slots.len(), input.rows())?;
    let mut columns = Vec::new();
    let mut schema = Schema::default();
    for (index, column) in input.schema().columns.iter().enumerate() {
        let slot = column
            .name
            .strip_prefix(unpack.prefix.as_str())
            .and_then(|key| slots.remove_entry(key));
        let cells = match slot {
            Some((key, ty)) if index == unpack.column || replaces(column, unpack, declared)? => {
                slot_column(bags, &key, ty)?
            }
            _ if index == unpack.column => continue,
            _ => input.columns()[index].clone(),
        };
        schema.columns.push(ColumnSchema {
            name: column.name.clone(),
            ty: cells.ty(),
        });
        columns.push(cells);
    }
    for (key, ty) in slots {
        let cells = slot_column(bags, &key, ty)?;
        schema.columns.push(ColumnSchema {
            name: format!("{}{key}", unpack.prefix),
            ty: cells.ty(),
        });
        columns.push(cells);
    }
    Ok(Table::with_rows(schema, columns, input.rows()))
}

fn slots(bags: &Column, unpack: &BagUnpack) -> Result<Slots, EvalError> {
    let mut slots = Slots::new();
    let mut pace = Pace::default();
    for bag in bags.iter() {
        pace.row()?;
        let Value::Bag(bag) = bag else { continue };
        for (key, value) in bag.iter() {
            if unpack.ignored.iter().any(|ignored| **ignored == **key) {
                continue;
            }
            let known = slots.entry(Arc::clone(key)).or_default();
            if !matches!(value, Value::Null) {
                let ty = value_type(value);
                *known = Some(known.map_or(ty, |known| common(known, ty)));
            }
        }
    }
    Ok(slots)
}

fn common(known: ScalarType, ty: ScalarType) -> ScalarType {
    match known == ty {
        true => ty,
        false => ScalarType::Dynamic,
    }
}

/// Whether a key's values take the place of a column of the input.
fn replaces(column: &ColumnSchema, unpack: &BagUnpack, declared: bool) -> Result<bool, EvalError> {
    match unpack.conflict {
        Conflict::ReplaceSource => Ok(true),
        Conflict::KeepSource => Ok(false),
        Conflict::Error if declared => Ok(false),
        Conflict::Error => Err(EvalError::new(format!(
            "bag_unpack finds a key {}, and there is a column of that name already",
            column.name
        ))
        .with_hint("Add columnsConflict='replace_source' or 'keep_source', or a prefix.")),
    }
}

fn slot_column(bags: &Column, key: &str, ty: Option<ScalarType>) -> Result<Column, EvalError> {
    let ty = ty.unwrap_or(ScalarType::Dynamic);
    let absent = absent(ty);
    let (mut cells, mut pace) = (ColumnBuilder::new(ty), Pace::default());
    for bag in bags.iter() {
        pace.row()?;
        let value = match &bag {
            Value::Bag(bag) => bag.get(key).filter(|value| **value != Value::Null),
            _ => None,
        };
        cells.push(value.unwrap_or(&absent));
    }
    Ok(cells.finish())
}
