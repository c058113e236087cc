//! The points of a series from the arrays of its row.

use std::sync::Arc;

use kql_analysis::text::value_text;
use kql_analysis::value::{Items, Value};
use kql_engine::Table;

use super::find::{Found, key_columns};
use super::{MAX_POINTS, Point, Series};

/// The series of a row.
pub(super) fn series(found: &Found<'_>, table: &Table, row: usize) -> Series {
    let [flags, scores, baselines] = match found.parts {
        Some(parts) => parts.map(|part| array(table, row, part)),
        None => Default::default(),
    };
    let (times, values) = (
        array(table, row, found.axis),
        array(table, row, found.value),
    );
    let point = |(place, time): (usize, &Value)| match time {
        Value::DateTime(time) => Some(Point {
            time: *time,
            value: number(values.get(place)),
            baseline: number(baselines.get(place)),
            score: number(scores.get(place)),
            flag: number(flags.get(place)).map_or(0, sign),
        }),
        _ => None,
    };
    let all = times.iter().enumerate().filter_map(point);
    let keys = key_columns(found, table.schema()).map(|(index, name)| {
        let ty = table.schema().columns.get(index).map(|column| column.ty);
        let value = table.value(row, index);
        let text = ty.map(|ty| value_text(&value, ty).into_owned());
        (name.to_owned(), text.unwrap_or_default())
    });
    Series {
        keys: keys.collect(),
        points: all.take(MAX_POINTS).collect(),
        left_out: times.len().saturating_sub(MAX_POINTS),
    }
}

fn array(table: &Table, row: usize, column: usize) -> Arc<Items> {
    match table.value(row, column) {
        Value::Array(items) => items,
        _ => Arc::default(),
    }
}

pub(super) fn number(value: Option<&Value>) -> Option<f64> {
    match value? {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => Some(*number as f64),
        Value::Real(number) => number.is_finite().then_some(*number),
        Value::Decimal(number) => Some(number.to_real()),
        _ => None,
    }
}

fn sign(flag: f64) -> i8 {
    match flag {
        flag if flag > 0.0 => 1,
        flag if flag < 0.0 => -1,
        _ => 0,
    }
}
