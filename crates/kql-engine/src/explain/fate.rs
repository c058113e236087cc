//! What became of a row of a given table: where it was left out and why, or the result rows it is in.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::trace::Trace;

/// Reasons that one stop holds; the rest is counted.
pub const MAX_REASONS: usize = 20;

/// What became of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fate {
    /// How often the query reads the row's table.
    pub reads: usize,
    /// Where the row, or what was made of it, was left out, in order of execution.
    pub stops: Vec<Stop>,
    /// The result rows that it is in: statement and rows.
    pub kept: Vec<(usize, Vec<u32>)>,
}

/// An operator that left the row out on one of its ways through the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stop {
    /// Place of the operator in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Its name.
    pub operator: String,
    /// Rows left out that were made of the row.
    pub rows: usize,
    /// Whether they went no further; otherwise another row went on in their place.
    pub ends: bool,
    /// Why, one entry for each of the first rows.
    pub why: Vec<Why>,
}

/// Why a row was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Why {
    /// Its time is not in the span that the run reads.
    OutsideWindow,
    /// The conditions that did not hold.
    Condition {
        /// The smallest ones.
        parts: Vec<Part>,
    },
    /// The other side of a join has no row with this key.
    NoPartner {
        /// Columns and values of the key.
        key: Vec<(String, String)>,
    },
    /// An anti join leaves out rows with a partner.
    HasPartner {
        /// Columns and values of the key.
        key: Vec<(String, String)>,
    },
    /// `innerunique` keeps the first row of each key.
    SameKeyAsEarlier {
        /// Columns and values of the key.
        key: Vec<(String, String)>,
    },
    /// `take` and `top` keep the first rows.
    BeyondCount,
    /// The array to expand is empty.
    NothingToExpand,
    /// The row has no place on the axis.
    OutsideAxis,
    /// The text does not fit the pattern.
    NoMatch,
    /// No step of `scan` matches.
    MatchesNoStep,
    /// `arg_max`, `arg_min` or `take_any` chose another row of its group.
    NotChosen,
    /// `distinct` went on with an earlier row that is equal.
    EqualToEarlier,
    /// The row was only looked up: in a list, for a scalar, or for the other side of a join.
    LookedUp,
    /// The operator gives no row for it.
    LeftOut,
}

/// A part of a predicate that did not hold for a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Its place in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// What it was: `true` where `not` turns it round, `false` or `null`.
    pub value: String,
    /// The columns and named scalars it reads, with their values.
    pub reads: Vec<(String, String)>,
    /// The constants in it: their places in the text and their values.
    pub constants: Vec<(Range<usize>, String)>,
    /// The alternatives of an `or`, none of which held; or what an `and` joins that should not have held.
    pub parts: Vec<Part>,
    /// What it should have been.
    pub wanted: bool,
}

impl Trace {
    /// What became of the watched row.
    pub(crate) fn fate(&self) -> Fate {
        let mut stops: Vec<Stop> = Vec::new();
        for stop in &self.stops {
            let known = stops.iter_mut().find(|known| {
                (&known.range, &known.operator, known.ends)
                    == (&stop.range, &stop.operator, stop.ends)
            });
            match known {
                Some(known) => known.merge(stop),
                None => stops.push(stop.clone()),
            }
        }
        for stop in &mut stops {
            stop.why.truncate(MAX_REASONS);
        }
        let statements = self.statements.iter().enumerate();
        let kept = statements.filter_map(|(place, node)| {
            let node = self.nodes.get(*node as usize)?;
            (!node.watched.is_empty()).then(|| (place, node.watched.clone()))
        });
        Fate {
            reads: self.reads,
            kept: kept.collect(),
            stops,
        }
    }
}

impl Stop {
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        for why in &other.why {
            if self.why.len() < MAX_REASONS && !self.why.contains(why) {
                self.why.push(why.clone());
            }
        }
    }
}
