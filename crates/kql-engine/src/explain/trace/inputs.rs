//! The inputs of an operator: what holds of those that it says nothing about, the rows that its aggregates
//! choose, and what its expressions looked up.

use std::sync::Arc;

use kql_analysis::plan::Node as PlanNode;

use super::super::links::Links;
use super::super::names;
use super::{Context, Input, Link};
use crate::column::NO_ROW;

/// What holds of an input that the operator says nothing about.
pub(super) fn unsaid(node: &PlanNode, rows_in: u32, rows: u32) -> Link {
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

/// When every aggregate of a `summarize` chooses a row, the rows chosen stand for their groups.
pub(super) fn choose(inputs: &mut Vec<Input>, chosen: Vec<Vec<u32>>, node: &PlanNode) {
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
pub(super) fn contexts(contexts: &[Context], inputs: &[Input], rows: u32) -> Vec<Input> {
    let first = inputs.first();
    let input = |node, links, approximate| Input {
        node,
        links,
        carries: false,
        approximate,
    };
    let made = contexts.iter().filter_map(|context| match context {
        Context::Fixed(node, fixed) => Some(input(*node, Links::Fixed(Arc::clone(fixed)), None)),
        Context::Ranges(ranges) => first.map(|first| near(first, ranges, rows)),
        Context::Some(rows) => {
            first.map(|first| input(first.node, Links::Fixed(Arc::new(rows.clone())), None))
        }
        Context::Neighbours(why) => first.map(|first| input(first.node, Links::All, Some(*why))),
        Context::OfInput(node, of_input, sets) => {
            Some(input(*node, sets_of(first?, of_input, sets, rows), None))
        }
        Context::OfResult(sets) => {
            let links = Links::Sets((0..rows).collect(), Arc::clone(sets));
            first.map(|first| input(first.node, links, None))
        }
        Context::Partition(of_input, sets, why) => {
            let first = first?;
            let links = sets_of(first, of_input, sets, rows);
            Some(input(first.node, links, Some(*why)))
        }
    });
    made.collect()
}

/// The neighbours of a result row's input row; all rows where it has no single one.
fn near(first: &Input, ranges: &[(u32, u32)], rows: u32) -> Input {
    let (links, approximate) = match &first.links {
        Links::Same | Links::One(_) => {
            let of = |row| ranges.get(first.links.one(row) as usize).copied();
            let of_rows = (0..rows).map(|row| of(row).unwrap_or_default());
            (Links::Ranges(of_rows.collect()), None)
        }
        _ => (Links::All, Some(names::NEIGHBOURS)),
    };
    Input {
        node: first.node,
        links,
        carries: false,
        approximate,
    }
}

/// Sets that are known for the rows of an input, for the rows of the result.
fn sets_of(input: &Input, of_input: &[u32], sets: &Arc<Vec<Vec<u32>>>, rows: u32) -> Links {
    let set = |row| {
        let of = input.links.one(row);
        of_input.get(of as usize).copied().unwrap_or(NO_ROW)
    };
    Links::Sets((0..rows).map(set).collect(), Arc::clone(sets))
}
