//! The controls of a rule: what can be turned, with its name, kind and current value.

use std::collections::BTreeSet;
use std::ops::Range;

use sentinel_rules::rule::Rule;
use serde::Serialize;

use super::{fields, query};

/// Something in a rule that can be set otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Name by which it is set: a field such as `triggerThreshold`, the name of a `let`, or a column and
    /// line such as `Reads@24`.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// What values it takes.
    pub kind: ControlKind,
    /// Current value as text; see [`ControlKind`].
    pub value: String,
    /// The values to choose from; empty for other kinds.
    pub choices: Vec<String>,
    /// Place in the query, in UTF-8 bytes; `None` for a field of the rule.
    pub place: Option<Range<usize>>,
}

/// Kinds of value, with the text that stands for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ControlKind {
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Real,
    /// Text, as it is.
    Text,
    /// `true` or `false`.
    Truth,
    /// A timespan of KQL, such as `90m` or `1.02:00:00`.
    Timespan,
    /// A time, such as `2026-03-02T00:30:00Z`.
    DateTime,
    /// A list: a JSON array of texts, numbers and truth values, or texts between commas.
    List,
    /// A duration of a rule's field, such as `1h` or `PT1H`.
    Duration,
    /// A duration of a rule's field, or `off`.
    DurationOrOff,
    /// One of [`Control::choices`].
    Choice,
}

/// The controls of a rule: fields first, then the query in order of place.
pub fn controls(rule: &Rule) -> Vec<Control> {
    let mut controls = fields::controls(rule);
    let mut taken: BTreeSet<String> = controls.iter().map(|one| one.name.clone()).collect();
    for slot in query::slots(&rule.query) {
        let name = unique(&mut taken, &slot.name);
        controls.push(Control {
            name,
            title: slot.title,
            kind: slot.kind,
            value: slot.value,
            choices: match slot.kind {
                ControlKind::Truth => vec!["true".to_owned(), "false".to_owned()],
                _ => Vec::new(),
            },
            place: Some(slot.range),
        });
    }
    controls
}

/// A name that no other control has.
fn unique(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    let mut number = 1;
    while !taken.insert(name.clone()) {
        number += 1;
        name = format!("{wanted}#{number}");
    }
    name
}
