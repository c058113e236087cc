//! What a run notes about its rows while the operators run: for each of them, how its result rows hang
//! together with the rows of its inputs.
//!
//! An operator that says nothing is taken to need all rows of its inputs for each of its result rows,
//! and is marked as such: what is missing makes an explanation coarse, never wrong.

mod inputs;
mod kept;
mod said;
mod track;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use kql_analysis::plan::Plan;

use super::elements::Elements;
use super::fate::{Stop, Why};
use super::links::Links;
use super::{SourceRow, names};
use crate::error::EvalError;
use inputs::{choose, contexts, unsaid};

/// The number of an operator's execution, in order of completion.
pub(crate) type NodeId = u32;

/// One execution of an operator.
#[derive(Debug)]
pub(crate) struct Node {
    /// Name of the operator.
    pub operator: &'static str,
    /// Its place in the query text.
    pub range: Range<usize>,
    /// Rows of its result.
    pub rows: u32,
    /// What it read.
    pub inputs: Vec<Input>,
    /// Where rows come from that no operator made.
    pub source: Option<Source>,
    /// Rows of the result that hold the watched row.
    pub watched: Vec<u32>,
    /// The conditions that `and` joins in the predicate of a `where`, as places in the text.
    pub conditions: Vec<Range<usize>>,
    /// How single elements of its arrays hang together with rows.
    pub elements: Option<Elements>,
}

/// An input of an operator.
#[derive(Debug)]
pub(crate) struct Input {
    /// The execution that made it.
    pub node: NodeId,
    /// How its rows hang together with those of the result.
    pub links: Links,
    /// Whether rows go on in the result; otherwise they are only looked up.
    pub carries: bool,
    /// Why the links may name more rows than needed.
    pub approximate: Option<&'static str>,
}

/// Where rows come from.
#[derive(Debug)]
pub(crate) enum Source {
    /// A given table; the rows of it that are read, all when absent.
    Given(String, Option<Vec<u32>>),
    /// The query itself: `datatable`, `print`, `range`.
    Query,
}

/// Something that the current operator's expressions looked up.
#[derive(Clone, Debug)]
pub(crate) enum Context {
    /// The same rows for every result row.
    Fixed(NodeId, Arc<Vec<u32>>),
    /// A set of rows for each row of the first input.
    OfInput(NodeId, Vec<u32>, Arc<Vec<Vec<u32>>>),
    /// The rows of the first input on which each result row rests.
    OfResult(Arc<Vec<Vec<u32>>>),
    /// A set of rows of the first input for each of its rows, for the reason given.
    Partition(Vec<u32>, Arc<Vec<Vec<u32>>>, &'static str),
    /// Neighbouring rows of the first input for each of its rows: the first, and one past the last.
    Ranges(Vec<(u32, u32)>),
    /// Rows of the first input, the same for every result row.
    Some(Vec<u32>),
    /// The other rows of the first input, for the reason given.
    Neighbours(&'static str),
}

/// The operator that is running.
#[derive(Debug, Default)]
struct Frame {
    inputs: Vec<NodeId>,
    links: BTreeMap<usize, Link>,
    contexts: Vec<Context>,
    source: Option<Source>,
    /// Whether expressions are evaluated over the rows of the first input.
    over_input: bool,
    reasons: Vec<(usize, u32, Why)>,
    chosen: Vec<Vec<u32>>,
    conditions: Vec<Range<usize>>,
    elements: Option<Elements>,
}

#[derive(Debug)]
struct Link {
    links: Links,
    carries: bool,
    approximate: Option<&'static str>,
}

/// The notes of one run.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub nodes: Vec<Node>,
    frames: Vec<Frame>,
    watch: Option<SourceRow>,
    pub stops: Vec<Stop>,
    pub reads: usize,
    pub statements: Vec<NodeId>,
    shared: BTreeMap<usize, NodeId>,
    scalars: BTreeMap<usize, Vec<Context>>,
    late: Vec<NodeId>,
    parts: Vec<NodeId>,
    aside: Option<NodeId>,
    held: usize,
}

impl Trace {
    /// Notes that also follow a row of a given table.
    pub(crate) fn watching(watch: Option<SourceRow>) -> Self {
        Self {
            watch,
            ..Self::default()
        }
    }

    /// An operator begins.
    pub(crate) fn open(&mut self) {
        self.frames.push(Frame::default());
    }

    /// An operator has made its rows. Fails when the notes grow beyond `limit` numbers.
    pub(crate) fn close(
        &mut self,
        plan: &Plan,
        rows: usize,
        limit: usize,
    ) -> Result<(), EvalError> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let rows = rows as u32;
        let name = names::operator(&plan.node);
        let node = self.finished(frame, plan, name, rows);
        self.add(node, limit)?;
        let id = self.nodes.len() as NodeId - 1;
        match self.frames.last_mut() {
            Some(outer) => outer.inputs.push(id),
            None => self.statements.push(id),
        }
        Ok(())
    }

    fn add(&mut self, node: Node, limit: usize) -> Result<(), EvalError> {
        let links: usize = node.inputs.iter().map(|input| input.links.size()).sum();
        let links = links + node.elements.as_ref().map_or(0, Elements::size);
        let read = match &node.source {
            Some(Source::Given(_, Some(rows))) => rows.len(),
            _ => 0,
        };
        self.held += 1 + links + read;
        self.nodes.push(node);
        if self.held <= limit {
            return Ok(());
        }
        let message = format!("the explanation would hold more than {limit} row numbers");
        Err(EvalError::new(message).with_hint("Explain a shorter span of time, or fewer rows."))
    }

    fn finished(&mut self, mut frame: Frame, plan: &Plan, name: &'static str, rows: u32) -> Node {
        let inputs = frame.inputs.clone();
        let mut made: Vec<Input> = Vec::with_capacity(inputs.len());
        for (place, node) in inputs.iter().enumerate() {
            let rows_in = self.rows_of(*node);
            let link = frame
                .links
                .remove(&place)
                .unwrap_or_else(|| unsaid(&plan.node, rows_in, rows));
            made.push(Input {
                node: *node,
                links: link.links,
                carries: link.carries,
                approximate: link.approximate,
            });
        }
        let chosen = std::mem::take(&mut frame.chosen);
        choose(&mut made, chosen, &plan.node);
        let watched = self.follow(&frame, &made, plan, name, rows);
        made.extend(contexts(&frame.contexts, &made, rows));
        if made.is_empty() && frame.source.is_none() {
            frame.source = Some(Source::Query);
        }
        Node {
            operator: name,
            range: plan.range.clone(),
            rows,
            inputs: made,
            source: frame.source,
            watched,
            conditions: frame.conditions,
            elements: frame.elements,
        }
    }

    fn rows_of(&self, node: NodeId) -> u32 {
        self.nodes.get(node as usize).map_or(0, |node| node.rows)
    }

    fn watched_in(&self, node: NodeId) -> &[u32] {
        let node = self.nodes.get(node as usize);
        node.map_or(&[], |node| node.watched.as_slice())
    }

    fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }
}
