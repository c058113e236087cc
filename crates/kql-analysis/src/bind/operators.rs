//! Operators: which operands they take and what they give, as Kusto has it.

use std::ops::Range;

use super::Binder;
use crate::plan::{Expr, ExprKind};
use crate::registry::{Class, function_signatures};
use crate::types::ScalarType::{self, *};

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
        let ty = match signature.declared.returns {
            "operands" => arithmetic(operator, &types),
            _ if class == Class::Text => types.iter().all(|ty| class.accepts(*ty)).then_some(Bool),
            _ if matches!(operator, "and" | "or") => types
                .iter()
                .all(|ty| matches!(ty, Bool | Dynamic | Unknown))
                .then_some(Bool),
            _ => comparable(operator, &types).then_some(Bool),
        };
        let Some(ty) = ty else {
            self.mismatch(operator, &types, range);
            return None;
        };
        let operands = match class {
            Class::Text => operands
                .into_iter()
                .map(|operand| self.as_text(operand))
                .collect(),
            _ => operands,
        };
        Some(Expr {
            kind: ExprKind::Call(signature.declared, operands),
            ty,
            range,
        })
    }

    /// A dynamic operand of a text operator is compared by its text.
    pub(crate) fn as_text(&self, operand: Expr) -> Expr {
        match (operand.ty, function_signatures("tostring").first()) {
            (String | Unknown, _) | (_, None) => operand,
            (_, Some(signature)) => {
                let range = operand.range.clone();
                Expr {
                    kind: ExprKind::Call(signature.declared, vec![operand]),
                    ty: String,
                    range,
                }
            }
        }
    }

    fn mismatch(&mut self, operator: &str, types: &[ScalarType], range: Range<usize>) {
        let names: Vec<&str> = types.iter().map(|ty| ty.name()).collect();
        let message = format!("`{operator}` does not apply to {}", names.join(" and "));
        let hint = match types.contains(&String) {
            true => "convert one side, for example with `tostring(…)` or `tolong(…)`",
            false => "convert one side",
        };
        self.error("RS2009", &message, Some(hint.to_owned()), range);
    }
}

/// Type of an arithmetic operation; `None` when the operands do not fit.
fn arithmetic(operator: &str, types: &[ScalarType]) -> Option<ScalarType> {
    let [left, right] = types else {
        let operand = types.first().copied()?;
        return match operand {
            Int | Long => Some(Long),
            Real | Decimal | TimeSpan | Dynamic | Unknown => Some(operand),
            _ => None,
        };
    };
    let (left, right) = (*left, *right);
    if left == Unknown || right == Unknown {
        return Some(Unknown);
    }
    if let Some(ty) = times(operator, left, right) {
        return Some(ty);
    }
    let numeric = |ty: ScalarType| ty.is_numeric() || ty == Dynamic;
    if !numeric(left) || !numeric(right) {
        return None;
    }
    Some(match (left, right) {
        (Dynamic, Dynamic) => Dynamic,
        (Decimal, _) | (_, Decimal) => Decimal,
        (Real, _) | (_, Real) => Real,
        _ => Long,
    })
}

/// Type of an operation with dates or durations.
fn times(operator: &str, left: ScalarType, right: ScalarType) -> Option<ScalarType> {
    let number = |ty: ScalarType| ty.is_numeric();
    match (operator, left, right) {
        ("+", DateTime, DateTime | TimeSpan | Dynamic) | ("+", TimeSpan | Dynamic, DateTime) => {
            Some(DateTime)
        }
        ("-", DateTime, DateTime | Dynamic) | ("-", Dynamic, DateTime) => Some(TimeSpan),
        ("-", DateTime, TimeSpan) | ("-", TimeSpan, DateTime) => Some(DateTime),
        ("+" | "-", TimeSpan, TimeSpan | Dynamic) | ("+" | "-", Dynamic, TimeSpan) => {
            Some(TimeSpan)
        }
        ("*", TimeSpan, other) | ("*", other, TimeSpan) if number(other) => Some(TimeSpan),
        ("/", DateTime, DateTime | TimeSpan) | ("/", TimeSpan, TimeSpan) => Some(Real),
        ("/" | "%", TimeSpan, other) if number(other) => Some(TimeSpan),
        ("%", DateTime, DateTime | TimeSpan) | ("%", TimeSpan, TimeSpan) => Some(TimeSpan),
        _ => None,
    }
}

/// Whether operands can be compared. Kusto's own binder accepts more of `==`, but its engine then stops.
fn comparable(operator: &str, types: &[ScalarType]) -> bool {
    let ordered = !matches!(operator, "==" | "!=" | "<>");
    let Some(first) = types.first() else {
        return false;
    };
    types.iter().all(|ty| match (first, ty) {
        (Unknown | Dynamic, _) | (_, Unknown | Dynamic) => true,
        (left, right) if left == right => !(ordered && matches!(left, Guid)),
        (left, right) => {
            let number = |ty: &ScalarType| ty.is_numeric() || *ty == Bool;
            number(left) && number(right)
        }
    })
}
