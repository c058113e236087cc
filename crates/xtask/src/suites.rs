//! The test suites, in the order in which they run.

use crate::command::{run, run_lines};
use crate::counts::Counts;

/// Runs every suite and ends with the counts; false when a test failed or a suite could not run.
fn run_all(suites: &[Suite]) -> Result<bool, String> {
    let mut total = Counts::default();
    let mut sound = true;
    let mut summary = Vec::new();
    for suite in suites {
        println!("== {}: {}", suite.name, suite.duration);
        let mut counts = Counts::default();
        sound &= (suite.run)(&mut counts)?;
        summary.push(format!(
            "{}: {} passed, {} failed",
            suite.name, counts.passed, counts.failed
        ));
        total.add(counts);
    }
    println!();
    for line in summary {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(sound && total.failed == 0 && total.passed > 0)
}

/// A set of tests that one runner runs.
pub struct Suite {
    name: &'static str,
    /// How long it tends to take on two cores.
    duration: &'static str,
    run: fn(&mut Counts) -> Result<bool, String>,
}

const SUITES: [Suite; 1] = [Suite {
    name: "native tests",
    duration: "about 3 minutes the first time, most of it building",
    run: native,
}];

/// Every suite.
pub fn test() -> Result<bool, String> {
    run_all(&SUITES)
}

fn native(counts: &mut Counts) -> Result<bool, String> {
    run_lines("cargo", &["test", "--no-fail-fast"], |line| {
        counts.add_cargo_line(line)
    })
}

/// Formatting and lints; true when both are clean.
pub fn lint() -> Result<bool, String> {
    let formatted = run("cargo", &["fmt", "--all", "--check"])?;
    let clean = run(
        "cargo",
        &["clippy", "--all-targets", "--", "--deny", "warnings"],
    )?;
    Ok(formatted && clean)
}
