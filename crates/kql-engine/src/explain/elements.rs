//! Single elements of arrays on the way back from a result: the point of a series that an `mv-expand` has
//! made a row of is followed to the rows of its bin.
//!
//! Between the two, operators must take a row to a row. Elsewhere, a row stands for all of its elements.

use std::collections::{BTreeMap, BTreeSet};

use super::links::Links;
use super::trace::{Input, Node};
use crate::column::NO_ROW;

/// How single elements of arrays hang together with rows.
#[derive(Clone, Debug)]
pub(crate) enum Elements {
    /// `mv-expand`: the place of each result row in the longest array of its input row.
    Expanded(Vec<u32>),
    /// `make-series`: the bin of each input row, or [`NO_ROW`].
    Binned(Vec<u32>),
}

/// Places of elements of rows.
type OfRows = BTreeMap<u32, BTreeSet<u32>>;

/// The elements that are asked for at each operator.
#[derive(Debug)]
pub(super) struct Parts {
    of_node: Vec<OfRows>,
}

/// One way from an operator to an input.
pub(super) struct Way<'t> {
    pub node: &'t Node,
    pub input: &'t Input,
    /// Whether rows are followed that may not be needed.
    pub follow: bool,
    /// Whether it is the first input.
    pub first: bool,
}

impl Elements {
    /// Numbers that this holds, as a measure of memory.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Expanded(numbers) | Self::Binned(numbers) => numbers.len(),
        }
    }
}

impl Node {
    /// Whether it makes series.
    pub(super) fn is_series(&self) -> bool {
        matches!(self.elements, Some(Elements::Binned(_)))
    }
}

impl Parts {
    /// For so many operators.
    pub(super) fn of(nodes: usize) -> Self {
        Self {
            of_node: vec![OfRows::new(); nodes],
        }
    }

    /// The elements that are asked for of the rows of an operator that are not asked for as a whole.
    pub(super) fn of_node(&mut self, id: usize, whole: &[bool]) -> OfRows {
        let Some(of_rows) = self.of_node.get_mut(id) else {
            return OfRows::new();
        };
        of_rows.retain(|row, _| whole.get(*row as usize) != Some(&true));
        of_rows.clone()
    }

    /// Whether single elements of an operator's rows are asked for.
    pub(super) fn reached(&self, id: usize) -> bool {
        self.of_node.get(id).is_some_and(|rows| !rows.is_empty())
    }

    fn ask(&mut self, node: u32, row: u32, places: &BTreeSet<u32>) {
        if let Some(of_rows) = self.of_node.get_mut(node as usize) {
            of_rows.entry(row).or_default().extend(places);
        }
    }
}

impl Way<'_> {
    /// Marks the input rows behind result rows, of some of which only elements are asked for.
    pub(super) fn back(
        &self,
        outputs: &[bool],
        partly: &OfRows,
        marks: &mut [bool],
        parts: &mut Parts,
    ) {
        let links = &self.input.links;
        match &self.node.elements {
            Some(Elements::Expanded(places)) if self.first => {
                let whole = (0_u32..).zip(outputs).filter(|(_, mark)| **mark);
                for row in whole.map(|(row, _)| row).chain(partly.keys().copied()) {
                    if let Some(place) = places.get(row as usize) {
                        parts.ask(self.input.node, links.one(row), &BTreeSet::from([*place]));
                    }
                }
            }
            Some(Elements::Binned(bins)) if self.first => {
                links.back(outputs, marks);
                self.bins(bins, partly, marks);
            }
            _ if !self.follow => {}
            _ if self.first
                && self.input.carries
                && matches!(links, Links::Same | Links::One(_)) =>
            {
                links.back(outputs, marks);
                for (row, places) in partly {
                    parts.ask(self.input.node, links.one(*row), places);
                }
            }
            _ => {
                let mut outputs = outputs.to_vec();
                outputs.resize(self.node.rows as usize, false);
                for row in partly.keys() {
                    if let Some(mark) = outputs.get_mut(*row as usize) {
                        *mark = true;
                    }
                }
                links.back(&outputs, marks);
            }
        }
    }

    /// Marks the rows of bins; with what may be needed, all rows of their series.
    fn bins(&self, bins: &[u32], partly: &OfRows, marks: &mut [bool]) {
        let Links::Group(series) = &self.input.links else {
            return;
        };
        for ((mark, series), bin) in marks.iter_mut().zip(series).zip(bins) {
            let wanted = partly.get(series).filter(|_| *bin != NO_ROW);
            *mark |= wanted.is_some_and(|places| self.follow || places.contains(bin));
        }
    }
}
