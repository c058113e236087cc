//! Calls over whole columns of typed cells, which box no cell. They give what the kernels give; what they
//! do not cover is left to them.

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::call::{repeated, truths_of_texts};
use crate::builder::ColumnBuilder;
use crate::column::Column;
use crate::functions::TextTest;

/// The column of a call; `None` when its kernel has to be asked row by row.
pub(super) fn call(name: &str, args: &[Column], ty: ScalarType) -> Option<Column> {
    match (name, args) {
        ("and", [left, right]) => truths([left, right], |left, right| left & right),
        ("or", [left, right]) => truths([left, right], |left, right| left | right),
        ("not", [only]) => Some(Column::from_truths(
            only.truths()?.iter().map(|truth| !truth).collect(),
        )),
        ("==", [left, right]) => against(left, right, true),
        ("!=", [left, right]) => against(left, right, false),
        ("<", [left, right]) => ordered(left, right, |a, b| a < b, |a, b| a < b),
        ("<=", [left, right]) => ordered(left, right, |a, b| a <= b, |a, b| a <= b),
        (">", [left, right]) => ordered(left, right, |a, b| a > b, |a, b| a > b),
        (">=", [left, right]) => ordered(left, right, |a, b| a >= b, |a, b| a >= b),
        ("between", [cells, low, high]) => between(cells, low, high),
        ("bin" | "floor", [cells, size]) => binned(cells, size, ty),
        ("isempty" | "isnull", [only]) => only.wholes().map(|_| all(false, only)),
        ("isnotempty" | "isnotnull", [only]) => only.wholes().map(|_| all(true, only)),
        ("iff" | "iif", [condition, yes, no]) if ty == ScalarType::String => {
            chosen(condition, yes, no)
        }
        _ => None,
    }
}

/// A test of the texts of a column for a constant one; `None` also when the run is to end.
pub(super) fn tested(test: TextTest, args: &[Column]) -> Option<Column> {
    let [column, needle] = args else {
        return None;
    };
    let Value::String(needle) = needle.as_constant()? else {
        return None;
    };
    let (codes, texts) = repeated(column)?;
    truths_of_texts(codes, texts, |text| Some(test.holds(text, needle)))
}

/// The same truth value for each cell of a column.
fn all(truth: bool, column: &Column) -> Column {
    Column::from_truths(vec![truth; column.len()])
}

fn truths([left, right]: [&Column; 2], join: fn(bool, bool) -> bool) -> Option<Column> {
    let pairs = left.truths()?.iter().zip(right.truths()?);
    Some(Column::from_truths(
        pairs.map(|(left, right)| join(*left, *right)).collect(),
    ))
}

/// Truth values that are equal to a constant one, or that are not.
fn against(left: &Column, right: &Column, equal: bool) -> Option<Column> {
    let Value::Bool(truth) = right.as_constant()? else {
        return None;
    };
    let wanted = *truth == equal;
    let truths = left.truths()?.iter();
    Some(Column::from_truths(
        truths.map(|truth| *truth == wanted).collect(),
    ))
}

/// Whole numbers, times or durations against a constant of the same type, or reals against a number.
fn ordered(
    left: &Column,
    right: &Column,
    holds: impl Fn(i64, i64) -> bool,
    holds_of_reals: impl Fn(f64, f64) -> bool,
) -> Option<Column> {
    if left.ty() == ScalarType::Real {
        let bound = match right.as_constant()? {
            Value::Real(bound) => *bound,
            Value::Long(bound) => *bound as f64,
            Value::Int(bound) => f64::from(*bound),
            _ => return None,
        };
        let cells = left.reals()?.iter();
        let truths = cells.map(|cell| holds_of_reals(*cell, bound));
        return Some(Column::from_truths(truths.collect()));
    }
    let bound = match (left.ty(), right.as_constant()?) {
        (ScalarType::DateTime, Value::DateTime(bound)) => *bound,
        (ScalarType::TimeSpan, Value::TimeSpan(bound)) => *bound,
        (ScalarType::Long, Value::Long(bound)) => *bound,
        _ => return None,
    };
    let cells = left.wholes()?.iter();
    Some(Column::from_truths(
        cells.map(|cell| holds(*cell, bound)).collect(),
    ))
}

/// Times from a constant to another, both included.
fn between(cells: &Column, low: &Column, high: &Column) -> Option<Column> {
    let bounds = (cells.ty(), low.as_constant()?, high.as_constant()?);
    let (ScalarType::DateTime, Value::DateTime(low), Value::DateTime(high)) = bounds else {
        return None;
    };
    let cells = cells.wholes()?.iter();
    Some(Column::from_truths(
        cells.map(|cell| (low..=high).contains(&cell)).collect(),
    ))
}

/// Times rounded down to multiples of a duration.
fn binned(cells: &Column, size: &Column, ty: ScalarType) -> Option<Column> {
    let (ScalarType::DateTime, Value::TimeSpan(size)) = (cells.ty(), size.as_constant()?) else {
        return None;
    };
    let wholes = cells.wholes()?;
    if *size <= 0 || ty != ScalarType::DateTime || wholes.iter().any(|cell| *cell < 0) {
        return None;
    }
    let floors = wholes.iter().map(|cell| cell - cell % size);
    Some(Column::from_whole_cells(ty, floors.collect()))
}

/// The texts of one column or the other.
fn chosen(condition: &Column, yes: &Column, no: &Column) -> Option<Column> {
    let truths = condition.truths()?;
    (yes.texts().is_some() && no.texts().is_some()).then_some(())?;
    let mut both = ColumnBuilder::new(ScalarType::String);
    both.extend_in_run(yes).ok()?;
    both.extend_in_run(no).ok()?;
    let rows = truths.len() as u32;
    let places = (0..).zip(truths);
    let places: Vec<u32> = places
        .map(|(row, yes)| if *yes { row } else { row + rows })
        .collect();
    Some(both.finish().take(&places))
}
