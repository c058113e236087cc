//! Values for a cell that tell apart what two rules ask of a column: the constants of both and what is just
//! beside them, bounds and bins of time, empty against filled, other letter case, a word inside a longer one.

use std::collections::BTreeSet;

use kql_analysis::types::ScalarType;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};

use super::bases::Base;
use super::captures::with_captured;
use super::pool::{
    ADDRESSES, Pool, addressed, swap_case, text, text_of, typed, whole_of, with_matched,
};
use super::texts::{begun, beside, inside, of_two, other_text, with_segments};
use crate::focus::Focus;
use crate::log::{Log, Sheet};
use crate::reading::Reading;

/// What is put before a constant in a bag, for a text that only ends in it.
const BESIDE: &str = "x";
/// Constants of one column whose neighbours are tried.
const MAX_CONSTANTS: usize = 10;
/// Texts of the other sides of joins that are tried.
const MAX_MET: usize = 4;
/// Texts near single constants that are put in place of the beginning of another one.
const MAX_LEADING: usize = 20;
/// Spans of a query beside those of the difference.
const MAX_SPANS: usize = 6;

impl Pool<'_> {
    /// Values for a column of a base, those of the difference first.
    pub(super) fn candidates(&self, base: &Base, focus: &Focus, at: (usize, usize)) -> Vec<Value> {
        let Some(sheet) = base.log.sheets.get(at.0) else {
            return Vec::new();
        };
        let Some(schema) = sheet.columns.get(at.1) else {
            return Vec::new();
        };
        let mut values = match schema.ty {
            ScalarType::String | ScalarType::Guid => self.texts(&base.log, (sheet, at.1), focus),
            ScalarType::DateTime => self.times(base, focus),
            ScalarType::Bool => vec![Value::Bool(true), Value::Bool(false), Value::Null],
            ScalarType::Int | ScalarType::Long | ScalarType::Real => {
                self.numbers_of(sheet, at.1, (focus, schema.ty))
            }
            _ => vec![Value::Null],
        };
        let texts = focus.values.iter().filter_map(text_of);
        let texts = texts.chain(self.constants(sheet, at.1));
        let texts = texts.flat_map(|text| [format!("{BESIDE}{text}"), text]);
        values.splice(0..0, self.bags((sheet, at.1), texts));
        let mut seen: Vec<Value> = Vec::new();
        values.retain(|value| {
            let is_new = !seen.contains(value);
            if is_new {
                seen.push(value.clone());
            }
            is_new
        });
        values
    }

    /// Bags with the properties that the rules read out of a column, filled with these texts and others.
    pub(super) fn bags(
        &self,
        (sheet, column): (&Sheet, usize),
        texts: impl Iterator<Item = String>,
    ) -> Vec<Value> {
        let source = Self::source(sheet, column);
        let paths = self.reading.paths.get(&source).into_iter().flatten();
        let ty = sheet.columns.get(column).map(|schema| schema.ty);
        // The names of the properties stand beside the column too, and are no values of it.
        let names: BTreeSet<&str> = paths.clone().flatten().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        let texts = texts.filter(|text| {
            let is_name = names.contains(text.strip_prefix(BESIDE).unwrap_or(text));
            !is_name && seen.insert(text.clone())
        });
        let texts: Vec<String> = texts.take(MAX_CONSTANTS).collect();
        crate::paths::bags(paths, &texts, ty.unwrap_or(ScalarType::Dynamic))
    }

    fn texts(&self, log: &Log, (sheet, column): (&Sheet, usize), focus: &Focus) -> Vec<Value> {
        let name = sheet.columns.get(column).map(|column| column.name.as_str());
        let name = name.unwrap_or_default();
        let first = sheet.rows.first().and_then(|row| row.get(column));
        let here = first.and_then(text_of).unwrap_or_default();
        let of_focus = focus.values.iter().filter_map(text_of);
        let of_focus = of_focus.flat_map(with_matched);
        let of_focus = of_focus.map(|text| self.carrying.back_constant(&text, name));
        let mut constants: Vec<String> = of_focus.collect();
        let captured = [constants.clone(), self.written(sheet, column)].concat();
        // Two long patterns leave no room for others, but both are tried.
        let most = MAX_CONSTANTS.max(constants.len());
        for constant in self.constants(sheet, column) {
            if !constants.contains(&constant) {
                constants.push(constant);
            }
        }
        constants.truncate(most);
        let mut texts = vec![other_text(&here), String::new(), swap_case(&here)];
        if name == self.carrying.type_column() {
            texts.extend(self.other_types());
        }
        texts.extend(self.met(log, (sheet, column)));
        texts.extend(constants.iter().cloned());
        texts.extend(with_captured(&here, &captured));
        texts.extend(
            self.seen
                .get(&Self::source(sheet, column))
                .into_iter()
                .flatten()
                .cloned(),
        );
        let leading = constants.iter().flat_map(|constant| {
            let near = [constant.clone(), swap_case(constant)];
            near.into_iter()
                .chain([format!("{constant}x"), format!("x {constant}")])
        });
        let leading = leading.take(MAX_LEADING).chain(of_two(&constants));
        texts.extend(leading.filter_map(|text| begun(&here, &text)));
        texts.extend(constants.iter().flat_map(|constant| beside(constant)));
        texts.extend(of_two(&constants));
        texts.extend(
            constants
                .iter()
                .flat_map(|constant| inside(&here, constant)),
        );
        if here.contains("://") {
            let addresses = constants.iter().filter_map(|path| addressed(path, &here));
            texts.extend(addresses.flat_map(|address| {
                let mut ways = with_segments(&address);
                ways.extend([format!("{address}x"), address]);
                ways
            }));
        }
        texts.extend([here.to_uppercase(), here.to_lowercase()]);
        texts.extend(beside(&here));
        if here.parse::<std::net::IpAddr>().is_ok() {
            texts.extend(ADDRESSES.iter().map(|&address| address.to_owned()));
        }
        let natural = texts.into_iter();
        let natural = natural.filter(|text| self.carrying.is_natural(text, name));
        natural.map(|natural| text(&natural)).collect()
    }

    /// Texts of the columns that meet this one in a join, with which its rows would meet theirs.
    fn met(&self, log: &Log, (sheet, column): (&Sheet, usize)) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for partner in self.partners(sheet, column) {
            let tables = log.sheets.iter();
            for other in tables.filter(|other| other.table == partner.table) {
                let Some(column) = other.column(&partner.column) else {
                    continue;
                };
                let cells = other.rows.iter().filter_map(|row| row.get(column));
                for text in cells.filter_map(text_of).filter(|text| !text.is_empty()) {
                    if texts.len() < MAX_MET && !texts.contains(&text) {
                        texts.push(text);
                    }
                }
            }
        }
        texts
    }

    /// Times at the bounds that spans before the run give, and at the edges of bins.
    fn times(&self, base: &Base, focus: &Focus) -> Vec<Value> {
        let spans = spans_of(focus, self.reading);
        let mut times = Vec::new();
        let midnight = base.time.div_euclid(TICKS_PER_DAY) * TICKS_PER_DAY;
        for from in [base.time, midnight] {
            for span in spans.iter().copied().chain([0, self.period]) {
                let bound = from.saturating_sub(span);
                let near = [0, -1, 1, TICKS_PER_SECOND, -TICKS_PER_SECOND];
                times.extend(near.map(|near| bound.saturating_add(near)));
            }
        }
        for span in spans {
            let bin = (base.time - 1).div_euclid(span) * span;
            times.extend([bin, bin - 1, bin - span, bin + span / 2, bin - span / 2]);
        }
        let fixed = focus.values.iter().filter_map(|value| match value {
            Value::DateTime(ticks) => Some(*ticks),
            _ => None,
        });
        times.extend(fixed.flat_map(|ticks| [ticks, ticks - 1, ticks + 1]));
        times.into_iter().map(Value::DateTime).collect()
    }

    fn numbers_of(
        &self,
        sheet: &Sheet,
        column: usize,
        (focus, ty): (&Focus, ScalarType),
    ) -> Vec<Value> {
        let first = sheet.rows.first().and_then(|row| row.get(column));
        let here = first.and_then(whole_of).unwrap_or_default();
        let mut numbers = whole_numbers(focus);
        let own = self.interest(sheet, column).into_iter();
        numbers.extend(own.flat_map(|interest| interest.values.iter().filter_map(whole_of)));
        numbers.extend([here, 0]);
        let near = numbers
            .into_iter()
            .flat_map(|number| [number, number.saturating_sub(1), number.saturating_add(1)]);
        let typed = near.map(|number| typed(number, ty));
        typed.chain([Value::Null]).collect()
    }
}

/// Whole numbers of a difference.
pub(super) fn whole_numbers(focus: &Focus) -> Vec<i64> {
    let numbers = focus
        .values
        .iter()
        .filter(|value| !matches!(value, Value::Real(_)));
    numbers.filter_map(whole_of).collect()
}

/// Spans of a difference, and then some of the query, smallest first.
pub(super) fn spans_of(focus: &Focus, reading: &Reading) -> Vec<i64> {
    let own = focus.values.iter().filter_map(|value| match value {
        Value::TimeSpan(ticks) if *ticks > 0 => Some(*ticks),
        _ => None,
    });
    let mut spans: Vec<i64> = own.collect();
    for span in reading.spans.iter().take(MAX_SPANS) {
        if !spans.contains(span) {
            spans.push(*span);
        }
    }
    spans
}
