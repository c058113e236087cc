//! The query plan: what the binder makes of a syntax tree and what the engine runs.
//!
//! Names are resolved (columns are indexes into the input's schema, functions are registry entries),
//! types are known, user functions and lambdas are inlined. Every node keeps its place in the query
//! text, so that an error or an explanation can point at it. Ranges are UTF-8 byte offsets.

mod evaluate;
mod parse;
mod parts;
mod unread;

use std::ops::Range;

pub use evaluate::{
    AddressLookup, BagUnpack, Conflict, Evaluate, LateBinding, Plugin, RollingPercentile,
    SlidingCounts,
};
pub use parse::{CaptureColumn, KvFormat, Parse, ParseKind, ParseKv, ParsePart, Quote};
pub use parts::Parts;
pub(crate) use unread::mark as mark_unread;

use crate::registry::{Aggregate, Function};
use crate::types::{ScalarType, Schema};
use crate::value::Value;

/// A bound query, ready to run.
#[derive(Clone, Debug)]
pub struct Query {
    /// Scalars evaluated at most once per run, in order of dependency: scalar `let`s and `toscalar`.
    pub scalars: Vec<Scalar>,
    /// Tables that are named in the query (`let`, `as`, `materialize`) and referenced by index.
    /// `None` until the pipeline reaches the `as` that fills it.
    pub shared: Vec<Shared>,
    /// The tabular expression statements, in order; most queries have one.
    pub statements: Vec<Plan>,
    /// Set while the columns of a plugin's result are not known: it is run first, and the query is bound
    /// anew with its columns. The statements cannot be run until then.
    pub late: Option<Box<LateBinding>>,
}

/// A scalar that is evaluated once per run.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Name given by `let`; empty for an inline `toscalar`.
    pub name: String,
    /// How it is computed.
    pub source: ScalarSource,
    /// Its type.
    pub ty: ScalarType,
}

/// How a once-evaluated scalar is computed.
#[derive(Clone, Debug)]
pub enum ScalarSource {
    /// An expression without columns.
    Expr(Expr),
    /// First column of the first row of a table (`toscalar`); null when the table is empty.
    FirstCell(Box<Plan>),
}

/// A table that a query names and may reference many times.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Name in the query.
    pub name: String,
    /// `Some` for `let` and `materialize`: run on first use. For `as` it is filled by [`Node::As`], and
    /// `Some` only where a plugin may read it before.
    pub plan: Option<Plan>,
    /// Columns of the table.
    pub schema: Schema,
}

/// A tabular expression with the schema of its result.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The operator.
    pub node: Node,
    /// Columns of the result.
    pub schema: Schema,
    /// Place of the operator (from its keyword to its end) in the query text.
    pub range: Range<usize>,
}

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
    /// Scalar expression around the aggregates, such as `sum(a) / count()`: see [`Node::Summarize`].
    pub range: Range<usize>,
}

/// The tabular operators. Inputs come first; expressions refer to the input's columns.
#[derive(Clone, Debug)]
#[allow(
    missing_docs,
    reason = "the fields are named after the parts of the operator"
)]
pub enum Node {
    /// A table given from outside, by name; its columns are those of the schema, by name. `unread` marks
    /// those that nothing reads, when that is known.
    Table { name: String, unread: Vec<bool> },
    /// Literal rows (`datatable`).
    Rows { rows: Vec<Vec<Value>> },
    /// One row of expressions (`print`).
    Print { columns: Vec<NamedExpr> },
    /// `range name from a to b step c`.
    Range {
        name: String,
        from: Expr,
        to: Expr,
        step: Expr,
    },
    /// An entry of [`Query::shared`], by index.
    Shared { index: usize },
    /// Keeps the rows whose predicate is true.
    Where { input: Box<Plan>, predicate: Expr },
    /// Replaces all columns: `project`, and what `project-away`, `-keep`, `-rename`, `-reorder` come to.
    Project {
        input: Box<Plan>,
        columns: Vec<NamedExpr>,
    },
    /// Adds or replaces columns; each entry writes the result column of that index.
    Extend {
        input: Box<Plan>,
        columns: Vec<(usize, Expr)>,
    },
    /// `extend (a, b) = f(x)`: one expression whose array result fills several columns.
    ExtendTuple {
        input: Box<Plan>,
        targets: Vec<usize>,
        expr: Expr,
    },
    /// Groups by `keys` and aggregates. Result rows are keys and then aggregate columns, over which
    /// `outputs` (one per result column) are evaluated.
    Summarize {
        input: Box<Plan>,
        keys: Vec<NamedExpr>,
        aggregates: Vec<AggregateCall>,
        outputs: Vec<NamedExpr>,
    },
    /// Distinct rows of the input.
    Distinct { input: Box<Plan> },
    /// Sorts; each key with its direction and place of nulls.
    Sort {
        input: Box<Plan>,
        keys: Vec<SortKey>,
    },
    /// First `count` rows.
    Take { input: Box<Plan>, count: Expr },
    /// First `count` rows by `keys`.
    Top {
        input: Box<Plan>,
        count: Expr,
        keys: Vec<SortKey>,
    },
    /// Number of rows, as one long.
    Count { input: Box<Plan> },
    /// Rows of both sides whose keys agree.
    Join {
        left: Box<Plan>,
        right: Box<Plan>,
        kind: JoinKind,
        keys: Vec<(Expr, Expr)>,
        outputs: Vec<JoinColumn>,
    },
    /// All rows of all inputs; each input names the source column index of every result column.
    Union {
        inputs: Vec<(Plan, Vec<Option<usize>>)>,
        source_column: Option<(usize, Vec<String>)>,
    },
    /// One row per element of dynamic columns, several in step.
    MvExpand {
        input: Box<Plan>,
        expansion: Expansion,
    },
    /// A subquery that runs once for each part of the rows: `mv-apply` and `partition`.
    Each(Box<Each>),
    /// Groups inside of groups, the best of each level: `top-nested`.
    TopNested {
        input: Box<Plan>,
        levels: Vec<NestedLevel>,
    },
    /// Texts that share terms as one row: `reduce`.
    Reduce(Box<Reduce>),
    /// Rows matched against steps that see what earlier rows left: `scan`.
    Scan(Box<Scan>),
    /// The part of the rows that an enclosing [`Node::Each`] hands to its subquery. Levels count from
    /// the outermost.
    Part { level: usize },
    /// Array columns with one element per step of an axis.
    MakeSeries(Box<MakeSeries>),
    /// Stores the input under [`Query::shared`] and passes it on.
    As { input: Box<Plan>, index: usize },
    /// `parse` and `parse-where`: columns from the pieces of a text.
    Parse(Box<Parse>),
    /// `parse-kv`: columns from the values of keys in a text.
    ParseKv(Box<ParseKv>),
    /// `getschema`.
    GetSchema { input: Box<Plan> },
    /// Passes its input on: `render`, `serialize`, `consume` hints that change no rows.
    Pass { input: Box<Plan> },
    /// `evaluate`: a plugin whose columns are known when the query is bound.
    Evaluate(Box<Evaluate>),
    /// The result of a plugin that [`Query::late`] has run: the one of this number.
    Late { index: usize },
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

/// The kinds of `join` and `lookup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// One left row per key: the first of those that pass the filters right behind the join, as in
    /// recorded results (Kusto: any).
    InnerUnique,
    /// All pairs.
    Inner,
    /// All pairs, and left rows without a partner.
    LeftOuter,
    /// All pairs, and right rows without a partner.
    RightOuter,
    /// All pairs, and rows of both sides without a partner.
    FullOuter,
    /// Left rows with a partner.
    LeftSemi,
    /// Right rows with a partner.
    RightSemi,
    /// Left rows without a partner.
    LeftAnti,
    /// Right rows without a partner.
    RightAnti,
}

