//! What the running operator says of itself: how its rows hang together, and what its expressions read.

use std::ops::Range;

use super::super::elements::Elements;
use super::super::fate::Why;
use super::super::links::Links;
use super::{Context, Link, Source, Trace};

impl Trace {
    /// Says how the rows of the input at a place hang together with the result.
    pub(crate) fn link(&mut self, place: usize, links: Links) {
        self.put(place, links, true, None);
    }

    /// As [`Self::link`], for rows that are only looked up.
    pub(crate) fn look_up(&mut self, place: usize, links: Links) {
        self.put(place, links, false, None);
    }

    /// As [`Self::link`], for links that may name more rows than needed.
    pub(crate) fn approximate(&mut self, place: usize, links: Links, why: &'static str) {
        self.put(place, links, true, Some(why));
    }

    fn put(&mut self, place: usize, links: Links, carries: bool, why: Option<&'static str>) {
        if let Some(frame) = self.frame() {
            let link = Link {
                links,
                carries,
                approximate: why,
            };
            frame.links.insert(place, link);
        }
    }

    /// Says that the rows of the operator come from a given table.
    pub(crate) fn read(&mut self, table: &str, rows: Option<Vec<u32>>) {
        if let Some(frame) = self.frame() {
            frame.source = Some(Source::Given(table.to_owned(), rows));
        }
    }

    /// The watched rows in the input at a place.
    pub(crate) fn watched(&self, place: usize) -> Vec<u32> {
        let frame = self.frames.last();
        let node = frame.and_then(|frame| frame.inputs.get(place));
        node.map_or_else(Vec::new, |node| self.watched_in(*node).to_vec())
    }

    /// Says why a watched row of an input is not in the result.
    pub(crate) fn reason(&mut self, place: usize, row: u32, why: Why) {
        if let Some(frame) = self.frame() {
            frame.reasons.push((place, row, why));
        }
    }

    /// Notes the conditions of a predicate.
    pub(crate) fn conditions(&mut self, conditions: Vec<Range<usize>>) {
        if let Some(frame) = self.frame() {
            frame.conditions = conditions;
        }
    }

    /// Notes how single elements of arrays hang together with rows.
    pub(crate) fn elements(&mut self, elements: Elements) {
        if let Some(frame) = self.frame() {
            frame.elements = Some(elements);
        }
    }

    /// How many lookups the running operator has noted.
    pub(crate) fn lookups(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.contexts.len())
    }

    /// What was looked up since then, when that is nothing but neighbouring rows.
    pub(crate) fn ranges_since(&self, lookups: usize) -> Option<Vec<Vec<(u32, u32)>>> {
        let frame = self.frames.last()?;
        let since = frame.contexts.get(lookups..).unwrap_or_default();
        let ranges = since.iter().map(|context| match context {
            Context::Ranges(ranges) => Some(ranges.clone()),
            _ => None,
        });
        ranges.collect()
    }

    /// Notes the row of each group that an aggregate has chosen.
    pub(crate) fn chosen(&mut self, rows: Vec<u32>) {
        if let Some(frame) = self.frame() {
            frame.chosen.push(rows);
        }
    }

    /// Notes that an expression looks something up.
    pub(crate) fn context(&mut self, context: Context) {
        if let Some(frame) = self.frame() {
            frame.contexts.push(context);
        }
    }

    /// Says whether expressions are evaluated over the rows of the first input, and gives what held before.
    pub(crate) fn over_input(&mut self, over: bool) -> bool {
        self.frame()
            .is_some_and(|frame| std::mem::replace(&mut frame.over_input, over))
    }

    /// Whether expressions are evaluated over the rows of the first input.
    pub(crate) fn is_over_input(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.over_input)
    }
}
