//! Where values begin and end: at 0, or on top of one another.

use std::collections::BTreeMap;

use super::Series;

/// How series are put on top of one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stacked {
    /// As they are.
    Sum,
    /// As shares of 100.
    Share,
}

/// Places the values of all series. Positive and negative values are stacked apart.
pub(super) fn place(series: &mut [Series], stacked: Option<Stacked>) {
    let totals = match stacked {
        Some(Stacked::Share) => totals(series),
        _ => BTreeMap::new(),
    };
    let mut tops: BTreeMap<(u64, bool), f64> = BTreeMap::new();
    for dot in series.iter_mut().flat_map(|series| &mut series.points) {
        let value = dot.value.unwrap_or_default();
        let share = match totals.get(&dot.x.to_bits()) {
            Some(total) if *total > 0.0 => value * 100.0 / total,
            _ => value,
        };
        if stacked.is_none() {
            (dot.from, dot.to) = (0.0, value);
            continue;
        }
        let top = tops.entry((dot.x.to_bits(), share < 0.0)).or_default();
        dot.from = *top;
        *top += share;
        dot.to = *top;
    }
}

/// Sum of the absolute values at each place of the axis.
fn totals(series: &[Series]) -> BTreeMap<u64, f64> {
    let mut totals = BTreeMap::new();
    for dot in series.iter().flat_map(|series| &series.points) {
        *totals.entry(dot.x.to_bits()).or_default() += dot.value.unwrap_or_default().abs();
    }
    totals
}