/// A result column of a join: the side and the column it comes from.
#[derive(Clone, Copy, Debug)]
pub enum JoinColumn {
    /// Column of the left input.
    Left(usize),
    /// Column of the right input.
    Right(usize),
}

/// A column that `mv-expand` spreads.
#[derive(Clone, Debug)]
pub struct ExpandColumn {
    /// Array to spread.
    pub expr: Expr,
    /// Result column that takes the element.
    pub target: usize,
    /// `to typeof(…)`; dynamic when not given.
    pub ty: ScalarType,
}

/// What `mv-expand` makes of a row.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// Columns to spread.
    pub columns: Vec<ExpandColumn>,
    /// Result column that takes the place of the element in its array.
    pub item_index: Option<usize>,
    /// Most rows that one input row gives.
    pub limit: Option<Expr>,
    /// Members of a bag become pairs, not bags of one.
    pub bag_as_array: bool,
    /// Columns of the result.
    pub schema: Schema,
}

/// A subquery that runs once for each part of its input's rows; the results stand one after the other.
#[derive(Clone, Debug)]
pub struct Each {
    /// Rows that are split.
    pub input: Plan,
    /// How they are split.
    pub split: Split,
    /// What runs over each part, which it reads as [`Node::Part`].
    pub body: Plan,
    /// Columns of the result.
    pub outputs: Vec<EachColumn>,
}

/// How rows are split into parts.
#[derive(Clone, Debug)]
pub enum Split {
    /// `mv-apply`: what each row expands to is a part.
    Expansion(Expansion),
    /// `partition`: rows with one value of a column are a part.
    Key {
        /// The column.
        key: Expr,
        /// Most parts allowed.
        most: Option<usize>,
    },
}

/// A result column of [`Each`].
#[derive(Clone, Copy, Debug)]
pub enum EachColumn {
    /// A column of the input: its value in the first row of the part.
    Outer(usize),
    /// A column of the subquery's result.
    Body(usize),
}

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

/// The parts of `scan`.
///
/// Conditions and assignments are over these columns: the input's, then the declared ones, and then the
/// same again for each step, holding what the step's state has of it.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Rows that are matched, in order.
    pub input: Plan,
    /// Rows with different values are matched apart.
    pub partition: Vec<Expr>,
    /// Values of the declared columns before they are assigned, constant.
    pub defaults: Vec<Expr>,
    /// The steps in order.
    pub steps: Vec<ScanStep>,
    /// Whether the last result column tells the sequences apart.
    pub match_id: bool,
}

/// A step of [`Scan`].
#[derive(Clone, Debug)]
pub struct ScanStep {
    /// Which matches are part of the result.
    pub output: ScanOutput,
    /// When a row matches.
    pub condition: Expr,
    /// Columns, by index, that a match writes.
    pub assignments: Vec<(usize, Expr)>,
}

/// Which matches of a step are part of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanOutput {
    /// Every one.
    All,
    /// The last one of a series.
    Last,
    /// None.
    None,
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
