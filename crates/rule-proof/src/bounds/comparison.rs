//! Comparisons of numbers and spans in a query, each with a query of its own that gives what it compares: for every
//! row both sides, and whether the comparison alone decides what is made of the row.

use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, NamedExpr, Node, Plan, Query, ScalarSource};
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_engine::{RunOptions, Table, run};
use rule_replay::Tables;
use rule_replay::window::Window;

use crate::reading::parts;

/// Numbers of a row that are told beside what is compared.
const MAX_BESIDE: usize = 8;

/// Operators that compare numbers.
const OPERATORS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

/// A comparison that can be measured.
#[derive(Debug)]
pub(super) struct Comparison {
    /// Place in the query, in UTF-8 bytes.
    pub range: Range<usize>,
    query: Query,
}

/// What a comparison makes of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// The left side less the right one; spans are in ticks.
    pub distance: f64,
    /// The left side.
    pub left: f64,
    /// What comes of the comparison.
    pub holds: bool,
    /// Whether the other outcome would make something else of the row.
    pub decides: bool,
    /// A mark of the numbers that stand beside what is compared: logs that differ in them are not alike.
    pub beside: u64,
}

/// Every comparison of a query. A query whose columns depend on the data has none.
pub(super) fn comparisons(query: &Query) -> Vec<Comparison> {
    if query.late.is_some() {
        return Vec::new();
    }
    let empty = Query {
        statements: Vec::new(),
        ..query.clone()
    };
    let shared = query.shared.iter();
    let shared = shared.filter_map(|shared| shared.plan.as_ref());
    let scalars = query.scalars.iter().filter_map(|one| match &one.source {
        ScalarSource::FirstCell(plan) => Some(plan.as_ref()),
        ScalarSource::Expr(_) => None,
    });
    let mut open: Vec<&Plan> = shared.chain(scalars).chain(&query.statements).collect();
    let mut found = Vec::new();
    while let Some(plan) = open.pop() {
        for (input, expr) in evaluated(plan) {
            let own = parts(expr).into_iter().filter(|part| is_comparison(part));
            found.extend(own.map(|part| Comparison {
                range: part.range.clone(),
                query: Query {
                    statements: vec![asked(input, expr, part)],
                    ..empty.clone()
                },
            }));
        }
        open.extend(plan.inputs());
    }
    found
}

/// The expressions that an operator evaluates for each row of an input.
fn evaluated(plan: &Plan) -> Vec<(&Plan, &Expr)> {
    match &plan.node {
        Node::Where { input, predicate } => vec![(input, predicate)],
        Node::Extend { input, columns } => columns
            .iter()
            .map(|(_, expr)| (input.as_ref(), expr))
            .collect(),
        Node::Project { input, columns } => columns
            .iter()
            .map(|column| (input.as_ref(), &column.expr))
            .collect(),
        Node::Summarize {
            input, aggregates, ..
        } => {
            let args = aggregates.iter().flat_map(|call| &call.args);
            args.map(|expr| (input.as_ref(), expr)).collect()
        }
        _ => Vec::new(),
    }
}

fn is_comparison(expr: &Expr) -> bool {
    let ExprKind::Call(function, args) = &expr.kind else {
        return false;
    };
    let is_constant = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Scalar(_));
    OPERATORS.contains(&function.name)
        && args.len() == 2
        && args.iter().all(|arg| is_measured(arg.ty))
        && !args.iter().all(is_constant)
}

fn is_measured(ty: ScalarType) -> bool {
    matches!(
        ty,
        ScalarType::Int | ScalarType::Long | ScalarType::Real | ScalarType::TimeSpan
    )
}

/// Columns before the numbers beside: both sides, the comparison, and what is around it with either outcome.
const OWN_COLUMNS: usize = 5;

/// A table of the sides of a comparison, of the comparison itself, of what the expression around it is with either
/// outcome, and of the numbers beside.
fn asked(input: &Plan, around: &Expr, comparison: &Expr) -> Plan {
    let sides = match &comparison.kind {
        ExprKind::Call(_, args) => args.clone(),
        _ => Vec::new(),
    };
    let outcomes = [true, false].map(|outcome| with_outcome(around, comparison, outcome));
    let columns: Vec<NamedExpr> = sides
        .into_iter()
        .chain([comparison.clone()])
        .chain(outcomes)
        .chain(numbers_of(input))
        .enumerate()
        .map(|(number, expr)| NamedExpr {
            name: number.to_string(),
            expr,
        })
        .collect();
    let schema = columns
        .iter()
        .map(|column| (column.name.clone(), column.expr.ty));
    Plan {
        schema: Schema::new(schema),
        range: comparison.range.clone(),
        node: Node::Project {
            input: Box::new(input.clone()),
            columns,
        },
    }
}

/// The columns of a plan that hold numbers.
fn numbers_of(input: &Plan) -> impl Iterator<Item = Expr> {
    let columns = input.schema.columns.iter().enumerate();
    let numbers = columns.filter(|(_, column)| is_measured(column.ty));
    numbers.take(MAX_BESIDE).map(|(index, column)| Expr {
        kind: ExprKind::Column(index),
        ty: column.ty,
        range: input.range.clone(),
    })
}

/// An expression with an outcome in the place of a comparison in it.
fn with_outcome(expr: &Expr, comparison: &Expr, outcome: bool) -> Expr {
    let again = |part: &Expr| with_outcome(part, comparison, outcome);
    let kind = match &expr.kind {
        _ if std::ptr::eq(expr, comparison) => ExprKind::Literal(Value::Bool(outcome)),
        ExprKind::Call(function, args) => {
            ExprKind::Call(function, args.iter().map(again).collect())
        }
        ExprKind::Array(args) => ExprKind::Array(args.iter().map(again).collect()),
        other => other.clone(),
    };
    Expr {
        kind,
        ..expr.clone()
    }
}

impl Comparison {
    /// What it makes of each row of a log; nothing where it cannot be evaluated apart.
    pub fn measure(&self, tables: &Tables, window: Window, now: i64) -> Vec<Measured> {
        let options = RunOptions {
            now,
            time_window: Some((window.from, window.to)),
            ..RunOptions::default()
        };
        let result = run(&self.query, tables, &options).ok();
        let table = result.and_then(|mut result| result.tables.pop());
        let table = table.unwrap_or_default();
        let rows = (0..table.rows()).filter_map(|row| measured(&table, row));
        rows.collect()
    }
}

fn measured(table: &Table, row: usize) -> Option<Measured> {
    let cell = |column: usize| Some(table.columns().get(column)?.get(row));
    let (left, right) = (number(&cell(0)?)?, number(&cell(1)?)?);
    let beside = OWN_COLUMNS..table.columns().len();
    let beside = beside.filter_map(|column| number(&cell(column)?));
    Some(Measured {
        distance: left - right,
        left,
        holds: cell(2)? == Value::Bool(true),
        decides: cell(3)? != cell(4)?,
        beside: mark(beside),
    })
}

/// One number for several: another one for nearly all others.
fn mark(numbers: impl Iterator<Item = f64>) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    numbers.fold(PRIME, |mark, number| {
        (mark ^ number.to_bits())
            .wrapping_mul(PRIME)
            .rotate_left(29)
    })
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Int(number) => f64::from(*number),
        Value::Long(number) | Value::TimeSpan(number) => *number as f64,
        Value::Real(number) => *number,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
