//! `rulesmith backtest`: a rule's runs over a span as one query for the workspace itself.

use std::process::ExitCode;

use clap::Args;
use kql_analysis::tables::catalog;
use kql_syntax::text::LineIndex;
use rule_replay::backtest::backtest;
use rule_replay::timeline::Options;
use workbench::links::{data_explorer, log_analytics};

use crate::commands::choices::time;
use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Arguments of `backtest`.
#[derive(Args)]
pub struct Arguments {
    /// File with the rule
    rule: String,
    /// Time of the first run, such as 2026-03-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    from: String,
    /// Latest time of a run
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Also print an address that opens the query in Log Analytics, for the workspace of this resource id
    #[arg(long, value_name = "ID")]
    workspace_id: Option<String>,
    /// Also print an address that opens the query in Azure Data Explorer
    #[arg(long, value_name = "CLUSTER/DATABASE")]
    cluster: Option<String>,
}

/// Prints the query; what to know about it goes to standard error.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let read = read_all(std::slice::from_ref(&arguments.rule))?;
    let [rule] = read.rules.as_slice() else {
        let message = format!(
            "{} holds {} rules; give a file with one",
            arguments.rule,
            read.rules.len()
        );
        return Err(Failure::new(message));
    };
    let options = Options {
        from: time("from", &arguments.from)?,
        to: time("to", &arguments.to)?,
        ..Options::default()
    };
    let made = backtest(rule, &catalog(), options).map_err(|failure| {
        let line = LineIndex::new(&rule.query).line(failure.range.start);
        let message = format!(
            "{}, line {line}: {}; {}",
            rule.name, failure.message, failure.hint
        );
        Failure::new(message.trim_end_matches("; ").to_owned())
    })?;
    for note in &made.notes {
        files::warn(note);
    }
    files::print_line(made.query.trim_end())?;
    let failed = |problem: workbench::protocol::Problem| {
        Failure::new(format!("{}; {}", problem.message, problem.remedy))
    };
    if let Some(id) = &arguments.workspace_id {
        let link = log_analytics(&made.query, id).map_err(failed)?;
        files::print_line(&format!("// Log Analytics: {}", link.address))?;
    }
    if let Some(place) = &arguments.cluster {
        let (cluster, database) = place.rsplit_once('/').unwrap_or((place, ""));
        let link = data_explorer(&made.query, cluster, database).map_err(failed)?;
        files::print_line(&format!("// Azure Data Explorer: {}", link.address))?;
    }
    Ok(ExitCode::SUCCESS)
}
