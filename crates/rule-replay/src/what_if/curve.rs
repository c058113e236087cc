//! How the number of alerts and incidents hangs on one control: a curve over the loaded log.
//!
//! For what follows the query's rows (trigger, grouping, suppression) the query is run once for all
//! values. For the rest it is run once for each value; values are chosen around the current one, and then
//! between neighbours that differ, until the steps of the curve are found or [`MAX_POINTS`] are made.

use sentinel_rules::rule::Rule;
use serde::Serialize;
use serde_json::Value as Json;

use super::axis::{Axis, size};
use super::change::{Refused, Setting, change, unknown};
use super::compare::Totals;
use super::control::{Control, ControlKind, controls};
use super::fields::MAX_THRESHOLD;
use super::literal::list_of;
use crate::outcome::Failure;
use crate::prepared::Tables;
use crate::timeline::{Computed, Options, Timeline, simulate};

/// Most points of a curve that asks for a run of the query each.
pub const MAX_POINTS: usize = 32;
/// Most points of a curve that needs no more runs.
const MAX_CHEAP_POINTS: usize = 200;

/// A control's values with what follows from each.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Curve {
    /// Name of the control.
    pub control: String,
    /// What it is.
    pub title: String,
    /// Its current value.
    pub current: String,
    /// Points, by size of the value; choices in their order.
    pub points: Vec<Point>,
}

/// What follows from one value.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Point {
    /// The value, as it is set.
    pub value: String,
    /// The value for people.
    pub label: String,
    /// Its size, for an axis: the number, or seconds; its position among choices and lists.
    pub size: f64,
    /// Whether it is the current value.
    pub current: bool,
    /// What follows; `None` when the rule cannot run with it.
    pub totals: Option<Totals>,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self {
            message: refused.message,
            hint: refused.remedy,
            range: 0..0,
        }
    }
}

/// The curve of a control on a log. Without `values`, interesting ones are found. `options` gives the
/// span of a rule's timeline, whose end hangs on the frequency.
pub fn curve(
    rule: &Rule,
    name: &str,
    values: &[String],
    tables: &Tables,
    options: &dyn Fn(&Rule) -> Options,
) -> Result<Curve, Failure> {
    let known = controls(rule);
    let found = known.iter().find(|control| control.name == name);
    let Some(control) = found else {
        return Err(unknown(&known, name).into());
    };
    let mut tried = Tried {
        rule,
        control,
        tables,
        options,
        computed: None,
        points: Vec::new(),
    };
    let cheap = follows_rows(name);
    if cheap {
        tried.computed = Some(Computed::new(rule, tables, options(rule))?);
    }
    tried.evaluate(&control.value)?;
    if values.is_empty() {
        tried.find(cheap)?;
    }
    for value in values {
        tried.evaluate(value)?;
    }
    tried.points.sort_by(|a, b| a.size.total_cmp(&b.size));
    Ok(Curve {
        control: control.name.clone(),
        title: control.title.clone(),
        current: control.value.clone(),
        points: tried.points,
    })
}

/// Whether a control says only what follows from the query's rows.
fn follows_rows(name: &str) -> bool {
    const NAMES: [&str; 6] = [
        "triggerOperator",
        "triggerThreshold",
        "eventGrouping",
        "suppression",
        "incidentGrouping",
        "incidentLookback",
    ];
    NAMES.contains(&name)
}

struct Tried<'a> {
    rule: &'a Rule,
    control: &'a Control,
    tables: &'a Tables,
    options: &'a dyn Fn(&Rule) -> Options,
    computed: Option<Computed>,
    points: Vec<Point>,
}

