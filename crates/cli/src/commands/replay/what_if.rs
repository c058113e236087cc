//! The questions of `rulesmith replay` about a rule that is set otherwise: `--set`, `--curve`,
//! `--controls`.

use kql_analysis::time::format_datetime;
use rule_replay::timeline::{Options, Timeline, simulate};
use rule_replay::what_if::{
    Comparison, Control, Curve, Difference, Happening, Setting, Totals, change, compare, controls,
    curve,
};
use rule_replay::words::{counted, severity};
use rule_replay::{Failure as Unrun, Tables};
use sentinel_rules::rule::Rule;
use serde_json::{Value, json};

use super::Arguments;
use super::told::entities;
use crate::files::{self, Failure};

/// What is asked of every rule.
pub(super) struct Questions<'a> {
    settings: Vec<Setting>,
    curves: &'a [String],
    values: &'a [String],
    controls: bool,
}

/// What is answered for one rule.
#[derive(Default)]
pub(super) struct Answers {
    controls: Vec<Control>,
    changed: Option<(Vec<Setting>, Comparison, Vec<String>)>,
    curves: Vec<Curve>,
}

impl<'a> Questions<'a> {
    /// Reads the arguments.
    pub fn of(arguments: &'a Arguments) -> Result<Self, Failure> {
        let settings = arguments.set.iter().map(|pair| {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Failure::new(format!("--set: write NAME=VALUE instead of `{pair}`"))
            })?;
            Ok(Setting {
                name: name.to_owned(),
                value: value.to_owned(),
            })
        });
        Ok(Self {
            settings: settings.collect::<Result<_, Failure>>()?,
            curves: &arguments.curve,
            values: &arguments.at,
            controls: arguments.controls,
        })
    }

    /// The answers for a rule with its timeline as it is.
    pub fn answer(
        &self,
        rule: &Rule,
        timeline: &Timeline,
        tables: &Tables,
        options: &dyn Fn(&Rule) -> Options,
    ) -> Result<Answers, Unrun> {
        let mut answers = Answers::default();
        if self.controls {
            answers.controls = controls(rule);
        }
        if !self.settings.is_empty() {
            let changed = change(rule, &self.settings)?;
            let after = simulate(&changed.rule, tables, options(&changed.rule))?;
            let found = compare(timeline, &after);
            answers.changed = Some((self.settings.clone(), found, changed.warnings));
        }
        for name in self.curves {
            let found = curve(rule, name, self.values, tables, options)?;
            answers.curves.push(found);
        }
        Ok(answers)
    }
}

impl Answers {
    /// Adds the answers to the JSON document of the rule.
    pub fn add_to(&self, document: &mut Value) {
        if !self.controls.is_empty() {
            document["controls"] = json!(self.controls);
        }
        if let Some((settings, found, warnings)) = &self.changed {
            document["whatIf"] = json!({
                "settings": settings,
                "warnings": warnings,
                "before": found.before,
                "after": found.after,
                "alerts": found.alerts.iter().map(difference).collect::<Vec<_>>(),
                "incidents": found.incidents.iter().map(difference).collect::<Vec<_>>(),
            });
        }
        if !self.curves.is_empty() {
            document["curves"] = json!(self.curves);
        }
    }

    /// Prints the answers.
    pub fn tell(&self) -> Result<(), Failure> {
        for control in &self.controls {
            let line = format!(
                "  {} = {}  ({})",
                control.name, control.value, control.title
            );
            files::print_line(&line)?;
        }
        if let Some((settings, found, warnings)) = &self.changed {
            let set = settings.iter();
            let set: Vec<String> = set
                .map(|one| format!("{} = {}", one.name, one.value))
                .collect();
            files::print_line(&format!("  With {}:", set.join(", ")))?;
            for warning in warnings {
                files::print_line(&format!("    warning: {warning}"))?;
            }
            files::print_line(&format!("    before: {}", totals(&found.before)))?;
            files::print_line(&format!("    after:  {}", totals(&found.after)))?;
            tell_differences("alert", &found.alerts)?;
            tell_differences("incident", &found.incidents)?;
        }
        self.curves.iter().try_for_each(tell_curve)
    }
}

fn totals(totals: &Totals) -> String {
    format!(
        "{}, {} fired, {}, {}, {}",
        counted(totals.runs as u64, "run"),
        totals.fired,
        counted(totals.rows, "row"),
        counted(totals.alerts as u64, "alert"),
        counted(totals.incidents as u64, "incident"),
    )
}

fn tell_differences(what: &str, differences: &[Difference]) -> Result<(), Failure> {
    for one in differences {
        let sides = [("-", &one.before), ("+", &one.after)];
        for (sign, happening) in sides {
            if let Some(happening) = happening {
                files::print_line(&format!("    {sign} {}", words(what, happening)))?;
            }
        }
    }
    Ok(())
}

fn words(what: &str, one: &Happening) -> String {
    let alerts = match what {
        "incident" => format!("{}, ", counted(one.alerts as u64, "alert")),
        _ => String::new(),
    };
    format!(
        "{} {what} {}: {}, {alerts}{}, {}",
        format_datetime(one.made),
        severity(one.severity),
        one.title,
        counted(one.rows as u64, "row"),
        entities(&one.entities),
    )
}

fn tell_curve(curve: &Curve) -> Result<(), Failure> {
    files::print_line(&format!("  {} ({}):", curve.control, curve.title))?;
    for point in &curve.points {
        let mark = if point.current { " (as it is)" } else { "" };
        let found = point.totals.as_ref();
        let found = found.map_or_else(|| "cannot run".to_owned(), totals);
        files::print_line(&format!("    {}{mark}: {found}", point.label))?;
    }
    Ok(())
}

fn difference(one: &Difference) -> Value {
    let side = |happening: &Happening| {
        let mut value = json!(happening);
        value["made"] = json!(format_datetime(happening.made));
        value
    };
    json!({ "before": one.before.as_ref().map(side), "after": one.after.as_ref().map(side) })
}
