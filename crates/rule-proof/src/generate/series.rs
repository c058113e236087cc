//! Rows spread over bins of time with a level and a last bin that stands out, for rules that look at series.

use std::sync::Arc;

use audit_logs::generate::Random;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::bases::Base;
use super::pool::{Pool, chance, pick};
use crate::log::{Log, Row, Sheet, TIME_COLUMN};

/// Most rows of a made series.
const MAX_ROWS: usize = 1_200;
/// Most bins of a made series.
const MAX_BINS: i64 = 40;
/// Largest level of a bin.
const MAX_LEVEL: i64 = 60;
/// Columns in which two series differ, one after the other.
const MAX_COLUMNS: usize = 6;
/// Shortest bin.
const SHORTEST: i64 = 60 * TICKS_PER_SECOND;

impl Pool<'_> {
    /// Puts a series in the place of a sheet's rows; each row is a copy of one of them.
    pub fn make_series(&self, random: &mut Random, log: &mut Log, time: i64) {
        let timed = log.sheets.iter().enumerate();
        let timed = timed
            .filter(|(_, sheet)| !sheet.rows.is_empty() && sheet.column(TIME_COLUMN).is_some());
        let timed: Vec<usize> = timed.map(|(index, _)| index).collect();
        let Some(sheet) = pick(random, &timed).and_then(|index| log.sheets.get_mut(*index)) else {
            return;
        };
        let steps = self.steps();
        let step = pick(random, &steps)
            .copied()
            .unwrap_or(self.period / 4)
            .max(SHORTEST);
        let counts = self.counts(random, step);
        let ties = chance(random, 3);
        fill(random, sheet, (time, ties), (step, &counts));
    }

    /// Series with a bin that stands out, or two, among the newest bins, seen at the time of the base and at
    /// the start of a day, where bounds of time and of bins meet.
    pub fn every_series(&self, base: &Base) -> Vec<Base> {
        let level = self.highest_level();
        let day = base.time.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
        let mut made = Vec::new();
        for time in [day, base.time, day + TICKS_PER_DAY] {
            for special in [&[1][..], &[2], &[1, 2], &[0], &[3]] {
                for (low, high) in [(level + 1, 6 * level), (2 * level, 9 * level)] {
                    for step in self.steps() {
                        for ties in [false, true] {
                            let counts = (special, low, high);
                            made.extend(series_of(base, (time, ties), step, counts));
                        }
                    }
                }
            }
        }
        made
    }

    /// Two series beside one another that differ in a text and stand out in neighbouring bins, so that what a
    /// rule takes from all series together meets the rows of one.
    pub fn pairs_of_series(&self, base: &Base) -> Vec<Base> {
        let level = self.highest_level();
        let day = base.time.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
        let mut made = Vec::new();
        for time in [day, base.time] {
            for step in self.steps() {
                for column in self.texts_of_fullest(&base.log) {
                    for (one, other) in [(1, 2), (2, 1)] {
                        let of = |special: i64| (special, level + 1, 6 * level);
                        made.extend(self.two_series(
                            base,
                            (time, column),
                            step,
                            (of(one), of(other)),
                        ));
                    }
                }
            }
        }
        made
    }

    /// The largest number of the rules that a bin may have as many rows as.
    fn highest_level(&self) -> i64 {
        let levels = self.reading.numbers.iter().copied();
        let levels = levels.filter(|level| (1..=MAX_LEVEL).contains(level));
        levels.max().unwrap_or(10)
    }

    /// Columns of the fullest sheet with texts that decide something, first those of predicates and keys.
    fn texts_of_fullest(&self, log: &Log) -> Vec<usize> {
        let sheets = log.sheets.iter().enumerate();
        let Some((at, sheet)) = sheets.max_by_key(|(_, sheet)| sheet.rows.len()) else {
            return Vec::new();
        };
        let is_text = |column: &usize| {
            let schema = sheet.columns.get(*column);
            schema.map(|one| one.ty) == Some(ScalarType::String)
        };
        let mut columns: Vec<usize> = self.columns(log, at).into_iter().filter(is_text).collect();
        let is_strong = |column: &usize| {
            let interest = self.interest(sheet, *column);
            interest.is_some_and(|interest| interest.is_strong)
        };
        columns.sort_by_key(|column| !is_strong(column));
        columns.truncate(MAX_COLUMNS);
        columns
    }

    fn two_series(
        &self,
        base: &Base,
        (time, column): (i64, usize),
        step: i64,
        (one, other): ((i64, i64, i64), (i64, i64, i64)),
    ) -> Option<Base> {
        let of =
            |(special, low, high)| series_of(base, (time, false), step, (&[special], low, high));
        let (mut made, second) = (of(one)?, of(other)?);
        let fullest = |log: &Log| {
            let sheets = log.sheets.iter().enumerate();
            sheets
                .max_by_key(|(_, sheet)| sheet.rows.len())
                .map(|(at, _)| at)
        };
        let at = fullest(&second.log)?;
        let mut second = second.log.sheets.into_iter().nth(at)?;
        let cell = second.rows.first()?.get(column)?.clone();
        let value = self.other_value(&second, column, &cell);
        (0..second.rows.len()).for_each(|row| second.set(row, column, value.clone()));
        made.log.sheets.get_mut(at)?.rows.extend(second.rows);
        (value != cell).then_some(made)
    }

    /// Spans of the rules that a window holds a series of.
    fn steps(&self) -> Vec<i64> {
        let steps = self.reading.spans.iter().copied();
        let steps = steps
            .filter(|step| *step >= SHORTEST && (4..=MAX_BINS).contains(&(self.period / *step)));
        steps.collect()
    }

    /// Rows in each bin, the newest first.
    fn counts(&self, random: &mut Random, step: i64) -> Vec<i64> {
        let levels = self.reading.numbers.iter().copied();
        let levels: Vec<i64> = levels
            .filter(|level| (1..=MAX_LEVEL).contains(level))
            .collect();
        let known = match chance(random, 2) {
            true => pick(random, &levels).copied(),
            false => levels.last().copied(),
        };
        let level = match known {
            Some(level) if !chance(random, 3) => {
                level + [0, 1, 2, 6, level / 2, level][random.below(6) as usize]
            }
            _ => 1 + random.below(30) as i64,
        };
        // The bin that the window begins in is filled too: an empty one would stand out itself.
        let bins = (self.period / step + 1).clamp(2, MAX_BINS);
        let special = [1, 1, 0, 2][random.below(4) as usize];
        // A dip is seen on a high and even level only, because it pulls the baseline down with it.
        let is_dip = chance(random, 4);
        let level = if is_dip { 2 * level } else { level };
        let height = match random.below(3) {
            _ if is_dip => 1 + random.below(level.unsigned_abs() / 4 + 1) as i64,
            0 => level + 1 + random.below(12) as i64,
            _ => level * (2 + random.below(9) as i64),
        };
        let noise = if is_dip { 1 } else { 1 + random.below(4) };
        let count = |bin: i64, random: &mut Random| match bin == special {
            true => height,
            false => level + random.below(noise) as i64,
        };
        (0..bins).map(|bin| count(bin, random).max(0)).collect()
    }
}

