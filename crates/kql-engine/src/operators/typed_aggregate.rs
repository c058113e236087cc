//! Aggregates over typed cells, and rows that aggregates need not see.
//!
//! They give what the accumulators give; what they do not cover is left to them.

use std::cmp::Ordering;
use std::sync::Arc;

use kql_analysis::plan::AggregateCall;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use crate::aggregates::LARGEST_COLLECTION;
use crate::column::{Column, NO_ROW};
use crate::key::Groups;

/// The result of an aggregate, one cell per group; `None` when its accumulators have to be asked.
pub(super) fn column(
    call: &AggregateCall,
    args: &[Column],
    group_of_row: &[u32],
    groups: usize,
) -> Option<Column> {
    match (call.aggregate.name, args) {
        ("count", []) => Some(counts(group_of_row, groups)),
        ("min", [cells]) if cells.texts().is_some() => {
            extreme_texts(cells, group_of_row, groups, Ordering::Less)
        }
        ("max", [cells]) if cells.texts().is_some() => {
            extreme_texts(cells, group_of_row, groups, Ordering::Greater)
        }
        ("min", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new < old),
        ("max", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new > old),
        ("make_set" | "makeset", [cells]) => sets(cells, group_of_row, groups, usize::MAX),
        ("make_set" | "makeset", [cells, size]) => {
            let Some(Value::Long(size)) = size.as_constant() else {
                return None;
            };
            sets(cells, group_of_row, groups, usize::try_from(*size).ok()?)
        }
        _ => None,
    }
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

/// The first of the least or greatest texts of each group.
fn extreme_texts(
    cells: &Column,
    group_of_row: &[u32],
    groups: usize,
    wanted: Ordering,
) -> Option<Column> {
    let (codes, texts) = cells.texts()?;
    let text = |row: u32| texts.get(codes.get(row as usize)? as usize);
    let mut best = vec![NO_ROW; groups];
    for row in first_of_each(cells, group_of_row) {
        let group = group_of_row.get(row as usize)?;
        let best = best.get_mut(*group as usize)?;
        if *best == NO_ROW || text(row)?.cmp(text(*best)?) == wanted {
            *best = row;
        }
    }
    // Without a row there is no text, and that is not the empty one.
    (!best.contains(&NO_ROW)).then(|| cells.take(&best))
}

/// The different texts of each group in order of first appearance.
fn sets(cells: &Column, group_of_row: &[u32], groups: usize, size: usize) -> Option<Column> {
    let (codes, texts) = cells.texts()?;
    let mut sets: Vec<Vec<Value>> = vec![Vec::new(); groups];
    for row in first_of_each(cells, group_of_row) {
        let text = texts.get(codes.get(row as usize)? as usize)?;
        let set = sets.get_mut(*group_of_row.get(row as usize)? as usize)?;
        if set.len() < size.min(LARGEST_COLLECTION) {
            set.push(Value::String(Arc::clone(text)));
        }
    }
    let sets = sets.into_iter().map(|set| Value::Array(Arc::new(set)));
    Some(Column::from_values(ScalarType::Dynamic, sets))
}

/// The first row of each group and value.
fn first_of_each(cells: &Column, group_of_row: &[u32]) -> Vec<u32> {
    let groups = Groups::of(std::slice::from_ref(cells), group_of_row.len());
    groups.and(&Groups::of_numbers(group_of_row)).first_rows
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
    let is_cheap = |column: &Column| column.texts().is_some() || column.as_constant().is_some();
    if !repeats_are_no_news || args.is_empty() || !args.iter().all(is_cheap) {
        return None;
    }
    let groups = Groups::of(args, group_of_row.len());
    Some(groups.and(&Groups::of_numbers(group_of_row)).first_rows)
}
