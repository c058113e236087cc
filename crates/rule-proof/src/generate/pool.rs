//! Values for cells: the constants of the rules with their near misses, times around the edges of windows,
//! values that stand elsewhere in the log.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use audit_logs::generate::Random;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{TICKS_PER_SECOND, Value};

use super::patterns::matched;
use crate::carry::{Carrying, OTHER_TYPES};
use crate::log::{Log, Sheet, TIME_COLUMN};
use crate::reading::{Interest, Reading, Source, Sources};

/// Addresses of every kind: public, private, loopback, link-local, of both versions.
pub(super) const ADDRESSES: [&str; 8] = [
    "203.0.113.7",
    "10.1.2.3",
    "172.16.5.4",
    "192.168.1.10",
    "127.0.0.1",
    "169.254.1.1",
    "2001:db8::7",
    "fe80::1",
];

/// Host of addresses that are made up.
const MADE_UP_HOST: &str = "https://made-up.example";

/// Kinds of other resources that are tried.
const MAX_OTHER_TYPES: usize = 3;

/// Attempts at a text that the carrying can carry.
const ATTEMPTS: usize = 4;

/// Texts of columns, each once, in the order of the logs.
pub(crate) type Seen = BTreeMap<Source, Vec<String>>;

/// Where values are taken from.
pub(super) struct Pool<'a> {
    pub reading: &'a Reading,
    pub carrying: &'a Carrying,
    /// Columns that differences between the rules are about.
    pub unlike: Sources,
    /// Texts that the tried logs have in a column.
    pub seen: Seen,
    /// Length of the window that a run reads, in ticks.
    pub period: i64,
}

/// A constant, and what it matches when it is a pattern.
pub(super) fn with_matched(constant: String) -> Vec<String> {
    let mut texts = matched(&constant);
    texts.insert(0, constant);
    texts
}

/// One of the items.
pub(super) fn pick<'i, T>(random: &mut Random, items: &'i [T]) -> Option<&'i T> {
    let place = random.below(items.len() as u64);
    items.get(usize::try_from(place).ok()?)
}

/// Whether something of a chance of one in `of` comes about.
pub(super) fn chance(random: &mut Random, of: u64) -> bool {
    random.below(of) == 0
}

