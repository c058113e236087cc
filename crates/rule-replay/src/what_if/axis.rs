//! The axis of a control whose values have an order: where to look for values, and how they are written.

use kql_analysis::time::parse_timespan;
use kql_analysis::value::TICKS_PER_SECOND;
use sentinel_rules::duration::Duration;

use super::control::{Control, ControlKind};
use super::literal::timespan_text;

/// Longest frequency and period of a rule, in seconds (documented).
const MAX_SCHEDULE: f64 = 14.0 * 86_400.0;
/// Shortest frequency and period, in seconds (documented).
const MIN_SCHEDULE: f64 = 300.0;

/// The size of a value on the axis of its control.
pub(super) fn size(control: &Control, value: &str) -> Option<f64> {
    match control.kind {
        ControlKind::Integer | ControlKind::Real => value.trim().parse().ok(),
        ControlKind::Timespan => Some(parse_timespan(value)? as f64 / TICKS_PER_SECOND as f64),
        ControlKind::Duration => Some(Duration::parse(value)?.seconds as f64),
        ControlKind::DurationOrOff => {
            Some(Duration::parse(value).map_or(0.0, |duration| duration.seconds as f64))
        }
        _ => {
            let position = control.choices.iter().position(|choice| choice == value)?;
            Some(position as f64)
        }
    }
}

/// An axis of numbers: where it begins and ends, how fine it is, and how its values are written.
pub(super) struct Axis {
    kind: ControlKind,
    current: f64,
    least: f64,
    most: f64,
    /// Two values are no closer than this.
    step: f64,
}

impl Axis {
    /// The axis of a control; `None` when its values have no order.
    pub fn of(control: &Control) -> Option<Self> {
        let current = size(control, &control.value)?;
        let scheduled = matches!(control.name.as_str(), "queryFrequency" | "queryPeriod");
        let (least, most) = match control.kind {
            _ if scheduled => (MIN_SCHEDULE.min(current), MAX_SCHEDULE.max(current)),
            ControlKind::Duration => (60.0, f64::MAX),
            ControlKind::Integer | ControlKind::Real if current < 0.0 => (f64::MIN, f64::MAX),
            _ => (0.0, f64::MAX),
        };
        let step = match control.kind {
            ControlKind::Integer => 1.0,
            ControlKind::Real => (current.abs() / 64.0).max(1e-6),
            ControlKind::Timespan if current.abs() < 60.0 => 0.001,
            ControlKind::Timespan | ControlKind::Duration | ControlKind::DurationOrOff => 60.0,
            _ => return None,
        };
        Some(Self {
            kind: control.kind,
            current,
            least,
            most,
            step,
        })
    }

    /// Values around the current one.
    pub fn around(&self) -> Vec<f64> {
        const SHARES: [f64; 7] = [0.0, 0.25, 0.5, 0.75, 1.5, 2.0, 4.0];
        let shares = SHARES.iter().map(|share| self.current * share);
        let near = [self.current - self.step, self.current + self.step];
        let mut values: Vec<f64> = shares
            .chain(near)
            .map(|value| self.rounded(value.clamp(self.least, self.most)))
            .collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }

    /// A value between two, when there is one.
    pub fn between(&self, low: f64, high: f64) -> Option<f64> {
        let middle = self.rounded(low + (high - low) / 2.0);
        (high - low > self.step && middle > low && middle < high).then_some(middle)
    }

    fn rounded(&self, value: f64) -> f64 {
        match self.kind {
            ControlKind::Real => value,
            _ => libm::round(value / self.step) * self.step,
        }
    }

    /// How a value is written.
    pub fn text(&self, size: f64) -> String {
        match self.kind {
            ControlKind::Integer => (size as i64).to_string(),
            ControlKind::Real => kql_analysis::text::real_text(size),
            ControlKind::Timespan => {
                timespan_text(libm::round(size * TICKS_PER_SECOND as f64) as i64)
            }
            ControlKind::DurationOrOff if size <= 0.0 => "off".to_owned(),
            _ => Duration {
                seconds: size.max(1.0) as u64,
            }
            .to_short(),
        }
    }
}
