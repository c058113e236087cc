//! What a query text declares and says, statement by statement, in normal form.

use std::ops::Range;

use kql_syntax::ast::{Expr, Lambda, Let, Statement};
use kql_syntax::text::LineIndex;

use super::normal::{Names, Step, normal_of};
use super::structure::Place;

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
        for statement in kql_syntax::parse(query).root().statements() {
            match statement {
                Statement::Let(declaration) => text.declare(&declaration, &mut names),
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
                    let range = kql_syntax::ast::range_of(&node);
                    text.other.push((range, node.text().to_string()));
                }
            }
        }
        text
    }

    fn declare(&mut self, declaration: &Let, names: &mut Names) {
        let Some(name) = declaration.name().map(|name| name.text()) else {
            return;
        };
        let value = match (declaration.lambda(), declaration.value()) {
            (Some(lambda), _) => Declaration::Function(lambda),
            (None, Some(value)) => match value.without_parentheses() {
                Expr::Pipeline(_) | Expr::Source(_) => Declaration::Table(value),
                _ => Declaration::Scalar(value),
            },
            (None, None) => return,
        };
        let normal = match &value {
            Declaration::Scalar(value) => names.normal(value),
            Declaration::Table(value) => normal_of(&names.steps(value)),
            Declaration::Function(lambda) => normal_of(&body(lambda, names)),
        };
        names.define(name.clone(), normal.clone());
        self.lets.push(Declared {
            name,
            value,
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

/// The steps of a function's body, with parameters known by their number.
pub(super) fn body(lambda: &Lambda, names: &Names) -> Vec<Step> {
    let mut names = names.clone();
    for (number, parameter) in lambda.parameters().iter().enumerate() {
        if let Some(name) = parameter.name() {
            names.define(name.text(), format!("parameter {number}"));
        }
    }
    let mut steps = Vec::new();
    for statement in lambda.statements() {
        match statement {
            Statement::Let(declaration) => {
                let (name, value) = (declaration.name(), declaration.value());
                if let (Some(name), Some(value)) = (name, value) {
                    names.define(name.text(), names.normal(&value));
                }
            }
            Statement::Expression(expression) => steps = names.steps(&expression),
            Statement::Set(_) | Statement::Other(_) => {}
        }
    }
    steps
}
