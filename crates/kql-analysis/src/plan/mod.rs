//! The query plan: what the binder makes of a syntax tree and what the engine runs.
//!
//! Names are resolved (columns are indexes into the input's schema, functions are registry entries),
//! types are known, user functions and lambdas are inlined. Every node keeps its place in the query
//! text, so that an error or an explanation can point at it. Ranges are UTF-8 byte offsets.

mod each;
mod evaluate;
mod expression;
mod groups;
mod join;
mod parse;
mod parts;
mod scan;
mod unread;

use std::ops::Range;

pub use each::{Each, EachColumn, ExpandColumn, Expansion, Split};
pub use evaluate::{
    AddressLookup, BagUnpack, Conflict, Evaluate, LateBinding, Plugin, RollingPercentile,
    SlidingCounts,
};
pub use expression::{AggregateCall, Expr, ExprKind, Haystack, InList, NamedExpr, SortKey};
pub use groups::{MakeSeries, NestedLevel, Reduce, SeriesValue};
pub use join::{JoinColumn, JoinKind};
pub use parse::{CaptureColumn, KvFormat, Parse, ParseKind, ParseKv, ParsePart, Quote};
pub use parts::Parts;
pub use scan::{Scan, ScanOutput, ScanStep};
pub(crate) use unread::mark as mark_unread;

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
    /// Whether it asks when its rows were ingested.
    pub reads_ingestion_time: bool,
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
