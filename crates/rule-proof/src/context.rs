//! What must hold around a part of a predicate for that part alone to decide: the parts that stand beside it
//! under `and` true, those beside it under `or` false; of a choice, the conditions before it false.

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::value::Value;

use crate::generate::matched;
use crate::reading::constants_of;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 40;

/// A part of a predicate with what the others must be.
pub(crate) type Around<'e> = (&'e Expr, Vec<(&'e Expr, bool)>);

/// Every part of a predicate that is no `and`, `or` or `not`, each with what the others must be.
pub(crate) fn around(predicate: &Expr) -> Vec<Around<'_>> {
    let mut found = Vec::new();
    follow(predicate, &[], 0, &mut found);
    found
}

/// The conditions of `case` or `iff`, each part of them with what the others must be; none of another function.
pub(crate) fn around_branches(expr: &Expr) -> Vec<Around<'_>> {
    let ExprKind::Call(function, args) = &expr.kind else {
        return Vec::new();
    };
    let conditions: Vec<&Expr> = match function.name {
        "iff" | "iif" => args.iter().take(1).collect(),
        "case" => args.chunks_exact(2).map(|pair| &pair[0]).collect(),
        _ => Vec::new(),
    };
    let mut found = Vec::new();
    let mut before = Vec::new();
    for condition in conditions {
        follow(condition, &before, 0, &mut found);
        want(condition, false, 0, &mut before);
    }
    found
}

fn follow<'e>(
    expr: &'e Expr,
    context: &[(&'e Expr, bool)],
    depth: usize,
    found: &mut Vec<Around<'e>>,
) {
    match logical(expr) {
        Some(("not", args)) if depth < MAX_DEPTH => {
            for arg in args {
                follow(arg, context, depth + 1, found);
            }
        }
        Some((name, args)) if depth < MAX_DEPTH => {
            for (place, arg) in args.iter().enumerate() {
                let mut all = context.to_vec();
                let beside = args.iter().enumerate().filter(|(at, _)| *at != place);
                beside.for_each(|(_, other)| want(other, name == "and", depth, &mut all));
                follow(arg, &all, depth + 1, found);
            }
        }
        _ => found.push((expr, context.to_vec())),
    }
}

/// Adds the parts that make an expression true or false.
fn want<'e>(expr: &'e Expr, wanted: bool, depth: usize, all: &mut Vec<(&'e Expr, bool)>) {
    match logical(expr) {
        Some(("not", args)) if depth < MAX_DEPTH => {
            args.iter()
                .for_each(|arg| want(arg, !wanted, depth + 1, all));
        }
        Some((name, args)) if depth < MAX_DEPTH => {
            // All parts of an `and` make it true, one makes it false; of an `or` the other way round.
            let needed = if (name == "and") == wanted {
                args.len()
            } else {
                1
            };
            // The last one: what all ways through a predicate share mostly stands first.
            let needed = args.iter().rev().take(needed);
            needed.for_each(|arg| want(arg, wanted, depth + 1, all));
        }
        _ => all.push((expr, wanted)),
    }
}

fn logical(expr: &Expr) -> Option<(&str, &[Expr])> {
    match &expr.kind {
        ExprKind::Call(function, args) if matches!(function.name, "and" | "or" | "not") => {
            Some((function.name, args))
        }
        _ => None,
    }
}

/// A value that makes a comparison with a constant true or false; nothing when that cannot be said.
pub(crate) fn value_for(part: &Expr, wanted: bool) -> Option<Value> {
    let text = text_for(part, wanted).map(|text| Value::String(text.into()));
    text.or_else(|| number_for(part, wanted))
}

/// The same, of a comparison with a number behind the operator.
fn number_for(part: &Expr, wanted: bool) -> Option<Value> {
    let ExprKind::Call(function, args) = &part.kind else {
        return None;
    };
    let [_, limit] = args.as_slice() else {
        return match (function.name, wanted) {
            ("isnull", true) | ("isnotnull", false) => Some(Value::Null),
            _ => None,
        };
    };
    let ExprKind::Literal(limit) = &limit.kind else {
        return None;
    };
    let limit = match limit {
        Value::Int(number) => i64::from(*number),
        Value::Long(number) => *number,
        Value::Real(number) => *number as i64,
        _ => return None,
    };
    let number = match (function.name, wanted) {
        ("==" | "<=" | ">=", true) | ("!=" | "<" | ">", false) => limit,
        ("==" | "<=", false) | ("!=" | ">", true) => limit.saturating_add(1),
        (">=", false) | ("<", true) => limit.saturating_sub(1),
        _ => return None,
    };
    Some(Value::Long(number))
}

/// The same, of a comparison with a text.
fn text_for(part: &Expr, wanted: bool) -> Option<String> {
    let (is_negated, is_about_empty) = match &part.kind {
        ExprKind::Call(function, _) => match function.name {
            "isempty" => (true, true),
            "isnotempty" => (false, true),
            name => (name.starts_with('!'), false),
        },
        ExprKind::In(list) => (list.negated, false),
        _ => return None,
    };
    let constant = constants_of(part)
        .into_iter()
        .find_map(|value| match value {
            Value::String(text) => Some(text.as_ref().to_owned()),
            _ => None,
        });
    // What a pattern matches makes it true, and not the pattern.
    let constant = match &part.kind {
        ExprKind::Call(function, _) if function.name == "matches regex" => {
            constant.map(|pattern| matched(&pattern).into_iter().next().unwrap_or(pattern))
        }
        _ => constant,
    };
    match (is_about_empty, wanted != is_negated) {
        (true, true) => Some("Filled Text".to_owned()),
        (true, false) => Some(String::new()),
        (false, true) => constant,
        (false, false) => constant.map(|_| "Another Text".to_owned()),
    }
}
