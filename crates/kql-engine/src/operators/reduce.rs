//! `reduce`: texts with common terms as a pattern with their number.
//!
//! Kusto clusters texts by frequent terms and does not document the bounds. Only what does not depend
//! on them is computed: every term of a place is in all rows or in one. Anything else is refused.

use std::collections::HashSet;
use std::sync::Arc;

use kql_analysis::plan::Reduce;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::Runner;
use crate::builder::TableBuilder;
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::table::Table;

/// The pattern of texts that share no term.
const NOTHING_COMMON: &str = "others";

/// One row: the pattern, the number of rows and the first text.
pub(super) fn reduce(
    runner: &mut Runner<'_>,
    reduce: &Reduce,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(&reduce.input)?;
    let column = runner.column(&reduce.text, &table)?;
    let mut pace = Pace::default();
    let texts = column.iter().map(|text| {
        pace.row()?;
        Ok(match text {
            Value::String(text) => text,
            _ => "".into(),
        })
    });
    let texts: Vec<Arc<str>> = texts.collect::<Result<_, EvalError>>()?;
    let mut result = TableBuilder::new(schema.clone());
    let Some(first) = texts.first() else {
        return Ok(result.finish());
    };
    let pattern = pattern(&texts, reduce, &mut pace)?
        .ok_or_else(|| EvalError::new("how `reduce` groups these texts is not documented"))
        .map_err(|error| error.with_hint("Group by a pattern of your own with replace_regex."))?;
    let is_common = pattern != NOTHING_COMMON;
    result.push_str(0, &pattern);
    result.push(1, Value::Long(texts.len() as i64));
    result.push_str(2, if is_common { first } else { "" });
    result.end_row();
    Ok(result.finish())
}

/// The pattern of all texts, when it is beyond doubt.
fn pattern(
    texts: &[Arc<str>],
    reduce: &Reduce,
    pace: &mut Pace,
) -> Result<Option<String>, EvalError> {
    if texts.len() < 2 || reduce.is_strict {
        return Ok(None);
    }
    let separates = |letter: char| match &reduce.separators {
        Some(separators) => separators.contains(letter),
        None => !letter.is_ascii_alphanumeric(),
    };
    let rows = texts.iter().map(|text| {
        pace.row()?;
        Ok(text.split(separates).collect())
    });
    let rows: Vec<Vec<&str>> = rows.collect::<Result<_, EvalError>>()?;
    let (Some(common), [first, ..]) = (common_places(&rows, pace)?, rows.as_slice()) else {
        return Ok(None);
    };
    if common.iter().all(|common| *common) {
        return Ok(texts.first().map(|text| text.as_ref().to_owned()));
    }
    let leading = common.iter().take_while(|common| **common).count();
    let trailing = common.iter().skip(leading).any(|common| *common);
    Ok(match (leading, first.as_slice()) {
        _ if trailing => None,
        (0, _) => Some(NOTHING_COMMON.to_owned()),
        (1, [term, ..]) if reduce.separators.is_some() => Some(format!("{term}*")),
        _ => None,
    })
}

/// Whether the terms of each place are one in all rows; `None` unless the others all differ.
fn common_places(rows: &[Vec<&str>], pace: &mut Pace) -> Result<Option<Vec<bool>>, EvalError> {
    let places = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != places) {
        return Ok(None);
    }
    let mut common = Vec::with_capacity(places);
    for place in 0..places {
        let mut different: HashSet<&str> = HashSet::new();
        for term in rows.iter().filter_map(|row| row.get(place)) {
            pace.row()?;
            different.insert(term);
        }
        match different.len() {
            1 => common.push(true),
            all if all == rows.len() => common.push(false),
            _ => return Ok(None),
        }
    }
    Ok(Some(common))
}
