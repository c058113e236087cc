//! Scales with round numbers, and labels of their places.

use kql_analysis::text::real_text;
use kql_analysis::time::format_datetime;

use super::{Scale, Series};

/// About how many places of a scale are labelled.
const TICKS: f64 = 6.0;
const SECOND: i64 = 10_000_000;
/// Spans between labelled times, in seconds; the last one is repeated as often as needed.
const SPANS: [i64; 20] = [
    1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    1_209_600, 2_592_000, 7_776_000, 15_552_000, 31_536_000,
];

/// A scale over numbers. Nothing to show gives 0 to 1. Bounds that are given are kept.
pub(super) fn of_numbers(low: f64, high: f64, least: Option<f64>, most: Option<f64>) -> Scale {
    let (low, high) = match low.is_finite() && high.is_finite() {
        true => (
            low.clamp(f64::MIN / 4.0, 0.0),
            high.clamp(0.0, f64::MAX / 4.0),
        ),
        false => (0.0, 1.0),
    };
    let high = if high > low { high } else { low + 1.0 };
    let (low, high) = (least.unwrap_or(low), most.unwrap_or(high));
    let high = if high > low { high } else { low + 1.0 };
    rounded(low, high, least.is_some(), most.is_some())
}

/// A scale whose ends are round, unless they are fixed.
fn rounded(low: f64, high: f64, fixed_low: bool, fixed_high: bool) -> Scale {
    let step = round_step((high - low) / TICKS);
    let first = libm::floor(low / step);
    let last = libm::ceil(high / step);
    let low = if fixed_low { low } else { first * step };
    let high = if fixed_high { high } else { last * step };
    let count = (last - first).clamp(0.0, 4.0 * TICKS) as i64;
    let places = (0..=count).map(|number| (first + number as f64) * step);
    let inside = places.filter(|place| (low..=high).contains(place));
    Scale {
        low,
        high,
        ticks: inside.map(|place| (place, number(place))).collect(),
    }
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_step(wanted: f64) -> f64 {
    let power = libm::pow(
        10.0,
        libm::floor(libm::log10(wanted.max(f64::MIN_POSITIVE))),
    );
    let times = [1.0, 2.0, 5.0, 10.0];
    let found = times.iter().find(|times| **times * power >= wanted);
    found.copied().unwrap_or(10.0) * power
}

/// A number as a label: no more digits than a reader takes in.
pub(super) fn number(number: f64) -> String {
    let rounded = libm::round(number * 1e6) / 1e6;
    match rounded.is_finite() && rounded != 0.0 {
        true => {
            let text = real_text(rounded);
            text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
        }
        false if number == 0.0 || rounded == 0.0 && number.abs() < 1e-6 => "0".to_owned(),
        false => real_text(number),
    }
}

/// A scale over the axis of series: times in ticks, or numbers.
pub(super) fn of_axis(series: &[Series], is_time: bool) -> Scale {
    let places = series.iter().flat_map(|series| &series.points);
    let (low, high) = places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), dot| {
        (low.min(dot.x), high.max(dot.x))
    });
    if !(low.is_finite() && high.is_finite()) {
        return of_numbers(0.0, 1.0, None, None);
    }
    match is_time {
        true => of_times(low, high),
        false if high > low => rounded(low, high, false, false),
        false => rounded(low - 1.0, high + 1.0, false, false),
    }
}

fn of_times(low: f64, high: f64) -> Scale {
    let second = SECOND as f64;
    let (low, high) = match high > low {
        true => (low, high),
        false => (low - 1800.0 * second, high + 1800.0 * second),
    };
    let wanted = (high - low) / TICKS / second;
    let found = SPANS.iter().find(|span| **span as f64 >= wanted);
    let last = SPANS[SPANS.len() - 1];
    let times = libm::ceil(wanted / last as f64).max(1.0);
    let span = found.map_or(last as f64 * times, |span| *span as f64) * second;
    let first = libm::ceil(low / span);
    let count = libm::floor((high - first * span) / span).clamp(0.0, 4.0 * TICKS) as i64;
    let places = (0..=count).map(|number| (first + number as f64) * span);
    let inside = places.filter(|place| (low..=high).contains(place));
    Scale {
        low,
        high,
        ticks: inside
            .map(|place| (place, tick_of_time(place, span)))
            .collect(),
    }
}

/// A time as a label: the day when days are far apart, else day and minute.
fn tick_of_time(ticks: f64, span: f64) -> String {
    let text = time(ticks);
    let (day, clock) = text.split_once(' ').unwrap_or((&text, ""));
    match span >= (86_400 * SECOND) as f64 {
        true => day.to_owned(),
        false if span >= (60 * SECOND) as f64 => {
            format!(
                "{} {}",
                day.get(5..).unwrap_or(day),
                clock.get(..5).unwrap_or(clock)
            )
        }
        false => clock.to_owned(),
    }
}

/// A time as `2026-03-02 00:30:00`.
pub(super) fn time(ticks: f64) -> String {
    let seconds = libm::round(ticks / SECOND as f64) as i64;
    let text = format_datetime(seconds.saturating_mul(SECOND));
    let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {}", clock.get(..8).unwrap_or(clock))
}

/// A scale on which each text has its place.
pub(super) fn of_categories(categories: &[String]) -> Scale {
    let ticks = categories.iter().enumerate();
    Scale {
        low: -0.5,
        high: categories.len() as f64 - 0.5,
        ticks: ticks
            .map(|(number, text)| (number as f64, text.clone()))
            .collect(),
    }
}
