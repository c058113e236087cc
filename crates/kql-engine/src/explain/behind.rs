//! From a row of a result to the rows behind it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::elements::{Parts, Way};
use super::trace::{NodeId, Source, Trace};

/// The rows behind a row of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Behind {
    /// Rows of the given tables, by name.
    pub tables: BTreeMap<String, BehindRows>,
    /// Rows that the query itself holds (`datatable`, `print`, `range`): the place of the operator in the
    /// text and the rows' numbers.
    pub literal: Vec<(Range<usize>, Vec<u32>)>,
    /// Operators for which more rows are named than may be needed.
    pub approximate: Vec<Approximation>,
}

/// Rows of one table, by number, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BehindRows {
    /// Rows that the result row is made of or rests on.
    pub exact: Vec<u32>,
    /// Rows that may be among them: see [`Behind::approximate`].
    pub possible: Vec<u32>,
}

/// An operator that names more rows than may be needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approximation {
    /// Place of the operator in the query text, in UTF-8 bytes.
    pub range: Range<usize>,
    /// Its name.
    pub operator: String,
    /// Why.
    pub why: String,
}

impl Behind {
    /// All rows of a table, exact or possible, in order.
    pub fn rows(&self, table: &str) -> Vec<u32> {
        let Some(found) = self.tables.get(table) else {
            return Vec::new();
        };
        let mut rows = [found.exact.as_slice(), found.possible.as_slice()].concat();
        rows.sort_unstable();
        rows
    }

    /// Number of rows of the given tables.
    pub fn count(&self) -> usize {
        let tables = self.tables.values();
        tables
            .map(|rows| rows.exact.len() + rows.possible.len())
            .sum()
    }
}

/// The marked rows of each execution.
type Marks = Vec<Vec<bool>>;

impl Trace {
    /// The rows behind rows of a statement's result.
    pub(crate) fn behind(&self, statement: usize, rows: Range<usize>) -> Behind {
        let Some(start) = self.statements.get(statement) else {
            return Behind::default();
        };
        let (exact, _) = self.marked(*start, rows.clone(), false);
        let (all, elements) = self.marked(*start, rows, true);
        let mut behind = Behind {
            approximate: self.approximations(&all, &elements),
            ..Behind::default()
        };
        for (id, node) in self.nodes.iter().enumerate() {
            let (sure, any) = (marks(&exact, id), marks(&all, id));
            match &node.source {
                Some(Source::Given(table, rows)) => {
                    let found = behind.tables.entry(table.clone()).or_default();
                    found.add(rows.as_deref(), sure, any);
                }
                Some(Source::Query) if any.contains(&true) => {
                    let rows = (0u32..).zip(any).filter(|(_, mark)| **mark);
                    let rows = rows.map(|(row, _)| row).collect();
                    behind.literal.push((node.range.clone(), rows));
                }
                _ => {}
            }
        }
        behind
            .tables
            .values_mut()
            .for_each(BehindRows::put_in_order);
        behind
            .tables
            .retain(|_, rows| !rows.exact.is_empty() || !rows.possible.is_empty());
        behind
    }

    /// Marks what rows rest on, following approximate links or not; and tells of which rows it is single
    /// elements.
    fn marked(&self, start: NodeId, rows: Range<usize>, approximate: bool) -> (Marks, Parts) {
        let mut all: Marks = vec![Vec::new(); self.nodes.len()];
        let mut parts = Parts::of(self.nodes.len());
        self.mark(&mut all, start, |marks| {
            if let Some(marks) = marks.get_mut(rows) {
                marks.fill(true);
            }
        });
        // What an operator reads was made before it.
        for id in (0..=start as usize).rev() {
            let Some(node) = self.nodes.get(id) else {
                continue;
            };
            let mut outputs = all.get_mut(id).map(std::mem::take).unwrap_or_default();
            let partly = parts.of_node(id, &outputs);
            if outputs.contains(&true) || !partly.is_empty() {
                for (place, input) in node.inputs.iter().enumerate() {
                    let follow = approximate || input.approximate.is_none();
                    let step = Way {
                        node,
                        input,
                        follow,
                        first: place == 0,
                    };
                    self.mark(&mut all, input.node, |marks| {
                        step.back(&outputs, &partly, marks, &mut parts);
                    });
                }
            }
            outputs.resize(node.rows as usize, false);
            for row in partly.keys() {
                if let Some(mark) = outputs.get_mut(*row as usize) {
                    *mark = true;
                }
            }
            if let Some(slot) = all.get_mut(id) {
                *slot = outputs;
            }
        }
        (all, parts)
    }

    fn mark(&self, all: &mut Marks, node: NodeId, set: impl FnOnce(&mut [bool])) {
        let rows = self.nodes.get(node as usize).map_or(0, |node| node.rows);
        if let Some(marks) = all.get_mut(node as usize) {
            marks.resize(rows as usize, false);
            set(marks);
        }
    }

    fn approximations(&self, all: &Marks, parts: &Parts) -> Vec<Approximation> {
        let mut found: Vec<Approximation> = Vec::new();
        for (id, node) in self.nodes.iter().enumerate() {
            let whole_series = node.is_series() && !parts.reached(id);
            if !marks(all, id).contains(&true) || whole_series {
                continue;
            }
            for why in node.inputs.iter().filter_map(|input| input.approximate) {
                let one = Approximation {
                    range: node.range.clone(),
                    operator: node.operator.to_owned(),
                    why: why.to_owned(),
                };
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
        found
    }
}

impl BehindRows {
    /// Adds marked rows of a reading; `rows` are their numbers in the table.
    fn add(&mut self, rows: Option<&[u32]>, exact: &[bool], all: &[bool]) {
        for place in (0..all.len()).filter(|place| all.get(*place) == Some(&true)) {
            let row = match rows {
                Some(rows) => rows.get(place).copied(),
                None => Some(place as u32),
            };
            match exact.get(place) {
                Some(true) => self.exact.extend(row),
                _ => self.possible.extend(row),
            }
        }
    }

    fn put_in_order(&mut self) {
        self.exact.sort_unstable();
        self.exact.dedup();
        let exact = &self.exact;
        self.possible.sort_unstable();
        self.possible.dedup();
        self.possible
            .retain(|row| exact.binary_search(row).is_err());
    }
}

fn marks(all: &Marks, id: usize) -> &[bool] {
    all.get(id).map_or(&[], Vec::as_slice)
}
