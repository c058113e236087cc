//! Operators: which operands they take and what they give, as Kusto has it.

use std::ops::Range;

use super::Binder;
use super::conversions::{as_text, converted};
use crate::plan::{Expr, ExprKind};
use crate::registry::{Class, function_signatures};
use crate::types::ScalarType::{self, *};

/// What an operator makes of operands of certain types.
enum Outcome {
    /// A value of a type.
    Gives(ScalarType),
    /// A value of a type, in KQL; Rulesmith does not compute it.
    Refused(ScalarType),
    /// A value of a type; the service's checker objects, but its engine computes it.
    Objected(ScalarType),
    /// An error.
    Wrong,
}

impl Binder<'_> {
    /// An operator on bound operands.
    pub(crate) fn operation(
        &mut self,
        operator: &str,
        operands: Vec<Expr>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let Some(signature) = function_signatures(operator).first() else {
            self.unsupported(&format!("the operator `{operator}`"), range);
            return None;
        };
        let types: Vec<ScalarType> = operands.iter().map(|operand| operand.ty).collect();
        let class = signature.class_at(0, types.len());
        let outcome = outcome(operator, signature.declared.returns, class, &types);
        let ty = self.judge(operator, outcome, &types, range.clone());
        let operands = match class {
            Class::Text => operands.into_iter().map(as_text).collect(),
            _ if ty == Bool => truths_as_numbers(operands),
            _ => operands,
        };
        Some(Expr {
            kind: ExprKind::Call(signature.declared, operands),
            ty,
            range,
        })
    }

    /// Reports what is to be said about an operation, and gives its type.
    fn judge(
        &mut self,
        operator: &str,
        outcome: Outcome,
        types: &[ScalarType],
        range: Range<usize>,
    ) -> ScalarType {
        match outcome {
            Outcome::Gives(ty) => ty,
            Outcome::Refused(ty) => {
                let what = format!("`{operator}` on {}", names(types));
                self.refuse("RS3005", &what, Some(conversion(types)), range);
                ty
            }
            Outcome::Objected(ty) => {
                let message = format!("`{operator}` is not declared for {}", names(types));
                self.object(&message, range);
                ty
            }
            Outcome::Wrong => {
                self.mismatch(operator, types, range);
                match operator {
                    "+" | "-" | "*" | "/" | "%" => Unknown,
                    _ => Bool,
                }
            }
        }
    }

    fn mismatch(&mut self, operator: &str, types: &[ScalarType], range: Range<usize>) {
        let message = format!("`{operator}` does not apply to {}", names(types));
        let hint = conversion(types).to_owned();
        self.error("RS2009", &message, Some(hint), range);
    }
}

/// Truth values that are compared with numbers, as the numbers 1 and 0 that they are to the service.
pub(crate) fn truths_as_numbers(operands: Vec<Expr>) -> Vec<Expr> {
    let number = operands.iter().any(|operand| operand.ty.is_numeric());
    let operands = operands.into_iter().map(|operand| match operand.ty {
        Bool if number => converted(operand, Long),
        _ => operand,
    });
    operands.collect()
}

/// What to do about operands that do not fit.
fn conversion(types: &[ScalarType]) -> &'static str {
    match types.contains(&String) || types.contains(&Dynamic) {
        true => "convert one side, for example with `tostring(…)` or `tolong(…)`",
        false => "convert one side",
    }
}

fn names(types: &[ScalarType]) -> std::string::String {
    let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
    names.join(" and ")
}

fn outcome(operator: &str, returns: &str, class: Class, types: &[ScalarType]) -> Outcome {
    if returns == "operands" {
        return arithmetic(operator, types);
    }
    let all = |passes: &dyn Fn(ScalarType) -> bool| match types.iter().all(|ty| passes(*ty)) {
        true => Outcome::Gives(Bool),
        false => Outcome::Wrong,
    };
    match operator {
        _ if class == Class::Text => all(&|ty| class.accepts(ty)),
        "and" | "or" => all(&|ty| matches!(ty, Bool | Dynamic | Unknown)),
        "==" | "!=" | "<>" => equality(types),
        "between" | "!between" => in_range(types),
        _ => order(types),
    }
}

/// An arithmetic operation.
fn arithmetic(operator: &str, types: &[ScalarType]) -> Outcome {
    match types {
        [operand] => match operand {
            Int | Long => Outcome::Gives(Long),
            Real | Decimal | TimeSpan | Dynamic | Unknown => Outcome::Gives(*operand),
            DateTime => Outcome::Refused(DateTime),
            _ => Outcome::Wrong,
        },
        [left, right] if *left == Unknown || *right == Unknown => {
            Outcome::Gives(beside_unknown(operator, *left, *right))
        }
        [left, right] => on_numbers(*left, *right)
            .or_else(|| on_times(operator, *left, *right))
            .unwrap_or(Outcome::Wrong),
        _ => Outcome::Wrong,
    }
}

/// The type of an operation of which one operand is of unknown type, as far as the other decides it.
fn beside_unknown(operator: &str, left: ScalarType, right: ScalarType) -> ScalarType {
    match (operator, left, right) {
        ("+" | "*", DateTime, _) | ("+" | "*", _, DateTime) => DateTime,
        ("+" | "*", TimeSpan, _) | ("+" | "*", _, TimeSpan) => TimeSpan,
        ("/", _, DateTime | TimeSpan) => Real,
        ("%", _, DateTime | TimeSpan) | ("%", TimeSpan, _) => TimeSpan,
        ("+" | "-" | "/" | "%", Int | Long, _) => Long,
        ("+" | "-" | "/" | "%", Real | Decimal, _) => left,
        _ => Unknown,
    }
}

