//! Sample logs, made from a seed: the same seed, scenario and end give the same bytes everywhere.
//!
//! Managed HSM records have the shape of vault records with an `id` and the long claim names. Microsoft
//! has published one Managed HSM record, and it has no `id`: the shape is inferred, and
//! [`Options::documented_shape`] gives the published one.

mod events;
mod prng;
mod raw;
mod scenario;

use serde_json::Value;

pub use prng::Random;
pub use scenario::{SCENARIOS, Scenario, scenario};

/// What is generated besides the scenario.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Seed of every random choice.
    pub seed: u64,
    /// At least this many records; ordinary activity of a second resource fills up.
    pub rows: usize,
    /// End of the log, in ticks; the special day is the whole UTC day before it.
    pub end: i64,
    /// Managed HSM records as Microsoft's page prints one: without `id`, folded.
    pub documented_shape: bool,
}

/// A generated sample.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Raw resource-log records in order of time.
    pub records: Vec<Value>,
    /// STIX indicators.
    pub indicators: Vec<Value>,
}

/// Generates a scenario.
pub fn generate(scenario: &Scenario, options: &Options) -> Generated {
    let mut log = events::Log::new(scenario.resource, options);
    for part in scenario.parts {
        part(&mut log);
    }
    log.fill_up();
    log.finish()
}
