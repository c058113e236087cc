//! The span of a timeline, and what it takes for granted.

use kql_analysis::value::TICKS_PER_SECOND;

use super::assumptions::Assumptions;

/// How far Sentinel holds a scheduled run back behind its time, so that late rows can arrive
/// (documented: five minutes).
pub const SCHEDULED_DELAY: i64 = 300 * TICKS_PER_SECOND;

/// How a timeline is made. All times are ticks, UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// When the rule is enabled, which is its first run (documented for rules that start automatically).
    pub from: i64,
    /// Last time at which a run may be due.
    pub to: i64,
    /// Time between an event and its ingestion, the same for every row. A scheduled run does not see rows
    /// that are ingested after it; an NRT run goes by ingestion. Zero unless said otherwise: a log holds
    /// no ingestion time.
    pub ingestion_delay: i64,
    /// What Microsoft does not document.
    pub assumptions: Assumptions,
}

impl Options {
    /// From when a rule is enabled until the last time at which a run may be due, all else by default.
    pub fn between(from: i64, to: i64) -> Self {
        Self {
            from,
            to,
            ..Self::default()
        }
    }
}