/// An operation on numbers; a dynamic operand takes the type of the other.
fn on_numbers(left: ScalarType, right: ScalarType) -> Option<Outcome> {
    let number = |ty: ScalarType| ty.is_numeric() || ty == Dynamic;
    if !number(left) || !number(right) {
        return None;
    }
    // The service's engine has no arithmetic of two dynamic values.
    if left == Dynamic && right == Dynamic {
        return Some(Outcome::Refused(Dynamic));
    }
    Some(Outcome::Gives(match (left, right) {
        (Decimal, _) | (_, Decimal) => Decimal,
        (Real, _) | (_, Real) => Real,
        _ => Long,
    }))
}

/// An operation with dates or durations.
fn on_times(operator: &str, left: ScalarType, right: ScalarType) -> Option<Outcome> {
    let number = |ty: ScalarType| ty.is_numeric();
    Some(match (operator, left, right) {
        ("+", DateTime, DateTime | TimeSpan | Dynamic) | ("+", TimeSpan | Dynamic, DateTime) => {
            Outcome::Gives(DateTime)
        }
        ("-", DateTime, DateTime | Dynamic) | ("-", Dynamic, DateTime) => Outcome::Gives(TimeSpan),
        ("-", DateTime, TimeSpan) | ("-", TimeSpan, DateTime) => Outcome::Gives(DateTime),
        ("+" | "-", TimeSpan, TimeSpan | Dynamic) | ("+" | "-", Dynamic, TimeSpan) => {
            Outcome::Gives(TimeSpan)
        }
        ("*", TimeSpan, other) | ("*", other, TimeSpan) if number(other) => {
            Outcome::Gives(TimeSpan)
        }
        ("/", DateTime, DateTime | TimeSpan) | ("/", TimeSpan, TimeSpan) => Outcome::Gives(Real),
        ("/" | "%", TimeSpan, other) if number(other) => Outcome::Gives(TimeSpan),
        ("%", DateTime, DateTime | TimeSpan) | ("%", TimeSpan, TimeSpan) => {
            Outcome::Gives(TimeSpan)
        }
        ("*", TimeSpan, TimeSpan) => Outcome::Refused(TimeSpan),
        ("*", DateTime, other) | ("*", other, DateTime) if number(other) => {
            Outcome::Refused(DateTime)
        }
        ("/" | "%", DateTime, other) if number(other) => Outcome::Refused(DateTime),
        _ => return None,
    })
}

/// Equality. KQL compares everything, but the service's engine stops at most unlike types and at two
/// dynamic values.
fn equality(types: &[ScalarType]) -> Outcome {
    let [left, right] = types else {
        return Outcome::Wrong;
    };
    match (*left, *right) {
        (Dynamic, Dynamic) => Outcome::Refused(Bool),
        (Dynamic, _) | (_, Dynamic) => Outcome::Gives(Bool),
        (left, right) if like(left, right) => Outcome::Gives(Bool),
        _ => Outcome::Refused(Bool),
    }
}

/// `<` and its relatives.
fn order(types: &[ScalarType]) -> Outcome {
    let [left, right] = types else {
        return Outcome::Wrong;
    };
    match (*left, *right) {
        (Unknown, _) | (_, Unknown) => Outcome::Gives(Bool),
        (Dynamic, Dynamic) => Outcome::Refused(Bool),
        (Dynamic, other) | (other, Dynamic) if other.is_numeric() => Outcome::Gives(Bool),
        (Dynamic, _) | (_, Dynamic) => Outcome::Objected(Bool),
        (String, String) => Outcome::Objected(Bool),
        (left, right) if like(left, right) && left != Guid && left != String => {
            Outcome::Gives(Bool)
        }
        _ => Outcome::Wrong,
    }
}

/// `between`, after a duration as the high end has been added to the low one.
fn in_range(types: &[ScalarType]) -> Outcome {
    let [value, low, high] = types else {
        return Outcome::Wrong;
    };
    if types.contains(&Unknown) {
        return Outcome::Gives(Bool);
    }
    let dynamic = types.iter().filter(|ty| **ty == Dynamic).count();
    match (*value, *low, *high) {
        (Dynamic, low, high) if low == high && low.is_numeric() => Outcome::Gives(Bool),
        (value, Dynamic, Dynamic) if value.is_numeric() => Outcome::Gives(Bool),
        _ if dynamic > 0 => Outcome::Objected(Bool),
        (Bool | Guid, ..) => Outcome::Wrong,
        (String, String, String) => Outcome::Objected(Bool),
        (value, low, high) if like(value, low) && like(value, high) => Outcome::Gives(Bool),
        _ => Outcome::Wrong,
    }
}

/// Whether two types are one, or both numbers; a truth value counts as a number.
fn like(left: ScalarType, right: ScalarType) -> bool {
    let number = |ty: ScalarType| ty.is_numeric() || ty == Bool;
    left == Unknown || right == Unknown || left == right || (number(left) && number(right))
}