impl Pool<'_> {
    pub fn source(sheet: &Sheet, column: usize) -> Source {
        let name = sheet.columns.get(column).map(|column| column.name.clone());
        Source {
            table: sheet.table.clone(),
            column: name.unwrap_or_default(),
        }
    }

    /// What the rules do with a column.
    pub fn interest(&self, sheet: &Sheet, column: usize) -> Option<&Interest> {
        self.reading.columns.get(&Self::source(sheet, column))
    }

    /// A value for a column of a log that is run at `time`.
    pub fn value(
        &self,
        random: &mut Random,
        log: &Log,
        (sheet, column): (&Sheet, usize),
        time: i64,
    ) -> Value {
        let Some(schema) = sheet.columns.get(column) else {
            return Value::Null;
        };
        match schema.ty {
            ScalarType::String | ScalarType::Guid => self.text(random, log, (sheet, column)),
            ScalarType::DateTime => self.time(random, log, (sheet, column), time),
            ScalarType::Bool => [Value::Bool(true), Value::Bool(false), Value::Null]
                [random.below(3) as usize]
                .clone(),
            ScalarType::Int | ScalarType::Long | ScalarType::Real => {
                self.number(random, (sheet, column), schema.ty)
            }
            _ => existing(random, sheet, column),
        }
    }

    fn text(&self, random: &mut Random, log: &Log, (sheet, column): (&Sheet, usize)) -> Value {
        let name = Self::source(sheet, column).column;
        for _ in 0..ATTEMPTS {
            let text = self.any_text(random, log, (sheet, column));
            if self.carrying.is_natural(&text, &name) {
                return Value::String(text.into());
            }
        }
        existing(random, sheet, column)
    }

    fn any_text(&self, random: &mut Random, log: &Log, (sheet, column): (&Sheet, usize)) -> String {
        let here = existing_text(random, sheet, column);
        if Self::source(sheet, column).column == self.carrying.type_column() && chance(random, 3) {
            let other: Vec<String> = self.other_types().collect();
            return pick(random, &other).cloned().unwrap_or(here);
        }
        let constants = self.constants(sheet, column);
        let constant = pick(random, &constants).cloned();
        if here.parse::<IpAddr>().is_ok() && chance(random, 3) {
            return pick(random, &ADDRESSES)
                .copied()
                .unwrap_or_default()
                .to_owned();
        }
        match (random.below(10), constant) {
            (0, _) => String::new(),
            (1, _) => self.joined(random, log, (sheet, column)).unwrap_or(here),
            (2, _) => format!("{}-{}", here, random.below(5)),
            (3, None) | (4, None) => swap_case(&here),
            (3..=5, Some(constant)) => near_miss(random, &constant, &here),
            (6 | 7, Some(constant)) if here.contains("://") => {
                let end = if chance(random, 2) { "x" } else { "" };
                let made = addressed(&constant, &here);
                made.map_or(constant, |address| address + end)
            }
            (6, Some(constant)) => near_miss(random, &constant, &here),
            (_, Some(constant)) => constant,
            (_, None) => format!("{here}{}", random.below(5)),
        }
    }

    /// The constants beside a column, as texts; of a pattern also what it matches.
    pub fn constants(&self, sheet: &Sheet, column: usize) -> Vec<String> {
        let name = Self::source(sheet, column).column;
        let texts = self.written(sheet, column).into_iter();
        texts
            .flat_map(with_matched)
            .map(|text| self.carrying.back_constant(&text, &name))
            .collect()
    }

    /// The constants beside a column, as they are written.
    pub fn written(&self, sheet: &Sheet, column: usize) -> Vec<String> {
        let values = self.interest(sheet, column);
        let values = values.into_iter().flat_map(|interest| &interest.values);
        values.filter_map(text_of).collect()
    }

    /// Kinds of resource of which rows are that neither rule is about.
    pub fn other_types(&self) -> impl Iterator<Item = String> {
        OTHER_TYPES
            .iter()
            .take(MAX_OTHER_TYPES)
            .map(|&one| one.to_owned())
    }

    /// Columns that meet one in a join.
    pub fn partners(&self, sheet: &Sheet, column: usize) -> Vec<&Source> {
        let own = Self::source(sheet, column);
        let pairs = self.reading.joined.iter();
        let partners = pairs.filter_map(|(one, other)| match () {
            () if *one == own => Some(other),
            () if *other == own => Some(one),
            () => None,
        });
        partners.collect()
    }

    /// A value of a column that meets this one in a join.
    fn joined(
        &self,
        random: &mut Random,
        log: &Log,
        (sheet, column): (&Sheet, usize),
    ) -> Option<String> {
        let partners = self.partners(sheet, column);
        let partner = pick(random, &partners)?;
        let sheet = log
            .sheets
            .iter()
            .find(|sheet| sheet.table == partner.table)?;
        let column = sheet.column(&partner.column)?;
        Some(existing_text(random, sheet, column))
    }

    /// A time: at an edge of a window of the rules, near another time of the log, or anywhere in the window.
    pub fn time(
        &self,
        random: &mut Random,
        log: &Log,
        (sheet, column): (&Sheet, usize),
        time: i64,
    ) -> Value {
        const HOUR: i64 = 3_600 * TICKS_PER_SECOND;
        let name = Self::source(sheet, column).column;
        let edge = [-TICKS_PER_SECOND, 0, TICKS_PER_SECOND][random.below(3) as usize];
        let spans: Vec<i64> = self
            .reading
            .spans
            .iter()
            .copied()
            .chain([self.period, 0])
            .collect();
        let span = pick(random, &spans).copied().unwrap_or(HOUR);
        let within = |random: &mut Random, span: i64| {
            i64::try_from(random.below(span.unsigned_abs().max(1))).unwrap_or_default()
        };
        let near = any_time(random, log).unwrap_or(time);
        let is_own = name == TIME_COLUMN;
        let ticks = match random.below(6) {
            0 if !is_own => return Value::Null,
            1 if !is_own => time.saturating_add(edge),
            2 if !is_own => near.saturating_add(within(random, time.saturating_sub(near))),
            3 if !is_own => time.saturating_add(within(random, span)),
            0 | 1 => time.saturating_sub(span).saturating_add(edge),
            2 => time
                .saturating_sub(span)
                .saturating_sub(within(random, span)),
            4 => near.saturating_add(edge),
            _ => time.saturating_sub(within(random, span)).saturating_sub(1),
        };
        Value::DateTime(ticks)
    }

    fn number(
        &self,
        random: &mut Random,
        (sheet, column): (&Sheet, usize),
        ty: ScalarType,
    ) -> Value {
        let constants = self.interest(sheet, column);
        let constants = constants.into_iter().flat_map(|interest| &interest.values);
        let constants: Vec<i64> = constants.filter_map(whole_of).collect();
        let near = [-1, 0, 1][random.below(3) as usize];
        let number = match random.below(5) {
            0 => return Value::Null,
            1 => 0,
            2 => match existing(random, sheet, column) {
                Value::Null => 1,
                value => whole_of(&value).unwrap_or(1).saturating_add(near),
            },
            _ => pick(random, &constants)
                .copied()
                .unwrap_or(1)
                .saturating_add(near),
        };
        typed(number, ty)
    }

    /// One of the numbers that stand beside a column.
    pub fn exact_number(
        &self,
        random: &mut Random,
        (sheet, column): (&Sheet, usize),
        ty: ScalarType,
    ) -> Option<Value> {
        let constants = self.interest(sheet, column)?.values.iter();
        let constants: Vec<i64> = constants.filter_map(whole_of).collect();
        pick(random, &constants).map(|number| typed(*number, ty))
    }
}

