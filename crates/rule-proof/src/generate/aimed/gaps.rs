//! Logs aimed at what a difference says about how far two rows lie apart, in time or in a number: rows that
//! follow one another, with a constant of the difference between them, and a little more and less.

use std::collections::BTreeSet;

use kql_analysis::types::ScalarType;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::change::{Rows, changed};
use crate::focus::Focus;
use crate::generate::bases::Base;
use crate::generate::candidates::{spans_of, whole_numbers};
use crate::generate::in_turn;
use crate::generate::pool::{Pool, text, typed, whole_of};
use crate::log::{Row, Sheet};

/// Neighbours of one log that are moved apart.
const MAX_NEIGHBOURS: usize = 6;
/// Spans of the query that are tried where a difference has no constant of its own.
const MAX_SPANS: usize = 2;
/// Texts of one column that two rows hold one after the other, and columns of which they are taken.
const MAX_TEXTS: usize = 4;
const MAX_COLUMNS: usize = 4;
/// Units that a number of `datetime_diff` may count.
const UNITS: [i64; 4] = [
    TICKS_PER_SECOND,
    60 * TICKS_PER_SECOND,
    3_600 * TICKS_PER_SECOND,
    TICKS_PER_DAY,
];

impl Pool<'_> {
    /// Rows of a column of the difference moved apart, as they follow one another and as new pairs.
    pub(super) fn apart(&self, base: &Base, focus: &Focus, at: (usize, usize)) -> Vec<Base> {
        let Some(sheet) = base.log.sheets.get(at.0) else {
            return Vec::new();
        };
        let gaps = match sheet.columns.get(at.1).map(|column| column.ty) {
            Some(ScalarType::DateTime) => self.gaps_of_time(focus),
            Some(ScalarType::Int | ScalarType::Long | ScalarType::Real) => gaps_of_numbers(focus),
            _ => return Vec::new(),
        };
        let mut bases = vec![base.clone()];
        bases.extend(self.pairs_of_texts(base, (at.0, Some(at.1))));
        let each = bases.iter().map(|base| neighbours_apart(base, at, &gaps));
        in_turn(each.collect())
    }

    /// Spans of the difference, or of the query where it has none, and its numbers as spans.
    fn gaps_of_time(&self, focus: &Focus) -> Vec<i64> {
        let numbers = whole_numbers(focus).into_iter();
        let counted = numbers.flat_map(|number| UNITS.map(|unit| number.saturating_mul(unit)));
        let counted = counted.filter(|gap| (1..=self.period).contains(gap));
        let is_span = |value: &Value| matches!(value, Value::TimeSpan(ticks) if *ticks > 0);
        let own = focus.values.iter().filter(|value| is_span(value)).count();
        let spans = spans_of(focus, self.reading).into_iter();
        let mut gaps: Vec<i64> = spans.take(own.max(MAX_SPANS)).collect();
        gaps.splice(own.min(gaps.len())..own.min(gaps.len()), counted);
        beside_each(&gaps, &[0, 1, -1, TICKS_PER_SECOND, -TICKS_PER_SECOND])
    }

    /// Pairs of rows that hold two constants of a column, in the sheets of the difference.
    pub(super) fn of_two_kinds(&self, base: &Base, columns: &[(usize, usize)]) -> Vec<Base> {
        let sheets: BTreeSet<usize> = columns.iter().map(|(sheet, _)| *sheet).collect();
        let each = sheets.into_iter();
        in_turn(
            each.map(|sheet| self.pairs_of_texts(base, (sheet, None)))
                .collect(),
        )
    }

    /// Two rows in the place of a sheet's rows that hold one constant of a column after another; not of the
    /// column that is given.
    fn pairs_of_texts(&self, base: &Base, at: (usize, Option<usize>)) -> Vec<Base> {
        let Some((sheet, first)) = base.log.sheets.get(at.0).and_then(with_first) else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for column in self.columns(&base.log, at.0) {
            let name = sheet.columns.get(column).map(|column| column.name.as_str());
            let texts = self.constants(sheet, column).into_iter();
            let natural = texts.filter(|one| {
                self.carrying.is_natural(one, name.unwrap_or_default()) && !one.is_empty()
            });
            let texts: Vec<Value> = natural.take(MAX_TEXTS).map(|one| text(&one)).collect();
            if texts.len() > 1 && pairs.len() < MAX_COLUMNS && Some(column) != at.1 {
                pairs.push(in_order(base, (at.0, column), first, &texts));
            }
        }
        in_turn(pairs)
    }
}

