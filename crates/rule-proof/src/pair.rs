//! An original and its converted rule, bound once, to be run on the same events.

use kql_engine::Table;
use rule_replay::prepared::Prepared;
use rule_replay::timeline::{SingleRun, run_at};
use rule_replay::{Failure, Tables};
use sentinel_rules::rule::Rule;

use crate::carry::{Carrying, Direction};
use crate::compare::{Difference, compare};

/// Which of the two rules is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The rule that was converted.
    Original,
    /// What it was converted to.
    Converted,
}

/// Why the two rules cannot be compared: one of them cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotRun {
    /// Which one.
    pub side: Side,
    /// Why.
    pub failure: Failure,
}

impl CannotRun {
    fn of(side: Side) -> impl Fn(Failure) -> Self {
        move |failure| Self { side, failure }
    }
}

/// Two rules, ready to run.
#[derive(Debug)]
pub struct Pair<'r> {
    /// The rule that was converted.
    pub original: Prepared<'r>,
    /// What it was converted to.
    pub converted: Prepared<'r>,
    /// How logs are carried from one to the other.
    pub carrying: Carrying,
}

/// What both rules make of the same events.
#[derive(Debug)]
pub struct Both {
    /// The original on the log.
    pub original: SingleRun,
    /// The converted rule on the carried log.
    pub converted: SingleRun,
    /// How they differ.
    pub difference: Option<Difference>,
}

impl<'r> Pair<'r> {
    /// Binds both rules against the columns of these tables.
    pub fn new(
        original: &'r Rule,
        converted: &'r Rule,
        carrying: Carrying,
        known: &Tables,
    ) -> Result<Self, CannotRun> {
        Ok(Self {
            original: Prepared::new(original, known).map_err(CannotRun::of(Side::Original))?,
            converted: Prepared::new(converted, known).map_err(CannotRun::of(Side::Converted))?,
            carrying,
        })
    }

    /// Runs both at a time: the original on the tables, the converted rule on the carried ones.
    pub fn at(&self, tables: &Tables, carried: &Tables, time: i64) -> Result<Both, CannotRun> {
        let original = self.run(Side::Original, tables, time)?;
        let converted = self.run(Side::Converted, carried, time)?;
        let rules = (self.original.rule, self.converted.rule);
        let difference = compare(&self.carrying, rules, (&original, &converted));
        Ok(Both {
            original,
            converted,
            difference,
        })
    }

    /// Runs one of the two.
    pub fn run(&self, side: Side, tables: &Tables, time: i64) -> Result<SingleRun, CannotRun> {
        let prepared = match side {
            Side::Original => &self.original,
            Side::Converted => &self.converted,
        };
        run_at(prepared, tables, time).map_err(CannotRun::of(side))
    }

    /// Whether a rule makes something else of the rows of the other rule's resource than of none.
    /// `tables` hold rows of that resource only.
    pub fn crosses(&self, side: Side, tables: &Tables, time: i64) -> Result<bool, CannotRun> {
        let direction = match side {
            Side::Original => Direction::Back,
            Side::Converted => Direction::Forth,
        };
        let without = tables.iter().map(|(name, table)| {
            let foreign = self.carrying.is_carried(table, direction);
            let own =
                (0..table.rows() as u32).filter(|row| foreign.get(*row as usize) != Some(&true));
            let own: Vec<u32> = own.collect();
            let rest = if own.len() == table.rows() {
                table.clone()
            } else {
                table.take(&own)
            };
            (name.clone(), rest)
        });
        let without: Tables = without.collect();
        let with = self.run(side, tables, time)?;
        let without = self.run(side, &without, time)?;
        Ok(rows(&with.result) != rows(&without.result))
    }
}

/// The number of rows of a table, and their cells.
fn rows(table: &Table) -> Vec<String> {
    let mut rows = crate::compare::plain_rows(table);
    rows.sort();
    rows
}