impl Tried<'_> {
    /// Adds the point of a value, unless it is there. A value that cannot be set is an error; one with
    /// which the rule cannot run is a point without totals.
    fn evaluate(&mut self, value: &str) -> Result<(), Failure> {
        self.evaluate_as(value, value)
    }

    fn evaluate_as(&mut self, value: &str, label: &str) -> Result<(), Failure> {
        if self.points.iter().any(|point| point.value == value) {
            return Ok(());
        }
        let setting = Setting {
            name: self.control.name.clone(),
            value: value.to_owned(),
        };
        let changed = change(self.rule, &[setting])?.rule;
        let timeline: Result<Timeline, Failure> = match &self.computed {
            Some(computed) => computed.timeline(&changed),
            None => simulate(&changed, self.tables, (self.options)(&changed)),
        };
        let totals = timeline.map(|timeline| Totals::of(&timeline));
        if value == self.control.value
            && let Err(failure) = totals
        {
            return Err(failure);
        }
        self.points.push(Point {
            value: value.to_owned(),
            label: label.to_owned(),
            size: size(self.control, value).unwrap_or(self.points.len() as f64),
            current: value == self.control.value,
            totals: totals.ok(),
        });
        Ok(())
    }

    /// Finds interesting values.
    fn find(&mut self, cheap: bool) -> Result<(), Failure> {
        if self.control.name == "triggerThreshold" {
            return self.thresholds();
        }
        if !self.control.choices.is_empty() {
            let choices = self.control.choices.clone();
            return choices.iter().try_for_each(|choice| self.evaluate(choice));
        }
        if self.control.kind == ControlKind::List {
            return self.without_each();
        }
        let Some(axis) = Axis::of(self.control) else {
            return Err(Failure {
                message: format!(
                    "{}: there is no order of its values to follow",
                    self.control.name
                ),
                hint: "name the values to try".to_owned(),
                range: 0..0,
            });
        };
        for size in axis.around() {
            self.evaluate(&axis.text(size))?;
        }
        self.refine(&axis, if cheap { MAX_CHEAP_POINTS } else { MAX_POINTS })
    }

    /// The list without each of its elements.
    fn without_each(&mut self) -> Result<(), Failure> {
        let items = list_of(&self.control.value).unwrap_or_default();
        for (index, item) in items.iter().enumerate().take(MAX_POINTS - 1) {
            let mut fewer = items.clone();
            fewer.remove(index);
            let name = item
                .as_str()
                .map_or_else(|| item.to_string(), str::to_owned);
            // A list that may not be empty keeps its last element.
            if let Err(failure) =
                self.evaluate_as(&Json::Array(fewer).to_string(), &format!("without {name}"))
                && items.len() > 1
            {
                return Err(failure);
            }
        }
        Ok(())
    }

    /// The thresholds at which a run begins or ends to fire, with their neighbours.
    fn thresholds(&mut self) -> Result<(), Failure> {
        let rows = self.computed.iter().flat_map(Computed::rows);
        let mut wanted: Vec<u64> = rows
            .flat_map(|rows| [rows.saturating_sub(1), rows, rows + 1])
            .chain([0])
            .filter(|rows| *rows <= u64::from(MAX_THRESHOLD))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let step = wanted.len().div_ceil(MAX_CHEAP_POINTS).max(1);
        let values: Vec<String> = wanted.iter().step_by(step).map(u64::to_string).collect();
        values.iter().try_for_each(|value| self.evaluate(value))
    }

    /// Halves the gaps between points that differ: first in alerts and incidents, then in rows.
    fn refine(&mut self, axis: &Axis, most: usize) -> Result<(), Failure> {
        let seen = |one: &Totals| (one.fired, one.alerts, one.incidents);
        self.halve(axis, most, |a, b| {
            a.as_ref().map(seen) != b.as_ref().map(seen)
        })?;
        self.halve(axis, most, |a, b| a != b)
    }

    fn halve(
        &mut self,
        axis: &Axis,
        most: usize,
        differ: impl Fn(&Option<Totals>, &Option<Totals>) -> bool,
    ) -> Result<(), Failure> {
        while self.points.len() < most {
            self.points.sort_by(|a, b| a.size.total_cmp(&b.size));
            let pairs = self.points.windows(2);
            let pairs = pairs.filter(|pair| differ(&pair[0].totals, &pair[1].totals));
            let mut middles: Vec<String> = pairs
                .filter_map(|pair| axis.between(pair[0].size, pair[1].size))
                .map(|size| axis.text(size))
                .filter(|value| self.points.iter().all(|point| point.value != *value))
                .collect();
            middles.truncate(most - self.points.len());
            if middles.is_empty() {
                break;
            }
            middles.iter().try_for_each(|value| self.evaluate(value))?;
        }
        Ok(())
    }
}
