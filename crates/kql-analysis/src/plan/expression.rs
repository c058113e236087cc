//! Scalar expressions, aggregates and sort keys of a plan.

use std::ops::Range;

use super::Plan;
use crate::registry::{Aggregate, Function};
use crate::types::ScalarType;
use crate::value::Value;

/// A scalar expression over the rows of its operator's input.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Type of its value.
    pub ty: ScalarType,
    /// Place in the query text.
    pub range: Range<usize>,
}

/// The kinds of scalar expression.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant.
    Literal(Value),
    /// A column of the input, by index.
    Column(usize),
    /// An entry of [`Query::scalars`], by index.
    Scalar(usize),
    /// A function or operator of the registry (`strcat`, `==`, `has`, `iff`, …) on its arguments.
    Call(&'static Function, Vec<Expr>),
    /// Member or element of a dynamic value: `base.name`, `base["name"]`, `base[0]`.
    Index(Box<Expr>, Box<Expr>),
    /// `needle in (…)` and its relatives; the right side may be expressions (a dynamic array counts as
    /// its elements) or the first column of a table.
    In(Box<InList>),
    /// A constant list of the arguments of a call that takes one, or a dynamic array literal with
    /// non-constant parts.
    Array(Vec<Expr>),
}

/// Membership test.
#[derive(Clone, Debug)]
pub struct InList {
    /// Value looked for.
    pub needle: Expr,
    /// Where it is looked for.
    pub haystack: Haystack,
    /// `in~`: letters compare without case.
    pub ignore_case: bool,
    /// `!in`: the answer is turned round.
    pub negated: bool,
}

/// Right side of a membership test.
#[derive(Clone, Debug)]
pub enum Haystack {
    /// Values, evaluated once when they hold no column.
    Values(Vec<Expr>),
    /// First column of a table, evaluated once.
    Table(Box<Plan>),
}

/// A named expression of `extend`, `project`, `print` or `summarize by`.
#[derive(Clone, Debug)]
pub struct NamedExpr {
    /// Column name of the result.
    pub name: String,
    /// Its value.
    pub expr: Expr,
}

/// An aggregate with its arguments, as `summarize` and `make-series` use it.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// Names of the result columns: one, or several for `arg_max(x, *)` and `percentiles`.
    pub names: Vec<String>,
    /// Types of the result columns, parallel to `names`.
    pub types: Vec<ScalarType>,
    /// The aggregate of the registry.
    pub aggregate: &'static Aggregate,
    /// Its arguments, over the input's columns (`*` is already expanded).
    pub args: Vec<Expr>,
    /// Place of the call in the query text. What stands around it, such as the division in
    /// `sum(a) / count()`, is in the outputs of its operator.
    pub range: Range<usize>,
}

/// One key of `sort`, `top` or a window.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// What is compared.
    pub expr: Expr,
    /// Largest first.
    pub descending: bool,
    /// Nulls before all values.
    pub nulls_first: bool,
}
