//! Controls at nodes of the query's syntax tree, and what to write there.
//!
//! Found are: scalars and lists that a `let` names, defaults of a function's parameters, lists after `in`
//! and its kin, and numbers and timespans that something is compared with.

use std::ops::Range;

use kql_syntax::ast::{
    Binary, DynamicLiteral, Expr, In, Json as Written, Let, Literal, LiteralKind, Parameter,
};
use kql_syntax::text::LineIndex;
use kql_syntax::{SyntaxKind, SyntaxNode, parse};
use serde_json::Value as Json;

use super::control::ControlKind;
use super::literal::{self, Form};

/// Most controls of one query.
const MAX_SLOTS: usize = 500;

/// A place in the query that holds a value.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub name: String,
    pub title: String,
    pub kind: ControlKind,
    pub value: String,
    pub range: Range<usize>,
    written: As,
}

/// How a slot's value is written.
#[derive(Clone, Debug)]
enum As {
    Literal(Form),
    /// `dynamic([…])`.
    Dynamic,
    /// Values between commas; an empty list as this text, or not at all.
    Values(Option<&'static str>),
}

/// A value that was found, before it has a name.
struct Value {
    kind: ControlKind,
    value: String,
    range: Range<usize>,
    written: As,
}

impl Slot {
    /// What to write in place of the slot for a value; the error says what would be a value.
    pub fn text(&self, value: &str) -> Result<String, String> {
        let canonical = literal::canonical(self.kind, value)?;
        Ok(match &self.written {
            As::Literal(form) => literal::write(self.kind, &canonical, form),
            As::Dynamic => format!("dynamic({canonical})"),
            As::Values(empty) => {
                let items = literal::list_of(&canonical).unwrap_or_default();
                let items: Vec<String> = items.iter().map(literal::element).collect();
                match (items.is_empty(), empty) {
                    (true, Some(empty)) => (*empty).to_owned(),
                    (true, None) => return Err("at least one value".to_owned()),
                    (false, _) => items.join(", "),
                }
            }
        })
    }
}

/// The slots of a query, in order of place; a place is in one slot only.
pub(super) fn slots(query: &str) -> Vec<Slot> {
    let root = parse(query).syntax();
    let lines = LineIndex::new(query);
    let mut slots: Vec<Slot> = Vec::new();
    for node in root.descendants() {
        for slot in at(&node, &lines) {
            let apart = |other: &Slot| {
                slot.range.end <= other.range.start || other.range.end <= slot.range.start
            };
            if slots.iter().all(apart) && slots.len() < MAX_SLOTS {
                slots.push(slot);
            }
        }
    }
    slots.sort_by_key(|slot| slot.range.start);
    slots
}

fn at(node: &SyntaxNode, lines: &LineIndex) -> Vec<Slot> {
    if let Some(declaration) = Let::cast(node.clone()) {
        return of_let(&declaration).into_iter().collect();
    }
    if let Some(parameter) = Parameter::cast(node.clone()) {
        return of_parameter(node, &parameter).into_iter().collect();
    }
    let slot = match (In::cast(node.clone()), Binary::cast(node.clone())) {
        (Some(list), _) => of_in(&list, lines),
        (_, Some(binary)) => of_comparison(&binary, lines),
        _ => None,
    };
    slot.into_iter().collect()
}

fn named(name: String, title: String, value: Value) -> Slot {
    Slot {
        name,
        title,
        kind: value.kind,
        value: value.value,
        range: value.range,
        written: value.written,
    }
}

fn of_let(declaration: &Let) -> Option<Slot> {
    let name = declaration.name()?.text();
    let value = declaration.value()?;
    let found = list(&value).or_else(|| only_scalar(&value))?;
    let direct = value.without_parentheses().range() == found.range;
    let title = match (found.kind, direct) {
        (ControlKind::List, _) => format!("List {name}"),
        (_, true) => format!("Value of {name}"),
        (_, false) => format!("Constant inside {name}"),
    };
    Some(named(name, title, found))
}

/// The default of a parameter, under the name of the function.
fn of_parameter(node: &SyntaxNode, parameter: &Parameter) -> Option<Slot> {
    let found = only_scalar(&parameter.default()?)?;
    let name = parameter.name()?.text();
    let function = node.ancestors().find_map(Let::cast)?.name()?.text();
    let title = format!("Default of {name} in {function}");
    Some(named(format!("{function}.{name}"), title, found))
}

/// A list after `in`, `has_any` and their kin.
fn of_in(node: &In, lines: &LineIndex) -> Option<Slot> {
    let values = node.values();
    let found = match values.as_slice() {
        [Expr::Dynamic(one)] => dynamic_list(one)?,
        _ => literal_list(&values, Some("dynamic([])"))?,
    };
    let (subject, name) = subject(&node.needle()?, lines, found.range.start);
    let title = format!(
        "List that {subject} is looked up in, line {}",
        lines.line(found.range.start)
    );
    Some(named(name, title, found))
}

/// A number or timespan that something is compared with by size.
fn of_comparison(node: &Binary, lines: &LineIndex) -> Option<Slot> {
    if !["<", ">", "<=", ">="].contains(&node.operator().as_str()) {
        return None;
    }
    let (left, right) = (node.left()?, node.right()?);
    let (other, found) = match (scalar(&left), scalar(&right)) {
        (None, Some(found)) => (left, found),
        (Some(found), None) => (right, found),
        _ => return None,
    };
    let sized = matches!(
        found.kind,
        ControlKind::Integer | ControlKind::Real | ControlKind::Timespan | ControlKind::DateTime
    );
    let (subject, name) = subject(&other, lines, found.range.start);
    let line = lines.line(found.range.start);
    let title = format!("What {subject} is compared with, line {line}");
    sized.then(|| named(name, title, found))
}

/// What is compared, in words, and the name of a control beside it.
fn subject(expression: &Expr, lines: &LineIndex, place: usize) -> (String, String) {
    let line = lines.line(place);
    match expression.without_parentheses() {
        Expr::Name(name) => (name.text(), format!("{}@{line}", name.text())),
        Expr::Call(call) => {
            let name = call.name().map(|name| name.text()).unwrap_or_default();
            (format!("{name}(…)"), format!("{name}@{line}"))
        }
        _ => ("an expression".to_owned(), format!("value@{line}")),
    }
}

/// A constant: a literal, or one with a sign.
fn scalar(expression: &Expr) -> Option<Value> {
    let (literal, range, negative) = match expression.without_parentheses() {
        Expr::Literal(literal) => (literal.clone(), literal.range(), false),
        Expr::Unary(unary) => match unary.operand()?.without_parentheses() {
            Expr::Literal(literal) => (literal, unary.range(), unary.is_negative()),
            _ => return None,
        },
        _ => return None,
    };
    let (kind, value, form) = literal::read(&literal)?;
    let value = match negative {
        true => literal::canonical(kind, &format!("-{value}")).ok()?,
        false => value,
    };
    Some(Value {
        kind,
        value,
        range,
        written: As::Literal(form),
    })
}

/// The constant of an expression that computes with one constant only, such as `ago(14d)`. An expression
/// that reads a table has none.
fn only_scalar(expression: &Expr) -> Option<Value> {
    if let Some(found) = scalar(expression) {
        return Some(found);
    }
    let parts = match expression.without_parentheses() {
        Expr::Call(call) => call.arguments(),
        Expr::Binary(binary) => vec![binary.left()?, binary.right()?],
        Expr::Unary(unary) => vec![unary.operand()?],
        _ => return None,
    };
    let tabular = |part: &Expr| {
        let kinds = [SyntaxKind::Pipeline, SyntaxKind::DatatableOperator];
        let mut nodes = part.syntax().descendants();
        nodes.any(|node| kinds.contains(&node.kind()))
    };
    if parts.iter().any(tabular) || literals(expression) != 1 {
        return None;
    }
    parts.iter().find_map(only_scalar)
}

fn literals(expression: &Expr) -> usize {
    let nodes = expression.syntax().descendants();
    nodes
        .filter(|node| node.kind() == SyntaxKind::Literal)
        .count()
}

/// A list of constants: `dynamic([…])`, `pack_array(…)`, or a `datatable` of one column.
fn list(expression: &Expr) -> Option<Value> {
    match expression.without_parentheses() {
        Expr::Dynamic(one) => dynamic_list(&one),
        Expr::Call(call) if call.name()?.text() == "pack_array" => {
            let found = literal_list(&call.arguments(), None)?;
            Some(Value {
                range: call.range(),
                written: As::Dynamic,
                ..found
            })
        }
        Expr::Source(source) if source.kind() == SyntaxKind::DatatableOperator => {
            (source.columns().len() == 1).then_some(())?;
            literal_list(&source.list(), None)
        }
        _ => None,
    }
}

fn dynamic_list(one: &DynamicLiteral) -> Option<Value> {
    let Written::Array(items) = one.value()? else {
        return None;
    };
    let items = items.iter().map(|item| match item {
        Written::Scalar(literal) => json(literal),
        _ => None,
    });
    let items: Option<Vec<Json>> = items.collect();
    Some(Value {
        kind: ControlKind::List,
        value: Json::Array(items?).to_string(),
        range: one.range(),
        written: As::Dynamic,
    })
}

/// Values between commas, all of them constants.
fn literal_list(values: &[Expr], empty: Option<&'static str>) -> Option<Value> {
    let items = values
        .iter()
        .map(|value| match value.without_parentheses() {
            Expr::Literal(literal) => json(&literal),
            _ => None,
        });
    let items: Option<Vec<Json>> = items.collect();
    let (first, last) = (values.first()?, values.last()?);
    Some(Value {
        kind: ControlKind::List,
        value: Json::Array(items?).to_string(),
        range: first.range().start..last.range().end,
        written: As::Values(empty),
    })
}

fn json(literal: &Literal) -> Option<Json> {
    match literal.value()? {
        LiteralKind::Bool(truth) => Some(Json::from(truth)),
        LiteralKind::Long(number) => number.map(Json::from),
        LiteralKind::Real(number) => serde_json::Number::from_f64(number).map(Json::Number),
        LiteralKind::String(text) => text.map(Json::from),
        _ => None,
    }
}
