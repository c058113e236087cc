//! The tables that a query may read.

use indexmap::IndexMap;

use crate::types::Schema;

/// Tables by name, in an order that `union *` follows; names are case-sensitive.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// Columns of each table.
    pub tables: IndexMap<String, Schema>,
    /// Ticks from the time of an event to that of its ingestion, for `ingestion_time()`; logs do not say it.
    pub ingestion_delay: i64,
}

/// The known name nearest to a misspelt one, when it is near enough to be meant.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let allowed = (length / 3).max(1);
    let lower = name.to_lowercase();
    let mut nearest = None;
    // Names whose lengths differ by more cannot be near; a workspace has thousands of columns.
    for candidate in known.filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
    {
        let most = nearest.map_or(allowed, |(distance, _)| distance);
        if let Some(distance) = distance(&lower, &candidate.to_lowercase(), most)
            && nearest.is_none_or(|known| (distance, candidate) < known)
        {
            nearest = Some((distance, candidate));
        }
    }
    nearest.map(|(_, candidate)| candidate)
}

/// Number of letters to insert, remove or replace (Levenshtein), when it is `most` at most.
fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, b) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            // No letter behind this one brings them nearer again.
            return None;
        }
    }
    Some(row[right.len()]).filter(|distance| *distance <= most)
}
