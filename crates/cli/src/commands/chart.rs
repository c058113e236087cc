//! `rulesmith chart`: the time series of a rule or query, with baseline, score and flagged points.

use std::process::ExitCode;

use clap::Args;
use kql_analysis::text::real_text;
use kql_analysis::time::format_datetime;
use rule_replay::chart::{Chart, Point, charts};
use serde_json::json;

use crate::commands::choices::{Format, time};
use crate::commands::explain::{Subject, sources};
use crate::files::{self, Failure};

/// Arguments of `chart`.
#[derive(Args)]
pub struct Arguments {
    /// File with a rule, or with a query when its name ends in .kql
    rule: String,
    /// Audit logs and indicators; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// Rows of a table, as NAME=FILE; may be repeated
    #[arg(long = "table", value_name = "NAME=FILE")]
    tables: Vec<String>,
    /// The time of the run, such as 2026-03-02T00:30:00Z
    #[arg(long, value_name = "TIME")]
    now: String,
    /// How the series are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Prints the series; a query without any is a failure.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = time("now", &arguments.now)?;
    let (tables, _) = sources(&arguments.logs, &arguments.tables)?.finish();
    let subject = Subject::read(&arguments.rule)?;
    let found = charts(subject.text(), &tables, subject.run(now))
        .map_err(|failure| subject.failure(&failure))?;
    if found.is_empty() {
        return Err(Failure::new(format!(
            "{} makes no time series; they come from make-series",
            arguments.rule
        )));
    }
    let text = match arguments.format {
        Format::Json => {
            let charts: Vec<_> = found.iter().map(document).collect();
            serde_json::to_string_pretty(&json!({ "charts": charts })).unwrap_or_default()
        }
        Format::Text => found.iter().map(tell).collect::<Vec<_>>().join("\n"),
    };
    files::print_line(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn tell(chart: &Chart) -> String {
    let mut lines = Vec::new();
    for series in &chart.series {
        let keys = series.keys.iter();
        let keys: Vec<String> = keys
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        lines.push(
            format!("{} {}", chart.title, keys.join(", "))
                .trim_end()
                .to_owned(),
        );
        lines.extend(series.points.iter().map(point));
    }
    lines.join("\n")
}

fn point(point: &Point) -> String {
    let number = |number: Option<f64>| number.map_or_else(|| "-".to_owned(), real_text);
    let flag = match point.flag {
        0 => "",
        1.. => "  unusually high",
        _ => "  unusually low",
    };
    format!(
        "  {}  {}  baseline {}  score {}{flag}",
        format_datetime(point.time),
        number(point.value),
        number(point.baseline),
        number(point.score),
    )
}

fn document(chart: &Chart) -> serde_json::Value {
    json!({
        "title": chart.title,
        "anomalies": chart.anomalies,
        "leftOut": chart.left_out,
        "series": chart.series.iter().map(|series| json!({
            "keys": series.keys.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<serde_json::Map<_, _>>(),
            "leftOut": series.left_out,
            "points": series.points.iter().map(|point| json!({
                "time": format_datetime(point.time),
                "value": point.value,
                "baseline": point.baseline,
                "score": point.score,
                "flag": point.flag,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}
