//! The type that a call gives for its arguments.

use crate::plan::{Expr, ExprKind};
use crate::registry::{Class, Signature};
use crate::types::ScalarType;
use crate::value::Value;

/// The type that a result rule gives for arguments; `None` when they have no type in common.
pub(in crate::bind) fn result_type(rule: &str, arguments: &[Expr]) -> Option<ScalarType> {
    use ScalarType::*;
    let ty = |index: usize| arguments.get(index).map_or(Unknown, |argument| argument.ty);
    Some(match rule {
        "first" => ty(0),
        "second" => ty(1),
        "promoted" => promoted(ty(0)),
        "widest" => {
            let types = arguments.iter().map(|argument| argument.ty);
            promoted(types.fold(Unknown, |widest, ty| common(widest, ty).unwrap_or(widest)))
        }
        "branches" => of_branches(arguments),
        "common" => {
            let mut types = arguments.iter().map(|argument| argument.ty);
            types.try_fold(Unknown, common)?
        }
        "type_argument" => type_argument(arguments),
        "average" if ty(0) == Decimal => Decimal,
        "average" => Real,
        "percentile" if ty(0) == Decimal => Real,
        "percentile" => promoted(ty(0)),
        name => ScalarType::from_name(name).unwrap_or(Unknown),
    })
}

/// Whether an argument of unknown type leaves open which type a call gives: the rule mixes it with others,
/// or several signatures fit that differ.
pub(in crate::bind) fn undecided<T>(
    signatures: &[Signature<T>],
    arguments: &[Expr],
    returns: impl Fn(&T) -> &'static str,
) -> bool {
    let types: Vec<ScalarType> = arguments.iter().map(|argument| argument.ty).collect();
    if !types.contains(&ScalarType::Unknown) {
        return false;
    }
    let fits = |signature: &&Signature<T>| {
        signature.takes(types.len()) && signature.misfit(&types, Class::fits).is_none()
    };
    let rules = signatures.iter().filter(fits);
    let rules: Vec<&str> = rules.map(|signature| returns(signature.declared)).collect();
    let mixes = |rule: &&str| match *rule {
        "common" => true,
        "average" | "widest" => types.first() == Some(&ScalarType::Unknown),
        _ => false,
    };
    let given = |rule: &&str| result_type(rule, arguments);
    rules.iter().any(mixes)
        || rules
            .first()
            .is_some_and(|first| rules.iter().any(|rule| given(rule) != given(first)))
}

/// The type that a sum has: `int` grows to `long`.
fn promoted(ty: ScalarType) -> ScalarType {
    match ty {
        ScalarType::Int => ScalarType::Long,
        other => other,
    }
}

/// The type of the values that `iff` and `case` choose from: every second argument, and the last. A
/// dynamic one takes the type of the others; different ones make the result dynamic.
fn of_branches(arguments: &[Expr]) -> ScalarType {
    use ScalarType::{Dynamic, Unknown};
    let last = arguments.len().saturating_sub(1);
    let types = arguments
        .iter()
        .enumerate()
        .filter(|(index, _)| index % 2 == 1 || *index == last)
        .map(|(_, branch)| branch.ty);
    let known = types.filter(|ty| *ty != Dynamic).collect::<Vec<_>>();
    if known.contains(&Unknown) {
        return Unknown;
    }
    let mut known = known.into_iter();
    let Some(first) = known.next() else {
        return Dynamic;
    };
    known.try_fold(first, common).unwrap_or(Dynamic)
}

/// The type that values of two types can have together: the wider number, or the one type.
fn common(left: ScalarType, right: ScalarType) -> Option<ScalarType> {
    use ScalarType::*;
    match (left, right) {
        (Unknown, other) | (other, Unknown) => Some(other),
        (left, right) if left == right => Some(left),
        (left, right) if left.is_numeric() && right.is_numeric() => {
            let wider = [Decimal, Real, Long]
                .into_iter()
                .find(|ty| left == *ty || right == *ty);
            Some(wider.unwrap_or(Int))
        }
        _ => None,
    }
}

/// The type that the last argument names, as in `extract(…, typeof(long))`; a string unless it does.
fn type_argument(arguments: &[Expr]) -> ScalarType {
    arguments
        .last()
        .and_then(|argument| match &argument.kind {
            ExprKind::Literal(Value::String(name)) => ScalarType::from_name(name),
            _ => None,
        })
        .unwrap_or(ScalarType::String)
}
