//! Calls that convert a value to a type, where KQL converts without being asked.

use crate::plan::{Expr, ExprKind};
use crate::registry::function_signatures;
use crate::types::ScalarType;

/// A value as a value of a type. One of that type stays as it is; nothing has to be done to make a value
/// dynamic, or of a type that is not known.
pub(super) fn converted(value: Expr, ty: ScalarType) -> Expr {
    if value.ty == ty {
        return value;
    }
    let conversion = function_to(ty).and_then(|name| function_signatures(name).first());
    let Some(conversion) = conversion else {
        return Expr { ty, ..value };
    };
    let range = value.range.clone();
    Expr {
        kind: ExprKind::Call(conversion.declared, vec![value]),
        ty,
        range,
    }
}

/// A value as a text function reads it: by its text, unless its type is not known.
pub(super) fn as_text(value: Expr) -> Expr {
    match value.ty {
        ScalarType::Unknown => value,
        _ => converted(value, ScalarType::String),
    }
}

/// Name of the function that converts to a type.
fn function_to(ty: ScalarType) -> Option<&'static str> {
    Some(match ty {
        ScalarType::Bool => "tobool",
        ScalarType::Int => "toint",
        ScalarType::Long => "tolong",
        ScalarType::Real => "toreal",
        ScalarType::Decimal => "todecimal",
        ScalarType::String => "tostring",
        ScalarType::DateTime => "todatetime",
        ScalarType::TimeSpan => "totimespan",
        ScalarType::Guid => "toguid",
        ScalarType::Dynamic | ScalarType::Unknown => return None,
    })
}
