//! What a query text declares and says, statement by statement, in normal form.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use kql_syntax::ast::{Expr, Json, Lambda, Let, Statement, range_of};
use kql_syntax::text::LineIndex;
use kql_syntax::{SyntaxKind, SyntaxNode};

use super::normal::{Names, Step, normal_of, unmaterialized};
use super::structure::Place;

/// Bytes of a normal form up to which it stands for itself wherever it is named.
const MAX_NORMAL_BYTES: usize = 4096;
/// Characters of a part that are quoted.
const QUOTED_CHARACTERS: usize = 160;

/// A query text with its declarations and statements.
pub(super) struct Text<'q> {
    pub query: &'q str,
    lines: LineIndex,
    pub lets: Vec<Declared>,
    pub statements: Vec<Expr>,
    pub other: Vec<(Range<usize>, String)>,
}

/// A `let`.
pub(super) struct Declared {
    pub name: String,
    pub value: Declaration,
    /// Whether it is an array that is only asked for its members.
    pub is_set: bool,
    /// Normal form with everything that it names put in.
    pub normal: String,
    pub range: Range<usize>,
}

pub(super) enum Declaration {
    Scalar(Expr),
    Table(Expr),
    Function(Lambda),
}

impl Declared {
    pub fn kind(&self) -> &'static str {
        match self.value {
            Declaration::Scalar(_) => "value",
            Declaration::Table(_) => "table",
            Declaration::Function(_) => "function",
        }
    }
}

impl<'q> Text<'q> {
    pub fn of(query: &'q str) -> Self {
        let mut text = Self {
            query,
            lines: LineIndex::new(query),
            lets: Vec::new(),
            statements: Vec::new(),
            other: Vec::new(),
        };
        // Every name stands for the normal form of its value.
        let mut names = Names::default();
        let elsewhere = used_elsewhere(&kql_syntax::parse(query).syntax());
        for statement in kql_syntax::parse(query).root().statements() {
            match statement {
                Statement::Let(declaration) => text.declare(&declaration, &mut names, &elsewhere),
                Statement::Expression(expression) => text.statements.push(expression),
                Statement::Set(set) => {
                    let value = set
                        .value()
                        .map(|value| names.normal(&value))
                        .unwrap_or_default();
                    let name = set.name().map(|name| name.text()).unwrap_or_default();
                    text.other
                        .push((set.range(), format!("set {name} = {value}")));
                }
                Statement::Other(node) => {
                    let range = range_of(&node);
                    text.other.push((range, node.text().to_string()));
                }
            }
        }
        text
    }

    fn declare(&mut self, declaration: &Let, names: &mut Names, elsewhere: &BTreeSet<String>) {
        let Some(name) = declaration.name().map(|name| name.text()) else {
            return;
        };
        let value = match (declaration.lambda(), declaration.value()) {
            (Some(lambda), _) => Declaration::Function(lambda),
            (None, Some(value)) => match unmaterialized(&value) {
                Expr::Pipeline(_) | Expr::Source(_) => Declaration::Table(value),
                _ => Declaration::Scalar(value),
            },
            (None, None) => return,
        };
        let is_array = |value: &Expr| matches!(value.without_parentheses(), Expr::Dynamic(dynamic) if matches!(dynamic.value(), Some(Json::Array(_))));
        let is_set = !elsewhere.contains(&name)
            && matches!(&value, Declaration::Scalar(value) if is_array(value));
        let normal = match &value {
            Declaration::Scalar(value) => names.value(value, is_set),
            Declaration::Table(value) => normal_of(&names.steps(value)),
            Declaration::Function(lambda) => normal_of(&body(lambda, names)),
        };
        let normal = bounded(normal);
        names.define(name.clone(), normal.clone());
        self.lets.push(Declared {
            name,
            value,
            is_set,
            normal,
            range: declaration.range(),
        });
    }

    pub fn place(&self, range: &Range<usize>) -> Place {
        let text = self.query.get(range.clone()).unwrap_or_default();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = match line.char_indices().nth(QUOTED_CHARACTERS) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None => line,
        };
        Place {
            line: self.lines.line(range.start),
            range: range.clone(),
            text,
        }
    }
}

/// A normal form that does not grow with each name that it is put in for: of a long one, what tells it apart
/// from others.
fn bounded(normal: String) -> String {
    if normal.len() <= MAX_NORMAL_BYTES {
        return normal;
    }
    let hash = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(normal.as_bytes());
        hasher.finish()
    };
    format!("«{} {:016x}{:016x}»", normal.len(), hash(0), hash(1))
}

/// Names that are used otherwise than as the list of an `in`, `has_any` or `has_all`.
fn used_elsewhere(root: &SyntaxNode) -> BTreeSet<String> {
    let is_list = |node: &SyntaxNode| {
        let list = node
            .parent()
            .filter(|list| list.kind() == SyntaxKind::Arguments);
        let around = list.and_then(|list| list.parent());
        around.is_some_and(|around| around.kind() == SyntaxKind::InExpression)
    };
    let declares = |node: &SyntaxNode| {
        let parent = node.parent().and_then(Let::cast);
        parent.is_some_and(|parent| {
            parent
                .name()
                .is_some_and(|name| range_of(name.syntax()) == range_of(node))
        })
    };
    let names = root.descendants().filter_map(Expr::cast);
    let names = names.filter_map(|expr| match &expr {
        Expr::Name(name) if !is_list(name.syntax()) && !declares(name.syntax()) => {
            Some(name.text())
        }
        _ => None,
    });
    names.collect()
}

/// What a function expects, and the steps of its body with parameters known by their number.
pub(super) fn body(lambda: &Lambda, names: &Names) -> Vec<Step> {
    let mut names = names.clone();
    let mut steps = Vec::new();
    for (number, parameter) in lambda.parameters().iter().enumerate() {
        let default = parameter.default();
        let default = default.map_or_else(String::new, |value| names.normal(&value));
        if let Some(name) = parameter.name() {
            names.define(name.text(), format!("parameter {number}"));
        }
        steps.push(names.parameter(parameter, number, &default));
    }
    for statement in lambda.statements() {
        match statement {
            Statement::Let(declaration) => {
                let Some(name) = declaration.name() else {
                    continue;
                };
                let normal = match (declaration.lambda(), declaration.value()) {
                    (Some(inner), _) => normal_of(&body(&inner, &names)),
                    (None, Some(value)) => names.normal(&value),
                    (None, None) => continue,
                };
                names.define(name.text(), bounded(normal));
            }
            Statement::Expression(expression) => steps.extend(names.steps(&expression)),
            Statement::Set(_) | Statement::Other(_) => {}
        }
    }
    steps
}
