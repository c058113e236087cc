//! Operators that make several rows of one, or run a subquery for each part of the rows: `mv-expand`,
//! `mv-apply` and `partition`.

use super::{Expr, Plan};
use crate::types::{ScalarType, Schema};

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
