//! What-if questions about the converted rules of a session.

use kql_analysis::time::format_datetime;
use rule_replay::Tables;
use rule_replay::timeline::{Options, simulate};
use rule_replay::what_if::{
    Control, ControlKind, Happening, Setting, Totals, change, compare, controls, curve,
};
use rule_replay::words::{counted, severity};
use sentinel_rules::rule::Rule;

use crate::protocol::{
    ControlView, CurvePoint, CurveView, DifferenceView, Problem, TotalsView, WhatIfView,
};
use crate::replay::{self, Ground};
use crate::session::Session;

/// Differences that the page gets.
const SHOWN: usize = 200;

/// The controls of a converted rule.
pub(crate) fn controls_of(session: &Session, key: &str) -> Result<Vec<ControlView>, Problem> {
    let rule = rule(session, key)?;
    Ok(controls(rule).into_iter().map(control).collect())
}

fn control(control: Control) -> ControlView {
    ControlView {
        has_curve: !matches!(control.kind, ControlKind::Text | ControlKind::DateTime),
        name: control.name,
        title: control.title,
        value: control.value,
        choices: control.choices,
    }
}

fn rule<'s>(session: &'s Session, key: &str) -> Result<&'s Rule, Problem> {
    let index = session.rule_index(key)?;
    let rule = session.rules.get(index);
    rule.map(|rule| &rule.converted.rule)
        .ok_or_else(|| Problem::about(key, "this rule is not loaded", "add its file again"))
}

/// The tables, and the span of a rule's timeline on them, as the schedule shows it.
fn ground(session: &Session) -> Result<(Tables, impl Fn(&Rule) -> Options), Problem> {
    let span = replay::span(&session.logs).ok_or_else(|| {
        Problem::about(
            "What if",
            "no loaded row has a time",
            "load audit logs or a sample first",
        )
    })?;
    let ground = Ground::of(session, span);
    Ok((session.tables()?, move |rule: &Rule| ground.options(rule)))
}

/// What changes when controls have these values.
pub(crate) fn what_if(
    session: &Session,
    key: &str,
    settings: &[(String, String)],
) -> Result<WhatIfView, Problem> {
    let rule = rule(session, key)?;
    let (tables, options) = ground(session)?;
    let settings: Vec<Setting> = settings
        .iter()
        .map(|(name, value)| Setting {
            name: name.clone(),
            value: value.clone(),
        })
        .collect();
    let changed = change(rule, &settings)
        .map_err(|refused| Problem::about("What if", refused.message, refused.remedy))?;
    let before = simulate(rule, &tables, options(rule)).map_err(unrun)?;
    let after = simulate(&changed.rule, &tables, options(&changed.rule)).map_err(unrun)?;
    let found = compare(&before, &after);
    let alerts = found.alerts.iter().map(|one| (false, one));
    let incidents = found.incidents.iter().map(|one| (true, one));
    let differences = incidents.chain(alerts).take(SHOWN);
    let side = |one: &Option<Happening>| one.as_ref().map(words).unwrap_or_default();
    Ok(WhatIfView {
        before: totals(&found.before),
        after: totals(&found.after),
        warnings: changed.warnings,
        differences: differences
            .map(|(incident, one)| DifferenceView {
                incident,
                before: side(&one.before),
                after: side(&one.after),
            })
            .collect(),
    })
}

fn unrun(failure: rule_replay::Failure) -> Problem {
    Problem::about("What if", failure.message, failure.hint)
}

fn words(one: &Happening) -> String {
    let names = one
        .entities
        .iter()
        .take(3)
        .flat_map(|entity| &entity.identifiers);
    let names: Vec<&str> = names.map(|(_, value)| value.as_str()).collect();
    format!(
        "{} {} {}, {}: {}",
        &format_datetime(one.made)[..16].replace('T', " "),
        severity(one.severity),
        one.title,
        counted(one.rows as u64, "row"),
        names.join(", ")
    )
}

fn totals(totals: &Totals) -> TotalsView {
    TotalsView {
        runs: totals.runs,
        fired: totals.fired,
        rows: totals.rows,
        alerts: totals.alerts,
        incidents: totals.incidents,
    }
}

/// How alerts and incidents hang on a control.
pub(crate) fn curve_of(session: &Session, key: &str, name: &str) -> Result<CurveView, Problem> {
    let rule = rule(session, key)?;
    let (tables, options) = ground(session)?;
    let found = curve(rule, name, &[], &tables, &options).map_err(unrun)?;
    let points = found.points.into_iter().map(|point| CurvePoint {
        label: point.label,
        size: point.size,
        current: point.current,
        totals: point.totals.as_ref().map(totals),
    });
    Ok(CurveView {
        title: found.title,
        points: points.collect(),
    })
}
