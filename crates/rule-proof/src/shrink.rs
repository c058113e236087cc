//! Shrinks a log to fewest rows that still show something: halves, quarters, … are left out as long as it
//! shows (delta debugging). Deterministic; ends after a number of trials.

use crate::log::Log;

/// Most trials for a counter-example.
pub const MAX_TRIALS: usize = 1_500;

/// A log of which no row can be left out, as far as the trials reach. `shows` must hold for `log`.
pub fn shrink(log: &Log, trials: usize, mut shows: impl FnMut(&Log) -> bool) -> Log {
    let mut kept: Vec<usize> = (0..log.rows()).collect();
    let mut parts = 2;
    let mut left = trials;
    while kept.len() > 1 && left > 0 {
        let size = kept.len().div_ceil(parts);
        let found = (0..kept.len()).step_by(size).find_map(|start| {
            if left == 0 {
                return None;
            }
            left -= 1;
            let rest = without(&kept, start, size);
            shows(&log.only(&rest)).then_some(rest)
        });
        match found {
            Some(rest) => {
                kept = rest;
                parts = (parts - 1).max(2);
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(kept.len()),
        }
    }
    log.only(&kept)
}

fn without(kept: &[usize], start: usize, size: usize) -> Vec<usize> {
    let end = (start + size).min(kept.len());
    kept[..start].iter().chain(&kept[end..]).copied().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kql_analysis::value::Value;

    use super::*;
    use crate::log::Sheet;

    fn log(rows: i64) -> Log {
        let row = |number| Arc::new(vec![Value::Long(number)]);
        Log {
            sheets: vec![Sheet {
                table: "T".to_owned(),
                columns: Arc::new(Vec::new()),
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
