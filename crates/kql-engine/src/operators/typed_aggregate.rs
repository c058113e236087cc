//! Aggregates over typed cells, and rows that aggregates need not see.
//!
//! They give what the accumulators give; what they do not cover is left to them.

use kql_analysis::plan::AggregateCall;
use kql_analysis::types::ScalarType;

use crate::column::Column;
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
        ("min", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new < old),
        ("max", [cells]) => extremes(call, cells, group_of_row, groups, |new, old| new > old),
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
