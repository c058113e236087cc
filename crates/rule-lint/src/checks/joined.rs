//! Joins of events whose times nobody compares.
//!
//! Both sides must be rows of tables as they were logged, and the key must not say by itself that they
//! belong together, as an id of a correlation or session does.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, JoinKind, Node, Plan, Query};
use kql_analysis::types::ScalarType;

use super::cost::is_events;
use crate::expressions::within;
use crate::finding::Findings;
use crate::registry::JOIN_TIME;
use crate::subject::Subject;

/// Deepest nesting of operators that is looked into.
const MAX_DEPTH: usize = 200;
/// Functions that compare or subtract times.
const COMPARE: [&str; 9] = [
    "<",
    "<=",
    ">",
    ">=",
    "==",
    "-",
    "between",
    "!between",
    "datetime_diff",
];
/// Endings of columns whose values stand for one thing that happened.
const IDS: [&str; 3] = ["Id", "ID", "Guid"];
/// Columns that end so and name somebody or something that is there for long.
const LASTING: [&str; 9] = [
    "UserId",
    "ResourceId",
    "AccountId",
    "ObjectId",
    "DeviceId",
    "TenantId",
    "AppId",
    "EventId",
    "SubscriptionId",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(query) = subject.query() else {
        return;
    };
    let mut joins = Joins {
        query,
        text: &subject.rule.query,
        findings,
    };
    // What is declared by `let` may be compared wherever it is used; it is not looked into.
    for statement in &query.statements {
        joins.visit(statement, false, MAX_DEPTH);
    }
}

struct Joins<'a> {
    query: &'a Query,
    text: &'a str,
    findings: &'a mut Findings,
}

impl Joins<'_> {
    /// Looks at an operator; `compared` says whether a later one compares times.
    fn visit(&mut self, plan: &Plan, compared: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let parts = plan.parts();
        let compared = compared || parts.exprs.iter().any(|expr| compares_times(expr));
        if let Node::Join {
            left,
            right,
            kind,
            keys,
            ..
        } = &plan.node
        {
            let pairs = !matches!(
                kind,
                JoinKind::LeftSemi | JoinKind::RightSemi | JoinKind::LeftAnti | JoinKind::RightAnti
            );
            let events = self.events(left, depth) && self.events(right, depth);
            if pairs && !compared && events && !keys.iter().any(|key| tells(left, right, key)) {
                let message = "the two events may be any time apart";
                self.findings.query(&JOIN_TIME, self.word(plan), message);
            }
        }
        for input in parts.plans {
            self.visit(input, compared, depth);
        }
    }

    /// Whether rows are events as they were logged.
    fn events(&self, plan: &Plan, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        match &plan.node {
            Node::Table { name, .. } => is_events(name),
            Node::Where { input, .. }
            | Node::Project { input, .. }
            | Node::Extend { input, .. }
            | Node::Pass { input }
            | Node::As { input, .. } => self.events(input, depth),
            Node::Shared { index } => {
                let shared = self.query.shared.get(*index);
                let plan = shared.and_then(|shared| shared.plan.as_ref());
                plan.is_some_and(|plan| self.events(plan, depth))
            }
            _ => false,
        }
    }

    /// The operator's word.
    fn word(&self, plan: &Plan) -> Range<usize> {
        let range = plan.range.clone();
        let text = self.text.get(range.clone()).unwrap_or_default();
        let length = text.find(|c: char| !c.is_alphabetic());
        range.start..range.start + length.unwrap_or(text.len())
    }
}

/// Whether a key is a time, or an id of one thing that happened.
fn tells(left: &Plan, right: &Plan, (first, second): &(Expr, Expr)) -> bool {
    let time = [first, second]
        .iter()
        .any(|key| matches!(key.ty, ScalarType::DateTime | ScalarType::TimeSpan));
    time || is_id(left, first) || is_id(right, second)
}

fn is_id(plan: &Plan, key: &Expr) -> bool {
    let ExprKind::Column(at) = key.kind else {
        return false;
    };
    let column = plan.schema.columns.get(at);
    let name = column
        .map(|column| column.name.as_str())
        .unwrap_or_default();
    let lasts = LASTING.iter().any(|ending| {
        let name = name.to_lowercase();
        name.ends_with(&ending.to_lowercase())
    });
    IDS.iter().any(|ending| name.ends_with(ending)) && !lasts
}

/// Whether an expression compares two times of rows.
fn compares_times(expr: &Expr) -> bool {
    let compares = |expr: &Expr| match &expr.kind {
        ExprKind::Call(function, _) => COMPARE.contains(&function.name) && times(expr) > 1,
        _ => false,
    };
    within(expr).any(compares)
}

/// How many different columns of times an expression reads.
fn times(expr: &Expr) -> usize {
    let time = |expr: &Expr| match expr.kind {
        ExprKind::Column(at) if expr.ty == ScalarType::DateTime => Some(at),
        _ => None,
    };
    within(expr).filter_map(time).collect::<BTreeSet<_>>().len()
}
