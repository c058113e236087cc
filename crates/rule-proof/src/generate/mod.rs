//! Generated logs: sequences of small logs that differ from rows on which the rule fires, each at a place
//! that the rule looks at. The same rules, logs and seed give the same sequence.

pub(crate) mod bases;
mod mutate;
mod pool;
mod series;

use std::collections::BTreeSet;

use audit_logs::generate::Random;

pub(crate) use bases::{Base, scenario_tables};
use pool::{Pool, chance, pick};

use crate::carry::Carrying;
use crate::log::Kept;
use crate::reading::Reading;

/// Changes of one generated log.
const MAX_CHANGES: u64 = 3;
/// Rows of a log that is kept to be changed again, unless the rule asks for more.
const MAX_CORPUS_ROWS: usize = 120;
/// Logs that are kept to be changed again.
const MAX_CORPUS: usize = 48;

/// Makes one log after the other.
pub(crate) struct Generator<'a> {
    pool: Pool<'a>,
    random: Random,
    /// Logs that did something that none before did.
    corpus: Vec<Base>,
    /// Those of them on which the original fired.
    firing: Vec<Base>,
    seen: BTreeSet<Vec<u8>>,
    /// How many logs were there to start from.
    bases: usize,
    next: usize,
}

impl<'a> Generator<'a> {
    /// A generator over bases; `period` is the longest span that one of the rules reads.
    pub fn new(reading: &'a Reading, carrying: &'a Carrying, period: i64, seed: u64) -> Self {
        Self {
            pool: Pool {
                reading,
                carrying,
                period,
            },
            random: Random::new(seed),
            corpus: Vec::new(),
            firing: Vec::new(),
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

    /// Whether there is no log to start from.
    pub fn is_empty(&self) -> bool {
        self.corpus.is_empty()
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
        let from = match self.random.below(6) {
            0 => &self.corpus[..],
            1 | 2 => self.corpus.get(newest..).unwrap_or_default(),
            _ if self.firing.is_empty() => &self.corpus[..],
            _ => &self.firing[..],
        };
        pick(&mut self.random, from).cloned()
    }

    /// Tells what a log did; one that did something new is changed again later.
    pub fn learn(&mut self, base: Base, signature: Vec<u8>, fires: bool) {
        let is_new = self.seen.insert(signature);
        let largest = self
            .corpus
            .iter()
            .take(self.bases)
            .map(|base| base.log.rows())
            .max();
        let is_small = base.log.rows() <= MAX_CORPUS_ROWS.max(largest.unwrap_or_default());
        if is_new && is_small && self.next > self.bases && self.corpus.len() < MAX_CORPUS {
            if fires {
                self.firing.push(base.clone());
            }
            self.corpus.push(base);
        }
    }
}
