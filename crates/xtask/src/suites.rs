//! The test suites, in the order in which they run.

use crate::command::{run, run_lines};
use crate::counts::Counts;
use crate::server::Server;
use crate::{page, setup};

/// A set of tests that one runner runs.
struct Suite {
    name: &'static str,
    /// How long it tends to take on two cores.
    duration: &'static str,
    run: fn(&mut Counts) -> Result<bool, String>,
}

const SUITES: [Suite; 5] = [
    Suite {
        name: "native tests",
        duration: "about 18 minutes the first time, a third of it building",
        run: native,
    },
    Suite {
        name: "evaluator as WebAssembly in Node",
        duration: "about 2 minutes the first time, most of it building",
        run: in_node,
    },
    Suite {
        name: "WebAssembly tests in Chromium",
        duration: "about 5 minutes the first time, most of it building",
        run: in_chromium,
    },
    Suite {
        name: "browser tests of the release build",
        duration: "about 25 minutes the first time, half of it building",
        run: browser,
    },
    Suite {
        name: "download size of the release build",
        duration: "about 15 seconds",
        run: download,
    },
];

/// Sets up what is missing, runs every suite and ends with the counts; false when a test failed or a
/// suite could not run.
pub fn test() -> Result<bool, String> {
    setup::for_testing()?;
    let mut total = Counts::default();
    let mut sound = true;
    let mut summary = Vec::new();
    for suite in SUITES {
        println!("== {}: {}", suite.name, suite.duration);
        let mut counts = Counts::default();
        let passed = (suite.run)(&mut counts).unwrap_or_else(|error| {
            eprintln!("xtask: {error}");
            false
        });
        // A suite that ran no test has not run.
        if (!passed || counts.passed == 0) && counts.failed == 0 {
            counts.failed = 1;
        }
        sound &= passed;
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
    Ok(sound && total.failed == 0)
}

fn native(counts: &mut Counts) -> Result<bool, String> {
    run_lines("cargo", &["test", "--no-fail-fast"], &[], |line| {
        counts.add_cargo_line(line)
    })
}

/// Compares with what the native tests have kept, so it runs after them.
fn in_node(counts: &mut Counts) -> Result<bool, String> {
    let arguments = [
        "test",
        "--package",
        "kql-engine",
        "--target",
        "wasm32-unknown-unknown",
        "--test",
        "determinism",
    ];
    run_lines("cargo", &arguments, &[], |line| counts.add_cargo_line(line))
}

fn in_chromium(counts: &mut Counts) -> Result<bool, String> {
    let arguments = [
        "test",
        "--package",
        "web",
        "--target",
        "wasm32-unknown-unknown",
        "--test",
        "session",
    ];
    run_lines("cargo", &arguments, &[], |line| counts.add_cargo_line(line))
}

fn browser(counts: &mut Counts) -> Result<bool, String> {
    page::build_if_stale()?;
    let server = Server::start(&page::dist(), 0)?;
    let address = server.address();
    let chromium = setup::chromium().ok_or("there is no Chromium")?;
    let variables = [
        ("RULESMITH_PAGE", address.as_str()),
        ("RULESMITH_CHROMIUM", chromium),
    ];
    run_lines("npx", &["playwright", "test"], &variables, |line| {
        counts.add_playwright_line(line)
    })
}

fn download(counts: &mut Counts) -> Result<bool, String> {
    page::build_if_stale()?;
    let within = crate::download::is_within_budget()?;
    counts.add_one(within);
    Ok(within)
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
