//! Results that depend on which row comes first.

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Call, Operator, Pipeline, range_of};

use crate::facts::walk;
use crate::finding::Findings;
use crate::registry::{ARBITRARY, TEXT_MAXIMUM};
use crate::subject::Subject;
use kql_analysis::plan::Node;
use kql_analysis::types::ScalarType;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for node in subject.root().descendants() {
        if let Some(pipeline) = Pipeline::cast(node.clone()) {
            check_pipeline(&pipeline, findings);
        }
        if let Some(call) = Call::cast(node) {
            check_call(&call, findings);
        }
    }
    check_maxima(subject, findings);
}

fn check_pipeline(pipeline: &Pipeline, findings: &mut Findings) {
    let mut is_sorted = false;
    for operator in pipeline.operators() {
        match operator.kind() {
            SyntaxKind::SortOperator | SyntaxKind::TopOperator => is_sorted = true,
            SyntaxKind::TakeOperator if !is_sorted && !takes_none(&operator) => {
                arbitrary(&operator, findings);
            }
            SyntaxKind::SampleOperator | SyntaxKind::SampleDistinctOperator => {
                arbitrary(&operator, findings);
            }
            SyntaxKind::JoinOperator
            | SyntaxKind::UnionOperator
            | SyntaxKind::SummarizeOperator => {
                is_sorted = false;
            }
            _ => {}
        }
    }
}

/// Whether an operator takes no rows, as where only the columns of a table are asked for.
fn takes_none(operator: &Operator) -> bool {
    let count = operator.expression();
    count.is_some_and(|count| count.syntax().text().to_string().trim() == "0")
}

fn arbitrary(operator: &Operator, findings: &mut Findings) {
    let message = format!("`{}` may give other rows in every run", operator.keyword());
    findings.query(&ARBITRARY, operator.range(), message);
}

fn check_call(call: &Call, findings: &mut Findings) {
    let name = call.name().map(|name| name.text()).unwrap_or_default();
    let in_summarize = call
        .syntax()
        .ancestors()
        .any(|above| above.kind() == SyntaxKind::SummarizeOperator);
    if in_summarize && matches!(name.as_str(), "any" | "take_any" | "take_anyif" | "anyif") {
        let message = format!("`{name}` may give another value in every run");
        findings.query(&ARBITRARY, range_of(call.syntax()), message);
    }
}

/// `arg_max` and `arg_min` over a text.
fn check_maxima(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(query) = subject.query() else {
        return;
    };
    walk(query, &mut |scene| {
        let Node::Summarize { aggregates, .. } = &scene.plan.node else {
            return;
        };
        for call in aggregates {
            let by_text = call
                .args
                .first()
                .is_some_and(|arg| arg.ty == ScalarType::String);
            if by_text && call.args.len() > 1 && call.aggregate.name.starts_with("arg_m") {
                let message = format!(
                    "`{}` over a text goes by the alphabet, not by time",
                    call.aggregate.name
                );
                findings.query(&TEXT_MAXIMUM, call.range.clone(), message);
            }
        }
    });
}
