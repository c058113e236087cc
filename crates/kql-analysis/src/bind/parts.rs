//! Calls whose result spreads over several columns, such as `series_stats(x)`.

use kql_syntax::ast::Expr as Syntax;

use super::conversions::converted;
use super::literals::constant;
use super::names::{ColumnNames, derived};
use crate::plan::{Expr, ExprKind, NamedExpr};
use crate::registry::result_parts;
use crate::types::ScalarType;
use crate::value::Value;

/// A column of a spread result: the name it has unless the query gives one, and its type.
pub(crate) type PartColumn = (String, ScalarType);

/// The columns that a bound item spreads over; empty when it gives one.
pub(crate) fn part_columns(item: &Syntax, expr: &Expr) -> Vec<PartColumn> {
    let ExprKind::Call(function, args) = &expr.kind else {
        return Vec::new();
    };
    let Some(call) = call_of(item) else {
        return Vec::new();
    };
    let names: Vec<String> = call
        .iter()
        .map(|argument| derived(argument).unwrap_or_default())
        .collect();
    if matches!(function.name, "array_sort_asc" | "array_sort_desc") {
        return sorted_columns(&names, args);
    }
    let first = names.first().map_or("", String::as_str);
    result_parts(function.name)
        .iter()
        .map(|(part, ty)| (format!("{}_{first}_{part}", function.name), *ty))
        .collect()
}

/// The arguments of the call that an item is.
fn call_of(item: &Syntax) -> Option<Vec<Syntax>> {
    match item {
        Syntax::Call(call) => Some(call.arguments()),
        Syntax::Named(named) => call_of(&named.value()?),
        Syntax::Paren(paren) => call_of(&paren.inner()?),
        _ => None,
    }
}

/// Sorting several arrays in step gives one column for each.
fn sorted_columns(names: &[String], args: &[Expr]) -> Vec<PartColumn> {
    let arrays = args
        .iter()
        .filter(|argument| argument.ty == ScalarType::Dynamic)
        .count();
    if arrays < 2 {
        return Vec::new();
    }
    names
        .iter()
        .take(arrays)
        .enumerate()
        .map(|(position, name)| match name.as_str() {
            "" => format!("array{position}_sorted"),
            name => format!("{name}_sorted"),
        })
        .map(|name| (name, ScalarType::Dynamic))
        .collect()
}

/// The columns of a bound item; `single` names the column of an item that has only one.
pub(crate) fn spread_item(
    item: &Syntax,
    expr: Expr,
    names: &mut ColumnNames,
    whole: bool,
    single: impl FnOnce(&mut ColumnNames) -> String,
) -> Vec<NamedExpr> {
    match spread(item, &expr, whole) {
        Spread::One(ty) => vec![NamedExpr {
            name: single(names),
            expr: first_part(expr, ty),
        }],
        Spread::Many(columns) => columns
            .into_iter()
            .enumerate()
            .map(|(position, (name, ty))| NamedExpr {
                name: names.take(&name),
                expr: part(expr.clone(), position, ty),
            })
            .collect(),
    }
}

/// The columns that an item gives.
pub(crate) enum Spread {
    /// One, which is the first part of the result when that has several.
    One(Option<ScalarType>),
    /// One per part of the result.
    Many(Vec<PartColumn>),
}

/// What the columns of an item are. `whole` keeps the parts that an item does not name, as the checker
/// does.
pub(crate) fn spread(item: &Syntax, expr: &Expr, whole: bool) -> Spread {
    let parts = part_columns(item, expr);
    let Syntax::Named(named) = item else {
        return match parts.is_empty() {
            true => Spread::One(None),
            false => Spread::Many(parts),
        };
    };
    let tuple = named.tuple();
    if tuple.is_empty() && !(whole && parts.len() > 1) {
        return Spread::One(parts.first().map(|(_, ty)| *ty));
    }
    let given = match tuple.is_empty() {
        true => named.name().into_iter().collect(),
        false => tuple,
    };
    let names = given.iter().map(|name| name.text());
    let types = parts.iter().map(|(_, ty)| *ty);
    if whole && given.len() < parts.len() {
        let unnamed = parts.iter().skip(given.len());
        let names = names.chain(unnamed.map(|(name, _)| name.clone()));
        return Spread::Many(names.zip(types).collect());
    }
    let types = types.chain(std::iter::repeat(ScalarType::Dynamic));
    Spread::Many(names.zip(types).collect())
}

/// An item as its first part, of the type of that part when the result has several.
pub(crate) fn first_part(expr: Expr, ty: Option<ScalarType>) -> Expr {
    match ty {
        Some(ty) => part(expr, 0, ty),
        None => expr,
    }
}

/// One part of a result, as a value of the part's type.
pub(crate) fn part(whole: Expr, position: usize, ty: ScalarType) -> Expr {
    let range = whole.range.clone();
    let position = Value::Long(i64::try_from(position).unwrap_or(i64::MAX));
    let index = constant(position, ScalarType::Long, range.clone());
    let element = Expr {
        kind: ExprKind::Index(Box::new(whole), Box::new(index)),
        ty: ScalarType::Dynamic,
        range,
    };
    typed(element, ty)
}

/// A part as a value of its type. Only numbers have to be converted; what holds arrays stays dynamic.
pub(crate) fn typed(value: Expr, ty: ScalarType) -> Expr {
    match ty {
        ScalarType::Real | ScalarType::Long => converted(value, ty),
        _ => value,
    }
}
