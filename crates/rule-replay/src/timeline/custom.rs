//! Custom details of an alert: the different values that its rows have in chosen columns, within Sentinel's
//! limits. What has no room is told.

use kql_engine::Table;
use sentinel_rules::MAX_DETAILS;
use sentinel_rules::rule::Rule;

use super::details::cell;
use crate::cut::{Cut, CutPart};

/// Values that one custom detail holds (Sentinel service limits: 50).
pub const MAX_DETAIL_VALUES: usize = 50;
/// Bytes that all custom details of an alert hold together, keys and values (Sentinel service limits: 2 KB).
pub const MAX_DETAIL_BYTES: usize = 2 * 1024;

/// The custom details of an alert over these rows: each key with its different values; and what had no room.
pub(super) fn custom_details(rule: &Rule, rows: &Table) -> (Vec<(String, Vec<String>)>, Vec<Cut>) {
    let mut room = MAX_DETAIL_BYTES;
    let mut cuts = Vec::new();
    let mut details = Vec::new();
    if rule.custom_details.len() > MAX_DETAILS {
        cuts.push(Cut::of(CutPart::CustomDetails, format!(
            "The custom details after the first {MAX_DETAILS} are left out: Sentinel refuses a rule with {}.",
            rule.custom_details.len()
        )));
    }
    for (key, column) in rule.custom_details.iter().take(MAX_DETAILS) {
        let detail = detail(key, column, rows, &mut room);
        cuts.extend(detail.cuts(key));
        details.push((key.clone(), detail.values));
    }
    (details, cuts)
}

/// One custom detail.
#[derive(Default)]
struct Detail {
    values: Vec<String>,
    /// Whether there are more values than a detail holds.
    too_many: bool,
    /// Whether a value found no room in the alert.
    too_long: bool,
}

impl Detail {
    fn cuts(&self, key: &str) -> Vec<Cut> {
        let many = self.too_many.then(|| {
            format!("{key} has its first {MAX_DETAIL_VALUES} different values, more are left out: a custom detail holds {MAX_DETAIL_VALUES}.")
        });
        let long = self.too_long.then(|| {
            format!("Values of {key} are left out: the custom details of an alert take at most 2 KB together.")
        });
        let sentences = many.into_iter().chain(long);
        sentences
            .map(|sentence| Cut::of(CutPart::CustomDetails, sentence))
            .collect()
    }
}

/// The values of a key, as far as there is room, which they take.
fn detail(key: &str, column: &str, rows: &Table, room: &mut usize) -> Detail {
    let mut detail = Detail::default();
    for row in rows.distinct_rows(rows.schema().index_of(column).into_iter()) {
        let Some(value) = cell(rows, row as usize, column) else {
            continue;
        };
        if detail.values.contains(&value) {
            continue;
        }
        if detail.values.len() == MAX_DETAIL_VALUES {
            detail.too_many = true;
            break;
        }
        // The key counts with its first value.
        let bytes = match detail.values.is_empty() {
            true => key.len() + value.len(),
            false => value.len(),
        };
        match room.checked_sub(bytes) {
            Some(rest) => {
                *room = rest;
                detail.values.push(value);
            }
            None => detail.too_long = true,
        }
    }
    detail
}
