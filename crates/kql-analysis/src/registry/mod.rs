//! The one place where functions, operators and aggregates are declared.
//!
//! The binder, completion, the evaluator's dispatch and the support page all read these tables. A row is
//! one signature; a name may have several. Names, parameters and result rules are facts of Microsoft's
//! published language service.

mod aggregates;
mod collections;
mod conversion;
mod encoding;
mod general;
mod geography;
pub mod help;
mod math;
mod network;
mod operators;
mod parts;
mod series;
mod signature;
mod text;
mod time;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use parts::{Part, result_parts};
pub use signature::{Class, Needs, Parameter, Signature};

/// A signature of a scalar function or operator.
#[derive(Debug)]
pub struct Function {
    /// Name as written in KQL (`strcat`, `==`, `has`).
    pub name: &'static str,
    /// Parameters as `name: class`, with `?` for optional and `…` for repeated ones; `……` stands
    /// at least twice.
    pub parameters: &'static str,
    /// Type of the result: a type's name, or `first`, `second`, `common`, `branches`,
    /// `widest`, `promoted`, `average`, `type_argument`, `operands` for one that follows from the arguments.
    pub returns: &'static str,
    /// Name of a column that holds the result and is not named by the query.
    pub result_name: ResultName,
}

/// A signature of an aggregate function; the fields mean what they mean in [`Function`].
#[derive(Debug)]
#[allow(missing_docs, reason = "see Function")]
pub struct Aggregate {
    pub name: &'static str,
    pub parameters: &'static str,
    pub returns: &'static str,
    pub result_name: ResultName,
}

/// What functions and aggregates have in common.
pub(crate) trait Named {
    /// Name as written in KQL.
    fn name(&self) -> &'static str;
    /// Parameters as they are declared.
    fn shape(&self) -> &'static str;
}

impl Named for Function {
    fn name(&self) -> &'static str {
        self.name
    }

    fn shape(&self) -> &'static str {
        self.parameters
    }
}

impl Named for Aggregate {
    fn name(&self) -> &'static str {
        self.name
    }

    fn shape(&self) -> &'static str {
        self.parameters
    }
}

/// How an unnamed result column is named after the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultName {
    /// `Column1`, `Column2`, …
    Column,
    /// The name of the first argument.
    First,
    /// The name of the argument, when there is only one.
    Only,
    /// The function's name and the first argument's: `strlen_x`.
    NameAndFirst,
    /// A prefix and the first argument's name: `sum_x`.
    Prefix(&'static str),
    /// The text of the first argument, when it names a column.
    ColumnNamed,
    /// A name of its own.
    Fixed(&'static str),
}

const fn function(
    name: &'static str,
    parameters: &'static str,
    returns: &'static str,
    result_name: ResultName,
) -> Function {
    Function {
        name,
        parameters,
        returns,
        result_name,
    }
}

const fn aggregate(
    name: &'static str,
    parameters: &'static str,
    returns: &'static str,
    result_name: ResultName,
) -> Aggregate {
    Aggregate {
        name,
        parameters,
        returns,
        result_name,
    }
}

static FAMILIES: &[&[Function]] = &[
    operators::FUNCTIONS,
    text::FUNCTIONS,
    conversion::FUNCTIONS,
    time::FUNCTIONS,
    math::FUNCTIONS,
    collections::FUNCTIONS,
    network::FUNCTIONS,
    encoding::FUNCTIONS,
    series::FUNCTIONS,
    general::FUNCTIONS,
    geography::FUNCTIONS,
];

/// Functions and operators that the binder resolves, so that the engine needs no kernel of that name.
pub const BOUND_AWAY: [&str; 13] = [
    "!in",
    "!in~",
    "bag_pack_columns",
    "bin_auto",
    "column_ifexists",
    "columnifexists",
    "column_names_of",
    "estimate_data_size",
    "in",
    "in~",
    "ingestion_time",
    "pack_all",
    "table",
];

/// Signatures by name, parsed once.
type Index<T> = BTreeMap<&'static str, Vec<Signature<T>>>;

static FUNCTION_INDEX: LazyLock<Index<Function>> = LazyLock::new(|| {
    let mut index = Index::new();
    for function in functions() {
        let signature = Signature::new(function, function.parameters);
        index
            .entry(function.name)
            .or_insert_with(Vec::new)
            .push(signature);
    }
    index
});

static AGGREGATE_INDEX: LazyLock<Index<Aggregate>> = LazyLock::new(|| {
    let mut index = Index::new();
    for aggregate in aggregates() {
        let signature = Signature::new(aggregate, aggregate.parameters);
        index
            .entry(aggregate.name)
            .or_insert_with(Vec::new)
            .push(signature);
    }
    index
});

/// Every signature of every function, by family.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// Every signature of every aggregate.
pub fn aggregates() -> impl Iterator<Item = &'static Aggregate> {
    aggregates::AGGREGATES.iter()
}

/// The signatures of a function; empty when there is none of that name.
pub fn function_signatures(name: &str) -> &'static [Signature<Function>] {
    FUNCTION_INDEX.get(name).map_or(&[], Vec::as_slice)
}

/// The signatures of an aggregate; empty when there is none of that name.
pub fn aggregate_signatures(name: &str) -> &'static [Signature<Aggregate>] {
    AGGREGATE_INDEX.get(name).map_or(&[], Vec::as_slice)
}