fn with_first(sheet: &Sheet) -> Option<(&Sheet, &Row)> {
    Some((sheet, sheet.rows.first()?))
}

/// Two copies of a row with each text of a column before each other one.
fn in_order(base: &Base, at: (usize, usize), row: &Row, texts: &[Value]) -> Vec<Base> {
    let pairs = texts.iter().flat_map(|one| {
        let others = texts.iter().filter(move |other| *other != one);
        others.map(move |other| (one, other))
    });
    let logs = pairs.filter_map(|(one, other)| {
        let mut made = base.clone();
        made.log.sheets.get_mut(at.0)?.rows = vec![row.clone(); 2];
        let made = changed(&made, at, Rows::All, &|_| other.clone()).unwrap_or(made);
        Some(changed(&made, at, Rows::One(0), &|_| one.clone()).unwrap_or(made))
    });
    logs.collect()
}

/// Whole numbers of a difference, and those beside them, up and down: what follows in time need not be more.
fn gaps_of_numbers(focus: &Focus) -> Vec<i64> {
    let numbers = whole_numbers(focus).into_iter();
    let both: Vec<i64> = numbers
        .flat_map(|number| [number, number.saturating_neg()])
        .collect();
    beside_each(&both, &[0, 1, -1])
}

fn beside_each(gaps: &[i64], near: &[i64]) -> Vec<i64> {
    let beside = gaps.iter();
    let beside = beside.flat_map(|gap| near.iter().map(|near| gap.saturating_add(*near)));
    let mut seen = BTreeSet::from([0]);
    beside.filter(|gap| seen.insert(*gap)).collect()
}

/// The base with each two neighbours of a column so far apart. The later row stays, so that it does not leave
/// the window, and what is before the earlier one goes with it.
fn neighbours_apart(base: &Base, at: (usize, usize), gaps: &[i64]) -> Vec<Base> {
    let Some(sheet) = base.log.sheets.get(at.0) else {
        return Vec::new();
    };
    let mut rows: Vec<(i64, usize)> = (0..sheet.rows.len())
        .filter_map(|row| Some((number_at(sheet, (row, at.1))?, row)))
        .collect();
    rows.sort_unstable();
    let places = 1..rows.len().min(MAX_NEIGHBOURS + 1);
    let each = places.map(|place| {
        let logs = gaps.iter().filter_map(|gap| {
            let (earlier, later) = rows.split_at_checked(place)?;
            let shift = later.first()?.0 - earlier.last()?.0 - gap;
            let mut made = base.clone();
            let sheet = made.log.sheets.get_mut(at.0)?;
            let ty = sheet.columns.get(at.1)?.ty;
            for (number, row) in earlier {
                sheet.set(*row, at.1, of_number(number.saturating_add(shift), ty));
            }
            Some(made)
        });
        logs.collect()
    });
    in_turn(each.collect())
}

fn number_at(sheet: &Sheet, (row, column): (usize, usize)) -> Option<i64> {
    match sheet.rows.get(row)?.get(column)? {
        Value::DateTime(ticks) => Some(*ticks),
        other => whole_of(other),
    }
}

fn of_number(number: i64, ty: ScalarType) -> Value {
    match ty {
        ScalarType::DateTime => Value::DateTime(number),
        ty => typed(number, ty),
    }
}
