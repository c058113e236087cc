//! Charts of the series that a rule looks at.

use kql_analysis::time::format_datetime;
use rule_replay::chart::{Chart, Series};
use rule_replay::why::Asked;
use rule_replay::window;

use sentinel_rules::rule::Rule;

use super::{Logs, failed, rule_of, run_of_alert};
use crate::protocol::{ChartView, PointView, Problem, RuleVersion, SeriesView};
use crate::session::Session;

/// The charts of a rule at the session's time; none when it makes no series.
pub(crate) fn charts(session: &Session, version: &RuleVersion) -> Result<Vec<ChartView>, Problem> {
    let rule = rule_of(session, version)?;
    let now = session.now;
    let run = Asked {
        now,
        window: Some(window::scheduled(rule, now).unwrap_or(window::Window {
            from: now.saturating_sub(window::NRT_LOOKBACK),
            to: now,
        })),
    };
    of_run(session, rule, run)
}

/// The charts of a converted rule in the run that made an alert of its schedule.
pub(crate) fn charts_of_alert(
    session: &Session,
    key: &str,
    alert: usize,
) -> Result<Vec<ChartView>, Problem> {
    let version = RuleVersion {
        rule: key.to_owned(),
        converted: true,
    };
    let run = run_of_alert(session, &version, alert)?;
    of_run(session, rule_of(session, &version)?, run)
}

fn of_run(session: &Session, rule: &Rule, run: Asked) -> Result<Vec<ChartView>, Problem> {
    let logs = Logs::of(session)?;
    let charts = rule_replay::chart::charts(&rule.query, &logs.tables, run);
    let charts = charts.map_err(|failure| failed(rule, &failure))?;
    let filled = charts.iter().filter(|chart| !chart.series.is_empty());
    Ok(filled.map(view).collect())
}

fn view(chart: &Chart) -> ChartView {
    ChartView {
        title: chart.title.clone(),
        anomalies: chart.anomalies,
        series: chart.series.iter().map(series).collect(),
        left_out: chart.left_out,
    }
}

fn series(series: &Series) -> SeriesView {
    let keys = series.keys.iter();
    let keys: Vec<String> = keys
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let points = series.points.iter().map(|point| PointView {
        time: format_datetime(point.time),
        value: point.value,
        baseline: point.baseline,
        score: point.score,
        flag: point.flag,
    });
    SeriesView {
        name: keys.join(", "),
        points: points.collect(),
    }
}
