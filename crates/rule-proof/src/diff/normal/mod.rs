//! A normal form of queries for comparing versions: format, comments, parentheses, names of `let`s and
//! parameters, the order of operands that may change places, and spellings of one and the same thing do not
//! show in it.

mod expressions;
mod operators;
mod step;

use std::cell::Cell;
use std::collections::BTreeMap;

use kql_syntax::SyntaxKind;
use kql_syntax::ast::{Expr, Operator, Parameter, Pipeline, range_of};

use super::reorder::{Flow, settled};

pub(super) use step::{Part, Step, normal_of};

/// Deepest nesting of expressions that is brought to normal form; what lies deeper is compared as written.
const MAX_DEPTH: usize = 120;

/// Operators of a table up to which they are put in where it is named.
const MAX_PUT_IN: usize = 100;

/// Functions that give something else each time, and aggregates that take any row.
const RANDOM: [&str; 6] = ["rand", "new_guid", "any", "take_any", "anyif", "take_anyif"];
/// Operators that take any rows.
const ANY_ROWS: [SyntaxKind; 3] = [
    SyntaxKind::TakeOperator,
    SyntaxKind::SampleOperator,
    SyntaxKind::SampleDistinctOperator,
];

/// What names stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
    tables: BTreeMap<String, Vec<Step>>,
    depth: Cell<usize>,
}

impl Names {
    /// Names with one more that stands for something.
    pub fn define(&mut self, name: String, stands_for: String) {
        self.known.insert(name, stands_for);
    }

    /// Names with one more that stands for a list, of which only the members count.
    pub fn define_list(&mut self, name: String, members: Vec<String>) {
        self.lists.insert(name.clone(), members);
        self.known.remove(&name);
    }

    /// Names with one more that stands for the operators of a table, unless they are too many to be put in
    /// wherever it is named.
    pub fn define_table(&mut self, name: String, steps: Vec<Step>) {
        if steps.iter().map(Step::count).sum::<usize>() <= MAX_PUT_IN {
            self.tables.insert(name, steps);
        }
    }

    /// The operators of a table that is named.
    fn table(&self, expr: &Expr) -> Option<&Vec<Step>> {
        match expr {
            Expr::Name(name) => self.tables.get(&name.text()),
            _ => None,
        }
    }

    /// Normal form of the value of a `let`, of whose array the order does not count where it is a set.
    pub fn value(&self, value: &Expr, is_set: bool) -> String {
        match is_set {
            true => format!(
                "({})",
                self.members_of(std::slice::from_ref(value)).join(", ")
            ),
            false => self.normal(value),
        }
    }

    /// The steps of a tabular expression.
    pub fn steps(&self, expr: &Expr) -> Vec<Step> {
        match unmaterialized(expr) {
            Expr::Pipeline(pipeline) => self.pipeline(&pipeline),
            Expr::Source(operator) => vec![self.step(&operator)],
            other => match self.table(&other) {
                Some(steps) => steps.clone(),
                None => vec![self.source(&other)],
            },
        }
    }

    fn pipeline(&self, pipeline: &Pipeline) -> Vec<Step> {
        let mut steps = match pipeline.source().map(|source| source.without_parentheses()) {
            Some(source) => self.steps(&source),
            None => Vec::new(),
        };
        steps.extend(
            pipeline
                .operators()
                .iter()
                .map(|operator| self.step(operator)),
        );
        settled(steps)
    }

    /// A parameter of a function, as a part of it.
    pub fn parameter(&self, parameter: &Parameter, number: usize, default: &str) -> Step {
        let ty = parameter
            .ty()
            .map(|_| self.type_of(parameter))
            .unwrap_or_default();
        let range = range_of(parameter.syntax());
        Step {
            kind: format!("parameter {number}"),
            parts: vec![Part {
                role: "parameter",
                normal: format!("{ty} = {default}"),
                about: format!("parameter {number}"),
                range: range.clone(),
                flow: Flow::default(),
            }],
            is_ordered: true,
            inner: Vec::new(),
            range,
        }
    }

    /// What a parameter is declared to be.
    fn type_of(&self, parameter: &Parameter) -> String {
        let text = self.written(parameter.syntax());
        let behind = text.split_once(':').map(|(_, behind)| behind.to_owned());
        let behind = behind.unwrap_or_default();
        let ty = behind.split_once('=').map(|(ty, _)| ty.to_owned());
        ty.unwrap_or(behind).trim().to_owned()
    }
}

/// A table without the `materialize` around it, which computes it once and changes nothing of what it holds;
/// unless it holds something else each time.
pub(super) fn unmaterialized(expr: &Expr) -> Expr {
    let whole = expr.without_parentheses();
    let Expr::Call(call) = &whole else {
        return whole;
    };
    let is_named = call.name().is_some_and(|name| name.text() == "materialize");
    match call.arguments().as_slice() {
        [inner] if is_named && !is_random(inner) => inner.without_parentheses(),
        _ => whole,
    }
}

/// Whether an expression may give something else each time that it is computed.
fn is_random(expr: &Expr) -> bool {
    let mut nodes = expr.syntax().descendants();
    nodes.any(|node| {
        let operator = Operator::cast(node.clone());
        let any_rows = operator.is_some_and(|one| ANY_ROWS.contains(&one.syntax().kind()));
        let call = Expr::cast(node).and_then(|inner| match inner {
            Expr::Call(call) => call.name(),
            _ => None,
        });
        any_rows || call.is_some_and(|name| RANDOM.contains(&name.text().as_str()))
    })
}
