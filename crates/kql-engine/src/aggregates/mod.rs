//! The aggregate functions of `summarize` and `make-series`: one accumulator per group and call.
//!
//! Results depend on the rows and their order alone. Nulls do not count, except where a list keeps them.

mod bits;
mod choice;
mod collections;
mod counting;
mod filter;
mod numeric;
mod percentile;
mod schema;
mod sketches;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use kql_analysis::plan::AggregateCall;
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

pub(crate) use collections::LARGEST_COLLECTION;

use crate::error::EvalError;
use crate::functions::Ctx;

/// Takes in a group's rows one by one and then gives the aggregate's result columns.
pub trait Accumulator {
    /// Takes in the arguments of one row.
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError>;

    /// Whether the row that was added last is the one chosen so far, of an aggregate that chooses a row.
    fn chose(&self) -> bool {
        false
    }

    /// Bytes that are kept of the rows so far, of an aggregate that keeps more than a few values.
    fn kept_bytes(&self) -> usize {
        0
    }

    /// The values of the result columns, parallel to [`AggregateCall::names`].
    fn finish(self: Box<Self>, ctx: &Ctx) -> Result<Vec<Value>, EvalError>;
}

/// Makes a fresh accumulator for a call.
type Make = fn(&AggregateCall) -> Box<dyn Accumulator>;

