//! What is computed once and read many times: scalars, named tables, plugins that run first, and the parts
//! that subqueries run over.

use kql_analysis::plan::Plan;

use super::super::fate::{Stop, Why};
use super::super::links::Links;
use super::{Context, Input, Node, NodeId, Trace};

impl Trace {
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
            elements: None,
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
