//! A rule on its schedule over a span of log: runs, alerts, incidents.
//!
//! The clock is virtual: a run at `T` reads its window before `T` and its alerts are made when Sentinel
//! would have made them. The same rule, tables and options give the same timeline, to the last digit.

mod alert;
mod assumptions;
mod clock;
mod computed;
mod custom;
mod details;
mod incident;
mod merged;
mod notes;
mod options;
mod properties;
mod read;
mod simulate;
mod single;

pub use alert::{Alert, MAX_ALERTS_PER_NRT_RUN, MAX_ALERTS_PER_RUN};
pub use assumptions::{Assumption, Assumptions};
pub use clock::{first_run_in_step, time_of_last_reader};
pub(crate) use computed::Computed;
pub use custom::{MAX_DETAIL_BYTES, MAX_DETAIL_VALUES};
pub use incident::{DEFAULT_LOOKBACK, Grouping, Incident, MAX_ALERTS_PER_INCIDENT, Matching};
pub use merged::{Event, EventKind, Lane, Merged, merge};
pub use options::{Options, SCHEDULED_DELAY};
pub use read::RowTimes;
pub use simulate::{MAX_RUNS, RunOutcome, Timeline, TimelineRun, simulate};
pub use single::{SingleRun, run_at, window_at};