/// A whole number as a value of a type.
pub(super) fn typed(number: i64, ty: ScalarType) -> Value {
    match ty {
        ScalarType::Int => Value::Int(i32::try_from(number).unwrap_or(i32::MAX)),
        ScalarType::Real => Value::Real(number as f64),
        _ => Value::Long(number),
    }
}

fn existing(random: &mut Random, sheet: &Sheet, column: usize) -> Value {
    let row = pick(random, &sheet.rows);
    let value = row.and_then(|row| row.get(column)).cloned();
    value.unwrap_or(Value::Null)
}

fn existing_text(random: &mut Random, sheet: &Sheet, column: usize) -> String {
    text_of(&existing(random, sheet, column)).unwrap_or_default()
}

fn any_time(random: &mut Random, log: &Log) -> Option<i64> {
    let sheet = pick(random, &log.sheets)?;
    let times = sheet.columns.iter().enumerate();
    let times = times.filter(|(_, column)| column.ty == ScalarType::DateTime);
    let columns: Vec<usize> = times.map(|(index, _)| index).collect();
    let column = *pick(random, &columns)?;
    match existing(random, sheet, column) {
        Value::DateTime(ticks) => Some(ticks),
        _ => None,
    }
}

/// A path as a part of an address: the host of one that is known, or of a made-up one. `None` when the text
/// is no path.
pub(super) fn addressed(path: &str, known: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let host = known.split_once("://").map(|(scheme, rest)| {
        let host = rest.split('/').next().unwrap_or_default();
        format!("{scheme}://{host}")
    });
    let host = host.unwrap_or_else(|| MADE_UP_HOST.to_owned());
    Some(format!("{host}/{path}"))
}

/// A text that is nearly a constant: other letter case, more or less around it, or put into another text.
fn near_miss(random: &mut Random, constant: &str, other: &str) -> String {
    let letters = constant.chars().count();
    match random.below(9) {
        0 => constant.to_uppercase(),
        1 => constant.to_lowercase(),
        2 => swap_case(constant),
        3 => format!("{constant}x"),
        4 => format!("x{constant}"),
        5 => format!("{constant} x"),
        6 => format!("x {constant}"),
        7 => constant.chars().take(letters.saturating_sub(1)).collect(),
        _ => {
            let rest: String = other.chars().skip(letters).collect();
            format!("{constant}{rest}")
        }
    }
}

pub(super) fn swap_case(text: &str) -> String {
    let swap = |c: char| match c.is_uppercase() {
        true => c.to_lowercase().next().unwrap_or(c),
        false => c.to_uppercase().next().unwrap_or(c),
    };
    text.chars().map(swap).collect()
}

pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.as_ref().to_owned()),
        Value::Int(_) | Value::Long(_) | Value::Guid(_) => {
            Some(kql_analysis::text::value_text(value, ScalarType::Dynamic).into_owned())
        }
        _ => None,
    }
}

pub(super) fn whole_of(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        Value::Real(number) => Some(*number as i64),
        _ => None,
    }
}

/// A text as a value.
pub(super) fn text(text: &str) -> Value {
    Value::String(Arc::from(text))
}
