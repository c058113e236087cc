//! Columns of a result that are made of what tells the kind of resource: a length, a hash or a piece of its name.
//! They differ between the two logs of a proof as the resources do, whatever the rules do.

use std::collections::BTreeSet;

use crate::carry::Carrying;
use crate::compare::Aspect;
use crate::reading::Reading;
use crate::verdict::{CounterExample, ExampleOutcome};

/// That all columns in which the rows of a counter-example differ are made of the kind of resource; `None` when
/// something else differs.
pub(crate) fn sentence(
    found: &CounterExample,
    reading: &Reading,
    carrying: &Carrying,
) -> Option<String> {
    let is_of_values = matches!(
        found.difference.aspect,
        Aspect::Rows | Aspect::Details | Aspect::Entities
    );
    let columns = unlike(&found.original, &found.converted, carrying);
    if !is_of_values || columns.is_empty() || found.original.row_count != found.converted.row_count
    {
        return None;
    }
    let mut sources = BTreeSet::new();
    for column in &columns {
        let made_of = reading.made_of.get(*column)?;
        let names = made_of.iter().map(|source| source.column.as_str());
        let told: Vec<&str> = names.filter(|name| tells(carrying, name)).collect();
        if told.is_empty() {
            return None;
        }
        sources.extend(told);
    }
    let sources: Vec<&str> = sources.into_iter().collect();
    let is = if columns.len() == 1 { "is" } else { "are" };
    Some(format!(
        "But {} {is} made of {}, where the two kinds of resource say different things, so this may be a difference of the resources and not of the rules. Everything else about the rows is the same.",
        columns.join(", "),
        sources.join(", ")
    ))
}

/// Whether a column of a log tells the kind of resource.
fn tells(carrying: &Carrying, column: &str) -> bool {
    column == carrying.type_column() || carrying.is_id(column)
}

/// Columns of two results whose values are not the same, in order.
fn unlike<'o>(
    original: &'o ExampleOutcome,
    converted: &ExampleOutcome,
    carrying: &Carrying,
) -> Vec<&'o str> {
    let values = |outcome: &ExampleOutcome, name: &str| {
        let at = outcome.columns.iter().position(|column| column == name)?;
        let cells = outcome.rows.iter().filter_map(|row| row.get(at));
        let mut cells: Vec<String> = cells.map(|cell| carrying.canonical(cell)).collect();
        cells.sort();
        Some(cells)
    };
    let names = original.columns.iter().map(String::as_str);
    let differ = |name: &&str| values(original, name) != values(converted, name);
    names.filter(differ).collect()
}
