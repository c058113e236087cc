//! Aggregates over typed cells, and rows that aggregates need not see.
//!
//! They give what the accumulators give; what they do not cover is left to them.

use std::cmp::Ordering;

use kql_analysis::plan::AggregateCall;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::aggregates::LARGEST_COLLECTION;
use crate::column::{Column, NO_ROW};
use crate::key::Groups;
use crate::lists::Lists;

/// The result columns of an aggregate, one cell per group; `None` when its accumulators have to be asked.
pub(super) fn columns(
    call: &AggregateCall,
    args: &[Column],
    group_of_row: &[u32],
    groups: usize,
) -> Option<Vec<Column>> {
    let one = match (call.aggregate.name, args) {
        ("count", []) => Some(counts(group_of_row, groups)),
        ("min", [cells]) if cells.texts().is_some() => {
            extreme_texts(cells, group_of_row, groups, Ordering::Less)
        }
        ("max", [cells]) if cells.texts().is_some() => {
            extreme_texts(cells, group_of_row, groups, Ordering::Greater)
        }
        ("min", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new < old),
        ("max", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new > old),
        ("make_set" | "makeset", [cells, size @ ..]) => {
            let lists = lists(cells, group_of_row, groups)?;
            Some(Column::from_lists(lists.distinct(limit(size)?)))
        }
        ("make_list" | "makelist", [cells, size @ ..]) => {
            let lists = lists(cells, group_of_row, groups)?;
            Some(Column::from_lists(lists.first(limit(size)?)))
        }
        ("dcount" | "count_distinct", [cells, ..]) => {
            distinct_counts(&lists(cells, group_of_row, groups)?)
        }
        ("arg_max" | "argmax", [by, ..]) => {
            let rows = extreme_rows(by, group_of_row, groups, |new, old| new > old)?;
            return chosen(call, args, &rows);
        }
        ("arg_min" | "argmin", [by, ..]) => {
            let rows = extreme_rows(by, group_of_row, groups, |new, old| new < old)?;
            return chosen(call, args, &rows);
        }
        _ => None,
    };
    one.map(|column| vec![column])
}

fn counts(group_of_row: &[u32], groups: usize) -> Column {
    let mut counts = vec![Some(0); groups];
    for group in group_of_row {
        if let Some(Some(count)) = counts.get_mut(*group as usize) {
            *count += 1;
        }
    }
    Column::from_wholes(ScalarType::Long, &counts)
}

/// The best whole number, time or duration of each group.
fn extremes(
    call: &AggregateCall,
    cells: &Column,
    group_of_row: &[u32],
    groups: usize,
    better: impl Fn(i64, i64) -> bool,
) -> Option<Column> {
    let wholes = cells.wholes()?;
    if call.types.as_slice() != [cells.ty()] {
        return None;
    }
    let mut best: Vec<Option<i64>> = vec![None; groups];
    for (cell, group) in wholes.iter().zip(group_of_row) {
        if let Some(best) = best.get_mut(*group as usize)
            && best.is_none_or(|best| better(*cell, best))
        {
            *best = Some(*cell);
        }
    }
    Some(Column::from_wholes(cells.ty(), &best))
}

/// The row of each group with the best whole number, time or duration, the first of equals; a group
/// without rows has none.
fn extreme_rows(
    by: &Column,
    group_of_row: &[u32],
    groups: usize,
    better: impl Fn(i64, i64) -> bool,
) -> Option<Vec<u32>> {
    let wholes = by.wholes()?;
    let mut best = vec![NO_ROW; groups];
    for ((row, cell), group) in (0..).zip(wholes).zip(group_of_row) {
        if let Some(best) = best.get_mut(*group as usize)
            && wholes
                .get(*best as usize)
                .is_none_or(|best| better(*cell, *best))
        {
            *best = row;
        }
    }
    Some(best)
}

/// The cells of the chosen rows; `None` when a column is of another type than the result.
fn chosen(call: &AggregateCall, args: &[Column], rows: &[u32]) -> Option<Vec<Column>> {
    let cells = args.get(..call.types.len())?.iter().zip(&call.types);
    cells
        .map(|(column, ty)| (column.ty() == *ty).then(|| column.take(rows)))
        .collect()
}

/// The first of the least or greatest texts of each group.
fn extreme_texts(
    cells: &Column,
    group_of_row: &[u32],
    groups: usize,
    wanted: Ordering,
) -> Option<Column> {
    let (codes, texts) = cells.texts()?;
    let mut best: Vec<Option<(u32, u32)>> = vec![None; groups];
    let mut group_of = (0..).zip(group_of_row);
    codes.for_each(|code| {
        let Some((row, group)) = group_of.next() else {
            return;
        };
        let Some(best) = best.get_mut(*group as usize) else {
            return;
        };
        let is_better = |known: u32| {
            let [new, old] = [code, known].map(|code| texts.get(code as usize));
            code != known && new.cmp(&old) == wanted
        };
        if best.is_none_or(|(_, known)| is_better(known)) {
            *best = Some((row, code));
        }
    });
    // Without a row there is no text, and that is not the empty one.
    let rows = best.into_iter().map(|best| best.map(|(row, _)| row));
    Some(cells.take(&rows.collect::<Option<Vec<u32>>>()?))
}

/// The texts of each group.
fn lists(cells: &Column, group_of_row: &[u32], groups: usize) -> Option<Lists> {
    let (codes, texts) = cells.dictionary()?;
    Some(Lists::of_groups(&codes, texts, group_of_row, groups))
}

/// The size that a call names for its collections; `None` when it differs from row to row.
fn limit(size: &[Column]) -> Option<usize> {
    match size {
        [] => Some(LARGEST_COLLECTION),
        [size, ..] => match size.as_constant()? {
            Value::Long(size) => Some(usize::try_from(*size).ok()?.min(LARGEST_COLLECTION)),
            _ => None,
        },
    }
}

/// The number of different texts of each group; `None` when there may be more than are counted.
fn distinct_counts(lists: &Lists) -> Option<Column> {
    let sets = lists.distinct(LARGEST_COLLECTION);
    let counts = (0..sets.len()).map(|group| sets.elements(group));
    let counts = counts.map(|count| (count < LARGEST_COLLECTION).then_some(Some(count as i64)));
    let counts: Option<Vec<Option<i64>>> = counts.collect();
    Some(Column::from_wholes(ScalarType::Long, &counts?))
}

/// The rows that change the result of an aggregate for which a repeated value is no news: the first of
/// each group and value. `None` when all rows count, or when that is not cheap to say.
pub(super) fn rows_that_count(
    call: &AggregateCall,
    args: &[Column],
    group_of_row: &[u32],
) -> Option<Vec<u32>> {
    let repeats_are_no_news = matches!(
        call.aggregate.name,
        "make_set" | "makeset" | "dcount" | "count_distinct" | "min" | "max" | "hll"
    );
    let is_cheap = |column: &Column| {
        column.texts().is_some() || column.id_numbers().is_some() || column.as_constant().is_some()
    };
    if !repeats_are_no_news || args.is_empty() || !args.iter().all(is_cheap) {
        return None;
    }
    let groups = Groups::of(args, group_of_row.len());
    Some(groups.and(&Groups::of_numbers(group_of_row)).first_rows)
}
