//! One spelling for constants, functions and binary operators that have several.

use kql_analysis::time::{parse_datetime, parse_timespan};
use kql_syntax::ast::{Json, Literal, LiteralKind};

/// Spellings of functions that mean the same, and give their columns the same names.
const ALIASES: [(&str, &str); 8] = [
    ("columnifexists", "column_ifexists"),
    ("makeset", "make_set"),
    ("makelist", "make_list"),
    ("iif", "iff"),
    ("tobool", "toboolean"),
    ("todouble", "toreal"),
    ("parsejson", "parse_json"),
    ("todynamic", "parse_json"),
];

/// Operators whose sides may change places.
const COMMUTATIVE: [&str; 7] = ["==", "!=", "=~", "!~", "+", "*", "<>"];

/// A function by its usual name.
pub(super) fn alias(name: &str) -> &str {
    let found = ALIASES.iter().find(|(spelling, _)| *spelling == name);
    found.map_or(name, |(_, name)| name)
}

/// Normal form of a binary expression. It stands in parentheses, so that what groups operands shows.
pub(super) fn binary_form(operator: &str, left: String, right: String) -> String {
    match operator {
        ">" => format!("({right} < {left})"),
        ">=" => format!("({right} <= {left})"),
        "<>" => two_sides("!=", left, right),
        _ if COMMUTATIVE.contains(&operator) => two_sides(operator, left, right),
        _ => format!("({left} {operator} {right})"),
    }
}

/// An operator with its sides in an order of their own.
pub(super) fn two_sides(operator: &str, left: String, right: String) -> String {
    match left <= right {
        true => format!("({left} {operator} {right})"),
        false => format!("({right} {operator} {left})"),
    }
}

/// A constant in one spelling.
pub(super) fn literal_form(literal: &Literal) -> String {
    match literal.value() {
        Some(LiteralKind::String(Some(text))) => format!("{text:?}"),
        Some(LiteralKind::Long(Some(number))) => number.to_string(),
        // A whole number divides otherwise than a real one: `2.0` must not become `2`.
        Some(LiteralKind::Real(number)) => format!("{number:?}"),
        Some(LiteralKind::TimeSpan(Some(ticks))) => format!("timespan({ticks})"),
        Some(LiteralKind::Bool(truth)) => truth.to_string(),
        Some(LiteralKind::Typed(name, raw)) => typed_form(&name.to_lowercase(), &raw),
        _ => literal.syntax().text().to_string(),
    }
}

fn typed_form(name: &str, raw: &str) -> String {
    let known = match name {
        "time" | "timespan" => parse_timespan(raw).map(|ticks| format!("timespan({ticks})")),
        "datetime" | "date" => parse_datetime(raw).map(|ticks| format!("datetime({ticks})")),
        _ => None,
    };
    known.unwrap_or_else(|| format!("{name}({raw})"))
}

/// A constant of `dynamic(…)` in one spelling.
pub(super) fn json_form(json: &Json) -> String {
    match json {
        Json::Scalar(literal) => literal_form(literal),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(json_form).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{key:?}: {}", json_form(value)))
                .collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
    }
}
