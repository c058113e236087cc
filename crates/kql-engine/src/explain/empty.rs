//! Why a result has no rows: the operators that left none, and what there would be without one condition.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_analysis::{Catalog, bind};
use serde::{Deserialize, Serialize};

use super::trace::{Source, Trace};
use super::{Explained, explain};
use crate::error::EvalError;
use crate::run::{RunOptions, run};
use crate::step::Step;
use crate::table::Table;

/// Conditions that are tried out, at most.
pub const MAX_TRIED: usize = 40;
/// Rows of all given tables together up to which that many are tried; of larger ones fewer are, so that
/// the work stays the same.
const ROWS_FOR_ALL: usize = 250_000;
/// Conditions that are tried out in any case.
const MIN_TRIED: usize = 4;

/// An operator that let no row through, or a table without rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Emptied {
    /// Place of the operator in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Its name.
    pub operator: String,
    /// The given table, when it is one.
    pub table: Option<String>,
    /// Rows of each of its inputs.
    pub rows_in: Vec<usize>,
    /// What a `where` met in the columns of its predicate.
    pub met: Vec<String>,
}

/// What the result would be without a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Without {
    /// Place of the condition in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Rows that the result would have.
    pub rows: usize,
}

impl Trace {
    /// The operators on the way to a statement's empty result that had rows and gave none.
    pub(crate) fn emptied(&self, statement: usize, steps: &[Step]) -> Vec<Emptied> {
        let Some(start) = self.statements.get(statement) else {
            return Vec::new();
        };
        let mut open = vec![*start];
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            let empty = self
                .nodes
                .get(id as usize)
                .is_some_and(|node| node.rows == 0);
            if empty && seen.insert(id) {
                let inputs = self.nodes.get(id as usize).map(|node| node.inputs.iter());
                let carrying = inputs
                    .into_iter()
                    .flatten()
                    .filter(|input| input.carries)
                    .map(|input| input.node);
                open.extend(carrying);
            }
        }
        let nodes = seen.iter().filter_map(|id| self.nodes.get(*id as usize));
        let mut found: Vec<Emptied> = Vec::new();
        for node in nodes {
            let counts = node.inputs.iter().filter(|input| input.carries);
            let counts = counts.filter_map(|input| self.nodes.get(input.node as usize));
            let rows_in: Vec<usize> = counts.map(|node| node.rows as usize).collect();
            let is_source = matches!(node.source, Some(Source::Given(..)));
            if !is_source && rows_in.iter().all(|rows| *rows == 0) {
                continue;
            }
            let step = steps.iter().find(|step| step.range == node.range);
            let one = Emptied {
                range: node.range.clone(),
                operator: node.operator.to_owned(),
                table: match &node.source {
                    Some(Source::Given(table, _)) => Some(table.clone()),
                    _ => None,
                },
                rows_in,
                met: step.map(|step| step.met.clone()).unwrap_or_default(),
            };
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }

    /// The conditions of all predicates that met rows, in order of execution.
    fn met_conditions(&self) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for node in &self.nodes {
            let met_rows = node.inputs.iter().any(|input| {
                let input = self.nodes.get(input.node as usize);
                input.is_some_and(|node| node.rows > 0)
            });
            for range in node.conditions.iter().filter(|_| met_rows) {
                if !found.contains(range) {
                    found.push(range.clone());
                }
            }
        }
        found
    }
}

/// Runs a query once more for each of its conditions, without it, and gives the conditions without which
/// the last statement has rows, and how many conditions were not tried. A condition is a part of the
/// predicate of a `where` that `and` joins to the others, or the whole predicate.
pub fn without_conditions(
    text: &str,
    catalog: &Catalog,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
) -> Result<(Vec<Without>, usize), EvalError> {
    let Some(query) = bind(text, catalog).query else {
        return Ok((Vec::new(), 0));
    };
    let explained: Explained = explain(&query, tables, options, None)?;
    let conditions = explained.trace.met_conditions();
    let rows: usize = tables.values().map(Table::rows).sum();
    let most = (MAX_TRIED * ROWS_FOR_ALL / rows.max(1)).clamp(MIN_TRIED, MAX_TRIED);
    let mut found = Vec::new();
    for range in conditions.iter().take(most) {
        if let Some(rows) = rows_without(text, range, catalog, tables, options)
            && rows > 0
        {
            found.push(Without {
                range: range.clone(),
                rows,
            });
        }
    }
    Ok((found, conditions.len().saturating_sub(most)))
}

/// The rows of the last statement when a condition holds always. `None` when that is no query any more,
/// as for a condition that the binder made of several places, or when it fails.
fn rows_without(
    text: &str,
    range: &Range<usize>,
    catalog: &Catalog,
    tables: &BTreeMap<String, Table>,
    options: &RunOptions,
) -> Option<usize> {
    let (before, behind) = (text.get(..range.start)?, text.get(range.end..)?);
    let changed = format!("{before} true {behind}");
    let query = bind(&changed, catalog).query?;
    let options = RunOptions {
        explain: false,
        ..options.clone()
    };
    let result = run(&query, tables, &options).ok()?;
    result.tables.last().map(Table::rows)
}
