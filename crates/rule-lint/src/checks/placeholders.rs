//! Words such as `unknown` that a query writes where there is no value, and that become entities.

use kql_analysis::plan::{Expr, ExprKind, Haystack, Node, Plan};
use kql_analysis::value::Value;
use kql_syntax::ast::Call;
use sentinel_rules::rule::FieldMapping;

use crate::expressions::{columns, conjuncts, within};
use crate::finding::Findings;
use crate::registry::PLACEHOLDER_ENTITY;
use crate::subject::Subject;

/// Deepest nesting of operators that is looked into.
const MAX_DEPTH: usize = 200;
/// Words that stand for "no value" and would become entities.
const PLACEHOLDERS: [&str; 6] = ["none", "n/a", "na", "unknown", "null", "-"];

/// A column that `column_ifexists` or the like fills with a word when there is no value.
pub(super) fn check(
    subject: &Subject<'_>,
    field: &FieldMapping,
    what: &str,
    path: String,
    findings: &mut Findings,
) {
    let Some(plan) = subject.result_plan() else {
        return;
    };
    if let Some(word) = fallback(subject, plan, &field.column_name, MAX_DEPTH) {
        let when = match word.is_of_absent_column {
            true => "the log lacks a column",
            false => "the log has no value",
        };
        let message = format!(
            "{what} is mapped from `{}`, which is `{}` when {when}",
            field.column_name, word.text
        );
        findings.field(&PLACEHOLDER_ENTITY, path, message);
    }
}

/// A word that stands for "no value".
struct Placeholder {
    text: String,
    /// Whether it stands for a column that the table does not have, and not for an empty cell.
    is_of_absent_column: bool,
}

/// The placeholder that the operators that compute a column give it.
fn fallback(subject: &Subject<'_>, plan: &Plan, column: &str, depth: usize) -> Option<Placeholder> {
    let depth = depth.checked_sub(1)?;
    let at = plan.schema.index_of(column)?;
    let input = plan.parts().plans.into_iter().next();
    let Some(expr) = computed(plan, at) else {
        // Joins and unions have several inputs; which one a column comes from is not followed.
        let passes = !matches!(plan.node, Node::Join { .. } | Node::Union { .. });
        let word = fallback(subject, input.filter(|_| passes)?, column, depth);
        return word.filter(|word| !drops(plan, at, &word.text));
    };
    if let Some(word) = own_fallback(subject, expr) {
        return Some(word);
    }
    let is_choice = matches!(&expr.kind, ExprKind::Call(function, _) if is_choice(function.name));
    // A word is one part only: what takes another part of a text finds nothing.
    let is_other = is_choice || takes_later_part(expr);
    let from = columns(expr).into_iter().next().filter(|_| !is_other)?;
    let input = input?;
    fallback(subject, input, &input.schema.columns.get(from)?.name, depth)
}

/// Whether a filter drops the rows in which a column is a word.
fn drops(plan: &Plan, column: usize, word: &str) -> bool {
    let Node::Where { predicate, .. } = &plan.node else {
        return false;
    };
    let mut is_dropped = false;
    conjuncts(predicate, &mut |part| {
        let Some((needle, others)) = excluded(part) else {
            return;
        };
        let is_column = matches!(needle.kind, ExprKind::Column(at) if at == column);
        is_dropped |= is_column && others.iter().any(|other| holds(other, word));
    });
    is_dropped
}

/// What a condition compares, and what it must not be.
fn excluded(condition: &Expr) -> Option<(&Expr, &[Expr])> {
    match &condition.kind {
        ExprKind::Call(function, args) if matches!(function.name, "!=" | "!~") => {
            args.split_first()
        }
        ExprKind::In(list) => match &list.haystack {
            Haystack::Values(values) if list.negated => Some((&list.needle, values)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a constant is a word, or a list that has it.
fn holds(constant: &Expr, word: &str) -> bool {
    let is_word =
        |value: &Value| matches!(value, Value::String(text) if text.eq_ignore_ascii_case(word));
    match &constant.kind {
        ExprKind::Literal(Value::Array(items)) => items.iter().any(is_word),
        ExprKind::Literal(value) => is_word(value),
        _ => false,
    }
}

/// Whether an expression takes another part of a split text than the first.
fn takes_later_part(expr: &Expr) -> bool {
    let is_later = |expr: &Expr| match &expr.kind {
        ExprKind::Literal(Value::Long(number)) => *number != 0,
        ExprKind::Literal(Value::Int(number)) => *number != 0,
        _ => false,
    };
    let is_split =
        |expr: &Expr| matches!(&expr.kind, ExprKind::Call(function, _) if function.name == "split");
    within(expr).any(|expr| match &expr.kind {
        ExprKind::Index(base, index) => is_split(base) && is_later(index),
        ExprKind::Call(_, args) => is_split(expr) && args.get(2).is_some_and(is_later),
        _ => false,
    })
}

/// The expression that an operator computes a column with.
fn computed(plan: &Plan, at: usize) -> Option<&Expr> {
    match &plan.node {
        Node::Extend { columns, .. } => {
            let own = columns.iter().rev().find(|(target, _)| *target == at);
            own.map(|(_, expr)| expr)
        }
        Node::Project { columns, .. } => columns.get(at).map(|column| &column.expr),
        Node::Summarize {
            keys,
            aggregates,
            outputs,
            ..
        } => {
            let ExprKind::Column(grouped) = outputs.get(at)?.expr.kind else {
                return None;
            };
            let calls = aggregates
                .iter()
                .flat_map(|call| (0..call.names.len()).map(|number| call.args.get(number)));
            let keys = keys.iter().map(|key| Some(&key.expr));
            keys.chain(calls).nth(grouped).flatten()
        }
        _ => None,
    }
}

/// Whether a function chooses between its arguments, so that a word may be dealt with there.
fn is_choice(name: &str) -> bool {
    matches!(name, "iff" | "iif" | "case" | "coalesce")
}

/// The placeholder that an expression itself has: written, or as the other choice.
fn own_fallback(subject: &Subject<'_>, expr: &Expr) -> Option<Placeholder> {
    let word = |text: &str, is_of_absent_column| {
        is_placeholder(text).then(|| Placeholder {
            text: text.to_owned(),
            is_of_absent_column,
        })
    };
    let placeholder = |text: &str| word(text, false);
    match &expr.kind {
        ExprKind::Literal(Value::String(text)) => return placeholder(text),
        ExprKind::Call(function, args) if is_choice(function.name) => {
            return args.iter().skip(1).find_map(|arg| match &arg.kind {
                ExprKind::Literal(Value::String(text)) => placeholder(text),
                _ => None,
            });
        }
        _ => {}
    }
    // The binder has decided `column_ifexists` already; the tree still has its second argument.
    let nodes = subject.root().descendants();
    let calls = nodes.filter_map(Call::cast).filter(|call| {
        let range = call.range();
        expr.range.start <= range.start && range.end <= expr.range.end
    });
    calls
        .filter(|call| {
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            matches!(name.as_str(), "column_ifexists" | "columnifexists")
        })
        .find_map(|call| word(&call.arguments().get(1)?.string()?, true))
}

/// Whether a text is one of those words, in any case.
fn is_placeholder(text: &str) -> bool {
    PLACEHOLDERS.contains(&text.to_lowercase().as_str())
}
