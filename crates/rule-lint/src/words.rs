//! Durations as people say them.

use kql_analysis::time::format_timespan;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};

/// Units, the largest first.
const UNITS: [(&str, i64); 4] = [
    ("day", TICKS_PER_DAY),
    ("hour", 3_600 * TICKS_PER_SECOND),
    ("minute", 60 * TICKS_PER_SECOND),
    ("second", TICKS_PER_SECOND),
];

/// A duration in its largest whole unit, such as `14 days`; otherwise as KQL prints it.
pub(crate) fn span(ticks: i64) -> String {
    let unit = UNITS
        .iter()
        .find(|(_, size)| ticks > 0 && ticks % size == 0);
    match unit.map(|(name, size)| (name, ticks / size)) {
        Some((name, 1)) => format!("1 {name}"),
        Some((name, count)) => format!("{count} {name}s"),
        None => format_timespan(ticks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_whole_unit() {
        assert_eq!(span(14 * TICKS_PER_DAY), "14 days");
        assert_eq!(span(TICKS_PER_DAY + 3_600 * TICKS_PER_SECOND), "25 hours");
        assert_eq!(span(60 * TICKS_PER_SECOND), "1 minute");
        assert_eq!(span(1), "00:00:00.0000001");
    }
}
