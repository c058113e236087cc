//! Generated logs: sequences of small logs that differ from rows on which the rule fires, each at a place
//! that the rule looks at. The same rules, logs and seed give the same sequence.

mod aimed;
mod alone;
pub(crate) mod bases;
mod candidates;
mod captures;
mod mixes;
mod mutate;
mod patterns;
mod pool;
mod reach;
mod series;
mod shares;
mod steps;
mod texts;
mod two_times;
mod vary;

use std::collections::BTreeSet;

use audit_logs::generate::Random;
use kql_analysis::value::{TICKS_PER_SECOND, Value};

pub(crate) use bases::{Base, scenario_tables};
pub(crate) use mixes::Mix;
pub(crate) use patterns::{matched, pattern_of};
pub(crate) use pool::Seen;
use pool::{Pool, chance, pick};
use shares::{Kind, fair};

use crate::carry::Carrying;
use crate::focus::Focus;
use crate::log::{Kept, TIME_COLUMN};
use crate::reading::{Reading, Sources};

/// Changes of one generated log.
const MAX_CHANGES: u64 = 3;
/// Rows of a log that is kept to be changed again, unless the rule asks for more.
const MAX_CORPUS_ROWS: usize = 120;
/// Logs that are kept to be changed again.
const MAX_CORPUS: usize = 48;

/// Logs on which an operator of the two rules gave different numbers of rows that are kept.
const MAX_DIVERGING: usize = 24;
/// Such logs of the first round that the second one starts from.
const MAX_SEEDS: usize = 10;

/// Weight of series of a base beside the other kinds of logs for one difference.
const OF_SERIES: usize = 6;

/// What the two rules did with a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Did {
    /// In short.
    pub signature: Vec<u8>,
    /// Whether the original fired.
    pub fires: bool,
    /// Whether the original gave a row.
    pub gives: bool,
    /// Whether an operator gave another number of rows in one rule than in the other, though the results agree.
    pub diverges: bool,
}

/// Makes one log after the other.
pub(crate) struct Generator<'a> {
    pool: Pool<'a>,
    random: Random,
    /// Logs that did something that none before did.
    corpus: Vec<Base>,
    /// Those of them on which the original fired.
    firing: Vec<Base>,
    /// Those on which the two rules came apart, though not in the result.
    diverging: Vec<Base>,
    seen: BTreeSet<Vec<u8>>,
    /// How many logs were there to start from.
    bases: usize,
    next: usize,
}

impl<'a> Generator<'a> {
    /// A generator over bases; `period` is the longest span that one of the rules reads, `seen` has texts of
    /// the tried logs.
    pub fn new(
        reading: &'a Reading,
        carrying: &'a Carrying,
        (unlike, seen, period): (Sources, Seen, i64),
        seed: u64,
    ) -> Self {
        Self {
            pool: Pool {
                reading,
                carrying,
                unlike,
                seen,
                period,
            },
            random: Random::new(seed),
            corpus: Vec::new(),
            firing: Vec::new(),
            diverging: Vec::new(),
            seen: BTreeSet::new(),
            bases: 0,
            next: 0,
        }
    }

    /// Adds a log to start from.
    pub fn start_from(&mut self, base: Base) {
        self.firing.push(base.clone());
        self.corpus.push(base);
        self.bases += 1;
    }

    /// Adds made-up rows to start from.
    pub fn start_from_nothing(&mut self, kept: &Kept, time: i64) {
        let base = bases::made_up(&self.pool, &mut self.random, kept, time);
        self.start_from(base);
    }

    /// The first log with its rows just before the run: a rule may look at the newest only.
    pub fn first_of_late(&self) -> Option<Base> {
        let mut made = self.corpus.first()?.clone();
        let latest = Value::DateTime(made.time.saturating_sub(TICKS_PER_SECOND));
        for sheet in &mut made.log.sheets {
            if let Some(column) = sheet.column(TIME_COLUMN) {
                (0..sheet.rows.len()).for_each(|row| sheet.set(row, column, latest.clone()));
            }
        }
        Some(made)
    }

    /// Adds to the first log made-up rows of the tables that no log has rows of.
    pub fn fill_tables(&mut self, kept: &Kept) {
        let is_filled = |table: &str| {
            let sheets = self.corpus.iter().flat_map(|base| &base.log.sheets);
            let mut own = sheets.filter(|sheet| sheet.table == table);
            own.any(|sheet| !sheet.rows.is_empty())
        };
        let empty: Kept = kept
            .iter()
            .filter(|(table, _)| !is_filled(table))
            .map(|(table, columns)| (table.clone(), columns.clone()))
            .collect();
        let Some(first) = self.corpus.first().cloned().filter(|_| !empty.is_empty()) else {
            return;
        };
        let made = bases::made_up(&self.pool, &mut self.random, &empty, first.time);
        let mut filled = first;
        let is_empty = |table: &str| empty.contains_key(table);
        filled.log.sheets.retain(|sheet| !is_empty(&sheet.table));
        filled.log.sheets.extend(made.log.sheets);
        self.start_from(filled);
    }

