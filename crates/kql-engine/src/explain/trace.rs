//! What a run notes about its rows while the operators run: for each of them, how its result rows hang
//! together with the rows of its inputs.
//!
//! An operator that says nothing is taken to need all rows of its inputs for each of its result rows,
//! and is marked as such: what is missing makes an explanation coarse, never wrong.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use kql_analysis::plan::{Node as PlanNode, Plan};

use super::fate::{Stop, Why};
use super::links::{Followed, Links};
use super::{SourceRow, names};
use crate::column::NO_ROW;
use crate::error::EvalError;

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
    /// A set of rows of the first input for each of its rows, for the reason given.
    Partition(Vec<u32>, Arc<Vec<Vec<u32>>>, &'static str),
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
        }
    }

    /// Follows the watched row into the result, and notes where it is lost.
    fn follow(
        &mut self,
        frame: &Frame,
        inputs: &[Input],
        plan: &Plan,
        name: &'static str,
        rows: u32,
    ) -> Vec<u32> {
        let mut kept = self.read_watched(frame.source.as_ref(), plan, name);
        let mut followed: Vec<(usize, Followed)> = Vec::new();
        for (place, input) in inputs.iter().enumerate() {
            let tracked = self.watched_in(input.node);
            if !tracked.is_empty() {
                followed.push((place, input.links.forth(tracked, rows)));
            }
        }
        if matches!(plan.node, PlanNode::Summarize { .. }) {
            lost_in_all(&mut followed);
        }
        for (place, followed) in followed {
            kept.extend(followed.kept);
            let Some(input) = inputs.get(place) else {
                continue;
            };
            if !followed.lost.is_empty() {
                let said = frame.reasons.iter().filter(|(of, ..)| *of == place);
                let said: Vec<(u32, Why)> = said.map(|(_, row, why)| (*row, why.clone())).collect();
                self.stop(plan, name, input.carries, (&followed.lost, &said));
            } else if matches!(plan.node, PlanNode::Distinct { .. }) {
                self.note_equal(plan, name, input.node, &input.links);
            }
        }
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn stop(
        &mut self,
        plan: &Plan,
        operator: &'static str,
        carries: bool,
        (lost, said): (&[u32], &[(u32, Why)]),
    ) {
        let default = match carries {
            true => names::loss(&plan.node),
            false => Some(Why::LookedUp),
        };
        let unsaid = lost
            .iter()
            .any(|row| said.iter().all(|(known, _)| known != row));
        let mut why: Vec<Why> = Vec::new();
        for (_, one) in said {
            if !why.contains(one) {
                why.push(one.clone());
            }
        }
        match default {
            Some(default) if unsaid => why.push(default),
            // The operators inside of it tell.
            None if why.is_empty() => return,
            _ => {}
        }
        let rows = match names::loss(&plan.node) {
            None => said.len(),
            Some(_) => lost.len(),
        };
        self.stops.push(Stop {
            range: plan.range.clone(),
            operator: operator.to_owned(),
            rows,
            ends: true,
            why,
        });
    }

    /// `distinct` went on with an earlier, equal row.
    fn note_equal(&mut self, plan: &Plan, name: &'static str, input: NodeId, links: &Links) {
        let Links::Group(groups) = links else {
            return;
        };
        let first_of = |row: &u32| {
            let group = groups.get(*row as usize)?;
            groups.iter().position(|known| known == group)
        };
        let tracked = self.watched_in(input);
        let later = tracked
            .iter()
            .filter(|row| first_of(row).is_some_and(|first| first < **row as usize));
        let rows = later.count();
        if rows > 0 {
            self.stops.push(Stop {
                range: plan.range.clone(),
                operator: name.to_owned(),
                rows,
                ends: false,
                why: vec![Why::EqualToEarlier],
            });
        }
    }

    /// The watched row among the rows of a given table.
    fn read_watched(
        &mut self,
        source: Option<&Source>,
        plan: &Plan,
        name: &'static str,
    ) -> Vec<u32> {
        let (Some(Source::Given(table, rows)), Some(watch)) = (source, &self.watch) else {
            return Vec::new();
        };
        if *table != watch.table {
            return Vec::new();
        }
        self.reads += 1;
        let row = watch.row as u32;
        let place = match rows {
            None => Some(row),
            Some(rows) => rows.binary_search(&row).ok().map(|place| place as u32),
        };
        if place.is_none() {
            self.stops.push(Stop {
                range: plan.range.clone(),
                operator: name.to_owned(),
                rows: 1,
                ends: true,
                why: vec![Why::OutsideWindow],
            });
        }
        place.into_iter().collect()
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

    /// A table that is no input of the operator has been made: it is kept aside.
    pub(crate) fn set_aside(&mut self) {
        let node = self.frame().and_then(|frame| frame.inputs.pop());
        self.aside = node;
        let Some(node) = node else { return };
        let rows = self.watched_in(node).len();
        let Some(read) = self.nodes.get(node as usize).filter(|_| rows > 0) else {
            return;
        };
        self.stops.push(Stop {
            range: read.range.clone(),
            operator: read.operator.to_owned(),
            rows,
            ends: true,
            why: vec![Why::LookedUp],
        });
    }

    /// The table that was last set aside.
    pub(crate) fn aside(&self) -> Option<NodeId> {
        self.aside
    }

    /// Takes what the current operator has looked up so far.
    pub(crate) fn take_contexts(&mut self) -> Vec<Context> {
        self.frame()
            .map(|frame| std::mem::take(&mut frame.contexts))
            .unwrap_or_default()
    }

    /// A scalar has been computed from what was looked up since `before`.
    pub(crate) fn keep_scalar(&mut self, index: usize, before: Vec<Context>) {
        let mut found = self.take_contexts();
        self.scalars.insert(index, found.clone());
        if let Some(frame) = self.frame() {
            frame.contexts = before;
            frame.contexts.append(&mut found);
        }
    }

    /// A scalar that has been computed before is read.
    pub(crate) fn read_scalar(&mut self, index: usize) {
        let known = self.scalars.get(&index).cloned().unwrap_or_default();
        if let Some(frame) = self.frame() {
            frame.contexts.extend(known);
        }
    }

    /// The last input of the current operator is kept as a named table.
    pub(crate) fn keep_shared(&mut self, index: usize) {
        let last = self.frames.last().and_then(|frame| frame.inputs.last());
        if let Some(node) = last.copied() {
            self.shared.insert(index, node);
        }
    }

    /// A named table that has been made before is read.
    pub(crate) fn read_shared(&mut self, index: usize) {
        let node = self.shared.get(&index).copied();
        self.input(node);
    }

    /// The last statement is the result of a plugin that runs before the rest of the query.
    pub(crate) fn keep_late(&mut self) {
        self.late.extend(self.statements.pop());
    }

    /// The result of such a plugin is read.
    pub(crate) fn read_late(&mut self, index: usize) {
        let node = self.late.get(index).copied();
        self.input(node);
    }

    fn input(&mut self, node: Option<NodeId>) {
        if let (Some(frame), Some(node)) = (self.frames.last_mut(), node) {
            frame.inputs.push(node);
        }
    }

    /// A part of the first input's rows is handed to a subquery.
    pub(crate) fn begin_part(&mut self, plan: &Plan, rows: Vec<u32>) {
        let first = self.frames.last().and_then(|frame| frame.inputs.first());
        let Some(node) = first.copied() else { return };
        let links = Links::One(rows);
        let count = links.size() as u32;
        let watched = links.forth(self.watched_in(node), count).kept;
        self.held += links.size() + 1;
        self.parts.push(self.nodes.len() as NodeId);
        self.nodes.push(Node {
            operator: "part",
            range: plan.range.clone(),
            rows: count,
            inputs: vec![Input {
                node,
                links,
                carries: true,
                approximate: None,
            }],
            source: None,
            watched,
            conditions: Vec::new(),
        });
    }

    /// The subquery over a part has ended.
    pub(crate) fn end_part(&mut self) {
        self.parts.pop();
    }

    /// A part is read at a level.
    pub(crate) fn read_part(&mut self, level: usize) {
        let node = self.parts.get(level).copied();
        self.input(node);
    }
}

/// What holds of an input that the operator says nothing about.
fn unsaid(node: &PlanNode, rows_in: u32, rows: u32) -> Link {
    let keeps_rows = match node {
        PlanNode::Project { .. }
        | PlanNode::Extend { .. }
        | PlanNode::ExtendTuple { .. }
        | PlanNode::Pass { .. }
        | PlanNode::As { .. }
        | PlanNode::Shared { .. }
        | PlanNode::Part { .. }
        | PlanNode::Late { .. }
        | PlanNode::Parse(_)
        | PlanNode::ParseKv(_)
        | PlanNode::Where { .. } => rows_in == rows,
        PlanNode::Take { .. } => true,
        _ => false,
    };
    let (links, approximate) = match node {
        _ if keeps_rows => (Links::Same, None),
        PlanNode::GetSchema { .. } => (Links::None, None),
        PlanNode::Count { .. } | PlanNode::Reduce(_) => (Links::All, None),
        _ => (Links::All, Some(names::NOT_TRACED)),
    };
    Link {
        links,
        carries: true,
        approximate,
    }
}

/// Of links from one input that tell several stories: rows are lost when all of them lose them.
fn lost_in_all(followed: &mut [(usize, Followed)]) {
    let Some(((_, first), others)) = followed.split_first_mut() else {
        return;
    };
    for (_, other) in others {
        let lost = std::mem::take(&mut other.lost);
        first.lost.retain(|row| lost.binary_search(row).is_ok());
    }
}

/// When every aggregate of a `summarize` chooses a row, the rows chosen stand for their groups.
fn choose(inputs: &mut Vec<Input>, chosen: Vec<Vec<u32>>, node: &PlanNode) {
    let PlanNode::Summarize { aggregates, .. } = node else {
        return;
    };
    let Some(node) = inputs.first().map(|input| input.node) else {
        return;
    };
    if chosen.is_empty() || chosen.len() != aggregates.len() {
        return;
    }
    inputs.clear();
    inputs.extend(chosen.into_iter().map(|rows| Input {
        node,
        links: Links::One(rows),
        carries: true,
        approximate: None,
    }));
}

/// What expressions looked up, as inputs.
fn contexts(contexts: &[Context], inputs: &[Input], rows: u32) -> Vec<Input> {
    let first = inputs.first();
    let input = |node, links, approximate| Input {
        node,
        links,
        carries: false,
        approximate,
    };
    let made = contexts.iter().filter_map(|context| match context {
        Context::Fixed(node, fixed) => Some(input(*node, Links::Fixed(Arc::clone(fixed)), None)),
        Context::Neighbours(why) => first.map(|first| input(first.node, Links::All, Some(*why))),
        Context::OfInput(node, of_input, sets) => {
            Some(input(*node, sets_of(first?, of_input, sets, rows), None))
        }
        Context::Partition(of_input, sets, why) => {
            let first = first?;
            let links = sets_of(first, of_input, sets, rows);
            Some(input(first.node, links, Some(*why)))
        }
    });
    made.collect()
}

/// Sets that are known for the rows of an input, for the rows of the result.
fn sets_of(input: &Input, of_input: &[u32], sets: &Arc<Vec<Vec<u32>>>, rows: u32) -> Links {
    let set = |row| {
        let of = input.links.one(row);
        of_input.get(of as usize).copied().unwrap_or(NO_ROW)
    };
    Links::Sets((0..rows).map(set).collect(), Arc::clone(sets))
}
