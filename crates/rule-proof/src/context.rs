//! What must hold around a part of a predicate for that part alone to decide: the parts that stand beside it
//! under `and` true, those beside it under `or` false.

use kql_analysis::plan::{Expr, ExprKind};
use kql_analysis::value::Value;

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

/// A text that makes a comparison with a text true or false; nothing when that cannot be said.
pub(crate) fn text_for(part: &Expr, wanted: bool) -> Option<String> {
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
    match (is_about_empty, wanted != is_negated) {
        (true, true) => Some("Filled Text".to_owned()),
        (true, false) => Some(String::new()),
        (false, true) => constant,
        (false, false) => constant.map(|_| "Another Text".to_owned()),
    }
}