static AGGREGATES: &[(&str, Make)] = &[
    ("count", |_| Box::new(counting::Count::default())),
    ("countif", |_| Box::new(counting::CountIf::default())),
    ("dcount", |_| Box::new(counting::Distinct::default())),
    ("dcountif", |_| filtered(counting::Distinct::default())),
    (
        "count_distinct",
        |_| Box::new(counting::Distinct::default()),
    ),
    ("count_distinctif", |_| {
        filtered(counting::Distinct::default())
    }),
    ("sum", |call| Box::new(numeric::Sum::of(result_type(call)))),
    ("sumif", |call| {
        filtered(numeric::Sum::of(result_type(call)))
    }),
    ("avg", |call| {
        Box::new(numeric::Average::of(result_type(call)))
    }),
    ("avgif", |call| {
        filtered(numeric::Average::of(result_type(call)))
    }),
    ("variance", |_| Box::new(numeric::Spread::variance(true))),
    ("varianceif", |_| filtered(numeric::Spread::variance(true))),
    ("variancep", |_| Box::new(numeric::Spread::variance(false))),
    ("variancepif", |_| {
        filtered(numeric::Spread::variance(false))
    }),
    ("stdev", |_| Box::new(numeric::Spread::deviation(true))),
    ("stdevif", |_| filtered(numeric::Spread::deviation(true))),
    ("stdevp", |_| Box::new(numeric::Spread::deviation(false))),
    ("stdevpif", |_| filtered(numeric::Spread::deviation(false))),
    ("covariance", |_| Box::new(numeric::Covariance::of(true))),
    ("covarianceif", |_| {
        Box::new(filter::If::second(numeric::Covariance::of(true)))
    }),
    ("covariancep", |_| Box::new(numeric::Covariance::of(false))),
    ("covariancepif", |_| {
        Box::new(filter::If::second(numeric::Covariance::of(false)))
    }),
    ("min", |call| {
        Box::new(choice::Extreme::least(call.names.len()))
    }),
    ("minif", |call| {
        filtered(choice::Extreme::least(call.names.len()))
    }),
    ("max", |call| {
        Box::new(choice::Extreme::greatest(call.names.len()))
    }),
    ("maxif", |call| {
        filtered(choice::Extreme::greatest(call.names.len()))
    }),
    ("arg_min", |call| {
        Box::new(choice::Extreme::least(call.names.len()))
    }),
    ("argmin", |call| {
        Box::new(choice::Extreme::least(call.names.len()))
    }),
    ("arg_max", |call| {
        Box::new(choice::Extreme::greatest(call.names.len()))
    }),
    ("argmax", |call| {
        Box::new(choice::Extreme::greatest(call.names.len()))
    }),
    ("take_any", |call| {
        Box::new(choice::First::of(call.names.len()))
    }),
    ("any", |call| Box::new(choice::First::of(call.names.len()))),
    ("take_anyif", |call| {
        filtered(choice::First::of(call.names.len()))
    }),
    ("anyif", |call| {
        filtered(choice::First::of(call.names.len()))
    }),
    ("make_list", |call| {
        Box::new(collections::List::without_nulls(argument_type(call)))
    }),
    ("makelist", |call| {
        Box::new(collections::List::without_nulls(argument_type(call)))
    }),
    ("make_list_if", |call| {
        filtered(collections::List::without_nulls(argument_type(call)))
    }),
    ("make_list_with_nulls", |_| {
        Box::new(collections::List::with_nulls())
    }),
    ("make_set", |call| {
        Box::new(collections::Set::of(argument_type(call)))
    }),
    ("makeset", |call| {
        Box::new(collections::Set::of(argument_type(call)))
    }),
    ("make_set_if", |call| {
        filtered(collections::Set::of(argument_type(call)))
    }),
    ("make_bag", |_| Box::new(collections::Merged::default())),
    ("make_dictionary", |_| {
        Box::new(collections::Merged::default())
    }),
    ("make_bag_if", |_| filtered(collections::Merged::default())),
    ("percentile", |call| {
        Box::new(percentile::Percentiles::columns(call.names.len()))
    }),
    ("percentiles", |call| {
        Box::new(percentile::Percentiles::columns(call.names.len()))
    }),
    ("percentiles_array", |_| {
        Box::new(percentile::Percentiles::array())
    }),
    ("percentilew", |call| {
        Box::new(percentile::Percentiles::columns(call.names.len()).weighted())
    }),
    ("percentilesw", |call| {
        Box::new(percentile::Percentiles::columns(call.names.len()).weighted())
    }),
    ("percentilesw_array", |_| {
        Box::new(percentile::Percentiles::array().weighted())
    }),
    ("tdigest", |_| Box::new(sketches::TDigest::default())),
    ("tdigest_merge", |_| {
        Box::new(sketches::MergedDigests::default())
    }),
    ("merge_tdigest", |_| {
        Box::new(sketches::MergedDigests::default())
    }),
    ("hll", |call| {
        Box::new(sketches::HyperLogLog::of(argument_type(call)))
    }),
    ("hll_if", |call| {
        filtered(sketches::HyperLogLog::of(argument_type(call)))
    }),
    ("hll_merge", |_| Box::new(sketches::MergedHashes::default())),
    ("buildschema", |_| Box::new(schema::BuildSchema::default())),
    ("binary_all_and", |_| Box::new(bits::All::of(|a, b| a & b))),
    ("binary_all_or", |_| Box::new(bits::All::of(|a, b| a | b))),
    ("binary_all_xor", |_| Box::new(bits::All::of(|a, b| a ^ b))),
];

/// A fresh accumulator for a call of the registry aggregate `name`, or `None` when the engine does
/// not implement it.
pub fn accumulator(name: &str, call: &AggregateCall) -> Option<Box<dyn Accumulator>> {
    let (_, make) = AGGREGATES.iter().find(|(known, _)| *known == name)?;
    Some(make(call))
}

/// Names of all aggregates that have an accumulator.
pub fn names() -> impl Iterator<Item = &'static str> {
    AGGREGATES.iter().map(|(name, _)| *name)
}

/// The accumulator of an `…if` aggregate, whose second argument says which rows count.
fn filtered(inner: impl Accumulator + 'static) -> Box<dyn Accumulator> {
    Box::new(filter::If::first(inner))
}

fn result_type(call: &AggregateCall) -> ScalarType {
    call.types.first().copied().unwrap_or(ScalarType::Unknown)
}

fn argument_type(call: &AggregateCall) -> ScalarType {
    call.args.first().map_or(ScalarType::Unknown, |arg| arg.ty)
}

/// The argument at `index`; null when the call has fewer.
fn arg(args: &[Value], index: usize) -> &Value {
    args.get(index).unwrap_or(&Value::Null)
}
