//! Measures the release build of the page in Chromium beside DuckDB-wasm, on the same files.

use std::path::Path;

use crate::command::{root, run, run_with};
use crate::{bench_data, page, setup};

/// End of the generated log, in seconds since 1970: 2026-03-02T00:30:00Z. Daily rules that look at whole
/// days can fire in the first hour of one.
const END: u64 = 1_772_411_400;

const USAGE: &str = "usage: cargo xtask bench [--rows N] [--rounds N] [--only NAME] [--out FILE]

  --rows    rows of the log; 1,000,000 when not given
  --rounds  how often everything is measured; 3 when not given. Medians are shown
  --only    start, load, rules, nrt or size; all when not given
  --out     file of the report; docs/benchmarks.md for a whole run of 1,000,000 rows, else target/bench/report.md";

/// What is measured.
struct Options {
    rows: u64,
    rounds: u64,
    only: Option<String>,
    out: Option<String>,
}

/// Generates the data, builds the page and measures; false when the measuring failed.
pub fn bench() -> Result<bool, String> {
    let options = options(std::env::args().skip(2))?;
    setup::for_testing()?;
    page::build_if_stale()?;
    packages()?;
    let folder = root().join("target/bench");
    println!("Generating {} rows in {}.", options.rows, folder.display());
    bench_data::write(&folder, options.rows, END)
        .map_err(|error| format!("cannot write {}: {error}", folder.display()))?;
    line_counter(&folder)?;
    let whole = options.rows == 1_000_000 && options.only.is_none();
    let report = match (&options.out, whole) {
        (Some(out), _) => out.as_str(),
        (None, true) => "docs/benchmarks.md",
        (None, false) => "target/bench/report.md",
    };
    let (rows, rounds) = (options.rows.to_string(), options.rounds.to_string());
    let chromium = setup::chromium().ok_or("there is no Chromium")?;
    let variables = [
        ("RULESMITH_CHROMIUM", chromium),
        ("BENCH_ROWS", &rows),
        ("BENCH_ROUNDS", &rounds),
        ("BENCH_ONLY", options.only.as_deref().unwrap_or_default()),
        ("BENCH_REPORT", report),
    ];
    run_with("node", &["bench/run.mjs"], &variables)
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        rows: 1_000_000,
        rounds: 3,
        only: None,
        out: None,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        let number = || value.replace('_', "").parse::<u64>().map_err(|_| USAGE);
        match name.as_str() {
            "--rows" => options.rows = number()?.max(1),
            "--rounds" => options.rounds = number()?.max(1),
            "--only" => options.only = Some(value),
            "--out" => options.out = Some(value),
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

/// The peer, in a folder of its own, because it is large.
fn packages() -> Result<(), String> {
    if root().join("bench/node_modules/@duckdb").is_dir() {
        return Ok(());
    }
    println!("Setting up DuckDB-wasm for the comparison: takes about 20 seconds, once.");
    match run(
        "npm",
        &["ci", "--prefix", "bench", "--no-audit", "--no-fund"],
    )? {
        true => Ok(()),
        false => Err("npm ci of bench failed".to_owned()),
    }
}

/// A module that does nothing but count lines: the floor of every load.
fn line_counter(folder: &Path) -> Result<(), String> {
    let out = folder.join("lines.wasm");
    let compiled = run(
        "rustc",
        &[
            "--edition=2024",
            "--target=wasm32-unknown-unknown",
            "--crate-type=cdylib",
            "-Copt-level=3",
            "-Cpanic=abort",
            "-Ctarget-feature=+simd128",
            "-o",
            &out.to_string_lossy(),
            "bench/lines.rs",
        ],
    )?;
    match compiled {
        true => Ok(()),
        false => Err("bench/lines.rs does not compile".to_owned()),
    }
}
