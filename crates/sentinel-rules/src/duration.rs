//! Durations of a rule, in the notations of YAML (`1d`, `5m`, `1.00:00:00`) and ISO 8601 (`PT5M`).

use serde::{Deserialize, Serialize};

/// A duration in whole seconds. Two notations of the same length are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration {
    /// Length in seconds.
    pub seconds: u64,
}

/// Units of the short and ISO notations with their length in seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Duration {
    /// A number of seconds.
    pub const fn of_seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// Reads any of the notations; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let seconds = match text.strip_prefix(['P', 'p']) {
            Some(iso) => parse_iso(iso)?,
            None if text.contains(':') => parse_clock(text)?,
            None => parse_short(text)?,
        };
        Some(Self { seconds })
    }

    /// The ISO 8601 notation, such as `P1DT2H`.
    pub fn to_iso(self) -> String {
        let mut rest = self.seconds;
        let mut parts = [0_u64; 4];
        for (part, (_, length)) in parts.iter_mut().zip(UNITS) {
            *part = rest / length;
            rest %= length;
        }
        let [days, hours, minutes, seconds] = parts;
        let date = if days > 0 {
            format!("{days}D")
        } else {
            String::new()
        };
        let time: String = [(hours, 'H'), (minutes, 'M'), (seconds, 'S')]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count}{unit}"))
            .collect();
        match (date.is_empty(), time.is_empty()) {
            (true, true) => "PT0S".to_owned(),
            (_, true) => format!("P{date}"),
            (_, false) => format!("P{date}T{time}"),
        }
    }

    /// The notation of Azure-Sentinel's YAML, such as `14d`, in the largest whole unit.
    pub fn to_short(self) -> String {
        let whole = UNITS
            .iter()
            .find(|(_, length)| self.seconds > 0 && self.seconds.is_multiple_of(*length));
        match whole {
            Some((unit, length)) => format!("{}{unit}", self.seconds / length),
            None => "0m".to_owned(),
        }
    }
}

/// `5m`, `1h`, `14d`.
fn parse_short(text: &str) -> Option<u64> {
    let unit = text.chars().last()?.to_ascii_lowercase();
    let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
    text[..text.len() - 1]
        .trim()
        .parse::<u64>()
        .ok()?
        .checked_mul(*length)
}

/// `1.00:00:00` or `01:30:00`.
fn parse_clock(text: &str) -> Option<u64> {
    let (days, clock) = text.split_once('.').unwrap_or(("0", text));
    let parts: Option<Vec<u64>> = clock.split(':').map(|part| part.parse().ok()).collect();
    let [hours, minutes, seconds] = parts?.try_into().ok()?;
    let days: u64 = days.parse().ok()?;
    days.checked_mul(86_400)?
        .checked_add(hours.checked_mul(3_600)?)?
        .checked_add(minutes.checked_mul(60)?)?
        .checked_add(seconds)
}

/// What follows the `P` of ISO 8601: days and weeks, then `T` and hours, minutes, seconds.
fn parse_iso(text: &str) -> Option<u64> {
    let (date, time) = text.split_once(['T', 't']).unwrap_or((text, ""));
    let mut total = 0_u64;
    for (part, units) in [
        (date, [('W', 604_800), ('D', 86_400), ('D', 86_400)]),
        (time, [('H', 3_600), ('M', 60), ('S', 1)]),
    ] {
        let mut digits = String::new();
        for c in part.chars() {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            let (_, length) = units
                .iter()
                .find(|(name, _)| *name == c.to_ascii_uppercase())?;
            total = total.checked_add(digits.parse::<u64>().ok()?.checked_mul(*length)?)?;
            digits.clear();
        }
        if !digits.is_empty() {
            return None;
        }
    }
    (!text.is_empty() && !text.ends_with(['T', 't'])).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_is_read() {
        let notations = [
            "1d",
            "24h",
            "1440m",
            "P1D",
            "PT24H",
            "1.00:00:00",
            "24:00:00",
            "pt1440m",
        ];
        for text in notations {
            assert_eq!(
                Duration::parse(text),
                Some(Duration { seconds: 86_400 }),
                "{text}"
            );
        }
        for text in [
            "",
            "d",
            "P",
            "PT",
            "1x",
            "PT5",
            "1:2",
            "-1d",
            "99999999999999999999d",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn both_notations_are_written() {
        let written: Vec<(String, String)> = [300, 3_600, 90_000, 1_209_600, 61]
            .map(|seconds| Duration { seconds })
            .map(|duration| (duration.to_iso(), duration.to_short()))
            .into();
        let pair = |iso: &str, short: &str| (iso.to_owned(), short.to_owned());
        let expected = [
            pair("PT5M", "5m"),
            pair("PT1H", "1h"),
            pair("P1DT1H", "25h"),
            pair("P14D", "14d"),
            pair("PT1M1S", "61s"),
        ];
        assert_eq!(written, expected);
    }
}
