//! Conditions behind an expansion that read nothing of what it makes.

use kql_analysis::plan::{EachColumn, Expansion, Node, Plan, Split};

use crate::expressions::{columns, conjuncts};
use crate::facts::Scene;
use crate::finding::Findings;
use crate::registry::LATE_FILTER;

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    let Node::Where { input, predicate } = &scene.plan.node else {
        return;
    };
    let Some(made) = made(input) else {
        return;
    };
    conjuncts(predicate, &mut |part| {
        let read = columns(part);
        if !read.is_empty() && !read.iter().any(|column| made.contains(column)) {
            let message = "the condition reads nothing that the expansion before it makes";
            findings.query(&LATE_FILTER, part.range.clone(), message);
        }
    });
}

/// The columns that an expansion makes or writes over; `None` when the operator is none.
fn made(plan: &Plan) -> Option<Vec<usize>> {
    match &plan.node {
        Node::Where { input, .. } => made(input),
        Node::MvExpand { expansion, .. } => Some(expanded(expansion)),
        Node::Each(each) => {
            let Split::Expansion(expansion) = &each.split else {
                return None;
            };
            let over = expanded(expansion);
            let outputs = each.outputs.iter().enumerate();
            let own = outputs.filter(|(_, output)| match output {
                EachColumn::Outer(at) => over.contains(at),
                EachColumn::Body(_) => true,
            });
            Some(own.map(|(at, _)| at).collect())
        }
        _ => None,
    }
}

fn expanded(expansion: &Expansion) -> Vec<usize> {
    let targets = expansion.columns.iter().map(|column| column.target);
    targets.chain(expansion.item_index).collect()
}