/// The base with a series in the place of the rows of its fullest sheet.
fn series_of(
    base: &Base,
    (time, ties): (i64, bool),
    step: i64,
    (special, low, high): (&[i64], i64, i64),
) -> Option<Base> {
    let mut made = Base {
        log: base.log.clone(),
        time,
    };
    let sheets = made.log.sheets.iter_mut();
    let sheet = sheets.max_by_key(|sheet| sheet.rows.len())?;
    let counts = (0..MAX_BINS / 2).map(|bin| if special.contains(&bin) { high } else { low });
    let counts: Vec<i64> = counts.collect();
    fill(
        &mut Random::new(step.unsigned_abs()),
        sheet,
        (time, ties),
        (step, &counts),
    );
    Some(made)
}

/// Copies of the sheet's first row, in the bins before `time`; the first of each bin lie near its start, or with
/// ties all just there: rows of one bin at the same time tie wherever a rule looks for the latest.
fn fill(
    random: &mut Random,
    sheet: &mut Sheet,
    (time, ties): (i64, bool),
    (step, counts): (i64, &[i64]),
) {
    let (Some(column), Some(first)) = (sheet.column(TIME_COLUMN), sheet.rows.first().cloned())
    else {
        return;
    };
    let mut rows: Vec<Row> = Vec::new();
    for (bin, count) in (0..).zip(counts) {
        let start = (time.div_euclid(step) - bin) * step;
        for number in 0..*count {
            let spread = match number {
                _ if ties => 1,
                0 | 1 => step / 24,
                _ => step,
            };
            let offset = random.below(spread.unsigned_abs().max(1)) as i64;
            let mut row = Arc::clone(&first);
            if let Some(cell) = Arc::make_mut(&mut row).get_mut(column) {
                *cell = Value::DateTime(start + offset);
            }
            rows.push(row);
            if rows.len() >= MAX_ROWS {
                break;
            }
        }
    }
    sheet.rows = rows;
}
