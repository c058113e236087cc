//! What a predicate met when it kept no row: the commonest values of its columns, and its scalars.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use indexmap::IndexMap;
use kql_analysis::plan::{Expr, ExprKind, Haystack};
use kql_analysis::text::value_text;

use super::Runner;
use crate::column::Column;
use crate::error::EvalError;
use crate::key::Groups;
use crate::table::Table;

/// Distinct values shown of a column.
const VALUES_SHOWN: usize = 5;
/// Distinct values of a column whose texts are made to find those that are shown.
const VALUES_WRITTEN: usize = 1_000;
/// Characters shown of a value.
const VALUE_CHARACTERS: usize = 80;

/// One line for each column and scalar of the predicate.
pub(super) fn met(
    runner: &mut Runner<'_>,
    predicate: &Expr,
    table: &Table,
) -> Result<Vec<String>, EvalError> {
    let mut names = Names::default();
    names.collect(predicate);
    let mut lines = Vec::new();
    for index in names.columns {
        let schema = table.schema().columns.get(index);
        if let (Some(column), Some(schema)) = (table.column(index), schema) {
            lines.push(format!("{} was {}", schema.name, commonest(column)));
        }
    }
    let query = runner.query;
    for index in names.scalars {
        let value = runner.scalar(index)?;
        if let Some(scalar) = query
            .scalars
            .get(index)
            .filter(|scalar| !scalar.name.is_empty())
        {
            let text = shown(&value_text(&value, scalar.ty));
            lines.push(format!("{} is {text}", scalar.name));
        }
    }
    Ok(lines)
}

/// Columns and scalars that an expression reads.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) columns: BTreeSet<usize>,
    pub(crate) scalars: BTreeSet<usize>,
}

impl Names {
    pub(crate) fn collect(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(_) => {}
            ExprKind::Column(index) => {
                self.columns.insert(*index);
            }
            ExprKind::Scalar(index) => {
                self.scalars.insert(*index);
            }
            ExprKind::Call(_, items) | ExprKind::Array(items) => self.collect_all(items),
            ExprKind::Index(base, index) => {
                self.collect(base);
                self.collect(index);
            }
            ExprKind::In(list) => {
                self.collect(&list.needle);
                if let Haystack::Values(items) = &list.haystack {
                    self.collect_all(items);
                }
            }
        }
    }

    fn collect_all(&mut self, exprs: &[Expr]) {
        exprs.iter().for_each(|expr| self.collect(expr));
    }
}

/// `Success (12), OK (3)`: the commonest values, by count and then by text. Of more values than are written
/// out, those that appear first are preferred.
fn commonest(column: &Column) -> String {
    let groups = Groups::of(std::slice::from_ref(column), column.len());
    let mut of_group = vec![0; groups.len()];
    for group in &groups.of_row {
        if let Some(count) = of_group.get_mut(*group as usize) {
            *count += 1;
        }
    }
    let mut found: Vec<(u32, usize)> = groups.first_rows.into_iter().zip(of_group).collect();
    let left_out = found.len().saturating_sub(VALUES_WRITTEN);
    if left_out > 0 {
        found.sort_by_key(|(_, count)| Reverse(*count));
        found.truncate(VALUES_WRITTEN);
    }
    // Different values may have one text.
    let mut counts: IndexMap<String, usize> = IndexMap::new();
    for (row, count) in found {
        let value = column.get(row as usize);
        *counts
            .entry(value_text(&value, column.ty()).into_owned())
            .or_default() += count;
    }
    counts.sort_by(|a_text, a, b_text, b| b.cmp(a).then_with(|| a_text.cmp(b_text)));
    let more = left_out + counts.len().saturating_sub(VALUES_SHOWN);
    let values = counts.iter().take(VALUES_SHOWN);
    let values: Vec<String> = values
        .map(|(text, count)| format!("{} ({count})", shown(text)))
        .collect();
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    values.join(", ") + &rest
}

/// A value's text, shortened; an empty one has a name.
pub(crate) fn shown(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    match text.char_indices().nth(VALUE_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