    /// The rows of a log in so many groups, each time those of another one.
    pub fn groups(&self, base: &Base, count: i64) -> Vec<Base> {
        self.pool.groups(base, &[count])
    }

    /// Whether there is no log to start from.
    pub fn is_empty(&self) -> bool {
        self.corpus.is_empty()
    }

    /// Logs aimed at differences between the rules: the bases changed at each of them.
    pub fn aimed(&mut self, foci: &[Focus]) -> Vec<Base> {
        let bases = self.corpus.iter();
        let mut kinds: Vec<Kind> = bases
            .flat_map(|base| foci.iter().flat_map(|focus| self.pool.aimed(base, focus)))
            .collect();
        if self.pool.reading.has_series {
            let bases = self.corpus.iter();
            let series =
                bases.map(|base| Kind::new(OF_SERIES * foci.len(), self.pool.every_series(base)));
            kinds.extend(series);
            let bases = self.corpus.iter();
            let pairs = bases
                .map(|base| Kind::new(OF_SERIES * foci.len(), self.pool.pairs_of_series(base)));
            kinds.extend(pairs);
        }
        fair(kinds)
    }

    /// The same from logs of the first round on which the rules came apart, or on which the original fired in
    /// a way that was new.
    pub fn aimed_again(&mut self, foci: &[Focus]) -> Vec<Base> {
        let new = self.corpus.get(self.bases..).unwrap_or_default();
        let fired = self.firing.get(self.bases..).unwrap_or_default();
        let seeds = in_turn(vec![self.diverging.clone(), fired.to_vec(), new.to_vec()]);
        let seeds = seeds.iter().take(MAX_SEEDS);
        let kinds =
            seeds.flat_map(|base| foci.iter().flat_map(|focus| self.pool.aimed(base, focus)));
        fair(kinds.collect())
    }

    /// The next log. The first ones are the bases themselves.
    pub fn next(&mut self) -> Option<Base> {
        let number = self.next;
        self.next += 1;
        if number < self.bases {
            return self.corpus.get(number).cloned();
        }
        let base = self.choose()?;
        let mut made = base.clone();
        let is_series = self.pool.reading.has_series && chance(&mut self.random, 3);
        let before = is_series && chance(&mut self.random, 3);
        if before {
            self.pool
                .make_series(&mut self.random, &mut made.log, made.time);
        }
        for _ in 0..1 + self.random.below(MAX_CHANGES) {
            self.pool.mutate(&mut self.random, &mut made.log, made.time);
        }
        if is_series && !before {
            self.pool
                .make_series(&mut self.random, &mut made.log, made.time);
        }
        if !is_series && chance(&mut self.random, 3) {
            mutate::append(&mut made.log, &base.log);
        }
        Some(made)
    }

    /// A log to change: mostly one on which the original fired, and often a new one.
    fn choose(&mut self) -> Option<Base> {
        let newest = self.corpus.len().saturating_sub(8);
        if !self.diverging.is_empty() && chance(&mut self.random, 3) {
            return pick(&mut self.random, &self.diverging).cloned();
        }
        let from = match self.random.below(6) {
            0 => &self.corpus[..],
            1 | 2 => self.corpus.get(newest..).unwrap_or_default(),
            _ if self.firing.is_empty() => &self.corpus[..],
            _ => &self.firing[..],
        };
        pick(&mut self.random, from).cloned()
    }

    /// Tells what a log did; one that did something new is changed again later.
    pub fn learn(&mut self, base: Base, did: Did) {
        let is_new = self.seen.insert(did.signature);
        let largest = self
            .corpus
            .iter()
            .take(self.bases)
            .map(|base| base.log.rows())
            .max();
        let is_small = base.log.rows() <= MAX_CORPUS_ROWS.max(largest.unwrap_or_default());
        if !is_new || !is_small {
            return;
        }
        if did.diverges && self.diverging.len() < MAX_DIVERGING {
            self.diverging.push(base.clone());
        }
        if self.corpus.len() < MAX_CORPUS {
            if did.fires {
                self.firing.push(base.clone());
            }
            self.corpus.push(base);
        }
    }
}

/// One of each list in turn.
pub(crate) fn in_turn<T>(lists: Vec<Vec<T>>) -> Vec<T> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(lists.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return all;
        }
    }
}
