//! What if a rule were set otherwise.

use serde::{Deserialize, Serialize};

/// Something in a rule that can be set otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlView {
    /// Name by which it is set.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Current value as text.
    pub value: String,
    /// Values to choose from; empty when any text of its kind will do.
    pub choices: Vec<String>,
    /// Whether a curve can be drawn over it.
    pub has_curve: bool,
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhatIfView {
    /// As the rule is.
    pub before: TotalsView,
    /// As it would be.
    pub after: TotalsView,
    /// What Sentinel would object to.
    pub warnings: Vec<String>,
    /// Alerts and incidents that differ.
    pub differences: Vec<DifferenceView>,
}

/// What a rule amounts to over a log.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TotalsView {
    /// Runs.
    pub runs: usize,
    /// Runs that met the trigger.
    pub fired: usize,
    /// Result rows.
    pub rows: u64,
    /// Alerts.
    pub alerts: usize,
    /// Incidents.
    pub incidents: usize,
}

/// An alert or incident that differs, in words; empty on the side where there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceView {
    /// Whether it is an incident; an alert otherwise.
    pub incident: bool,
    /// As it is.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// A control's values with what follows from each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveView {
    /// What the control is.
    pub title: String,
    /// Points, by size of the value.
    pub points: Vec<CurvePoint>,
}

/// What follows from one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// The value for people.
    pub label: String,
    /// Its place on the axis.
    pub size: f64,
    /// Whether it is the current value.
    pub current: bool,
    /// What follows; absent when the rule cannot run with it.
    pub totals: Option<TotalsView>,
}
