//! Cells made different from one another by a number.

use std::sync::Arc;

use kql_analysis::value::{TICKS_PER_SECOND, Value};

use super::pool::text;
use super::texts::parts_of_address;
use crate::log::Row;

/// Makes a cell different from those of other numbers.
pub(super) fn vary(row: &mut Row, column: usize, number: usize) {
    let Some(cell) = Arc::make_mut(row).get_mut(column) else {
        return;
    };
    let step = number as i64;
    *cell = match &*cell {
        Value::String(known) => text(&format!("{known}-{number}")),
        Value::DateTime(ticks) => {
            Value::DateTime(ticks.saturating_sub(step * 7 * TICKS_PER_SECOND))
        }
        Value::Int(known) => Value::Int(known.saturating_add(number as i32)),
        Value::Long(known) => Value::Long(known.saturating_add(step)),
        Value::Real(known) => Value::Real(*known + step as f64),
        other => other.clone(),
    };
}

/// Where the path of an address is made different.
#[derive(Clone, Copy, Debug)]
pub(super) enum InPath {
    /// In its last segment.
    Last,
    /// In the segment before the last.
    BeforeLast,
    /// By one segment more.
    OneMore,
}

/// The same, for an address: its path is different.
pub(super) fn vary_path(row: &mut Row, column: usize, (number, place): (usize, InPath)) {
    let Some(cell) = Arc::make_mut(row).get_mut(column) else {
        return;
    };
    let Value::String(known) = &*cell else {
        return;
    };
    if let Some((start, path, rest)) = parts_of_address(known) {
        let path = path.trim_end_matches('/');
        let path = match (place, path.rsplit_once('/')) {
            (InPath::OneMore, _) => format!("{path}/{number}"),
            (InPath::BeforeLast, Some((before, last))) => format!("{before}-{number}/{last}"),
            _ => format!("{path}-{number}"),
        };
        *cell = text(&format!("{start}{path}{rest}"));
    }
}
