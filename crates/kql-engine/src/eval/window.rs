//! Functions of a row and its neighbours: `row_number`, `prev`, `next`, `row_cumsum`, `row_rank_*` and
//! `row_window_session`. They see the rows in the order of the input.

use std::cmp::Ordering;

use kql_analysis::order::compare;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::interrupt::Pace;

/// A function over whole argument columns, giving a column of the type and length asked for.
pub(super) type WindowFunction = fn(&[Column], ScalarType, usize) -> Result<Column, EvalError>;

/// The window function of this registry name.
pub(super) fn function(name: &str) -> Option<WindowFunction> {
    Some(match name {
        "row_number" => row_number,
        "prev" => |args, ty, rows| neighbour(args, ty, rows, -1),
        "next" => |args, ty, rows| neighbour(args, ty, rows, 1),
        "row_cumsum" => row_cumsum,
        "row_rank_dense" => row_rank_dense,
        "row_rank_min" => row_rank_min,
        "row_window_session" => row_window_session,
        _ => return None,
    })
}

pub(super) fn cell(args: &[Column], index: usize, row: usize) -> Value {
    args.get(index)
        .map_or(Value::Null, |column| column.get(row))
}

pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

pub(super) fn restarts(args: &[Column], index: usize, row: usize) -> bool {
    cell(args, index, row) == Value::Bool(true)
}

/// A column of cells that are made one by one, until the run is to end.
fn column(
    ty: ScalarType,
    rows: usize,
    mut cell: impl FnMut(usize) -> Value,
) -> Result<Column, EvalError> {
    let (mut cells, mut pace) = (ColumnBuilder::new(ty), Pace::default());
    for row in 0..rows {
        pace.row()?;
        cells.push(&cell(row));
    }
    Ok(cells.finish())
}

fn row_number(args: &[Column], ty: ScalarType, rows: usize) -> Result<Column, EvalError> {
    let start = whole(&cell(args, 0, 0)).unwrap_or(1);
    let mut next = start;
    column(ty, rows, |row| {
        if restarts(args, 1, row) {
            next = start;
        }
        let number = next;
        next = next.wrapping_add(1);
        Value::Long(number)
    })
}

/// The cell some rows away, or the default beyond the ends.
fn neighbour(
    args: &[Column],
    ty: ScalarType,
    rows: usize,
    direction: i64,
) -> Result<Column, EvalError> {
    let offset = whole(&cell(args, 1, 0)).unwrap_or(1);
    column(ty, rows, |row| {
        let other = offset
            .checked_mul(direction)
            .and_then(|distance| distance.checked_add(row as i64))
            .and_then(|other| usize::try_from(other).ok())
            .filter(|other| *other < rows);
        match other {
            Some(other) => cell(args, 0, other),
            None => cell(args, 2, row),
        }
    })
}

fn row_cumsum(args: &[Column], ty: ScalarType, rows: usize) -> Result<Column, EvalError> {
    let mut sum = Value::Null;
    column(ty, rows, |row| {
        if restarts(args, 1, row) {
            sum = Value::Null;
        }
        sum = add(&sum, &cell(args, 0, row));
        match sum {
            Value::Null => Value::Long(0),
            ref sum => sum.clone(),
        }
    })
}

/// The sum of two numbers or timespans; null adds nothing.
fn add(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => other.clone(),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => Value::TimeSpan(a.wrapping_add(*b)),
        (Value::Real(a), Value::Real(b)) => Value::Real(a + b),
        (Value::Decimal(a), Value::Decimal(b)) => {
            a.checked_add(*b).map_or(Value::Null, Value::Decimal)
        }
        (a, b) => match (whole(a), whole(b)) {
            (Some(a), Some(b)) => Value::Long(a.wrapping_add(b)),
            _ => Value::Null,
        },
    }
}

/// Rank without gaps: one more whenever the value changes.
fn row_rank_dense(args: &[Column], ty: ScalarType, rows: usize) -> Result<Column, EvalError> {
    let mut rank = 0;
    column(ty, rows, |row| {
        if row == 0 || restarts(args, 1, row) {
            rank = 1;
        } else if changed(args, row) {
            rank += 1;
        }
        Value::Long(rank)
    })
}

/// Rank with gaps: the number of the first row that has the value.
fn row_rank_min(args: &[Column], ty: ScalarType, rows: usize) -> Result<Column, EvalError> {
    let (mut rank, mut number) = (0, 0);
    column(ty, rows, |row| {
        number += 1;
        if row == 0 || restarts(args, 1, row) {
            (rank, number) = (1, 1);
        } else if changed(args, row) {
            rank = number;
        }
        Value::Long(rank)
    })
}

fn changed(args: &[Column], row: usize) -> bool {
    let before = cell(args, 0, row - 1);
    compare(&before, &cell(args, 0, row)) != Ordering::Equal
}

/// Start of the session a datetime belongs to. A session ends where a value is `args[1]` or more after
/// its start or `args[2]` or more after the value before, behind a null, and where `args[3]` is true.
fn row_window_session(args: &[Column], ty: ScalarType, rows: usize) -> Result<Column, EvalError> {
    let sessions = sessions(args, rows)?;
    column(ty, rows, |row| match sessions.get(row) {
        Some(Some(one)) => Value::DateTime(one.start),
        _ => Value::Null,
    })
}

/// The session of a row.
pub(super) struct Session {
    /// When it starts.
    start: i64,
    /// The row from which on it follows where sessions start: none of those before matters.
    pub since: usize,
}

/// The session of each row; `None` for a row without a time.
pub(super) fn sessions(args: &[Column], rows: usize) -> Result<Vec<Option<Session>>, EvalError> {
    let mut pace = Pace::default();
    let (mut start, mut before, mut since) = (None, None, 0);
    let mut of_row = |row: usize| {
        let Value::DateTime(time) = cell(args, 0, row) else {
            (start, before) = (None, None);
            return None;
        };
        let ends = |since: Option<i64>, limit: usize| match (since, cell(args, limit, row)) {
            (Some(since), Value::TimeSpan(limit)) => time.saturating_sub(since) >= limit,
            _ => true,
        };
        let apart = ends(before, 2) || restarts(args, 3, row);
        if apart {
            since = row;
        }
        if apart || ends(start, 1) {
            start = Some(time);
        }
        before = Some(time);
        start.map(|start| Session { start, since })
    };
    let all = (0..rows).map(|row| pace.row().map(|()| of_row(row)));
    all.collect()
}
