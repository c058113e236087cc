//! `sort` and `top`: stable, with each key's direction and place of nulls.

use std::cmp::Ordering;
use std::sync::Arc;

use kql_analysis::order::compare;
use kql_analysis::plan::{Expr, Plan, SortKey};
use kql_analysis::value::{Items, Value};

use super::{Runner, select};
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Links;
use crate::interrupt::{self, Pace};
use crate::room::VALUE_BYTES;
use crate::table::Table;

/// Rows that are sorted before they are merged with others.
const SORTED_AT_ONCE: usize = 1 << 13;

/// All rows in the order of the keys; rows of equal keys stay in order.
pub(super) fn sort(
    runner: &mut Runner<'_>,
    input: &Plan,
    keys: &[SortKey],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let rows = order(runner, &table, keys)?;
    runner.note(|trace| trace.link(0, Links::One(rows.clone())));
    Ok(table.take(&rows))
}

/// The first rows in the order of the keys.
pub(super) fn top(
    runner: &mut Runner<'_>,
    input: &Plan,
    count: &Expr,
    keys: &[SortKey],
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let count = select::row_count(runner, count)?;
    let rows = first_in_order(runner, &table, keys, count)?;
    runner.note(|trace| trace.link(0, Links::One(rows.clone())));
    Ok(table.take(&rows))
}

/// The rows in the order of the keys.
pub(super) fn order(
    runner: &mut Runner<'_>,
    table: &Table,
    keys: &[SortKey],
) -> Result<Vec<u32>, EvalError> {
    first_in_order(runner, table, keys, usize::MAX)
}

/// The first rows in the order of the keys, at most so many.
fn first_in_order(
    runner: &mut Runner<'_>,
    table: &Table,
    keys: &[SortKey],
    most: usize,
) -> Result<Vec<u32>, EvalError> {
    runner
        .room()
        .check(table.rows().saturating_mul(keys.len() * VALUE_BYTES))?;
    let mut cells = Vec::with_capacity(keys.len());
    for key in keys {
        cells.push(Cells::of(&runner.column(&key.expr, table)?)?);
        interrupt::check()?;
    }
    sorted(table.rows(), most, |left, right| {
        let orders = keys.iter().zip(&cells);
        let orders = orders.map(|(key, cells)| cells.compare(key, left, right));
        orders.fold(Ordering::Equal, Ordering::then)
    })
}

/// The cells that rows are ordered by.
enum Cells {
    /// Numbers in the order of the values, none of which is null.
    Numbers(Vec<i64>),
    Values(Items),
}

impl Cells {
    fn of(column: &Column) -> Result<Self, EvalError> {
        Ok(match (column.wholes(), column.texts()) {
            (Some(wholes), _) => Self::Numbers(wholes.to_vec()),
            (None, Some((codes, texts))) if texts.len() / 4 <= codes.len() => {
                let rank_of_code = ranks(texts)?;
                let mut ranks = Vec::with_capacity(codes.len());
                codes.for_each(|code| {
                    ranks.push(rank_of_code.get(code as usize).copied().unwrap_or_default());
                });
                Self::Numbers(ranks)
            }
            _ => Self::Values(column.iter().collect()),
        })
    }

    fn compare(&self, key: &SortKey, left: u32, right: u32) -> Ordering {
        let (left, right) = (left as usize, right as usize);
        match self {
            Self::Numbers(numbers) => {
                let order = numbers.get(left).cmp(&numbers.get(right));
                match key.descending {
                    true => order.reverse(),
                    false => order,
                }
            }
            Self::Values(values) => {
                let cell = |row: usize| values.get(row).unwrap_or(&Value::Null);
                compare_cells(key, cell(left), cell(right))
            }
        }
    }
}

/// The place of each text in the order of all; equal texts have one place.
fn ranks(texts: &[Arc<str>]) -> Result<Vec<i64>, EvalError> {
    let texts_of_codes: Vec<(&str, usize)> = texts.iter().map(Arc::as_ref).zip(0..).collect();
    let in_order = in_order(texts_of_codes, usize::MAX, |a, b| a.0.cmp(b.0))?;
    let mut ranks = vec![0; texts.len()];
    for (rank, same) in (0..).zip(in_order.chunk_by(|a, b| a.0 == b.0)) {
        for (_, code) in same {
            if let Some(slot) = ranks.get_mut(*code) {
                *slot = rank;
            }
        }
    }
    Ok(ranks)
}

/// Rows in order, equal ones as they stand, at most so many.
pub(crate) fn sorted(
    rows: usize,
    most: usize,
    compare: impl Fn(u32, u32) -> Ordering,
) -> Result<Vec<u32>, EvalError> {
    let rows = (0..rows as u32).collect();
    in_order(rows, most, |left, right| compare(*left, *right))
}

/// Items in order, equal ones as they stand, at most so many. Short stretches are sorted and merged, so that
/// a long sort can be ended.
pub(crate) fn in_order<T: Copy>(
    items: Vec<T>,
    most: usize,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Result<Vec<T>, EvalError> {
    let mut stretches = Vec::new();
    for stretch in items.chunks(SORTED_AT_ONCE) {
        interrupt::check()?;
        let mut stretch = stretch.to_vec();
        stretch.sort_by(&compare);
        stretch.truncate(most);
        stretches.push(stretch);
    }
    while stretches.len() > 1 {
        let mut merged = Vec::with_capacity(stretches.len().div_ceil(2));
        let mut left = stretches.into_iter();
        while let Some(first) = left.next() {
            merged.push(match left.next() {
                Some(second) => merge(first, second, most, &compare)?,
                None => first,
            });
        }
        stretches = merged;
    }
    Ok(stretches.pop().unwrap_or_default())
}

/// The first rows of two sorted stretches; of equal ones those of the first stretch come first.
fn merge<T: Copy>(
    mut first: Vec<T>,
    second: Vec<T>,
    most: usize,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Result<Vec<T>, EvalError> {
    let apart = first.last().zip(second.first());
    if apart.is_none_or(|(last, next)| compare(last, next).is_le()) {
        first.extend(second);
        first.truncate(most);
        return Ok(first);
    }
    let wanted = most.min(first.len() + second.len());
    let mut merged = Vec::with_capacity(wanted);
    let (mut first, mut second) = (first.into_iter().peekable(), second.into_iter().peekable());
    let mut pace = Pace::default();
    while merged.len() < wanted {
        pace.row()?;
        let next = match (first.peek(), second.peek()) {
            (Some(left), Some(right)) if compare(left, right).is_gt() => second.next(),
            (None, _) => second.next(),
            _ => first.next(),
        };
        merged.extend(next);
    }
    Ok(merged)
}

fn compare_cells(key: &SortKey, left: &Value, right: &Value) -> Ordering {
    let null = |value: &Value| matches!(value, Value::Null);
    match (null(left), null(right)) {
        (true, true) => Ordering::Equal,
        (true, false) if key.nulls_first => Ordering::Less,
        (true, false) => Ordering::Greater,
        (false, true) if key.nulls_first => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) if key.descending => compare(right, left),
        (false, false) => compare(left, right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn rows_are_sorted_and_equal_ones_stay(keys in proptest::collection::vec(0..50u8, 0..40_000), most in 0..50_000usize) {
            let key = |row: u32| keys.get(row as usize);
            let mut expected: Vec<u32> = (0..keys.len() as u32).collect();
            expected.sort_by_key(|row| key(*row));
            expected.truncate(most);
            let found = sorted(keys.len(), most, |left, right| key(left).cmp(&key(right)));
            prop_assert_eq!(found.unwrap_or_default(), expected);
        }
    }
}
