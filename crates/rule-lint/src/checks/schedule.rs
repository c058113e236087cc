//! The schedule against itself: runs that see the same rows again.

use kql_analysis::value::TICKS_PER_SECOND;
use kql_syntax::ast::{Expr, Wildcard};
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::window::look_backs;
use crate::finding::Findings;
use crate::registry::{DUPLICATES, FORBIDDEN, GAP, NRT_TIME};
use crate::subject::Subject;
use crate::words::span;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    check_forbidden(subject, findings);
    let Some(query) = subject.query() else {
        return;
    };
    let backs = look_backs(query);
    if subject.is_nrt() {
        for (_, range) in &backs {
            findings.query(
                &NRT_TIME,
                range.clone(),
                "the rule sees what arrived within the last minute, whatever it asks for",
            );
        }
        return;
    }
    let Some(schedule) = &subject.rule.schedule else {
        return;
    };
    let ticks = |seconds: u64| {
        i64::try_from(seconds)
            .unwrap_or(i64::MAX)
            .saturating_mul(TICKS_PER_SECOND)
    };
    let (frequency, period) = (
        ticks(schedule.frequency.seconds),
        ticks(schedule.period.seconds),
    );
    let furthest = backs.iter().max_by_key(|(back, _)| *back);
    if let Some((back, range)) = furthest
        && *back < frequency
    {
        let message = format!(
            "the query looks back {}, and a run follows only every {}",
            span(*back),
            span(frequency)
        );
        findings.query(&GAP, range.clone(), message);
    }
    // The shortest filter of the query keeps what a run reports to that time; what looks back further is there
    // to be compared with.
    let shortest = backs.iter().map(|(back, _)| *back).min().unwrap_or(period);
    let reported = shortest.min(period);
    if reported > frequency && subject.rule.suppression.is_none() {
        let times = reported.saturating_add(frequency - 1) / frequency.max(1);
        let message =
            format!("a row is seen by about {times} runs, each of which may raise an alert for it");
        findings.field(&DUPLICATES, "queryPeriod", message);
    }
}

/// `search` without named tables, and `union *`.
fn check_forbidden(subject: &Subject<'_>, findings: &mut Findings) {
    for node in subject.root().descendants() {
        let bad = match node.kind() {
            SyntaxKind::SearchOperator => starts_query(&node) && !has_tables(&node),
            SyntaxKind::UnionOperator => unites_all(&node),
            _ => false,
        };
        if bad {
            let range = kql_syntax::ast::range_of(&node);
            findings.query(
                &FORBIDDEN,
                range,
                "the query reads every table of the workspace",
            );
        }
    }
}

fn starts_query(search: &SyntaxNode) -> bool {
    search.prev_sibling().is_none()
}

fn has_tables(search: &SyntaxNode) -> bool {
    search
        .children()
        .any(|child| child.kind() == SyntaxKind::InClause)
}

fn unites_all(union: &SyntaxNode) -> bool {
    union.descendants().any(|node| {
        let all = node.kind() == SyntaxKind::StarExpression
            || Wildcard::cast(node.clone()).is_some_and(|name| name.syntax().text() == "*");
        // `*` inside of a nested query or call is not a table.
        all && node
            .ancestors()
            .skip(1)
            .find_map(|above| match above.kind() {
                SyntaxKind::UnionOperator => Some(true),
                SyntaxKind::Pipeline | SyntaxKind::CallExpression => Some(false),
                _ => Expr::cast(above)
                    .is_some_and(|inner| matches!(inner, Expr::Source(_)))
                    .then_some(false),
            })
            == Some(true)
    })
}
