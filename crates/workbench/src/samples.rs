//! The sample sets that come with the page, made by the seeded generator of `audit-logs`.

use audit_logs::generate::{Options, SCENARIOS, generate, scenario};
use audit_logs::load;
use audit_logs::write::{Format, Shape, write};
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};

use crate::loaded_log::LoadedLog;
use crate::protocol::{Problem, SampleView};

/// Time at which the samples end: 2026-03-02T00:30:00Z, half an hour after the day of the spike, when a
/// daily rule that only finds rows in the first hour of a day still finds them.
pub const END: i64 = 739_676 * TICKS_PER_DAY + 1_800 * TICKS_PER_SECOND;

pub(crate) const SEED: u64 = 1;

/// The sample sets, for buttons.
pub(crate) fn views() -> Vec<SampleView> {
    SCENARIOS
        .iter()
        .map(|scenario| SampleView {
            name: scenario.name.to_owned(),
            title: scenario.title.to_owned(),
            description: scenario.description.to_owned(),
        })
        .collect()
}

/// Generates a sample set and loads it as if it had been dropped in as files.
pub(crate) fn load_sample(name: &str) -> Result<Vec<LoadedLog>, Problem> {
    let Some(found) = scenario(name) else {
        return Err(Problem::about(
            name,
            "there is no such sample",
            "choose one of the list",
        ));
    };
    let options = Options {
        seed: SEED,
        rows: 0,
        end: END,
        documented_shape: false,
    };
    let sample = generate(found, &options);
    let mut logs = Vec::new();
    for shape in [Shape::Raw, Shape::Stix] {
        if shape == Shape::Stix && sample.indicators.is_empty() {
            continue;
        }
        let bytes = write(&sample, Format { shape, gzip: false });
        for mut one in load(found.title, &bytes)? {
            one.format = format!("{}, generated{}", one.format, certainty(name, shape));
            logs.push(LoadedLog::new(found.title, Some(name), one));
        }
    }
    Ok(logs)
}

/// How sure the shape of a sample's records is, for what is not documented.
fn certainty(name: &str, shape: Shape) -> &'static str {
    match name.starts_with("hsm-") && shape == Shape::Raw {
        true => {
            "; Microsoft has published one Managed HSM record, so id and claims are inferred from vault records"
        }
        false => "",
    }
}
