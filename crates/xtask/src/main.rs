//! Development tasks, run as `cargo xtask <task>`. Each does the set-up that it needs and says so.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task talks to the terminal"
)]

mod bench;
mod bench_data;
mod bundle;
mod command;
mod counts;
mod download;
mod page;
mod server;
mod setup;
mod suites;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <task>

  serve [port]  builds the page and serves it at a printed address
  test          runs every test and ends with the counts
  build         builds the release folder and the offline bundle
  check         formatting and lints
  bench         measures the page beside DuckDB-wasm; see cargo xtask bench --help";

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    let outcome = match task.as_str() {
        "serve" => page::serve(),
        "build" => page::build(),
        "test" => suites::test(),
        "check" => suites::lint(),
        "bench" => bench::bench(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}
