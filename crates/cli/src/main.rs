//! The `rulesmith` command: arguments in, files and tables out.
//!
//! Every command calls the crates that the page calls. Results go to standard output, errors to
//! standard error with exit status 1; wrong usage is 2. `-` stands for standard input.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what a command line does"
)]

mod commands;
mod files;
mod sources;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Error, Parser, Subcommand};

/// Convert, run and export Microsoft Sentinel analytics rules for Azure Managed HSM.
#[derive(Parser)]
#[command(name = "rulesmith", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Parse and bind KQL queries, and report errors and result columns
    Check(commands::check::Arguments),
    /// Print queries in their usual form
    Format(commands::format::Arguments),
    /// Run one query on files
    Query(commands::query::Arguments),
    /// Evaluate cases with inline tables, one JSON object a line
    Eval(commands::eval::Arguments),
    /// Convert rules and report every edit
    Convert(commands::convert::Arguments),
    /// Run rules on their schedule over logs
    Replay(commands::replay::Arguments),
    /// Say which log rows are behind a result, and what became of a log row
    Explain(commands::explain::Arguments),
    /// Give the time series of a rule or query, with anomalies
    Chart(commands::chart::Arguments),
    /// Say what is likely wrong with rules
    Lint(commands::lint::Arguments),
    /// Look for a log on which a converted rule does something else than the original
    Prove(commands::prove::Arguments),
    /// Say what differs between two versions of a rule
    Diff(commands::diff::Arguments),
    /// Run the tests that travel with rules
    Test(commands::test::Arguments),
    /// Make a rule set of rules
    Ruleset(commands::ruleset::Arguments),
    /// Write deployable files
    Export(commands::export::Arguments),
    /// Say what two files, in any format, say differently about the same rules
    Compare(commands::compare::Arguments),
    /// Write a rule's runs over a span as one query for the workspace itself
    Backtest(commands::backtest::Arguments),
    /// Print the commands before and after an export, filled in
    Handover(commands::handover::Arguments),
    /// Write loaded tables as a script for Azure Data Explorer
    Script(commands::script::Arguments),
    /// Replace what names people, machines and tenants in a log
    Redact(commands::redact::Arguments),
    /// Generate sample logs
    Generate(commands::generate::Arguments),
}

/// Options that take all files behind them, so that a rule that stands there is one of these.
const TAKE_FILES: [&str; 3] = ["--logs", "--indicators", "--converted"];

/// Prints wrong usage, or the help that was asked for; says where a rule may have gone that is missing.
fn usage(error: &Error) -> ExitCode {
    // Nobody is left to be told when there is no place to print to.
    let _ = error.print();
    let taker = std::env::args().find(|given| TAKE_FILES.contains(&given.as_str()));
    if let (ErrorKind::MissingRequiredArgument, Some(option)) = (error.kind(), taker) {
        eprintln!(
            "{option} takes every word up to the next option: name the rules before it, or put `--` between its files and them"
        );
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1))
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let outcome = match arguments.command {
        Command::Check(arguments) => commands::check::run(&arguments),
        Command::Format(arguments) => commands::format::run(&arguments),
        Command::Query(arguments) => commands::query::run(&arguments),
        Command::Eval(arguments) => commands::eval::run(&arguments),
        Command::Convert(arguments) => commands::convert::run(&arguments),
        Command::Replay(arguments) => commands::replay::run(&arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Chart(arguments) => commands::chart::run(&arguments),
        Command::Lint(arguments) => commands::lint::run(&arguments),
        Command::Prove(arguments) => commands::prove::run(&arguments),
        Command::Diff(arguments) => commands::diff::run(&arguments),
        Command::Test(arguments) => commands::test::run(&arguments),
        Command::Ruleset(arguments) => commands::ruleset::run(&arguments),
        Command::Export(arguments) => commands::export::run(&arguments),
        Command::Compare(arguments) => commands::compare::run(&arguments),
        Command::Backtest(arguments) => commands::backtest::run(&arguments),
        Command::Handover(arguments) => commands::handover::run(&arguments),
        Command::Script(arguments) => commands::script::run(&arguments),
        Command::Redact(arguments) => commands::redact::run(&arguments),
        Command::Generate(arguments) => commands::generate::run(&arguments),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("rulesmith: {failure}");
        ExitCode::from(1)
    })
}
