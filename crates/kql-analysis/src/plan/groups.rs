//! The parts of operators that group rows: `top-nested`, `reduce` and `make-series`.

use super::{AggregateCall, Expr, NamedExpr, Plan, SortKey};

/// A level of `top-nested`. Its result is two columns: the value and its rank.
#[derive(Clone, Debug)]
pub struct NestedLevel {
    /// What is grouped by, over the input's columns.
    pub value: NamedExpr,
    /// Most groups that are kept of each group of the level above.
    pub count: Option<Expr>,
    /// Value of the row that stands for the groups that are not kept.
    pub others: Option<Expr>,
    /// Aggregates that the rank is made from.
    pub aggregates: Vec<AggregateCall>,
    /// What groups are ranked by, over the aggregates' columns.
    pub rank: NamedExpr,
    /// Order of the rank, over a table whose only column is the rank.
    pub key: SortKey,
}

/// The parts of `reduce`.
#[derive(Clone, Debug)]
pub struct Reduce {
    /// Rows read.
    pub input: Plan,
    /// The text.
    pub text: Expr,
    /// Letters that part its terms; all but letters and digits of ASCII when absent.
    pub separators: Option<String>,
    /// Whether terms must be in more rows than by default to be common.
    pub is_strict: bool,
}

/// The parts of `make-series`.
#[derive(Clone, Debug)]
pub struct MakeSeries {
    /// Rows read.
    pub input: Plan,
    /// What is computed of each bin.
    pub values: Vec<SeriesValue>,
    /// Axis: name of the result column and its expression.
    pub axis: NamedExpr,
    /// First bin; from the data when absent.
    pub from: Option<Expr>,
    /// End of the last bin, not included; from the data when absent.
    pub to: Option<Expr>,
    /// `in range(from, to, step)`: bins lie at multiples of the step and the end is included.
    pub in_range: bool,
    /// Width of a bin.
    pub step: Expr,
    /// One result row per distinct value.
    pub keys: Vec<NamedExpr>,
    /// `kind=nonempty`: one default series when there is no row.
    pub nonempty: bool,
}

/// An item of `make-series`.
#[derive(Clone, Debug)]
pub struct SeriesValue {
    /// The aggregates that it is made from.
    pub aggregates: Vec<AggregateCall>,
    /// The result columns, over the aggregates' columns.
    pub outputs: Vec<NamedExpr>,
    /// The value of a bin without rows, constant.
    pub default: Expr,
}
