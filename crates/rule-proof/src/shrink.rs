//! Shrinks a log to fewest rows that still show something: halves, quarters, … are left out as long as it
//! shows (delta debugging). Deterministic; ends after a number of trials.

use std::ops::Range;

use kql_analysis::value::Value;

use crate::log::{Log, Row};

/// Most trials for a counter-example.
pub const MAX_TRIALS: usize = 1_500;
/// Rows up to which cells are emptied one by one.
const MAX_ROWS_BY_CELL: usize = 8;

/// A log of which no row can be left out, as far as the trials reach. `shows` must hold for `log`.
pub fn shrink(log: &Log, trials: usize, mut shows: impl FnMut(&Log) -> bool) -> Log {
    let mut kept: Vec<usize> = (0..log.rows()).collect();
    let mut size = kept.len();
    let mut left = trials;
    while kept.len() > 1 && left > 0 {
        let before = kept.len();
        size = size.div_ceil(2).min(before / 2);
        let mut start = 0;
        while start < kept.len() && kept.len() > size && left > 0 {
            left -= 1;
            let rest = without(&kept, start, size);
            match shows(&log.only(&rest)) {
                true => kept = rest,
                false => start += size,
            }
        }
        if size == 1 && kept.len() == before {
            break;
        }
    }
    log.only(&kept)
}

/// The log with every cell emptied that it can do without: whole columns, then single cells when the rows are
/// few. `shows` must hold for `log`.
pub fn empty_cells(log: &Log, trials: usize, mut shows: impl FnMut(&Log) -> bool) -> Log {
    let mut left = trials;
    let mut small = log.clone();
    let mut attempt = |small: &mut Log, sheet: usize, rows: Range<usize>, column: usize| {
        let mut tried = small.clone();
        let Some(target) = tried.sheets.get_mut(sheet) else {
            return;
        };
        let is_filled = |row: &Row| row.get(column).is_some_and(|cell| *cell != Value::Null);
        let filled = target.rows.get(rows.clone()).unwrap_or_default();
        if left == 0 || !filled.iter().any(is_filled) {
            return;
        }
        left -= 1;
        rows.for_each(|row| target.set(row, column, Value::Null));
        if shows(&tried) {
            *small = tried;
        }
    };
    let size = |log: &Log, sheet: usize| {
        let sheet = log.sheets.get(sheet);
        sheet.map_or((0, 0), |sheet| (sheet.rows.len(), sheet.columns.len()))
    };
    for sheet in 0..log.sheets.len() {
        let (rows, columns) = size(log, sheet);
        for column in 0..columns {
            attempt(&mut small, sheet, 0..rows, column);
        }
    }
    if log.rows() <= MAX_ROWS_BY_CELL {
        for sheet in 0..log.sheets.len() {
            let (rows, columns) = size(log, sheet);
            for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |one| (row, one))) {
                attempt(&mut small, sheet, row..row + 1, column);
            }
        }
    }
    small
}

fn without(kept: &[usize], start: usize, size: usize) -> Vec<usize> {
    let end = (start + size).min(kept.len());
    kept[..start].iter().chain(&kept[end..]).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kql_analysis::types::{ColumnSchema, ScalarType};

    use super::*;
    use crate::log::Sheet;

    fn log(rows: i64) -> Log {
        let columns = vec![ColumnSchema {
            name: "Number".to_owned(),
            ty: ScalarType::Long,
        }];
        let row = |number| Arc::new(vec![Value::Long(number)]);
        Log {
            sheets: vec![Sheet {
                table: "T".to_owned(),
                columns: Arc::new(columns),
                rows: (0..rows).map(row).collect(),
            }],
        }
    }

    fn numbers(log: &Log) -> Vec<Value> {
        log.sheets[0]
            .rows
            .iter()
            .map(|row| row[0].clone())
            .collect()
    }

    #[test]
    fn only_the_rows_that_matter_stay() {
        let needs = [Value::Long(3), Value::Long(77)];
        let shows = |log: &Log| needs.iter().all(|need| numbers(log).contains(need));
        let small = shrink(&log(100), MAX_TRIALS, shows);
        assert_eq!(numbers(&small), needs);
    }

    #[test]
    fn only_the_cells_that_matter_stay() {
        let shows = |log: &Log| numbers(log).contains(&Value::Long(3));
        let small = empty_cells(&log(5), MAX_TRIALS, shows);
        let kept = [
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Long(3),
            Value::Null,
        ];
        assert_eq!(numbers(&small), kept);
    }

    #[test]
    fn trials_are_bounded_and_what_is_left_still_shows() {
        let mut trials = 0;
        let many = |log: &Log| {
            trials += 1;
            log.rows() >= 40
        };
        let small = shrink(&log(1_000), 20, many);
        assert!(small.rows() >= 40);
        assert!(trials <= 20);
    }
}
